"""The reading of the beds area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, get_args

from collectors.health import iso_or_none
from collectors.readings.hospitals import hospitals, silence
from collectors.readings.limits import Limits
from collectors.readings.present import Present
from collectors.readings.shape import BedClass, BedsReading, BedSum, HospitalBeds, Level
from collectors.records import BedCount

Unit = Literal["inpatient", "icu", "emergency"]


def beds_reading(present: Present) -> BedsReading:
    """Intensive care, wards and emergency apart; a hospital without rooms is named, not counted as zero."""
    by_hospital = hospitals(present)
    rooms = [room for _, beds in by_hospital.values() for room in beds]
    silent = [found for source, beds in by_hospital.values() if (found := silence(source, beds, present))]
    wards, known = total(rooms, "inpatient"), present.known
    share = occupancy(room for room in rooms if room.unit == "inpatient")
    return {
        **present.reading(wards["free"] if known else None, level(rooms, present.limits)),
        "icu": total(rooms, "icu"),
        "inpatient": wards,
        "emergency": total(rooms, "emergency"),
        "limit": present.limits.bed_occupancy,
        "share": share,
        "band": present.limits.bed_bands.of(share),
        "classes": classes(rooms, present.limits),
        "hospitals": sorted((hospital(*counted) for counted in by_hospital.values()), key=lambda one: one["name"]),
        "hospitals_total": len(by_hospital) if known else None,
        "hospitals_reporting": len(by_hospital) - len(silent) if known else None,
        "not_reporting": sorted(silent, key=lambda one: (one["since"] or "", one["name"])),
        "mismatched": sum(1 for room in rooms if room.flags) if known else None,
    }


def total(rooms: Iterable[BedCount], unit: Unit) -> BedSum:
    """Sums over the rooms of a unit. A sum over no known number is unknown."""
    mine = [room for room in rooms if room.unit == unit]

    def add(values: Iterable[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    return {
        "free": add(room.free for room in mine),
        "occupied": add(room.occupied for room in mine),
        "capacity": add(room.capacity for room in mine),
        "rooms_unknown": sum(1 for room in mine if room.free is None or room.capacity is None),
    }


def occupancy(rooms: Iterable[BedCount]) -> float | None:
    """The occupied share of the beds of which both numbers are known, None where there are none."""
    whole = [(room.occupied, room.capacity) for room in rooms if room.occupied is not None and room.capacity]
    capacity = sum(beds for _, beds in whole)
    return sum(occupied for occupied, _ in whole) / capacity if capacity else None


def level(rooms: list[BedCount], limits: Limits) -> Level:
    """Normal only where intensive care and wards, as far as a city has them, are known to be."""
    icu_free = total(rooms, "icu")["free"]
    if icu_free is not None and icu_free <= limits.icu_free:
        return "alarm"
    share = occupancy(room for room in rooms if room.unit == "inpatient")
    if share is not None and share > limits.bed_occupancy:
        return "watch"
    units = {room.unit for room in rooms}
    doubtful = ("inpatient" in units and share is None) or ("icu" in units and icu_free is None)
    return "unknown" if doubtful or not units & {"inpatient", "icu"} else "normal"


def classes(rooms: list[BedCount], limits: Limits) -> list[BedClass]:
    """Every class that any hospital reports, the largest first within its unit. Class is data, never a fixed list."""
    named: dict[tuple[Unit, str], list[BedCount]] = defaultdict(list)
    for room in rooms:
        if room.unit != "unreported":
            named[(room.unit, room.bed_class)].append(room)
    order = get_args(Unit)
    found: list[BedClass] = []
    for (unit, code), mine in named.items():
        beds = total(mine, unit)
        found.append(
            {**beds, "code": code, "name": mine[0].class_name, "unit": unit, "level": class_level(mine, limits)}
        )
    return sorted(found, key=lambda one: (order.index(one["unit"]), -(one["capacity"] or 0), one["code"]))


def class_level(rooms: list[BedCount], limits: Limits) -> Level:
    share = occupancy(rooms)
    if share is None:
        return "unknown"
    if share >= 1:
        return "alarm"
    return "watch" if share > limits.bed_occupancy else "normal"


def hospital(source: str, beds: list[BedCount]) -> HospitalBeds:
    return {
        "id": beds[0].hospital_id,
        "name": beds[0].hospital,
        "source": source,
        "updated": iso_or_none(max((room.updated for room in beds if room.updated), default=None)),
        "inpatient": total(beds, "inpatient"),
        "icu": total(beds, "icu"),
    }
