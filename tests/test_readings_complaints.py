"""The complaints reading: parts add up, the oldest per agency, places by polygon, and nothing personal."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.readings.complaints import complaints_reading
from collectors.readings.limits import Limits
from collectors.readings.shape import ComplaintsReading
from collectors.records import CollectError, Complaint
from collectors.source import City
from tests.records import NOON, ago, complaint, health, present, source

INSIDE = {"lat": -6.1729, "lon": 106.6319}
"""In Sukarasa, Tangerang (36.71.01.1001)."""


def reading(city: City, districts: Districts, *records: Complaint, **given_: Any) -> ComplaintsReading:
    return complaints_reading(present("complaints", records, city, districts, **given_))


def test_while_nothing_is_known_no_number_is_zero(city: City, districts: Districts) -> None:
    found = reading(city, districts, sources=[health(source(), None)])
    numbers = ("value", "waiting", "in_progress", "done", "unknown", "total", "today", "unplaced")
    assert {name: found[name] for name in numbers} == dict.fromkeys(numbers)  # type: ignore[literal-required]
    assert (found["level"], found["freshness"], found["as_of"]) == ("unknown", "never", None)
    assert {(row["waiting"], row["total"]) for row in found["by_district"]} == {(None, None)}
    assert (found["by_hour"], found["by_subdistrict"], found["oldest"], found["trend"]) == ([], {}, [], [])


def test_an_answer_without_a_complaint_is_a_true_zero(city: City, districts: Districts) -> None:
    found = reading(city, districts)
    assert [found["waiting"], found["total"], found["today"], found["unplaced"]] == [0, 0, 0, 0]
    assert (found["level"], found["freshness"]) == ("normal", "live")
    assert found["by_hour"] == [0] * 24


ANY = st.builds(
    lambda key, status, hours, placed: complaint(
        str(key), status=status, requested=ago(hours=hours), **(INSIDE if placed else {})
    ),
    st.integers(), st.sampled_from(["waiting", "in_progress", "done", "unknown"]), st.floats(-1, 4000), st.booleans(),
)  # fmt: skip


def test_parts_always_add_up(city: City, districts: Districts) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(ANY, max_size=12))
    def add_up(records: list[Complaint]) -> None:
        found = reading(city, districts, *records)
        parts = [found["waiting"], found["in_progress"], found["done"], found["unknown"]]
        assert sum(part or 0 for part in parts) == found["total"]
        placed = sum(found["by_subdistrict"].values())
        assert placed + (found["unplaced"] or 0) == found["waiting"]
        assert sum(row["waiting"] or 0 for row in found["by_district"]) == placed
        assert sum(queue["waiting"] for queue in found["oldest"]) == found["waiting"]
        json.dumps(found)

    add_up()


def test_open_ones_count_however_old_and_finished_ones_within_the_window(city: City, districts: Districts) -> None:
    found = reading(
        city,
        districts,
        complaint("old open", requested=ago(days=400)),
        complaint("old done", status="done", requested=ago(days=91)),
        complaint("new done", status="done", requested=ago(days=89)),
    )
    assert [found["waiting"], found["done"], found["total"], found["window_days"]] == [1, 1, 2, 90]


def test_reports_of_unknown_status_leave_the_totals_after_the_window(city: City, districts: Districts) -> None:
    found = reading(
        city,
        districts,
        complaint("old", status="unknown", requested=ago(days=91)),
        complaint("new", status="unknown", requested=ago(days=89)),
        complaint("open", status="in_progress", requested=ago(days=91)),
    )
    assert [found["unknown"], found["in_progress"], found["total"]] == [1, 1, 2]


def test_the_agency_that_lets_wait_longest_comes_first(city: City, districts: Districts) -> None:
    found = reading(
        city,
        districts,
        complaint("1", agency="PU", requested=ago(days=2)),
        complaint("2", agency="Dishub", requested=ago(days=8)),
        complaint("3", agency="Dishub", requested=ago(hours=1)),
        complaint("4", agency="DLH", requested=ago(days=30), status="in_progress"),
        complaint("5", agency=None, requested=ago(hours=2)),
    )
    assert [(queue["agency"], queue["waiting"], queue["overdue"]) for queue in found["oldest"]] == [
        ("Dishub", 2, True),
        ("PU", 1, False),
        ("–", 1, False),
    ]
    assert found["oldest"][0]["oldest"] == "2026-11-16T05:00:00.000Z"
    assert found["level"] == "watch"


def test_at_most_ten_agencies_are_named_and_all_are_judged(city: City, districts: Districts) -> None:
    many = [complaint(str(n), agency=f"Dinas {n}", requested=ago(days=n)) for n in range(1, 15)]
    found = reading(city, districts, *many, limits=Limits(complaint_age=14.5 * 86400))
    assert [queue["agency"] for queue in found["oldest"]] == [f"Dinas {n}" for n in range(14, 4, -1)]
    assert found["level"] == "normal"


def test_today_begins_at_midnight_in_the_city(city: City, districts: Districts) -> None:
    just_after, just_before = (
        complaint("a", requested=ago(hours=11, minutes=59)),
        complaint("b", requested=ago(hours=12.01)),
    )
    assert reading(city, districts, just_after, just_before)["today"] == 1


def test_a_place_is_found_by_polygon_and_one_outside_is_unplaced(city: City, districts: Districts) -> None:
    found = reading(
        city, districts, complaint("in", **INSIDE), complaint("out", lat=-6.9, lon=107.6), complaint("none")
    )
    assert found["by_subdistrict"] == {"36.71.01.1001": 1}
    assert found["unplaced"] == 2
    assert {row["name"]: row["waiting"] for row in found["by_district"] if row["waiting"]} == {"Tangerang": 1}
    assert len(found["by_district"]) == 13


def test_the_hours_are_the_last_24_oldest_first(city: City, districts: Districts) -> None:
    found = reading(
        city,
        districts,
        complaint("a", requested=ago(minutes=1)),
        complaint("b", requested=ago(hours=23.5)),
        complaint("c", requested=ago(hours=24.5)),
    )
    assert found["by_hour"] == [1] + [0] * 22 + [1]


PRIVATE = ("Budi Santoso", "0812-3456-7890", "Jl. Rahasia No. 7", "3671010101010001")


def test_nothing_personal_of_a_complaint_reaches_its_reading(city: City, districts: Districts) -> None:
    records = [
        complaint(
            f"{PRIVATE[3]}-{n}",
            description=f"Nama saya {PRIVATE[0]}, telepon {PRIVATE[1]}",
            address=PRIVATE[2],
            status_given=PRIVATE[0],
            lat=INSIDE["lat"] + 0.00012345,
            lon=INSIDE["lon"] + 0.00012345,
            requested=ago(minutes=n),
        )
        for n in range(12)
    ]
    found = reading(city, districts, *records)
    told = json.dumps(found)
    for private in (*PRIVATE, "0.00012345", "106.6320", str(INSIDE["lat"] + 0.00012345)):
        assert private not in told
    assert len(found["newest"]) == 8
    assert found["newest"][0]["at"] == "2026-11-24T05:00:00.000Z"
    assert found["newest"][0]["place"] == "Sukarasa, Tangerang"
    middle = next(each for each in districts.each if each.code == "36.71.01.1001")
    assert {(one["lat"], one["lon"]) for one in found["newest"]} == {(middle.lat, middle.lon)}


def test_changed_is_since_when_the_number_stands(city: City, districts: Districts) -> None:
    first = reading(city, districts, complaint("a"))
    second = reading(city, districts, complaint("b"), previous=cast("Any", first), now=NOON + timedelta(minutes=5))
    assert second["changed"] == first["changed"] == "2026-11-24T05:00:00.000Z"
    third = reading(city, districts, previous=cast("Any", second), now=NOON + timedelta(minutes=6))
    assert third["changed"] == "2026-11-24T05:06:00.000Z"


def test_the_trend_is_a_step_every_ten_minutes_for_a_day_and_no_older(city: City, districts: Districts) -> None:
    found: Any = None
    for minute in range(0, 26 * 60, 5):
        now = NOON + timedelta(minutes=minute)
        found = reading(city, districts, complaint("a"), sources=[health(source(), now)], now=now, previous=found)
    assert len(found["trend"]) == 144
    later = NOON + timedelta(days=3)
    found = reading(city, districts, sources=[health(source(), later)], previous=found, now=later)
    assert found["trend"] == [("2026-11-27T05:00:00.000Z", 0)]


def test_the_numbers_of_a_dead_source_do_not_go_on_as_a_trend(city: City, districts: Districts) -> None:
    dead = health(source())
    dead.failed(CollectError("refused"), NOON)
    found: Any = None
    for minutes in (0, 30, 60, 1200):
        now = NOON + timedelta(minutes=minutes)
        found = reading(city, districts, complaint("a"), sources=[dead], now=now, previous=found)
    assert (found["freshness"], found["value"], found["trend"]) == ("failed", 1, [("2026-11-24T05:00:00.000Z", 1)])
