"""Open311: one request as a complaint, in JSON and XML, and everything a server may answer instead."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from collectors.open311 import Open311Settings
from collectors.records import Batch, CollectError, Complaint
from collectors.times import iso
from tests.sources import answering, collected

NOW = datetime.now(UTC).replace(microsecond=0)
ASKED = NOW - timedelta(hours=2)
XML = Open311Settings(format="xml")


def request(number: int | str = 1, **fields: Any) -> dict[str, Any]:
    given = {
        "service_request_id": f"LK-{number}",
        "status": "open",
        "service_name": "Lampu jalan",
        "service_code": "004",
        "description": "Lampu <b>mati</b>\r\nsejak kemarin",
        "agency_responsible": "Dishub",
        "requested_datetime": iso(ASKED),
        "updated_datetime": None,
        "address": "Jl. Contoh",
        "lat": -6.18,
        "long": 106.63,
        "media_url": "",
    }
    return {**given, **fields}


async def read(*rows: Any, settings: Open311Settings | None = None) -> Batch:
    return await collected("open311", answering(json.dumps(rows)), settings)


async def only(**fields: Any) -> Complaint:
    (record,) = (await read(request(**fields))).records
    assert isinstance(record, Complaint)
    return record


async def test_a_request_is_read() -> None:
    complaint = await only()
    assert (complaint.id, complaint.status, complaint.status_given) == ("LK-1", "waiting", "open")
    assert (complaint.category, complaint.category_code, complaint.agency) == ("Lampu jalan", "004", "Dishub")
    assert (complaint.requested, complaint.updated) == (ASKED, None)
    assert complaint.description == "Lampu mati sejak kemarin"
    assert (complaint.lat, complaint.lon, complaint.address) == (-6.18, 106.63, "Jl. Contoh")


@pytest.mark.parametrize("wrapped", [False, True])
async def test_lists_bare_and_wrapped(wrapped: bool) -> None:
    rows = [request(1), request(2)]
    batch = await collected("open311", answering(json.dumps({"service_requests": rows} if wrapped else rows)))
    assert len(batch.records) == 2 and not batch.complete


async def test_ids_are_text_whatever_they_are() -> None:
    batch = await read(request(service_request_id=101005420892), request(service_request_id="4fbd40b2b1fe2c4b02000001"))
    assert {record.id for record in batch.records} == {"101005420892", "4fbd40b2b1fe2c4b02000001"}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": "Open"}, "waiting"),
        ({"status": "Closed"}, "done"),
        ({"status": "disposisi"}, "unknown"),
        ({"status": None}, "unknown"),
        ({"extended_attributes": {"detailed_status": "IN_PROCESS"}}, "in_progress"),
        ({"extended_attributes": {"detailed_status": "RECEIVED"}}, "waiting"),
        ({"status": "closed", "extended_attributes": {"detailed_status": "REJECTED"}}, "done"),
        ({"extended_attributes": {"detailed_status": "whatever"}}, "waiting"),
        ({"extended_attributes": []}, "waiting"),
    ],
)
async def test_the_detailed_status_decides_where_it_is_understood(fields: dict[str, Any], status: str) -> None:
    assert (await only(**fields)).status == status


async def test_channel_and_agencies_in_every_form() -> None:
    assert (await only(extended_attributes={"channel": "aplikasi"})).channel == "aplikasi"
    assert (await only(interface_used="Web interface")).channel == "Web interface"
    assert (await only(agency_responsible={"recipient": ["PUPR", "Dishub"]})).agency == "PUPR, Dishub"
    assert (await only(agency_responsible=None)).agency is None


async def test_who_reported_is_dropped() -> None:
    personal = {"requestor_name": "Budi Santoso", "first_name": "Budi", "phone": "0812", "email": "budi@example.org"}
    batch = await read(request(**personal), request(2, requested_datetime="soon", **personal))
    assert len(batch.records) == 1 and len(batch.rejected) == 1
    assert "Budi" not in str(batch) and "0812" not in str(batch) and "budi@" not in str(batch)


async def test_no_place_and_swapped_places() -> None:
    nowhere: dict[str, Any]
    for nowhere in ({"lat": 0.0, "long": 0.0}, {"lat": None, "long": None}, {"lat": 39.1, "long": -86.5}, {"lat": ""}):
        assert (await only(**nowhere)).lat is None
    assert (await only(lat="106.63", long="-6.18")).lat == -6.18


async def test_times_without_a_zone_are_the_citys() -> None:
    local = (ASKED + timedelta(hours=7)).strftime("%Y-%m-%d %H:%M:%S.97")
    assert (await only(requested_datetime=local)).requested == ASKED + timedelta(microseconds=970_000)


async def test_bad_requests_are_counted_and_left_out() -> None:
    ahead = iso(NOW + timedelta(hours=1))
    bad = [None, 3, "x", {}, {"token": "t"}, request(service_request_id=None), request(requested_datetime=None)]
    batch = await read(*bad, request(9, requested_datetime=ahead), request(1))
    assert [record.id for record in batch.records] == ["LK-1"]
    assert len(batch.rejected) == len(bad) + 1
    assert any("in the future" in each.reason for each in batch.rejected)


async def test_of_two_with_one_id_the_newest_change_wins() -> None:
    older = request(1, status="open", updated_datetime=iso(NOW - timedelta(hours=1)))
    newer = request(1, status="closed", updated_datetime=iso(NOW - timedelta(minutes=5)))
    for rows in ((older, newer), (newer, older)):
        (record,) = (await read(*rows)).records
        assert isinstance(record, Complaint) and record.status == "done"


async def test_the_sources_own_time_is_the_newest_of_records_and_date() -> None:
    batch = await read(request(1))
    assert NOW - timedelta(seconds=2) <= batch.as_of <= datetime.now(UTC)
    frozen = "Mon, 23 Nov 2020 10:00:00 GMT"
    batch = await collected("open311", answering(json.dumps([request(1)]), Date=frozen))
    assert batch.as_of == ASKED


async def test_an_empty_list_is_a_quiet_city() -> None:
    batch = await read()
    assert batch.records == () and batch.cursor is not None


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_errors_of_the_specification_are_said(form: str) -> None:
    as_json = '[{"code": 403, "description": "api_key is missing"}]'
    as_xml = "<errors><error><code>403</code><description>api_key is missing</description></error></errors>"
    settings = Open311Settings(format="xml" if form == "xml" else "json")
    for status, words in ((403, r"status 403 \(Forbidden\): api_key is missing"), (200, "error: api_key is missing")):
        with pytest.raises(CollectError, match=words):
            await collected("open311", answering(as_xml if form == "xml" else as_json, status=status), settings)


async def test_a_key_repeated_by_the_server_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRETEND_KEY", "s3cret")
    settings = Open311Settings(api_key_env="PRETEND_KEY")

    async def repeating(asked: web.Request) -> web.StreamResponse:
        key = asked.query["api_key"]
        return web.json_response([{"code": 403, "description": f"key {key} is wrong"}], status=403)

    with pytest.raises(CollectError, match=r"key \.\.\. is wrong") as caught:
        await collected("open311", repeating, settings)
    assert "s3cret" not in str(caught.value)
    monkeypatch.delenv("PRETEND_KEY")
    with pytest.raises(CollectError, match="variable PRETEND_KEY"):
        await collected("open311", repeating, settings)


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        ("<!DOCTYPE html><h1>Sorry</h1>", "text/html", "HTML page instead of JSON"),
        ('{"services": []}', "application/json", "not a list of service requests"),
        ("3", "application/json", "not a list of service requests"),
        ('["a", "b"]', "application/json", "not a list of service requests"),
        ('[{"service_request_id": "1", "sta', "application/json", "cut off"),
    ],
)
async def test_what_is_no_list_of_requests_is_a_failure(body: str, content_type: str, words: str) -> None:
    with pytest.raises(CollectError, match=words):
        await collected("open311", answering(body, content_type))


async def test_xml_with_noise_is_read() -> None:
    body = f"""<?xml version="1.0" encoding="utf-8"?>\r
<service_requests is_array="true" xmlns:m="http://example.org/m" xmlns="http://example.org/d"><!-- -->
<request><service_request_id>7</service_request_id><status>Open</status><status_notes/><service_name>Straße</service_name>
<service_code>280</service_code><description></description><agency_responsible><recipient>A</recipient>
<recipient>B</recipient></agency_responsible><requested_datetime>{iso(ASKED)}</requested_datetime>
<updated_datetime xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/><lat>-6.18</lat><long>106.63</long>
<extended_attributes><detailed_status>PENDING</detailed_status><channel>web</channel></extended_attributes></request>
<request><status>open</status></request></service_requests>"""
    batch = await collected("open311", answering(body, "text/xml"), XML)
    (record,) = batch.records
    assert isinstance(record, Complaint)
    assert (record.id, record.category, record.description, record.updated) == ("7", "Straße", None, None)
    assert (record.status, record.channel, record.agency, record.lat) == ("waiting", "web", "A, B", -6.18)
    assert [each.reason for each in batch.rejected] == ["no service_request_id"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<services/>", "not a list of service requests"),
        ("<service_requests><request>", "cut off"),
        ('<!DOCTYPE a [<!ENTITY b "x">]><service_requests>&b;</service_requests>', "refused"),
        ("<html><body/></html>", "HTML page"),
    ],
)
async def test_xml_that_is_no_list_of_requests_is_a_failure(body: str, words: str) -> None:
    with pytest.raises(CollectError, match=words):
        await collected("open311", answering(body, "text/xml"), XML)
