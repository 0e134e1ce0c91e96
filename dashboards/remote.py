"""The addresses of the remote control: which browsers show the wall, and what a screen is asked to show."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from fastapi import APIRouter, Request, Response

from collectors.store import StoreDownError
from dashboards.api import json
from dashboards.body import RefusedError, whole_body
from dashboards.fleet import Fleet
from dashboards.fleet_shape import Screens, WallState
from dashboards.host import is_own_page
from dashboards.screen import Screen


def from_our_page(request: Request) -> bool:
    """Whether the request may change anything: JSON, and not sent by another host's page."""
    said = request.headers.get("content-type", "").partition(";")[0].strip()
    return said == "application/json" and from_our_host(request)


def from_our_host(request: Request) -> bool:
    """Whether it was not sent by another host's page."""
    return is_own_page(request.headers.get("origin"), request.headers.get("host"))


def remote_routes(fleet: Fleet, screens: Mapping[str, Screen]) -> APIRouter:
    router = APIRouter()

    @router.get("/api/v1/screens")
    async def all_screens() -> Response:
        try:
            seen, orders = await fleet.all(), await fleet.orders()
        except StoreDownError as error:
            return json({"error": str(error)}, 503)
        walls: dict[str, WallState] = {
            name: {
                "boards": [board.name for board in screen.boards],
                "tiles": list(screen.tiles),
                "order": orders.get(name, {}),
            }
            for name, screen in screens.items()
        }
        return json(Screens(walls=walls, screens=seen))

    @router.post("/api/v1/screens/{name}")
    async def order(name: str, request: Request) -> Response:
        if name not in screens:
            return json({"error": f"there is no screen {name!r}; there are {', '.join(screens)}"}, 404)
        if not from_our_page(request):
            return json({"error": "send application/json, from a page of this very host"}, 403)
        try:
            asked = orjson.loads(await whole_body(request))
            boards = {board.name for board in screens[name].boards}
            return json(await fleet.order(name, boards, set(screens[name].tiles), asked), 202)
        except RefusedError as error:
            return json({"error": str(error)}, error.status)
        except orjson.JSONDecodeError:
            return json({"error": "the body is not JSON"}, 400)
        except StoreDownError as error:
            return json({"error": str(error)}, 503)

    return router
