"""What it costs to ask ten thousand sources every thirty seconds, beside a loop that does nothing but ask."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import aiohttp

from tests.bench.machine import LOAD_CORE, SERVER_CORE
from tests.bench.processes import BenchError, free_port, running
from tests.bench.report import Aim, Found, Table, short
from tests.bench.room import Room

FEEDS, PROGRAM = "tests.bench.feeds", "tests.bench.polling"
EVERY = 30.0
FIRST_ROUND = 60.0
SETTLING = 10.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process over a whole interval: microseconds of processor time per poll, share of a core, MB."""

    polls: int
    per_poll: float
    core: float
    memory: float


async def sources(room: Room) -> Found:
    """All ask the same services over one host's connections. What is compared with is the loop that anyone would write,
    in which each source sleeps by itself; beside it stands one that wakes those that are due together, as we do."""
    count = room.plan.sources
    port = free_port()
    async with running(["-m", FEEDS, "serve", str(port)], LOAD_CORE, room.folder, port):
        asked = [str(port), str(count), str(EVERY)]
        archive = str(room.folder / "archive")
        found = {
            "aiohttp and nothing else": await cost(room, [FEEDS, "bare", *asked], port),
            "**collecting**": await cost(room, [PROGRAM, *asked, room.url], port),
            "the same, every payload archived": await cost(room, [PROGRAM, *asked, room.url, archive], port),
            "aiohttp and nothing else, asked together": await cost(room, [FEEDS, "together", *asked], port),
            "aiohttp and nothing else, once more": await cost(room, [FEEDS, "bare", *asked], port),
        }
    first, ours, _, _, last = found.values()
    ratio = ours.per_poll / ((first.per_poll + last.per_poll) / 2)
    rows = [
        (name, str(one.polls), short(one.per_poll), short(one.core), short(one.memory)) for name, one in found.items()
    ]
    head = ("", "polls", "µs of processor time per poll", "% of a core", "MB")
    what = f"{count:,} sources every {EVERY:g} s"
    aims = [
        Aim(f"{what}, processor time per poll", ratio, 2, "x of a bare loop"),
        Aim(f"{what}, the collecting process", ours.core, 100, "% of a core"),
        Aim(f"{what}, memory of the collecting process", ours.memory, 300, "MB"),
    ]
    notes = (
        "Asked together: those that are due within 100 ms of each other, as the program asks them.",
        "All on one host and its kept connections: nobody pays for names, certificates or new connections.",
        "Every answer is new, if only in its own time: the archive's worst case. A payload sent again costs it a hash.",
    )
    return Found(aims, [Table("Many sources", head, rows, notes)])


async def cost(room: Room, words: list[str], port: int) -> Cost:
    """From when every source has been asked once, for as long as the plan says."""
    async with (
        running(["-m", *words], SERVER_CORE, room.folder, 0) as process,
        aiohttp.ClientSession() as session,
    ):

        async def polls() -> int:
            async with session.get(f"http://127.0.0.1:{port}/counts") as answer:
                return int((await answer.json())["polls"])

        first = await polls()
        try:
            async with asyncio.timeout(FIRST_ROUND + EVERY):
                while await polls() - first < room.plan.sources:
                    await asyncio.sleep(0.5)
        except TimeoutError as error:
            raise BenchError(f"{words[0]} did not ask every source within {FIRST_ROUND + EVERY:g} s") from error
        await asyncio.sleep(SETTLING)
        before, used = await polls(), process.cpu()
        await asyncio.sleep(room.plan.polled)
        used, done = process.cpu() - used, await polls() - before
        expected = room.plan.sources / EVERY * room.plan.polled
        if done < expected * 0.9:
            raise BenchError(f"{words[0]} asked {done} times where {expected:.0f} were due")
        return Cost(done, used / done * 1e6, used / room.plan.polled * 100, process.rss() / 1024)
