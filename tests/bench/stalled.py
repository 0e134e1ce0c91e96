"""One viewer that has stopped reading, while updates are published as fast as they come."""

from __future__ import annotations

import asyncio
import re
import socket
import urllib.request
from statistics import median

from dashboards.groups import FULL_BUFFER
from tests.bench.crowds import FLOOD
from tests.bench.load import live, served, warmed, watching
from tests.bench.processes import BenchError
from tests.bench.report import Aim, Found, Table, spread
from tests.bench.room import Room
from tests.bench.tally import Tally
from tests.bench.viewers import handshake

SMALL_BUFFER = 4096
ETHERNET = 1400
READING = 5
MANY = 20
MOST_WINDOWS = 5


async def stalled(room: Room) -> Found:
    """The server's memory over three windows: everybody reads; one more is there who does not; twenty such."""
    growth: dict[int, list[float]] = {0: [], 1: [], MANY: []}
    for _ in range(room.plan.repeats):
        async with room.wall() as server:
            publisher = room.publisher()
            await warmed(server, live(server.port, "wall"), publisher)
            tally = Tally(publisher, keep_times=False)
            async with watching(server.port, live(server.port, "wall"), READING, tally) as viewers:
                await served(server, viewers, publisher, FLOOD, room.plan.stalled / 2)
                deaf: list[socket.socket] = []
                start = server.rss()
                try:
                    for count, several in growth.items():
                        while len(deaf) < count:
                            deaf.append(await asyncio.to_thread(deaf_viewer, server.port))
                        await served(server, viewers, publisher, FLOOD, room.plan.stalled)
                        for _ in range(MOST_WINDOWS):
                            if await asyncio.to_thread(times_behind, server.port) >= count:
                                break
                            await served(server, viewers, publisher, FLOOD, room.plan.stalled)
                        else:
                            raise BenchError("the stalled viewers' buffers never filled")
                        several.append((server.rss() - start) / 1024)
                finally:
                    for connection in deaf:
                        connection.close()
    return found(room, growth)


def found(room: Room, growth: dict[int, list[float]]) -> Found:
    names = {0: f"{READING} viewers, all reading", 1: "and one who does not read", MANY: f"and {MANY} who do not read"}
    rows = [(names[count], spread(several)) for count, several in growth.items()]
    table = Table(
        f"Stalled viewers, {FLOOD:g} updates a second",
        ("", "MB more than at first"),
        rows,
        (
            f"After {room.plan.stalled:g} s at least, and until the web process had counted every stalled viewer as "
            f"behind: one with more than {FULL_BUFFER // 1024} KB waiting is skipped until it has read everything, and "
            "then gets a complete picture. Their sockets had buffers as between two machines, not the megabytes of a "
            "loopback. Nothing more than at first means that memory the process had already was enough.",
        ),
    )
    more = [with_one - without for with_one, without in zip(growth[1], growth[0], strict=True)]
    return Found([Aim("server memory for one stalled viewer", max(0.0, median(more)), 1, "MB")], [table])


def deaf_viewer(port: int) -> socket.socket:
    """A wall that shakes hands and never reads again."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, ETHERNET)
    connection.settimeout(5)
    connection.connect(("127.0.0.1", port))
    connection.sendall(handshake(port, "/live?screen=main&pace=wall"))
    if not connection.recv(64).startswith(b"HTTP/1.1 101"):
        raise BenchError("the stalled viewer was refused")
    return connection


def times_behind(port: int) -> int:
    """What the web process itself counts (/metrics)."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    counted = re.search(r"^liveroom_viewers_behind_total (\S+)", text, re.MULTILINE)
    if counted is None:
        raise BenchError("/metrics does not count liveroom_viewers_behind_total")
    return int(float(counted[1]))
