"""How one mapped source writes times, places and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from collectors.places import EARTH, Bounds, place
from collectors.text import plain
from collectors.times import AHEAD, is_blank, read_time

# canonical field -> what the source wrote
Given = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Terms:
    """`statuses` and `kinds` are the source's own words (as text.word compares them) and what they mean in its area;
    `now` is when its answer was received.

    `time_format` is as strptime takes it; without one times are read by the rules all sources share.
    """

    now: datetime
    zone: tzinfo
    bounds: Bounds
    time_format: str | None = None
    statuses: Mapping[str, Any] = field(default_factory=dict)
    kinds: Mapping[str, Any] = field(default_factory=dict)

    def time(self, value: object, ahead: timedelta | None = AHEAD) -> datetime | None:
        """The time, None where none is written; `ahead` as for times.read_time. Raises ValueError with the reason."""
        if self.time_format is not None and isinstance(value, str) and not is_blank(value):
            try:
                moment = datetime.strptime(value.strip(), self.time_format)  # noqa: DTZ007  the zone comes next
            except ValueError:
                raise ValueError(f"not a time of the form {self.time_format}: {value.strip()[:40]!r}") from None
            value = (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).isoformat()
        return read_time(value, self.zone, self.now, ahead=ahead)

    def time_or_none(self, value: object, ahead: timedelta | None = AHEAD) -> datetime | None:
        """As `time`, for a field a record can live without: what cannot be read is unknown."""
        try:
            return self.time(value, ahead)
        except ValueError:
            return None

    def place(self, given: Given) -> tuple[float | None, float | None]:
        return place(given.get("lat"), given.get("lon"), self.bounds) or (None, None)

    def anywhere(self, given: Given) -> tuple[float | None, float | None]:
        """As `place`, and outside the city too."""
        lat, lon = given.get("lat"), given.get("lon")
        return place(lat, lon, self.bounds) or place(lat, lon, EARTH) or (None, None)

    def id(self, given: Given, name: str) -> str:
        """An id as text, however it was written. Raises ValueError where there is none."""
        found = plain(given.get(name), 200)
        if found is None:
            raise ValueError(f"no {name}")
        return found

    def word(self, value: object) -> str | None:
        """A word as the source writes it; true and false are words too."""
        return str(value).lower() if isinstance(value, bool) else plain(value, 60)
