"""What is answered about applications (questions/apps.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from collectors.owners import Owner
from collectors.questions.incidents import Incident, Incidents
from collectors.records import AppGroup, AppStatus


@dataclass(frozen=True, slots=True)
class App:
    """An application by all that is known of it; `owner` is a slug, "" where nobody is named."""

    id: str
    name: str
    group: AppGroup | None = None
    owner: str = ""
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts of checks of which something is known; each is up, degraded, down or in maintenance. `expected` is how
    many there are in the time, a minute each. Latencies in milliseconds, `worst` is the beginning of the worst hour."""

    checks: int = 0
    up: int = 0
    degraded: int = 0
    down: int = 0
    maintenance: int = 0
    expected: int = 0
    latency_n: int = 0
    latency_sum: int = 0
    p95_n: int = 0
    p95_sum: int = 0
    latency_worst: int | None = None
    worst: datetime | None = None

    @property
    def availability(self) -> float | None:
        counted = self.checks - self.maintenance
        return self.up / counted if counted else None

    @property
    def unknown(self) -> float | None:
        """The share of the time of which nothing is known."""
        return max(0.0, 1 - self.checks / self.expected) if self.expected else None

    @property
    def latency(self) -> float | None:
        return self.latency_sum / self.latency_n if self.latency_n else None

    @property
    def latency_p95(self) -> float | None:
        return self.p95_sum / self.p95_n if self.p95_n else None


@dataclass(frozen=True, slots=True)
class Check:
    """One look at one application."""

    moment: datetime
    status: AppStatus
    latency_ms: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything the page of applications shows. `owners` are by slug, `groups` by name, "" where it is unknown;
    `incidents` are those of the time asked, `hours` the minutes of outage by weekday (1 Monday) and hour; `now` is the
    status of each application as of `as_of`; `known` and `owner_names` say who they are."""

    total: Sums
    before: Sums | None
    apps: Mapping[str, Sums]
    owners: Mapping[str, Sums]
    groups: Mapping[str, Sums]
    days: Mapping[date, Sums]
    days_before: Mapping[date, Sums]
    incidents: Incidents
    incidents_before: Incidents | None
    rows: Sequence[Incident]
    hours: Mapping[tuple[int, int], int]
    now: Mapping[str, AppStatus]
    known: Mapping[str, App]
    owner_names: Mapping[str, Owner]
    demo: bool
    first: date | None
    as_of: datetime | None
