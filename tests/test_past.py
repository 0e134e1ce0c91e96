"""One question is answered once, from the files and from what only the store has yet; nobody is named in either."""

from __future__ import annotations

import asyncio
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.exceptions import ConnectionError as RedisConnectionError

from collectors import past as past_module
from collectors.districts import Districts
from collectors.facts import BEDS, CHECKS, COMPLAINTS, HOURS, OUTAGES, TABLES, TRAFFIC, Table
from collectors.history import History
from collectors.past import Past, relation
from collectors.personal import impersonal
from collectors.readings.limits import Limits
from collectors.readings.present import Present
from collectors.records import Record
from collectors.samples import SAMPLED
from collectors.source import City
from collectors.store import Store
from tests.chronicling import HOUR, THIS_HOUR, Keeper, bed_row, check_row, filed
from tests.records import batch, beds, check, complaint, health, level, report, source

NOW = THIS_HOUR + timedelta(minutes=5)


@pytest.fixture
async def keeper(store: Store, tmp_path: Path, city: City, districts: Districts) -> Keeper:
    found = Keeper(store, tmp_path, city, districts)
    await found.begin()
    return found


steps = st.lists(st.sampled_from(["new", "old", "end", "sample", "file", "crash", "tidy"]), min_size=6, max_size=14)


@pytest.mark.patient
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
async def test_whatever_is_in_files_and_whatever_is_not_the_answer_is_the_same(
    store: Store,
    tmp_path_factory: pytest.TempPathFactory,
    city: City,
    districts: Districts,
    todo: list[str],
) -> None:
    """Things happen, files are written, a crash comes between the files and the note of it: each thing counts once."""
    await store.redis.flushall()
    keeper = Keeper(store, tmp_path_factory.mktemp("history"), city, districts)
    await keeper.begin()
    facts: dict[str, str] = {}
    roads: dict[str, bool] = {}
    samples: list[datetime] = []
    at = THIS_HOUR - 30 * HOUR
    for number, step in enumerate(todo):
        if step == "new":
            told = complaint(f"c{number}", requested=NOW - timedelta(days=number), updated=at)
            await keeper.tell("complaints", told)
            await keeper.tell("traffic", report(f"r{number}", started=NOW - timedelta(hours=number)))
            facts[told.id], roads[f"r{number}"] = "waiting", True
        elif step == "old" and facts:
            id_ = min(facts)
            await keeper.tell(
                "complaints", complaint(id_, requested=NOW - timedelta(days=int(id_[1:])), status="done", updated=at)
            )
            facts[id_] = "done"
        elif step == "end" and any(roads.values()):
            id_ = next(key for key, is_open in roads.items() if is_open)
            last = report(id_, started=NOW - timedelta(hours=int(id_[1:])))
            await keeper.tell("traffic", ended=[id_], over={id_: last})
            roads[id_] = False
        elif step == "sample":
            at += timedelta(minutes=25)
            await keeper.sample("beds", at, [bed_row(at)])
            samples.append(at.replace(tzinfo=None))
        elif step in ("file", "crash"):
            before = await keeper.past_store.noted()
            await keeper.chronicle.file(at + timedelta(minutes=3))
            if step == "crash":
                lost = {key: before.get(key) for key in await keeper.past_store.noted()}
                await keeper.past_store.note(lost, keeper.chronicle.epoch)
        elif step == "tidy":
            await keeper.chronicle.tidied(NOW)
        if step not in ("file", "crash") and number + 1 < len(todo):
            continue
        assert await keeper.read("complaints", COMPLAINTS, "id, status") == sorted(facts.items())
        assert await keeper.read("traffic", TRAFFIC, "id, ended IS NULL AS open") == sorted(roads.items())
        assert await keeper.read("beds", BEDS, "moment") == [(moment,) for moment in samples]


async def test_what_is_summed_by_the_hour_is_the_same_before_and_after_the_hour_is_a_file(keeper: Keeper) -> None:
    first = THIS_HOUR - 2 * HOUR + timedelta(minutes=50)
    for minute in range(80):
        at = first + timedelta(minutes=minute)
        await keeper.sample("apps", at, [check_row(at, "a", "down" if minute < 40 else "unknown"), check_row(at, "b")])
    hourly = "moment, app, checks, up, down, latency_sum"
    before = await keeper.read("apps", HOURS, hourly), await keeper.read("apps", CHECKS, "app, moment")
    await keeper.chronicle.file(NOW)
    assert keeper.files(CHECKS, "count(*)") == [(70 * 2,)]
    assert (await keeper.read("apps", HOURS, hourly), await keeper.read("apps", CHECKS, "app, moment")) == before
    assert await keeper.read("apps", OUTAGES, "sum(checks)::INTEGER, min(began), max(ended)") == [
        (40, first.replace(tzinfo=None), (first + timedelta(minutes=40)).replace(tzinfo=None))
    ]


async def test_without_the_store_the_files_answer_and_it_is_said_that_they_do_so_alone(keeper: Keeper) -> None:
    await keeper.tell("complaints", complaint("a", requested=NOW))
    await keeper.chronicle.file(NOW)
    past = Past(keeper.past_store, History(keeper.folder), keeper.districts, keeper.city.timezone)
    assert await past.refresh("complaints")

    async def dead(*_: Any, **__: Any) -> None:
        raise RedisConnectionError("gone")

    keeper.store.redis.hgetall = dead  # type: ignore[method-assign, assignment]
    past.fresh.clear()
    assert not await past.refresh("complaints")
    assert past.alone
    question, tables = (
        f"SELECT id FROM {relation('complaints', COMPLAINTS)}",
        {"complaints": (COMPLAINTS, (None, None))},
    )
    assert await past.ask(question, {}, tables) == [{"id": "a"}]
    fresh = Past(keeper.past_store, History(keeper.folder), keeper.districts, keeper.city.timezone)
    assert not await fresh.refresh("complaints")
    assert await fresh.ask(question, {}, tables) == [{"id": "a"}]


async def test_a_folder_that_cannot_be_written_is_still_read(keeper: Keeper) -> None:
    await keeper.tell("complaints", complaint("a", requested=NOW))
    await keeper.chronicle.file(NOW)
    await keeper.tell("complaints", complaint("b", requested=NOW))
    before = sorted(path for path in keeper.folder.rglob("*"))
    assert await keeper.read("complaints", COMPLAINTS, "id") == [("a",), ("b",)]
    assert sorted(path for path in keeper.folder.rglob("*")) == before, "who reads writes nothing at all"
    assert await keeper.read("complaints", COMPLAINTS, "id", Path("/proc/nowhere")) == [("a",), ("b",)]


async def test_questions_while_the_store_is_taken_over_see_one_moment(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hours are sealed and the seam moves on while many ask: no sample is missing or doubled in any answer."""
    monkeypatch.setattr(past_module, "FRESH_SECONDS", 0.0)
    start = THIS_HOUR - 12 * HOUR
    moments = [start + timedelta(minutes=20) * number for number in range(30)]
    for at in moments:
        await keeper.sample("beds", at, [bed_row(at)])
    past = Past(keeper.past_store, History(keeper.folder), keeper.districts, keeper.city.timezone)
    question = f"SELECT count(*) AS n, count(DISTINCT moment) AS m FROM {relation('beds', BEDS)}"
    await past.refresh("beds")
    over = asyncio.Event()
    answers: list[tuple[int, int]] = []

    async def asking() -> None:
        while not over.is_set():
            [row] = await past.ask(question, {}, {"beds": (BEDS, (None, None))})
            answers.append((row["n"], row["m"]))

    async def refreshing() -> None:
        while not over.is_set():
            await past.refresh("beds")
            await asyncio.sleep(0.005)

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for work in (asking, asking, asking, refreshing):
            group.create_task(work())
        for hour in range(1, 11):
            await keeper.chronicle.file(start + hour * HOUR + timedelta(minutes=3))
        over.set()
    assert len(answers) > 3
    assert set(answers) == {(30, 30)}


NAMED = "Budi Santoso"
SEEDED = (
    NAMED, "0812-3456-7890", "3671010101010001", "budi@mail.example", "Jl. Melati 7 RT 03", "rumah warna hijau",
    "-6.17834512", "106.63192345",
)  # fmt: skip


async def test_no_file_and_no_sample_holds_anything_of_a_person(keeper: Keeper) -> None:
    """Whatever a record brings beside what is counted, and wherever it put it."""
    place: dict[str, Any] = {"lat": -6.17834512, "lon": 106.63192345}
    told = "0812-3456-7890"
    mine: list[Record] = [
        complaint(
            "c1", requested=NOW, description=f"{NAMED}, rumah warna hijau, {told}", address="Jl. Melati 7 RT 03",
            agency=f"Pak {told}", category=f"Jalan rusak {told}", channel="budi@mail.example", **place,
        ),
        report("t1", headline=f"Macet dekat {NAMED}", road=f"Jalan 3671010101010001 {told}", started=NOW, **place),
    ]  # fmt: skip
    kept = impersonal(batch(*mine)).records
    for name, record in zip(("complaints", "traffic"), kept, strict=True):
        await keeper.tell(name, record)  # type: ignore[arg-type]
    await keeper.tell("traffic", ended=["t1"], over={"t1": kept[1]})
    at = THIS_HOUR - HOUR
    seen: dict[str, Record] = {
        "beds": beds("b1", room=NAMED, hospital=f"RS {told}", class_name=f"KELAS {told}", capacity=4, free=1),
        "apps": check("a1", name=NAMED, reason=f"salah {told}", owner=NAMED, listed=False),
        "water": level("w1", post=f"Pos {told}", river="Kali budi@mail.example", **place),
    }
    for area, sampled in SAMPLED.items():
        [record] = impersonal(batch(seen[area])).records
        one = health(source("one", area), at)
        present = Present(
            area=area, records={("one", record.id): record}, sources=[one], now=at, zone=keeper.city.timezone,
            districts=keeper.districts, limits=Limits(), applications=(), previous=None,
        )  # fmt: skip
        rows = sampled.rows(present, at)
        assert rows
        await keeper.sample(area, at, rows)
    streams = [str(key, "utf-8") async for key in keeper.store.redis.scan_iter(match="{lr}:samples:*")]
    assert len(streams) == len(SAMPLED)
    for stream in streams:
        entries: Any = await keeper.store.redis.xrange(stream)
        assert entries
        for _, fields in entries:
            assert nobody(str(zlib.decompress(fields[b"rows"])))
    await keeper.chronicle.file(NOW)
    told_of = set()
    for table in TABLES.values():
        for row in filed(keeper.history, table):
            told_of.add(table.name)
            assert nobody(" ".join(map(str, row)))
        assert columns_are_known(table)
    assert told_of == TABLES.keys() - {"outages"}
    for path in keeper.folder.rglob("*"):
        assert nobody(str(path.read_bytes()) if path.is_file() else path.name)


def nobody(text: str) -> bool:
    found = [part for part in SEEDED if part in text]
    assert not found, text
    return True


def columns_are_known(table: Table) -> bool:
    """A column that could hold a person's words or whereabouts is none of a table's."""
    strange = {
        "description",
        "address",
        "lat",
        "lon",
        "name",
        "phone",
        "email",
        "headline",
        "media",
    } & table.columns.keys()
    return strange <= ({"name"} if table.name == "water" else set())
