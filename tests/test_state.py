"""The state around a tile: as old as the oldest of its areas, as grave as the gravest, and never well when in doubt."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.health import SourceHealth
from collectors.readings.shape import Reading
from collectors.readings.stage import shown_level
from collectors.readings.traffic import traffic_reading
from collectors.records import CollectError, TrafficReport
from collectors.source import Area, City
from layouts.state import TileState, aged, freshness_at, never, tile_state
from layouts.words import Words
from tests.records import NOON, ago, health, present, report, source


def area(city: City, districts: Districts, *sources: SourceHealth, records: tuple[TrafficReport, ...] = ()) -> Reading:
    """Any area will do: what is common to all is looked at here."""
    return traffic_reading(present("traffic", records, city, districts, sources=sources))


def one(seconds: float | None, cadence: float = 60, error: str | None = None, name: str = "a") -> SourceHealth:
    """A source whose data are so many seconds old (None: it never answered), and which fails for a minute or not."""
    found = health(source(name, "traffic", cadence=cadence), None if seconds is None else ago(seconds=seconds))
    if error is not None:
        found.failed(CollectError(error, fault="refused", status=503), ago(minutes=1))
    return found


def test_a_tile_is_as_old_as_its_oldest_area_and_changes_with_the_first(city: City, districts: Districts) -> None:
    quick, slow = area(city, districts, one(10, 60)), area(city, districts, one(100, 180))
    state = tile_state([quick, slow], NOON)
    assert (state["as_of"], state["freshness"]) == ("2026-11-24T04:58:20.000Z", "live")
    assert (state["late_after"], state["stale_after"]) == (150, 210)
    assert tile_state([quick, slow], NOON + timedelta(seconds=51))["freshness"] == "late"
    assert tile_state([slow], NOON + timedelta(seconds=51))["freshness"] == "live"


def test_a_tile_with_an_area_that_never_answered_knows_nothing(city: City, districts: Districts) -> None:
    good, bad = area(city, districts, one(10)), area(city, districts, one(None, error="refused", name="b"))
    state = tile_state([good, bad], NOON, words=Words("en"))
    assert (state["freshness"], state["level"], state["as_of"]) == ("never", "unknown", None)
    assert state["reason"] == "b: error 503 · Dinas Contoh"


def test_a_tile_without_any_reading_is_never() -> None:
    assert tile_state([], NOON) == never()


def test_one_failing_source_of_several_makes_the_tile_failed_and_is_named(city: City, districts: Districts) -> None:
    state = tile_state([area(city, districts, one(10), one(100, error="status 503", name="b"))], NOON, words=Words())
    assert (state["freshness"], state["reason"]) == ("failed", "b: galat 503 · Dinas Contoh")
    assert state["failing_since"] == "2026-11-24T04:59:00.000Z"


def test_a_source_that_fails_within_its_cadence_is_still_live_but_says_why(city: City, districts: Districts) -> None:
    state = tile_state([area(city, districts, one(10, error="status 503"))], NOON, words=Words())
    assert (state["freshness"], state["reason"]) == ("live", "a: galat 503 · Dinas Contoh")
    assert state["failed_after"] == 60


JAM = (report("x", level=4),)
BLOCKED = (report("x", kind="accident", level=5),)


@pytest.mark.parametrize(
    ("seconds", "records", "level"),
    [
        (0, (), "normal"),
        (61, (), "normal"),
        (121, (), "unknown"),
        (None, (), "unknown"),
        (121, JAM, "watch"),
        (121, BLOCKED, "alarm"),
    ],
)
def test_normal_becomes_unknown_when_in_doubt_and_an_alarm_stays(
    city: City, districts: Districts, seconds: float | None, records: tuple[TrafficReport, ...], level: str
) -> None:
    assert tile_state([area(city, districts, one(seconds), records=records)], NOON)["level"] == level


def test_of_several_areas_the_gravest_level_shows(city: City, districts: Districts) -> None:
    calm, grave = area(city, districts, one(1)), area(city, districts, one(1), records=BLOCKED)
    assert tile_state([calm, grave], NOON)["level"] == "alarm"
    assert tile_state([calm, grave], NOON, raises=False)["level"] == "normal"
    assert tile_state([grave], NOON + timedelta(hours=1), raises=False)["level"] == "unknown"


SOURCES = st.builds(
    one,
    st.one_of(st.none(), st.floats(0, 500)),
    st.floats(1, 300),
    st.one_of(st.none(), st.just("status 503")),
    st.sampled_from("ab"),
)


def test_the_browser_counting_on_sees_what_the_server_would(city: City, districts: Districts) -> None:
    """The ages handed over with a state give the freshness of any later moment."""

    @settings(max_examples=80, deadline=None)
    @given(st.lists(st.lists(SOURCES, min_size=1, max_size=2), min_size=1, max_size=2), st.floats(0, 1000))
    def counts_on(areas: list[list[SourceHealth]], later: float) -> None:
        readings = [area(city, districts, *sources) for sources in areas]
        state = tile_state(readings, NOON)
        if state["as_of"] is None:
            assert state["freshness"] == "never"
            return
        start = min(reading["as_of"] or "" for reading in readings)
        assert state["as_of"] == start
        moment = NOON + timedelta(seconds=later)
        then = tile_state(readings, moment)
        age = (moment - type(moment).fromisoformat(start)).total_seconds()
        assert freshness_at(state, age) == then["freshness"]

    counts_on()


def test_no_tile_is_normal_on_data_older_than_twice_its_cadence(city: City, districts: Districts) -> None:
    @settings(max_examples=80, deadline=None)
    @given(st.floats(0, 1000), st.floats(1, 300), st.one_of(st.none(), st.just("x")))
    def never_normal(seconds: float, cadence: float, error: str | None) -> None:
        state = tile_state([area(city, districts, one(seconds, cadence, error))], NOON)
        if seconds > 2 * cadence + 0.01:
            assert state["freshness"] in ("stale", "failed")
            assert state["level"] != "normal"

    never_normal()


def test_a_reading_grows_old_without_news(city: City, districts: Districts) -> None:
    found = area(city, districts, one(10))
    assert found["freshness"] == "live"
    later = aged(found, NOON + timedelta(minutes=5))
    assert (later["freshness"], later["level"], later["sources"][0]["freshness"]) == ("stale", "unknown", "stale")
    assert (later["value"], later["as_of"]) == (found["value"], found["as_of"])
    assert aged(later, NOON + timedelta(minutes=5)) == later


@pytest.mark.parametrize(
    ("age", "freshness"), [(0, "live"), (60, "live"), (60.1, "late"), (120.1, "stale"), (600, "stale")]
)
def test_ages_turn_at_their_limits(age: float, freshness: str) -> None:
    state: TileState = {**never(), "as_of": "x", "late_after": 60.0, "stale_after": 120.0}
    assert freshness_at(state, age) == freshness


@pytest.mark.parametrize("freshness", ["stale", "failed", "never"])
def test_all_is_well_only_as_long_as_we_know(freshness: Any) -> None:
    assert shown_level("normal", freshness) == "unknown"
    assert shown_level("alarm", freshness) == "alarm"
    assert shown_level("normal", "late") == "normal"


def test_a_demo_source_marks_the_tile(city: City, districts: Districts) -> None:
    marked = one(1)
    marked.demo = True
    areas: list[Area] = ["traffic"]
    assert tile_state([area(city, districts, marked) for _ in areas], NOON)["demo"] is True
