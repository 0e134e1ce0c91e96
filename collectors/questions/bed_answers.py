"""What is answered about beds (questions/beds.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from collectors.records import BedUnit

Place = tuple[str, BedUnit, str]


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Sums over `samples` looks; `left_out` are those at which it was not known, or the hospital silent."""

    samples: int = 0
    left_out: int = 0
    occupied: int = 0
    capacity: int = 0

    @property
    def share(self) -> float | None:
        return self.occupied / self.capacity if self.capacity else None


@dataclass(frozen=True, slots=True)
class Look:
    """One class of one hospital as it was seen at a moment; `updated` is when the hospital last said so."""

    moment: datetime
    hospital_id: str
    hospital: str
    source: str
    unit: BedUnit
    bed_class: str
    class_name: str
    capacity: int | None
    free: int | None
    occupied: int | None
    rooms_unknown: int | None
    reporting: bool
    updated: datetime | None
    demo: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """A time in which a hospital was silent: as it was seen, within the time asked. `told` is its last word, None where
    it never said any; `ended` None where it still is, at the end of the time asked."""

    hospital_id: str
    hospital: str
    began: datetime
    ended: datetime | None
    told: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything the page of beds shows. Groups are by code. `reporting` is by day how many hospitals said anything of
    how many; `latest` every class of every hospital as of the end of the time asked, or `as_of`; `silences` the newest
    of `silent` of them; `names` are of hospitals by id, `class_names` by unit and class."""

    units: Mapping[BedUnit, Occupancy]
    before: Mapping[BedUnit, Occupancy] | None
    classes: Mapping[tuple[BedUnit, str], Occupancy]
    hospitals: Mapping[tuple[str, BedUnit], Occupancy]
    cells: Mapping[Place, Occupancy]
    days: Mapping[tuple[BedUnit, date], Occupancy]
    days_before: Mapping[tuple[BedUnit, date], Occupancy]
    hours: Mapping[tuple[BedUnit, int, int], Occupancy]
    reporting: Mapping[date, tuple[int, int]]
    latest: Sequence[Look]
    silences: Sequence[Silence]
    silent: int
    names: Mapping[str, str]
    class_names: Mapping[tuple[BedUnit, str], str]
    rows: Sequence[Look]
    demo: bool
    first: date | None
    as_of: datetime | None

    @property
    def n(self) -> int:
        """How many looks there are behind it, those left out too."""
        return sum(one.samples + one.left_out for one in self.units.values())

    @property
    def free(self) -> Mapping[BedUnit, int | None]:
        """The free beds of each unit in `latest`, of hospitals that report; None where none says."""
        found: dict[BedUnit, int | None] = {}
        for look in self.latest:
            known = found.setdefault(look.unit, None)
            if look.reporting and look.free is not None:
                found[look.unit] = (known or 0) + look.free
        return found

    @property
    def silent_now(self) -> Sequence[Silence]:
        """Hospitals that are silent in `latest`, those that never said a word first, then by how long."""
        told: dict[str, Silence] = {}
        for look in self.latest:
            if not look.reporting:
                before = told.get(look.hospital_id)
                words = [one for one in (look.updated, before.told if before else None) if one]
                last = max(words, default=None)
                told[look.hospital_id] = Silence(look.hospital_id, look.hospital, look.moment, None, last)
        return sorted(told.values(), key=lambda one: (one.told is not None, one.told or one.began, one.hospital))
