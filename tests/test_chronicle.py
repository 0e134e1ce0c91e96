"""Whatever happens to whoever writes the history, and whenever: what happened in the city stands in it exactly once."""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from collectors import chronicle as chronicle_module
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.facts import BEDS, CHECKS, COMPLAINTS, HOURS, OUTAGES, TRAFFIC
from collectors.history import History
from collectors.parts import hour_of
from collectors.records import Complaint, TrafficReport
from collectors.retention import Retention
from collectors.source import City
from collectors.store import LostLeaseError, Store
from collectors.store_keys import EPOCH
from demo.server import application
from tests.chronicling import HOUR, THIS_HOUR, Keeper, bed_row, check_row, damaged, filed, names
from tests.collecting import collecting, quick, shipped, until
from tests.dying import DIED
from tests.records import complaint, report

ROOT = Path(__file__).resolve().parent.parent
NOW = THIS_HOUR + timedelta(minutes=5)
MOST_STEPS = 200


@pytest.fixture
async def keeper(store: Store, tmp_path: Path, city: City, districts: Districts) -> Keeper:
    found = Keeper(store, tmp_path, city, districts)
    await found.begin()
    return found


def filed_complaint(id_: str, days: float = 1, **given: Any) -> Complaint:
    return complaint(id_, requested=(NOW - timedelta(days=days)).replace(microsecond=0), **given)


def told_report(id_: str, hours: float = 1, **given: Any) -> TrafficReport:
    return report(id_, started=NOW - timedelta(hours=hours), **given)


async def test_folding_again_changes_nothing(keeper: Keeper) -> None:
    await keeper.tell("complaints", filed_complaint("a"), filed_complaint("b", 4))
    await keeper.tell("complaints", filed_complaint("a", status="done", finished=NOW))
    await keeper.tell("traffic", told_report("x"), told_report("y"))
    await keeper.tell("traffic", ended=["x"], over={"x": told_report("x")})
    await keeper.chronicle.file(NOW)
    facts, roads = keeper.files(COMPLAINTS), keeper.files(TRAFFIC)
    assert [(row[1], row[6]) for row in facts] == [("a", "done"), ("b", "waiting")]
    assert [(row[1], row[7] is None) for row in roads] == [("x", False), ("y", True)]
    await keeper.chronicle.file(NOW)
    await keeper.store.redis.hdel("{lr}:history", "position complaints", "position traffic")
    await keeper.chronicle.file(NOW)
    assert (keeper.files(COMPLAINTS), keeper.files(TRAFFIC)) == (facts, roads)


async def test_what_happened_while_nobody_wrote_is_there_from_what_is_known_now(keeper: Keeper) -> None:
    await keeper.tell("complaints", filed_complaint("a"))
    await keeper.chronicle.file(NOW)
    await keeper.tell("complaints", filed_complaint("b"), filed_complaint("a", status="done"))
    await keeper.store.redis.delete("{lr}:events:complaints")
    await keeper.tell("complaints", filed_complaint("c"))
    await keeper.chronicle.file(NOW)
    assert keeper.files(COMPLAINTS, "id, status") == [("a", "done"), ("b", "waiting"), ("c", "waiting")]


async def test_a_record_the_history_cannot_hold_costs_that_record_alone(keeper: Keeper) -> None:
    never = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    await keeper.tell("traffic", replace(told_report("x"), started=never), replace(told_report("y"), level=70_000))
    await keeper.store.redis.xadd("{lr}:events:traffic", {"source": "one", "id": "z", "record": b'{"nonsense": 1}'})
    await keeper.tell("traffic", told_report("w"))
    with capture_logs() as log:
        await keeper.chronicle.file(NOW)
    assert keeper.files(TRAFFIC, "id, level") == [("w", None), ("y", None)]
    assert {one["event"] for one in log} == {"not kept"}


async def test_an_hour_becomes_a_file_once_it_is_over_and_sealing_it_again_changes_nothing(keeper: Keeper) -> None:
    hours = [THIS_HOUR - 2 * HOUR, THIS_HOUR - HOUR, THIS_HOUR]
    for hour in hours:
        for minute in (0, 15, 30, 45):
            at = hour + timedelta(minutes=minute)
            await keeper.sample("beds", at, [bed_row(at, minute), bed_row(at, minute, bed_class="III")])
            await keeper.sample("apps", at, [check_row(at, status="down" if minute == 30 else "up")])
    await keeper.chronicle.file(NOW)
    whole = [keeper.files(table) for table in (BEDS, CHECKS, HOURS, OUTAGES)]
    assert [len(rows) for rows in whole] == [16, 8, 2, 2]
    assert [row[0].replace(tzinfo=UTC) for row in keeper.files(BEDS, "DISTINCT date_trunc('hour', moment)")] == hours[
        :2
    ]
    for sealed in (hours[0], hours[1]):
        await keeper.past_store.note({"sealed beds": sealed.isoformat(), "sealed apps": None}, keeper.chronicle.epoch)
        await keeper.chronicle.file(NOW)
        assert [keeper.files(table) for table in (BEDS, CHECKS, HOURS, OUTAGES)] == whole
    await keeper.chronicle.file(THIS_HOUR + HOUR + timedelta(minutes=1))
    assert len(keeper.files(BEDS)) == 16, "it may still come to the last of its samples"
    await keeper.chronicle.file(THIS_HOUR + HOUR + timedelta(minutes=3))
    assert len(keeper.files(BEDS)) == 24


async def test_an_hour_that_is_late_joins_the_day_that_is_a_file_already(keeper: Keeper) -> None:
    yesterday = THIS_HOUR.replace(hour=0) - timedelta(hours=4)
    for hour in range(3):
        at = yesterday + hour * HOUR
        await keeper.sample("beds", at, [bed_row(at, hour)])
        if hour != 1:
            keeper.history.merge(BEDS, {name: [value] for name, value in bed_row(at, hour).items()})
    keeper.history.compact(BEDS, yesterday + timedelta(days=1))
    keeper.history.sweep(BEDS)
    assert keeper.files(BEDS, "free") == [(0,), (2,)]
    await keeper.chronicle.file(NOW)
    assert keeper.files(BEDS, "free") == [(0,), (1,), (2,)]
    assert len(keeper.history.parts(BEDS)) == 1


class Truth:
    """What happened in the city so far: a little more before every death."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self.complaints: dict[str, str] = {}
        self.roads: dict[str, bool] = {}
        self.samples: list[datetime] = []
        self.start = THIS_HOUR - 45 * HOUR

    async def more(self, life: int) -> datetime:
        keeper, number = self.keeper, len(self.complaints)
        now = self.start + timedelta(minutes=20) * life
        told = [filed_complaint(f"c{number}", 1 + life % 4)]
        if number > 3:
            old = number // 2
            told.append(filed_complaint(f"c{old}", 1 + old % 4, status="done", updated=now))
        await keeper.tell("complaints", *told)
        self.complaints |= {one.id: one.status for one in told}
        new, over = f"r{number}", f"r{number - 1}"
        ended = {over: told_report(over, number - 1)} if number else {}
        await keeper.tell("traffic", told_report(new, number), ended=list(ended), over=ended)
        self.roads |= {new: True} | dict.fromkeys(ended, False)
        await keeper.sample("beds", now, [bed_row(now, life % 10)])
        await keeper.sample("apps", now, [check_row(now)])
        self.samples.append(now)
        return now

    def told(self) -> tuple[list[Any], list[Any], list[Any]]:
        moments = [at.replace(tzinfo=None) for at in self.samples]
        return sorted(self.complaints.items()), sorted(self.roads.items()), [(at,) for at in moments]


@pytest.mark.patient
@pytest.mark.timeout(600)
async def test_killed_at_every_step_of_the_writing_everything_stands_in_the_files_exactly_once(
    keeper: Keeper, redis_server: EmbeddedRedis
) -> None:
    truth = Truth(keeper)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.dying_history", redis_server.url, str(keeper.folder), cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    deaths = 0
    try:
        for step in range(1, MOST_STEPS):
            await keeper.begin("parent")
            now = await truth.more(step)
            await keeper.store.give_back("parent")
            process.stdin.write(f"{step} {now.isoformat()}\n".encode())
            async with asyncio.timeout(60):
                code = int(await process.stdout.readline())
            assert code in (0, DIED)
            if code == 0:
                break
            deaths += 1
    finally:
        process.kill()
        await process.wait()
    assert 10 < deaths < MOST_STEPS - 1, "it died at every step there is, and then lived"
    await keeper.begin("parent")
    complaints, roads, samples = truth.told()
    moments = [row for row in samples if row[0] < hour_of(now - chronicle_module.SETTLE).replace(tzinfo=None)]
    assert keeper.files(COMPLAINTS, "id, status") == complaints
    assert keeper.files(TRAFFIC, "id, ended IS NULL AS open") == roads
    assert keeper.files(BEDS, "moment") == moments
    assert keeper.files(CHECKS, "moment") == moments
    assert keeper.files(HOURS, "sum(checks)") == [(len(moments),)]
    assert await keeper.read("beds", BEDS, "moment") == samples
    assert await keeper.read("complaints", COMPLAINTS, "id, status") == complaints


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow: the same refusal as a full disk's, by the same call."""
    before, heeded = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heeded)


async def test_a_full_disk_is_said_once_and_kept_and_when_there_is_room_again_nothing_is_missing(
    keeper: Keeper,
) -> None:
    await keeper.tell("complaints", filed_complaint("a"))
    await keeper.chronicle.file(NOW)
    at = THIS_HOUR - HOUR
    with capture_logs() as log:
        with full_disk():
            for number in range(3):
                await keeper.tell("complaints", filed_complaint(f"b{number}"))
                await keeper.sample("beds", at + number * timedelta(minutes=15), [bed_row(at, number)])
                await keeper.chronicle.file(NOW)
                fault = (await keeper.past_store.noted())["fault"]
                assert "written" in fault["reason"]
                assert str(keeper.folder) not in fault["reason"]
                assert await keeper.read("complaints", COMPLAINTS, "count(*)") == [(number + 2,)]
        assert keeper.files(COMPLAINTS, "id") == [("a",)]
        await keeper.chronicle.file(NOW)
    assert "fault" not in await keeper.past_store.noted()
    assert keeper.files(COMPLAINTS, "id") == [("a",), ("b0",), ("b1",), ("b2",)]
    assert keeper.files(BEDS, "count(*)") == [(1,)]
    said = sorted((one["event"], one["doing"]) for one in log)
    assert said == [
        ("not written", "fold"),
        ("not written", "seal"),
        ("written again", "fold"),
        ("written again", "seal"),
    ]
    assert not [name for name in names(keeper.folder, COMPLAINTS) if name.startswith(".")], "no half file is left"


async def test_a_folder_that_cannot_be_written_is_state_and_a_later_process_knows_when_it_is_over(
    keeper: Keeper, store: Store, city: City, districts: Districts
) -> None:
    (keeper.folder / "complaints").write_text("a file where a folder has to be")
    await keeper.tell("complaints", filed_complaint("a"))
    await keeper.chronicle.file(NOW)
    assert (await keeper.past_store.noted())["fault"]["reason"]
    (keeper.folder / "complaints").unlink()
    other = Keeper(store, keeper.folder, city, districts)
    await other.begin()
    await other.chronicle.file(NOW)
    assert "fault" not in await keeper.past_store.noted()
    assert other.files(COMPLAINTS, "id") == [("a",)]


async def test_collecting_goes_on_while_the_history_cannot_be_written(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sampling and filing are asked to go on for some rounds, each of which fails."""
    monkeypatch.setattr(chronicle_module, "ROUND_SECONDS", 0.01)
    keeper.health("beds", "one")
    (keeper.folder / "complaints").write_text("a file where a folder has to be")
    await keeper.tell("complaints", filed_complaint("a"))
    rounds = 0
    fold = keeper.chronicle.fold

    async def counted() -> None:
        nonlocal rounds
        rounds += 1
        await fold()

    monkeypatch.setattr(keeper.chronicle, "fold", counted)
    task = asyncio.create_task(keeper.chronicle.run(keeper.chronicle.epoch))
    async with asyncio.timeout(30):
        while rounds < 4:
            await asyncio.sleep(0.01)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_sample_that_cannot_be_taken_costs_no_other(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper.health("beds", "one")
    monkeypatch.setattr(keeper.chronicle, "present", lambda area: 1 / 0)
    with capture_logs() as log:
        for _ in range(2):
            await keeper.chronicle.tried("sample beds", keeper.chronicle.sample("beds"))
    assert [one["event"] for one in log] == ["history broken"]


async def test_whoever_lost_the_lease_notes_nothing_and_says_so_to_the_collecting_side(keeper: Keeper) -> None:
    await keeper.tell("complaints", filed_complaint("a"))
    await keeper.store.redis.incr(EPOCH)
    with pytest.raises(LostLeaseError):
        await keeper.chronicle.run(keeper.chronicle.epoch)
    assert await keeper.past_store.noted() == {}


async def test_of_a_file_that_is_set_aside_all_that_is_still_known_is_written_again(keeper: Keeper) -> None:
    await keeper.tell("complaints", filed_complaint("a"), filed_complaint("b"))
    at = THIS_HOUR - HOUR
    await keeper.sample("beds", at, [bed_row(at)])
    await keeper.chronicle.file(NOW)
    facts, beds = keeper.files(COMPLAINTS), keeper.files(BEDS)
    paths = [keeper.history.parts(table)[0].path for table in (COMPLAINTS, BEDS)]
    for path in paths:
        damaged(path, "cut")
    with capture_logs() as log:
        await keeper.chronicle.tidy()
        await keeper.chronicle.file(NOW)
    assert (keeper.files(COMPLAINTS), keeper.files(BEDS)) == (facts, beds)
    assert [one["file"] for one in log if one["event"] == "file set aside"] == [
        f"{path.parent.name}/{path.name}" for path in paths
    ]
    assert keeper.history.summary()["aside"] == [f"complaints/{paths[0].name}.broken", f"beds/{paths[1].name}.broken"]


async def test_what_is_too_old_goes_at_the_quiet_hour_and_checks_by_the_minute_first(
    store: Store, tmp_path: Path, city: City, districts: Districts
) -> None:
    keeper = Keeper(store, tmp_path, city, districts, retention=Retention(days=300, minute_days=100))
    await keeper.begin()
    for days in (50, 200, 400):
        at = (NOW - timedelta(days=days)).replace(minute=0, second=0)
        keeper.chronicle.seal_hour(CHECKS, [check_row(at)])
        keeper.chronicle.seal_hour(BEDS, [bed_row(at)])
    await keeper.chronicle.tidy()
    assert keeper.files(CHECKS, "count(*)") == [(1,)]
    assert keeper.files(HOURS, "count(*)") == [(2,)]
    assert keeper.files(BEDS, "count(*)") == [(2,)]
    assert datetime.fromisoformat((await keeper.past_store.noted())["tidied"]) >= NOW - HOUR
    assert all(len(part.stem) <= 8 for part in keeper.history.parts(BEDS)), "and what is left is joined"


async def test_the_quiet_hour_is_made_up_for_where_nobody_ran_then(keeper: Keeper) -> None:
    await keeper.chronicle.file(NOW)
    first = (await keeper.past_store.noted())["tidied"]
    await keeper.chronicle.file(NOW + timedelta(hours=20))
    assert (await keeper.past_store.noted())["tidied"] == first
    await keeper.chronicle.file(NOW + timedelta(hours=30))
    assert (await keeper.past_store.noted())["tidied"] > first


async def pretend(keeper: Keeper, city: str, count: int) -> None:
    """A run of the pretend city tells of complaints under the ids that every run begins with."""
    keeper.health("complaints", "one", demo=city)
    told = [filed_complaint(f"LK-{number}", 1 + number + count / 100) for number in range(count)]
    await keeper.tell("complaints", *told)


async def test_another_run_of_the_pretend_city_does_not_double_what_it_pretends(keeper: Keeper) -> None:
    keeper.health("complaints", "real")
    await keeper.tell("complaints", filed_complaint("true"), name="real")
    await pretend(keeper, "first", 20)
    await keeper.chronicle.file(NOW)
    assert keeper.files(COMPLAINTS, "count(*), count(*) FILTER (demo)") == [(21, 20)]
    await keeper.tell("complaints", filed_complaint("LK-0", 1.2, status="done"))  # not folded in yet
    await keeper.chronicle.begin_anew("one", "complaints", True, "second")
    gone = [f"LK-{number}" for number in range(20)]
    await keeper.tell("complaints", ended=gone)
    await pretend(keeper, "second", 12)
    [(seen, different)] = await keeper.read("complaints", COMPLAINTS, "count(*), count(DISTINCT id)")
    assert seen == different
    for _ in range(2):
        await keeper.chronicle.file(NOW)
        counts = "count(*), count(DISTINCT id), count(*) FILTER (demo), count(*) FILTER (status = 'done')"
        assert keeper.files(COMPLAINTS, counts) == [(13, 13, 12, 0)]
        assert await keeper.read("complaints", COMPLAINTS, "count(*), count(DISTINCT id)") == [(13, 13)]


async def test_a_real_service_in_the_pretend_citys_place_is_no_pretence(keeper: Keeper) -> None:
    await pretend(keeper, "first", 5)
    await keeper.chronicle.file(NOW)
    await keeper.chronicle.begin_anew("one", "complaints", True, None)
    keeper.health("complaints", "one")
    await keeper.tell("complaints", filed_complaint("LK-1"), filed_complaint("true"), ended=["LK-0"])
    await keeper.chronicle.file(NOW)
    assert keeper.files(COMPLAINTS, "id, demo") == [("LK-1", False), ("true", False)]


async def test_a_first_look_while_another_run_begins_keeps_the_new_run_alone(keeper: Keeper) -> None:
    await pretend(keeper, "first", 5)
    await keeper.tell("complaints", filed_complaint("true"), name="real")
    await keeper.chronicle.begin_anew("one", "complaints", True, "second")
    await keeper.chronicle.file(NOW)
    assert keeper.files(COMPLAINTS, "id") == [("true",)]
    await keeper.tell("complaints", ended=[f"LK-{number}" for number in range(5)])
    await pretend(keeper, "second", 3)
    await keeper.chronicle.file(NOW)
    assert keeper.files(COMPLAINTS, "id, demo") == [(f"LK-{number}", True) for number in range(3)] + [("true", False)]


async def test_pretended_samples_are_forgotten_with_their_city_and_real_ones_stay(keeper: Keeper) -> None:
    keeper.health("apps", "one", demo="first")
    at = THIS_HOUR - 3 * HOUR
    keeper.chronicle.seal_hour(CHECKS, [{**check_row(at, "pretended", "down"), "demo": True}, check_row(at, "real")])
    keeper.chronicle.seal_hour(
        BEDS,
        [
            bed_row(at, demo=True),
            bed_row(at, source="real", hospital_id="R2"),
            bed_row(at, demo=True, source="x", hospital_id="R3"),
        ],
    )
    await keeper.chronicle.begin_anew("one", "apps", True, "second")
    await keeper.chronicle.begin_anew("two", "beds", True, "second")
    await keeper.chronicle.begin_anew("x", "beds", True, None)
    await keeper.chronicle.file(NOW)
    assert keeper.files(CHECKS, "app") == [("real",)]
    assert keeper.files(HOURS, "app") == [("real",)]
    assert keeper.files(OUTAGES) == []
    assert keeper.files(BEDS, "source, demo") == [("one", True), ("real", False)]
    keeper.chronicle.seal_hour(CHECKS, [{**check_row(at, "again"), "demo": True}])
    await keeper.chronicle.begin_anew("other", "apps", True, "second")
    await keeper.chronicle.file(NOW)
    assert filed(keeper.history, CHECKS, "app") == [("again",), ("real",)], "another source of the same run"


@pytest.mark.patient
async def test_two_runs_of_the_real_pretend_city_one_after_the_other_leave_the_second_alone(
    store: Store, redis_server: EmbeddedRedis, tmp_path: Path, districts: Districts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its complaints have the same ids in every run, and other times."""
    monkeypatch.setattr(chronicle_module, "ROUND_SECONDS", 0.2)
    reader = History(tmp_path)

    async def one_run(seed: int) -> int:
        async with TestServer(application(seed=seed, speed=1.0)) as server:
            city, sources = shipped(str(server.make_url("")).rstrip("/"))
            async with collecting(redis_server.url, [quick(sources["laksa"])], city, districts, tmp_path) as run:
                watch = run.collecting.watches["laksa"]
                before = watch.health.origin
                await until("this run was read", lambda: watch.records and watch.health.origin != before)

                def alone() -> bool:
                    known = len(watch.records)
                    counts = "count(*), count(DISTINCT id), count(*) FILTER (NOT demo)"
                    return filed(reader, COMPLAINTS, counts) == [(known, known, 0)]

                await until("the complaints of this run stand in the files, and no others", alone)
                return len(watch.records)

    assert await one_run(1) > 1000
    assert await one_run(2) > 1000
