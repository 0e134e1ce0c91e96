"""What is counted of a source by day: every observed second once, in the state the wall showed, in the city's days."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.health import SourceHealth
from collectors.records import CollectError
from collectors.reliability import Day, Reliability, day_from, summed
from tests.records import NOON, ago, batch, health, source

ZONE = ZoneInfo("Asia/Jakarta")
PAUSE = {"since": "2026-11-24T04:00:00Z", "until": None, "reason": "x", "by": "y"}


def counting(one: SourceHealth, begun: float) -> Reliability:
    """Counting since so many seconds before noon."""
    found = Reliability(one.source.owner, ZONE)
    found.begin(None, ago(seconds=begun))
    return found


def seconds(found: Reliability) -> dict[str, float]:
    return {state: round(spent, 3) for state, spent in summed(found.days.values()).seconds.items()}


def test_time_is_counted_in_the_states_the_wall_went_through() -> None:
    one = health(source(cadence=60), ago(seconds=200))
    found = counting(one, 200)
    found.observe(one, NOON)
    assert seconds(found) == {"live": 60, "late": 60, "stale": 80}


def test_a_source_that_fails_is_not_available_beyond_its_cadence() -> None:
    one = health(source(cadence=60), ago(seconds=200))
    one.failed(CollectError("no answer"), ago(seconds=190))
    found = counting(one, 190)
    found.observe(one, NOON)
    assert seconds(found) == {"live": 50, "failed": 140}


def test_one_that_never_answered_is_never_and_a_paused_one_is_neither_good_nor_bad() -> None:
    one = health(source(), None)
    found = counting(one, 10)
    found.observe(one, NOON)
    one.paused = PAUSE  # type: ignore[assignment]
    found.observe(one, NOON + timedelta(seconds=30))
    assert seconds(found) == {"never": 10, "paused": 30}
    assert summed(found.days.values()).observed() == 10


def test_a_day_is_the_citys_own_from_midnight_to_midnight() -> None:
    midnight = NOON + timedelta(hours=12)  # of the city's
    one = health(source(cadence=86400), midnight - timedelta(seconds=90))
    found = Reliability("Dinas Contoh", ZONE)
    found.begin(None, midnight - timedelta(seconds=90))
    found.observe(one, midnight + timedelta(seconds=30))
    assert {day: held.seconds for day, held in found.days.items()} == {
        "2026-11-24": {"live": 90.0},
        "2026-11-25": {"live": 30.0},
    }
    assert found.written().keys() == {"2026-11-24", "2026-11-25"}
    assert found.written().keys() == {"2026-11-25"}, "a day that is over is written once"


def test_what_nobody_observed_is_in_no_sum() -> None:
    one = health(source(), ago(hours=3))
    found = Reliability("Dinas Contoh", ZONE)
    kept = Day("Dinas Contoh", asked=5, answered=4, seconds={"live": 50.0})
    found.begin(day_from(kept.text()), NOON)
    found.observe(one, NOON + timedelta(seconds=1))
    assert summed(found.days.values()).observed() == 51


def test_asks_answers_rows_and_rejects_are_counted_and_kept() -> None:
    found = Reliability("Dinas Contoh", ZONE)
    found.answered(NOON, rows=10, rejected=2)
    found.failed(NOON)
    day = day_from(found.written()["2026-11-24"])
    assert day == Day("Dinas Contoh", asked=2, answered=1, rows=10, rejected=2)


@pytest.mark.parametrize("kept", [None, b"", b"null", b"[]", b'{"owner": 1}', b'{"asked": "x"}', b"\xff"])
def test_a_day_that_is_not_understood_is_no_day(kept: bytes | None) -> None:
    assert day_from(kept) is None


@given(
    st.lists(
        st.tuples(st.floats(0.1, 90_000), st.sampled_from(["good", "bad", "pause", "resume"])), min_size=1, max_size=12
    ),
    st.floats(1, 90_000),
)
def test_every_second_is_counted_exactly_once(steps: list[tuple[float, str]], cadence: float) -> None:
    one = SourceHealth(source(every=cadence, cadence=cadence))
    found = Reliability("x", ZONE)
    now = NOON
    found.begin(None, now)
    for wait, happens in steps:
        now += timedelta(seconds=wait)
        found.observe(one, now)
        if happens == "good":
            one.succeeded(batch(as_of=now), True, now)
        elif happens == "bad":
            one.failed(CollectError("x"), now)
        else:
            one.paused = PAUSE if happens == "pause" else None  # type: ignore[assignment]
    total = sum(sum(day.seconds.values()) for day in found.days.values())
    assert total == pytest.approx((now - NOON).total_seconds(), abs=0.01)
    assert all(sum(day.seconds.values()) <= 86400.01 for day in found.days.values())
