"""Reading beds hospital by hospital: what answers said, and what happens to a hospital that cannot be read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from collectors.answer import Answer
from collectors.places import Place
from collectors.records import Batch, BedCount, CollectError, Rejected, Total, TotalOf
from collectors.rejects import rejected
from collectors.source_time import own_time

_AT_ONCE = 4


class Hospital(BaseModel):
    """A hospital in the settings of a source: `code` is what the source calls it.

    `id` is its id in this city, where another source already names it otherwise; a hospital of two sources is counted
    once by it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(min_length=1)
    name: str = Field(min_length=1)
    id: str | None = Field(default=None, min_length=1)

    @property
    def key(self) -> str:
        return self.id or self.code


Listed = TypeVar("Listed", bound=Hospital)


def each_once(hospitals: list[Listed]) -> list[Listed]:
    for what in ("code", "key"):
        seen = [getattr(hospital, what) for hospital in hospitals]
        if twice := next((one for one in seen if seen.count(one) > 1), None):
            raise ValueError(f"the hospital {twice} stands in it twice")
    return hospitals


Hospitals = Annotated[list[Listed], AfterValidator(each_once)]


@dataclass(slots=True)
class Found:
    """What answers said: rooms by id, what was left out, whether no hospital of the source is missing, and how many of
    what the source says it has were there."""

    answers: list[Answer] = field(default_factory=list)
    rooms: dict[str, BedCount] = field(default_factory=dict)
    refused: list[Rejected] = field(default_factory=list)
    whole: bool = True
    totals: list[Total] = field(default_factory=list)

    def add(self, room: BedCount, given: object) -> None:
        """Takes a room in; of the same room twice the newer one stays."""
        held = self.rooms.get(room.id)
        if held is not None:
            self.refused.append(rejected("the same room twice", given))
        if held is None or held.updated is None or (room.updated and room.updated >= held.updated):
            self.rooms[room.id] = room

    def expect(self, hospital: Hospital) -> None:
        """Names a hospital of the settings of which nothing was said."""
        if not any(room.hospital_id == hospital.key for room in self.rooms.values()):
            silent = unreported(hospital.key, hospital.name)
            self.rooms[silent.id] = silent

    def join(self, other: Found) -> None:
        self.answers += other.answers
        self.rooms |= other.rooms
        self.refused += other.refused
        self.whole = self.whole and other.whole
        self.totals += other.totals

    def batch(self, demo: str | None = None) -> Batch:
        """As of the newest room; where no room has a time, of the newest answer."""
        received = max(answer.received for answer in self.answers)
        newest = max((room.updated for room in self.rooms.values() if room.updated), default=None)
        return Batch(
            records=tuple(self.rooms.values()),
            as_of=own_time([newest] if newest else [answer.date for answer in self.answers], received),
            complete=self.whole,
            rejected=tuple(self.refused),
            totals=summed(self.totals),
            demo=demo or next((answer.demo for answer in self.answers if answer.demo), None),
        )


def summed(totals: Sequence[Total]) -> tuple[Total, ...]:
    """Of many hospitals' totals of the same thing, one, but for those that name what they are about."""
    found: dict[tuple[TotalOf, str | None], Total] = {}
    for one in totals:
        about = one.of, one.at
        so_far = found.get(about, Total(one.of, 0, 0, one.at))
        found[about] = replace(so_far, stated=so_far.stated + one.stated, counted=so_far.counted + one.counted)
    return tuple(found.values())


class OneByOne:
    """Asks for each hospital by itself, a few at a time. One that cannot be read keeps the rooms last read of it."""

    def __init__(self) -> None:
        self._last: dict[str, dict[str, BedCount]] = {}

    async def read(self, hospitals: Collection[str], ask: Callable[[str], Awaitable[Found]]) -> Found:
        """What all said together. Raises CollectError where more than half of them cannot be read."""
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(hospital: str) -> Found | CollectError:
            async with turn:
                try:
                    return await ask(hospital)
                except CollectError as problem:
                    return problem

        told = dict(zip(hospitals, await asyncio.gather(*map(one, hospitals)), strict=True))
        _require_most([each for each in told.values() if isinstance(each, CollectError)], len(told))
        together = Found()
        for hospital, found in told.items():
            if isinstance(found, CollectError):
                together.refused.append(rejected(f"hospital not read: {found}", {"hospital": hospital}))
                together.rooms |= self._last.get(hospital, {})
                together.whole = together.whole and hospital in self._last
            else:
                self._last[hospital] = found.rooms
                together.join(found)
        self._last = {hospital: rooms for hospital, rooms in self._last.items() if hospital in told}
        return together


def _require_most(failures: Sequence[CollectError], total: int) -> None:
    if len(failures) * 2 <= total:
        return
    if total == 1:
        raise failures[0]
    waits = [failure.retry_after for failure in failures if failure.retry_after is not None]
    first = failures[0]
    sentence = f"{len(failures)} of {total} hospitals could not be read: {first}"
    raise CollectError(sentence, max(waits, default=None), first.fault, first.status)


def unreported(hospital: str, name: str, where: Place | None = None) -> BedCount:
    """A hospital that is listed and says nothing of its beds."""
    lat, lon = where or (None, None)
    return BedCount(id=f"{hospital}/-", hospital_id=hospital, hospital=name, unit="unreported", lat=lat, lon=lon)
