"""The pretend city's server: every protocol under one address, every answer marked, faults in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from aiohttp import web

from demo import aplicares, applications, fault_routes, open311, open511, past_routes, posts, waze
from demo.answers import CITY, MOMENT
from demo.city import build
from demo.clock import Clock, real_now
from demo.fault_routes import names_of
from demo.faults import FAULTS, SLOW_SECONDS, Faults, replacement, spoil, wait
from demo.past import Past
from demo.past_routes import PAST
from demo.replay import Recording

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

RECORDING = web.AppKey("recording", Recording)
COMPRESSED_FROM = 4096
SPOILED = frozenset({"garbage", "truncated", "huge", "drip"})

WELCOME = """A pretend city. Nothing here is true; every answer carries the header Live-Room-Demo.

laksa         complaints    GET  /laksa/open311/v2/requests.json  .xml
                            GET  /laksa/open311/v2/services.json  .xml
                            GET  /laksa/open311/v2/discovery.json .xml
aplicares     beds          POST /aplicares/Dashboard/getListRSPKS
                            POST /aplicares/Pencarian/getData
                            GET  /aplicares/Referensi/propinsi, /aplicares/Referensi/dati2/36
waze          traffic       GET  /waze/feed?format=1
like-lantas   traffic       GET  /like-lantas/events
applications  apps          GET  /apps/<id>/
water         water         GET  /water/posts
past                        GET  /past/<beds|traffic|apps|outages|water>.csv?from=2026-11-01&to=2026-11-07
faults                      GET  /_faults
                            POST /_faults/<source or application id>  {"kind": "down"}
                            DELETE the same
"""


def application(
    *, seed: int = 36, speed: float = 10.0, replay: Path | None = None, now: Callable[[], datetime] = real_now
) -> web.Application:
    """The whole city as an application, which starts now. `now` gives the real time, in UTC.

    Raises OSError or ValueError where the tables or the folder to replay cannot be read.
    """
    app = web.Application(middlewares=[answer])
    app[CITY] = build(seed, Clock(now().replace(microsecond=0), speed, now))
    app[FAULTS] = Faults()
    app[PAST] = Past(seed, app[CITY])
    if replay is not None:
        app[RECORDING] = Recording(replay)
    app.add_routes(
        [
            web.get("/", welcome),
            *fault_routes.routes(),
            *open311.routes("/laksa/open311/v2"),
            *aplicares.routes("/aplicares"),
            *waze.routes("/waze"),
            *open511.routes("/like-lantas"),
            *applications.routes("/apps"),
            *posts.routes("/water"),
            *past_routes.routes("/past"),
        ]
    )
    app.on_shutdown.append(end_faults)
    return app


def run(host: str, port: int, *, seed: int = 36, speed: float = 10.0, replay: Path | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Raises OSError where the address is taken."""
    web.run_app(
        application(seed=seed, speed=speed, replay=replay),
        host=host,
        port=port,
        print=None,
        access_log=None,
        shutdown_timeout=1,
        handler_cancellation=True,
    )


async def welcome(request: web.Request) -> web.Response:
    """What is served here."""
    return web.Response(text=WELCOME)


async def end_faults(app: web.Application) -> None:
    """Let go of every answer that a fault holds back, so that the server can stop."""
    for name in app[FAULTS].all():
        app[FAULTS].clear(name)


@web.middleware
async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every answer: the source's own or what its fault makes of it, marked and dated."""
    city, faults, names = request.app[CITY], request.app[FAULTS], names_of(request.path)
    fault = faults.of(*names)
    if fault is not None and fault.kind == "slow":
        await wait(fault, SLOW_SECONDS)
        fault = faults.of(*names)
    request[MOMENT] = fault.since if fault is not None and fault.kind == "frozen" else city.clock.now()
    response = (replacement(fault) if fault is not None else None) or await _own(request, handler)
    response.headers["Live-Room-Demo"] = request.app[CITY].name
    response.headers["Date"] = format_datetime(request[MOMENT].replace(microsecond=0), usegmt=True)
    if fault is not None and fault.kind in SPOILED:
        return await spoil(request, fault, response, applications.title(request))
    if isinstance(response.body, bytes) and len(response.body) > COMPRESSED_FROM:
        response.enable_compression()
    return response


async def _own(request: web.Request, handler: Handler) -> web.Response:
    """What the source says itself, recorded or made."""
    if RECORDING in request.app and (recorded := await request.app[RECORDING].answer(request)) is not None:
        return recorded
    try:
        response = await handler(request)
    except web.HTTPException as problem:
        return web.Response(status=problem.status, text=problem.text or problem.reason)
    if not isinstance(response, web.Response):
        raise TypeError(f"{request.path} did not answer with a whole response")
    return response
