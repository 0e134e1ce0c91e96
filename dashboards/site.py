"""The whole site as one ASGI application: the hub's socket, the machines' addresses and Dash's pages."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dash import Dash
from dash.fingerprint import check_fingerprint
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SUITES = "/_dash-component-suites/"
MACHINES = ("/healthz", "/readyz", "/metrics", "/version", "/map.svg", "/_favicon.ico")
PREFIXES = ("/_dash-layout", "/_dash-dependencies", "/_dash-update-component", "/assets/", "/api/v1/")
SCRIPT = re.compile(r'src="(/_dash-component-suites/[^"]+)"')
ASK: Scope = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"localhost")],
    "client": None,
    "server": None,
}


def security_headers(app: Dash) -> dict[str, str]:
    """Nothing is loaded from outside, nobody may frame us. Call when every clientside callback is registered."""
    policy = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *app.csp_hashes()]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


@dataclass(frozen=True, slots=True)
class Kept:
    """A script as it is sent again and again: compressed once."""

    body: bytes
    headers: list[tuple[bytes, bytes]]


class Site:
    """Answers what exists and says 404 to everything else; Dash alone would answer every address with its page."""

    def __init__(self, app: Dash, live: ASGIApp, pages: Sequence[str]) -> None:
        self.dash = app
        self.app: ASGIApp = app.server
        self.live = live
        self.pages = frozenset(pages)
        self.headers = security_headers(app)
        self.kept: dict[str, Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.websocket(scope, receive, send)
        elif not self.exists(scope["path"]):
            await self.secured(PlainTextResponse("There is nothing at this address.\n", 404))(scope, receive, send)
        elif scope["path"].startswith(SUITES) and scope["method"] == "GET":
            await self.script(scope, receive, send)
        else:
            await self.secured(self.app)(scope, receive, send)

    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Before anybody may ask: Dash reads its assets on the first request to "/", and on no other page's."""

        async def send_when_warm(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                page = await self.fetched({**ASK, "path": "/", "raw_path": b"/"}, receive)
                for source in SCRIPT.findall(gzip.decompress(page.body).decode()):
                    path = source.partition("?")[0]
                    self.kept[path] = await self.fetched({**ASK, "path": path, "raw_path": path.encode()}, receive)
            await send(message)

        await self.app(scope, receive, send_when_warm)

    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/live":
            await self.live(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 4404, "reason": "there is nothing at this address"})

    def exists(self, path: str) -> bool:
        if path.startswith(SUITES):
            package, _, name = path.removeprefix(SUITES).partition("/")
            path_in_package, _ = check_fingerprint(name)  # type: ignore[no-untyped-call]
            return path_in_package in self.dash.registered_paths.get(package, ())
        return path in self.pages or path in MACHINES or path.startswith(PREFIXES)

    def secured(self, app: ASGIApp) -> ASGIApp:
        async def with_headers(scope: Scope, receive: Receive, send: Send) -> None:
            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    MutableHeaders(scope=message).update(self.headers)
                await send(message)

            await app(scope, receive, send_with_headers)

        return with_headers

    async def script(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One of Dash's own scripts, compressed on its first request and kept: they are large and never change."""
        path = scope["path"]
        if b"gzip" not in dict(scope["headers"]).get(b"accept-encoding", b""):
            await self.secured(self.app)(scope, receive, send)
            return
        if path not in self.kept:
            self.kept[path] = await self.fetched(scope, receive)
        kept = self.kept[path]
        await self.secured(Sent(kept))(scope, receive, send)

    async def fetched(self, scope: Scope, receive: Receive) -> Kept:
        parts: list[bytes] = []
        headers: list[tuple[bytes, bytes]] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers.extend(message["headers"])
            else:
                parts.append(message.get("body", b""))

        unconditional = [(key, value) for key, value in scope["headers"] if key != b"if-none-match"]
        await self.app({**scope, "headers": unconditional}, receive, keep)
        body = gzip.compress(b"".join(parts), 6)
        sent = [(key, value) for key, value in headers if key.lower() != b"content-length"]
        sent += [
            (b"content-encoding", b"gzip"),
            (b"content-length", str(len(body)).encode()),
            (b"vary", b"accept-encoding"),
        ]
        return Kept(body, sent)


@dataclass(frozen=True, slots=True)
class Sent:
    """An ASGI application that answers with what was kept."""

    kept: Kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": list(self.kept.headers)})
        await send({"type": "http.response.body", "body": self.kept.body})
