"""What a reading is computed from, and the part of it that every area shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from collectors.districts import Districts
from collectors.freshness import worst
from collectors.health import SourceHealth, iso, iso_or_none
from collectors.readings.limits import Limits
from collectors.readings.shape import Entered, Level, Reading
from collectors.readings.stage import DOUBTFUL
from collectors.records import Record
from collectors.source import BY_HAND, Application, Area

TREND_STEP = timedelta(minutes=10)
TREND_LENGTH = 144


@dataclass(frozen=True, slots=True)
class Present:
    """One area at one moment. `previous` is its reading before, None after a first start."""

    area: Area
    records: Mapping[tuple[str, str], Record]
    sources: Sequence[SourceHealth]
    now: datetime
    zone: tzinfo
    districts: Districts
    limits: Limits
    applications: Sequence[Application]
    previous: Reading | None

    @property
    def known(self) -> bool:
        """Whether any source of the area has ever answered. Without it every number is unknown, not zero."""
        return any(health.as_of is not None for health in self.sources)

    @property
    def alive(self) -> frozenset[str]:
        """The sources whose word counts: neither stale nor failed nor paused."""
        fresh = ((health.source.name, health.state(self.now)["freshness"]) for health in self.sources)
        return frozenset(name for name, freshness in fresh if freshness not in DOUBTFUL)

    @property
    def by_hand(self) -> frozenset[str]:
        """The sources whose values a person enters."""
        return frozenset(health.source.name for health in self.sources if health.source.collector == BY_HAND)

    @property
    def answered(self) -> Mapping[str, datetime | None]:
        """Each source's own time, as of which a record without one speaks."""
        return {health.source.name: health.as_of for health in self.sources}

    def reading(self, value: int | None, level: Level) -> Reading:
        """The fields every area has."""
        together = worst(found for health in self.sources if (found := health.due()) is not None)
        states = [health.state(self.now) for health in self.sources]
        as_of = min((health.as_of for health in self.sources if health.as_of), default=None)
        after = together.as_of if together else self.now
        start = as_of or after

        def age(moment: datetime) -> float:
            return max(0.0, round((moment - start).total_seconds(), 3))

        freshness = "never" if as_of is None or together is None else together.freshness(self.now)
        cadence = min((health.source.cadence for health in self.sources), default=0.0)
        return {
            "area": self.area,
            "as_of": iso_or_none(as_of),
            "received": max((state["received"] for state in states if state["received"]), default=None),
            "changed": self.changed(value),
            "freshness": freshness,
            "late_after": age(together.late_at) if together else cadence,
            "stale_after": age(together.stale_at) if together else 2 * cadence,
            "failed_after": age(together.failed_at) if together and together.failed_at else None,
            "value": value,
            "level": level if self.known else "unknown",
            "demo": any(health.demo for health in self.sources),
            "sources": states,
            "trend": self.trend(value if freshness not in DOUBTFUL else None),
        }

    def changed(self, value: int | None) -> str | None:
        if self.previous is not None and self.previous["value"] == value and self.previous["changed"]:
            return self.previous["changed"]
        return iso(self.now) if value is not None else None

    def trend(self, value: int | None) -> list[tuple[str, int]]:
        """The value every ten minutes; a gap stays a gap."""
        return longer(self.previous["trend"] if self.previous is not None else (), value, self.now)


def entered(by_hand: bool) -> Entered:
    """What is added to an item that a person entered."""
    return {"by_hand": True} if by_hand else {}


def longer(
    before: Iterable[tuple[str, int]],
    value: int | None,
    now: datetime,
    step: timedelta = TREND_STEP,
    length: int = TREND_LENGTH,
) -> list[tuple[str, int]]:
    """A trend with its newest value, where a step has passed since the last; what is older than its length is gone."""
    found = list(before)
    if value is not None and not (found and now - datetime.fromisoformat(found[-1][0]) < step):
        found.append((iso(now), value))
    return [(moment, number) for moment, number in found if datetime.fromisoformat(moment) > now - step * length]
