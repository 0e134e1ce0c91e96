"""Freshness: live up to one cadence of age, late up to two, stale beyond; failed from one cadence on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.freshness import Due, due, worst
from collectors.health import source_freshness
from tests.records import NOON, ago


@pytest.mark.parametrize(
    ("age", "working", "failing"),
    [
        (0, "live", "live"),
        (60, "live", "live"),
        (60.001, "late", "failed"),
        (120, "late", "failed"),
        (120.001, "stale", "failed"),
        (1e6, "stale", "failed"),
    ],
)
def test_age_alone_makes_late_and_stale_and_failure_makes_failed(age: float, working: str, failing: str) -> None:
    assert due(ago(seconds=age), 60, failing=False).freshness(NOON) == working
    assert due(ago(seconds=age), 60, failing=True).freshness(NOON) == failing


def test_a_source_that_never_answered_is_never_fresh() -> None:
    assert source_freshness(None, 60, False, NOON) == "never"
    assert source_freshness(None, 60, True, NOON) == "never"


DUES = st.builds(
    lambda age, cadence, failing: due(NOON - timedelta(seconds=age), cadence, failing),
    st.floats(0, 1000), st.floats(1, 300), st.booleans(),
)  # fmt: skip
ORDER = ("live", "late", "stale", "failed")


@given(DUES, st.floats(0, 1000), st.floats(0, 1000))
def test_time_alone_never_makes_anything_fresher(one: Due, first: float, more: float) -> None:
    earlier = one.freshness(NOON + timedelta(seconds=first))
    later = one.freshness(NOON + timedelta(seconds=first + more))
    assert ORDER.index(later) >= ORDER.index(earlier)


@given(st.lists(DUES, min_size=1, max_size=5), st.floats(0, 1000))
def test_several_sources_are_as_fresh_as_the_worst(each: list[Due], later: float) -> None:
    now = NOON + timedelta(seconds=later)
    together = worst(each)
    assert together is not None
    assert together.freshness(now) == max((one.freshness(now) for one in each), key=ORDER.index)
    assert together.as_of == min(one.as_of for one in each)


@given(st.floats(0, 10_000), st.floats(1, 3000), st.booleans())
def test_nothing_is_live_or_late_on_data_older_than_twice_its_cadence(
    age: float, cadence: float, failing: bool
) -> None:
    if timedelta(seconds=age) > timedelta(seconds=2 * cadence):
        assert due(NOON - timedelta(seconds=age), cadence, failing).freshness(NOON) in ("stale", "failed")


def test_nothing_has_no_freshness() -> None:
    assert worst([]) is None
