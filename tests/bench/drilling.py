"""Officials who open one page of the past after the other, while a crowd watches the wall."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median

import aiohttp

from collectors.source import Area
from tests.bench.history_questions import FILTERS, RANGES
from tests.bench.load import Served, live, served, warmed, watching
from tests.bench.processes import BenchError
from tests.bench.report import Table, short
from tests.bench.room import Room
from tests.bench.tally import Tally, part_of

OFFICIALS = 10
LOOKS = 2.0
"""Seconds for which one looks at a page before the next."""
RATE = 10.0
PATIENCE = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True, slots=True)
class Drilled:
    """`first` is how long the first page of a process took by area, `pages` how long those took under way, in
    milliseconds; `alone` is the hub while nobody asks, `busy` while officials do."""

    first: Mapping[Area, float]
    pages: Sequence[float]
    megabytes: float
    alone: Served
    busy: Served
    officials: int = OFFICIALS

    @property
    def p99(self) -> float:
        return self.busy.latency.p99 if self.busy.latency else float("inf")

    def table(self) -> Table:
        ordered = sorted(self.pages)
        rows = [
            (name, short(one.latency.p50), short(one.latency.p99), f"{one.share:.1%}", short(one.core))
            for name, one in (("nobody asks", self.alone), (f"{self.officials} officials drill", self.busy))
            if one.latency is not None
        ]
        first = ", ".join(f"{area} {took:.0f}" for area, took in self.first.items())
        return Table(
            "The wall while officials drill",
            ("", "publish to socket, p50 ms", "p99 ms", "delivered", "% of a core"),
            rows,
            (
                f"{len(ordered)} pages in {self.busy.seconds:.0f} s, half of them within {median(ordered):.0f} ms, "
                f"95 % within {part_of(ordered, 0.95):.0f} ms; each official asks for the next {LOOKS:g} s after "
                "one is there. The web process may use every core, which it shares with Redis and the load.",
                f"The first page of a web process that has just started, a year of everything, milliseconds: {first}. "
                "The files were in the system's memory.",
            ),
        )


def address(area: Area, span: str, chosen: dict[str, list[str]]) -> str:
    return f"/explore/{area}?range={span}" + "".join(f"&{name}={values[0]}" for name, values in chosen.items())


async def drilled(room: Room, var: Path) -> Drilled:
    first: dict[Area, float] = {}
    for area in FILTERS:
        async with room.wall(None, LIVEROOM_VAR=str(var)) as server, aiohttp.ClientSession(timeout=PATIENCE) as session:
            first[area] = await visit(session, server.port, address(area, "year", {}))
    async with room.wall(None, LIVEROOM_VAR=str(var)) as server:
        publisher = room.publisher()
        await warmed(server, live(server.port, "wall"), publisher)
        async with watching(server.port, live(server.port, "wall"), room.plan.crowd, Tally(publisher)) as viewers:
            alone = await served(server, viewers, publisher, RATE, room.plan.drilled / 3)
            pages: list[float] = []
            async with asyncio.TaskGroup() as group:
                asking = [group.create_task(official(server.port, number, pages)) for number in range(OFFICIALS)]
                busy = await served(server, viewers, publisher, RATE, room.plan.drilled)
                for one in asking:
                    one.cancel()
        return Drilled(first, pages, server.family_memory() / 1024, alone, busy)


async def official(port: int, number: int, pages: list[float]) -> None:
    """Opens pages until cancelled, each official from another one on."""
    each = [address(area, span, chosen) for area in FILTERS for chosen in FILTERS[area] for span in RANGES]
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        await asyncio.sleep(number * LOOKS / OFFICIALS)
        for where in cycle(each[number * 3 :] + each[: number * 3]):
            pages.append(await visit(session, port, where))
            await asyncio.sleep(LOOKS)


async def visit(session: aiohttp.ClientSession, port: int, where: str) -> float:
    """Milliseconds until a page is there. Raises BenchError where it says it cannot answer."""
    began = time.perf_counter()
    async with session.get(f"http://127.0.0.1:{port}{where}") as answer:
        await answer.read()
        if answer.status != 200:
            raise BenchError(f"{where} was answered with {answer.status}")
    return (time.perf_counter() - began) * 1000
