"""The water reading: the gravest post first, unknown never normal, silent posts by name, what lies outside is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.health import iso
from collectors.readings.limits import Limits
from collectors.readings.water import water_reading
from collectors.readings.water_shape import WaterReading
from collectors.records import WaterLevel
from collectors.source import City
from tests.records import NOON, ago, health, level, present, source, values


def reading(city: City, districts: Districts, *records: WaterLevel, **given_: Any) -> WaterReading:
    return water_reading(present("water", records, city, districts, **given_))


def test_while_nothing_is_known_no_number_is_zero_and_nothing_is_normal(city: City, districts: Districts) -> None:
    found = reading(city, districts, sources=[health(source("a", "water"), None)])
    assert values(found, "value", "raised", "posts_total", "posts_reporting", "outside") == [None] * 5
    assert values(found, "level", "freshness", "by_siaga", "posts") == ["unknown", "never", {}, []]


@pytest.mark.parametrize(
    ("cm", "siaga", "expected"),
    [
        (100, 4, "normal"), (150, 3, "watch"), (199.9, 3, "watch"), (200, 2, "alarm"), (999, 1, "alarm"),
        (-40, 4, "normal"),
    ],
)  # fmt: skip
def test_a_post_is_at_the_stage_its_level_reaches(
    city: City, districts: Districts, cm: float, siaga: int, expected: str
) -> None:
    (post,) = reading(city, districts, level("a", cm))["posts"]
    assert (post["siaga"], post["level"]) == (siaga, expected)


def test_of_what_is_stated_and_what_is_reached_the_graver_counts(city: City, districts: Districts) -> None:
    found = reading(city, districts, level("a", 100, siaga=2), level("b", 260, siaga=4))
    assert {post["id"]: post["siaga"] for post in found["posts"]} == {"a": 2, "b": 1}


def test_without_thresholds_and_stage_a_level_is_not_normal(city: City, districts: Districts) -> None:
    bare = {"siaga_4": None, "siaga_3": None, "siaga_2": None, "siaga_1": None}
    for missing in (bare, {"siaga_3": None}, {"siaga_3": 300}):
        found = reading(city, districts, level("a", 40, **missing))
        assert (found["posts"][0]["level"], found["level"], found["value"]) == ("unknown", "unknown", None), missing


def test_the_gravest_stands_first_then_the_fullest_and_the_area_is_as_grave(city: City, districts: Districts) -> None:
    found = reading(
        city, districts, level("low", 20), level("full", 140), level("alarm", 210), level("watch", 199), level("b", 60)
    )
    assert [post["id"] for post in found["posts"]] == ["alarm", "watch", "full", "b", "low"]
    assert values(found, "level", "raised", "value") == ["alarm", 2, 2]
    assert found["by_siaga"] == {"1": 0, "2": 1, "3": 1, "4": 3}


def test_the_city_says_from_which_stage_on_a_human_is_needed(city: City, districts: Districts) -> None:
    strict = Limits(water_watch=3, water_alarm=3)
    calm = Limits(water_watch=1, water_alarm=1)
    assert reading(city, districts, level("a", 160), limits=strict)["level"] == "alarm"
    found = reading(city, districts, level("a", 210), limits=calm)
    assert (found["level"], found["raised"], found["watch_from"]) == ("normal", 0, 1)


def test_posts_that_do_not_report_are_named_those_never_heard_of_first(city: City, districts: Districts) -> None:
    found = reading(
        city, districts, level("a"), level("b"), level("c", updated=ago(hours=7)), level("d", None, updated=None)
    )
    assert values(found, "posts_total", "posts_reporting", "level") == [4, 2, "normal"]
    assert found["not_reporting"] == [
        {"id": "d", "post": "D", "since": None},
        {"id": "c", "post": "C", "since": iso(ago(hours=7))},
    ]
    assert [(post["id"], post["level"]) for post in found["posts"]] == [
        ("a", "normal"), ("b", "normal"), ("c", "unknown"), ("d", "unknown"),
    ]  # fmt: skip


def test_where_fewer_than_half_are_known_to_be_normal_the_area_is_not(city: City, districts: Districts) -> None:
    silent = [level(name, updated=ago(hours=7)) for name in "bc"]
    assert reading(city, districts, level("a"), *silent)["level"] == "unknown"
    assert reading(city, districts, level("a"), level("d"), *silent)["level"] == "normal"


def test_a_post_that_falls_silent_in_a_flood_goes_on_warning_for_a_day(city: City, districts: Districts) -> None:
    found = reading(city, districts, level("a", 230, updated=ago(hours=7)))
    assert (found["level"], found["posts"][0]["reporting"], found["posts"][0]["siaga"]) == ("alarm", False, 2)
    assert reading(city, districts, level("a", 230, updated=ago(hours=25)))["level"] == "unknown"


def test_posts_outside_the_city_are_kept_and_marked(city: City, districts: Districts) -> None:
    found = reading(
        city,
        districts,
        level("in", lat=-6.1735, lon=106.6415),
        level("upstream", lat=-6.455, lon=106.685, upstream=True),
        level("beside", lat=-6.455, lon=106.685),
        level("nowhere"),
    )
    assert {post["id"]: post["where"] for post in found["posts"]} == {
        "in": None, "upstream": "upstream", "beside": "outside", "nowhere": None,
    }  # fmt: skip
    assert found["outside"] == 2


def test_the_last_hour_tells_the_course_and_a_day_is_kept(city: City, districts: Districts) -> None:
    found: WaterReading | None = None
    for half_hours in range(100):
        now = NOON + timedelta(minutes=30 * half_hours)
        one = level("a", 50 + 6 * half_hours, updated=now)
        found = reading(city, districts, one, now=now, previous=found, sources=[health(source("one", "water"), now)])
        if half_hours == 0:
            assert (found["posts"][0]["change_cm"], found["posts"][0]["course"]) == (None, None)
    assert found is not None
    (post,) = found["posts"]
    assert (post["change_cm"], post["course"]) == (12, "rising")
    assert len(post["trend"]) == 48
    assert post["trend"][-1] == (iso(NOON + timedelta(minutes=30 * 99)), 50 + 6 * 99)


def test_a_silent_post_has_no_course_and_its_trend_does_not_go_on(city: City, districts: Districts) -> None:
    before = reading(city, districts, level("a", 100))
    later = NOON + timedelta(hours=3)
    found = reading(city, districts, level("a", 100, trend="rising"), now=later, previous=before)
    assert (found["posts"][0]["course"], found["posts"][0]["trend"]) == (None, before["posts"][0]["trend"])


def test_a_post_without_times_of_its_own_is_as_old_as_its_sources_answer(city: City, districts: Districts) -> None:
    one = level("a", 230, updated=None)
    before = reading(city, districts, one)
    assert (before["posts"][0]["reporting"], before["level"]) == (True, "alarm")
    found = reading(city, districts, one, now=NOON + timedelta(hours=20), previous=before)
    post = found["posts"][0]
    assert (post["reporting"], post["level"], post["updated"]) == (False, "alarm", iso(NOON)), "for a day it warns"
    assert (post["trend"], post["course"], post["change_cm"]) == (before["posts"][0]["trend"], None, None)
    assert values(found, "posts_reporting", "not_reporting", "trend") == [
        0, [{"id": "a", "post": "A", "since": iso(NOON)}], before["trend"],
    ]  # fmt: skip
    assert reading(city, districts, one, now=NOON + timedelta(hours=25))["level"] == "unknown"


def test_the_last_level_of_a_dead_source_is_not_measured_again(city: City, districts: Districts) -> None:
    one = level("a", 100, updated=NOON)
    before = reading(city, districts, one)
    for minutes in (30, 59):
        found = reading(city, districts, one, now=NOON + timedelta(minutes=minutes), previous=before)
        assert found["posts"][0]["trend"] == before["posts"][0]["trend"]
        assert found["trend"] == before["trend"]


centimetres = st.none() | st.floats(-800, 2000)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda cm, steps, siaga, hours: (cm, steps, siaga, hours),
            centimetres,
            st.tuples(*[centimetres] * 4),
            st.none() | st.sampled_from([1, 2, 3, 4]),
            st.floats(0, 40),
        ),
        max_size=6,
    )
)
def test_whatever_posts_say_the_counts_agree_and_unknown_is_never_normal(
    city: City, districts: Districts, rows: list[tuple[Any, ...]]
) -> None:
    records = [
        WaterLevel(
            id=str(number), post="p", level_cm=cm, siaga=siaga, updated=ago(hours=hours),
            siaga_4=steps[0], siaga_3=steps[1], siaga_2=steps[2], siaga_1=steps[3],
        )
        for number, (cm, steps, siaga, hours) in enumerate(rows)
    ]  # fmt: skip
    found = reading(city, districts, *records)
    assert found["posts_total"] == len(rows) == (found["posts_reporting"] or 0) + len(found["not_reporting"])
    for post in found["posts"]:
        if post["siaga"] is None or (not post["reporting"] and post["level"] == "normal"):
            assert post["level"] == "unknown"
