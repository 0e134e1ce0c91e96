"""From which number on a reading asks for a human. Every city sets its own in `config.yaml` under `limits`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Band = Literal["low", "ideal", "high", "full"]
MapShows = Literal["complaints", "traffic"]


@dataclass(frozen=True, slots=True)
class BedBands:
    """The shares of occupied beds (BOR) at which each band begins. Below `ideal` they are little used: not bad.

    Ideal from 60 % is the Indonesian ministry's definition of 2005; that it ends at 85 % is commonly taught.
    """

    ideal: float = 0.60
    high: float = 0.85
    full: float = 1.0

    def of(self, share: float | None) -> Band | None:
        """The band of a share, None for an unknown one."""
        if share is None:
            return None
        if share >= self.full:
            return "full"
        if share > self.high:
            return "high"
        return "ideal" if share >= self.ideal else "low"


@dataclass(frozen=True, slots=True)
class Limits:
    """`complaint_age`, `complaint_answer`, `complaint_window` and `hospital_silent` are seconds; `bed_occupancy` is a
    share from 0 to 1.

    `map_shows` is the area by whose numbers the map is shaded. An application whose certificate ends within
    `certificate_days` is watched. `water_watch` and `water_alarm` are the siaga from which on a post asks for a human,
    `water_silent` the seconds after which it counts as not reporting. `on_time` and `availability` are the shares that
    officials aim at: of complaints finished within `complaint_age`, and of checks that applications pass.

    Sources: complaints are taken up within 6 hours and finished within 7 days (Jakarta CRM); wards are watched from
    85 % occupied; Waze calls a jam of level 4 very heavy and 5 closed; siaga 3 is the first stage above normal.
    """

    complaint_age: float = 7 * 86400.0
    complaint_answer: float = 6 * 3600.0
    on_time: float = 0.95
    availability: float = 0.99
    complaint_window: float = 90 * 86400.0
    bed_occupancy: float = 0.85
    icu_free: int = 3
    hospital_silent: float = 6 * 3600.0
    jam_level: int = 4
    apps_down: int = 5
    certificate_days: int = 14
    bed_bands: BedBands = BedBands()
    map_shows: MapShows = "complaints"
    water_watch: int = 3
    water_alarm: int = 2
    water_silent: float = 3600.0
