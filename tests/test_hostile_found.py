"""Answers that once broke something, each the smallest of its kind."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from collectors.answer import Answer
from collectors.fetch import Http
from collectors.lenient import leniently
from collectors.numbers import count
from collectors.open311 import Open311Settings
from collectors.open311_gaps import gaps
from collectors.prometheus_text import read_page
from collectors.records import AppHealth, Batch, BedCount, CollectError, Complaint, Known, TrafficReport
from tests.hostile import collector, outcome, pulse
from tests.seeds import SECRETS, SEEDS, XML_ROW
from tests.sources import answering, collected, serving
from tests.test_aplicares import Dashboard, room
from tests.test_fhir_locations import SITE, WARD, bed
from tests.test_fhir_locations import read as read_locations
from tests.test_open511 import event
from tests.test_waze import jam, only

PATIENCE = 2.0


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http() as one:
        yield one


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in SECRETS:
        monkeypatch.setenv(variable, "pretend")


def test_a_number_of_thousands_of_digits_is_unknown() -> None:
    assert count("1" + ".000" * 2000) is None
    assert count("9" * 5000) is None
    assert count("2.929") == 2929


async def test_a_room_with_such_a_number_is_there_without_it() -> None:
    dashboard = Dashboard({"0001R001": {"tiga": [room(jumlah_kosong="1" + ".000" * 2000)]}})
    (bed_count,) = (await collected("aplicares", dashboard)).records
    assert isinstance(bed_count, BedCount)
    assert (bed_count.capacity, bed_count.free) == (12, None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('{"a": NaN, "b": [Infinity, -Infinity, 1e999, 1]}', {"a": None, "b": [None, None, None, 1]}),
        ('["terpotong \\ud83d", "\\ude00", "\\ud83d\\ude00"]', ["terpotong \ufffd", "\ufffd", "😀"]),
        ('["\\\\ud83d", NaN]', ["\\ud83d", None]),
        ('["satu\ndua\ttiga"]', ["satu\ndua\ttiga"]),
        ('{"\\udfff": 1}', {"\ufffd": 1}),
    ],
)
def test_json_that_is_not_quite_json_is_read(written: str, read: Any) -> None:
    answer = Answer("host", "", 200, {}, written.encode(), datetime.now(UTC), 1, None, None)
    assert answer.json() == read


@pytest.mark.parametrize("written", ["[1, 2", "[1,, 2]", "{a: 1}", "[NaN", "['a']", "[" * 100_000, "nan"])
def test_but_not_everything(written: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        leniently(written)


async def test_one_half_of_a_character_costs_no_other_complaint() -> None:
    rows = json.dumps(SEEDS["open311"].document).replace("sejak kemarin", "sejak \\ud83d")
    records = (await collected("open311", answering(rows))).records
    assert len(records) == 2
    assert isinstance(records[0], Complaint) and records[0].description == "Lampu mati sejak \ufffd"


async def test_deeply_nested_words_are_no_words() -> None:
    deep = json.dumps({"events": [event(1, event_subtypes=["@"]), event(2)]}).replace('"@"', "[" * 990 + "]" * 990)
    records = (await collected("open511", answering(deep))).records
    assert [record.id for record in records] == ["police/1", "police/2"]
    lists = json.dumps({"jams": [jam(blockingAlertUuid="@", uuid=9)]}).replace('"@"', "[" * 990 + "]" * 990)
    assert len((await collected("waze", answering(lists))).records) == 1


async def test_nobody_drives_faster_than_cars_can() -> None:
    for speed in (1e30, 1795640268000, 501):
        report = await only(jams=[jam(speedKMH=speed)])
        assert isinstance(report, TrafficReport) and report.speed_kmh is None


async def test_ids_hold_nothing_that_steers_a_screen() -> None:
    assert (await only(jams=[jam(uuid="\u202e7\x00\x1b")])).id == "jam/7"


async def test_a_repeated_element_is_read_once_not_again_and_again() -> None:
    many = "<x/>" * 100_000 + "<service_request_id>7</service_request_id>"
    body = f"<requests>{XML_ROW.replace('<service_request_id>7</service_request_id>', many)}</requests>"
    async with pulse() as beats:
        batch = await collected("open311", answering(body, "text/xml"), Open311Settings(format="xml"))
    assert [record.id for record in batch.records] == ["7"]
    assert beats.longest < PATIENCE


async def test_the_types_of_a_ward_are_not_read_for_each_bed_without_end() -> None:
    types = [{"coding": [{"code": f"T{number}"} for number in range(1000)]} for _ in range(50)]
    beds = [bed(str(number), "U") for number in range(300)]
    async with pulse() as beats:
        batch, rooms = await read_locations(SITE, {**WARD, "type": types}, *beds, per_page=1000)
    assert sum(each.capacity or 0 for each in rooms) == 300
    assert batch.complete
    assert beats.longest < PATIENCE


def test_the_gaps_of_a_hostile_sequence_end() -> None:
    listed = [str(number * 20) for number in range(200_000)]
    found = gaps(listed)
    assert [next(found) for _ in range(3)] == ["3999979", "3999978", "3999977"]


async def test_lines_that_tell_of_nothing_are_not_read_without_end() -> None:
    text = '{"up",a="b"} 1\n' * 100_000
    answer = Answer("host", "", 200, {}, text.encode(), datetime.now(UTC), 1, None, None)
    async with pulse() as beats:
        with pytest.raises(CollectError, match="more than"):
            await read_page(answer, {"probe_success"})
    assert beats.longest < PATIENCE


async def test_a_status_that_is_none_is_unknown() -> None:
    body = 'probe_success{instance="x"} 1\nprobe_http_status_code{instance="x"} -1\n'
    (record,) = (await collected("prometheus", answering(body, "text/plain"))).records
    assert isinstance(record, AppHealth) and record.http_status is None


async def test_a_list_of_more_hospitals_than_there_are_is_refused() -> None:
    rows = [{"kdppk": number, "nmppk": "RS"} for number in range(6000)]
    with pytest.raises(CollectError, match="more than 5,000 hospitals") as caught:
        await collected("aplicares", answering(json.dumps({"listrs": rows})))
    assert caught.value.fault == "too_large"


async def test_an_odd_validator_is_not_sent_back(http: Http) -> None:
    asked: list[str | None] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("If-None-Match"))
        return web.json_response(SEEDS["waze"].document, headers={"ETag": "\u202e\x9b"})

    async with serving(handler) as base:
        one = collector(SEEDS["waze"], base)
        for _ in range(2):
            assert isinstance(await outcome(one, http), Batch)
    assert asked == [None, None]


@pytest.mark.parametrize(
    "body",
    ["[" + "{}," * 700_000 + "{}]", '[{"a":' + "[]," * 700_000 + "1}]", "<a>" + "<b/>" * 700_000 + "</a>"],
)
async def test_a_small_body_that_becomes_a_large_one_is_not_read(http: Http, body: str) -> None:
    async with serving(answering(body)) as base:
        with pytest.raises(CollectError, match="too large to be read at once") as caught:
            await http.get(base)
    assert caught.value.fault == "too_large"


async def test_pages_together_are_no_more_than_one_answer_may_be() -> None:
    pages = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal pages
        pages += 1
        following = str(request.url.origin().with_path("/events").with_query(page=pages))
        events = [event(number, description="x" * 50_000) for number in range(400)]
        return web.json_response({"events": events, "pagination": {"next_url": following}})

    async with serving(endless) as base, Http() as http:
        said = str(await outcome(collector(SEEDS["open511"], base), http, Known()))
    assert "too large to be read at once" in said
    assert pages < 15
