"""The page /replay for operators, and the addresses at which replays are asked for."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from collectors.store import StoreDownError
from dashboards.api import json
from dashboards.body import RefusedError
from dashboards.paper import paper_page, visit_of
from dashboards.replay_orders import ReplayOrders
from dashboards.screen import Language, Recorded, Screen
from dashboards.source_orders import body_of
from layouts.replay import draw_replay
from layouts.words import Words

PAGES = ("/replay",)
ASSETS = ("62-owners.css", "70-replay-page.css", "ages.js", "replay.js")


def replay_routes(
    orders: ReplayOrders,
    screens: Mapping[str, Screen],
    recorded: Recorded,
    words: Mapping[Language, Words],
    build: str,
    demo: bool,
) -> APIRouter:
    router = APIRouter()

    @router.get("/replay")
    async def page(request: Request) -> Response:
        visit = visit_of(request, words, build)
        body = draw_replay(list(screens), recorded.hours, demo, visit)
        return paper_page(
            body, visit.words["replay_page"], visit, *ASSETS, classes="sheet replay-page", follows=False
        )  # fmt: skip

    @router.get("/api/v1/replays")
    async def board() -> Response:
        try:
            return json(await orders.board())
        except StoreDownError as error:
            return json({"error": str(error)}, 503)

    @router.post("/api/v1/replays")
    async def order(request: Request) -> Response:
        try:
            return json(await orders.order(await body_of(request)))
        except RefusedError as error:
            return json({"error": str(error)}, error.status)
        except StoreDownError as error:
            return json({"error": str(error)}, 503)

    return router
