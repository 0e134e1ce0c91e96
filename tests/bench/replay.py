"""What recording a wall costs the disk, and how soon any minute of a day is there again."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson

from dashboards.player import Player
from dashboards.recorded import Recording
from dashboards.recording import PICTURE_SECONDS, VISITORS, VISITORS_SECONDS
from dashboards.recording_file import ENDING, HEAD, MORE, chunks
from dashboards.screen import Recorded
from dashboards.shelf import Shelf
from tests.bench.processes import BenchError
from tests.bench.report import Aim, Found, Table, short
from tests.bench.room import Room
from tests.bench.tape import Tape, recorded

DAY = 86_400.0
DAY_MS = 86_400_000
PICTURE_MS = round(PICTURE_SECONDS * 1000)
MINUTES = 40
FLUSH = 20


async def replay(room: Room) -> Found:
    """The web process records while real collectors poll the pretend city; what it kept is counted."""
    began = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    async with room.wall() as server:
        tape = await recorded(room, server.port, room.plan.tape)
    folder = room.folder / "var" / "replay"
    rows, largest = [], 0.0
    for screen in sorted(path.name for path in folder.glob("*/")):
        day = per_day(folder / screen, began, PICTURE_SECONDS)
        visitors = per_day(folder / screen / VISITORS, began, VISITORS_SECONDS)
        largest = max(largest, day + visitors)
        rows.append((screen, short(day), short(visitors), short(day + visitors)))
    with tempfile.TemporaryDirectory(dir=room.folder) as name:
        first, last = write_day(Path(name), tape)
        waits = [wait(Path(name), at) for at in moments(first, last)]
        size = Recording(Path(name)).size() / 1e6
    table = Table(
        "What is recorded of a day",
        ("screen", "as its walls were sent it, MB", "for visitors, MB", "both, MB"),
        rows,
        (
            f"Counted over {tape.seconds:.0f} s in which real collectors polled the pretend city at the pace of "
            "config.yaml, and multiplied: complete pictures by how many a day has, changes by time.",
            f"{MINUTES} minutes of a day of {size:.0f} MB, made of that tape again and again, were looked up, each by "
            f"a reader that knew nothing of it: {short(sum(waits) / len(waits))} s on average.",
        ),
    )
    aims = [
        Aim("recording of a wall, a day", largest, 200, "MB"),
        Aim("any minute of a recorded day, the longest wait", max(waits), 2, "s"),
    ]
    return Found(aims, [table])


def per_day(folder: Path, began: str, every: float) -> float:
    """MB that a day takes as it went since then, with a complete picture every so many seconds. Raises BenchError where
    nothing was recorded."""
    pictures, changes, moments = [], 0, []
    for path in (path for path in Recording(folder).files() if path.name >= began):
        with path.open("rb") as file:
            for chunk in chunks(file):
                moments += [chunk.first, chunk.last]
                if chunk.kind == MORE:
                    changes += HEAD.size + chunk.size
                else:
                    pictures.append(HEAD.size + chunk.size)
    if not pictures:
        raise BenchError(f"nothing was recorded in {folder.name}")
    seconds = (max(moments) - min(moments)) / 1000
    day = sum(pictures) / len(pictures) * DAY / every + (changes / seconds * DAY if changes else 0.0)
    return day / 1e6


def write_day(folder: Path, tape: Tape) -> tuple[int, int]:
    """A day's recording, made of a tape played over and over: its first and its last moment."""
    shelf, keeping = Shelf(folder), Recorded(hours=48, megabytes=4096)
    start = tape.picture.at
    waiting: list[bytes] = []
    for _, text in played(tape, start):
        waiting.append(text)
        if len(waiting) == FLUSH:
            shelf.keep(waiting, keeping)
            waiting = []
    shelf.keep(waiting, keeping)
    shelf.end()
    if not list(folder.glob(f"*{ENDING}")):
        raise BenchError("the day was not written")
    return start, start + DAY_MS


def played(tape: Tape, start: int) -> Iterator[tuple[int, bytes]]:
    picture, changes = orjson.loads(tape.picture.text), [orjson.loads(one.text) for one in tape.messages]
    n, pictured = picture["n"], 0
    length = round(tape.seconds * 1000)
    for round_start in range(start, start + DAY_MS, length):
        for change in changes:
            at = round_start + change["at"] - start
            if at - pictured >= PICTURE_MS:
                pictured = at
                yield at, orjson.dumps({**picture, "n": n, "at": at})
            n += change["t"] == "set"
            yield at, orjson.dumps({**change, "n": n, "at": at})


def moments(first: int, last: int) -> list[int]:
    """Minutes all over the day, the same in every run."""
    chosen = random.Random(36)
    return [chosen.randrange(first, last) for _ in range(MINUTES)]


def wait(folder: Path, at: int) -> float:
    began = time.perf_counter()
    if Player(Recording(folder), at).picture is None:
        raise BenchError("a minute was not there")
    return time.perf_counter() - began
