"""The brief over real HTTP, on paper and in its archive: what needs a decision first, nothing unknown called good."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import schedule
from collectors.brief.briefing import Briefing
from collectors.brief.changes import changes
from collectors.brief.decisions import three
from collectors.brief.indicators import Known
from collectors.brief.kept import BriefSchedule, due, kept, prune, write
from collectors.brief.shape import Brief
from collectors.daily import Daily
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.owners import Owners
from collectors.readings.limits import Limits
from collectors.readings.stage import in_force
from collectors.records import Record
from collectors.source import EVERY_AREA, Area, City
from collectors.store import Store
from dashboards import brief as pages
from layouts.brief.ink import Fonts
from layouts.brief.pdf import draw_pdf
from layouts.brief.said import say
from layouts.words import Words
from tests.broken_configs import Broken
from tests.collecting import collecting, shipped, until
from tests.pdf_text import read_pdf
from tests.records import beds, check, complaint, level, report
from tests.site import ROOT, Served, serving
from tests.test_config import loaded, mistakes, written

FONTS = Fonts(ROOT / "assets" / "fonts")
A4 = pytest.approx((0, 0, 595.28, 841.89), abs=0.1)


@pytest.fixture
async def site(
    redis_server: EmbeddedRedis,
    store: Store,
    districts: Districts,
    city: City,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Served]:
    del store
    monkeypatch.setattr(pages, "FRESH_SECONDS", 0.0)
    folders = {"history": tmp_path / "history", "kept": tmp_path / "brief"}
    async with serving(redis_server.url, districts, city, **folders) as served:
        yield served


def texts(body: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


async def known(site: Served, **areas: list[Record]) -> None:
    """Publish a calm city, but for these areas."""
    await site.publish_all()
    for area, records in areas.items():
        await site.publish(area, *records)  # type: ignore[arg-type]
    await until("all is read", lambda: is_read(site))


def is_read(site: Served) -> bool:
    return all(
        area in site.hub.readings and site.hub.readings[area]["received"] == reading["received"]
        for area, reading in site.known.items()
    )


def grave() -> dict[str, list[Record]]:
    """A city in trouble everywhere."""
    now = datetime.now(UTC)
    sabi: dict[str, Any] = {"post": "Kali Sabi", "river": "Kali Sabi", "updated": now}
    two: dict[str, Any] = {"hospital": "RS Dua", "hospital_id": "R2", "updated": now}
    late = [
        complaint(f"c{n}", requested=now - timedelta(days=9, hours=n), agency="DPUPR", lat=-6.2, lon=106.64)
        for n in range(3)
    ]
    return {
        "complaints": [*late, complaint("new", requested=now, agency="DPUPR Kota Tangerang")],
        "beds": [
            beds("a", unit="icu", bed_class="ICU", capacity=12, free=2, occupied=10, **two),
            beds("b", capacity=10, free=0, occupied=10, updated=now),
        ],
        "traffic": [report("t", kind="accident", level=5, road="Jalan Daan Mogot", started=now, lat=-6.17, lon=106.63)],
        "water": [level("sabi", 210, **sabi), level("b", 20, updated=now)],
        "apps": [check(f"a{n}", checked=now, status="down" if n < 6 else "up", listed=False) for n in range(9)],
    }  # fmt: skip


async def brief(site: Served) -> Any:
    return (await site.get("/api/v1/brief"))[2]


async def test_what_is_most_pressing_comes_first_with_its_numbers_its_owner_and_its_evidence(site: Served) -> None:
    await known(site, **grave())
    found = await brief(site)
    assert [(one["kind"], one["severity"]) for one in found["decisions"]] == [
        ("water", "alarm"), ("icu", "alarm"), ("apps", "alarm"), ("traffic", "alarm"), ("wards", "watch"),
        ("complaints", "watch"),
    ]  # fmt: skip
    said = texts((await site.get("/brief?lang=en"))[2])
    assert "Three things need a decision the most pressing of 6, by rule" in said
    first, second, third = re.findall(r"[123] · ALARM (.*?) Evidence", said)
    assert first.startswith("Stand by at Kali Sabi?") and "210 cm, siaga 2" in first and "1 of 2 posts" in first
    assert first.endswith("Owner DPUPR")
    assert "10/12 intensive-care beds taken, 2 free (limit 3)" in second
    assert "Send to hospitals with free beds: RS Dua (2)." in second
    assert "6 down, 0 degraded, of " in third
    for one in found["decisions"]:
        status, _, page = await site.get(f"{one['link']}&lang=en")
        assert status == 200 and 'role="status"' not in page, one["link"]


async def test_an_agency_is_asked_once_for_all_its_spellings_and_the_link_has_its_reports(site: Served) -> None:
    await known(site, complaints=grave()["complaints"])
    found = await brief(site)
    one = next(one for one in found["decisions"] if one["kind"] == "complaints")
    assert (one["values"]["late"], one["values"]["waiting"], one["values"]["others"]) == (3, 4, 0)
    assert one["link"] == "/explore/complaints?range=all&status=waiting&late=1&agency=dpupr&sort=oldest"
    assert one["proposal"] == {"kind": "complaints", "values": {"n": 3, "oldest": one["values"]["oldest"]}}


async def test_that_nothing_needs_a_decision_is_said_on_purpose_and_with_what_is_not_known(site: Served) -> None:
    await known(site)
    await site.publish("water", age=99_999.0)
    await until("the water is old", lambda: site.hub.readings["water"]["freshness"] == "stale")
    quiet = [one for one in (await brief(site))["decisions"] if one["severity"] != "doubt"]
    assert quiet == []
    await site.publish("water", level("a", updated=datetime.now(UTC)))
    await until("the water is known", lambda: site.hub.readings["water"]["level"] == "normal")
    await until("a new brief", lambda: no_decision(site))
    said = texts((await site.get("/brief?lang=en"))[2])
    assert "Nothing needs a decision" in said and "All that is known is within its limits: Complaints" in said
    assert "Tidak ada yang perlu keputusan" in texts((await site.get("/brief?lang=id"))[2])


async def no_decision(site: Served) -> bool:
    return not (await brief(site))["decisions"]


async def test_before_anything_is_known_nothing_is_zero_and_nothing_is_fine(site: Served) -> None:
    found = await brief(site)
    assert found["stage"]["stage"] is None
    values = [one[period]["value"] for one in found["indicators"] for period in ("day", "week", "month", "quarter")]
    assert values == [None] * 4 * 8
    said = texts((await site.get("/brief?lang=en"))[2])
    assert "Cannot be judged yet" in said and "There are no data yet, so nothing can be judged." in said
    assert "Nothing needs a decision" not in said and "Nothing crossed" not in said
    assert "How it was at this time yesterday is not known." in said
    assert "Never reported laksa, aplicares, waze, like-lantas, applications, water" in said
    assert "on target" not in said.partition("Definitions")[0]


async def test_a_source_nobody_hears_of_asks_for_a_call_and_its_numbers_say_how_old_they_are(site: Served) -> None:
    await known(site, **grave())
    await site.publish("beds", *grave()["beds"], age=50_000.0, error="dinkes.example.id refused")
    await until("it fails", lambda: site.hub.readings["beds"]["sources"][0]["error"])
    found = await brief(site)
    icu = next(one for one in found["decisions"] if one["kind"] == "icu")
    assert icu["stale"] is not None
    call = found["decisions"][-1]
    assert (call["kind"], call["severity"], call["owner"]) == ("source", "doubt", "Dinkes")
    assert call["proposal"]["values"] == {"contact": "aplicares@pretend.example"}
    judged = {one["name"]: (one["day"]["verdict"], one["verdict"]) for one in found["indicators"]}
    assert judged["icu"] == ("alarm", "alarm"), "an alarm stays one"
    said = texts((await site.get("/brief?lang=en"))[2])
    assert "Last numbers" in said and "aplicares failing since" in said


async def test_what_was_well_and_is_not_heard_of_any_more_is_in_doubt(site: Served) -> None:
    now = datetime.now(UTC)
    calm: list[Record] = [beds("a", capacity=10, free=3, occupied=7, updated=now)]
    await known(site, beds=calm)
    wards = {one["name"]: one["day"]["verdict"] for one in (await brief(site))["indicators"]}
    assert wards["wards"] == "met"
    await site.publish("beds", *calm, age=50_000.0, error="dinkes.example.id refused")
    await until("it fails", lambda: site.hub.readings["beds"]["sources"][0]["error"])
    wards = {one["name"]: one["day"]["verdict"] for one in (await brief(site))["indicators"]}
    assert wards["wards"] == "doubt"
    assert re.search(r"Wards taken \(BOR\) 5 .{30,60} data in doubt", texts((await site.get("/brief?lang=en"))[2]))


async def test_whoever_never_reported_is_named_and_every_source_has_its_time(site: Served) -> None:
    now = datetime.now(UTC)
    mute = beds("m", unit="unreported", hospital="RS Bisu", hospital_id="R9", updated=None)
    await known(site, beds=[beds("a", capacity=10, free=4, occupied=6, updated=now), mute])
    found = await brief(site)
    assert {"kind": "hospital", "name": "RS Bisu"} in found["never"]
    said = texts((await site.get("/brief?lang=en"))[2])
    assert "Never reported RS Bisu" in said
    assert all(re.search(rf"{source.name} \d\d:\d\d", said) for source in site.config.sources)
    assert "DEMO" in said


async def test_every_number_leads_to_a_page_and_every_word_is_in_both_languages(site: Served) -> None:
    await known(site, **grave())
    for language, other in (("id", "Owner"), ("en", "Pemilik")):
        body = (await site.get(f"/brief?lang={language}"))[2]
        assert f'<html lang="{language}">' in body and other not in texts(body)
        links = [
            unescape(link)
            for a in re.findall(r'<a [^>]*class="v"[^>]*>', body)
            for link in re.findall('href="([^"]+)', a)
        ]
        assert len(links) >= 5
        for link in dict.fromkeys(links):
            assert link.startswith("/explore/") and link.endswith(f"lang={language}")
            status, _, page = await site.get(link)
            assert status == 200 and "noted" not in re.findall(r'class="(noted)"', page), link


async def test_the_pdf_says_what_the_page_says_on_one_sheet_with_its_fonts_in_it(site: Served) -> None:
    await known(site, **grave())
    for language in ("id", "en"):
        async with site.session.get(f"{site.url}/brief.pdf?lang={language}") as answer:
            assert answer.status == 200 and answer.content_type == "application/pdf"
            assert f"-{language}.pdf" in answer.headers["Content-Disposition"]
            paper = read_pdf(await answer.read())
        assert paper.pages == 1 and paper.boxes[0] == A4
        assert paper.fonts == {"Inter-Text", "Inter-SemiBold", "BitstreamVeraSans-Roman"}
        assert paper.embedded == 3
        words = Words(language, site.config.city.timezone, site.config.city.name)
        said = say(await brief(site), words)
        on_paper, on_page = squeezed(paper.text), squeezed(texts((await site.get(f"/brief?lang={language}"))[2]))
        assert "DEMO" in on_paper
        parts = [said.title, said.stage.word, said.stage.why, *(change.text for change in said.changes)]
        parts += [one.question for one in said.decisions] + [text for one in said.decisions for _, text in one.rows]
        parts += [part for row in said.rows for part in (row.name, row.of, row.target, row.verdict_said)]
        parts += [part for row in said.rows for cell in row.cells for part in (cell.value, cell.of, cell.when)]
        for part in parts:
            assert squeezed(part) in on_paper, part
            assert squeezed(part) in on_page, part


def squeezed(text: str) -> str:
    """Without blanks: paper breaks lines elsewhere."""
    return re.sub(r"[\s\u00a0]+", "", text)


Long = st.text("Aa é“≤→\u4e00.-", min_size=1, max_size=300)


@pytest.mark.patient
@given(Long, Long, st.integers(0, 12))
def test_whatever_names_are_the_paper_is_one_sheet(name: str, text: str, many: int) -> None:
    now = "2026-11-25T05:00:00Z"
    kinds = [
        {"kind": "source", "severity": "doubt", "area": "beds", "owner": name, "until": None, "stale": now,
         "link": None, "values": {"source": name, "area": "beds", "since": now, "fault": "silent", "as_of": now},
         "proposal": {"kind": "source", "values": {"contact": text}}},
    ] * 3  # fmt: skip
    changed = [
        {"kind": "source", "severity": "doubt", "back": False, "link": None, "values": {"source": text, "since": now}}
    ] * many
    whole: Any = {
        "at": now, "stage": in_force(None, None, [], datetime.now(UTC)), "levels": [], "decisions": kinds,
        "indicators": [], "changes": changed, "never": [{"kind": "hospital", "name": name}] * 5, "first": {},
        "sources": [], "trouble": {"kind": "broken", "detail": text}, "demo": True,
    }  # fmt: skip
    note: Any = {"id": "1", "card": "stage", "query": "", "text": text, "by": name, "at": now, "removed": None}
    said = say(whole, Words("id"), [note] * 9)
    paper = read_pdf(draw_pdf(said, FONTS, "https://room.example.id"))
    assert paper.pages == 1
    assert len(said.changes) <= 6 and len(said.notes) == 3


async def test_numbers_on_paper_can_be_opened_where_the_city_says_it_is_reached(site: Served) -> None:
    await known(site, **grave())
    said = say(await brief(site), Words("id"))
    assert read_pdf(draw_pdf(said, FONTS, None)).links == []
    links = read_pdf(draw_pdf(said, FONTS, "https://room.example.id")).links
    assert links and all(link.startswith("https://room.example.id/explore/") for link in links)


async def test_kept_pdfs_are_listed_and_served_by_their_names_alone(site: Served, tmp_path: Path) -> None:
    folder = tmp_path / "brief"
    write(folder, date(2026, 11, 24), "id", b"%PDF-1 old")
    write(folder, date(2026, 11, 24), "en", b"%PDF-1 other")
    (folder / "secret.pdf").write_bytes(b"%PDF-1 secret")
    body = (await site.get("/brief?lang=id"))[2]
    assert re.findall(r'href="(/brief/[^"]+)"', body) == ["/brief/brief-2026-11-24-id.pdf"]
    assert "24 Nov 2026" in body and "07.00" in body
    status, headers, found = await site.get("/brief/brief-2026-11-24-id.pdf")
    assert (status, headers["Content-Type"], found) == (200, "application/pdf", "%PDF-1 old")
    for name in ("secret.pdf", "brief-2026-11-23-id.pdf", "..%2fbrief%2fsecret.pdf", "brief-2026-99-24-id.pdf", "x"):
        assert (await site.get(f"/brief/{name}"))[0] == 404, name
    assert (await site.session.post(f"{site.url}/brief.pdf")).status == 404


@given(
    st.sets(st.integers(0, 50)),
    st.integers(1, 40),
    st.times(),
    st.times(),
)
def test_a_brief_is_due_once_a_day_and_kept_for_its_days(
    tmp_path_factory: pytest.TempPathFactory, back: set[int], keep: int, at: time, clock: time
) -> None:
    folder = tmp_path_factory.mktemp("briefs")
    today = date(2026, 11, 25)
    now = datetime.combine(today, clock, UTC)
    plan = BriefSchedule(at.replace(tzinfo=None), keep)
    for days in back:
        write(folder, today - timedelta(days=days), "id", b"%PDF")
    wanted = due(plan, folder, ["id", "en"], now)
    assert wanted == ([] if now.time() < plan.at else ["en"] if 0 in back else ["id", "en"])  # type: ignore[operator]
    assert due(BriefSchedule(None), folder, ["id"], now) == []
    prune(folder, plan, today)
    assert {(today - one.day).days for one in kept(folder)} == {days for days in back if days < keep}


@pytest.mark.patient
def test_the_program_writes_todays_brief_in_every_language_from_what_is_stored(
    redis_server: EmbeddedRedis, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "REDIS_URL": redis_server.url,
        "LIVEROOM_VAR": str(tmp_path),
        "DEMO": "http://127.0.0.1:1",
    }
    old = write(tmp_path / "brief", date(2020, 1, 1), "id", b"%PDF")

    command = [sys.executable, "app.py", "brief"]
    said = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    files = sorted((tmp_path / "brief").glob("*.pdf"))
    assert [path.name[-6:] for path in files] == ["en.pdf", "id.pdf"] and not old.exists()
    assert all(str(path) in said for path in files)
    assert read_pdf(files[0].read_bytes()).pages == 1


async def test_the_collecting_side_does_the_days_work_soon_after_it_starts(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, monkeypatch: pytest.MonkeyPatch
) -> None:
    del store
    monkeypatch.setattr(schedule, "CATCH_UP", 0.05)
    city, sources = shipped("http://127.0.0.1:1")
    done: list[datetime] = []

    async def work(into: list[datetime]) -> None:
        into.append(datetime.now(UTC))

    async with collecting(redis_server.url, [sources["laksa"]], city, districts) as run:
        run.collecting.daily.append(Daily(time(7), lambda: work(done)))
        await until("it was done", lambda: done)


def test_when_and_for_how_long_is_in_the_citys_file(tmp_path: Path) -> None:
    assert loaded(tmp_path).brief == BriefSchedule(None, 30)
    said = ("limits:\n  icu_free: 2\n", 'limits:\n  icu_free: 2\nbrief: {at: "06:30", keep: 5}\n')
    assert loaded(tmp_path, said).brief == BriefSchedule(time(6, 30), 5)


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("{keep: 5}", "city.yaml:19:1: brief.at: is missing"),
        ("{at: 7}", 'city.yaml:19:9: brief.at: found 7; write a time of day in quotes, such as "07:00"'),
        ('{at: "25:00"}', "city.yaml:19:9: brief.at: found '25:00'; write a time of day in quotes, such as \"07:00\""),
        ('{at: "07:00", keep: 0}', "city.yaml:19:22: brief.keep: found 0; must be at least 1"),
        ('{at: "07:00", to: x}', "city.yaml:19:22: brief.to: unknown key; allowed here: at, keep"),
        ("07:00", "city.yaml:19:1: brief: found '07:00'; must be a block of keys"),
    ],
)  # fmt: skip
def test_a_wrong_time_is_told_with_its_place(tmp_path: Path, block: str, told: str) -> None:
    broken = Broken("brief", ("limits:\n  icu_free: 2\n", f"limits:\n  icu_free: 2\nbrief: {block}\n"), says=told)
    assert mistakes(written(tmp_path, broken)) == [told]


def make(readings: dict[Area, Any], now: datetime, **given: Any) -> Known:
    zone = Words().timezone
    return Known(readings, given.get("numbers", {}), Limits(), EVERY_AREA, now, zone)


async def test_what_crossed_its_limit_since_yesterday_is_told_and_what_came_back_last(site: Served) -> None:
    await known(site, **grave())
    now = datetime.now(UTC)
    readings: dict[Area, Any] = dict(site.hub.readings)
    water = readings["water"]
    yesterday = (now - timedelta(hours=23)).isoformat()
    posts = [{**post, "trend": [(yesterday, 20 if post["id"] == "sabi" else 160)]} for post in water["posts"]]
    readings["water"] = {**water, "posts": posts}
    silent = (now - timedelta(hours=20)).isoformat()
    readings["beds"] = {**readings["beds"], "not_reporting": [{"id": "x", "name": "RS Diam", "since": silent}]}
    found = changes(make(readings, now), [], site.hub.stage)
    kinds = [one["kind"] for one in found]
    assert kinds[-1] == "post_back" and set(kinds) == {"apps", "post", "hospitals", "post_back"}
    assert next(one for one in found if one["kind"] == "post")["values"]["post"] == "Kali Sabi"
    assert next(one for one in found if one["kind"] == "apps")["values"]["n"] == 6


async def test_a_level_nobody_knew_yesterday_has_not_crossed_anything(site: Served) -> None:
    await known(site, water=grave()["water"])
    found = changes(make(dict(site.hub.readings), datetime.now(UTC)), [], site.hub.stage)
    assert "post" not in [one["kind"] for one in found]


def test_three_are_of_different_kinds_where_there_are_as_many() -> None:
    def one(kind: str, severity: str, number: int) -> Any:
        return {"kind": kind, "severity": severity, "values": {"n": number}}

    found = [one("water", "alarm", 1), one("source", "doubt", 1), one("source", "doubt", 2), one("apps", "doubt", 3)]
    assert [(each["kind"], each["values"]["n"]) for each in three(found)] == [("water", 1), ("source", 1), ("apps", 3)]
    assert three(found[:2]) == found[:2]


async def test_without_its_past_the_brief_still_tells_the_present(site: Served) -> None:
    await known(site, **grave())
    briefing = Briefing(None, Owners(), Limits(), (), site.config.sources, (), site.config.city.timezone)
    found: Brief = await briefing.brief(site.hub.readings, site.hub.stage, datetime.now(UTC))
    icu = next(one for one in found["indicators"] if one["name"] == "icu")
    assert (icu["day"]["part"], icu["day"]["whole"], icu["week"]["value"]) == (10, 12, None)
    assert icu["day"]["link"] == "/card/beds"
