"""The room that is measured: a private Redis with a real city's readings, and the real web process on it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectors.embedded import EmbeddedRedis
from collectors.source import Area
from collectors.store import Store
from tests.bench.machine import LOAD_CORE, SERVER_CORE
from tests.bench.plan import Plan
from tests.bench.processes import ROOT, Running, free_port, running
from tests.bench.publish import AREAS, Publisher

FIRST_READINGS = 60.0


@dataclass(frozen=True, slots=True)
class Room:
    """Everything a measurement needs. `readings` are as the pretend city gave them."""

    plan: Plan
    folder: Path
    url: str
    store: Store
    readings: dict[Area, dict[str, Any]]

    @asynccontextmanager
    async def wall(self, core: int | None = SERVER_CORE, **more: str) -> AsyncIterator[Running]:
        """The web process as `python app.py wall` runs it; `more` is what its environment has beside."""
        port = free_port()
        environment = {"REDIS_URL": self.url, "PORT": str(port), "LIVEROOM_VAR": str(self.folder / "var"), **more}
        async with running(["app.py", "wall"], core, self.folder, port, environment) as server:
            yield server

    @asynccontextmanager
    async def rival(self, name: str, size: int) -> AsyncIterator[Running]:
        """Another way to do the same, with messages of so many bytes (tests/bench/rivals)."""
        port = free_port()
        words = ["-m", "tests.bench.rivals", name, str(port), self.url, str(size)]
        async with running(words, SERVER_CORE, self.folder, port) as server:
            yield server

    def publisher(self) -> Publisher:
        return Publisher(self.store, self.readings)


@asynccontextmanager
async def pretend_city(folder: Path) -> AsyncIterator[str]:
    """The demo city on the load's core: its address."""
    port = free_port()
    async with running(["app.py", "demo", "--port", str(port)], LOAD_CORE, folder, port):
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def furnished(plan: Plan) -> AsyncIterator[Room]:
    """A room whose Redis holds one reading of every area, collected from the pretend city over HTTP."""
    with tempfile.TemporaryDirectory(prefix="live-room-bench-") as name:
        folder = Path(name)
        redis = EmbeddedRedis(folder / "redis")
        await redis.ensure()
        try:
            async with Store(redis.url) as store:
                yield Room(plan, folder, redis.url, store, await collected(folder, redis.url, store))
        finally:
            redis.stop()


async def collected(folder: Path, url: str, store: Store) -> dict[Area, dict[str, Any]]:
    async with pretend_city(folder) as city:
        environment = {"REDIS_URL": url, "DEMO": city}
        words = ["app.py", "collect", "--config", str(ROOT / "config.yaml")]
        async with running(words, LOAD_CORE, folder, 0, environment), asyncio.timeout(FIRST_READINGS):
            while True:
                found = await store.readings(AREAS)
                if all(area in found and found[area]["freshness"] != "never" for area in AREAS):
                    return found
                await asyncio.sleep(0.2)
