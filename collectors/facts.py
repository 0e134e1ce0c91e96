"""What the long history keeps of each thing, one row per fact: columns with DuckDB's types, and the rows of records.

Nothing here is personal: no name, no text of a citizen, no address and no point, only the subdistrict's code. Moments
are UTC; `day`, `hour` (0-23) and `weekday` (1 Monday to 7) are those of the city's zone, so that no question has to
convert. Durations are whole seconds. NULL is unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from collectors.districts import Districts
from collectors.records import Complaint, TrafficReport

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """`at` is the column whose moment decides the file a row stands in; rows that share `key` are one fact.

    `order` is that of the rows in a file. What is `sampled` is written by the hour, anything else by the day. `moved`
    is a condition in SQL under which a known row `o` is an earlier form of a new one `n` that stands elsewhere. A month
    is one file once it has been over for `settled` days: rows of it hardly change any more.
    """

    name: str
    at: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    order: tuple[str, ...]
    sampled: bool = False
    moved: str = ""
    settled: int = 2


NEVER = 365_000
WHEN = {"day": "DATE", "hour": "UTINYINT", "weekday": "UTINYINT"}
PLACE = {"subdistrict": "VARCHAR", "district": "VARCHAR"}

COMPLAINTS = Table(
    "complaints",
    "requested",
    ("source", "id"),
    {
        "source": "VARCHAR", "id": "VARCHAR", "category": "VARCHAR", "category_code": "VARCHAR", "agency": "VARCHAR",
        "channel": "VARCHAR", "status": "VARCHAR", "requested": "TIMESTAMP", "updated": "TIMESTAMP",
        "answered": "TIMESTAMP", "finished": "TIMESTAMP", "answer_s": "INTEGER", "finish_s": "INTEGER",
        "finished_day": "DATE", "reopened": "UTINYINT", **PLACE, **WHEN, "demo": "BOOLEAN",
    },
    ("requested",),
    moved="o.source = n.source AND o.id = n.id AND o.requested <> n.requested",
    settled=10,
)  # fmt: skip
TRAFFIC = Table(
    "traffic",
    "started",
    ("source", "id", "started"),
    {
        "source": "VARCHAR", "id": "VARCHAR", "kind": "VARCHAR", "level": "UTINYINT", "road": "VARCHAR",
        "verified": "BOOLEAN", "started": "TIMESTAMP", "ended": "TIMESTAMP", "open_s": "INTEGER",
        **PLACE, **WHEN, "demo": "BOOLEAN",
    },
    ("started",),
    moved="o.source = n.source AND o.id = n.id AND o.started <> n.started AND o.ended IS NULL",
)  # fmt: skip
BEDS = Table(
    "beds",
    "moment",
    ("moment", "hospital_id", "unit", "bed_class"),
    {
        "moment": "TIMESTAMP", "hospital_id": "VARCHAR", "hospital": "VARCHAR", "source": "VARCHAR", "unit": "VARCHAR",
        "bed_class": "VARCHAR", "class_name": "VARCHAR", "capacity": "INTEGER", "free": "INTEGER",
        "occupied": "INTEGER", "rooms_unknown": "INTEGER", "reporting": "BOOLEAN", "updated": "TIMESTAMP",
        **WHEN, "demo": "BOOLEAN",
    },
    ("hospital_id", "unit", "bed_class", "moment"),
    sampled=True,
)  # fmt: skip
CHECKS = Table(
    "checks",
    "moment",
    ("moment", "app"),
    {
        "moment": "TIMESTAMP", "app": "VARCHAR", "status": "VARCHAR", "latency_ms": "INTEGER", "demo": "BOOLEAN",
    },
    ("app", "moment"),
    sampled=True,
    settled=NEVER,
)  # fmt: skip
WATER = Table(
    "water",
    "moment",
    ("moment", "post"),
    {
        "moment": "TIMESTAMP", "post": "VARCHAR", "name": "VARCHAR", "river": "VARCHAR", "level_cm": "INTEGER",
        "siaga": "UTINYINT", "reporting": "BOOLEAN", **WHEN, "demo": "BOOLEAN",
    },
    ("post", "moment"),
    sampled=True,
)  # fmt: skip
HOURS = Table(
    "hours",
    "moment",
    ("moment", "app"),
    {
        "moment": "TIMESTAMP", "app": "VARCHAR", "checks": "USMALLINT", "up": "USMALLINT", "degraded": "USMALLINT",
        "down": "USMALLINT", "maintenance": "USMALLINT", "latency_n": "USMALLINT", "latency_sum": "INTEGER",
        "latency_p95": "INTEGER", "latency_max": "INTEGER", "demo": "BOOLEAN",
    },
    ("app", "moment"),
    sampled=True,
)  # fmt: skip
OUTAGES = Table(
    "outages",
    "began",
    ("app", "began"),
    {
        "app": "VARCHAR", "began": "TIMESTAMP", "ended": "TIMESTAMP", "status": "VARCHAR", "checks": "USMALLINT",
        "demo": "BOOLEAN",
    },
    ("app", "began"),
    sampled=True,
)  # fmt: skip
TABLES = {one.name: one for one in (COMPLAINTS, TRAFFIC, BEDS, CHECKS, WATER, HOURS, OUTAGES)}


def stamp(moment: datetime | None) -> str | None:
    """A moment as DuckDB reads a TIMESTAMP: UTC, without a zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if moment is not None else None


def when(moment: datetime, zone: tzinfo) -> Row:
    """The day, hour and weekday of a moment where the city is."""
    local = moment.astimezone(zone)
    return {"day": local.date().isoformat(), "hour": local.hour, "weekday": local.isoweekday()}


def seconds(start: datetime, end: datetime | None) -> int | None:
    """How long something took, never negative: a source whose clocks differ finished at once."""
    return max(0, min(2**31 - 1, int((end - start).total_seconds()))) if end is not None else None


def complaint_row(source: str, one: Complaint, districts: Districts, zone: tzinfo, demo: bool) -> Row:
    """One complaint as it is now."""
    place = districts.at(one.lat, one.lon)
    return {
        "source": source,
        "id": one.id,
        "category": one.category,
        "category_code": one.category_code or one.category,
        "agency": one.agency,
        "channel": one.channel,
        "status": one.status,
        "requested": stamp(one.requested),
        "updated": stamp(one.updated),
        "answered": stamp(one.answered),
        "finished": stamp(one.finished),
        "answer_s": seconds(one.requested, one.answered),
        "finish_s": seconds(one.requested, one.finished),
        "finished_day": one.finished.astimezone(zone).date().isoformat() if one.finished else None,
        "reopened": min(one.reopened, 255),
        "subdistrict": place.code if place else None,
        "district": place.district_code if place else None,
        **when(one.requested, zone),
        "demo": demo,
    }


def traffic_row(
    source: str, one: TrafficReport, ended: datetime | None, districts: Districts, zone: tzinfo, demo: bool
) -> Row | None:
    """One report on a road, None for one of which not even the beginning is known. `ended`: None while it is open."""
    if one.started is None:
        return None
    place = districts.at(one.lat, one.lon)
    return {
        "source": source,
        "id": one.id,
        "kind": one.kind,
        "level": one.level,
        "road": one.road,
        "verified": one.verified,
        "started": stamp(one.started),
        "ended": stamp(ended),
        "open_s": seconds(one.started, ended),
        "subdistrict": place.code if place else None,
        "district": place.district_code if place else None,
        **when(one.started, zone),
        "demo": demo,
    }
