"""The rule for totals: both numbers as they are, no verdict on what is unknown, and no whole of a reading left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.bed_counts import added_up
from collectors.districts import Districts
from collectors.doubt import Doubt
from collectors.drift import Drift, drift_from
from collectors.personal import MASK, impersonal
from collectors.readings.present import Present
from collectors.readings.shape import Reading
from collectors.readings.sums import reconciled
from collectors.readings.table import READINGS
from collectors.records import BedCount, Record, Total
from collectors.source import EVERY_AREA, Area, City
from collectors.totals import MOST, differing, whole
from tests.layout_samples import complaints
from tests.records import NOON, ago, application, batch, beds, check, complaint, health, level, present, report, source

INSIDE = {"lat": -6.1729, "lon": 106.6319}
NUMBERS = st.one_of(st.none(), st.integers(0, 50))


@given(st.integers(0, 500), st.lists(NUMBERS, max_size=8))
def test_a_verdict_needs_every_part_or_parts_that_are_too_much_already(stated: int, parts: list[int | None]) -> None:
    found = whole("capacity", stated, parts)
    known = sum(part or 0 for part in parts)
    sure = None not in parts or known > stated
    assert found == ([Total("capacity", stated, known)] if sure else [])
    assert whole("capacity", None, parts) == [], "an unknown whole is none"


def test_what_reconciles_is_no_doubt_and_one_that_lasts_is_as_old_as_it_was() -> None:
    totals = [Total("rows", 5, 5), Total("capacity", 12, 14, "RS A"), Total("capacity", 12, 11, "RS B")]
    first = differing(totals, [], "then")
    assert first == [
        {"code": "parts_differ", "since": "then", "of": "capacity", "stated": 12, "counted": 14, "at": "RS A"},
        {"code": "parts_differ", "since": "then", "of": "capacity", "stated": 12, "counted": 11, "at": "RS B"},
    ]
    again = differing([Total("capacity", 30, 14, "RS A"), Total("free", 1, 2, "RS A")], first, "now")
    assert [(one["of"], one["since"]) for one in again] == [("capacity", "then"), ("free", "now")]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=60))
def test_no_difference_is_lost_the_largest_are_listed_and_the_others_counted(numbers: list[tuple[int, int]]) -> None:
    totals = [Total("free", stated, counted, str(place)) for place, (stated, counted) in enumerate(numbers)]
    found = differing(totals, [], "now")
    wrong = [abs(stated - counted) for stated, counted in numbers if stated != counted]
    assert len(found) == min(len(wrong), MOST)
    assert len(found) + sum(one.get("others", 0) for one in found) == len(wrong)
    assert [abs(one["stated"] - one["counted"]) for one in found] == sorted(wrong, reverse=True)[:MOST]


def test_a_sources_totals_survive_the_store_and_end_with_the_answer_that_reconciles() -> None:
    drift = Drift()
    drift.learn(batch(totals=(Total("capacity", 12, 14, "RS A"),)), NOON)
    drift = drift_from(drift.text())
    drift.learn(batch(totals=(Total("capacity", 13, 14, "RS A"),)), NOON.replace(hour=6))
    [doubt] = drift.doubts
    assert (doubt["since"], doubt["stated"], doubt["at"]) == ("2026-11-24T05:00:00Z", 13, "RS A")
    drift.learn(batch(totals=(Total("capacity", 14, 14, "RS A"),)), NOON)
    assert drift.doubts == []


def test_what_a_total_is_about_names_nobody() -> None:
    [total] = impersonal(batch(totals=(Total("free", 1, 2, "RS Contoh 0812-3456-7890"),))).totals
    assert total == Total("free", 1, 2, f"RS Contoh {MASK}")


# readings

ROOM = st.builds(
    lambda key, unit, name, numbers, sexes: added_up(
        beds(
            str(key), hospital_id=f"R{key % 3}", unit=unit, bed_class=name, class_name=name, capacity=numbers[0],
            free=numbers[1], occupied=numbers[2], **sexes,
        )
    ),
    st.integers(0, 40), st.sampled_from(["inpatient", "icu", "emergency", "unreported"]),
    st.sampled_from(["I", "II", "ICU"]), st.tuples(NUMBERS, NUMBERS, NUMBERS),
    st.sampled_from([{}, {"flags": ("status unknown",)}]),
)  # fmt: skip
RECORDS: dict[Area, st.SearchStrategy[Any]] = {
    "complaints": st.builds(
        lambda key, status, hours, placed: complaint(
            str(key), status=status, requested=ago(hours=hours), **(INSIDE if placed else {})
        ),
        st.integers(), st.sampled_from(["waiting", "in_progress", "done", "unknown"]), st.floats(-1, 4000),
        st.booleans(),
    ),
    "beds": ROOM,
    "traffic": st.builds(
        lambda key, kind, verified, open_, placed: report(
            str(key), kind=kind, verified=verified, open=open_, **(INSIDE if placed else {})
        ),
        st.integers(), st.sampled_from(["jam", "accident", "flood", "works", "other"]),
        st.sampled_from([True, False, None]), st.booleans(), st.booleans(),
    ),
    "apps": st.builds(
        lambda key, status: check(f"a{key}", status=status), st.integers(0, 9),
        st.sampled_from(["up", "degraded", "down", "unknown", "maintenance"]),
    ),
    "water": st.builds(
        lambda key, cm, hours: level(str(key), cm, updated=ago(hours=hours)), st.integers(0, 9),
        st.one_of(st.none(), st.integers(-50, 400)), st.floats(0, 9),
    ),
}  # fmt: skip
APPLICATIONS = [application(f"a{number}") for number in range(5)]


def about(area: Area, records: Iterable[Record], city: City, districts: Districts, **given_: Any) -> Present:
    apps = APPLICATIONS if area == "apps" else ()
    return present(area, list({one.id: one for one in records}.values()), city, districts, applications=apps, **given_)


@pytest.mark.parametrize("area", EVERY_AREA)
def test_every_reading_we_compute_is_the_sum_of_its_parts(area: Area, city: City, districts: Districts) -> None:
    @settings(max_examples=25, deadline=None)
    @given(st.lists(RECORDS[area], max_size=8), st.booleans())
    def add_up(records: list[Record], heard: bool) -> None:
        sources = None if heard else [health(source("one", area), None)]
        assert READINGS[area](about(area, records, city, districts, sources=sources)).get("quality") == []

    add_up()


PARTS: list[tuple[Area, str]] = [
    *(("complaints", name) for name in ("total", "waiting", "in_progress", "done", "unknown", "unplaced")),
    *(("traffic", name) for name in ("open", "verified", "unverified")),
    *(("apps", name) for name in ("total", "up", "degraded", "down", "unknown", "maintenance")),
    ("water", "posts_total"),
    ("water", "posts_reporting"),
]


@pytest.mark.parametrize(("area", "name"), PARTS)
def test_a_number_that_is_wrong_in_any_reading_is_told_with_both_and_stays_as_it_is(
    area: Area, name: str, city: City, districts: Districts
) -> None:
    @settings(max_examples=8, deadline=None)
    @given(st.lists(RECORDS[area], max_size=5), st.integers(1, 10**6))
    def tampered(records: list[Record], by: int) -> None:
        asked = about(area, records, city, districts)
        good: Any = READINGS[area](asked)
        wrong = {**good, name: good[name] + by}
        found = reconciled(lambda _: wrong)(asked)
        assert {**found, "quality": None} == {**wrong, "quality": None}, "nothing is put right"
        assert by in [abs(one["stated"] - one["counted"]) for one in found["quality"]]

    tampered()


@pytest.mark.parametrize("unit", ["icu", "inpatient", "emergency"])
@pytest.mark.parametrize("of", ["capacity", "free", "occupied"])
def test_the_classes_of_beds_are_held_against_their_whole(unit: str, of: str, city: City, districts: Districts) -> None:
    @settings(max_examples=15, deadline=None)
    @given(st.lists(ROOM, max_size=8), st.integers(0, 50), st.integers(1, 99))
    def tampered(rooms: list[BedCount], free: int, by: int) -> None:
        one = added_up(beds("one", unit=unit, capacity=50, free=free))
        asked = about("beds", [*rooms, one], city, districts)
        good: Any = READINGS["beds"](asked)
        number = good[unit][of]
        found = reconciled(lambda _: {**good, unit: {**good[unit], of: number + by}})(asked)
        [doubt] = found["quality"]
        assert (doubt["of"], doubt["unit"], doubt["stated"], doubt["counted"]) == (of, unit, number + by, number)

    tampered()


def test_the_citys_own_published_numbers_of_april_2025_would_be_flagged(city: City, districts: Districts) -> None:
    parts: dict[str, Any] = {"waiting": 175, "in_progress": 27, "done": 3824, "unknown": 0, "total": 3986}
    published = complaints(**parts, unplaced=175, by_subdistrict={})
    asked = about("complaints", [], city, districts)
    [doubt] = reconciled(lambda _: published)(asked)["quality"]
    assert (doubt["of"], doubt["stated"], doubt["counted"]) == ("reports", 3986, 4026)


def doubts_of(reading: Reading, name: str = "one") -> list[Doubt]:
    [source_] = [one for one in reading["sources"] if one["name"] == name]
    return source_["quality"]


def test_rooms_that_do_not_add_up_are_doubts_about_their_source_as_long_as_they_do(
    city: City, districts: Districts
) -> None:
    wrong = added_up(beds("a", room="Melati", capacity=12, free=5, occupied=9))
    good = added_up(beds("b", capacity=12, free=5))
    before = READINGS["beds"](about("beds", [wrong, good], city, districts))
    [doubt] = doubts_of(before)
    assert doubt == {
        "code": "parts_differ", "since": "2026-11-24T05:00:00.000Z", "of": "capacity", "stated": 12, "counted": 14,
        "at": "RS Contoh · KELAS III · Melati",
    }  # fmt: skip
    later = NOON.replace(hour=6)
    after = READINGS["beds"](about("beds", [wrong], city, districts, now=later, previous=before))
    assert [one["since"] for one in doubts_of(after)] == [doubt["since"]]
    assert (after["quality"], after["value"]) == ([], 5), "the reading itself adds up"
    assert doubts_of(READINGS["beds"](about("beds", [good], city, districts, now=later, previous=after))) == []


def test_each_kind_of_room_that_cannot_be_has_both_its_numbers(city: City, districts: Districts) -> None:
    rooms = [
        added_up(beds("a", room="a", capacity=5, free=6)),
        added_up(beds("b", room="b", capacity=5, occupied=8)),
        beds("c", room="c", capacity=5, free=2, occupied=3, flags=("parts>free",), by_sex=9),
        beds("d", room="d", capacity=5, free=2, occupied=2, flags=("status unknown",)),
    ]
    found = doubts_of(READINGS["beds"](about("beds", rooms, city, districts)))
    told = [(one["at"][-1], one["of"], one["stated"], one["counted"]) for one in found]
    assert told == [("c", "free", 2, 9), ("b", "capacity", 5, 8), ("a", "capacity", 5, 6)]
