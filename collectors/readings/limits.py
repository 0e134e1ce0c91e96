"""From which number on a reading asks for a human. Every city sets its own in `config.yaml` under `limits`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`complaint_age`, `complaint_window` and `hospital_silent` are seconds; `bed_occupancy` a share from 0 to 1.

    Sources: complaints are finished within 7 days (Jakarta CRM); wards are watched from 85 % occupied; Waze calls a jam
    of level 4 very heavy and 5 closed.
    """

    complaint_age: float = 7 * 86400.0
    complaint_window: float = 90 * 86400.0
    bed_occupancy: float = 0.85
    icu_free: int = 3
    hospital_silent: float = 6 * 3600.0
    jam_level: int = 4
    apps_down: int = 5
