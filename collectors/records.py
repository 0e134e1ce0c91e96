"""What a collector returns: one record per complaint, room of beds, traffic report, application or water post.

Times are aware and in UTC. None means unknown, never zero. Places are WGS84 degrees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

ComplaintStatus = Literal["waiting", "in_progress", "done", "unknown"]
BedUnit = Literal["inpatient", "icu", "emergency", "unreported"]
TrafficKind = Literal["jam", "accident", "flood", "closure", "works", "hazard", "other"]
AppStatus = Literal["up", "degraded", "down", "unknown", "maintenance"]
AppStage = Literal["live", "trial", "retired"]
TotalOf = Literal[
    "rows", "hospitals", "waiting", "in_progress", "done", "unknown", "capacity", "free", "occupied",
    "reports", "events", "applications", "posts",
]  # fmt: skip
AppGroup = Literal["public", "government"]
Siaga = Literal[1, 2, 3, 4]
"""The stage of a flood warning as posts in Indonesia state it: 4 is normal, 1 the gravest."""
Course = Literal["rising", "steady", "falling"]


@dataclass(frozen=True, slots=True)
class Complaint:
    """A service request in Open311's sense.

    `answered` is when somebody took it up, `finished` when it was done, as far as we saw it happen or its source says;
    `reopened` is how often it was open again after that. They are carried on from state to state (merge.py).
    """

    id: str
    status: ComplaintStatus
    status_given: str
    category: str
    category_code: str
    requested: datetime
    updated: datetime | None = None
    agency: str | None = None
    channel: str | None = None
    description: str | None = None
    address: str | None = None
    lat: float | None = None
    lon: float | None = None
    answered: datetime | None = None
    finished: datetime | None = None
    reopened: int = 0


@dataclass(frozen=True, slots=True)
class BedCount:
    """The beds of one room (or one class, where a hospital reports no rooms).

    `derived` names the field that was computed from the other two, None where all were given or it could not be.
    `flags` says what does not add up: "free>capacity", "occupied>capacity", "parts!=capacity" (free and occupied),
    "parts>free" (`by_sex`, the free beds by sex together), "status unknown" (some beds do not say what they are).
    A hospital that is listed but never reported is one record with unit "unreported" and no numbers.
    """

    id: str
    hospital_id: str
    hospital: str
    unit: BedUnit
    bed_class: str = ""
    class_name: str = ""
    room: str = ""
    capacity: int | None = None
    free: int | None = None
    occupied: int | None = None
    derived: Literal["capacity", "free", "occupied"] | None = None
    flags: tuple[str, ...] = ()
    by_sex: int | None = None
    updated: datetime | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class TrafficReport:
    """Something on a road. `level` is Waze's 0 (free) to 5 (blocked); `delay_s` None when blocked or unknown."""

    id: str
    kind: TrafficKind
    kind_given: str
    open: bool
    headline: str
    road: str | None = None
    level: int | None = None
    length_m: int | None = None
    delay_s: int | None = None
    speed_kmh: float | None = None
    verified: bool | None = None
    started: datetime | None = None
    updated: datetime | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class AppHealth:
    """One check of one application. `reason` says in a few words why it is not up.

    `until` is when a maintenance that the source announces is to end; `listed` is whether the application is one of the
    city's file, and not one that only its source knows.
    """

    id: str
    name: str
    group: AppGroup
    owner: str
    status: AppStatus
    checked: datetime
    reason: str | None = None
    latency_ms: int | None = None
    http_status: int | None = None
    certificate_days: int | None = None
    until: datetime | None = None
    listed: bool = True


@dataclass(frozen=True, slots=True)
class WaterLevel:
    """What one post measures, in centimetres above its own zero, which may be below it.

    `siaga_4` to `siaga_1` are the levels from which on each stage holds; `siaga` is the stage that the source itself
    states, `trend` the course. `upstream`: its water reaches the city later.
    """

    id: str
    post: str
    river: str | None = None
    level_cm: float | None = None
    siaga: Siaga | None = None
    siaga_4: float | None = None
    siaga_3: float | None = None
    siaga_2: float | None = None
    siaga_1: float | None = None
    trend: Course | None = None
    upstream: bool | None = None
    updated: datetime | None = None
    lat: float | None = None
    lon: float | None = None


Record = Complaint | BedCount | TrafficReport | AppHealth | WaterLevel


@dataclass(frozen=True, slots=True)
class Fields:
    """Of a kind of record: `shown` are the texts that may be shown, which are masked as they are read; `restless` the
    fields that move at every look, though nothing has happened: they alone are no news.
    """

    shown: tuple[str, ...]
    restless: frozenset[str] = frozenset()


FIELDS: dict[type[Record], Fields] = {
    Complaint: Fields(shown=("category", "agency", "channel")),
    BedCount: Fields(shown=("hospital", "class_name", "room"), restless=frozenset({"updated"})),
    TrafficReport: Fields(shown=("headline", "road")),
    AppHealth: Fields(shown=("name", "owner", "reason"), restless=frozenset({"checked", "latency_ms"})),
    WaterLevel: Fields(shown=("post", "river"), restless=frozenset({"updated"})),
}


def is_news(record: Record, before: Record) -> bool:
    """Whether something has happened since the record before."""
    if type(record) is not type(before):
        return True
    restless = FIELDS[type(record)].restless
    return any(getattr(record, name) != getattr(before, name) for name in record.__dataclass_fields__.keys() - restless)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read: why, the beginning of what was sent, and all of it where it may be read again.

    `given` may hold what citizens wrote: it is never shown, logged or compared.
    """

    reason: str
    sample: str
    given: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Total:
    """How many of something there are said to be (`stated`), and how many came or its parts add up to (`counted`).

    `at` names the row it is about where it is not about all, `unit` the unit of beds (collectors/totals.py).
    """

    of: TotalOf
    stated: int
    counted: int
    at: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one run of a collector brought.

    `as_of` is the source's own time (its newest record, its feed time or its Date header), never the poll time unless
    the source states none. `complete` means the records are the source's whole present state, so that a record which
    is missing has ended. `cursor` comes back unchanged in the next run's `Known`. `demo` names the pretend
    city that answered, None for a real one. `repeated` are rows the collector left out because it had read the same id
    already; `totals` are what the source itself says it has, where it does.
    """

    records: tuple[Record, ...]
    as_of: datetime
    complete: bool
    rejected: tuple[Rejected, ...] = ()
    cursor: str | None = None
    demo: str | None = None
    repeated: int = 0
    totals: tuple[Total, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the store already holds of a source, for a collector that asks only for what is new."""

    cursor: str | None = None
    open_ids: frozenset[str] = field(default_factory=frozenset)


Fault = Literal[
    "silent", "unreachable", "untrusted", "refused", "limited", "redirected", "html", "broken", "too_large", "settings",
    "ours",
]  # fmt: skip
"""The kinds of failure that a screen says in its own language (layouts/vocabulary.py, fault_...)."""


class CollectError(Exception):
    """A source could not be read. The first line is a sentence an operator can act on.

    `fault` is its kind, "broken" where what came could not be read; `status` the HTTP status where that is the fault.
    """

    def __init__(
        self, sentence: str, retry_after: float | None = None, fault: Fault = "broken", status: int | None = None
    ) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
        self.fault = fault
        self.status = status
