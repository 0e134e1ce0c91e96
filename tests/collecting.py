"""The real collecting side against a pretend city and a real store, in this process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from collectors.districts import Districts
from collectors.fetch import Http
from collectors.readings.limits import Limits
from collectors.retention import Retention
from collectors.schedule import Collecting
from collectors.source import City, Source
from collectors.store import Store
from collectors.writing import Writing
from config import load

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30.0


def shipped(url: str) -> tuple[City, dict[str, Source]]:
    """The shipped city and its sources, fed by a pretend city at `url`."""
    config = load(ROOT / "config.yaml", {"DEMO": url})
    return config.city, {source.name: source for source in config.sources}


def quick(source: Source, every: float = 1.0, cadence: float = 3.0) -> Source:
    return source.model_copy(update={"every": every, "cadence": cadence})


async def until(what: str, ready: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait until `ready` (plain or awaitable) gives something true, and return it; say what it was if it never does."""
    try:
        async with asyncio.timeout(patience):
            while True:
                found = ready()
                if asyncio.iscoroutine(found):
                    found = await found
                if found:
                    return found
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"after {patience:.0f} s still not: {what}") from None


class Run:
    """One collecting process as a task."""

    def __init__(self, collecting: Collecting, store: Store) -> None:
        self.collecting = collecting
        self.store = store
        self.task = asyncio.create_task(collecting.run())

    async def stop(self) -> None:
        """As SIGTERM does it."""
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task

    async def vanish(self) -> None:
        """As kill -9 does it: the lease is not given back."""
        self.collecting.lease.epoch = 0
        await self.stop()

    async def reading(self, area: Any) -> Any:
        """An area's reading, None before the first with an answer or a failure."""
        reading = (await self.store.readings([area])).get(area)
        return reading if reading and any(one["received"] or one["error"] for one in reading["sources"]) else None


@asynccontextmanager
async def collecting(
    url: str, sources: Sequence[Source], city: City, districts: Districts, history: Path | None = None
) -> AsyncIterator[Run]:
    """A collecting process on the store at `url`, until the block ends; it keeps a history where a folder is given."""
    async with Store(url) as store, Http() as http:
        kept = (Writing(history), Retention()) if history else None
        run = Run(Collecting(city, sources, districts, Limits(), store, http, history=kept), store)
        try:
            yield run
        finally:
            await run.stop()
