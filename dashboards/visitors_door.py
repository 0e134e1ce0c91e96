"""The door for visitors: a port of its own, beyond this machine where the city wants that. Behind it there is nothing
but what a visitor's phone may see.

Who came in by it is a visitor, whatever is asked: that decides the audience, not the page.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboards.assets import PREFIX

VISITOR = "live-room.visitor"


class VisitorsDoor:
    """Lets through what belongs to a visitor's phone, and answers 404 to everything else."""

    def __init__(self, site: ASGIApp) -> None:
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        known = is_for_visitors(scope)
        if scope["type"] == "websocket" and not known:
            await receive()
            await send({"type": "websocket.close", "code": 4404, "reason": "there is nothing at this address"})
            return
        if not known:
            await PlainTextResponse("There is nothing at this address.\n", 404)(scope, receive, send)
            return
        extensions = {**scope.get("extensions", {}), VISITOR: True}
        await self.site({**scope, "extensions": extensions}, receive, send)


def is_for_visitors(scope: Scope) -> bool:
    path = scope["path"]
    if scope["type"] == "websocket":
        return path == "/live" and bool(parse_qs(scope["query_string"].decode("latin-1")).get("tour"))
    return path in ("/t", "/_favicon.ico") or str(path).startswith(("/t/", PREFIX))


def came_as_visitor(scope: Scope) -> bool:
    """Whether a request came in by the visitors' door."""
    return VISITOR in scope.get("extensions", {})
