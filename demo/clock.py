"""Two times: the real one, which stamps everything, and the city's, which runs `speed` times as fast.

Models think in city time, so that a day's rhythm can be seen in an hour. Before the start both are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")


def real_now() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """`start` is the real moment (UTC) from which city time runs `speed` times as fast."""

    start: datetime
    speed: float = 1.0
    now: Callable[[], datetime] = real_now

    def played(self, moment: datetime) -> datetime:
        """The city time of a real moment."""
        if moment <= self.start:
            return moment
        return self.start + (moment - self.start) * self.speed

    def stamp(self, played: datetime) -> datetime:
        """The real moment of a city time, to the second: what records are stamped with."""
        if played > self.start:
            played = self.start + (played - self.start) / self.speed
        return played.replace(microsecond=0)
