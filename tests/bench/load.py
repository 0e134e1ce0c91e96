"""A crowd of viewers on one server, and what the server used while they were served."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from tests.bench.processes import BenchError, Running
from tests.bench.publish import AREAS, Publisher
from tests.bench.tally import Latency, Tally, latency
from tests.bench.viewers import SocketViewer, Viewer

TOGETHER = 50
JOIN_SECONDS = 30.0
SETTLE_SECONDS = 0.3

Newcomer = Callable[[Tally, int], Viewer]
"""Makes one viewer; its number within the crowd spreads those who ask by themselves over the second."""


def live(port: int, pace: str) -> Newcomer:
    """A screen of the wall on the hub's own socket."""
    return lambda tally, _: SocketViewer(tally, port, f"/live?screen=main&pace={pace}")


@asynccontextmanager
async def watching(port: int, newcomer: Newcomer, count: int, tally: Tally) -> AsyncIterator[Sequence[Viewer]]:
    """So many viewers, from when each has been told something. Raises BenchError if one is lost on the way."""
    loop = asyncio.get_running_loop()
    viewers: list[Viewer] = []
    try:
        async with asyncio.timeout(JOIN_SECONDS):
            for start in range(0, count, TOGETHER):
                some = range(start, min(start + TOGETHER, count))
                made = [loop.create_connection(partial(newcomer, tally, i), "127.0.0.1", port) for i in some]
                joined = [viewer for _, viewer in await asyncio.gather(*made)]
                viewers += joined
                await asyncio.gather(*(viewer.ready for viewer in joined))
        yield viewers
        if tally.lost:
            raise BenchError(f"{tally.lost} of {count} viewers lost their connection")
    finally:
        for viewer in viewers:
            viewer.leave()
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Served:
    """One window: updates published and delivered, processor seconds of the server and of this load generator."""

    seconds: float
    published: int
    expected: int
    delivered: int
    server: float
    load: float
    frame_bytes: float
    latency: Latency | None

    @property
    def microseconds(self) -> float:
        """Of the server's processor time per delivered update."""
        return self.server / max(1, self.delivered) * 1e6

    @property
    def core(self) -> float:
        """Per cent of one core of the server."""
        return self.server / self.seconds * 100

    @property
    def load_core(self) -> float:
        return self.load / self.seconds * 100

    @property
    def share(self) -> float:
        """Of the updates that should have arrived."""
        return self.delivered / max(1, self.expected)


async def served(
    server: Running, viewers: Sequence[Viewer], publisher: Publisher, rate: float, seconds: float, drain: float = 0.3
) -> Served:
    """Publish for so long, wait until the last update is through, and count."""
    tally = viewers[0].tally
    for viewer in viewers:
        viewer.seen = len(publisher.moments) - 1
    tally.start()
    cpu, own, began = server.cpu(), time.process_time(), time.perf_counter()
    published = await publisher.steadily(rate, seconds) if rate else await nothing(seconds)
    took = time.perf_counter() - began
    cpu, own = server.cpu() - cpu, time.process_time() - own
    await asyncio.sleep(drain)
    tally.open = False
    return Served(
        took,
        published,
        published * len(viewers),
        tally.delivered,
        cpu,
        own,
        tally.size / max(1, tally.frames),
        latency(tally.milliseconds) if tally.milliseconds else None,
    )


async def nothing(seconds: float) -> int:
    await asyncio.sleep(seconds)
    return 0


async def warmed(server: Running, newcomer: Newcomer, publisher: Publisher) -> float:
    """Let a server do everything once for one viewer: its resident KB after that."""
    tally = Tally(publisher)
    for area in AREAS:
        await publisher.publish(area)
    async with watching(server.port, newcomer, 1, tally):
        await publisher.steadily(20, 0.6)
        await asyncio.sleep(SETTLE_SECONDS)
    return server.rss()
