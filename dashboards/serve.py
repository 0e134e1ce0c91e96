"""The web process: the hub and the site on one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from dashboards.door import Door
from dashboards.live import Hub
from dashboards.visitors_door import VisitorsDoor
from dashboards.wire import KERNEL_WATCHES, Wire

VISITORS = 1000
"""Connections that visitors may have at once: some three hundred phones, each with a socket and pages."""


class Server(uvicorn.Server):
    """uvicorn without its signal handlers: the program has its own, and ends the server by cancelling `serve`.

    It looks once a second whether anything is due, not ten times: that alone was half of what an idle room cost.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ended = asyncio.Event()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ended.wait(), 1)

    def end(self) -> None:
        self.should_exit = True
        self.ended.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server_of(site: ASGIApp, host: str, port: int, **more: Any) -> Server:
    return Server(
        uvicorn.Config(
            site,
            host=host,
            port=port,
            http=Door,
            ws=Wire,
            ws_per_message_deflate=False,
            ws_max_size=4096,
            ws_ping_interval=None if KERNEL_WATCHES else 30,
            ws_ping_timeout=30,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
            **more,
        )
    )


def connections_for_visitors() -> int:
    """How many they may have at once: never more than half of what this process may open, so that however many come,
    walls find a connection and recordings a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * VISITORS if hard == resource.RLIM_INFINITY else min(2 * VISITORS, hard)
    if 0 <= soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return VISITORS if soft < 0 else min(VISITORS, soft // 2)


async def serve(hub: Hub, site: ASGIApp, host: str, port: int, visitors: tuple[str, int] | None = None) -> None:
    """Serve until cancelled, then let answers under way end. `visitors` is where their door is, if they have one of
    their own. Raises what ended the hub, should it ever end."""
    servers = [server_of(site, host, port)]
    if visitors is not None:
        most = connections_for_visitors()
        servers.append(server_of(VisitorsDoor(site), *visitors, lifespan="off", limit_concurrency=most))
    serving = [asyncio.create_task(server.serve()) for server in servers]
    watching = asyncio.create_task(hub.run())
    try:
        await asyncio.wait({*serving, watching}, return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
    finally:
        for server in servers:
            server.end()
        await asyncio.gather(*serving)
        watching.cancel()
        await asyncio.wait({watching})
