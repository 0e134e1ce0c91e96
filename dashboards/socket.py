"""The address /live: the door of the hub for browsers."""

from __future__ import annotations

import json
from typing import Any, cast, get_args
from urllib.parse import parse_qs, urlsplit

from starlette.types import Receive, Scope, Send

from dashboards.live import Hub, Pace
from dashboards.screen import Language
from dashboards.wire import transport_of

BAD_REQUEST = 4400
UNKNOWN_SCREEN = 4404


class LiveSocket:
    """An ASGI application for one websocket: `?screen=NAME&lang=id|en&pace=wall|desk|phone`, all optional.

    Without a screen a viewer gets every tile. Only pages of this very host may connect. The one thing a viewer can say
    is `{"want": "all"}`, and it gets a complete picture.
    """

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        headers = {key: value.decode("latin-1") for key, value in scope["headers"]}
        origin = headers.get(b"origin")
        if origin is not None and urlsplit(origin).netloc != headers.get(b"host"):
            await send({"type": "websocket.close", "code": 4403, "reason": "another host's page may not connect"})
            return
        asked = {key: values[-1] for key, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
        screen = asked.get("screen", "")
        language = asked.get("lang") or (self.hub.screens[screen].language if screen in self.hub.screens else "")
        language = language or next(iter(self.hub.words))
        pace = asked.get("pace", "desk")
        await send({"type": "websocket.accept"})  # a refusal's code reaches a browser only after this
        if screen and screen not in self.hub.screens:
            await send({"type": "websocket.close", "code": UNKNOWN_SCREEN, "reason": "there is no such screen"})
            return
        if language not in self.hub.words or pace not in get_args(Pace):
            await send({"type": "websocket.close", "code": BAD_REQUEST, "reason": "unknown lang or pace"})
            return
        group, viewer = self.hub.join(screen, cast("Language", language), cast("Pace", pace), transport_of(scope))
        try:
            while (message := await receive())["type"] == "websocket.receive":
                if wants_all(message):
                    viewer.behind = True
                    self.hub.write(group, viewer, b"")
        finally:
            group.viewers.discard(viewer)


def wants_all(message: Any) -> bool:
    """Whether a viewer's message asks for a complete picture; anything else it says is ignored."""
    try:
        said = json.loads(message.get("text") or "null")
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("want") == "all"
