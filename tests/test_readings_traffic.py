"""The traffic reading: what is open, by kind and level, the worst jams first; grave only where it is."""

from __future__ import annotations

from typing import Any

import pytest

from collectors.districts import Districts
from collectors.readings.limits import Limits
from collectors.readings.shape import TrafficReading
from collectors.readings.traffic import traffic_reading
from collectors.records import TrafficReport
from collectors.source import City
from tests.records import ago, health, present, report, source

INSIDE = {"lat": -6.1729, "lon": 106.6319}


def reading(city: City, districts: Districts, *records: TrafficReport, **given_: Any) -> TrafficReading:
    return traffic_reading(present("traffic", records, city, districts, **given_))


def test_while_nothing_is_known_no_number_is_zero(city: City, districts: Districts) -> None:
    found = reading(city, districts, sources=[health(source("a", "traffic"), None)])
    numbers = (found["value"], found["open"], found["verified"], found["unverified"], found["outside"])
    assert numbers == (None,) * 5
    assert (found["by_kind"], found["by_level"], found["level"]) == ({}, {}, "unknown")


def test_open_roads_are_a_true_zero(city: City, districts: Districts) -> None:
    found = reading(city, districts)
    assert (found["open"], found["level"], found["by_kind"]["jam"], found["by_level"]["5"]) == (0, "normal", 0, 0)


def test_parts_add_up(city: City, districts: Districts) -> None:
    found = reading(
        city,
        districts,
        report("a", level=3),
        report("b", level=None),
        report("c", kind="flood", verified=True),
        report("d", kind="works", verified=False),
        report("e", kind="jam", open=False, level=5),
    )
    assert found["open"] == found["value"] == 4
    assert sum(found["by_kind"].values()) == 4
    assert found["by_level"] == {"1": 0, "2": 0, "3": 1, "4": 0, "5": 0}
    assert (found["verified"], found["unverified"]) == (1, 3)


def test_the_worst_jams_come_first_and_the_newest_reports(city: City, districts: Districts) -> None:
    jams = [report(str(n), level=n, started=ago(minutes=10 - n), headline=f"jam {n}") for n in range(1, 6)]
    longer = report("x", level=5, length_m=900, started=None, updated=None, headline="long")
    found = reading(city, districts, *jams, longer, report("f", kind="flood", started=ago(minutes=1), headline="flood"))
    assert [jam["headline"] for jam in found["jams"]] == ["long", "jam 5", "jam 4", "jam 3", "jam 2", "jam 1"]
    assert [one["headline"] for one in found["newest"]][:2] == ["flood", "jam 5"]
    assert found["newest"][-1]["headline"] == "long"
    assert found["newest"][-1]["at"] is None


@pytest.mark.parametrize(
    ("records", "level"),
    [
        ([report("a", level=3)], "normal"),
        ([report("a", level=4)], "watch"),
        ([report("a", level=5)], "watch"),
        ([report("a", level=None)], "normal"),
        ([report("a", kind="accident")], "watch"),
        ([report("a", kind="accident", level=5)], "alarm"),
        ([report("a", kind="flood", level=2)], "watch"),
        ([report("a", kind="closure")], "normal"),
        ([report("a", kind="closure", level=5)], "alarm"),
        ([report("a", kind="works", level=5)], "normal"),
        ([report("a", kind="accident", level=5, open=False)], "normal"),
    ],
)
def test_the_level_is_what_is_on_the_roads(
    city: City, districts: Districts, records: list[TrafficReport], level: str
) -> None:
    assert reading(city, districts, *records)["level"] == level


def test_a_report_outside_the_city_is_counted_and_one_without_a_place_is_not(city: City, districts: Districts) -> None:
    found = reading(city, districts, report("a", **INSIDE), report("b", lat=-6.9, lon=107.6), report("c"))
    assert found["outside"] == 1
    assert {one["district"] for one in found["newest"]} == {"Tangerang", None}


def test_what_raises_the_level_is_told_the_gravest_first_however_old(city: City, districts: Districts) -> None:
    old = report("old", kind="accident", level=5, started=ago(hours=20), headline="blocked")
    new = [report(str(n), kind="flood", level=1, started=ago(minutes=n), headline=f"flood {n}") for n in range(30)]
    assert [one["headline"] for one in reading(city, districts, *new, old)["raised"]] == ["blocked"]
    jam = report("jam", level=4, started=ago(minutes=1), headline="jam")
    light = report("light", level=3, headline="light")
    found = reading(city, districts, jam, light, new[5], new[3])["raised"]
    assert [one["headline"] for one in found] == ["flood 3", "flood 5", "jam"]
    assert reading(city, districts, light)["raised"] == []


def test_open_reports_are_counted_by_place_and_every_district_has_a_number(city: City, districts: Districts) -> None:
    found = reading(city, districts, report("a", **INSIDE), report("b", **INSIDE, kind="flood"), report("c"))
    assert found["by_subdistrict"] == {"36.71.01.1001": 2}
    assert (found["by_district"]["36.71.01"], sum(found["by_district"].values())) == (2, 2)
    assert len(found["by_district"]) == 13
    nothing = reading(city, districts, sources=[health(source("a", "traffic"), None)])
    assert (nothing["by_district"], nothing["by_subdistrict"]) == ({}, {})


def test_the_map_shows_what_the_city_chose(city: City, districts: Districts) -> None:
    assert not reading(city, districts)["on_map"]
    assert reading(city, districts, limits=Limits(map_shows="traffic"))["on_map"]
