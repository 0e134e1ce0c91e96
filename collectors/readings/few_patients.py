"""Small numbers of patients, which visitors are not told: of one hospital or class they may be about somebody known.

What is withheld must not be what is left over of a whole: each hidden part could be any small number as far as the
others tell. Where a few parts alone would not do, a larger one is hidden with them; where there is none, the whole and
all its parts are. Free beds are told in any case, so the capacity goes with the occupied.
"""

from __future__ import annotations

from collections.abc import Sequence

from collectors.readings.shape import BedsReading, BedSum

FEW = 4
COVER = 8
"""So many patients of one more part leave every possibility open."""


def without_few(reading: BedsReading) -> BedsReading:
    """The beds without small numbers of patients. A sum over no known number stays unknown."""
    found: BedsReading = {
        **reading,
        "icu": {**reading["icu"]},
        "inpatient": {**reading["inpatient"]},
        "emergency": {**reading["emergency"]},
        "classes": [{**one} for one in reading["classes"]],
        "hospitals": [
            {**one, "icu": {**one["icu"]}, "inpatient": {**one["inpatient"]}} for one in reading["hospitals"]
        ],
    }

    def classes(unit: str) -> list[BedSum]:
        return [one for one in found["classes"] if one["unit"] == unit]

    withhold(found["icu"], [classes("icu"), [one["icu"] for one in found["hospitals"]]])
    withhold(found["inpatient"], [classes("inpatient"), [one["inpatient"] for one in found["hospitals"]]])
    withhold(found["emergency"], [classes("emergency")])
    if found["inpatient"].get("withheld"):
        found["share"] = found["band"] = None
    return found


def withhold(whole: BedSum, divisions: Sequence[Sequence[BedSum]]) -> None:
    """Withhold what is small, and what would give it away, of a whole and of its parts in each division of it."""
    everything = [whole, *(part for parts in divisions for part in parts)]
    if any(part.get("withheld") for part in everything):
        return
    hidden = [_hidden(parts) for parts in divisions]
    if is_few(whole) or any(found is None for found in hidden):
        told = [part for part in everything if _patients(part)]
    else:
        told = [part for found in hidden for part in found or ()]
    for part in told:
        if part["occupied"] is not None or part["capacity"] is not None:
            part.update({"occupied": None, "capacity": None, "withheld": True})


def is_few(beds: BedSum) -> bool:
    return any(0 < count <= FEW for count in _counts(beds))


def _hidden(parts: Sequence[BedSum]) -> list[BedSum] | None:
    """The small parts, and a larger one if they need it; none where none is small, None where none is large enough."""
    few = [part for part in parts if is_few(part)]
    if not few or _open(sum(map(_patients, few)), len(few)):
        return few
    covering = [part for part in parts if not is_few(part) and min(_counts(part), default=0) >= COVER]
    return [*few, min(covering, key=_patients)] if covering else None


def _open(patients: int, parts: int) -> bool:
    """Whether each of so many small parts can be anything from 1 to `FEW` where their sum is known."""
    return parts - 1 + FEW <= patients <= FEW * (parts - 1) + 1


def _counts(beds: BedSum) -> list[int]:
    """How many are occupied, as said and as capacity and free beds say it."""
    free, occupied, capacity = beds["free"], beds["occupied"], beds["capacity"]
    derived = None if free is None or capacity is None else capacity - free
    return [count for count in (occupied, derived) if count is not None]


def _patients(beds: BedSum) -> int:
    return max(_counts(beds), default=0)
