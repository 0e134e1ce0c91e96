"""Rows of any make as records of an area, by the paths and words of the city's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from collectors.listed import Listed
from collectors.mapped_areas import AREAS
from collectors.mapped_rows import at
from collectors.mapped_settings import RowSettings
from collectors.mapped_terms import Given, Terms
from collectors.mapped_totals import TotalRows
from collectors.merge import older
from collectors.records import BedCount, Record, Rejected, Total
from collectors.rejects import rejected
from collectors.rows import in_turns
from collectors.source import City, Source
from collectors.text import plain

NO_OBJECT = "not an object"
# what people write may name them
_FREE_TEXT = frozenset({"title", "description", "headline", "address", "message"})


@dataclass(slots=True)
class ReadRows:
    """The records by id, and each row that was left out: its number, from 1, and why.

    `sums` rows hold the sums of others; `totals` is what they state.
    """

    records: dict[str, Record] = field(default_factory=dict)
    refused: list[tuple[int, Rejected]] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    sums: int = 0


class RowReader:
    """Reads the rows of one source. Only the fields that its settings name are read at all."""

    def __init__(self, source: Source, settings: RowSettings, city: City) -> None:
        self._area, self._set, self._city = AREAS[source.area], settings, city
        self._listed = Listed(source, city, settings)
        self.paths, self._constants = settings.paths(source.area), settings.constants

    async def read(self, rows: Sequence[object], now: datetime, no_object: str = NO_OBJECT) -> ReadRows:
        """Every row that can be read. `now` is when they came, `no_object` what is said of a row that is none."""
        terms = self._terms(now)
        found, sums = ReadRows(), TotalRows(self._area, self._set.total_row)
        async for number, row in in_turns(enumerate(rows, 1)):
            if not isinstance(row, Mapping):
                found.refused.append((number, rejected(no_object, row)))
                continue
            given = self._given(row)
            if sums.takes(given):
                continue
            try:
                record = self._area.read(given, terms)
            except ValueError as reason:
                found.refused.append((number, rejected(reason, _shown(given), row)))
                continue
            held = found.records.get(record.id)
            if held is not None and isinstance(record, BedCount):
                found.refused.append((number, rejected("the same room twice", _shown(given))))
            if held is None or not older(record, held):
                found.records[record.id] = record
        found.sums = sums.rows
        found.totals = await sums.compared(found.records.values())
        return found

    def one(self, row: object, now: datetime) -> Record:
        """One row that came then. Raises ValueError with the reason."""
        if not isinstance(row, Mapping):
            raise ValueError(NO_OBJECT)  # noqa: TRY004  one error class for every unreadable record
        return self._area.read(self._given(row), self._terms(now))

    def made(self, document: object, now: datetime) -> datetime | None:
        """The document's own time, where it states one."""
        return self._terms(now).time_or_none(at(document, self._set.as_of)) if self._set.as_of else None

    def _given(self, row: Mapping[str, object]) -> Given:
        given: Given = {**{name: at(row, path) for name, path in self.paths.items()}, **self._constants}
        if not self._set.facts:
            return given
        return {**given, **self._set.facts.get(plain(given.get(self._area.key[0]), 200) or "", {})}

    def _terms(self, now: datetime) -> Terms:
        held = self._set
        zone = held.zone or self._city.timezone
        return Terms(now, zone, self._city.bounds, self._listed, held.time_format, held.statuses, held.kinds)


def _shown(given: Given) -> Given:
    return {name: value for name, value in given.items() if name not in _FREE_TEXT}
