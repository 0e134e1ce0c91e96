"""What is answered about complaints (questions/complaints.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from collectors.records import ComplaintStatus

BUCKETS = 8
TICKS = 500


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts of received reports; `oldest` is the request of the one that waits longest, `late` those that wait too
    long, `answered_in` those answered within the target of `answered`. Medians and ninetieth percentiles in seconds."""

    n: int = 0
    done: int = 0
    in_progress: int = 0
    waiting: int = 0
    unknown: int = 0
    due: int = 0
    on_time: int = 0
    late: int = 0
    answered: int = 0
    answered_in: int = 0
    reopened: int = 0
    oldest: datetime | None = None
    finish_median: float | None = None
    finish_p90: float | None = None
    answer_median: float | None = None
    answer_p90: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One report, with nothing personal. `late`: it waits, or was finished, beyond the limit."""

    source: str
    id: str
    category: str
    agency: str | None
    channel: str | None
    status: ComplaintStatus
    requested: datetime
    updated: datetime | None
    answered: datetime | None
    finished: datetime | None
    reopened: int
    subdistrict: str | None
    district: str | None
    demo: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at present: by agency (slug) and age (`BUCKETS` equal parts, the last of them beyond the limit), and
    the oldest reports, at most `TICKS`."""

    n: int
    late: int
    soon: int
    by_agency: Mapping[str, tuple[int, ...]]
    oldest: Sequence[Report]

    @property
    def by_age(self) -> tuple[int, ...]:
        return tuple(map(sum, zip(*self.by_agency.values(), strict=True))) if self.by_agency else (0,) * BUCKETS


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything the page of complaints shows. Groups are by code; "" is unknown. `days` and `finished` by day; `as_of`
    is the newest change."""

    total: Sums
    before: Sums | None
    agencies: Mapping[str, Sums]
    districts: Mapping[str, Sums]
    subdistricts: Mapping[str, Sums]
    categories: Mapping[str, Sums]
    channels: Mapping[str, Sums]
    statuses: Mapping[str, Sums]
    days: Mapping[date, Sums]
    days_before: Mapping[date, Sums]
    finished: Mapping[date, int]
    hours: Mapping[tuple[int, int], int]
    names: Mapping[str, str]
    waiting: Waiting
    rows: Sequence[Report]
    demo: bool
    first: date | None
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen: agencies by slug and the slug of each spelling, categories by code, channels."""

    agencies: Mapping[str, str]
    spellings: Mapping[str, str]
    categories: Mapping[str, str]
    channels: Sequence[str]
