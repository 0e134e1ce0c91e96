"""Forms of every area: what a person says of reports, roads, posts and applications is counted, and marked so."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.forms import FORMS
from collectors.manual import Manual, ManualSettings
from collectors.mapped_areas import AREAS
from collectors.records import Complaint, Record
from collectors.source import EVERY_AREA, Area
from layouts import TILES
from layouts.vocabulary import VOCABULARY
from layouts.words import Words
from tests.collecting import Run, collecting, until
from tests.entering import all_written, entered, value
from tests.pushing import NOW, city_that_sends, sources, waiting
from tests.records import complaint, report
from tests.site import Served
from tests.sources import city, source

NAMES = ("desk", "clinic", "patrol", "help", "gates")
TANAH_TINGGI = "36.71.01.1003"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return city_that_sends(tmp_path, monkeypatch)


@asynccontextmanager
async def told(site: Served, redis_server: EmbeddedRedis, districts: Districts, *names: str) -> AsyncIterator[Run]:
    """A collecting process that takes in what these forms send."""
    await site.store.give_back("tests")
    where, listed = sources(site.config.path)
    async with collecting(redis_server.url, [listed[name] for name in names], where, districts) as run:
        yield run


async def send(site: Served, name: str, **typed: str) -> str:
    """The page after a form that is accepted and written."""
    status, page = await entered(site, name, {key.replace("__", "-"): text for key, text in typed.items()})
    assert (status, "Accepted at" in page) == (200, True), re.findall(r'class="wrong".*?</div>', page)
    await until("it is written", lambda: all_written(site.store, name))
    return page


async def open_form(site: Served, name: str) -> str:
    return str((await site.get(f"/enter/{name}?lang=en"))[2])


def open_id(page: str, title: str) -> str:
    """The id of a report that the form lists as open."""
    found = re.search(rf"<legend>{re.escape(title)}</legend>.*?<label for=\"status-([0-9a-f]+)\"", page, re.DOTALL)
    assert found, re.findall("<legend>.*?</legend>", page)
    return found[1]


def footer(area: Area, reading: Any) -> Any:
    return TILES[area].show({area: reading}, Words("en"))["source"]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", NAMES)
async def test_every_field_of_every_form_has_its_label_and_every_choice_its_words(
    site: Served, name: str, language: str
) -> None:
    status, _, page = await site.get(f"/enter/{name}?lang={language}")
    assert status == 200 and f'<html lang="{language}">' in page
    fields = re.findall(r'<(?:input|select) id="([^"]+)" name="([^"]+)"', page)
    assert [one for one, _ in fields] == [other for _, other in fields] and len(set(fields)) == len(fields) > 3
    assert re.findall(r'<label for="([^"]+)"', page) == [one for one, _ in fields]
    assert re.findall(r"<option[^>]*>([^<]*)</option>", page).count("") == 0
    assert {"id": "diisi tangan", "en": "entered by hand"}[language] in page
    assert "<script" not in page and 'http-equiv="refresh"' not in page, "nothing that is typed is lost"


def test_the_recipe_of_every_area_asks_for_its_own_fields_in_words_of_both_languages() -> None:
    assert set(FORMS) == set(AREAS) == set(EVERY_AREA)
    for area, form in FORMS.items():
        words = {*AREAS[area].statuses, *AREAS[area].kinds}
        for ask in (*form.each, *form.new):
            assert ask.name in (*AREAS[area].fields, "place"), (area, ask.name)
            assert f"ask_{ask.name}" in VOCABULARY
            assert all(ask.says is None or f"{ask.says}{one}" in VOCABULARY for one in ask.options), ask
            assert ask.name not in ("status", "kind") or set(ask.options) <= words, ask


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
        await send(site, "desk", **{f"status__{key}": "in_progress"})
        await until("it is in progress", lambda: waits(0))
        await send(site, "desk", **{f"status__{key}": "done"})
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
        await send(site, "patrol", **flood)
        await send(site, "patrol", kind__new="jam", road__new="Jalan Sudirman", verified__new="unverified")

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
        await send(site, "patrol", **{f"verified__{jam}": "verified", f"status__{key}": "ended"})
        reading = await until("one is over", lambda: open_ones(1))
        assert (reading["verified"], reading["level"], reading["jams"][0]["road"]) == (1, "normal", "Jalan Sudirman")


async def test_a_form_without_a_new_report_says_that_all_is_as_it_was(
    site: Served, redis_server: EmbeddedRedis, districts: Districts
) -> None:
    async with told(site, redis_server, districts, "patrol") as run:
        await send(site, "patrol", kind__new="works", road__new="Jalan Merdeka")
        health = run.collecting.watches["patrol"].health
        before = health.as_of
        await send(site, "patrol")
        assert before is not None and health.as_of is not None and health.as_of > before
        assert len(await site.store.records("traffic")) == 1


async def test_an_application_that_somebody_says_is_down_is_named_and_one_nobody_speaks_of_is_unknown(
    site: Served, redis_server: EmbeddedRedis, districts: Districts
) -> None:
    async with told(site, redis_server, districts, "help") as run:
        await send(site, "help", status__0="down", message__0="server padam")

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
        await send(site, "gates", level_cm__0="185,5", trend__0="rising", level_cm__1="-12", status__1="siaga_4")

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
        await send(site, "gates", level_cm__1="7")

        async def second() -> Any:
            found = await posts()
            return found if found["polor"]["level_cm"] == 7 else None

        after = await until("the other one is newer", second)
        assert after["pintu-10"]["updated"] == first["pintu-10"]["updated"]
        assert after["polor"]["updated"] > first["polor"]["updated"]


WRONG = [
    ("desk", {"agency__new": "Dinas PUPR"}, "category-new", "This is needed."),
    ("desk", {"category__new": "Lampu"}, "category-new", "Choose one of the list."),
    ("desk", {"category__new": "Banjir", "place__new": "99"}, "place-new", "Choose one of the list."),
    ("desk", {"category__new": "Banjir", "agency__new": "Budi 0812-3456-7890"}, "agency-new", "No e-mail address"),
    ("desk", {"category__new": "Banjir", "agency__new": "x" * 101}, "agency-new", "at most 100 letters"),
    ("desk", {"category__new": "Banjir", "created__new": "25:10"}, "created-new", "Write a time that is past"),
    ("desk", {"category__new": "Banjir", "created__new": "tadi"}, "created-new", "Write a time that is past"),
    ("desk", {"category__new": "Banjir", "created__new": "01/01/2062 09.00"}, "created-new", "a time that is past"),
    ("desk", {"category__new": "Banjir", "created__new": "01/01/1999 09.00"}, "created-new", "a time that is past"),
    ("patrol", {"road__new": "Jalan Merdeka"}, "kind-new", "This is needed."),
    ("patrol", {"kind__new": "jam"}, "road-new", "This is needed."),
    ("patrol", {"kind__new": "jam", "road__new": "a@b.id"}, "road-new", "No e-mail address"),
    ("help", {"status__0": "fine"}, "status-0", "Choose one of the list."),
    ("help", {}, "status-0", "Choose at least one."),
    ("gates", {}, "level_cm-0", "Fill in at least one post."),
    ("gates", {"level_cm__1": "1.234"}, "level_cm-1", "Write cm, such as"),
    ("gates", {"level_cm__1": "-2000"}, "level_cm-1", "Write cm, such as"),
    ("gates", {"level_cm__0": "1e3"}, "level_cm-0", "Write cm, such as"),
]


@pytest.mark.parametrize(("name", "typed", "field", "says"), WRONG)
async def test_what_cannot_be_meant_is_said_at_its_field_and_stays_typed(
    site: Served, name: str, typed: dict[str, str], field: str, says: str
) -> None:
    form = {key.replace("__", "-"): text for key, text in typed.items()}
    status, page = await entered(site, name, form)
    assert (status, says in page, f'<a href="#{field}">' in page) == (422, True, True), page
    tag = re.search(rf'<(?:input|select) id="{field}"[^>]*>', page)
    assert tag and 'aria-invalid="true"' in tag[0] and f"{field}-error" in tag[0] and "autofocus" in tag[0]
    texts = {key: text for key, text in form.items() if re.search(rf'<input id="{key}"', page)}
    assert {key: value(page, key) for key in texts} == texts
    assert await waiting(site.store, name) == 0


@pytest.mark.parametrize(("typed", "ago"), [("{at:%H.%M}", True), ("{at:%d/%m/%Y %H:%M}", True), ("", False)])
async def test_a_report_was_received_when_it_is_said_or_else_now(
    site: Served, redis_server: EmbeddedRedis, districts: Districts, typed: str, ago: bool
) -> None:
    zone = site.config.city.timezone
    now = datetime.now(zone)
    at = now - timedelta(minutes=min(20, now.hour * 60 + now.minute)) if ago else now
    async with told(site, redis_server, districts, "desk"):
        await send(site, "desk", category__new="Banjir", created__new=typed.format(at=at))
        (stored,) = (await site.store.records("complaints")).values()
    received = datetime.fromisoformat(stored["requested"])
    assert abs(received - at.astimezone(UTC)) < timedelta(minutes=2 if ago else 1)


async def test_only_the_newest_open_reports_have_room_and_the_others_are_counted(
    site: Served, redis_server: EmbeddedRedis, districts: Districts
) -> None:
    async with told(site, redis_server, districts, "patrol"):
        for number in range(2):
            await send(site, "patrol", kind__new="jam", road__new=f"Jalan {number}")
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
