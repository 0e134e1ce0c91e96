"""How one mapped source writes times, places and words, and which applications it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from collectors.listed import Identity, Listed
from collectors.places import EARTH, Bounds, place
from collectors.text import plain, word
from collectors.times import AHEAD, is_blank, read_time

# canonical field -> what the source wrote
Given = Mapping[str, object]

_TRUE = frozenset({"true", "1", "yes", "y", "ya", "ok", "verified", "terverifikasi", "sudah"})
_FALSE = frozenset({"false", "0", "no", "n", "tidak", "unverified", "belum terverifikasi", "belum"})


@dataclass(frozen=True, slots=True)
class Terms:
    """`statuses` and `kinds` are the source's own words (as text.word compares them) and what they mean in its area;
    `now` is when its answer was received.

    `time_format` is as strptime takes it; without one times are read by the rules all sources share. `listed` finds the
    application that is meant.
    """

    now: datetime
    zone: tzinfo
    bounds: Bounds
    listed: Listed
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

    def application(self, id_: str, name: str | None) -> Identity:
        """The application that a source calls by this id; one that the city does not list goes by the name given."""
        found = self.listed.identity((id_,), id_)
        return found if found.listed or name is None else replace(found, name=name)

    def truth(self, value: object) -> bool | None:
        """Whether a word, true or false, a 1 or a 0 says yes; None for anything else."""
        found = word(self.word(value) or "")
        return True if found in _TRUE else False if found in _FALSE else None

    def word(self, value: object) -> str | None:
        """A word as the source writes it; true and false are words too."""
        return str(value).lower() if isinstance(value, bool) else plain(value, 60)
