"""Collecting processes that are made to die, for test_crashes.py:

    python -m tests.dying REDIS CITY           for every number read: collect, die at that step, print the exit code
    python -m tests.dying REDIS CITY stopped   collect, and say "refused" when a write is

A step is a point before or after something that leaves the process: a question to a source, a question to the store, a
transaction (before it, between its commands and its EXEC, after it).
"""

from __future__ import annotations

import asyncio
import math
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import structlog
from redis.asyncio.client import Pipeline

from collectors import computing, lease
from collectors.districts import Districts
from collectors.fetch import Http
from collectors.readings.limits import Limits
from collectors.schedule import Collecting
from collectors.store import LostLeaseError, Store
from tests.collecting import quick, shipped

ROOT = Path(__file__).resolve().parent.parent
DIED = 9
TRANSACTIONS = 11


class Steps:
    """Counts steps and ends the process, without any farewell, at one of them."""

    def __init__(self, last: int) -> None:
        self.left = last

    def __call__(self) -> None:
        self.left -= 1
        if self.left == 0:
            os._exit(DIED)


class DyingStore(Store):
    def __init__(self, url: str, step: Callable[[], None]) -> None:
        super().__init__(url)
        self.step = step
        self.written = 0

    async def fenced(self, epoch: int, fill: Callable[[Pipeline], None]) -> None:
        def filled(pipe: Pipeline) -> None:
            fill(pipe)
            self.step()

        self.step()
        try:
            await super().fenced(epoch, filled)
        except LostLeaseError:
            print("refused", flush=True)
            raise
        self.written += 1
        self.step()

    async def source_fields(self, names: Iterable[str]) -> dict[str, dict[str, str]]:
        found = await super().source_fields(names)
        self.step()
        return found

    async def records(self, area: Any) -> dict[tuple[str, str], dict[str, Any]]:
        found = await super().records(area)
        self.step()
        return found


class DyingHttp(Http):
    step: Callable[[], None]

    async def _ask(self, *given: Any, **asked: Any) -> Any:
        self.step()
        answer = await super()._ask(*given, **asked)
        self.step()
        return answer


async def collect(redis: str, url: str, step: Callable[[], None], transactions: float) -> None:
    city, listed = shipped(url)
    sources = [quick(listed[name], every=0.05, cadence=60.0) for name in ("laksa", "like-lantas")]
    http = DyingHttp(user_agent="dying")
    http.step = step
    store = DyingStore(redis, step)
    async with store, http:
        districts = Districts.read(ROOT / "assets" / "map" / "tangerang.geojson")
        collecting = Collecting(city, sources, districts, Limits(), store, http)
        task = asyncio.create_task(collecting.run())
        while not task.done() and store.written < transactions:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait({task})


def main(redis: str, url: str, how: str = "") -> None:
    lease.LEASE_MS, lease.RENEW_SECONDS, computing.READING_GAP = 250, 0.05, 0.02
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    if how == "stopped":
        lease.RENEW_SECONDS = 30.0  # its write is to find out, not its renewal
        asyncio.run(collect(redis, url, lambda: None, math.inf))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(collect(redis, url, Steps(int(line)), TRANSACTIONS))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
