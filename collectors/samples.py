"""What the long history keeps of things that are always there: beds, applications and water, as of a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from collectors.facts import BEDS, CHECKS, WATER, Row, Table, stamp, when
from collectors.readings.app_states import app_states
from collectors.readings.beds import total
from collectors.readings.hospitals import hospitals, silence
from collectors.readings.present import Present
from collectors.readings.water import posts_of
from collectors.source import Area


def bed_rows(present: Present, at: datetime) -> list[Row]:
    """Each class of each hospital, counted once; a hospital that says nothing has one row without numbers."""
    rows = []
    demo = {health.source.name for health in present.sources if health.demo}
    for source, rooms in hospitals(present).values():
        reporting = silence(source, rooms, present) is None
        shared = {
            "moment": stamp(at),
            "hospital_id": rooms[0].hospital_id,
            "hospital": rooms[0].hospital,
            "source": source,
            "reporting": reporting,
            **when(at, present.zone),
            "demo": source in demo,
        }
        for unit, code in sorted({(room.unit, room.bed_class) for room in rooms}):
            mine = [room for room in rooms if (room.unit, room.bed_class) == (unit, code)]
            beds = {} if unit == "unreported" else dict(total(mine, unit))
            told = max((room.updated for room in mine if room.updated), default=None)
            name = {"unit": unit, "bed_class": code, "class_name": mine[0].class_name, "updated": stamp(told)}
            rows.append({**shared, **name, **beds})
    return rows


def check_rows(present: Present, at: datetime) -> list[Row]:
    """Each application. Where nobody has heard of the area lately, none of them is known to be anything."""
    alive, demo = bool(present.alive), any(health.demo for health in present.sources)
    return [
        {
            "moment": stamp(at),
            "app": one.id,
            "status": one.status if alive else "unknown",
            "latency_ms": one.latency_ms if alive and one.status == "up" else None,
            "demo": demo,
        }
        for one in app_states(present)
    ]


def water_rows(present: Present, at: datetime) -> list[Row]:
    """Each post's level."""
    demo = any(health.demo for health in present.sources)
    return [
        {
            "moment": stamp(at),
            "post": post["id"],
            "name": post["post"],
            "river": post["river"],
            "level_cm": post["level_cm"] if post["reporting"] else None,
            "siaga": post["siaga"] if post["reporting"] else None,
            "reporting": post["reporting"],
            **when(at, present.zone),
            "demo": demo,
        }
        for post in posts_of(present)
    ]


@dataclass(frozen=True, slots=True)
class Sampled:
    """An area that is looked at every so often."""

    table: Table
    every: timedelta
    rows: Callable[[Present, datetime], list[Row]]


SAMPLED: Mapping[Area, Sampled] = {
    "beds": Sampled(BEDS, timedelta(minutes=15), bed_rows),
    "apps": Sampled(CHECKS, timedelta(minutes=1), check_rows),
    "water": Sampled(WATER, timedelta(minutes=10), water_rows),
}


def due(every: timedelta, now: datetime) -> datetime:
    """The last moment at which a sample of an interval was due."""
    since = now.timestamp()
    return datetime.fromtimestamp(since - since % every.total_seconds(), now.tzinfo)
