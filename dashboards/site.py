"""The whole site as one ASGI application: the hub's socket, the machines' addresses and Dash's pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dash import Dash
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards import answers, assets, host, suites, updates
from dashboards.answers import Answers
from dashboards.files import ASK_AGAIN
from dashboards.index import finished, scripts
from dashboards.tour_visit import is_visit
from dashboards.visitors_door import came_as_visitor

MACHINES = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/version",
    "/map.svg",
    "/_favicon.ico",
    "/_dash-layout",
    "/_dash-dependencies",
)
KEPT = ("location", "set-cookie", "retry-after")
"""The headers of a page that are its own, beside its text."""
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


class Site:
    """Answers what exists and says 404 to everything else; Dash alone would answer every address with its page."""

    def __init__(
        self, app: Dash, live: ASGIApp, pages: Sequence[str], cors: Sequence[str] = (), address: str | None = None
    ) -> None:
        self.dash: ASGIApp = app.server
        self.packed = packed(self.dash)
        self.answers = packed(Answers(self.dash, cors))
        self.routes = list(app.server.routes)  # without the one for every address, which Dash adds as it starts
        self.live = live
        self.pages = frozenset(pages)
        self.names = host.names_of(address)
        self.headers = security_headers(app)
        self.assets = assets.Assets(Path(app.config.assets_folder))
        self.suites = suites.Suites(app)
        self.updates = packed(updates.Updates(self.dash, self.pages))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.websocket(scope, receive, send)
        else:
            # uvicorn leaves the body out where HEAD was asked
            asked = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
            await self.secured(self.http)(asked, receive, send)

    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Before anybody may ask: Dash registers its scripts on the first request to "/", and on no other page's."""

        async def send_when_warm(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                _, _, page = await self.fetched({**ASK, "path": "/", "raw_path": b"/"}, receive)
                for source in scripts(page):
                    await self.suites.asked(source, {})
            await send(message)

        await self.dash(scope, receive, send_when_warm)

    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        code, reason = 4404, "there is nothing at this address"
        if not self.is_asked(scope):
            code, reason = 4403, "not asked by a name of this site"
        elif scope["path"] == "/live":
            await self.live(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": code, "reason": reason})

    def is_asked(self, scope: Scope) -> bool:
        """By a name of this site; phones in the hall may find the visitors' door by any."""
        return came_as_visitor(scope) or host.is_ours(Headers(scope=scope).getlist("host"), self.names)

    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.is_asked(scope):
            await PlainTextResponse(host.REFUSED, 421)(scope, receive, send)
            return
        path, given = scope["path"], Headers(scope=scope)
        app: ASGIApp | None = None
        if path.startswith(assets.PREFIX):
            app = self.assets.asked(path, scope["query_string"].decode("latin-1"), given)
        elif path.startswith(suites.PREFIX):
            app = await self.suites.asked(path, given)
        elif (path in self.pages or is_owner(path)) and scope["method"] == "GET":
            app = packed(await self.page(scope, receive))
        elif is_visit(path) and scope["method"] in ("GET", "POST"):
            app = packed(await self.page(scope, receive)) if scope["method"] == "GET" else self.packed
        elif path.startswith(answers.PREFIX):
            app = self.answering(scope, given)
        elif path == updates.ADDRESS and scope["method"] == "POST":
            app = self.updates
        elif path.startswith("/export/") and self.answers_to(scope):
            app = self.dash  # files are sent as they are, and packing them would hold up the screens
        elif path in self.pages or path in MACHINES or is_qr(path) or is_brief(path, scope["method"]):
            app = self.packed
        await (app or PlainTextResponse("There is nothing at this address.\n", 404))(scope, receive, send)

    def answering(self, scope: Scope, given: Headers) -> ASGIApp | None:
        """Who answers at an address under /api/v1. Dash's page for every address would take GET for any of them."""
        methods = [method for method in ("GET", "POST") if self.answers_to({**scope, "method": method})]
        if not methods:
            return None
        if scope["method"] in methods or answers.is_preflight(scope, given):
            return self.answers
        allowed = ", ".join(methods)
        return JSONResponse({"error": f"this address is for {allowed}"}, 405, {"Allow": allowed})

    def answers_to(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self.routes)

    async def page(self, scope: Scope, receive: Receive) -> Response:
        """Dash's HTML of an address. It differs each time, by a token of Dash's own."""
        status, given, page = await self.fetched(scope, receive)
        kept = {name: given[name] for name in KEPT if name in given}
        if status != 200 and not page.startswith("<!DOCTYPE"):
            return PlainTextResponse(page, status, kept)
        page = finished(page, scope["path"], self.assets, self.suites)
        return HTMLResponse(page, status, {"Cache-Control": ASK_AGAIN, **kept})

    async def fetched(self, scope: Scope, receive: Receive) -> tuple[int, Headers, str]:
        """What Dash answers: status, headers and text."""
        status: list[int] = []
        parts: list[bytes] = []
        headers: list[tuple[bytes, bytes]] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])
                headers.extend(message.get("headers", []))
            else:
                parts.append(message.get("body", b""))

        await self.dash(scope, receive, keep)
        return status[0], Headers(raw=headers), b"".join(parts).decode()

    def secured(self, app: ASGIApp) -> ASGIApp:
        async def with_headers(scope: Scope, receive: Receive, send: Send) -> None:
            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    MutableHeaders(scope=message).update(self.headers)
                await send(message)

            await app(scope, receive, send_with_headers)

        return with_headers


def packed(app: ASGIApp) -> ASGIApp:
    """An application whose longer answers are compressed, each time, for whoever can read that."""
    packing = GZipMiddleware(app, minimum_size=1024, compresslevel=6)

    async def as_accepted(scope: Scope, receive: Receive, send: Send) -> None:
        # it looks for the word only, and would send gzip;q=0 what that asks not to be sent
        if not answers.takes_gzip(Headers(scope=scope).get("accept-encoding", "")):
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}
        await packing(scope, receive, send)

    return as_accepted


def is_qr(path: str) -> bool:
    """/qr/<tile>.svg; which tiles there are is known to its route."""
    return path.startswith("/qr/") and path.endswith(".svg")


def is_brief(path: str, method: str) -> bool:
    """/brief.pdf and /brief/<name>.pdf; which of these are there is known to their route."""
    kept = path.startswith("/brief/") and path.endswith(".pdf") and path.count("/") == 2
    return method == "GET" and (path == "/brief.pdf" or kept)


def is_owner(path: str) -> bool:
    """/owners/<slug>; whose slug that is is known to its route."""
    return path.startswith("/owners/") and "/" not in path.removeprefix("/owners/") and path != "/owners/"
