"""Planned maintenance: weekly hours or dates within which an application may be down, by the city's clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
RULE = (
    "must be windows such as Sun 01:00-03:00, Mon-Fri 23:00-01:00, daily 02:00-02:30 or 2026-03-01 22:00 - "
    "2026-03-02 04:00, several of them with ; between"
)

_DAY = f"(?:{'|'.join(DAYS)})"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_WEEKLY = re.compile(rf"(daily|{_DAY}(?:-{_DAY})?(?:, ?{_DAY}(?:-{_DAY})?)*) +({_CLOCK}) ?- ?({_CLOCK}|24:00)")
_DATED = re.compile(rf"({_DATE}) +({_CLOCK}) ?- ?(?:({_DATE}) +)?({_CLOCK}|24:00)")


@dataclass(frozen=True, slots=True)
class Window:
    """It begins at `begins` on each weekday of `weekdays` (Monday is 0), or on `day` alone, and lasts `minutes`."""

    begins: time
    minutes: int
    weekdays: frozenset[int] = frozenset()
    day: date | None = None

    def until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the window ends that `now` lies in, in UTC; None outside."""
        local = now.astimezone(zone).replace(tzinfo=None)
        for first in self._first_days(local.date()):
            start = datetime.combine(first, self.begins)
            end = start + timedelta(minutes=self.minutes)
            if start <= local < end:
                return end.replace(tzinfo=zone).astimezone(UTC)
        return None

    def _first_days(self, today: date) -> list[date]:
        """The days on which the window may have begun. A weekly one lasts at most a day."""
        if self.day is not None:
            return [self.day]
        return [day for day in (today, today - timedelta(days=1)) if day.weekday() in self.weekdays]


def windows(value: object) -> object:
    """A text or a list of texts as windows; anything else is left to be refused. Raises ValueError with a sentence."""
    if isinstance(value, str):
        return tuple(_window(part.strip()) for part in value.split(";") if part.strip())
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(_window(part.strip()) for part in value)
    return value


def ends(planned: Sequence[Window], now: datetime, zone: tzinfo) -> datetime | None:
    """When the maintenance that `now` lies in ends, None outside all windows."""
    return max((end for window in planned if (end := window.until(now, zone)) is not None), default=None)


def _window(text: str) -> Window:
    if found := _WEEKLY.fullmatch(text):
        begins, ends_at = _minutes(found[2]), _minutes(found[3])
        if begins == ends_at:
            raise ValueError(RULE)
        lasts = ends_at - begins if ends_at > begins else ends_at - begins + 24 * 60
        return Window(time.fromisoformat(found[2]), lasts, weekdays=_weekdays(found[1]))
    if found := _DATED.fullmatch(text):
        try:
            first, last = date.fromisoformat(found[1]), date.fromisoformat(found[3] or found[1])
        except ValueError:
            raise ValueError(RULE) from None
        lasts = (last - first).days * 24 * 60 + _minutes(found[4]) - _minutes(found[2])
        if lasts <= 0:
            raise ValueError(f"a window must end after it begins; it {RULE}")
        return Window(time.fromisoformat(found[2]), lasts, day=first)
    raise ValueError(RULE)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _weekdays(text: str) -> frozenset[int]:
    """`daily`, `Sun`, `Mon-Fri` or `Fri-Mon, Wed`; a range may go over Sunday."""
    if text == "daily":
        return frozenset(range(7))
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        day = DAYS.index(first)
        found.add(day)
        while last and DAYS[day] != last:
            day = (day + 1) % 7
            found.add(day)
    return frozenset(found)
