"""Forms of every area: what a person says of reports, roads, posts and applications is counted, and marked so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.manual import Manual, ManualSettings
from collectors.records import Complaint, Record
from collectors.source import Area
from layouts import TILES
from layouts.words import Words
from tests.collecting import until
from tests.entering import all_written, entered, fill_in, open_form, open_id, told, value
from tests.pushing import NOW, city_that_sends, sources
from tests.records import complaint, report
from tests.site import Served
from tests.sources import city, source

NAMES = ("desk", "clinic", "patrol", "help", "gates")
TANAH_TINGGI = "36.71.01.1003"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return city_that_sends(tmp_path, monkeypatch)


def footer(area: Area, reading: Any) -> Any:
    return TILES[area].show({area: reading}, Words("en"))["source"]


async def test_a_report_is_counted_where_it_is_and_followed_until_it_is_done(
    site: Served, redis_server: EmbeddedRedis, districts: Districts
) -> None:
    async with told(site, redis_server, districts, "desk") as run:
        new = {"category-new": "Banjir", "place-new": TANAH_TINGGI, "agency-new": "Dinas PUPR", "status-new": "waiting"}
        page = await open_form(site, "desk")
        mine = value(page, "report")
        for _ in range(2):
            await entered(site, "desk", {**new, "report": mine})
        await until("it is written", lambda: all_written(site.store, "desk"))

        async def waits(number: int) -> Any:
            reading = await run.reading("complaints")
            return reading if reading and reading["waiting"] == number else None

        reading = await until("it is counted once", lambda: waits(1))
        (newest,) = reading["newest"]
        assert (newest["category"], newest["place"], newest["by_hand"]) == ("Banjir", "Tanah Tinggi, Tangerang", True)
        assert (reading["channels"], reading["oldest"][0]["agency"]) == ({"loket": 1}, "Dinas PUPR")
        assert reading["by_agency"][0]["open"][0]["by_hand"] is True
        assert footer("complaints", reading)["text"].startswith("entered by hand: desk")
        shown: Any = TILES["newest"].show({"complaints": reading}, Words("en"))["row0-category"]
        assert (shown["data-hand"], shown["title"]) == ("", "Banjir · entered by hand")
        page = await open_form(site, "desk")
        assert "Tanah Tinggi, Tangerang · waiting · Dinas PUPR" in page and "Still open (1)" in page
        key = open_id(page, "Banjir")
        assert key == mine, "sent twice it is one report"
        await fill_in(site, "desk", **{f"status__{key}": "in_progress"})
        await until("it is in progress", lambda: waits(0))
        await fill_in(site, "desk", **{f"status__{key}": "done"})
        assert "Still open" not in await open_form(site, "desk")
        assert (await entered(site, "desk", {**new, "report": mine}))[0] == 200
        await until("it is written", lambda: all_written(site.store, "desk"))
        (stored,) = (await site.store.records("complaints")).values()
        assert (stored["status"], stored["category"], stored["agency"]) == ("done", "Banjir", "Dinas PUPR")


async def test_what_happens_on_a_road_raises_the_level_and_is_gone_when_it_is_over(
    site: Served, redis_server: EmbeddedRedis, districts: Districts
) -> None:
    async with told(site, redis_server, districts, "patrol") as run:
        flood = {"kind__new": "flood", "road__new": "Jalan Daan Mogot", "place__new": TANAH_TINGGI, "level__new": "5"}
        await fill_in(site, "patrol", **flood)
        await fill_in(site, "patrol", kind__new="jam", road__new="Jalan Sudirman", verified__new="unverified")

        async def open_ones(number: int) -> Any:
            reading = await run.reading("traffic")
            return reading if reading and reading["open"] == number else None

        reading = await until("both are counted", lambda: open_ones(2))
        assert (reading["level"], reading["verified"], reading["raised"][0]["district"]) == ("alarm", 0, "Tangerang")
        assert [one["by_hand"] for one in reading["newest"]] == [True, True]
        band: Any = TILES["band"].show({"traffic": reading}, Words("en"))["need0-head"]
        assert (band["text"], band["data-hand"]) == ("Flooding Jl. Daan Mogot", "")
        page = await open_form(site, "patrol")
        jam, key = open_id(page, "Jam · Jl. Sudirman"), open_id(page, "Flooding · Jl. Daan Mogot")
        await fill_in(site, "patrol", **{f"verified__{jam}": "verified", f"status__{key}": "ended"})
        reading = await until("one is over", lambda: open_ones(1))
        assert (reading["verified"], reading["level"], reading["jams"][0]["road"]) == (1, "normal", "Jalan Sudirman")


async def test_a_form_without_a_new_report_says_that_all_is_as_it_was(
    site: Served, redis_server: EmbeddedRedis, districts: Districts
) -> None:
    async with told(site, redis_server, districts, "patrol") as run:
        await fill_in(site, "patrol", kind__new="works", road__new="Jalan Merdeka")
        health = run.collecting.watches["patrol"].health
        before = health.as_of
        await fill_in(site, "patrol")
        assert before is not None and health.as_of is not None and health.as_of > before
        assert len(await site.store.records("traffic")) == 1


async def test_an_application_that_somebody_says_is_down_is_named_and_one_nobody_speaks_of_is_unknown(
    site: Served, redis_server: EmbeddedRedis, districts: Districts
) -> None:
    async with told(site, redis_server, districts, "help") as run:
        await fill_in(site, "help", status__0="down", message__0="server padam")

        async def known() -> Any:
            reading = await run.reading("apps")
            return reading if reading and reading["down"] == 1 else None

        reading = await until("it is counted", known)
        (mine,) = [one for one in reading["abnormal"] if one["id"] == "pajak-online"]
        assert (mine["name"], mine["reason"], mine["by_hand"]) == ("Pajak Online", "server padam", True)
        (other,) = [one for one in reading["cells"] if one["id"] == "laksa-app"]
        assert other["status"] == "unknown" and reading["up"] == 0
        page = await open_form(site, "help")
        assert [value(page, name) for name in ("status-0", "message-0", "status-1")] == ["down", "server padam", ""]


async def test_a_level_reaches_its_stage_and_a_post_that_was_not_read_keeps_its_last(
    site: Served, redis_server: EmbeddedRedis, districts: Districts
) -> None:
    async with told(site, redis_server, districts, "gates") as run:
        await fill_in(site, "gates", level_cm__0="185,5", trend__0="rising", level_cm__1="-12", status__1="siaga_4")

        async def posts() -> Any:
            reading = await run.reading("water")
            return {one["id"]: one for one in reading["posts"]} if reading else {}

        first = await until("they are counted", posts)
        assert (first["pintu-10"]["level_cm"], first["pintu-10"]["siaga"], first["pintu-10"]["course"]) == (
            186, 3, "rising",
        )  # fmt: skip
        assert (first["polor"]["level_cm"], first["polor"]["siaga"], first["polor"]["by_hand"]) == (-12, 4, True)
        page = await open_form(site, "gates")
        assert value(page, "level_cm-0") == "" and "Last 185.5 cm" in page, "an old level is not sent as a new one"
        await fill_in(site, "gates", level_cm__1="7")

        async def second() -> Any:
            found = await posts()
            return found if found["polor"]["level_cm"] == 7 else None

        after = await until("the other one is newer", second)
        assert after["pintu-10"]["updated"] == first["pintu-10"]["updated"]
        assert after["polor"]["updated"] > first["polor"]["updated"]


async def test_only_the_newest_open_reports_have_room_and_the_others_are_counted(
    site: Served, redis_server: EmbeddedRedis, districts: Districts
) -> None:
    async with told(site, redis_server, districts, "patrol"):
        for number in range(2):
            await fill_in(site, "patrol", kind__new="jam", road__new=f"Jalan {number}")
    where, listed = sources(site.config.path)
    known: dict[str, Record] = {str(i): report(str(i), updated=NOW - timedelta(minutes=i)) for i in range(43)}
    rows, more = Manual(listed["patrol"], where).rows(known, "new", NOW)
    assert ([row.name for row in rows[:3]], len(rows), more) == (["new", "0", "1"], 41, 3)
    page = await open_form(site, "patrol")
    assert page.index("Jl. 1") < page.index("Jl. 0")


reports: st.SearchStrategy[Record] = st.one_of(
    st.builds(
        complaint,
        st.just("a"),
        requested=st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        status=st.just("waiting"),
        status_given=st.just("waiting"),
        category=st.sampled_from(["Banjir", "Jalan rusak"]),
        category_code=st.just(""),
        agency=st.none() | st.just("Dinas PUPR"),
        channel=st.none() | st.just("loket"),
        lat=st.just(-6.18),
        lon=st.just(106.63),
    ),
    st.builds(
        report,
        st.just("a"),
        kind=st.just("flood"),
        kind_given=st.just("flood"),
        started=st.none(),
        road=st.just("Jalan Sudirman"),
        headline=st.just("Jalan Sudirman"),
        level=st.none() | st.just(5),
        verified=st.sampled_from([None, True, False]),
        lat=st.none(),
        lon=st.none(),
    ),
)


@settings(max_examples=40, deadline=None)
@given(reports)
def test_a_report_that_is_changed_keeps_all_that_was_not(record: Record) -> None:
    area: Area = "complaints" if isinstance(record, Complaint) else "traffic"
    form = Manual(source("manual", "", ManualSettings(token_env="X"), area=area), city())
    (_, row), _ = form.rows({record.id: record}, "new", NOW)
    answers = {"status": "in_progress"} if area == "complaints" else {"verified": "verified"}
    changed: dict[str, Any] = {"updated": NOW, "verified": True}
    if area == "complaints":
        changed = {"updated": NOW, "status": "in_progress", "status_given": "in_progress"}
    (after,) = form.entered([(row, answers)], "Regu B", NOW).records
    assert after == replace(record, **changed)
