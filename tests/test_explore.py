"""The page of complaints over real HTTP: from a number to its cause, and nothing personal whatever is asked."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.facts import COMPLAINTS, complaint_row
from collectors.history import columns_of
from collectors.records import Complaint
from collectors.source import City
from collectors.store import Store
from collectors.write import Write
from collectors.writing import Writing
from tests.records import complaint
from tests.site import Served, serving

PAGE = "/explore/complaints"
CIPONDOH = "36.71.05"
NONSENSE = {
    "range=decade": "There is no range “decade”",
    "from=2026-13-45": "is no date such as",
    "from=2999-01-01&to=2999-02-01": "is still to come; these are the last 30 days",
    "from=2026-02-10&to=2026-02-01": "the wrong way round",
    "from=2000-01-01&to=2026-01-01": "more than ten years",
    "district=99.99.99": "There is no district with the code “99.99.99”; this is the whole city.",
    "subdistrict=x": "no subdistrict",
    "status=burnt": "There is no “burnt” here",
    "hour=25": "There is no “25” here",
    "weekday=0": "There is no “0” here",
    "vs=never": "Nothing can be compared",
    "page=minus": "There is no page “minus”",
    "page=-1": "There is no page “-1”",
    "report=laksa/nobody": "The report “laksa/nobody” is not in the history.",
    "agency=%3Cscript%3E": "There is no “<script>” here",
    "category='%20OR%20true--": "There is no “' OR true--” here",
}
PERSONAL = ("Budi", "0812-0000-1111", "budi@example.org", "Jalan Mawar 3", "3671000000000001", "106.6765")


def at(districts: Districts, code: str) -> dict[str, float]:
    """A point in a district."""
    place = next(one for one in districts.each if one.district_code == code)
    return {"lat": place.lat, "lon": place.lon}


def past(districts: Districts) -> list[Complaint]:
    """Two hundred finished reports of the last three weeks, one in five of them late, some in Cipondoh."""
    now = datetime.now(UTC)
    found = []
    for number in range(200):
        requested = now - timedelta(days=8 + number % 14, hours=number % 20)
        took = timedelta(days=9 if number % 5 == 0 else 1, hours=3)
        found.append(
            complaint(
                f"old-{number}",
                requested=requested,
                status="done",
                answered=requested + timedelta(hours=2),
                finished=min(now, requested + took),
                agency="DPUPR" if number % 2 else "Dishub",
                category="Jalan rusak",
                category_code="001",
                **at(districts, CIPONDOH if number % 4 == 0 else "36.71.01"),
            )
        )
    return found


def waiting(districts: Districts) -> list[Complaint]:
    now = datetime.now(UTC)
    private: dict[str, Any] = {
        "description": "Budi 0812-0000-1111 budi@example.org NIK 3671000000000001",
        "address": "Jalan Mawar 3",
    }
    drains: dict[str, Any] = {"category": "Saluran", "category_code": "7", **at(districts, CIPONDOH)}
    lamps: dict[str, Any] = {"category": "Lampu", "category_code": "8", "channel": "112"}
    return [
        complaint("w-1", requested=now - timedelta(days=9), agency="DPUPR", **drains, **private),
        complaint("w-2", requested=now - timedelta(days=2), agency="DPUPR Kota Tangerang", **drains),
        complaint("w-3", requested=now - timedelta(hours=2), agency="Dishub", **lamps),
    ]


@pytest.fixture
async def site(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City, tmp_path: Path
) -> AsyncIterator[Served]:
    """A city whose finished reports are in files and whose waiting ones are in Redis alone."""
    del store
    rows = [complaint_row("laksa", one, districts, city.timezone, False) for one in past(districts)]
    writing = Writing(tmp_path / "history")
    writing.merge(COMPLAINTS, columns_of(rows, COMPLAINTS))
    writing.close()
    async with serving(redis_server.url, districts, city, history=tmp_path / "history") as served:
        changed = {one.id: one for one in waiting(districts)}
        now = datetime.now(UTC)
        await served.store.write(
            [Write("complaints", "laksa", {"received": now.isoformat()}, changed)], served.epoch, now, 1e6
        )
        await served.publish("complaints", *changed.values())
        yield served


async def page(site: Served, query: str = "", status: int = 200) -> str:
    found, headers, body = await site.get(f"{PAGE}{query}")
    assert found == status, body[:500]
    assert headers["Content-Type"].startswith("text/html")
    return str(body)


def texts(body: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", " ", body, flags=re.S))))


def links(body: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', body)]


async def test_reports_in_files_and_reports_in_redis_are_counted_together_and_once(site: Served) -> None:
    said = texts(await page(site, "?lang=en"))
    assert "n 203" in said
    assert re.search(r"Waiting now 3 ", said), said[:1500]


async def test_why_is_cipondoh_red_leads_to_its_oldest_waiting_report_in_three_clicks(site: Served) -> None:
    city = await page(site, "?lang=en")
    district = next(link for link in links(city) if f"district={CIPONDOH}" in link and "subdistrict" not in link)
    there = await page(site, district.removeprefix(PAGE))
    assert "1 over 7 days" in texts(there)
    report = next(link for link in links(there) if "report=laksa/w-1" in link)
    told = texts(await page(site, report.removeprefix(PAGE).partition("#")[0]))
    assert "Saluran w-1" in told
    assert "Taken up not yet" in told
    assert "DPUPR" in told


async def test_spellings_of_one_agency_are_one_row(site: Served) -> None:
    said = texts(await page(site, "?lang=en&status=waiting"))
    assert "DPUPR 2 " in said
    assert "Kota Tangerang DPUPR" not in said


async def test_filters_meet_and_their_parts_add_up(site: Served) -> None:
    body = await page(site, f"?lang=en&district={CIPONDOH}&status=done")
    assert "n 50 " in texts(body)
    assert f"district={CIPONDOH}" in next(link for link in links(body) if "agency=dishub" in link)


@pytest.mark.patient
async def test_the_address_is_the_whole_state_and_the_page_links_only_to_such(site: Served) -> None:
    body = await page(site, f"?range=90d&vs=year&district={CIPONDOH}&agency=dishub&lang=en")
    kept = [link for link in links(body) if link.startswith(f"{PAGE}?") and "agency=" in link]
    assert kept
    assert all("vs=" in link or "vs=before" not in link for link in kept)
    assert any("range=90d" in link and "vs=year" in link and "page=2" not in link for link in kept)
    assert "/explore/complaints?range=90d&amp;vs=year&amp;district=36.71.05&amp;agency=dishub" in body


async def test_a_report_is_told_without_anything_personal(site: Served) -> None:
    for query in ("?lang=en", "?report=laksa/w-1", "?range=all&status=waiting&sort=oldest"):
        body = await page(site, query)
        assert not [word for word in PERSONAL if word in body]


@pytest.mark.patient
async def test_nonsense_in_an_address_is_answered_by_a_sentence_and_the_nearest_view(site: Served) -> None:
    for query, sentence in NONSENSE.items():
        body = await page(site, f"?{query}&lang=en")
        assert sentence in texts(body), query
        assert "n 2" in texts(body), query


@pytest.mark.patient
async def test_whatever_an_address_says_is_a_page(site: Served) -> None:
    for query in ("channel=%27;DROP", "sort=requested;--", "age=99", "late=maybe", "from=", "lang=xx", "%ff=%fe"):
        await page(site, f"?{query}")


async def test_nothing_that_matches_is_said_to_be_zero_and_offers_the_filter_to_drop(site: Served) -> None:
    body = await page(site, "?lang=en&channel=112&status=done")
    assert "Empty means zero, not broken." in texts(body)
    assert "Drop the filter Channel" in texts(body)


async def test_a_page_past_the_end_of_the_table_is_empty_not_broken(site: Served) -> None:
    assert "Empty means zero" in texts(await page(site, "?page=999&lang=en"))


async def test_a_broken_file_is_named_and_the_rest_still_answers(site: Served, tmp_path: Path) -> None:
    files = sorted((tmp_path / "history" / "complaints").glob("*.parquet"))
    files[-1].write_bytes(files[-1].read_bytes()[:200])
    said = texts(await page(site, "?lang=en"))
    assert f"cannot be read and are not counted: {files[-1].name}" in said
    assert "Waiting now 3 " in said


async def test_without_redis_the_files_still_answer_and_say_so(site: Served, redis_server: EmbeddedRedis) -> None:
    redis_server.stop()
    try:
        said = texts(await page(site, "?lang=en"))
    finally:
        await redis_server.ensure()
    assert "Redis does not answer" in said
    assert "n 200" in said


async def test_everything_is_said_in_both_languages(site: Served) -> None:
    indonesian, english = texts(await page(site, "?lang=id")), texts(await page(site, "?lang=en"))
    assert "Umur laporan yang menunggu" in indonesian
    assert "How long reports wait" in english
    assert "How long reports wait" not in indonesian
