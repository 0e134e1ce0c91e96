"""The hub with mixed, idle and flooded crowds."""

from __future__ import annotations

import asyncio
from statistics import median

from tests.bench.load import SETTLE_SECONDS, Served, live, served, warmed, watching
from tests.bench.publish import AREAS
from tests.bench.report import Aim, Found, Table, short, spread
from tests.bench.room import Room
from tests.bench.tally import Latency, Tally, latency

RATE = 10.0
FLOOD = 200.0
PHONE_TICK = 1.5


async def mixed(room: Room) -> Found:
    """Walls while a crowd of phones is connected: phones must never make a wall wait."""
    walls: list[Latency] = []
    phones: list[Latency] = []
    core: list[float] = []
    async with room.wall() as server:
        publisher = room.publisher()
        await warmed(server, live(server.port, "wall"), publisher)
        near, far = Tally(publisher), Tally(publisher)
        async with (
            watching(server.port, live(server.port, "phone"), room.plan.crowd, far) as crowd,
            watching(server.port, live(server.port, "wall"), room.plan.walls, near) as screens,
        ):
            for _ in range(room.plan.repeats):
                for viewer in crowd:
                    viewer.seen = len(publisher.moments) - 1
                far.start()
                window = await served(server, screens, publisher, RATE, room.plan.mixed, PHONE_TICK)
                far.open = False
                if window.latency is not None:
                    walls.append(window.latency)
                phones.append(latency(far.milliseconds))
                core.append(window.core)
    what = f"{room.plan.walls} walls beside {room.plan.crowd} phones"
    rows = [
        (name, short(median(one.p50 for one in some)), spread([one.p99 for one in some]), str(tick))
        for name, some, tick in (
            (f"{room.plan.walls} walls", walls, "50 ms"),
            (f"{room.plan.crowd} phones", phones, "1 s"),
        )
    ]
    table = Table(
        f"{what}, {RATE:g} updates a second",
        ("viewers", "p50 ms", "p99 ms", "a frame at most every"),
        rows,
        (
            f"Both at once, {short(median(core))} % of a core together; {room.plan.repeats} windows of "
            f"{room.plan.mixed:g} s.",
        ),
    )
    return Found([Aim(f"publish to socket, walls' p99, {what}", median(one.p99 for one in walls), 10, "ms")], [table])


async def idle(room: Room) -> Found:
    """Connected, and nothing happens but a sign of life every two seconds."""
    windows: list[Served] = []
    async with room.wall() as server:
        publisher = room.publisher()
        await warmed(server, live(server.port, "phone"), publisher)
        async with watching(server.port, live(server.port, "phone"), room.plan.crowd, Tally(publisher)) as viewers:
            for _ in range(room.plan.repeats):
                for area in AREAS:
                    await publisher.publish(area)
                await asyncio.sleep(PHONE_TICK + SETTLE_SECONDS)
                windows.append(await served(server, viewers, publisher, 0, room.plan.idle))
    cores = [one.core for one in windows]
    what = f"{room.plan.crowd} idle viewers with heartbeats"
    rows = [(what, f"{room.plan.idle:g} s", spread(cores))]
    return Found([Aim(what, median(cores), 0.5, "% of a core")], [Table("Idle", ("", "watched", "% of a core"), rows)])


async def flood(room: Room) -> Found:
    """Far more updates than anybody can see: they are merged before they are sent."""
    windows: list[Served] = []
    async with room.wall() as server:
        publisher = room.publisher()
        await warmed(server, live(server.port, "desk"), publisher)
        tally = Tally(publisher, keep_times=False)
        async with watching(server.port, live(server.port, "desk"), room.plan.crowd, tally) as viewers:
            for _ in range(room.plan.repeats):
                windows.append(await served(server, viewers, publisher, FLOOD, room.plan.flood))
    cores = [one.core for one in windows]
    what = f"{room.plan.crowd} viewers while {FLOOD:g} updates/s are published"
    rows = [
        (
            what,
            spread(cores),
            f"{median(one.share for one in windows):.1%}",
            short(median(one.frame_bytes for one in windows) / 1024),
            short(median(one.load_core for one in windows)),
        )
    ]
    table = Table(
        f"{FLOOD:g} updates a second",
        ("", "% of a core", "updates contained", "KB per frame", "% of the load's core"),
        rows,
        (f"Pace of a desk: a frame at most every 100 ms. {room.plan.repeats} windows of {room.plan.flood:g} s.",),
    )
    return Found([Aim(what, median(cores), 20, "% of a core")], [table])
