"""A tour: three hundred phones and ten screens, a guide who goes on, a Wi-Fi that fails a hundred phones at once."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

from collectors.tours import Tour, Tours
from tests.bench.load import Newcomer, live, warmed, watching
from tests.bench.plan import Plan
from tests.bench.processes import BenchError, Running
from tests.bench.publish import Publisher
from tests.bench.report import Aim, Found, Table, short
from tests.bench.room import Room
from tests.bench.tally import Latency, Tally, latency, part_of
from tests.bench.viewers import SocketViewer, Viewer

SCRIPT = "live-room"
STEP = re.compile(rb'"phone":\{"step":(\d+)')
RATE = 10.0
CITY_RATE = 0.5
"""Updates a second of a city that is polled as config.yaml says: what phones see while the guide talks."""
PATIENCE = 10.0
BACK = 100
HEARD = 1.0
"""Seconds until the server surely knows of a new tour."""


@dataclass(eq=False)
class Hall:
    """What the phones saw: when a step was asked for, and how long it took to each. Bytes are those of all of them."""

    step: int = -1
    asked: float = 0.0
    reached: list[float] = field(default_factory=list)
    missing: int = 0
    size: int = 0
    all_there: asyncio.Event = field(default_factory=asyncio.Event)

    def ask(self, step: int, phones: int) -> None:
        self.step, self.missing, self.asked = step, phones, time.perf_counter()
        self.all_there.clear()

    def saw(self, step: int) -> None:
        if step != self.step:
            return
        self.reached.append((time.perf_counter() - self.asked) * 1000)
        self.missing -= 1
        if self.missing == 0:
            self.all_there.set()


class Phone(SocketViewer):
    """A visitor's phone that follows a tour."""

    def __init__(self, hall: Hall, tally: Tally, port: int, path: str) -> None:
        super().__init__(tally, port, path)
        self.hall = hall

    def hear(self, payload: bytes) -> None:
        self.hall.size += len(payload) + 4
        if (found := STEP.search(payload)) is not None:
            self.hall.saw(int(found[1]))
        if not self.ready.done():
            self.ready.set_result(None)


async def tours(room: Room) -> Found:
    """Steps while the walls are updated ten times a second; then phones alone; then a hundred that go and return."""
    plan = room.plan
    hall = Hall()
    async with room.wall() as server, AsyncExitStack() as stack:
        publisher = room.publisher()
        await warmed(server, live(server.port, "wall"), publisher)
        kept = Tours(room.store)
        tour = await kept.start(SCRIPT, "id", ["hall"], datetime.now(UTC))
        await asyncio.sleep(HEARD)
        near, nothing = Tally(publisher), Tally(publisher)
        screens = [
            *await stack.enter_async_context(
                watching(server.port, live(server.port, "wall"), plan.walls_of_tour, near)
            ),
            *await stack.enter_async_context(
                watching(server.port, at(server.port, "/live?screen=hall&pace=wall"), plan.walls_of_tour, near)
            ),
        ]
        path = f"/live?tour={tour.code}&lang="

        def newcomer(tally: Tally, number: int) -> Viewer:
            return Phone(hall, tally, server.port, path + ("id", "en")[number % 2])

        stays = await stack.enter_async_context(
            watching(server.port, newcomer, plan.phones - BACK if plan.phones > BACK else plan.phones // 2, nothing)
        )
        goers = plan.phones - len(stays)
        async with watching(server.port, newcomer, goers, nothing):
            await said_hello(screens, publisher)
            steps = await stepping(kept, tour, hall, server, near, publisher, plan)
            size, began = hall.size, time.perf_counter()
            await publisher.steadily(CITY_RATE, plan.listened)
            idle = (hall.size - size) / plan.phones / (time.perf_counter() - began) / 1024
        gone = time.perf_counter()
        await asyncio.sleep(plan.outage)
        near.start()
        updates = asyncio.create_task(publisher.steadily(RATE, plan.returning))
        back = time.perf_counter()
        async with watching(server.port, newcomer, goers, nothing):
            took = (time.perf_counter() - back) * 1000
            await updates
            await asyncio.sleep(0.5)
            near.open = False
        returned = latency(near.milliseconds)
        await kept.end(tour.code)
    what = f"{plan.phones} phones and {len(screens)} screens"
    reach = sorted(steps.reached)
    rows = [
        ("steps", str(plan.steps)),
        (
            "a step at a phone: p50, p95, the last, ms",
            " / ".join(map(short, (median(reach), part_of(reach, 0.95), reach[-1]))),
        ),
        (
            f"walls' updates meanwhile, {RATE:g} a second: p50, p99, ms",
            f"{short(steps.walls.p50)} / {short(steps.walls.p99)}",
        ),
        ("% of a core", short(steps.core)),
        ("KB/s of a phone while the guide talks", short(idle)),
        (
            f"{goers} phones gone for {back - gone:.0f} s, all back at once: until the last has its card, ms",
            short(took),
        ),
        ("walls' updates while they return: p50, p99, ms", f"{short(returned.p50)} / {short(returned.p99)}"),
    ]
    aims = [
        Aim(f"a step of the tour at every phone, p95, {what}", part_of(reach, 0.95), 1000, "ms"),
        Aim(f"walls' updates during a tour, p99, {what}", steps.walls.p99, 50, "ms"),
        Aim(f"a tour, steps and updates, {what}", steps.core, 25, "% of a core"),
        Aim("a phone while the guide talks", idle, 0.4, "KB/s"),
        Aim(f"walls' updates while {goers} phones return at once, p99", returned.p99, 50, "ms"),
    ]
    return Found(aims, [Table(f"A tour: {what}", ("", ""), rows)])


def at(port: int, path: str) -> Newcomer:
    return lambda tally, _: SocketViewer(tally, port, path)


@dataclass(frozen=True, slots=True)
class Steps:
    reached: Sequence[float]
    walls: Latency
    core: float


async def said_hello(screens: Sequence[Viewer], publisher: Publisher) -> None:
    """Everybody is told everything once before anything counts."""
    await publisher.steadily(RATE, 1.0)
    await asyncio.sleep(1.0)
    for viewer in screens:
        viewer.seen = len(publisher.moments) - 1


async def stepping(
    kept: Tours, tour: Tour, hall: Hall, server: Running, near: Tally, publisher: Publisher, plan: Plan
) -> Steps:
    """Go on every two seconds while every wall is updated: how long each step took to each phone."""
    seconds = plan.steps * 2.0
    near.start()
    cpu, began = server.cpu(), time.perf_counter()
    updates = asyncio.create_task(publisher.steadily(RATE, seconds))
    for number in range(plan.steps):
        now = datetime.now(UTC)
        step = number % 2 + 1
        hall.ask(step, plan.phones)
        await kept.change(tour.code, now, **tour.moved(step, now))
        try:
            await asyncio.wait_for(hall.all_there.wait(), PATIENCE)
        except TimeoutError as error:
            raise BenchError(f"{hall.missing} of {plan.phones} phones never saw a step") from error
        await asyncio.sleep(max(0.0, began + (number + 1) * 2.0 - time.perf_counter()))
    hall.step = -1
    await updates
    core = (server.cpu() - cpu) / (time.perf_counter() - began) * 100
    await asyncio.sleep(0.5)
    near.open = False
    return Steps(hall.reached, latency(near.milliseconds), core)
