"""Times as sources write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from collectors.times import iso, read_time, time_or_none

WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-11-23T08:00:00Z", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("2026-11-23T08:00:00+07:00", datetime(2026, 11, 23, 1, tzinfo=UTC)),
        ("2026-11-23T08:00:00-0500", datetime(2026, 11, 23, 13, tzinfo=UTC)),
        ("2026-11-23T08:00", datetime(2026, 11, 23, 1, tzinfo=UTC)),
        ("2026-11-23", datetime(2026, 11, 22, 17, tzinfo=UTC)),
        ("2012-05-22 23:57:23.97", datetime(2012, 5, 22, 16, 57, 23, 970000, tzinfo=UTC)),
        ("2026-11-23T08:00:00.123456789Z", datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)),
        ("2017-05-05 06:07:08:123", datetime(2017, 5, 4, 23, 7, 8, 123000, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("21/02/2026 06:33:34", datetime(2026, 2, 20, 23, 33, 34, tzinfo=UTC)),
        ("21/02/2026", datetime(2026, 2, 20, 17, tzinfo=UTC)),
        (1_494_000_000, datetime(2017, 5, 5, 16, tzinfo=UTC)),
        (1_494_000_000_000, datetime(2017, 5, 5, 16, tzinfo=UTC)),
        ("1494000000", datetime(2017, 5, 5, 16, tzinfo=UTC)),
        ("1494000000000", datetime(2017, 5, 5, 16, tzinfo=UTC)),
        ("Tue Sep 9 10:25:02 +0000 2025", datetime(2025, 9, 9, 10, 25, 2, tzinfo=UTC)),
        ("Wed, 25 Nov 2026 20:00:00 +0700", datetime(2026, 11, 25, 13, tzinfo=UTC)),
        ("Wed, 25 Nov 2026 13:00:00 GMT", datetime(2026, 11, 25, 13, tzinfo=UTC)),
        ("5 Nov 2026 20:00", datetime(2026, 11, 5, 13, tzinfo=UTC)),
        ("21/02/2026 06.33", datetime(2026, 2, 20, 23, 33, tzinfo=UTC)),
        ("21-02-2026 6:33:34 WITA", datetime(2026, 2, 20, 22, 33, 34, tzinfo=UTC)),
        ("24 November 2026", datetime(2026, 11, 23, 17, tzinfo=UTC)),
        ("24 Nop 2026 10.15", datetime(2026, 11, 24, 3, 15, tzinfo=UTC)),
        ("Senin, 17 Agustus 2026 pukul 10.15 WIB", datetime(2026, 8, 17, 3, 15, tzinfo=UTC)),
        ("jum'at 1 Mei 2026, jam 08:00 WIT", datetime(2026, 4, 30, 23, tzinfo=UTC)),
        ("05-Okt-2026 23:59:59", datetime(2026, 10, 5, 16, 59, 59, tzinfo=UTC)),
        ("11 jam", NOW - timedelta(hours=11)),
        ("2 menit yang lalu", NOW - timedelta(minutes=2)),
        ("kurang dari 1 menit", NOW - timedelta(minutes=1)),
        ("sejam lalu", NOW - timedelta(hours=1)),
    ],
)
def test_every_way_of_writing_a_time_is_read(given: object, expected: datetime) -> None:
    now = max(NOW, expected)
    found = read_time(given, WIB, now)
    assert found == expected
    assert found is not None and found.utcoffset() == timedelta(0)


@pytest.mark.parametrize("given", [None, "", "-", "NA", "null", "0000-00-00 00:00:00", "0001-01-01T00:00:00", 0, -1])
def test_nothing_written_is_unknown(given: object) -> None:
    assert read_time(given, WIB, NOW) is None


@pytest.mark.parametrize(
    "given",
    [
        "soon",
        "2026-13-01T00:00:00Z",
        "31/31/2026",
        "Wed, 31 Nov 2026 20:00:00 +0700",
        "Rab, 25 Nop 2026 20:00:00 +0700",
        "20260101",
        "24 Novem 2026",
        "31 Februari 2026",
        "24/11/2026 8.5",
        "24/11/2026 25.00",
        True,
        [],
        {},
        float("nan"),
        float("inf"),
        1e300,
        10**400,
        12,
        "99999999999999 jam",
        "2026-11-23T25:00:00Z",
        "2026-11-23T08:00:00+99:00",
    ],
)
def test_what_is_no_time_is_refused_by_name(given: object) -> None:
    with pytest.raises(ValueError, match=r"time|must be|out of range|must be in"):
        read_time(given, WIB, NOW)
    assert time_or_none(given, WIB, NOW) is None


def test_a_clock_some_minutes_ahead_counts_as_now_and_more_is_refused() -> None:
    assert read_time(iso(NOW + timedelta(minutes=2)), WIB, NOW) == NOW
    with pytest.raises(ValueError, match="in the future"):
        read_time(iso(NOW + timedelta(minutes=11)), WIB, NOW)


def test_planned_times_may_lie_ahead() -> None:
    ahead = NOW + timedelta(days=30)
    assert read_time(iso(ahead), WIB, NOW, ahead=None) == ahead
