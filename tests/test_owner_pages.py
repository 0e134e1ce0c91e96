"""Pages of owners and their league over real HTTP: nothing personal, nothing unknown called good, one page for each."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.reliability import Day
from collectors.source import EVERY_AREA, City
from collectors.store import Store
from collectors.store_keys import DAY
from dashboards.counted import NoMonthError, month_of
from dashboards.start import start_page
from layouts.words import Words
from tests.collecting import until
from tests.records import check, complaint
from tests.site import Served, serving

PERSONAL = ("Budi", "0812", "budi@", "Jalan Mawar 3", "ceritanya panjang")
WEEK = 7 * 86400.0


@pytest.fixture
async def site(redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City) -> AsyncIterator[Served]:
    del store
    async with serving(redis_server.url, districts, city) as served:
        yield served


def reports() -> list[object]:
    now = datetime.now(UTC)
    private = {"description": "ceritanya panjang, Budi 0812 budi@x.id", "address": "Jalan Mawar 3"}
    place = {"lat": -6.1776, "lon": 106.63}

    def one(id_: str, days: float, **more: object) -> object:
        return complaint(id_, requested=now - timedelta(days=days), **{"agency": "Dinkes", **private, **place, **more})

    return [
        one("a", 9),
        one("b", 2, agency="DINKES Kota Tangerang"),
        one("c", 1, status="in_progress"),
        one("d", 1, status="done"),
        one("e", 3, agency="Bidang Lain <script>"),
    ]


async def settled(site: Served) -> None:
    await site.publish_all()
    await site.publish("complaints", *reports())  # type: ignore[arg-type]
    await until(
        "all is read",
        lambda: len(site.hub.readings) == len(EVERY_AREA) and site.hub.readings["complaints"]["value"] == 3,
    )


async def keep(site: Served, date: str, source: str, day: Day) -> None:
    await site.store.redis.hset(DAY + date, source, day.text())


def good(owner: str, share: float = 1.0, **given: int) -> Day:
    live = WEEK * share
    counts = {"asked": 1000, "answered": 990, "rows": 5000, "rejected": 5, **given}
    return Day(owner, seconds={"live": live, "late": (WEEK - live) / 2, "failed": (WEEK - live) / 2}, **counts)


@pytest.mark.parametrize("language", ["id", "en"])
async def test_an_agency_finds_all_its_spellings_on_one_page(site: Served, language: str) -> None:
    await settled(site)
    status, _, page = await site.get(f"/owners/dinkes?lang={language}")
    words = Words(language)
    assert status == 200
    assert "<h1>Dinkes</h1>" in page and f'lang="{language}"' in page
    figures = re.findall(r'<h2>([^<]+)</h2><p class="number">([^<]+)</p>', page)
    assert dict(figures)[words["waiting"].capitalize()] == "2"
    assert dict(figures)[words["owner_apps"]] == "9/9"
    assert words.fill("overdue_n", n="1", days="7") in page
    assert re.findall(r'data-source="([^"]+)"', page) == ["aplicares"]
    assert page.count('class="age-of"') == 3, "what is done is not among those that are not"


async def test_nothing_personal_is_on_any_page_or_address(site: Served) -> None:
    await settled(site)
    for path in ("/owners/dinkes", "/owners", "/sources", "/api/v1/owners", "/api/v1/owners/dinkes"):
        status, _, said = await site.get(path)
        assert status == 200
        assert not [word for word in PERSONAL if word in str(said)], path
    detail = (await site.get("/api/v1/owners/dinkes"))[2]["reports"]
    assert all(one.keys() == {"at", "category", "status", "subdistrict"} for one in detail["open"])
    assert (detail["waiting"], detail["overdue"], detail["by_age"]) == (2, 1, [0, 0, 1, 0, 0, 0, 0, 1])


async def test_an_application_whose_certificate_ends_answers_on_its_owners_page_and_says_so(site: Served) -> None:
    await settled(site)
    now = datetime.now(UTC)
    days = {"e-puskesmas": 3}
    every = [check(app.id, checked=now, certificate_days=days.get(app.id)) for app in site.config.city.applications]
    await site.publish("apps", *every)
    await until("all is read", lambda: site.hub.readings["apps"]["level"] == "watch")
    _, _, page = await site.get("/owners/dinkes?lang=en")
    assert '<p class="number">9/9</p>' in page
    first = page[page.index('class="apps-of"') :].partition("</li>")[0]
    assert 'class="degraded"' in first and "answering" in first and "certificate ends in 3 days" in first


async def test_what_a_source_calls_an_agency_is_text_and_has_its_page(site: Served) -> None:
    await settled(site)
    status, _, page = await site.get("/owners/bidang-lain-script")
    assert status == 200
    assert "<h1>Bidang Lain &lt;script&gt;</h1>" in page


@pytest.mark.parametrize(
    "path", ["/owners/nobody", "/owners/", "/owners/a/b", "/owners/Dinkes", "/sources/", "/owners/%2e"]
)
async def test_an_owner_there_is_none_of_is_404(quiet: Served, path: str) -> None:
    assert (await quiet.get(path))[0] == 404


async def test_before_anything_is_known_nothing_is_zero(quiet: Served) -> None:
    status, _, page = await quiet.get("/owners/dinkes?lang=en")
    assert status == 200
    figures = dict(re.findall(r'<h2>([^<]+)</h2><p class="number">([^<]+)</p>', page))
    assert (figures["Waiting"], figures["Applications"], figures["Sources fresh"]) == ("–", "–/9", "–")
    summary = next(one for one in (await quiet.get("/api/v1/owners"))[2] if one["slug"] == "dinkes")
    assert (summary["waiting"], summary["applications_up"], summary["sources_live"]) == (None, None, 0)


async def test_the_league_ranks_the_least_fresh_first_and_few_numbers_apart(site: Served) -> None:
    await keep(site, "2026-10-03", "waze", good("Dishub", 0.9))
    await keep(site, "2026-10-03", "laksa", good("Diskominfo · UPT PRKK", 1.0))
    await keep(site, "2026-10-04", "applications", good("Diskominfo", 0.5))
    await keep(site, "2026-10-03", "aplicares", Day("Dinkes", asked=29, answered=29, seconds={"live": WEEK}))
    await keep(site, "2026-10-31", "old-source", good("Dinas yang Lalu", 0.99))
    status, _, page = await site.get("/owners?month=2026-10&lang=en")
    assert status == 200
    table = page[page.index('class="list league"') : page.index("</table>")]
    names = re.findall(r'href="/owners/([a-z-]+)\?lang=en">', table)
    assert names == ["diskominfo", "dishub", "dinas-yang-lalu", "dinkes"]
    assert table.index("Not ranked") < table.index("small n")
    assert "75.0%" in table, "both sources of one owner together"
    assert "1,980/2,000" in table
    _, _, said = await site.get("/api/v1/reliability?month=2026-10")
    assert [(one["slug"], one["fresh"], one["small"]) for one in said["owners"]] == [
        ("diskominfo", 0.75, False),
        ("dishub", 0.9, False),
        ("dinas-yang-lalu", 0.99, False),
        ("dinkes", 1.0, True),
    ]


async def test_a_month_without_a_count_is_unknown_and_never_perfect(site: Served) -> None:
    _, _, page = await site.get("/owners?month=2026-09&lang=en")
    assert "Nothing was counted in this month" in page
    assert "100%" not in page.replace("not 100%", "").replace("100% means", "")
    assert (await site.get("/api/v1/reliability?month=2026-09"))[2]["owners"] == []
    paused = Day("Dishub", seconds={"paused": 90_000.0})
    await keep(site, "2026-09-01", "waze", paused)
    one = (await site.get("/api/v1/reliability?month=2026-09"))[2]["owners"][0]
    assert (one["fresh"], one["answers"], one["rejects"], one["small"]) == (None, None, None, True)
    row = (await site.get("/owners?month=2026-09&lang=en"))[2]
    assert "25 h paused" in row and "0%" not in row[row.index("<tbody") : row.index("</tbody>")]


@pytest.mark.parametrize("month", ["2026", "2026-13", "26-11", "2026-11-01", "x", "0000-01", "9999-12"])
async def test_a_month_that_is_none_is_refused_with_a_sentence(quiet: Served, month: str) -> None:
    assert (await quiet.get(f"/owners?month={month}"))[0] == 404
    status, _, said = await quiet.get(f"/api/v1/reliability?month={month}")
    assert status == 422
    assert "such as 2026-11" in said["error"]


def test_the_month_is_the_citys_and_the_next_one_has_not_come() -> None:
    zone = Words().timezone
    month = month_of(None, datetime(2026, 11, 30, 18, 0, tzinfo=UTC), zone)
    assert (month.text, month.running, month.before, month.after) == ("2026-12", True, "2026-11", None)
    assert month_of("2026-02", datetime(2026, 11, 30, tzinfo=UTC), zone).end.isoformat() == "2026-03-01"
    with pytest.raises(NoMonthError):
        month_of("2026-00", datetime(2026, 11, 30, tzinfo=UTC), zone)


def test_a_share_is_whole_only_without_a_flaw() -> None:
    words = Words("en")
    assert words.share(999_999, 1_000_000) == "99.9%"
    assert words.share(1, 1_000_000, fault=True) == "0.1%"
    assert (words.share(3, 3), words.share(0, 3, fault=True)) == ("100%", "0%")
    assert words.share(0, 0) == words.share(None, 3) == "–"


async def test_sources_say_how_the_last_days_were_or_that_nothing_is_counted(site: Served) -> None:
    await settled(site)
    today = datetime.now(site.config.city.timezone).date().isoformat()
    await keep(site, today, "laksa", Day("x", 200, 199, 1000, 1, {"live": 7000.0, "late": 200.0}))
    _, _, page = await site.get("/sources?lang=en")
    laksa = page[page.index('data-source="laksa"') :]
    assert laksa.index("99.5%") < laksa.index("199/200") < laksa.index("2.8%") < laksa.index("of 1,000 rows")
    assert page.count("nothing counted yet") == 3 * (len(site.config.sources) - 1)
    buttons = [one for one in re.findall(r"<button[^>]+>", page) if 'data-on="laksa"' in one]
    assert [re.findall(r'data-act="(\w+)"', one) for one in buttons] == [["try"], ["pause"]]


async def test_a_failing_source_says_why_in_plain_words_with_the_sentence_as_detail(site: Served) -> None:
    await settled(site)
    await site.publish("beds", age=4000.0, error="dinkes.example.id: <b>refused</b>")
    await until("it fails", lambda: site.hub.readings["beds"]["sources"][0]["error"])
    _, _, page = await site.get("/sources?lang=id")
    assert page.index("Bermasalah") < page.index('data-source="aplicares"') < page.index("Langsung")
    assert "<b>Jawaban rusak</b>" in page and "&lt;b&gt;refused" in page and "coba lagi" in page


def test_the_start_page_leads_to_them() -> None:
    page = str(start_page({}, Words("id"), ["id", "en"]))
    assert all(path in page for path in ("/sources?lang=id", "/owners?lang=id", "/cards?lang=id", "/tour?lang=id"))
