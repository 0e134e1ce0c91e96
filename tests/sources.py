"""What tests of collectors share: a real server for a handful of answers, a city, a source, recorded samples."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from collectors import COLLECTORS
from collectors.fetch import Http
from collectors.records import Batch, Known
from collectors.source import Application, Area, City, Settings, Source

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BOUNDS = (106.55, -6.30, 106.78, -6.07)
JSON = "application/json"


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A server that gives every path to `handler`; its address without a slash at the end."""
    app = web.Application()

    async def route(request: web.Request) -> web.StreamResponse:
        return await handler(request)

    app.router.add_route("*", "/{path:.*}", route)
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def city(*applications: Application, bounds: tuple[float, float, float, float] = BOUNDS) -> City:
    """Kota Tangerang, or the same with other bounds."""
    return City(
        name="Kota Tangerang",
        code="36.71",
        timezone=ZoneInfo("Asia/Jakarta"),
        bounds=bounds,
        applications=applications,
    )


def source(
    collector: str, url: str, settings: Settings | None = None, every: float = 10.0, area: Area | None = None
) -> Source:
    """A source of a collector; `settings` are its own when none are given, `area` the first that it feeds."""
    known = COLLECTORS[collector]
    return Source(
        name="pretend",
        area=area or known.feeds[0],
        collector=collector,
        url=url,
        every=every,
        cadence=60,
        owner="Dinas Contoh",
        settings=settings or known.settings(),
    )


async def collected(
    collector: str,
    handler: Handler,
    settings: Settings | None = None,
    where: City | None = None,
    path: str = "",
    area: Area | None = None,
) -> Batch:
    """One run of a collector that knows nothing yet, against `handler`."""
    async with serving(handler) as base, Http() as http:
        one = COLLECTORS[collector](source(collector, base + path, settings, 60.0, area), where or city())
        return await one.collect(http, Known())


def answering(body: str | bytes, content_type: str = JSON, status: int = 200, **headers: str) -> Handler:
    """A handler that always says the same; header names with _ for -."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}

    async def handler(request: web.Request) -> web.StreamResponse:
        raw = body.encode() if isinstance(body, str) else body
        return web.Response(body=raw, status=status, headers={"Content-Type": content_type, **given})

    return handler


def sample(path: str) -> bytes:
    """A recorded payload below LIVEROOM_SAMPLES; the test is skipped where there are none."""
    folder = os.environ.get("LIVEROOM_SAMPLES")
    if not folder:
        pytest.skip("LIVEROOM_SAMPLES names no folder of recorded payloads")
    return (Path(folder) / path).read_bytes()
