"""WZDx: one report per road event of a work zone feed, of 4.x and of 3.1."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from collectors.records import Batch, CollectError, TrafficReport
from collectors.times import iso
from collectors.wzdx import WzdxSettings
from tests.sources import answering, collected

NOW = datetime.now(UTC).replace(microsecond=0)
MADE = NOW - timedelta(minutes=3)
LINE = {"type": "LineString", "coordinates": [[106.63, -6.18], [106.64, -6.19]]}
ELSEWHERE = {"type": "MultiPoint", "coordinates": [[-93.5, 41.6], [-93.6, 41.7]]}


def core(**fields: Any) -> dict[str, Any]:
    given = {"event_type": "work-zone", "data_source_id": "1", "road_names": ["Jl. Contoh"], "direction": "eastbound"}
    return {**given, "description": "Perbaikan drainase", "update_date": iso(NOW - timedelta(hours=1)), **fields}


def zone(number: int = 1, details: dict[str, Any] | None = None, geometry: Any = LINE, **fields: Any) -> dict[str, Any]:
    """A work zone as 4.2 writes it."""
    properties = {
        "core_details": core() if details is None else details,
        "start_date": iso(NOW - timedelta(days=1)),
        "end_date": iso(NOW + timedelta(days=1)),
        "vehicle_impact": "some-lanes-closed",
        **fields,
    }
    return {"id": f"zone-{number}", "type": "Feature", "properties": properties, "geometry": geometry}


def old_zone(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A work zone as 3.1 writes it: flat, with an id of its own name."""
    flat = {key: value for key, value in zone()["properties"].items() if key != "core_details"}
    flat |= core() | {"road_event_id": f"zone-{number}", **fields}
    return {"type": "Feature", "properties": flat, "geometry": LINE}


def feed(*features: Any, key: str = "feed_info", version: str = "4.2") -> str:
    info = {"publisher": "Dinas Contoh", "version": version, "update_date": iso(MADE)}
    return json.dumps({key: info, "type": "FeatureCollection", "features": features})


async def read(*features: Any, **given: Any) -> Batch:
    return await collected("wzdx", answering(feed(*features, **given)))


async def only(feature: dict[str, Any]) -> TrafficReport:
    (report,) = (await read(feature)).records
    assert isinstance(report, TrafficReport)
    return report


async def test_a_work_zone_is_read() -> None:
    report = await only(zone(is_start_date_verified=True))
    assert (report.id, report.kind, report.kind_given, report.open) == ("zone-1", "works", "work-zone", True)
    assert (report.headline, report.road, report.level) == ("Perbaikan drainase", "Jl. Contoh", None)
    assert (report.lat, report.lon, report.verified) == (-6.18, 106.63, True)
    assert (report.started, report.updated) == (NOW - timedelta(days=1), NOW - timedelta(hours=1))


async def test_the_feed_is_complete_and_has_its_own_time() -> None:
    batch = await read(zone())
    assert batch.complete
    assert batch.as_of == MADE


async def test_the_older_version_says_the_same_in_other_places() -> None:
    new, old = zone(is_start_date_verified=False), old_zone(start_date_accuracy="estimated")
    (report,) = (await read(old, key="road_event_feed_info", version="3.1")).records
    assert report == await only(new)
    assert isinstance(report, TrafficReport) and report.verified is False


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"vehicle_impact": "all-lanes-closed"}, "closure"),
        ({"vehicle_impact": "alternating-one-way"}, "works"),
        ({"vehicle_impact": "all-lanes-open"}, "works"),
        ({"vehicle_impact": None}, "works"),
        ({"details": core(event_type="restriction")}, "other"),
        ({"details": core(event_type="parade-of-elephants")}, "other"),
    ],
)
async def test_kinds_and_unknown_ones_are_kept(fields: dict[str, Any], kind: str) -> None:
    assert (await only(zone(**fields))).kind == kind


@pytest.mark.parametrize(
    ("fields", "is_open"),
    [
        ({}, True),
        ({"start_date": iso(NOW + timedelta(hours=1))}, False),
        ({"end_date": iso(NOW - timedelta(hours=1))}, False),
        ({"end_date": None}, True),
        ({"event_status": "planned"}, False),
        ({"event_status": "cancelled"}, False),
        ({"event_status": "active"}, True),
    ],
)
async def test_what_is_planned_or_over_is_not_open(fields: dict[str, Any], is_open: bool) -> None:
    assert (await only(zone(**fields))).open is is_open


async def test_a_detour_is_a_way_round_and_no_event() -> None:
    batch = await read(zone(1), zone(2, core(event_type="detour")), zone(3, core(event_type="detour")))
    assert [record.id for record in batch.records] == ["zone-1"]
    assert batch.rejected == ()


async def test_the_newest_of_two_with_one_id_wins() -> None:
    old, new = zone(details=core(description="old")), zone(details=core(description="new", update_date=iso(MADE)))
    for features in ([old, new], [new, old]):
        (report,) = (await read(*features)).records
        assert isinstance(report, TrafficReport) and report.headline == "new"


async def test_bad_features_are_counted_and_left_out() -> None:
    device = {"device_type": "camera", "road_names": ["Jl. Contoh"]}
    bad: list[Any] = [None, 3, {}, {"properties": []}, zone(details={}), zone(details=device), {**zone(), "id": None}]
    batch = await read(*bad, zone(7))
    assert [record.id for record in batch.records] == ["zone-7"]
    assert [each.reason for each in batch.rejected] == [
        "not an object", "not an object", "no properties", "no properties", "no event_type",
        "a field device, not a road event", "no id",
    ]  # fmt: skip


async def test_what_lies_elsewhere_has_no_place_or_is_left_out_where_only_the_city_is_asked_for() -> None:
    body = feed(zone(1), zone(2, geometry=ELSEWHERE), zone(3, geometry=None))
    everything = await collected("wzdx", answering(body))
    assert [getattr(record, "lat", 0) for record in everything.records] == [-6.18, None, None]
    ours = await collected("wzdx", answering(body), WzdxSettings(city_only=True))
    assert [record.id for record in ours.records] == ["zone-1", "zone-3"]


@pytest.mark.parametrize(
    "body", ["[]", "{}", '{"feed_info": {"version": "4.2"}}', '{"features": []}', '{"features": {}}', "3"]
)
async def test_what_is_no_feed_is_a_failure(body: str) -> None:
    with pytest.raises(CollectError, match="not a WZDx feed"):
        await collected("wzdx", answering(body))


async def test_a_key_goes_where_the_publisher_wants_it_and_into_no_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRETEND_KEY", "s3cret")
    asked: list[dict[str, str]] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append(dict(request.query))
        return web.Response(status=401)

    with pytest.raises(CollectError) as caught:
        await collected("wzdx", handler, WzdxSettings(api_key_env="PRETEND_KEY", api_key_name="access_token"))
    assert asked == [{"access_token": "s3cret"}]
    assert "s3cret" not in str(caught.value)
    with pytest.raises(CollectError, match="variable NO_SUCH_KEY"):
        await collected("wzdx", handler, WzdxSettings(api_key_env="NO_SUCH_KEY"))
