"""Many sources write at the same time; what waits is made and written together, in one transaction."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from collectors.write import Write

MOST = 100
PAUSE = 0.2
TURN = 0.02

Make = Callable[[], Write]
"""Takes in what a source said, and says what that changes in the store."""


class Commits:
    """Takes writes from any task and hands them on: the first after a quiet moment at once, then every 200 ms
    those that have come, up to a hundred together.

    They are made only then, one after the other, which costs half of what each by itself would: everything it takes is
    in the processor's caches. `commit` writes all of them or none; what it raises ends `run`, and whoever waits is to
    be ended with it.
    """

    def __init__(self, commit: Callable[[Sequence[Write]], Awaitable[None]]) -> None:
        self._commit = commit
        self._waiting: list[tuple[Make, asyncio.Future[Write]]] = []
        self._news = asyncio.Event()

    async def write(self, make: Make) -> Write:
        """Returns once it is written. Raises what `make` raises; then there is nothing to write."""
        written: asyncio.Future[Write] = asyncio.get_running_loop().create_future()
        self._waiting.append((make, written))
        self._news.set()
        return await written

    async def run(self) -> None:
        while True:
            await self._news.wait()
            several, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            if not self._waiting:
                self._news.clear()
            made = await self._made(several)
            if made:
                await self._commit([write for write, _ in made])
            for write, written in made:
                if not written.done():
                    written.set_result(write)
            await asyncio.sleep(PAUSE)

    async def _made(
        self, several: Sequence[tuple[Make, asyncio.Future[Write]]]
    ) -> list[tuple[Write, asyncio.Future[Write]]]:
        """What is to be written, without those that could not be made; large ones must not hold up the others."""
        made: list[tuple[Write, asyncio.Future[Write]]] = []
        began = time.perf_counter()
        for make, written in several:
            if written.done():
                continue
            try:
                made.append((make(), written))
            except Exception as error:  # noqa: BLE001  raised where it is waited for
                written.set_exception(error)
            if time.perf_counter() - began > TURN:
                await asyncio.sleep(0)
                began = time.perf_counter()
        return made
