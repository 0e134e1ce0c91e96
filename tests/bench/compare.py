"""The hub against the floor, against Dash's websocket callback and against a one-second interval."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from statistics import median

from tests.bench.load import Newcomer, Served, live, served, warmed, watching
from tests.bench.processes import BenchError, Running
from tests.bench.report import Aim, Found, Table, short, spread
from tests.bench.room import Room
from tests.bench.tally import Latency, Tally
from tests.bench.viewers import AskingViewer, SocketViewer, dash_greeting

RATE = 10.0
ASKS = "dash-interval"
NAMES = {
    "hub": "**the hub**",
    "floor": "floor: one frame, N sockets, nothing else",
    "dash-socket": "Dash's websocket callback",
    ASKS: "dcc.Interval of 1 s",
}
ALMOST_ALL = 0.999


@dataclass(slots=True)
class Cell:
    """One way with one crowd, measured several times. `kilobytes` per viewer."""

    windows: list[Served] = field(default_factory=list)
    kilobytes: list[float] = field(default_factory=list)

    @property
    def microseconds(self) -> list[float]:
        return [one.microseconds for one in self.windows]

    @property
    def latencies(self) -> list[Latency]:
        return [one.latency for one in self.windows if one.latency is not None]


async def compare(room: Room) -> Found:
    """All cells, in turn, so that a slow minute of the machine hits every way alike."""
    size = await hub_frame_size(room)
    cells = {(name, count): Cell() for count in room.plan.viewers for name in NAMES}
    for _ in range(room.plan.repeats):
        for (name, count), cell in cells.items():
            await measure(room, name, count, size, cell)
    return found(room, cells, size)


async def hub_frame_size(room: Room) -> int:
    """How many bytes the hub sends for one update, so that its rivals send as many."""
    async with room.wall() as server:
        publisher = room.publisher()
        await warmed(server, live(server.port, "wall"), publisher)
        tally = Tally(publisher)
        async with watching(server.port, live(server.port, "wall"), 1, tally) as viewers:
            return round((await served(server, viewers, publisher, RATE, 2.0)).frame_bytes)


async def measure(room: Room, name: str, count: int, size: int, cell: Cell) -> None:
    """One window with a server of its own: its memory per viewer is then nobody else's."""
    way: AbstractAsyncContextManager[Running] = room.wall() if name == "hub" else room.rival(name, size)
    async with way as server:
        publisher = room.publisher()
        newcomer = await asyncio.to_thread(viewer_of, name, server.port, count)
        before = await warmed(server, newcomer, publisher)
        tally = Tally(publisher)
        async with watching(server.port, newcomer, count, tally) as viewers:
            drain = 1.5 if name == ASKS else 0.3
            window = await served(server, viewers, publisher, RATE, room.plan.window, drain)
            if name == "hub" and window.share < ALMOST_ALL:
                raise BenchError(f"only {window.delivered} of {window.expected} updates arrived")
            cell.windows.append(window)
            cell.kilobytes.append((server.rss() - before) / count)


def viewer_of(name: str, port: int, count: int) -> Newcomer:
    if name == "hub":
        return live(port, "wall")
    if name == ASKS:
        return lambda tally, index: AskingViewer(tally, port, index / count)
    if name == "dash-socket":
        greeting = dash_greeting(port)
        return lambda tally, _: SocketViewer(tally, port, "/_dash-ws-callback", greeting)
    return lambda tally, _: SocketViewer(tally, port, "/")


def found(room: Room, cells: dict[tuple[str, int], Cell], size: int) -> Found:
    rows = [row(NAMES[name], count, cell, cells["hub", count]) for (name, count), cell in cells.items()]
    most = max(room.plan.viewers)
    hub, floor = cells["hub", most], cells["floor", most]
    mine, least = median(hub.microseconds), median(floor.microseconds)
    busiest = max(one.load_core for cell in cells.values() for one in cell.windows)
    crowd = f"{most} viewers, {RATE:g} updates/s"
    aims = [
        Aim(f"processor time per delivered update, {crowd}", mine, 30, "µs"),
        Aim(f"the same, as a multiple of the floor, {crowd}", mine / least, 3, "x"),
        Aim(f"publish to socket, p99, {crowd}", median(one.p99 for one in hub.latencies), 30, "ms"),
        Aim(f"server memory per viewer, {crowd}", median(hub.kilobytes), 40, "KB"),
    ]
    head = ("viewers", "way", "µs per delivered update", "of the hub's", "% of a core", "delivered")
    table = Table(
        f"{RATE:g} updates a second to every viewer",
        (*head, "p50 ms", "p99 ms", "KB per viewer"),
        rows,
        (
            f"An update is one area's new reading, the four areas in turn; the hub's frames were {size} bytes on "
            "average, and the others sent texts of that size. The hub's viewers have the pace of a wall (a frame at "
            "most every 50 ms).",
            f"Medians of {room.plan.repeats} windows of {room.plan.window:g} s, a new server for each; in brackets the "
            f"least and the greatest. The load generator used at most {busiest:.0f} % of its own core.",
        ),
    )
    return Found(aims, [table])


def row(name: str, count: int, cell: Cell, hub: Cell) -> Sequence[str]:
    return (
        str(count),
        name,
        spread(cell.microseconds),
        f"x {short(median(cell.microseconds) / median(hub.microseconds))}",
        short(median(one.core for one in cell.windows)),
        f"{median(one.share for one in cell.windows):.1%}",
        short(median(one.p50 for one in cell.latencies)),
        spread([one.p99 for one in cell.latencies]),
        short(median(cell.kilobytes)),
    )
