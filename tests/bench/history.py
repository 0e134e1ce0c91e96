"""The long history: what officials ask of ten million reports and of a year of every application, minute by minute."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from collectors.digesting import digests_of, keep_digests
from collectors.facts import TABLES, stamp
from collectors.parts import hour_of
from collectors.past_store import PastStore
from collectors.readings.limits import Limits
from collectors.store_keys import HISTORY
from collectors.writing import Writing
from tests.bench.drilling import Drilled, drilled
from tests.bench.history_cases import Case, cases
from tests.bench.history_postgres import missing, postgres
from tests.bench.machine import every_core
from tests.bench.made_past import ZONE, MadePast
from tests.bench.processes import ROOT, BenchError
from tests.bench.report import Aim, Found, Table, short, spread
from tests.bench.room import Room
from tests.bench.tally import part_of

NEEDED = 8 << 30
LONGEST = 1800.0
RIVAL_RUNS = 2
EVERY_DIGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Rival:
    """Another way to answer the page of complaints: milliseconds of each run by case, and what it took before."""

    name: str
    times: Sequence[Sequence[float]]
    loading: float
    megabytes: float | None


async def history(room: Room) -> Found:
    """Everything is written below the bench's folder, and deleted afterwards."""
    if shutil.disk_usage(room.folder).free < NEEDED:
        raise BenchError(f"there are no {NEEDED >> 30} GB free for a past")
    var = room.folder / "past"
    now = hour_of(datetime.now(UTC))
    try:
        kept = await asyncio.to_thread(written, var / "history", now, room)
        await noted(room, now)
        words = [str(var / "history"), now.isoformat(), str(room.plan.repeats), str(room.plan.askings)]
        asked = await told("history_questions", *words, str(room.plan.past.apps))
        visits = await drilled(room, var)
        mine = await rivals(room, var / "history", now)
    finally:
        await asyncio.to_thread(shutil.rmtree, var, True)
    return found(room, kept, asked, visits, mine, cases(now))


def written(folder: Path, now: datetime, room: Room) -> dict[str, tuple[int, float]]:
    """Make a past with its digests: rows and megabytes by table."""
    folder.mkdir(parents=True)
    with every_core(), closing(Writing(folder)) as writing:
        MadePast(folder, now, room.plan.past).write()
        keep_digests(writing, digests_of(ZONE, Limits()), EVERY_DIGEST)
        counts = {}
        for name, table in TABLES.items():
            rows = writing.ask("SELECT count(*) AS n FROM {rows}", {}, {"rows": (table, None, None)})
            size = sum(path.stat().st_size for path in (folder / name).iterdir())
            counts[name] = rows[0]["n"], size / 2**20
    return counts


async def noted(room: Room, now: datetime) -> None:
    """As the collecting side notes it: all that Redis has is in the files, but for the hour that is not over."""
    past = PastStore(room.store)
    for area in ("complaints", "traffic"):
        await room.store.redis.hset(HISTORY, f"position {area}", orjson.dumps(await past.last_change(area)))
    for area in ("beds", "apps", "water"):
        await room.store.redis.hset(HISTORY, f"sealed {area}", orjson.dumps(now.isoformat()))


async def told(module: str, *words: str) -> Any:
    """What a program of the bench prints, in a process of its own that may use every core."""
    with every_core():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"tests.bench.{module}", *words, cwd=ROOT,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    try:
        async with asyncio.timeout(LONGEST):
            said, wrong = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise BenchError(f"{module}: {wrong.decode(errors='replace')[-300:]}")
    return json.loads(said)


async def rivals(room: Room, folder: Path, now: datetime) -> list[Rival | str]:
    """Pandas and PostgreSQL, or why not. Raises BenchError where they find something else than each other."""
    each, runs = cases(now), min(RIVAL_RUNS, room.plan.repeats)
    pandas = await told("history_pandas", str(folder), str(stamp(now)), str(runs), *map(str, each))
    found: list[Rival | str] = [
        Rival("pandas, a frame in memory", [one["times"] for one in pandas["cases"]], pandas["loading"], pandas["peak"])
    ]
    reason = missing()
    if reason:
        return [*found, f"PostgreSQL was not measured: {reason}."]

    def asked() -> Rival:
        with postgres() as server:
            took = server.load(folder)
            times = []
            for case, other in zip(each, pandas["cases"], strict=True):
                n, middle, runs_of = server.asked(case, str(stamp(now)), runs)
                if (n, round(middle)) != (other["n"], round(other["median"])):
                    raise BenchError(f"pandas and PostgreSQL disagree: {other} and {n}, {middle}")
                times.append(runs_of)
            return Rival("PostgreSQL", times, took, None)

    return [*found, await asyncio.to_thread(asked)]


def found(
    room: Room,
    kept: dict[str, tuple[int, float]],
    asked: list[dict[str, Any]],
    visits: Drilled,
    others: Sequence[Rival | str],
    each: Sequence[Case],
) -> Found:
    pages = list(dict.fromkeys(one["page"] for one in asked))
    aims = [
        Aim(f"a page's questions, {page}, p95", p95_of([one for one in asked if one["page"] == page]), 300, "ms")
        for page in pages
    ]
    crowd = f"{room.plan.crowd} viewers while {visits.officials} officials drill"
    aims += [
        Aim("first page of a process that has just started", max(visits.first.values()), 1000, "ms"),
        Aim("memory of the web processes after all of it", visits.megabytes, 500, "MB"),
        Aim(f"publish to socket, p99, {crowd}", visits.p99, 50, "ms"),
    ]
    rows = [
        (
            one["page"],
            one["range"],
            one["filter"] or "all",
            short(one["first"][0]),
            spread([median(wall for wall, _ in run) for run in one["runs"]]),
            short(median(used for run in one["runs"] for _, used in run)),
        )
        for one in asked
    ]
    files = ", ".join(f"{name} {n:,} rows in {size:.0f} MB" for name, (n, size) in kept.items())
    table = Table(
        "The past: everything a page asks, milliseconds",
        ("page", "time", "filter", "first", "again", "processor time"),
        rows,
        (
            f"Files: {files}. A page asks all its questions at once; the time before is asked about, too.",
            f"{room.plan.repeats} runs of {room.plan.askings} askings of each, by turns, in a process of its own with "
            "every core and without Redis; in brackets the fastest and the slowest run. The p95 above is that of all "
            "askings of a page, the median of the runs.",
        ),
    )
    return Found(aims, [table, compared(asked, others, each), visits.table()])


def p95_of(each: Sequence[dict[str, Any]]) -> float:
    runs = zip(*(one["runs"] for one in each), strict=True)
    return median(part_of(sorted(wall for some in run for wall, _ in some), 0.95) for run in runs)


def compared(asked: list[dict[str, Any]], others: Sequence[Rival | str], each: Sequence[Case]) -> Table:
    rows = []
    for place, case in enumerate(each):
        wanted = ("complaints", case.name, "district" if case.district else "")
        one = next(one for one in asked if (one["page"], one["range"], one["filter"]) == wanted)
        mine = median(wall for run in one["runs"] for wall, _ in run)
        name = f"{case.name}, {'one district' if case.district else 'all'}"
        rows.append((name, "**files and DuckDB**", short(mine), "x 1.00"))
        for other in (other for other in others if isinstance(other, Rival)):
            took = median(other.times[place])
            rows.append((name, other.name, spread(other.times[place]), f"x {short(took / mine)}"))
    notes = [
        f"{other.name}: {other.loading:.0f} s to load"
        + (f", {other.megabytes:.0f} MB of memory at most." if other.megabytes else ", which the files need not.")
        if isinstance(other, Rival)
        else other
        for other in others
    ]
    return Table(
        "The page of complaints, by others",
        ("", "way", "ms", "of ours"),
        rows,
        (
            *notes,
            "The same numbers, written as one would: a frame with a groupby for each chart; a table with an index on "
            "the time of request, one scan for all counts and one for each kind of duration. Ours reads what it "
            "keeps by month, and its medians are those of bins (docs/history.md).",
        ),
    )
