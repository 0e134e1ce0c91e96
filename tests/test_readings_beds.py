"""The beds reading: free of capacity, never a sum over unknowns, and who does not report is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.health import iso
from collectors.readings.beds import beds_reading
from collectors.readings.limits import BedBands, Limits
from collectors.readings.shape import BedsReading
from collectors.records import BedCount, CollectError
from collectors.source import City
from tests.records import NOON, ago, batch, beds, health, present, source


def reading(city: City, districts: Districts, *records: BedCount, **given_: Any) -> BedsReading:
    return beds_reading(present("beds", records, city, districts, **given_))


def ward(id_: str, capacity: int | None, free: int | None, **given_: Any) -> BedCount:
    occupied = None if capacity is None or free is None else capacity - free
    return beds(id_, capacity=capacity, free=free, occupied=occupied, **given_)


def icu(id_: str, capacity: int | None, free: int | None) -> BedCount:
    return ward(id_, capacity, free, unit="icu", bed_class="ICU", class_name="ICU")


UNKNOWN_SUM = {"free": None, "occupied": None, "capacity": None}


def test_while_nothing_is_known_no_number_is_zero(city: City, districts: Districts) -> None:
    found = reading(city, districts, sources=[health(source("a", "beds"), None)])
    for unit in ("icu", "inpatient", "emergency"):
        assert found[unit] == {**UNKNOWN_SUM, "rooms_unknown": 0}
    assert [found["value"], found["hospitals_total"], found["hospitals_reporting"], found["mismatched"]] == [None] * 4
    assert (found["level"], found["freshness"]) == ("unknown", "never")


def test_sums_are_by_unit_and_intensive_care_is_apart(city: City, districts: Districts) -> None:
    found = reading(
        city,
        districts,
        ward("a", 10, 4),
        ward("b", 20, 1),
        icu("c", 6, 5),
        ward("d", 8, 8, unit="emergency", bed_class="IGD"),
    )
    assert found["inpatient"] == {"free": 5, "occupied": 25, "capacity": 30, "rooms_unknown": 0}
    assert found["icu"] == {"free": 5, "occupied": 1, "capacity": 6, "rooms_unknown": 0}
    assert found["emergency"]["free"] == 8
    assert found["value"] == 5
    assert [(one["code"], one["unit"], one["free"], one["capacity"]) for one in found["classes"]] == [
        ("III", "inpatient", 5, 30),
        ("ICU", "icu", 5, 6),
        ("IGD", "emergency", 8, 8),
    ]


def test_a_room_with_an_unknown_number_is_counted_as_unknown_not_as_empty(city: City, districts: Districts) -> None:
    found = reading(city, districts, ward("a", 10, 4), ward("b", 20, None), ward("c", None, 3))
    assert found["inpatient"] == {"free": 7, "occupied": 6, "capacity": 30, "rooms_unknown": 2}


def test_a_sum_over_no_known_number_is_unknown(city: City, districts: Districts) -> None:
    found = reading(city, districts, ward("a", None, None))
    assert found["inpatient"] == {**UNKNOWN_SUM, "rooms_unknown": 1}
    assert found["value"] is None


def test_the_occupied_share_is_over_rooms_of_which_both_numbers_are_known(city: City, districts: Districts) -> None:
    """A hundred beds nobody tells of must not hide that the ten we know are full."""
    found = reading(city, districts, ward("a", 10, 0), ward("b", 100, None), icu("c", 9, 9))
    assert found["level"] == "watch"
    assert [one["level"] for one in found["classes"] if one["code"] == "III"] == ["alarm"]


@pytest.mark.parametrize(
    ("rooms", "level"),
    [
        ([ward("a", 100, 50), icu("b", 10, 9)], "normal"),
        ([ward("a", 100, 15), icu("b", 10, 9)], "normal"),
        ([ward("a", 100, 14), icu("b", 10, 9)], "watch"),
        ([ward("a", 100, 50), icu("b", 10, 4)], "normal"),
        ([ward("a", 100, 50), icu("b", 10, 3)], "alarm"),
        ([ward("a", 100, 50), icu("b", 10, 0)], "alarm"),
        ([ward("a", 100, 50)], "normal"),
        ([ward("a", 100, 50), icu("b", 10, None)], "unknown"),
        ([ward("a", 100, None), icu("b", 10, 9)], "unknown"),
        ([ward("a", 100, 0), icu("b", 10, None)], "watch"),
        ([beds("a", unit="unreported")], "unknown"),
        ([], "unknown"),
    ],
)
def test_the_level_is_never_normal_on_what_is_not_known(
    city: City, districts: Districts, rooms: list[BedCount], level: str
) -> None:
    assert reading(city, districts, *rooms)["level"] == level


def test_a_hospital_that_never_reported_is_named_and_not_counted_as_zero(city: City, districts: Districts) -> None:
    silent = beds("x", hospital_id="R9", hospital="RS Bisu", unit="unreported", updated=None)
    found = reading(city, districts, ward("a", 10, 4), silent)
    assert (found["hospitals_reporting"], found["hospitals_total"]) == (1, 2)
    assert found["not_reporting"] == [{"id": "R9", "name": "RS Bisu", "since": None}]
    bisu = next(one for one in found["hospitals"] if one["id"] == "R9")
    assert bisu["inpatient"] == {**UNKNOWN_SUM, "rooms_unknown": 0}


def test_a_hospital_silent_for_longer_than_the_limit_is_named_with_its_last_time(
    city: City, districts: Districts
) -> None:
    found = reading(
        city,
        districts,
        ward("a", 10, 4, hospital_id="R1", hospital="RS Lama", updated=ago(hours=7)),
        ward("b", 10, 4, hospital_id="R2", hospital="RS Baru", updated=ago(hours=7)),
        ward("c", 10, 4, hospital_id="R2", hospital="RS Baru", updated=ago(hours=5)),
    )
    assert found["not_reporting"] == [{"id": "R1", "name": "RS Lama", "since": "2026-11-23T22:00:00.000Z"}]
    assert (found["hospitals_reporting"], found["hospitals_total"]) == (1, 2)


def test_beds_without_times_report_as_long_as_their_source_does(city: City, districts: Districts) -> None:
    rooms = [ward("a", 10, 4, updated=None), ward("b", None, None, updated=None, hospital_id="R2", hospital="RS Bisu")]
    found = reading(city, districts, *rooms)
    assert (found["hospitals_reporting"], [one["id"] for one in found["not_reporting"]]) == (1, ["R2"])
    later = reading(city, districts, *rooms, now=NOON + timedelta(hours=7))
    assert {one["id"]: one["since"] for one in later["not_reporting"]} == {"R1": iso(NOON), "R2": None}


def test_rooms_whose_parts_do_not_add_up_are_shown_as_they_are_and_counted(city: City, districts: Districts) -> None:
    odd = beds("a", capacity=5, free=6, occupied=0, flags=("free>capacity",))
    found = reading(city, districts, odd, ward("b", 10, 4))
    assert found["mismatched"] == 1
    assert (found["inpatient"]["free"], found["inpatient"]["capacity"]) == (10, 15)


ROOMS = st.builds(
    lambda key, hospital, unit, capacity, part: ward(
        str(key), capacity, None if part is None or capacity is None else int(part * capacity),
        hospital_id=hospital, hospital=hospital, unit=unit, bed_class=unit,
    ),
    st.integers(), st.sampled_from("ABC"), st.sampled_from(["inpatient", "icu", "emergency", "unreported"]),
    st.one_of(st.none(), st.integers(0, 30)), st.one_of(st.none(), st.floats(0, 1)),
)  # fmt: skip


def test_parts_always_add_up(city: City, districts: Districts) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(ROOMS, max_size=10, unique_by=lambda room: room.id))
    def add_up(rooms: list[BedCount]) -> None:
        found = reading(city, districts, *rooms)
        known = [room for room in rooms if room.occupied is not None and room.unit == "inpatient"]
        assert sum(room.occupied or 0 for room in known) == (found["inpatient"]["occupied"] or 0)
        if not found["inpatient"]["rooms_unknown"] and known:
            beds_ = found["inpatient"]
            assert (beds_["free"] or 0) + (beds_["occupied"] or 0) == beds_["capacity"]
        for part in ("free", "occupied", "capacity"):
            classes = [one[part] for one in found["classes"] if one["unit"] == "inpatient"]
            assert sum(number or 0 for number in classes) == (found["inpatient"][part] or 0)
        assert len(found["not_reporting"]) + (found["hospitals_reporting"] or 0) == found["hospitals_total"]

    add_up()


@pytest.mark.parametrize(
    ("occupied", "band"),
    [(0, "low"), (59, "low"), (60, "ideal"), (85, "ideal"), (86, "high"), (100, "full"), (110, "full")],
)
def test_the_occupied_share_has_its_band(city: City, districts: Districts, occupied: int, band: str) -> None:
    found = reading(city, districts, beds("a", capacity=100, free=max(0, 100 - occupied), occupied=occupied))
    assert (found["share"], found["band"]) == (occupied / 100, band)


def test_a_city_sets_its_own_bands_and_an_unknown_share_has_none(city: City, districts: Districts) -> None:
    pandemic = Limits(bed_bands=BedBands(ideal=0.3, high=0.6, full=0.8))
    assert reading(city, districts, ward("a", 100, 30), limits=pandemic)["band"] == "high"
    assert reading(city, districts, ward("a", None, 30))["band"] is None
    assert reading(city, districts, icu("a", 10, 0))["band"] is None, "intensive care is judged apart"


def told_by(
    city: City,
    districts: Districts,
    first: list[BedCount],
    second: list[BedCount],
    times: tuple[datetime, datetime] = (NOON, NOON),
) -> BedsReading:
    """The reading of two sources in the order of the file, with the times as of which they are."""
    names = ("first", "second")
    sources = [health(source(name, "beds"), time) for name, time in zip(names, times, strict=True)]
    given = present("beds", [], city, districts, sources=sources)
    records = {("second", bed.id): bed for bed in second} | {("first", bed.id): bed for bed in first}
    return beds_reading(replace(given, records=records))


def test_a_hospital_of_two_sources_is_counted_once_and_the_source_listed_first_wins(
    city: City, districts: Districts
) -> None:
    found = told_by(city, districts, [ward("a", 10, 4)], [ward("b", 10, 5), ward("c", 7, 7, hospital_id="R2")])
    assert (found["inpatient"]["capacity"], found["value"], found["hospitals_total"]) == (17, 11, 2)
    assert {one["id"]: one["source"] for one in found["hospitals"]} == {"R1": "first", "R2": "second"}


def test_the_same_room_id_in_two_sources_is_counted_once(city: City, districts: Districts) -> None:
    assert told_by(city, districts, [ward("a", 10, 4)], [ward("a", 10, 5)])["value"] == 4


@pytest.mark.parametrize("late_by", [119, 121])
def test_a_stale_source_gives_way_to_the_next(city: City, districts: Districts, late_by: int) -> None:
    """The cadence is 60 s: late up to two minutes, stale beyond."""
    found = told_by(city, districts, [ward("a", 10, 4)], [ward("b", 10, 5)], (ago(seconds=late_by), NOON))
    assert found["value"] == (4 if late_by < 120 else 5)


def test_a_failed_source_gives_way_to_the_next_and_comes_back(city: City, districts: Districts) -> None:
    given = present("beds", [], city, districts, sources=[health(source(name, "beds")) for name in ("one", "two")])
    failing = given.sources[0]
    failing.as_of = ago(seconds=61)
    failing.failed(CollectError("no answer"), NOON)
    given = replace(given, records={("one", "a"): ward("a", 10, 4), ("two", "b"): ward("b", 10, 5)})
    assert beds_reading(given)["value"] == 5
    failing.succeeded(batch(as_of=NOON), True, NOON)
    assert beds_reading(given)["value"] == 4


def test_a_source_that_lost_sight_of_a_hospital_gives_way_for_that_hospital_alone(
    city: City, districts: Districts
) -> None:
    first = [ward("a", 10, 4, updated=ago(hours=7)), ward("x", 5, 1, hospital_id="R2")]
    found = told_by(city, districts, first, [ward("b", 10, 5), ward("y", 5, 2, hospital_id="R2")])
    assert {one["id"]: one["source"] for one in found["hospitals"]} == {"R1": "second", "R2": "first"}
    assert found["not_reporting"] == []


def test_a_source_that_only_names_a_hospital_gives_way_to_one_with_numbers(city: City, districts: Districts) -> None:
    named = beds("R1/-", unit="unreported", updated=None)
    found = told_by(city, districts, [named], [ward("b", 10, 5, updated=ago(hours=7))])
    assert (found["value"], found["hospitals_total"]) == (5, 1)
    assert [one["since"] for one in found["not_reporting"]] == ["2026-11-23T22:00:00.000Z"]


def test_where_every_source_is_stale_the_first_that_gives_numbers_counts(city: City, districts: Districts) -> None:
    old = ago(hours=1)
    found = told_by(city, districts, [ward("a", 10, 4)], [ward("b", 10, 5)], (old, old))
    assert (found["value"], found["freshness"]) == (4, "stale")
