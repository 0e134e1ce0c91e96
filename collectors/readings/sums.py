"""What does not add up in a reading: its own wholes beside the sums of their parts, and its sources' rooms of beds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Literal

from collectors.health import iso
from collectors.readings.present import Present
from collectors.readings.shape import (
    AppsReading,
    BedsReading,
    ComplaintsReading,
    Reading,
    SourceState,
    TrafficReading,
)
from collectors.readings.water_shape import WaterReading
from collectors.records import BedCount, Total
from collectors.source import Area
from collectors.totals import differing, of_rooms, whole

UNITS: tuple[Literal["icu", "inpatient", "emergency"], ...] = ("icu", "inpatient", "emergency")
BEDS: tuple[Literal["capacity", "free", "occupied"], ...] = ("capacity", "free", "occupied")


def reconciled(computed: Callable[[Present], Any]) -> Callable[[Present], Reading]:
    """The function of an area, its readings with whatever does not add up in them. No number of theirs is touched."""

    def reading(present: Present) -> Reading:
        found: Reading = computed(present)
        before = present.previous.get("quality", []) if present.previous is not None else []
        quality = differing(WHOLES[present.area](found), before, iso(present.now))
        return {**with_rooms(found, present), "quality": quality}

    return reading


def with_rooms(reading: Reading, present: Present) -> Reading:
    """The rooms of each source whose numbers do not add up are doubts about that source."""
    flagged: dict[str, list[BedCount]] = defaultdict(list)
    for (name, _), record in present.records.items():
        if isinstance(record, BedCount) and record.flags:
            flagged[name].append(record)
    if not flagged:
        return reading
    previous = present.previous["sources"] if present.previous is not None else []
    before = {source["name"]: source.get("quality", []) for source in previous}

    def told(source: SourceState) -> SourceState:
        rooms = differing(of_rooms(flagged[source["name"]]), before.get(source["name"], []), iso(present.now))
        return {**source, "quality": [*source.get("quality", []), *rooms]} if rooms else source

    return {**reading, "sources": [told(source) for source in reading["sources"]]}


def complaints(reading: ComplaintsReading) -> Iterator[Total]:
    """All reports by status, and those that wait by place."""
    statuses = (reading["waiting"], reading["in_progress"], reading["done"], reading["unknown"])
    yield from whole("reports", reading["total"], statuses)
    yield from whole("waiting", reading["waiting"], [*reading["by_subdistrict"].values(), reading["unplaced"]])


def beds(reading: BedsReading) -> Iterator[Total]:
    """The beds of each unit by class. Those of a class of which nothing is known are in no sum."""
    for unit in UNITS:
        classes = [one for one in reading["classes"] if one["unit"] == unit]
        for of in BEDS:
            known = [number for one in classes if (number := one[of]) is not None]
            yield from whole(of, reading[unit][of], known, unit=unit)


def traffic(reading: TrafficReading) -> Iterator[Total]:
    """What is open by kind, and by whether anybody has checked it."""
    yield from whole("events", reading["open"], reading["by_kind"].values())
    yield from whole("events", reading["open"], (reading["verified"], reading["unverified"]))


def apps(reading: AppsReading) -> Iterator[Total]:
    """All applications by state, and by group."""
    states = (reading["up"], reading["degraded"], reading["down"], reading["unknown"], reading.get("maintenance"))
    yield from whole("applications", reading["total"], states)
    yield from whole("applications", reading["total"], [group["total"] for group in reading["groups"]])


def water(reading: WaterReading) -> Iterator[Total]:
    """All posts, those that report and those that do not."""
    known = reading["posts_total"] is not None
    silent = len(reading["not_reporting"]) if known else None
    yield from whole("posts", reading["posts_total"], (reading["posts_reporting"], silent))


WHOLES: dict[Area, Callable[[Any], Iterator[Total]]] = {
    "complaints": complaints,
    "beds": beds,
    "traffic": traffic,
    "apps": apps,
    "water": water,
}
"""The wholes of each area's reading, each beside the sum of its parts."""
