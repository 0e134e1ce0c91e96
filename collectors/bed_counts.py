"""Rules every source of beds shares: which unit a class is of, which number follows from the others, what does not
add up."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypedDict

from collectors.records import BedCount, BedUnit

_INTENSIVE = frozenset({"ICU", "ICCU", "NICU", "PICU", "RICU", "HCU", "ICC", "NIC", "PIC", "RIC"})
_EMERGENCY = frozenset({"IGD", "UGD"})


def bed_unit(*names: str) -> BedUnit:
    """Intensive care, emergency, or the rest, by whole words of class and room."""
    words = {word for name in names for word in re.findall(r"[A-Z]+", name.upper())}
    if words & _INTENSIVE:
        return "icu"
    return "emergency" if words & _EMERGENCY else "inpatient"


def class_code(name: str) -> str:
    """One class for all sources that write its name alike, whatever the case."""
    return name.upper()


def added_up(bed: BedCount, apart: int = 0) -> BedCount:
    """The record with the number that follows from the other two, marked, or with flags for what does not add up.

    `apart` are beds that may be neither free nor occupied, such as those being made ready.
    """
    capacity, free, occupied = bed.capacity, bed.free, bed.occupied
    if capacity is None:
        if free is None or occupied is None:
            return bed
        return replace(bed, capacity=free + occupied + apart, derived="capacity")
    flags = ("free>capacity",) * (free is not None and free > capacity)
    flags += ("occupied>capacity",) * (occupied is not None and occupied > capacity)
    rest = capacity - (free or 0) - (occupied or 0)
    if not flags and (rest < 0 or (free is not None and occupied is not None and rest not in {0, apart})):
        flags = ("parts!=capacity",)
    if flags:
        return replace(bed, flags=(*flags, *bed.flags))
    if rest < apart or (free is None) == (occupied is None):
        return bed
    if free is None:
        return replace(bed, free=rest - apart, derived="free")
    return replace(bed, occupied=rest - apart, derived="occupied")


class Sexes(TypedDict, total=False):
    """What the free beds by sex make of a record."""

    flags: tuple[str, ...]
    by_sex: int


def sexes(free: int | None, *parts: int | None) -> Sexes:
    """A flag and their sum where the free beds by sex are more than the free beds. Fewer is possible: a part may not be
    given; and so is that each of them is as many, where any bed is for anyone."""
    known = [part for part in parts if part is not None]
    if free is None or sum(known) <= free or set(known) == {free}:
        return {}
    return {"flags": ("parts>free",), "by_sex": sum(known)}
