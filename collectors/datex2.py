"""DATEX II SituationPublication, version 3 (payload) and 2 (d2LogicalModel), pulled over HTTP (docs.datex2.eu).

National feeds reach hundreds of megabytes: the answer is read as it arrives, one situation at a time.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import ClassVar
from xml.etree.ElementTree import Element

from pydantic import Field

from collectors.datex2_situation import has_place, situation_report
from collectors.failures import SourceError
from collectors.fetch import MEGABYTE, Http, host_of, time_limit
from collectors.records import Batch, Known, Rejected, TrafficReport
from collectors.rejects import rejected
from collectors.source import Area, City, Settings, Source
from collectors.source_time import own_time
from collectors.text import plain
from collectors.times import time_or_none
from collectors.xml_stream import XmlStream

_PARTS = frozenset({"situation", "publicationTime", "updateMethod", "codedExchangeProtocol"})
_NOTED = frozenset({"payload", "payloadPublication"})
_LONGEST = 100.0
_MOST = 100_000


class Datex2Settings(Settings):
    """`city_only` leaves out what lies elsewhere, for feeds of a whole country; what names no coordinates stays.

    `largest_mb` is how much of an answer is read, after unpacking.
    """

    city_only: bool = False
    largest_mb: int = Field(default=512, ge=1, le=4096)


class Datex2:
    """Reads one publication: one GET, all situations in it."""

    feeds: ClassVar[tuple[Area, ...]] = ("traffic",)
    standard: ClassVar[str] = "DATEX II SituationPublication (XML, v3 and v2)"
    settings: ClassVar[type[Settings]] = Datex2Settings

    def __init__(self, source: Source, city: City) -> None:
        self._source, self._city = source, city
        self._set = source.settings if isinstance(source.settings, Datex2Settings) else Datex2Settings()

    async def collect(self, http: Http, known: Known) -> Batch:
        reading = _Publication(host_of(self._source.url), self._city, self._set)
        every = self._source.every
        answer = await http.get(
            self._source.url,
            limit=max(time_limit(every), min(every * 0.8, _LONGEST)),
            body_limit=self._set.largest_mb * MEGABYTE,
            into=reading.take,
        )
        answer.require_success()
        reading.end()
        stated = time_or_none(reading.published, self._city.timezone, answer.received, ahead=None)
        return Batch(
            records=tuple(reading.reports.values()),
            as_of=own_time([stated or answer.date], answer.received),
            complete=reading.whole,
            rejected=tuple(reading.refused),
            demo=answer.demo,
        )


class _Publication:
    """One answer while it is read: its reports by situation, and what could not be read."""

    def __init__(self, host: str, city: City, settings: Datex2Settings) -> None:
        self._host, self._city, self._city_only = host, city, settings.city_only
        self._stream = XmlStream(host, _PARTS, _NOTED, settings.largest_mb * MEGABYTE)
        self._now = datetime.now(UTC)
        self.reports: dict[str, TrafficReport] = {}
        self.refused: list[Rejected] = []
        self.published: str | None = None
        self.whole = True

    async def take(self, piece: bytes) -> None:
        """Reads on; others have their turn after every step."""
        for parts in self._stream.feed(piece):
            for part in parts:
                self._part(part)
            await asyncio.sleep(0)

    def end(self) -> None:
        """Raises SourceError unless it was a whole publication of situations."""
        self._stream.close()
        payload = next((self._stream.attributes[name] for name in _NOTED if name in self._stream.attributes), None)
        if payload is None:
            raise SourceError(self._host, "answered XML that is not DATEX II")
        kind = payload.get("type", "")
        if kind != "SituationPublication":
            raise SourceError(self._host, f"answered a DATEX II {plain(kind, 40) or 'publication'}, not situations")

    def _part(self, part: Element) -> None:
        said = (part.text or "").strip()
        if part.tag == "situation":
            self._situation(part)
        elif part.tag == "publicationTime":
            self.published = said
        elif said != "snapshot" and (part.tag == "updateMethod" or "delta" in said.lower()):
            self.whole = False

    def _situation(self, situation: Element) -> None:
        if len(self.reports) + len(self.refused) >= _MOST:
            raise SourceError(self._host, f"answered more than {_MOST:,} situations", fault="too_large")
        try:
            report = situation_report(situation, self._city, self._now)
        except ValueError as reason:
            self.refused.append(rejected(reason, {"situation": situation.get("id") or ""}))
            return
        if self._city_only and report.lat is None and has_place(situation):
            return
        held = self.reports.get(report.id)
        if held is None or held.updated is None or (report.updated and report.updated >= held.updated):
            self.reports[report.id] = report
