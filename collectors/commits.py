"""Many sources write at the same time; what waits is written together, in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from collectors.write import Write

MOST = 100
PAUSE = 0.2


class Commits:
    """Takes writes from any task and hands them on: the first after a quiet moment at once, then every 200 ms
    those that have come, up to a hundred together.

    `commit` writes all of them or none; what it raises ends `run`, and whoever waits is to be ended with it.
    """

    def __init__(self, commit: Callable[[Sequence[Write]], Awaitable[None]]) -> None:
        self._commit = commit
        self._waiting: list[tuple[Write, asyncio.Future[None]]] = []
        self._news = asyncio.Event()

    async def write(self, write: Write) -> None:
        """Returns once it is written."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((write, written))
        self._news.set()
        await written

    async def run(self) -> None:
        while True:
            await self._news.wait()
            several, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            if not self._waiting:
                self._news.clear()
            await self._commit([write for write, _ in several])
            for _, written in several:
                if not written.done():
                    written.set_result(None)
            await asyncio.sleep(PAUSE)
