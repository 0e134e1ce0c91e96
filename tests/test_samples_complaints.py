"""Recorded complaints of real publishers, each file through the collector it is for, over HTTP, with what it holds.

The expected numbers are those of the files themselves; places and times are checked against the publisher's own city.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from collectors.fetch import Http
from collectors.mapped_settings import MappedSettings
from collectors.open311 import Open311Settings
from collectors.open311_services import service_names
from collectors.records import Batch, CollectError, Complaint
from collectors.source import City, Settings
from tests.sources import city, collected, sample, serving

FOLDER = "complaints"
BLOOMINGTON = "open311-bloomington-2012"
FIXTURES = "open311-codeforamerica-fixtures"
GIESSEN = "open311-giessen-and-more"
HELSINKI = "open311-helsinki-2016"
SAN_FRANCISCO = "open311-san-francisco-2012"
SEECLICKFIX = "seeclickfix-sf-2011"

READ = {
    f"{BLOOMINGTON}/bloomington_requests.json",
    f"{BLOOMINGTON}/bloomington_services.json",
    f"{FIXTURES}/get_service_request.xml",
    f"{FIXTURES}/get_service_request_not_found.xml",
    f"{FIXTURES}/post_service_request.xml",
    f"{FIXTURES}/request_id_from_token.xml",
    f"{FIXTURES}/service_definition.xml",
    f"{FIXTURES}/service_requests.xml",
    f"{FIXTURES}/services.xml",
    f"{GIESSEN}/requests_many.xml",
    f"{GIESSEN}/requests_single.xml",
    f"{GIESSEN}/services_giessen.xml",
    f"{HELSINKI}/taskful_request.json",
    f"{SAN_FRANCISCO}/san_francisco_requests.xml",
    f"{SAN_FRANCISCO}/san_francisco_services.xml",
    f"{SEECLICKFIX}/issues_sf.json",
    f"{SEECLICKFIX}/request_types.json",
}
NO_ANSWER_OF_A_SERVER = {f"{GIESSEN}/cities.yml"}


def publisher(zone: str, *bounds: float) -> City:
    west, south, east, north = bounds
    return city(bounds=(west, south, east, north)).model_copy(update={"timezone": ZoneInfo(zone)})


INDIANA = publisher("America/Indiana/Indianapolis", -87.0, 38.9, -86.2, 39.4)
BAY = publisher("America/Los_Angeles", -122.6, 37.6, -122.3, 37.9)
TORONTO = publisher("America/Toronto", -79.7, 43.5, -79.0, 43.9)
FINLAND = publisher("Europe/Helsinki", 22.0, 60.2, 22.6, 60.7)


def files(served: Mapping[str, str]) -> Any:
    """A server of recorded files by path; everything else is not there."""
    bodies = {path: sample(f"{FOLDER}/{name}") for path, name in served.items()}

    async def handler(request: web.Request) -> web.StreamResponse:
        if request.path not in bodies:
            raise web.HTTPNotFound
        kind = "application/json" if served[request.path].endswith(".json") else "text/xml"
        return web.Response(body=bodies[request.path], content_type=kind)

    return handler


async def open311(name: str, where: City, services: str | None = None) -> Batch:
    form = name.rpartition(".")[2]
    served = {f"/v2/requests.{form}": name}
    if services is not None:
        served[f"/v2/services.{form}"] = services
    held = Open311Settings(format="xml" if form == "xml" else "json")
    return await collected("open311", files(served), held, where, "/v2")


async def mapped(name: str, held: Settings, where: City) -> Batch:
    return await collected("mapped_json", files({"/issues": name}), held, where, "/issues", "complaints")


def complaints(batch: Batch) -> dict[str, Complaint]:
    return {record.id: record for record in batch.records if isinstance(record, Complaint)}


def statuses(batch: Batch) -> dict[str, int]:
    return dict(Counter(each.status for each in complaints(batch).values()))


def placed(batch: Batch) -> int:
    return sum(each.lat is not None for each in complaints(batch).values())


def held(name: str) -> Any:
    return json.loads(sample(f"{FOLDER}/{name}"))


def test_every_recorded_file_is_read_here() -> None:
    sample(f"{FOLDER}/{BLOOMINGTON}/SOURCE.md")
    folder = Path(os.environ["LIVEROOM_SAMPLES"]) / FOLDER
    there = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert {name for name in there if not name.endswith("SOURCE.md")} == READ | NO_ANSWER_OF_A_SERVER


async def test_bloomington_three_spellings_of_nothing() -> None:
    batch = await open311(f"{BLOOMINGTON}/bloomington_requests.json", INDIANA)
    given = held(f"{BLOOMINGTON}/bloomington_requests.json")
    read = complaints(batch)
    assert (len(read), len(batch.rejected)) == (len(given), 0) == (21, 0)
    assert statuses(batch) == {"waiting": 18, "done": 3}
    assert all(len(id_) == 24 and int(id_, 16) for id_ in read), "ids are no numbers, and kept as text"
    nowhere = [row for row in given if row["lat"] in {None, 0}]
    assert (len(nowhere), placed(batch)) == (8, 13)
    assert all(read[row["service_request_id"]].lat is None for row in nowhere)
    assert sum(each.description is None for each in read.values()) == 4
    assert sum(each.address is None for each in read.values()) == sum(not row["address"] for row in given)
    assert all("\r" not in (each.description or "") for each in read.values())
    newest = max(row["updated_datetime"] for row in given)
    assert max(each.updated or each.requested for each in read.values()) == datetime.fromisoformat(newest)


async def test_san_francisco_times_without_a_zone_and_places_that_are_none() -> None:
    batch = await open311(f"{SAN_FRANCISCO}/san_francisco_requests.xml", BAY)
    read = complaints(batch)
    assert (len(read), len(batch.rejected)) == (56, 0)
    assert statuses(batch) == {"waiting": 52, "done": 4}, "Open and Closed, capitalised"
    assert sum(each.updated is None for each in read.values()) == 52, "xsi:nil is nothing"
    assert (placed(batch), len(read) - placed(batch)) == (47, 9), "0.0 and 0.0 is no place"
    first = read["1129806"]
    assert first.requested == datetime(2012, 5, 23, 6, 57, 23, 970_000, tzinfo=UTC), "23:57:23.97 in San Francisco"
    assert first.category == "RCS - SFMTA - G"
    assert all(each.agency is None and each.description is None for each in read.values()), "empty elements are nothing"


async def test_the_fixtures_of_the_specification() -> None:
    batch = await open311(f"{FIXTURES}/service_requests.xml", BAY)
    assert (len(complaints(batch)), placed(batch), statuses(batch)) == (2, 2, {"waiting": 1, "done": 1})
    one = await open311(f"{FIXTURES}/get_service_request.xml", BAY)
    assert complaints(one) == {"638344": complaints(batch)["638344"]}
    assert complaints(one)["638344"].requested == datetime(2010, 4, 14, 14, 37, 38, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("post_service_request.xml", "no requested_datetime"), ("request_id_from_token.xml", "no requested_datetime")],
)
async def test_answers_to_other_questions_hold_no_complaint(name: str, reason: str) -> None:
    batch = await open311(f"{FIXTURES}/{name}", BAY)
    assert (batch.records, [each.reason for each in batch.rejected]) == ((), [reason])


async def test_documents_of_another_kind_are_refused() -> None:
    with pytest.raises(CollectError, match="Service request not found with id or token not-an-id"):
        await open311(f"{FIXTURES}/get_service_request_not_found.xml", BAY)
    for name in (f"{FIXTURES}/service_definition.xml", f"{FIXTURES}/services.xml", f"{GIESSEN}/services_giessen.xml"):
        with pytest.raises(CollectError, match="not a list of service requests"):
            await open311(name, BAY)


async def test_toronto_many_and_one() -> None:
    many = await open311(f"{GIESSEN}/requests_many.xml", TORONTO)
    assert set(complaints(many)) == {"101005420892", "101005420894"}
    assert (placed(many), statuses(many), len(many.rejected)) == (2, {"waiting": 2}, 0)
    assert all(each.updated is None and each.agency == "311 Toronto" for each in complaints(many).values())
    one = await open311(f"{GIESSEN}/requests_single.xml", TORONTO)
    assert complaints(one) == {"101005420892": complaints(many)["101005420892"]}


async def test_helsinki_a_swapped_place_an_officials_name_and_no_name_of_the_service() -> None:
    batch = await open311(f"{HELSINKI}/taskful_request.json", FINLAND)
    (one,) = complaints(batch).values()
    assert (one.id, one.status, one.status_given) == ("3qp16kaphhsc78uc422l", "done", "PROCESSED")
    assert (one.lat, one.lon) == (60.451667, 22.266944), "lat and long are texts, and each is the other"
    assert "Lappi" not in str(batch), "status_notes are signed"
    assert one.category == "584"
    assert [each.reason.partition(":")[0] for each in batch.rejected] == ["names of services not read"]


@pytest.mark.parametrize(
    ("name", "number", "code", "called"),
    [
        (f"{BLOOMINGTON}/bloomington_services.json", 46, "4e090d24992b941e78000027", "Graffiti"),
        (f"{SAN_FRANCISCO}/san_francisco_services.xml", 38, "001", "Cans_Left_Out_24x7"),
        (f"{FIXTURES}/services.xml", 36, "003", "Curb_or_Curb_Ramp_Defect"),
        (f"{GIESSEN}/services_giessen.xml", 8, "011", "Straßen- und Gehwegschäden"),
    ],
)
async def test_lists_of_services(name: str, number: int, code: str, called: str) -> None:
    form = name.rpartition(".")[2]
    async with serving(files({f"/v2/services.{form}": name})) as base, Http() as http:
        names = await service_names(http, f"{base}/v2", form, {}, 5.0)
    assert (len(names), names[code]) == (number, called)


async def test_a_request_without_a_name_is_called_by_the_list_beside_it() -> None:
    names = {row["service_code"]: row["service_name"] for row in held(f"{BLOOMINGTON}/bloomington_services.json")}
    given = held(f"{BLOOMINGTON}/bloomington_requests.json")
    nameless = json.dumps([{**row, "service_name": ""} for row in given]).encode()
    services = sample(f"{FOLDER}/{BLOOMINGTON}/bloomington_services.json")

    async def handler(request: web.Request) -> web.StreamResponse:
        body = services if "services" in request.path else nameless
        return web.Response(body=body, content_type="application/json")

    batch = await collected("open311", handler, None, INDIANA, "/v2")
    assert all(each.category == names[each.category_code] for each in complaints(batch).values())
    assert len(batch.rejected) == 0


async def test_seeclickfix_of_2011() -> None:
    """The first interface: a bare list, no types of request, times written the American way, without their zone."""
    given = held(f"{SEECLICKFIX}/issues_sf.json")
    settings = MappedSettings(
        preset="seeclickfix",
        rows="",
        pages="none",
        fields={"category": "summary", "title": ""},
        time_format="%m/%d/%Y at %I:%M%p",
        zone=ZoneInfo("UTC"),
    )
    batch = await mapped(f"{SEECLICKFIX}/issues_sf.json", settings, BAY)
    read = complaints(batch)
    assert (len(read), len(batch.rejected)) == (len(given), 0) == (100, 0)
    assert statuses(batch) == {"in_progress": 50, "waiting": 31, "done": 19}
    assert placed(batch) == 100
    for row in given:
        stated = datetime.strptime(row["updated_at_raw"], "%Y/%m/%d %H:%M:%S %z")
        updated = read[str(row["id"])].updated
        assert updated is not None and timedelta(0) <= stated - updated < timedelta(minutes=1)
    assert {each.channel for each in read.values()} == {"SeeClickFix"}


async def test_seeclickfix_of_2011_with_times_it_does_not_write() -> None:
    settings = MappedSettings(preset="seeclickfix", rows="", pages="none")
    batch = await mapped(f"{SEECLICKFIX}/issues_sf.json", settings, BAY)
    assert (len(batch.records), len(batch.rejected)) == (0, 100), "all are counted, none is guessed"


async def test_seeclickfix_types_of_request_are_no_issues() -> None:
    with pytest.raises(CollectError, match="without a list at issues"):
        await mapped(f"{SEECLICKFIX}/request_types.json", MappedSettings(preset="seeclickfix"), BAY)
