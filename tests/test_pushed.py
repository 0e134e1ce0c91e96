"""What was accepted is written, once, whatever process ends when; and silence is silence, never a failure."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.push import Push
from collectors.store import Store
from collectors.store_keys import LEASE, PUSHED
from collectors.write import Write
from tests.collecting import Run, collecting, shipped, until
from tests.conftest import PretendCity
from tests.pushing import NOW, Sending, app, call, city_that_sends, road, room, send, sources, waiting
from tests.records import health
from tests.site import serving


@pytest.fixture
def sending(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Sending:
    return Sending(redis_server.url, *sources(city_that_sends(tmp_path, monkeypatch)), districts, store)


async def test_a_push_over_http_is_on_the_wall_within_moments(sending: Sending, tmp_path: Path) -> None:
    async with (
        sending.collecting("rsud") as run,
        serving(sending.url, sending.districts, sending.city, tmp_path / "config.yaml") as site,
    ):
        await site.store.give_back("tests")
        assert (await send(site, "rsud", [room(1, free=4), room(2, free=1)]))[0] == 202

        async def free(number: int) -> bool:
            reading = await run.reading("beds")
            return bool(reading and reading["icu"]["free"] == number)

        await until("both rooms are counted", lambda: free(5))
        newer = (NOW - timedelta(minutes=1)).isoformat()
        assert (await send(site, "rsud", [room(1, free=0, updated=newer)]))[2]["accepted"] == 1
        await until("the change is counted", lambda: free(1))
        _, _, again = await send(site, "rsud", [room(1, free=0, updated=newer), room(2, free=1)])
        assert (again["accepted"], again["unchanged"]) == (0, 2)
        _, _, older = await send(site, "rsud", [room(1, free=9)])
        assert (older["accepted"], older["unchanged"]) == (0, 1), "the newest update wins"
        await until("all is taken in", lambda: sending.all_taken("rsud"))
        assert await free(1)
        assert await sending.events("beds") == ["R1/ICU/Ruang 1", "R1/ICU/Ruang 2", "R1/ICU/Ruang 1"]
        await until("the site knows", lambda: "rsud" in str(site.hub.readings.get("beds")))
        listed = {one["name"]: one for one in (await site.get("/api/v1/sources"))[2]}
        shown = listed["rsud"]
        assert (shown["collector"], shown["every"], shown["next_try"], shown["error"]) == ("push", 0, None, None)
        assert (shown["freshness"], shown["as_of"]) == ("live", newer.replace("+00:00", ".000Z"))


async def test_an_agency_behind_a_firewall_tells_of_its_own_applications(sending: Sending, tmp_path: Path) -> None:
    async with (
        sending.collecting("datacentre") as run,
        serving(sending.url, sending.districts, sending.city, tmp_path / "config.yaml") as site,
    ):
        await site.store.give_back("tests")
        down: dict[str, Any] = {"ok": False, "message": "basis data penuh, hubungi 081234567890", "latency_ms": 4000}
        body = [app(**down), app("antrean", name="Antrean Pajak"), {"id": "SRV-X"}, app("SRV-Y", ok=None, status="")]
        status, _, said = await send(site, "datacentre", body)
        assert (status, said["accepted"]) == (202, 2)
        assert said["rejected"] == [{"row": 3, "reason": "no status"}, {"row": 4, "reason": "no status"}]

        async def told() -> Any:
            reading = await run.reading("apps")
            found = {one["id"]: one for one in reading["abnormal"]} if reading else {}
            return (reading, found) if found.get("pajak-online", {}).get("status") == "down" else None

        reading, abnormal = await until("it is on the wall", told)
        mine = abnormal["pajak-online"]
        assert (mine["name"], mine["owner"], mine["reason"]) == (
            "Pajak Online", "Bapenda", "basis data penuh, hubungi •••"
        )  # fmt: skip
        (own,) = [cell for cell in reading["cells"] if cell["id"] == "datacentre/antrean"]
        assert (own["name"], own["status"], own["latency_ms"]) == ("Antrean Pajak", "up", 40)
        await until("all is taken in", lambda: sending.all_taken("datacentre"))
        again = await send(site, "datacentre", body)
        assert (again[2]["accepted"], again[2]["unchanged"]) == (0, 2), "the same again changes nothing"
        older = app(checked=(NOW - timedelta(minutes=3)).isoformat())
        assert (await send(site, "datacentre", [older]))[2]["unchanged"] == 1, "older news changes nothing"
        assert (await send(site, "datacentre", [app(checked=datetime.now(UTC).isoformat())]))[2]["accepted"] == 1

        async def up() -> Any:
            reading = await run.reading("apps")
            return any(one["id"] == "pajak-online" and one["status"] == "up" for one in reading["cells"])

        await until("it is up again", up)
        counts = run.collecting.watches["datacentre"].health.ledger
        assert (counts.total["rejected"], counts.total["new"]) == (4, 2)
        assert sorted(counts.rejects) == ["no status"]


@pytest.mark.patient
async def test_what_was_accepted_while_nobody_collected_is_written_in_its_order(sending: Sending) -> None:
    for number in range(50):
        await sending.accept("officers", road(number % 5, headline=f"{number}", updated=None, started=None))
    async with sending.collecting("officers"):
        await until("all is taken in", lambda: sending.all_taken("officers"))
    records = await sending.store.records("traffic")
    assert sorted(record["headline"] for record in records.values()) == ["45", "46", "47", "48", "49"]
    assert await sending.events("traffic") == [str(number % 5) for number in range(50)]


@asynccontextmanager
async def dying(run: Run, after: int, written: bool) -> AsyncIterator[None]:
    """The collecting process ends at its n-th write: before it, or after it without knowing that it succeeded."""
    write, count, dead = run.store.write, 0, asyncio.Event()

    async def counted(several: Sequence[Write], *rest: Any) -> None:
        nonlocal count
        count += 1
        if count < after:
            return await write(several, *rest)
        if count == after and written:
            await write(several, *rest)
        dead.set()
        await asyncio.Event().wait()
        return None

    run.store.write = counted  # type: ignore[method-assign,assignment]
    yield
    await asyncio.wait_for(dead.wait(), 20)
    await run.vanish()
    run.store.write = write  # type: ignore[method-assign]


@pytest.mark.patient
@pytest.mark.parametrize("written", [False, True], ids=["before the write", "after the write"])
@pytest.mark.parametrize("after", [1, 3])
async def test_a_collecting_process_that_is_killed_loses_nothing_and_writes_nothing_twice(
    sending: Sending, after: int, written: bool
) -> None:
    async with sending.collecting("officers") as run, dying(run, after, written):
        for number in range(5):
            await sending.accept("officers", road(number))
    assert await waiting(sending.store, "officers") == 5 - after + (not written)
    await sending.store.redis.delete(LEASE)
    async with sending.collecting("officers"):
        await until("all is taken in", lambda: sending.all_taken("officers"))
    assert await sending.ids("traffic") == ["0", "1", "2", "3", "4"]
    assert await sending.events("traffic") == ["0", "1", "2", "3", "4"], "each once"


async def test_a_process_that_lost_the_lease_takes_nothing_out(sending: Sending) -> None:
    async with sending.collecting("officers") as run:
        await until("it collects", lambda: run.collecting.lease.epoch)
        await sending.store.redis.set(LEASE, "another", px=600_000)
        await sending.store.redis.incr("{lr}:epoch")
        await sending.accept("officers", road(1))
        await until("it noticed", lambda: run.collecting.lease.epoch == 0)
        assert (await waiting(sending.store, "officers"), await sending.ids("traffic")) == (1, [])
        await sending.store.redis.delete(LEASE)
        await until("it took over again", lambda: sending.all_taken("officers"))
    assert await sending.events("traffic") == ["1"]


async def test_pushes_of_a_source_that_is_not_configured_yet_wait_for_it(sending: Sending) -> None:
    await sending.accept("officers", road(1))
    async with sending.collecting("rsud") as run:
        await sending.accept("rsud", room(1))
        await until("its own are taken in", lambda: sending.all_taken("rsud"))
        assert run.collecting.lease.epoch
    assert await waiting(sending.store, "officers") == 1


async def test_what_cannot_be_understood_is_told_and_does_not_hold_up_the_rest(sending: Sending) -> None:
    for nonsense in (b"{}", b"\xff", b'{"records": 7}'):
        await sending.store.redis.xadd(PUSHED + "rsud", {"push": nonsense})
    async with sending.collecting("rsud") as run:
        await until("the nonsense is gone", lambda: sending.all_taken("rsud"))
        health = run.collecting.watches["rsud"].health
        assert (health.fault, health.next_try) == ("ours", None)
        await sending.accept("rsud", room(1))
        await until("the next is taken in", lambda: sending.all_taken("rsud"))
        assert health.error is None
    assert await sending.ids("beds") == ["R1/ICU/Ruang 1"]


async def test_a_whole_list_ends_what_is_missing_in_it_and_a_part_does_not(sending: Sending) -> None:
    part = sending.listed["officers"]
    whole = part.model_copy(update={"name": "whole", "settings": part.settings.model_copy(update={"whole": True})})
    sending.listed["whole"] = whole
    async with sending.collecting("officers", "whole"):
        for name in ("officers", "whole"):
            await sending.accept(name, road(1), road(2))
            await sending.accept(name, road(2))
            await until("all is taken in", lambda name=name: sending.all_taken(name))  # type: ignore[misc]
    kept = sorted(await sending.store.records("traffic"))
    assert kept == [("officers", "1"), ("officers", "2"), ("whole", "2")]


async def test_a_source_is_as_old_as_its_newest_record_and_older_news_makes_it_no_older(sending: Sending) -> None:
    async with sending.collecting("rsud", "officers") as run:
        health = run.collecting.watches["rsud"].health
        await sending.accept("rsud", room(1, updated=(NOW - timedelta(minutes=5)).isoformat()))
        await sending.accept("rsud", room(2, updated=(NOW - timedelta(minutes=50)).isoformat()))
        await until("all is taken in", lambda: sending.all_taken("rsud"))
        assert health.as_of == NOW - timedelta(minutes=5)
        before = datetime.now(UTC)
        await sending.accept("rsud", room(3, updated=None))
        await until("all is taken in", lambda: sending.all_taken("rsud"))
        assert health.as_of is not None and health.as_of >= before, "without times it is as old as its arrival"
        await sending.accept("officers")
        await until("all is taken in", lambda: sending.all_taken("officers"))
        officers = run.collecting.watches["officers"].health
        assert officers.as_of is not None and officers.as_of >= before, "and so is a list of nothing new"


async def test_a_push_of_nothing_makes_nothing_newer_unless_it_says_so(sending: Sending) -> None:
    part = sending.listed["officers"]
    for name, more in (("whole", {"whole": True}), ("dated", {"as_of": "made", "rows": "rows"})):
        changed = part.settings.model_copy(update=more)
        sending.listed[name] = part.model_copy(update={"name": name, "settings": changed})
    old = NOW - timedelta(hours=3)
    async with sending.collecting("officers", "whole", "dated") as run:
        ages, sent = {}, {}
        for name in ("officers", "whole", "dated"):
            for rows, made in ([road(1, updated=old.isoformat())], old), ([], NOW):
                sent[name] = datetime.now(UTC)
                await sending.push(name, {"rows": rows, "made": made.isoformat()} if name == "dated" else rows)
                await until("it is taken in", lambda name=name: sending.all_taken(name))  # type: ignore[misc]
            ages[name] = run.collecting.watches[name].health.as_of
    assert (ages["officers"], ages["dated"]) == (old, NOW)
    assert ages["whole"] is not None and ages["whole"] >= sent["whole"]


async def test_every_row_is_counted_and_one_that_could_not_be_read_is_set_aside_to_be_read_again(
    sending: Sending,
) -> None:
    bad = {"id": 7, "status": "menunggu", "created": "kemarin", "reporter": "Pelapor Rahasia"}
    async with sending.collecting("calls") as run:
        await sending.accept("calls", call(1), bad, call(1))
        await until("all is taken in", lambda: sending.all_taken("calls"))
        health = run.collecting.watches["calls"].health
        assert health.ledger.last is not None
        assert [health.ledger.last[part] for part in ("fetched", "new", "rejected", "duplicates")] == [3, 1, 1, 1]
        (kept,) = await sending.store.quarantine("calls")
        assert kept.row is not None and "kemarin" in kept.row and "Rahasia" not in kept.row
        read = Push(sending.listed["calls"], sending.city).read
        with pytest.raises(ValueError, match="not a time"):
            read({"id": 7, "created": "kemarin"}, NOW)
        assert read(call(7), NOW).id == "7"


@pytest.mark.parametrize(
    ("minutes", "freshness"), [(10, "live"), (40, "late"), (90, "stale"), (100_000, "stale"), (None, "never")]
)
def test_silence_makes_it_late_then_stale_and_never_failed(
    sending: Sending, minutes: int | None, freshness: str
) -> None:
    source = sending.listed["officers"]
    found = health(source, None if minutes is None else NOW - timedelta(minutes=minutes))
    state = found.state(NOW)
    assert (state["freshness"], state["error"], state["fault"]) == (freshness, None, None)
    due = found.due()
    assert due is not None and due.failed_at is None


async def test_a_source_that_is_never_asked_keeps_no_other_from_being_collected_cheaply(
    sending: Sending, demo_city: PretendCity
) -> None:
    """What is known is no longer looked through for garbage once every source that is asked was asked."""
    asked = shipped(demo_city.url)[1]["like-lantas"]
    gc.unfreeze()
    try:
        both = [sending.listed["officers"], asked]
        async with collecting(sending.url, both, sending.city, sending.districts):
            await until("what is known is set apart", gc.get_freeze_count)
    finally:
        gc.unfreeze()


async def test_it_is_never_asked(sending: Sending) -> None:
    quick = sending.listed["officers"].model_copy(update={"cadence": 1.0})
    async with collecting(sending.url, [quick], sending.city, sending.districts) as run:
        await until("it collects", lambda: run.collecting.lease.epoch)
        await asyncio.sleep(1.5)
        health = run.collecting.watches["officers"].health
        assert (health.error, health.failures, health.overruns) == (None, 0, 0)


async def test_a_pretend_sender_is_marked_and_a_real_one_takes_its_place(sending: Sending) -> None:
    async with sending.collecting("officers") as run:
        await sending.accept("officers", road(1), demo="run-1")
        await until("all is taken in", lambda: sending.all_taken("officers"))
        assert run.collecting.watches["officers"].health.demo
        await sending.accept("officers", road(2))
        await until("all is taken in", lambda: sending.all_taken("officers"))
        assert not run.collecting.watches["officers"].health.demo
    assert await sending.ids("traffic") == ["2"]
