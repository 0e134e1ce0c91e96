"""A recording plays on the screen it is asked for, at its own times, marked as what it is; the city does not notice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from collectors.readings.shape import Reading
from collectors.replays import LONGEST, Replay
from collectors.replays import Replays as Kept
from collectors.source import EVERY_AREA
from collectors.store_keys import GUESTS, REPLAYS
from collectors.tours import Tours
from dashboards.player import Player
from dashboards.recorded import Recording
from dashboards.replaying import Replays
from dashboards.touring import Touring
from layouts.tour.script import Script
from tests.collecting import until
from tests.records import complaint
from tests.site import Served, Viewing
from tests.taping import beat, change, everything, recording, written
from tests.touring import SCRIPT, step

AGO = timedelta(hours=5)
MS = 1000


def began() -> datetime:
    """A recorded moment, on a whole second."""
    return datetime.now(UTC).replace(microsecond=0) - AGO


def ms(at: datetime) -> int:
    return round(at.timestamp() * MS)


def replay(at: datetime, speed: float = 1.0, **more: Any) -> Replay:
    now = datetime.now(UTC)
    given: dict[str, Any] = {"kind": "replay", "of": "main", "start": at, "at": at, "since": now, "speed": speed}
    return Replay(**given | {"ends": now + LONGEST} | more)


@asynccontextmanager
async def replaying(site: Served, folder: Path) -> AsyncIterator[Replays]:
    replays = Replays(site.hub, folder)
    task = asyncio.create_task(replays.run())
    try:
        yield replays
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def complete(site: Served) -> None:
    await site.publish_all()
    await until("all is read", lambda: len(site.hub.readings) == len(EVERY_AREA))


def is_replayed(message: dict[str, Any]) -> bool:
    return "replay" in message


async def replayed(viewing: Viewing) -> dict[str, Any]:
    return await viewing.until("a replay", lambda one: one["t"] == "all" and is_replayed(one))


async def live(viewing: Viewing) -> dict[str, Any]:
    return await viewing.until("the present", lambda one: one["t"] == "all" and not is_replayed(one))


async def test_each_recorded_message_is_sent_as_it_was_and_at_its_time(site: Served, tmp_path: Path) -> None:
    await complete(site)
    at = began()
    messages = [everything(7, ms(at) - 500, "0")]
    messages += [change(7 + n, ms(at) + 1500 + n * 200, str(n)) for n in range(1, 8)]
    messages += [beat(14, ms(at) + 3200, store=False), beat(14, ms(at) + 60_000)]
    written(tmp_path / "main", messages)
    async with replaying(site, tmp_path), site.viewer() as viewing:
        await live(viewing)
        await Kept(site.store).put("main", replay(at))
        first = await replayed(viewing)
        assert first["tiles"]["beds"] == messages[0]["tiles"]["beds"]
        assert first["replay"]["kind"] == "replay" and first["replay"]["speed"] == 1
        assert abs(first["at"] - ms(at)) < 5000 and first["build"] == site.hub.build
        assert first["tiles"]["traffic"]["state"]["freshness"] == "never", "what the recording does not know says so"
        got: list[dict[str, Any]] = []
        while len(got) < 8:
            message = await viewing.next()
            assert is_replayed(message), "nothing live comes between"
            if message["t"] == "set" or not message["store"]:
                got.append(message)
        assert [{key: one[key] for key in ("at", "tiles")} for one in got[:7]] == [
            {key: one[key] for key in ("at", "tiles")} for one in messages[1:8]
        ]
        assert [one["n"] for one in got[:7]] == list(range(first["n"] + 1, first["n"] + 8))
        await Kept(site.store).put("main", None)
        again = await live(viewing)
        picture = site.hub.pictures.tiles["id", "operator"]
        assert again["tiles"] == {name: picture[name] for name in again["tiles"]}


async def test_it_goes_as_fast_as_asked_for_and_stands_while_it_is_paused(site: Served, tmp_path: Path) -> None:
    await complete(site)
    at = began()
    written(tmp_path / "main", [everything(0, ms(at)), *(change(n, ms(at) + n * MS, str(n)) for n in range(1, 600))])
    async with replaying(site, tmp_path), site.viewer() as viewing:
        await Kept(site.store).put("main", replay(at, 60))
        first = await replayed(viewing)
        message = await viewing.until("a minute later", lambda one: one["at"] >= first["at"] + 60 * MS)
        assert message["n"] - first["n"] < 60, "what comes too fast for a wall is put together"
        number = next(one for one in reversed(viewing.heard) if one["t"] == "set")["tiles"]["beds"]["props"]["free"]
        assert abs(int(number["text"]) - (message["at"] - ms(at)) // MS) <= 5
        await Kept(site.store).put("main", replay(at + timedelta(seconds=300, milliseconds=500), 0))
        paused = await viewing.until("a pause", lambda one: one["replay"]["speed"] == 0)
        assert paused["t"] == "all" and paused["tiles"]["beds"]["props"]["free"]["text"] == "300"
        ticks = [await viewing.next() for _ in range(3)]
        assert {(one["t"], one["at"]) for one in ticks} == {("beat", ms(at) + 300_500)}


async def test_who_comes_late_is_not_shown_the_present_under_another_time(site: Served, tmp_path: Path) -> None:
    await complete(site)
    at = began()
    written(tmp_path / "main", [everything(0, ms(at), "31")])
    async with replaying(site, tmp_path) as replays:
        await Kept(site.store).put("main", replay(at, kind="drill", of="main"))
        await until("it plays", lambda: bool(replays.playing))
        for query in ("?screen=main&pace=wall", "?screen=main&pace=desk&lang=en"):
            async with site.viewer(query) as viewing:
                first = await viewing.next()
                assert first["replay"]["kind"] == "drill" and first["t"] == "all"
                assert first["tiles"]["beds"]["props"]["free"]["text"] == "31"
        async with site.viewer("?screen=hall&pace=wall") as other:
            assert not is_replayed(await other.next()), "another screen shows the present"


async def test_it_ends_by_itself_and_is_forgotten(site: Served, tmp_path: Path) -> None:
    await complete(site)
    at = began()
    written(tmp_path / "main", [everything(0, ms(at), "31"), beat(0, ms(at) + 70_000)])
    async with replaying(site, tmp_path), site.viewer() as viewing:
        await live(viewing)
        await Kept(site.store).put("main", replay(at, 60, until=at + timedelta(seconds=60)))
        await replayed(viewing)
        await live(viewing)
        assert viewing.heard[-2]["at"] <= ms(at) + 60_000, "and goes no further than asked for"
        async with asyncio.timeout(5):
            while await site.store.redis.exists(REPLAYS):
                await asyncio.sleep(0.05)


async def test_where_nothing_was_recorded_the_present_comes_back(site: Served, tmp_path: Path) -> None:
    await complete(site)
    async with replaying(site, tmp_path), site.viewer() as viewing:
        await viewing.next()
        await Kept(site.store).put("main", replay(began()))
        await live(viewing)


async def test_a_fresh_page_that_was_asked_for_then_is_not_asked_for_again(site: Served, tmp_path: Path) -> None:
    await complete(site)
    at = began()
    show = {"board": "water", "reload": 5}
    written(tmp_path / "main", [everything(0, ms(at), show=show)])
    await site.store.order("main", b'{"reload": 7}')
    await until("it is known", lambda: bool(site.hub.orders))
    async with replaying(site, tmp_path), site.viewer() as viewing:
        await viewing.next()
        await Kept(site.store).put("main", replay(at))
        assert (await replayed(viewing))["show"] == {"board": "water", "reload": 7}


async def content(site: Served) -> dict[bytes, bytes]:
    """Everything in the store but what plays, and a lease that counts down."""
    keys = [key async for key in site.store.redis.scan_iter() if key != REPLAYS.encode()]
    return {key: await site.store.redis.dump(key) or b"" for key in keys}


async def test_a_replay_feeds_no_alarm_no_history_and_no_export(site: Served, tmp_path: Path) -> None:
    await complete(site)
    at = began()
    alarm = [everything(0, ms(at)), *(change(n, ms(at) + n * MS, "0", "alarm") for n in range(1, 100))]
    written(tmp_path / "old" / "main", alarm)
    before, readings, stage = await content(site), dict(site.hub.readings), site.hub.stage
    async with recording(site.hub, tmp_path / "new") as recorder, site.viewer() as viewing:
        await viewing.next("all")
        begun = datetime.now(UTC)
        async with replaying(site, tmp_path / "old"):
            await Kept(site.store).put("main", replay(at, 60))
            await viewing.until("alarm", lambda one: one["t"] == "set" and is_replayed(one))
            seen = next(one for one in reversed(viewing.heard) if one["t"] == "set")
            assert seen["tiles"]["beds"]["state"]["level"] == "alarm"
            assert await content(site) == before
            assert (site.hub.readings.keys(), site.hub.stage) == (readings.keys(), stage)
            assert all(site.hub.readings[area]["value"] == readings[area]["value"] for area in readings)
            _, _, beds = await site.get("/api/v1/readings/beds")
            assert beds["level"] == readings["beds"]["level"] != "alarm"
            now = datetime.now(UTC)
            await site.publish("complaints", *(complaint(f"x{n}", requested=now) for n in range(40)))
            await until("it is recorded", lambda: any(b'"set"' in one for one in recorder.seats["main"].tape.waiting))
        await live(viewing)
    assert await content(site) != before, "what really changes, does"
    player = Player(Recording(tmp_path / "new" / "main"), ms(begun))
    assert all("replay" not in one for one in player.upto(1 << 52)), "what is recorded meanwhile is the present"
    assert not (tmp_path / "new" / "main" / "alarms.jsonl").exists()


async def test_before_visitors_only_what_visitors_might_have_seen_is_played(site: Served, tmp_path: Path) -> None:
    await complete(site)
    at = began()
    secret = everything(0, ms(at), "SECRET", audience="operator")
    written(tmp_path / "main", [secret, *(change(n, ms(at) + n * 100, f"SECRET {n}") for n in range(1, 300))])
    masked = [everything(0, ms(at) + n * 60_000, f"masked {n}", audience="visitor") for n in range(3)]
    written(tmp_path / "main" / "visitor", masked, apart=True)
    async with replaying(site, tmp_path), site.viewer() as viewing:
        await Kept(site.store).put("main", replay(at))
        assert (await replayed(viewing))["tiles"]["beds"]["props"]["free"]["text"].startswith("SECRET")
        await Tours(site.store).set_guests({"main": datetime.now(UTC)})
        first = await viewing.until("visitors", lambda one: one.get("audience") == "visitor")
        assert first["t"] == "all" and is_replayed(first)
        since = len(viewing.heard) - 1
        await Kept(site.store).put("main", replay(at, 60))
        await viewing.until("the last", lambda one: "masked 2" in str(one))
        assert "SECRET" not in str(viewing.heard[since:])
        texts = {one["tiles"]["beds"]["props"]["free"]["text"] for one in viewing.heard[since:] if one["t"] == "all"}
        assert texts == {"masked 0", "masked 1", "masked 2"}


async def test_a_program_that_begins_anew_plays_nothing_before_it_knows_for_whom(site: Served, tmp_path: Path) -> None:
    await complete(site)
    at = began()
    written(tmp_path / "main", [everything(0, ms(at), "SECRET", audience="operator")])
    written(tmp_path / "main" / "visitor", [everything(0, ms(at), "masked", audience="visitor")])
    await site.store.redis.hset(GUESTS, "main", "2026-11-26T03:00:00Z")
    await Kept(site.store).put("main", replay(at))
    site.hub.touring = Touring({})  # as it is before anything was read
    async with site.viewer() as viewing, replaying(site, tmp_path):
        assert "masked" in str(await replayed(viewing))
    assert "SECRET" not in str(viewing.heard)


async def test_what_is_kept_for_visitors_is_masked_by_the_hub(site: Served, tmp_path: Path) -> None:
    await complete(site)
    seen: list[str] = []

    def mask(reading: Reading) -> Reading:
        seen.append(reading["area"])
        return site.hub.pictures.for_audience("operator")[reading["area"]]

    site.hub.pictures.mask = mask
    site.hub.pictures.masked.clear()
    async with recording(site.hub, tmp_path) as recorder:
        for seat in recorder.seats.values():
            seat.due_visitors = 0.0
        recorder.keep(recorder.taken())
        recorder.keep(recorder.taken())
    assert set(seen) >= {"complaints", "beds", "traffic", "apps"}
    for screen in site.hub.screens:
        picture = Player(Recording(tmp_path / screen / "visitor"), 0).picture
        assert picture is not None and picture["audience"] == "visitor"
        assert picture["tiles"].keys() == set(site.hub.screens[screen].tiles)


async def test_a_step_of_a_tour_plays_the_day_in_a_minute_to_its_visitors(site: Served, tmp_path: Path) -> None:
    await complete(site)
    script = Script.model_validate(
        SCRIPT.model_dump(exclude_none=True)
        | {"steps": [step("room", {"board": "overview"}), step("day", {"replay": "today"})]}
    )
    site.hub.touring = Touring({"short": script}, "http://room.example")
    at = ms(datetime.now(UTC)) - 600 * MS
    written(tmp_path / "main", [everything(0, at, "SECRET", audience="operator"), beat(0, at + 600 * MS)])
    day = [everything(0, at + n * 60 * MS, f"masked {n}", audience="visitor") for n in range(11)]
    written(tmp_path / "main" / "visitor", day, flush=1, apart=True)
    tours = Tours(site.store)
    async with replaying(site, tmp_path), site.viewer() as viewing:
        tour = await tours.start("short", "id", ["main"], datetime.now(UTC))
        await viewing.until("the tour", lambda one: one.get("tour"))
        now = datetime.now(UTC)
        await tours.change(tour.code, now, **tour.moved(1, now))
        first = await replayed(viewing)
        assert first["tour"]["code"] == tour.code and first["audience"] == "visitor"
        assert 1 <= first["replay"]["speed"] <= 60
        await viewing.until("more of it", lambda one: "masked" in str(one) and one["at"] > first["at"])
        assert "SECRET" not in str(viewing.heard)
        await tours.change(tour.code, now, **tour.moved(0, now))
        assert (await live(viewing))["audience"] == "visitor"


async def test_recordings_that_cannot_be_read_end_no_tour_and_no_program(
    site: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = SCRIPT.model_dump(exclude_none=True) | {"steps": [step("day", {"replay": "today"})]}
    site.hub.touring = Touring({"short": Script.model_validate(day)})

    def unreadable(recording: Recording) -> list[tuple[int, int]]:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(Recording, "spans", unreadable)
    at = began()
    written(tmp_path / "hall", [everything(0, ms(at))])
    await Tours(site.store).start("short", "id", ["main"], datetime.now(UTC))
    with capture_logs() as logs:
        async with replaying(site, tmp_path) as replays, site.viewer("?screen=hall&pace=wall") as viewing:
            await until("it was tried", lambda: replays.days)
            await Kept(site.store).put("hall", replay(at, of="hall"))
            await replayed(viewing)
    assert [one["reason"] for one in logs if one["event"] == "not replayed"] == ["Too many open files"]


async def test_redis_that_is_gone_does_not_end_what_plays(site: Served, tmp_path: Path) -> None:
    await complete(site)
    at = began()
    written(tmp_path / "main", [everything(0, ms(at))])
    async with replaying(site, tmp_path), site.viewer() as viewing:
        await Kept(site.store).put("main", replay(at))
        await replayed(viewing)
        site.hub.set_store(False, "test")
        message = await viewing.until("it is said", lambda one: not one["replay"]["store"])
        assert message["t"] == "beat" and message["store"], "the recorded wall had its store; this one has not"


@pytest.mark.parametrize(
    ("seconds", "more", "over"),
    [
        (0, {}, False),
        (3, {"until": 2.0}, True),
        (1, {"until": 2.0}, False),
        (3 * 3600, {"speed": 0.0}, True),
        (3 * 3600 - 1, {"speed": 0.0}, False),
        (306, {"speed": 60.0}, True),
        (290, {"speed": 60.0}, False),
    ],
)
def test_when_a_replay_is_over(seconds: float, more: dict[str, float], over: bool) -> None:
    now = datetime.now(UTC)
    at = now - AGO
    until = {"until": at + timedelta(seconds=more["until"])} if "until" in more else {}
    one = Replay(
        kind="replay", of="main", start=at, at=at, since=now, speed=more.get("speed", 1.0), ends=now + LONGEST, **until
    )  # fmt: skip
    assert one.is_over(now + timedelta(seconds=seconds)) is over
    assert one.position(now - timedelta(hours=1)) == at, "a clock that goes back takes nothing back"
