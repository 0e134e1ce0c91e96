"""How reliable a source was, day by day: how often it answered, how long its news was fresh, what could not be read.

Only what was observed counts: time in which nobody collected is in no sum, and a paused source is neither good nor bad.
A day is the city's own, from midnight to midnight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple, get_args

import orjson

from collectors.freshness import due
from collectors.health import SourceHealth
from collectors.readings.shape import Freshness

State = Freshness | Literal["paused"]
STATES: tuple[State, ...] = (*get_args(Freshness), "paused")


@dataclass(slots=True)
class Day:
    """What was counted of one source, on one day or on several.

    `asked` and `answered` are tries, `rows` all rows of its good answers, `rejected` those of them that could not be
    read; `seconds` is how long it was in each state while somebody looked.
    """

    owner: str
    asked: int = 0
    answered: int = 0
    rows: int = 0
    rejected: int = 0
    seconds: dict[State, float] = field(default_factory=dict)

    def text(self) -> bytes:
        """As Redis keeps it."""
        seconds = {state: round(spent, 1) for state, spent in self.seconds.items()}
        return orjson.dumps(
            {"owner": self.owner, "asked": self.asked, "answered": self.answered, "rows": self.rows,
             "rejected": self.rejected, "seconds": seconds}
        )  # fmt: skip

    def observed(self) -> float:
        """The seconds in which it should have been good."""
        return sum(spent for state, spent in self.seconds.items() if state != "paused")


def day_from(value: bytes | None) -> Day | None:
    """A day as it was kept, None for anything that is none."""
    try:
        found = orjson.loads(value or b"null")
        seconds = {state: float(found["seconds"].get(state, 0.0)) for state in STATES if state in found["seconds"]}
        counts = {name: int(found[name]) for name in ("asked", "answered", "rows", "rejected")}
        return Day(owner=str(found["owner"]), seconds=seconds, **counts)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def summed(days: Iterable[Day], owner: str = "") -> Day:
    """Several days as one."""
    total = Day(owner)
    for day in days:
        total.asked += day.asked
        total.answered += day.answered
        total.rows += day.rows
        total.rejected += day.rejected
        for state, spent in day.seconds.items():
            total.seconds[state] = total.seconds.get(state, 0.0) + spent
    return total


def spent(health: SourceHealth, start: datetime, end: datetime) -> Iterator[tuple[State, datetime, datetime]]:
    """The states a source was in from one moment to another, given that nothing was heard of it in between."""
    if health.paused is not None:
        yield "paused", start, end
        return
    if health.as_of is None:
        yield "never", start, end
        return
    found = due(health.as_of, health.source.cadence, health.failing_since is not None)
    if end <= found.late_at:
        yield "live", start, end
        return
    turns = (found.late_at, found.stale_at, found.failed_at)
    cuts = sorted({start, end, *(turn for turn in turns if turn is not None and start < turn < end)})
    for begin, until in pairwise(cuts):
        yield found.freshness(begin + (until - begin) / 2), begin, until


class CityDay(NamedTuple):
    """A day of the city's (2026-11-24), and when the next one begins, in UTC."""

    name: str
    ends: datetime


@lru_cache(maxsize=8)
def city_day(day: date, zone: tzinfo) -> CityDay:
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
    return CityDay(day.isoformat(), midnight.astimezone(UTC))


class Reliability:
    """Counts one source's days while this process collects it."""

    def __init__(self, owner: str, zone: tzinfo) -> None:
        self.owner = owner
        self.zone = zone
        self.days: dict[str, Day] = {}
        self.seen: datetime | None = None

    def begin(self, kept: Day | None, now: datetime) -> None:
        """Go on from what the store holds of today. What was before this moment nobody has observed."""
        self.days = {} if kept is None else {self.today(now): kept}
        self.seen = now

    def today(self, now: datetime) -> str:
        return city_day(now.astimezone(self.zone).date(), self.zone).name

    def observe(self, health: SourceHealth, now: datetime) -> None:
        """Count the time since the last moment; call it before anything about the source changes."""
        start, self.seen = self.seen or now, now
        for state, begin, until in spent(health, start, now) if start < now else ():
            for day, seconds in self.by_day(begin, until):
                held = self._day(day).seconds
                held[state] = held.get(state, 0.0) + seconds

    def by_day(self, start: datetime, end: datetime) -> Iterator[tuple[str, float]]:
        """The seconds from one moment to another in each of the city's days."""
        while start < end:
            day = city_day(start.astimezone(self.zone).date(), self.zone)
            until = min(end, day.ends)
            yield day.name, (until - start).total_seconds()
            start = until

    def answered(self, now: datetime, rows: int, rejected: int) -> None:
        """`rows` are all that came, `rejected` those of them that could not be read."""
        day = self._day(self.today(now))
        day.asked += 1
        day.answered += 1
        day.rows += rows
        day.rejected += rejected

    def failed(self, now: datetime) -> None:
        self._day(self.today(now)).asked += 1

    def _day(self, day: str) -> Day:
        found = self.days.setdefault(day, Day(self.owner))
        found.owner = self.owner
        return found

    def written(self) -> dict[str, bytes]:
        """Every day that may have changed, as it is to be kept; all but the newest are complete with this."""
        lines = {day: held.text() for day, held in self.days.items()}
        self.days = {day: self.days[day] for day in sorted(self.days)[-1:]}
        return lines
