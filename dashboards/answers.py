"""How /api/v1 answers other programs: with an ETag, and to the pages of other sites that the city's file names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIX = "/api/v1/"
ZERO = re.compile(r"\s*q\s*=\s*0(?:\.0{0,3})?\s*", re.IGNORECASE)
ASK_AGAIN = "no-cache"
ALLOWED = {
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Expose-Headers": "ETag",
    "Access-Control-Max-Age": "3600",
}


class Answers:
    """Puts on every answer of `app` under /api/v1 what HTTP caches need (RFC 9110 section 8.8), and where the Origin is
    one of `origins` what browsers need (Fetch, CORS protocol). Others may read; to change anything is for our pages."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Headers(scope=scope)
        origin = asked.get("origin", "")
        allowed = {"Access-Control-Allow-Origin": origin, **ALLOWED} if origin in self.origins else {}
        if is_preflight(scope, asked):
            await send({"type": "http.response.start", "status": 204, "headers": raw({**allowed, "Vary": "Origin"})})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_allowed(message: Message) -> None:
            if message["type"] == "http.response.start" and self.origins:
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                headers.update(allowed if scope["method"] == "GET" else {})
            await send(message)

        if scope["method"] != "GET":
            await self.app(scope, receive, send_allowed)
        else:
            await tagged(self.app, asked.get("if-none-match", ""), scope, receive, send_allowed)


def is_preflight(scope: Scope, asked: Headers) -> bool:
    """Whether a browser asks if another site's page may ask (Fetch, CORS preflight)."""
    return scope["method"] == "OPTIONS" and "access-control-request-method" in asked


async def tagged(app: ASGIApp, known: str, scope: Scope, receive: Receive, send: Send) -> None:
    """A good answer with its ETag, or 304 where the asker has it; it is small, and held until it is whole."""
    start: Message = {}
    parts: list[bytes] = []

    async def hold(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        parts.append(message.get("body", b""))
        if message.get("more_body", False):
            return
        body = b"".join(parts)
        if start["status"] == 200:
            headers = MutableHeaders(scope=start)
            tag = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'
            headers["ETag"], headers["Cache-Control"] = tag, ASK_AGAIN
            if is_known(tag, known):
                start["status"], body = 304, b""
                del headers["content-length"], headers["content-type"]
        await send(start)
        await send({"type": "http.response.body", "body": body})

    await app(scope, receive, hold)


def is_known(tag: str, known: str) -> bool:
    """Weak comparison with If-None-Match (RFC 9110 section 13.1.2)."""
    given = {one.strip().removeprefix("W/") for one in known.split(",")}
    return known.strip() == "*" or tag.removeprefix("W/") in given


def takes_gzip(accepted: str) -> bool:
    """Whether Accept-Encoding names gzip, and not with a weight of 0 (RFC 9110 section 12.5.3)."""
    weights = {name.strip().lower(): weight for name, _, weight in (one.partition(";") for one in accepted.split(","))}
    return "gzip" in weights and ZERO.fullmatch(weights["gzip"]) is None


def raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
