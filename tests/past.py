"""A past of which every row is known: part of it in files as the collecting side writes them, the rest in Redis."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from collectors import rollup
from collectors.chronicle import AREA_OF
from collectors.digesting import digests_of, keep_digests
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.fact_rows import FOLDED
from collectors.facts import CHECKS, HOURS, OUTAGES, TABLES, Row, complaint_row, traffic_row
from collectors.history import History, columns_of
from collectors.parts import hour_of
from collectors.past import Past
from collectors.past_store import BEGINNING, PastStore
from collectors.readings.limits import Limits
from collectors.records import Complaint, Record
from collectors.samples import SAMPLED
from collectors.source import Area
from collectors.store import Store
from collectors.store_keys import EVENTS, RECORDS
from collectors.stored import record_json
from collectors.writing import Writing

ZONE = ZoneInfo("Asia/Jakarta")
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Fact:
    """A record of a source, and when it was over; `folded`: it is in the files already; `earlier`: it is there, but as
    it was then. `lost`: the store knows it no more, and nobody saw its end."""

    source: str
    record: Record
    over: datetime | None = None
    folded: bool = True
    earlier: Record | None = None
    demo: bool = False
    lost: bool = False


@dataclass
class Told:
    """What there is to know: samples by area, sealed up to an hour, and facts by area. Days before `joined`, as far as
    they are sealed, are files of a day, the other sealed hours files of an hour. `tidied`: months that are over by then
    are files of a month, and there are digests. `told`: the store tells what changed since facts came into files."""

    samples: Mapping[Area, Sequence[Row]] = field(default_factory=dict)
    sealed: datetime = NEVER
    joined: datetime = NEVER
    facts: Mapping[Area, Sequence[Fact]] = field(default_factory=dict)
    zone: ZoneInfo = ZONE
    tidied: datetime | None = None
    told: bool = True


@asynccontextmanager
async def past(told: Told, server: EmbeddedRedis, districts: Districts) -> AsyncIterator[Past]:
    """What is told, as a web process sees it. The folder is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="history-"))
    await server.ensure()
    async with Store(server.url) as store:
        await store.redis.flushall()
        writing = Writing(folder, threads=1)
        try:
            await write(told, writing, store, districts)
        finally:
            writing.close()
        history = History(folder, threads=1)
        try:
            found = Past(PastStore(store), history, districts, told.zone)
            for area in (*told.samples, *told.facts):
                assert await found.refresh(area)
            yield found
        finally:
            history.close()
            shutil.rmtree(folder)


@dataclass
class Pasts:
    """Several pasts, to be asked one after the other."""

    runner: asyncio.Runner
    each: Sequence[Past]

    def run(self, number: int, check: Callable[[Past], Coroutine[Any, Any, None]]) -> None:
        self.runner.run(check(self.each[number]))


@contextmanager
def pasts(each: Sequence[Told], server: EmbeddedRedis, districts: Districts) -> Iterator[Pasts]:
    """Several at once: making one takes longer than asking it."""
    stack = AsyncExitStack()

    async def opened() -> list[Past]:
        return [await stack.enter_async_context(past(told, server, districts)) for told in each]

    with asyncio.Runner() as runner:
        try:
            yield Pasts(runner, runner.run(opened()))
        finally:
            runner.run(stack.aclose())


async def write(told: Told, writing: Writing, store: Store, districts: Districts) -> None:
    epoch = await store.lease("test", 600_000)
    for area, rows in told.samples.items():
        await sample(area, rows, told, writing, PastStore(store), epoch)
    for area, facts in told.facts.items():
        await keep(area, facts, writing, store, districts, told.zone)
        if told.told:
            await tell(area, facts, store, epoch)
    if told.tidied:
        for area in (*told.samples, *told.facts):
            for table in (one for one in TABLES.values() if AREA_OF[one.name] == area):
                writing.compact(table, told.tidied)
        keep_digests(writing, digests_of(told.zone, Limits()), 1000)


async def tell(area: Area, facts: Sequence[Fact], store: Store, epoch: int) -> None:
    """As the events of the area, since the beginning: what is in no file as it is now."""
    for fact in facts:
        if fact.over is None and (not fact.folded or fact.earlier is not None):
            said: dict[Any, Any] = {"source": fact.source, "id": fact.record.id, "record": record_json(fact.record)}
            await store.redis.xadd(EVENTS + area, said)
    await PastStore(store).note({f"position {area}": BEGINNING}, epoch)


async def sample(area: Area, rows: Sequence[Row], told: Told, writing: Writing, kept: PastStore, epoch: int) -> None:
    table = SAMPLED[area].table
    joined = min(told.joined, told.sealed.replace(hour=0, minute=0, second=0, microsecond=0))
    days: list[Row] = []
    hours: dict[datetime, list[Row]] = defaultdict(list)
    moments: dict[datetime, list[Row]] = defaultdict(list)
    for row in rows:
        at = datetime.fromisoformat(row["moment"]).replace(tzinfo=UTC)
        if at >= told.sealed:
            moments[at].append(row)
        elif at < joined:
            days.append(row)
        else:
            hours[hour_of(at)].append(row)
    if days:
        writing.merge(table, columns_of(days, table), "large")
        if table is CHECKS:
            by_hour: dict[str, list[Row]] = defaultdict(list)
            for row in days:
                by_hour[row["moment"][:13]].append(row)
            summed = [one for mine in by_hour.values() for one in rollup.hours(mine)]
            writing.merge(HOURS, columns_of(summed, HOURS), "large")
            outages = [one for mine in by_hour.values() for one in rollup.outages(mine)]
            if outages:
                writing.merge(OUTAGES, columns_of(outages, OUTAGES), "large")
    for _, mine in sorted(hours.items()):
        if table is CHECKS:
            writing.merge(HOURS, columns_of(rollup.hours(mine), HOURS))
            writing.merge(OUTAGES, columns_of(rollup.outages(mine), OUTAGES))
        writing.merge(table, columns_of(mine, table))
    if days or hours:
        await kept.note({f"sealed {area}": told.sealed.isoformat()}, epoch)
    for at, mine in sorted(moments.items()):
        assert await kept.add_sample(area, at, mine, epoch, timedelta(days=9).total_seconds())


async def keep(
    area: Area, facts: Sequence[Fact], writing: Writing, store: Store, districts: Districts, zone: ZoneInfo
) -> None:
    """Facts that are folded are in the files; those that last are in Redis too, and what is over lately its events."""
    rows = []
    for fact in facts:
        if fact.folded or fact.earlier is not None:
            rows.append(row_of(fact, fact.earlier or fact.record, fact.over if fact.folded else None, districts, zone))
    if rows:
        known = [row for row in rows if row is not None]
        writing.merge(FOLDED[area], columns_of(known, FOLDED[area]))
    for fact in facts:
        id_ = fact.record.id
        if fact.over is None and not fact.lost:
            await store.redis.hset(RECORDS + area, f"{fact.source} {id_}", record_json(fact.record))
    events = [fact for fact in facts if fact.over is not None and not fact.folded]
    for fact in sorted(events, key=lambda one: str(one.over)):
        assert fact.over is not None
        said: dict[Any, Any] = {
            "source": fact.source,
            "id": fact.record.id,
            "ended": "1",
            "record": record_json(fact.record),
        }
        await store.redis.xadd(EVENTS + area, said, id=f"{int(fact.over.timestamp() * 1000)}-*")
    demos = {fact.source: fact.demo for fact in facts}
    sources = [{"name": name, "demo": demo} for name, demo in demos.items()]
    await store.redis.set(f"{{lr}}:reading:{area}", orjson.dumps(reading(area, sources)))


def row_of(
    fact: Fact, record: Record, over: datetime | None, districts: Districts, zone: ZoneInfo = ZONE
) -> Row | None:
    if isinstance(record, Complaint):
        return complaint_row(fact.source, record, districts, zone, fact.demo)
    return traffic_row(fact.source, record, over, districts, zone, fact.demo)  # type: ignore[arg-type]


def reading(area: Area, sources: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """A reading with nothing in it but its sources."""
    names = (
        "as_of", "received", "changed", "freshness", "late_after", "stale_after", "failed_after", "value", "level",
        "trend",
    )  # fmt: skip
    return {"area": area, "demo": False, "sources": list(sources), **dict.fromkeys(names)}
