"""An ASGI application on a port of this machine, served as the program serves its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import ASGIApp

from dashboards.serve import server_of


@asynccontextmanager
async def served(app: ASGIApp, port: int, **given: Any) -> AsyncIterator[str]:
    """Its address, as long as the block lasts."""
    server = server_of(app, "127.0.0.1", port, **given)
    task = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10):
            while not server.started:
                await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.end()
        await task
