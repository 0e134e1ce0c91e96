"""Values entered by hand, for a hospital without any system: it types its beds into a form (dashboards/enter.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from collectors.fetch import Http
from collectors.listed import Listed, ListedSettings
from collectors.mapped_areas import bed_count
from collectors.mapped_terms import Terms
from collectors.push import Variable
from collectors.pushed import Pushed
from collectors.records import Batch, BedCount, CollectError, Known
from collectors.source import Area, City, Mistake, Settings, Source

Beds = tuple[int | None, int | None]
"""Free beds and capacity; None is unknown."""


class ManualSettings(Settings):
    """`token_env` names the environment variable with the key that the form asks for, `hospital` is its name, `rooms`
    are the classes or rooms that it has.
    """

    sends_to: ClassVar[str | None] = "/enter/"

    token_env: Variable
    hospital: Annotated[str, Field(min_length=1, max_length=200)]
    rooms: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(min_length=1, max_length=40)

    def mistakes(self, area: Area) -> Iterator[Mistake]:
        if len({room.upper() for room in self.rooms}) < len(self.rooms):
            yield ("rooms",), "names one twice"


class Manual:
    """Makes records of what was typed."""

    feeds: ClassVar[tuple[Area, ...]] = ("beds",)
    standard: ClassVar[str] = "Form"
    settings: ClassVar[type[Settings]] = ManualSettings

    def __init__(self, source: Source, city: City) -> None:
        assert isinstance(source.settings, ManualSettings)
        self._name, self._set, self._city = source.name, source.settings, city
        self._listed = Listed(source, city, ListedSettings())

    async def collect(self, http: Http, known: Known) -> Batch:
        raise CollectError("is never asked: it is entered by hand", fault="settings")

    def entered(self, beds: Mapping[str, Beds], by: str, now: datetime) -> Pushed:
        """All rooms as they are now; one that is not in `beds` is unknown."""
        rooms = (self._room(room, *beds.get(room, (None, None)), now) for room in self._set.rooms)
        return Pushed(records=tuple(rooms), refused=(), received=now, as_of=now, whole=True, by=by)

    def _room(self, room: str, free: int | None, capacity: int | None, now: datetime) -> BedCount:
        given = {
            "hospital_id": self._name,
            "hospital": self._set.hospital,
            "class": room,
            "free": free,
            "capacity": capacity,
            "updated": now.isoformat(),
        }
        return bed_count(given, Terms(now, self._city.timezone, self._city.bounds, self._listed))

    def last(self, records: Mapping[str, BedCount]) -> tuple[dict[str, Beds], datetime | None]:
        """What was typed last, by room, and when."""
        held = {record.class_name: record for record in records.values()}
        typed: dict[str, Beds] = {
            room: (held[room].free, given_capacity(held[room])) for room in self._set.rooms if room in held
        }
        return typed, max((record.updated for record in held.values() if record.updated), default=None)


def given_capacity(bed: BedCount) -> int | None:
    """The capacity where it was typed, not computed."""
    return None if bed.derived == "capacity" else bed.capacity
