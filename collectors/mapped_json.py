"""Plain JSON or CSV of any make: the city's file says where each field is, and which words mean what."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from collectors.fetch import Http, time_limit
from collectors.mapped_areas import AREAS
from collectors.mapped_pages import PageReader, Pages
from collectors.mapped_rows import at
from collectors.mapped_settings import MappedSettings
from collectors.mapped_terms import Given, Terms
from collectors.merge import older
from collectors.merge import own_time as time_of
from collectors.records import Batch, BedCount, CollectError, Known, Record, Rejected
from collectors.rejects import rejected
from collectors.source import Area, City, Settings, Source
from collectors.source_time import own_time
from collectors.text import plain

# what people write may name them
_FREE_TEXT = frozenset({"title", "description", "headline", "address"})
_KEY_LENGTH = 8
_AT_ONCE = 500


class MappedJson:
    """Reads one list of one source. Only the fields that the city's file names are read at all."""

    feeds: ClassVar[tuple[Area, ...]] = tuple(AREAS)
    standard: ClassVar[str] = "JSON, CSV"
    settings: ClassVar[type[Settings]] = MappedSettings

    def __init__(self, source: Source, city: City) -> None:
        self._source, self._city = source, city
        self._set = source.settings if isinstance(source.settings, MappedSettings) else MappedSettings()
        self._area = AREAS[source.area]
        self._paths, self._constants = self._set.paths, self._set.constants

    async def collect(self, http: Http, known: Known) -> Batch:
        hidden = self._hidden()
        read = await PageReader(
            self._source.url,
            self._set,
            {**self._set.headers, **hidden},
            [*hidden.values(), *self._long_words([*hidden.values(), *self._set.headers.values()])],
            self._key,
            time_limit(self._source.every),
        ).pages(http)
        received = read.answers[-1].received
        records, refused = await self._records(read, received)
        whole = self._area.whole if self._set.whole is None else self._set.whole
        return Batch(
            records=tuple(records.values()),
            as_of=own_time(self._times(read, records, received), received),
            complete=whole and not read.cut,
            rejected=tuple(refused),
            repeated=max(0, len(read.rows) - len(records) - len(refused)),
            demo=next((answer.demo for answer in read.answers if answer.demo), None),
        )

    def read(self, row: object, received: datetime) -> Record:
        if not isinstance(row, Mapping):
            raise ValueError("not an object")  # noqa: TRY004  one error class for every unreadable record
        return self._area.read(self._given(row), self._terms(received))

    async def _records(self, read: Pages, now: datetime) -> tuple[dict[str, Record], list[Rejected]]:
        terms = self._terms(now)
        records: dict[str, Record] = {}
        refused: list[Rejected] = []
        if read.cut:
            refused.append(rejected(f"more than {len(read.rows):,} rows: the rest was not read", {}))
        for number, row in enumerate(read.rows):
            if number % _AT_ONCE == 0:
                # a long list must not hold up the other sources
                await asyncio.sleep(0)
            if not isinstance(row, Mapping):
                csv = self._set.format == "csv"
                refused.append(rejected("more cells than the header names" if csv else "not an object", row))
                continue
            given = self._given(row)
            try:
                record = self._area.read(given, terms)
            except ValueError as reason:
                refused.append(rejected(reason, _shown(given), row))
                continue
            held = records.get(record.id)
            if held is not None and isinstance(record, BedCount):
                refused.append(rejected("the same room twice", _shown(given)))
            if held is None or not older(record, held):
                records[record.id] = record
        return records, refused

    def _given(self, row: Mapping[str, object]) -> Given:
        given: Given = {**{name: at(row, path) for name, path in self._paths.items()}, **self._constants}
        if not self._set.facts:
            return given
        return {**given, **self._set.facts.get(plain(given.get(self._area.key[0]), 200) or "", {})}

    def _key(self, row: object) -> Hashable:
        """What tells a row from others."""
        return tuple(plain(at(row, self._paths[name]), 200) for name in self._area.key if name in self._paths)

    def _terms(self, now: datetime) -> Terms:
        held = self._set
        zone = held.zone or self._city.timezone
        return Terms(now, zone, self._city.bounds, held.time_format, held.statuses, held.kinds)

    def _times(self, read: Pages, records: Mapping[str, Record], now: datetime) -> list[datetime | None]:
        """The times the source states, of which the newest is its own."""
        if self._set.as_of and (made := self._terms(now).time_or_none(at(read.first, self._set.as_of))):
            return [made]
        newest = max((time for record in records.values() if (time := time_of(record))), default=None)
        dates = [answer.date for answer in read.answers]
        return [newest, *dates] if self._area.quiet or newest is None else [newest]

    def _long_words(self, headers: list[str]) -> set[str]:
        """What of headers and query is long enough to be a key."""
        values = [*headers, *(value for _, value in parse_qsl(urlsplit(self._source.url).query))]
        return {part for value in values for part in value.split() if len(part) >= _KEY_LENGTH}

    def _hidden(self) -> dict[str, str]:
        """The headers that only the environment knows. Raises CollectError where it does not."""
        found = {name: os.environ.get(variable, "").strip() for name, variable in self._set.headers_env.items()}
        for name, variable in self._set.headers_env.items():
            if not found[name]:
                sentence = f"the environment variable {variable} with a header of this source is not set"
                raise CollectError(sentence, fault="settings")
        return found


def _shown(given: Given) -> Given:
    return {name: value for name, value in given.items() if name not in _FREE_TEXT}
