"""Recorded traffic payloads of real publishers, through their collectors over HTTP: what each file really holds."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from collectors.merge import changes
from collectors.records import Batch, CollectError, TrafficReport
from tests.sources import answering, city, collected, sample

BOUNDS = {"canada": (-140.0, 48.0, -114.0, 60.0), "usa": (-130.0, 24.0, -66.0, 48.0)}
DRIVEBC = {
    "event_feed_list_of_five.json": (5, 0),
    "event_feed_list_of_five_with_validation_error.json": (4, 1),
    "event_feed_list_of_four.json": (4, 0),
    "event_feed_list_of_four_updated.json": (4, 0),
    "event_feed_list_of_one_filtered.json": (1, 0),
    "event_feed_list_of_two.json": (2, 0),
}
"""Records and refused ones."""
ZONES = {
    "scenario1_simple_linestring_example.geojson": 5,
    "scenario1_simple_multipoint_example.geojson": 5,
    "scenario2_laneshift_linestring_example.geojson": 1,
    "scenario3_shoulder_bidirectional_linestring_example.geojson": 2,
    "scenario4_detour_linestring_example.geojson": 1,
    "scenario5_recurring_linestring_example.geojson": 4,
    "scenario6_multi_lane_closure_linestring_example.geojson": 1,
    "scenario7_mobileoperation_linestring_example.geojson": 2,
    "scenario8_local_access_only_bidirectional_linestring_example.geojson": 2,
}
DEVICES = ("arrow_board_ok_example.geojson", "camera_error_example.geojson")
SCHEMAS = (
    "BoundingBox.json", "DeviceFeed.json", "Direction.json", "FeedInfo.json", "RoadEventFeature.json",
    "WorkZoneFeed.json", "geojson.org/Feature.json", "geojson.org/FeatureCollection.json",
    "geojson.org/LineString.json", "geojson.org/MultiPoint.json", "geojson.org/Point.json",
)  # fmt: skip
OTHERS = (
    "open511-spec-examples/event.json",
    "open511-spec-examples/event.xml",
    "waze-ccp-field-types/data_types_feed.json",
    "waze-ccp-field-types/waze_data_types.csv",
)


async def read(collector: str, path: str, where: str) -> Batch:
    return await collected(collector, answering(sample(f"traffic/{path}")), where=city(bounds=BOUNDS[where]))


async def refused(collector: str, path: str, content_type: str = "application/json") -> str:
    with pytest.raises(CollectError) as caught:
        await collected(collector, answering(sample(f"traffic/{path}"), content_type))
    return str(caught.value)


async def drivebc(name: str) -> Batch:
    return await read("open511", f"open511-drivebc/{name}", "canada")


async def zones(name: str) -> Batch:
    return await read("wzdx", f"wzdx-4.2-official-examples/{name}", "usa")


def reports(batch: Batch) -> dict[str, TrafficReport]:
    return {one.id: one for one in batch.records if isinstance(one, TrafficReport)}


def content(path: str) -> Any:
    return json.loads(sample(f"traffic/{path}"))


def test_every_recorded_file_is_one_of_those_read_here() -> None:
    sample("traffic/open511-drivebc/SOURCE.md")
    folder = Path(os.environ["LIVEROOM_SAMPLES"]) / "traffic"
    there = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file() and file.name != "SOURCE.md"}
    read_here = {f"open511-drivebc/{name}" for name in DRIVEBC}
    read_here |= {f"wzdx-4.2-official-examples/{name}" for name in (*ZONES, *DEVICES)}
    read_here |= {f"wzdx-4.2-schemas/{name}" for name in SCHEMAS}
    assert there == read_here | set(OTHERS)


@pytest.mark.parametrize(("name", "counts"), DRIVEBC.items())
async def test_drivebc_gives_every_event_that_can_be_read(name: str, counts: tuple[int, int]) -> None:
    batch = await drivebc(name)
    assert (len(batch.records), len(batch.rejected)) == counts
    events = content(f"open511-drivebc/{name}")["events"]
    assert set(reports(batch)) == {event["id"] for event in events if event.get("id")}
    assert all(one.open and one.kind in {"works", "hazard"} for one in reports(batch).values())
    assert "INCIDENT" not in {one.headline for one in reports(batch).values()}, "its headline repeats the type"


async def test_drivebc_an_event_without_an_id_is_left_out_and_the_page_stays() -> None:
    (bad,) = (await drivebc("event_feed_list_of_five_with_validation_error.json")).rejected
    assert bad.reason == "no id"


async def test_drivebc_times_of_two_zones_open_ends_and_both_kinds_of_schedule() -> None:
    found = reports(await drivebc("event_feed_list_of_five.json"))
    old, both = found["drivebc.ca/DBC-28386"], found["drivebc.ca/DBC-53145"]
    assert old.started == datetime(2021, 4, 26, 15, 19, tzinfo=UTC), "from 2021, and still active"
    assert old.updated == datetime(2023, 4, 13, 17, 30, 12, tzinfo=UTC)
    assert both.started == datetime(2022, 10, 21, 15, 1, tzinfo=UTC)
    assert {one.level for one in found.values()} == {1, 4}


async def test_drivebc_lines_have_a_place_and_extensions_are_not_read() -> None:
    found = reports(await drivebc("event_feed_list_of_five.json"))
    assert all(48 < (one.lat or 0) < 60 and -140 < (one.lon or 0) < -114 for one in found.values())
    assert all(one.length_m is None for one in found.values()), "+linear_reference_km is -1"


async def test_drivebc_only_what_was_updated_is_a_change() -> None:
    before, after = await drivebc("event_feed_list_of_four.json"), await drivebc("event_feed_list_of_four_updated.json")
    changed, ended = changes(reports(before), after)
    assert "drivebc.ca/DBC-53145" in changed
    assert ended == frozenset()
    five = await drivebc("event_feed_list_of_five.json")
    assert changes(reports(five), before)[1] == {"drivebc.ca/DBC-28386"}


async def test_drivebcs_own_filtered_form_has_no_geography_and_no_update() -> None:
    found = reports(await drivebc("event_feed_list_of_two.json"))
    assert {(one.lat, one.updated) for one in found.values()} == {(None, None)}
    assert all(one.headline.startswith("Highway") for one in found.values())


async def test_the_example_of_open511_has_a_next_page_a_closed_road_and_recurring_times() -> None:
    body, asked = sample("traffic/open511-spec-examples/event.json"), list[str]()

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append(request.path_qs)
        return web.Response(body=body if len(asked) == 1 else b'{"events": [], "pagination": {"offset": 20}}')

    batch = await collected("open511", handler, where=city(bounds=(-72.0, 47.0, -71.0, 48.0)))
    (report,) = batch.records
    assert isinstance(report, TrafficReport)
    assert (report.kind, report.kind_given, report.road, report.level) == ("closure", "CONSTRUCTION", "Broadway", 3)
    assert report.started == datetime(2012, 5, 23, 20, 33, 10, tzinfo=UTC)
    assert asked[1:] == ["/api/events/?limit=20&offset=20"]


async def test_open511_in_xml_is_refused_in_a_sentence() -> None:
    said = await refused("open511", "open511-spec-examples/event.xml", "application/xml")
    assert "answered markup instead of JSON" in said


@pytest.mark.parametrize(("name", "count"), ZONES.items())
async def test_wzdx_gives_every_work_zone_and_no_detour(name: str, count: int) -> None:
    feed = content(f"wzdx-4.2-official-examples/{name}")
    batch = await zones(name)
    found = reports(batch)
    events = {one["id"]: one["properties"] for one in feed["features"]}
    works = {id_: one for id_, one in events.items() if one["core_details"]["event_type"] == "work-zone"}
    assert (len(found), len(batch.rejected)) == (count, 0)
    assert set(found) == set(works)
    assert batch.as_of == datetime.fromisoformat(feed["feed_info"]["update_date"])
    for id_, one in found.items():
        assert one.road == works[id_]["core_details"]["road_names"][0]
        assert one.started == datetime.fromisoformat(works[id_]["start_date"])
        assert one.verified is works[id_].get("is_start_date_verified")
        assert one.lat is not None and one.lon is not None
        assert (one.kind, one.open) == ("works", False), "none closes its road, and all are over"


async def test_wzdx_points_and_lines_tell_the_same() -> None:
    lines = reports(await zones("scenario1_simple_linestring_example.geojson"))
    points = reports(await zones("scenario1_simple_multipoint_example.geojson"))
    assert lines.keys() == points.keys()
    assert {one.road for one in lines.values()} == {one.road for one in points.values()}


@pytest.mark.parametrize("name", DEVICES)
async def test_wzdx_field_devices_are_no_road_events(name: str) -> None:
    batch = await zones(name)
    assert batch.records == ()
    assert [one.reason for one in batch.rejected] == ["a field device, not a road event"]


@pytest.mark.parametrize("name", SCHEMAS)
async def test_a_schema_is_no_feed(name: str) -> None:
    assert "not a WZDx feed" in await refused("wzdx", f"wzdx-4.2-schemas/{name}")


def test_the_words_that_wzdx_is_read_by_are_those_of_its_schema() -> None:
    words = content("wzdx-4.2-schemas/RoadEventFeature.json")["definitions"]
    assert {"planned", "pending", "completed", "cancelled", "active"} == set(words["EventStatus"]["enum"])
    assert "all-lanes-closed" in words["VehicleImpact"]["enum"]
    assert {"verified", "estimated"} == set(words["TimeVerification"]["enum"])
    assert {"work-zone", "detour"} < set(words["EventType"]["enum"])


@pytest.mark.parametrize(
    ("path", "content_type", "said"),
    [
        ("data_types_feed.json", "application/json", "a Waze feed whose alerts is not a list"),
        ("waze_data_types.csv", "text/csv", "not JSON"),
    ],
)
async def test_a_list_of_wazes_fields_is_no_feed(path: str, content_type: str, said: str) -> None:
    assert said in await refused("waze", f"waze-ccp-field-types/{path}", content_type)


async def test_a_row_with_every_field_that_waze_names_is_read() -> None:
    fields = content("waze-ccp-field-types/data_types_feed.json")
    now = int(datetime.now(UTC).timestamp() * 1000)
    here = {"x": 106.63, "y": -6.18}
    known = {
        "pubMillis": now,
        "location": here,
        "line": [here],
        "uuid": "1",
        "type": "ACCIDENT",
        "street": "Jl. Contoh",
    }
    row = {name: known.get(name, 3) for names in fields.values() for name in names}
    feed = {"alerts": [row | {"jamUuid": "9"}], "jams": [row | {"id": 2, "uuid": 2}]}
    batch = await collected("waze", answering(json.dumps(feed)))
    assert batch.rejected == ()
    assert {(one.id, one.kind, one.road, one.lat) for one in reports(batch).values()} == {
        ("alert/1", "accident", "Jl. Contoh", -6.18),
        ("jam/2", "jam", "Jl. Contoh", -6.18),
    }
