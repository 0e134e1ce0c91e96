"""The city's own clock in SQL, for what is kept in UTC alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

STEP = timedelta(days=1)


def offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def changes(start: datetime, end: datetime, zone: tzinfo) -> list[tuple[datetime, timedelta]]:
    """From when on (UTC) a zone is how far ahead of UTC, the first at `start`; the second is exact."""
    found = [(start, offset(start, zone))]
    at = start
    while at < end:
        following = min(at + STEP, end)
        if offset(following, zone) != found[-1][1]:
            low, high = at, following
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (low, middle) if offset(middle, zone) != found[-1][1] else (middle, high)
            high = (high + timedelta(milliseconds=500)).replace(microsecond=0)
            found.append((high, offset(high, zone)))
            following = high
        at = following
    return found


def local(column: str, start: datetime, end: datetime, zone: tzinfo) -> str:
    """A column of moments between two moments as the city's time."""
    steps = changes(start.astimezone(UTC), end.astimezone(UTC), zone)
    ahead = [f"to_seconds({step.total_seconds():.0f})" for _, step in steps]
    if len(steps) == 1:
        return f"({column} + {ahead[0]})"
    cases = " ".join(
        f"WHEN {column} < '{after[0]:%Y-%m-%d %H:%M:%S}'::TIMESTAMP THEN {seconds}"
        for after, seconds in zip(steps[1:], ahead, strict=False)
    )
    return f"({column} + CASE {cases} ELSE {ahead[-1]} END)"
