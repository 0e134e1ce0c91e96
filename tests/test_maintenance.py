"""Maintenance windows by the city's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.maintenance import DAYS, Window, ends, windows

JAKARTA = ZoneInfo("Asia/Jakarta")


def planned(text: object) -> tuple[Window, ...]:
    found = windows(text)
    assert isinstance(found, tuple)
    return found


def ending(text: str, moment: str) -> str | None:
    """When the window ends that a moment of the city lies in, in the city's time."""
    now = datetime.fromisoformat(moment).replace(tzinfo=JAKARTA)
    end = ends(planned(text), now, JAKARTA)
    return None if end is None else f"{end.astimezone(JAKARTA):%a %d %H:%M}"


@pytest.mark.parametrize(
    ("text", "moment", "expected"),
    [
        ("Sun 01:00-03:00", "2026-11-22 01:00", "Sun 22 03:00"),
        ("Sun 01:00-03:00", "2026-11-22 00:59:59", None),
        ("Sun 01:00-03:00", "2026-11-22 03:00", None),
        ("Sun 01:00-03:00", "2026-11-23 02:00", None),
        ("Sun 23:00-02:00", "2026-11-22 23:30", "Mon 23 02:00"),
        ("Sun 23:00-02:00", "2026-11-23 01:59", "Mon 23 02:00"),
        ("Sun 23:00-02:00", "2026-11-22 01:00", None),
        ("Mon-Fri 12:00-13:00", "2026-11-27 12:30", "Fri 27 13:00"),
        ("Mon-Fri 12:00-13:00", "2026-11-28 12:30", None),
        ("Sat-Mon 12:00-13:00", "2026-11-22 12:30", "Sun 22 13:00"),
        ("Tue, Thu-Fri 12:00-13:00", "2026-11-26 12:30", "Thu 26 13:00"),
        ("Tue, Thu-Fri 12:00-13:00", "2026-11-25 12:30", None),
        ("daily 00:00-24:00", "2026-11-25 12:30", "Thu 26 00:00"),
        ("daily 02:00-02:30; Sun 02:00-05:00", "2026-11-22 02:10", "Sun 22 05:00"),
        ("2026-11-21 22:00 - 2026-11-23 04:00", "2026-11-22 12:00", "Mon 23 04:00"),
        ("2026-11-21 22:00 - 2026-11-23 04:00", "2026-11-23 04:00", None),
        ("2026-11-21 22:00-23:30", "2026-11-21 23:00", "Sat 21 23:30"),
        ("", "2026-11-21 23:00", None),
    ],
)
def test_a_window_holds_from_its_beginning_until_its_end(text: str, moment: str, expected: str | None) -> None:
    assert ending(text, moment) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Sun", "Sunday 01:00-03:00", "sun 01:00-03:00", "Min 01:00-03:00", "Sun 1:00-3:00", "Sun 24:00-01:00",
        "Sun 01:00-25:00", "Sun 01:00-01:00", "01:00-03:00", "2026-13-01 01:00-02:00", "2026-11-01 02:00-01:00",
        "2026-11-02 01:00 - 2026-11-01 02:00", "Sun 01:00-03:00, Mon 01:00-03:00",
    ],
)  # fmt: skip
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        windows(text)


@given(
    day=st.integers(0, 6),
    begins=st.integers(0, 24 * 60 - 1),
    lasts=st.integers(1, 24 * 60 - 1),
    later=st.integers(0, 7 * 24 * 60 - 1),
)
def test_a_weekly_window_holds_as_long_as_it_lasts_and_no_longer(day: int, begins: int, lasts: int, later: int) -> None:
    ends_at = (begins + lasts) % (24 * 60)
    (window,) = planned(f"{DAYS[day]} {begins // 60:02}:{begins % 60:02}-{ends_at // 60:02}:{ends_at % 60:02}")
    start = datetime(2026, 11, 23, tzinfo=JAKARTA) + timedelta(days=day, minutes=begins)
    until = window.until((start + timedelta(minutes=later)).astimezone(UTC), JAKARTA)
    assert until == (start + timedelta(minutes=lasts) if later < lasts else None)
