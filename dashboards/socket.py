"""The address /live: the door of the hub for browsers."""

from __future__ import annotations

import contextlib
import json
from typing import Any, cast, get_args
from urllib.parse import parse_qs

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from collectors.store import StoreDownError
from dashboards.fleet import Fleet, Voice
from dashboards.groups import Pace
from dashboards.host import is_own_page
from dashboards.live import Hub
from dashboards.screen import Language
from dashboards.tour_codes import Codes, TooManyError
from dashboards.wire import transport_of

BAD_REQUEST = 4400
UNKNOWN_SCREEN = 4404


class LiveSocket:
    """An ASGI application for one websocket: `?screen=NAME&lang=id|en&pace=wall|desk|phone`, all optional, or
    `?tour=CODE&lang=id|en` for a visitor's phone.

    Without a screen a viewer gets every tile. Only pages of this very host may connect. A viewer can say
    `{"want": "all"}`, and it gets a complete picture; a screen says how it is, `{"beat": {...}}` (dashboards/fleet.py);
    a phone says whether it looks around by itself, `{"looking": true}`.
    """

    def __init__(self, hub: Hub, fleet: Fleet, codes: Codes) -> None:
        self.hub = hub
        self.fleet = fleet
        self.codes = codes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        headers = {key: value.decode("latin-1") for key, value in scope["headers"]}
        if not is_own_page(headers.get(b"origin"), headers.get(b"host")):
            await send({"type": "websocket.close", "code": 4403, "reason": "another host's page may not connect"})
            return
        asked = {key: values[-1] for key, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
        screen = "" if "tour" in asked else asked.get("screen", "")
        language = asked.get("lang") or (self.hub.screens[screen].language if screen in self.hub.screens else "")
        language = language or next(iter(self.hub.words))
        tour = asked.get("tour", "")
        pace = "phone" if tour else asked.get("pace", "desk")
        await send({"type": "websocket.accept"})  # a refusal's code reaches a browser only after this
        if screen and screen not in self.hub.screens:
            await send({"type": "websocket.close", "code": UNKNOWN_SCREEN, "reason": "there is no such screen"})
            return
        if language not in self.hub.words or pace not in get_args(Pace):
            await send({"type": "websocket.close", "code": BAD_REQUEST, "reason": "unknown lang or pace"})
            return
        if tour and not await self.is_open(tour, HTTPConnection(scope)):
            await send({"type": "websocket.close", "code": UNKNOWN_SCREEN, "reason": "unknown or ended code"})
            return
        voice = Voice(screen, (scope.get("client") or ("",))[0])
        transport = transport_of(scope)
        group, viewer = self.hub.join(screen, cast("Language", language), cast("Pace", pace), transport, tour)
        try:
            while (message := await receive())["type"] == "websocket.receive":
                said = understood(message)
                if said.get("want") == "all":
                    viewer.behind = True
                    self.hub.sending.write(group, viewer, b"")
                elif tour:
                    viewer.looking = said.get("looking", viewer.looking) is True
                elif screen and "beat" in said:
                    await self.note(voice, said["beat"])
        finally:
            group.viewers.discard(viewer)

    async def is_open(self, code: str, asked: HTTPConnection) -> bool:
        """Whether there is such a tour. Guessing is as slow here as on the pages."""
        try:
            return await self.codes.tour(self.hub.touring.tours, code, asked) is not None
        except TooManyError:
            return False

    async def note(self, voice: Voice, beat: object) -> None:
        """Where Redis is down the hub has said so, and this heartbeat is lost: the next comes in five seconds."""
        with contextlib.suppress(StoreDownError):
            await self.fleet.heard(voice, beat)


def understood(message: Any) -> dict[str, Any]:
    """A viewer's message; empty where it is none that we know."""
    try:
        said = json.loads(message.get("text") or "null")
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
