"""Plain JSON or CSV of any make: the city's file says where each field is, and which words mean what."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from collectors.fetch import Http, time_limit
from collectors.mapped_areas import AREAS
from collectors.mapped_pages import PageReader, Pages
from collectors.mapped_records import NO_OBJECT, RowReader
from collectors.mapped_rows import at
from collectors.mapped_settings import MappedSettings
from collectors.merge import own_time as time_of
from collectors.records import Batch, CollectError, Known, Record
from collectors.rejects import rejected
from collectors.source import Area, City, Settings, Source
from collectors.source_time import own_time
from collectors.text import plain
from collectors.totals import of_all

_NO_ROW = "more cells than the header names"
_KEY_LENGTH = 8


class MappedJson:
    """Reads one list of one source. Only the fields that the city's file names are read at all."""

    feeds: ClassVar[tuple[Area, ...]] = tuple(AREAS)
    standard: ClassVar[str] = "JSON, CSV"
    settings: ClassVar[type[Settings]] = MappedSettings

    def __init__(self, source: Source, city: City) -> None:
        self._source, self._city = source, city
        self._set = source.settings if isinstance(source.settings, MappedSettings) else MappedSettings()
        self._area = AREAS[source.area]
        self._reader = RowReader(source, self._set, city)

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
        found = await self._reader.read(read.rows, received, _NO_ROW if self._set.format == "csv" else NO_OBJECT)
        records, refused = found.records, [each for _, each in found.refused]
        if read.cut:
            refused.insert(0, rejected(f"more than {len(read.rows):,} rows: the rest was not read", {}))
        rows = len(read.rows) - found.sums
        whole = self._area.whole if self._set.whole is None else self._set.whole
        return Batch(
            records=tuple(records.values()),
            as_of=own_time(self._times(read, records, received), received),
            complete=whole and not read.cut,
            rejected=tuple(refused),
            repeated=max(0, rows - len(records) - len(refused)),
            totals=(*of_all(read.stated, rows, records.values()), *found.totals),
            demo=next((answer.demo for answer in read.answers if answer.demo), None),
        )

    def read(self, row: object, received: datetime) -> Record:
        return self._reader.one(row, received)

    def _key(self, row: object) -> Hashable:
        """What tells a row from others."""
        paths = self._reader.paths
        return tuple(plain(at(row, paths[name]), 200) for name in self._area.key if name in paths)

    def _times(self, read: Pages, records: Mapping[str, Record], now: datetime) -> list[datetime | None]:
        """The times the source states, of which the newest is its own."""
        if made := self._reader.made(read.first, now):
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
