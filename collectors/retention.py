"""For how long the long history is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days the history is kept; what is kept by the minute (checks of applications) for fewer."""

    days: int = 1830
    minute_days: int = 400
