"""Waze for Cities: one report per event, whatever lists it is in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors.records import Batch, CollectError, TrafficReport
from tests.sources import answering, collected

NOW = datetime.now(UTC).replace(microsecond=0)
MADE = NOW - timedelta(seconds=30)
HERE = {"x": 106.63, "y": -6.18}


def millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def jam(**fields: Any) -> dict[str, Any]:
    given = {"uuid": 7, "id": 7, "pubMillis": millis(MADE), "line": [HERE, HERE], "level": 3, "speedKMH": 11.62}
    return {**given, "length": 420, "delay": 95, "street": "Jl. Contoh", "city": "Tangerang", **fields}


def alert(**fields: Any) -> dict[str, Any]:
    given = {"uuid": "a-1", "type": "ACCIDENT", "subtype": "ACCIDENT_MAJOR", "location": HERE}
    return {**given, "pubMillis": millis(MADE), "street": "Jl. Contoh", **fields}


async def read(**lists: Any) -> Batch:
    return await collected(
        "waze", answering(json.dumps({"endTimeMillis": millis(MADE), **lists})), path="/feed?format=1"
    )


async def only(**lists: Any) -> TrafficReport:
    (record,) = (await read(**lists)).records
    assert isinstance(record, TrafficReport)
    return record


async def test_a_jam_is_read() -> None:
    report = await only(jams=[jam()])
    assert (report.id, report.kind, report.level, report.length_m, report.delay_s) == ("jam/7", "jam", 3, 420, 95)
    assert report.speed_kmh == 11.6
    assert (report.lat, report.lon) == (-6.18, 106.63)
    assert report.open and report.verified is None
    assert report.started == MADE


async def test_the_feed_is_complete_and_has_its_own_time() -> None:
    batch = await read(jams=[jam()])
    assert batch.complete
    assert batch.as_of == MADE


async def test_a_feed_with_only_the_text_time_is_in_utc() -> None:
    batch = await collected("waze", answering(json.dumps({"endTime": f"{MADE:%Y-%m-%d %H:%M:%S}:250"})))
    assert batch.as_of == MADE + timedelta(milliseconds=250)
    assert batch.records == ()


async def test_a_feed_from_the_future_is_of_now() -> None:
    ahead = millis(NOW + timedelta(minutes=2))
    batch = await collected("waze", answering(json.dumps({"endTimeMillis": ahead, "jams": [jam(pubMillis=ahead)]})))
    assert batch.as_of <= datetime.now(UTC)
    assert len(batch.records) == 1


async def test_blocked_is_level_five_with_an_unknown_delay() -> None:
    report = await only(jams=[jam(delay=-1, level=4)])
    assert (report.level, report.delay_s) == (5, None)


@pytest.mark.parametrize(
    ("fields", "speed"),
    [
        ({"speedKMH": 18.0}, 18.0),
        ({"speedKPH": "18,5"}, 18.5),
        ({"speed": 5.0}, 18.0),
        ({"speed": -1}, None),
        ({}, None),
    ],
)
async def test_speed_in_every_unit(fields: dict[str, Any], speed: float | None) -> None:
    given = {key: value for key, value in jam().items() if key != "speedKMH"}
    assert (await only(jams=[{**given, **fields}])).speed_kmh == speed


async def test_one_event_in_three_lists_is_one_report() -> None:
    report = await only(
        jams=[jam(line=None)],
        irregularities=[{"id": 7, "type": "Medium", "line": [HERE], "jamLevel": 3, "severity": 4}],
        alerts=[alert(type="JAM", subtype="JAM_HEAVY_TRAFFIC", jamUuid="7")],
    )
    assert (report.id, report.kind, report.lat) == ("jam/7", "jam", -6.18)


async def test_an_accident_that_makes_a_jam_names_the_event() -> None:
    by_jam = await only(jams=[jam()], alerts=[alert(jamUuid="7")])
    by_block = await only(jams=[jam(blockingAlertUuid="a-1")], alerts=[alert()])
    for report in (by_jam, by_block):
        assert (report.id, report.kind, report.level) == ("jam/7", "accident", 3)


async def test_an_alert_whose_jam_has_gone_stands_alone() -> None:
    assert (await only(alerts=[alert(jamUuid="7")])).id == "alert/a-1"


async def test_an_irregularity_without_a_jam_is_one_and_none_is_not() -> None:
    given = {"line": [HERE], "detectionDate": "Tue Sep 9 10:25:02 +0000 2025", "speed": 9.5, "delaySeconds": 120}
    report = await only(irregularities=[{"id": 8, "type": "LARGE", **given}, {"id": 9, "type": "none", **given}])
    assert (report.id, report.kind, report.speed_kmh, report.delay_s) == ("jam/8", "jam", 9.5, 120)
    assert report.started == datetime(2025, 9, 9, 10, 25, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "subtype", "kind"),
    [
        ("HAZARD", "HAZARD_WEATHER_FLOOD", "flood"),
        ("WEATHERHAZARD", "HAZARD_WEATHER_FOG", "hazard"),
        ("HAZARD", "HAZARD_ON_ROAD_CONSTRUCTION", "works"),
        ("ROAD_CLOSED", "ROAD_CLOSED_CONSTRUCTION", "closure"),
        ("CONSTRUCTION", "", "works"),
        ("JAM", "", "jam"),
        ("MISC", "", "other"),
        ("UFO", "UFO_LANDED", "other"),
    ],
)
async def test_kinds_and_unknown_ones_are_kept(given: str, subtype: str, kind: str) -> None:
    report = await only(alerts=[alert(type=given, subtype=subtype)])
    assert (report.kind, report.kind_given) == (kind, subtype or given)


async def test_only_the_municipality_verifies_and_drivers_words_are_left_out() -> None:
    said = {"reportDescription": "call Budi 0812", "reportByMunicipalityUser": "False"}
    report = await only(alerts=[alert(**said)])
    assert report.verified is False
    assert "Budi" not in str(report)
    assert (await only(alerts=[alert(reportByMunicipalityUser="True")])).verified is True


async def test_bad_records_are_counted_and_left_out() -> None:
    bad = [None, "jam", {}, jam(uuid=None, id=None), jam(pubMillis="soon"), jam(pubMillis=millis(NOW) + 3_600_000)]
    batch = await read(jams=[*bad, jam()], alerts=[alert(), {"uuid": "b"}, 3], irregularities=[[], {}])
    assert {record.id for record in batch.records} == {"jam/7", "alert/a-1"}
    assert len(batch.rejected) == len(bad) + 4
    assert any("in the future" in each.reason for each in batch.rejected)


async def test_a_place_outside_the_city_is_no_place_but_still_a_report() -> None:
    report = await only(alerts=[alert(location={"x": 0, "y": 0})])
    assert (report.lat, report.lon) == (None, None)


@pytest.mark.parametrize("body", ["[]", "{}", '{"error": "no"}', '{"alerts": {}}', '"feed"', "null"])
async def test_what_is_no_feed_is_a_failure(body: str) -> None:
    with pytest.raises(CollectError, match="Waze feed"):
        await collected("waze", answering(body))


async def test_a_failure_never_shows_the_secret_in_the_path() -> None:
    with pytest.raises(CollectError) as caught:
        await collected("waze", answering("no", "text/plain", 403), path="/partners/1/waze-feeds/5ecret?format=1")
    assert "5ecret" not in str(caught.value)
    assert "status 403 (Forbidden)" in str(caught.value)
