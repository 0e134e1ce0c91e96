"""The collecting side: failures are state, one process writes at a time, and nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from collectors import chronicle, lease, schedule, write
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.readings.table import READINGS
from collectors.records import Complaint
from collectors.source import EVERY_AREA, Source
from collectors.store import LostLeaseError, Store, StoreDownError
from collectors.store_keys import EVENTS, LEASE, RECORDS
from tests.collecting import Run, collecting, quick, shipped, until
from tests.conftest import PretendCity, pretend_city

Starter = Callable[..., Any]


@pytest.fixture
def start(demo_city: PretendCity, store: Store, redis_server: EmbeddedRedis, districts: Districts) -> Starter:
    """Start a collecting process with some of the shipped sources, each asked every second."""
    del store
    city, sources = shipped(demo_city.url)

    def started(*names: str, **given: Any) -> Any:
        chosen = [quick(sources[name], **given) for name in names]
        return collecting(redis_server.url, chosen, city, districts)

    return started


def health(run: Run, name: str) -> Any:
    return run.collecting.watches[name].health


async def as_of(run: Run, area: str) -> Any:
    """An area's own time, None before the first answer."""
    reading = await run.reading(area)
    return reading and reading["as_of"]


async def read(run: Run, area: str, name: str) -> Any:
    """A source's state as its area's reading tells it, None before the first."""
    reading = await run.reading(area)
    return next((one for one in reading["sources"] if one["name"] == name), None) if reading else None


@pytest.mark.patient
async def test_every_source_fills_its_area_and_all_of_it_is_marked_as_demo(start: Starter) -> None:
    async with start(
        "laksa", "aplicares", "waze", "like-lantas", "applications", "water", every=5.0, cadence=150.0
    ) as run:
        areas = EVERY_AREA

        async def complete() -> Any:
            found = await run.store.readings(areas)
            states = [one for reading in found.values() for one in reading["sources"]]
            return found if len(states) == 6 and all(one["freshness"] == "live" for one in states) else None

        readings = await until("all six sources are live", complete)
        assert all(readings[area]["demo"] for area in areas)
        assert readings["complaints"]["total"] > 1000
        assert readings["beds"]["hospitals_total"] == 35
        assert readings["traffic"]["open"] > 0
        assert readings["apps"]["total"] == 174
        assert sum(readings["apps"][part] for part in ("up", "degraded", "down", "maintenance")) == 174
        assert readings["apps"]["maintenance"] == 2


@pytest.mark.patient
async def test_since_when_a_stage_stands_outlives_the_process_that_noticed(start: Starter, store: Store) -> None:
    async def stage() -> Any:
        return (await store.stages())[0]

    async with start("applications", every=5.0, cadence=150.0) as run:
        await until("a reading", lambda: run.reading("apps"))
        first = await stage()
        assert first is not None
    async with start("applications", every=5.0, cadence=150.0) as run:
        await until("taken over", lambda: run.collecting.computing.previous.get("apps"))
        before = run.collecting.computing.previous["apps"]["received"]
        await until("a reading of its own", lambda: run.collecting.computing.previous["apps"]["received"] != before)
        assert await stage() == first


@pytest.mark.patient
async def test_closings_of_old_requests_are_found(
    store: Store, redis_server: EmbeddedRedis, districts: Districts
) -> None:
    async with pretend_city(speed=3600) as fast:
        city, sources = shipped(fast.url)
        async with collecting(redis_server.url, [quick(sources["laksa"])], city, districts) as run:
            await until("the first reading", lambda: run.reading("complaints"))
            was_open = {key for key, status in statuses(run).items() if status in ("waiting", "in_progress")}

            def closed() -> set[str]:
                return {key for key, status in statuses(run).items() if status == "done"} & was_open

            found = await until("ten requests known as open are known as done", lambda: len(closed()) > 10 and closed())
            stored = await store.records("complaints")
            for key in found:
                assert stored["laksa", key]["status"] == "done"
            assert await says_closed(fast, sorted(found)[:5])


def statuses(run: Run) -> dict[str, str]:
    each = run.collecting.watches["laksa"].records
    return {key: one.status for key, one in each.items() if isinstance(one, Complaint)}


async def says_closed(city: PretendCity, ids: list[str]) -> bool:
    """Whether the source itself says so."""
    async with ClientSession() as session:
        url = f"{city.url}/laksa/open311/v2/requests.json"
        async with session.get(url, params={"service_request_id": ",".join(ids)}) as answer:
            return {row["status"] for row in await answer.json()} == {"closed"}


@pytest.mark.patient
async def test_a_failure_is_logged_once_when_it_starts_and_once_when_it_ends(
    start: Starter, demo_city: PretendCity
) -> None:
    with capture_logs() as log:
        async with start("like-lantas") as run:
            await until("it is live", lambda: read(run, "traffic", "like-lantas"))
            await demo_city.fault("like-lantas", "down")
            await until("it failed three times", lambda: health(run, "like-lantas").failures >= 3)
            state = await read(run, "traffic", "like-lantas")
            assert "503" in state["error"]
            assert state["failing_since"]
            await demo_city.clear("like-lantas")
            await until("it recovered", lambda: health(run, "like-lantas").error is None)
    told = [(one["event"], one["log_level"]) for one in log if one.get("source") == "like-lantas"]
    assert told == [("failing", "warning"), ("recovered", "info")]


async def test_retry_after_is_waited_for(start: Starter, demo_city: PretendCity) -> None:
    await demo_city.fault("like-lantas", "limited")
    async with start("like-lantas") as run:
        found = await until("it was refused", lambda: health(run, "like-lantas").error and health(run, "like-lantas"))
        assert (found.next_try - found.failing_since).total_seconds() >= 2


@pytest.mark.patient
async def test_a_run_that_takes_too_long_is_visible_as_an_overrun(start: Starter, demo_city: PretendCity) -> None:
    async with start("applications", cadence=30.0) as run:
        await until("it is live", lambda: read(run, "apps", "applications"))
        await demo_city.fault("applications", "slow")

        async def overrun() -> bool:
            return bool((await read(run, "apps", "applications"))["overruns"])

        await until("the reading tells of a skipped run", overrun)


@pytest.mark.patient
async def test_an_answer_that_waits_long_to_be_written_is_no_failure_and_is_known_as_it_was_written(
    start: Starter, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "RUN_LIMIT", 4.0)
    async with start("laksa", every=3600.0) as run:
        write = run.store.write

        async def slow(*given: Any) -> None:
            await asyncio.sleep(4.5)
            await write(*given)

        run.store.write = slow
        await until("it is written", lambda: store.records("complaints"))
        mine = run.collecting.watches["laksa"]
        await until("it is known", lambda: mine.records)
        assert (mine.health.error, mine.health.ledger.failed) == (None, 0)
        assert {("laksa", key) for key in mine.records} == (await store.records("complaints")).keys()


async def test_a_collector_that_breaks_is_failing_and_the_others_go_on(start: Starter) -> None:
    async def breaks(*_: object) -> None:
        raise ZeroDivisionError("our own fault")

    with capture_logs() as log:
        async with start("like-lantas", "laksa") as run:
            run.collecting.watches["like-lantas"].collector.collect = breaks
            await until("it broke three times", lambda: health(run, "like-lantas").failures >= 3)
            assert "the collector itself broke: ZeroDivisionError" in health(run, "like-lantas").error
            await until("the other answers", lambda: health(run, "laksa").as_of)
    assert [one["event"] for one in log].count("collector broken") == 1


async def test_a_reading_that_cannot_be_computed_stops_no_other(
    start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: object) -> Any:
        raise ZeroDivisionError("our own fault")

    monkeypatch.setitem(READINGS, "traffic", breaks)
    with capture_logs() as log:
        async with start("like-lantas", "laksa") as run:
            first = await until("the other area is read", lambda: as_of(run, "complaints"))
            await until("the broken one was tried", lambda: health(run, "like-lantas").as_of)

            async def goes_on() -> bool:
                return bool(await as_of(run, "complaints") > first)

            await until("the other area goes on", goes_on)
            assert await run.reading("traffic") is None
    assert [one["event"] for one in log].count("reading broken") == 1


@pytest.mark.patient
async def test_only_one_of_two_writes_and_the_other_takes_over_what_is_known(
    start: Starter, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LEASE_MS", 2000)
    async with start("laksa") as one, start("laksa") as two:
        first, second = await until(
            "one of them collects",
            lambda: next(((a, b) for a, b in ((one, two), (two, one)) if health(a, "laksa").as_of), None),
        )
        assert second.collecting.lease.epoch == 0
        assert health(second, "laksa").as_of is None
        await until("records are stored", lambda: store.records("complaints"))
        epoch = first.collecting.lease.epoch
        known, events = first.collecting.watches["laksa"].records.copy(), await store.redis.xlen(EVENTS + "complaints")
        await first.vanish()
        await until("the other took over and collects", lambda: health(second, "laksa").next_try)
        assert second.collecting.lease.epoch > epoch
        taken = second.collecting.watches["laksa"].records
        assert taken.keys() >= known.keys()
        assert len(taken) - len(known) <= 50
        assert await store.redis.xlen(EVENTS + "complaints") - events <= 50


@pytest.mark.patient
async def test_a_take_over_that_takes_longer_than_a_lease_lasts_is_no_loss_of_it(
    start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LEASE_MS", 3000)
    monkeypatch.setattr(write, "CHUNK", 1)
    fields = Store.source_fields

    async def slowly(store: Store, names: Any) -> Any:
        await asyncio.sleep(1.2)
        return await fields(store, names)

    monkeypatch.setattr(Store, "source_fields", slowly)
    with capture_logs() as log:
        async with start("like-lantas", "waze", "water") as run:
            await until("it collects", lambda: health(run, "water").received)
    told = [one["event"] for one in log if one["event"] in ("collecting", "standby")]
    assert told == ["collecting"]


async def test_a_clean_stop_gives_the_lease_back_at_once(start: Starter, store: Store) -> None:
    async with start("like-lantas") as one:
        await until("it collects", lambda: one.collecting.lease.epoch)
        await one.stop()
        assert await store.redis.get(LEASE) is None


async def test_an_old_holder_is_refused_and_waits(start: Starter, store: Store) -> None:
    with capture_logs() as log:
        async with start("like-lantas") as run:
            await until("it is live", lambda: read(run, "traffic", "like-lantas"))
            old = run.collecting.lease.epoch
            await store.redis.delete(LEASE)
            assert await store.lease("other", 60_000) > old
            await until("it noticed", lambda: run.collecting.lease.epoch == 0)
            before = await store.source_fields(["like-lantas"])
            with pytest.raises(LostLeaseError):
                await run.store.save_reading("traffic", {}, old)
            assert await store.source_fields(["like-lantas"]) == before
            await store.give_back("other")
            await until("it collects again", lambda: run.collecting.lease.epoch > old)
    assert "standby" in [one["event"] for one in log]


@pytest.fixture
async def mortal(tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    server = EmbeddedRedis(tmp_path / "redis")
    await server.ensure()
    yield server
    server.stop()


async def test_a_redis_that_dies_and_comes_back_loses_nothing_and_is_written_again(
    mortal: EmbeddedRedis, demo_city: PretendCity, districts: Districts
) -> None:
    city, sources = shipped(demo_city.url)
    with capture_logs() as log:
        async with collecting(mortal.url, each(sources, "laksa", "like-lantas"), city, districts) as run:
            await until("there is a reading", lambda: run.reading("complaints"))
            await until(
                "what both answered is written",
                lambda: all("received" in one.kept for one in run.collecting.watches.values()),
            )
            acknowledged = await run.store.records("complaints")
            fields = await run.store.source_fields(["laksa"])
            assert mortal.process is not None
            os.kill(mortal.process.pid, signal.SIGKILL)
            await until("it noticed", lambda: run.collecting.lease.store_down)
            assert not run.task.done()
            await mortal.ensure()
            await until("it goes on", lambda: not run.collecting.lease.store_down and run.collecting.lease.epoch)

            async def newer() -> bool:
                return (await run.store.source_fields(["laksa"]))["laksa"]["received"] > fields["laksa"]["received"]

            await until("it collects again", newer)
            assert (await run.store.records("complaints")).keys() >= acknowledged.keys()
    told = [one["event"] for one in log if one["event"].startswith("store")]
    assert told == ["store down", "store back"]


async def test_whoever_notices_first_that_redis_is_gone_the_collecting_goes_on(
    redis_server: EmbeddedRedis,
    store: Store,
    demo_city: PretendCity,
    districts: Districts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The history is written by tasks within a task."""
    monkeypatch.setattr(chronicle, "ROUND_SECONDS", 0.01)
    city, sources = shipped(demo_city.url)
    with capture_logs() as log:
        async with collecting(
            redis_server.url, each(sources, "like-lantas"), city, districts, history=tmp_path / "history"
        ) as run:
            await until("it collects", lambda: health(run, "like-lantas").received)
            assert run.collecting.chronicle is not None
            past = run.collecting.chronicle.past
            noted = past.noted

            async def once() -> Any:
                past.noted = noted  # type: ignore[method-assign]
                raise StoreDownError("Redis does not answer (it says)")

            past.noted = once  # type: ignore[method-assign]
            await until("it was noticed", lambda: "store down" in [one["event"] for one in log])
            await until("it goes on", lambda: "store back" in [one["event"] for one in log])
            assert not run.task.done()


async def test_a_store_that_lost_everything_is_filled_again(start: Starter, store: Store) -> None:
    async with start("laksa") as run:
        await until("there is a reading", lambda: run.reading("complaints"))
        before = len(await store.records("complaints"))
        await store.redis.flushall()

        async def filled() -> bool:
            return len(await store.records("complaints")) >= before

        await until("all records are there again", filled)
        reading = await until("there is a reading", lambda: run.reading("complaints"))
        assert reading["total"] is None or reading["total"] >= before - 50


async def test_a_source_that_is_down_when_the_store_lost_everything_is_unknown_not_zero(
    start: Starter, store: Store, demo_city: PretendCity
) -> None:
    async with start("laksa") as run:
        await until("there is a reading", lambda: run.reading("complaints"))
        await demo_city.fault("laksa", "down")
        await until("it fails", lambda: health(run, "laksa").error)
        await store.redis.flushall()

        async def reading_again() -> Any:
            return await run.reading("complaints")

        reading = await until("there is a reading again", reading_again)
        assert (reading["waiting"], reading["freshness"], reading["level"]) == (None, "never", "unknown")


async def test_a_stored_record_of_another_version_is_read_again_and_stops_nothing(start: Starter, store: Store) -> None:
    async with start("laksa") as run:
        await until("it has answered", lambda: as_of(run, "complaints"))
        keys = sorted(key for _, key in await store.records("complaints"))
    await store.redis.hset(RECORDS + "complaints", f"laksa {keys[0]}", b'{"colour":"blue"}')
    await store.redis.hset(RECORDS + "complaints", f"laksa {keys[1]}", b'{"id":"x","requested":"long ago"}')
    with capture_logs() as log:
        async with start("laksa") as run:
            await until("both are known again", lambda: run.collecting.watches["laksa"].records.keys() >= set(keys))
            assert all(len(stored) > 2 for stored in (await store.records("complaints")).values())
    assert [one["event"] for one in log].count("record not understood") == 1


def each(sources: dict[str, Source], *names: str) -> list[Source]:
    return [quick(sources[name]) for name in names]


async def test_times_are_aware_and_never_in_the_future(start: Starter) -> None:
    async with start("like-lantas") as run:
        state = await until("it answered", lambda: read(run, "traffic", "like-lantas"))
        for name in ("as_of", "received", "changed"):
            moment = datetime.fromisoformat(state[name])
            assert moment.tzinfo is not None
            assert moment <= datetime.now(moment.tzinfo)
