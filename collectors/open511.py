"""Open511 v1, JSON events (github.com/open511/Open511API): a full sweep now and then, what changed in between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import orjson
from pydantic import Field

from collectors.answer import Answer
from collectors.environment import hidden, secret
from collectors.failures import SourceError
from collectors.fetch import Http, time_limit
from collectors.links import own_link
from collectors.places import first_place
from collectors.records import Batch, CollectError, Known, Rejected, TrafficKind, TrafficReport
from collectors.rejects import rejected
from collectors.rows import in_turns, require_few
from collectors.source import Area, City, Settings, Source
from collectors.source_time import own_time
from collectors.text import plain
from collectors.times import iso, time_or_none

_OVERLAP = timedelta(minutes=2)
_PAGES = 100
_LEVELS = {"MINOR": 1, "MODERATE": 3, "MAJOR": 4}
_KINDS: dict[str, TrafficKind] = {
    "CONSTRUCTION": "works",
    "INCIDENT": "hazard",
    "WEATHER_CONDITION": "hazard",
    "ROAD_CONDITION": "hazard",
}
_CERTAIN = {"OBSERVED": True, "LIKELY": False, "POSSIBLE": False}


class Open511Settings(Settings):
    """`full_every`: every so many runs all active events are read, in between those updated since.

    `verified_key` names the field, an extension perhaps, that says true for a report somebody has verified.
    """

    page_size: int = Field(default=100, ge=1, le=500)
    full_every: int = Field(default=30, ge=1)
    api_key_env: str | None = None
    verified_key: str | None = None


class Open511:
    """Reads the events resource at the source's url, page after page."""

    feeds: ClassVar[tuple[Area, ...]] = ("traffic",)
    standard: ClassVar[str] = "Open511 v1 (JSON)"
    settings: ClassVar[type[Settings]] = Open511Settings

    def __init__(self, source: Source, city: City) -> None:
        self._source, self._city = source, city
        self._set = source.settings if isinstance(source.settings, Open511Settings) else Open511Settings()

    async def collect(self, http: Http, known: Known) -> Batch:
        runs, since = _cursor(known.cursor)
        full = since is None or runs >= self._set.full_every
        asked = {"status": "ACTIVE"}
        if not full and since is not None:
            asked = {"status": "ALL", "updated": f">{iso(since - _OVERLAP)}"}
        answers, rows = await self._pages(http, asked)
        now = answers[-1].received
        reports, refused = await self._reports(rows, now)
        newest = max((report.updated for report in reports if report.updated), default=since)
        cursor = {"runs": 1 if full else runs + 1, "newest": iso(newest) if newest else None}
        return Batch(
            records=tuple(reports),
            as_of=own_time([newest, *(answer.date for answer in answers)], now),
            complete=full,
            rejected=tuple(refused),
            repeated=len(rows) - len(reports) - len(refused),
            cursor=orjson.dumps(cursor).decode(),
            demo=next((answer.demo for answer in answers if answer.demo), None),
        )

    def read(self, row: object, received: datetime) -> TrafficReport:
        return self._report(row, received)

    async def _pages(self, http: Http, asked: dict[str, str]) -> tuple[list[Answer], list[object]]:
        """All pages: next_url until there is none, on the source's own host only."""
        params = {**asked, **self._key(), "format": "json", "limit": str(self._set.page_size)}
        url, seen = self._source.url, set[str]()
        answers: list[Answer] = []
        rows: list[object] = []
        while True:
            answer = await http.get(url, params=params, limit=time_limit(self._source.every))
            if not 200 <= answer.status < 300:
                raise answer.problem(self._refusal(answer))
            page = answer.json()
            if not isinstance(page, dict) or not isinstance(page.get("events"), list):
                said = self._said(page)
                raise SourceError(answer.host, "answered JSON without a list of events" + (f": {said}" if said else ""))
            answers.append(answer)
            rows.extend(page["events"])
            require_few(answer.host, rows)
            pagination = page.get("pagination")
            following = pagination.get("next_url") if isinstance(pagination, dict) else None
            if not isinstance(following, str) or not following.strip():
                return answers, rows
            url = self._next(answer, following)
            if url in seen or len(answers) >= _PAGES:
                raise SourceError(answer.host, f"names next pages without end ({len(answers)} read)")
            seen.add(url)
            # a next page carries its own query; only a key the source left out is added
            given = dict(parse_qsl(urlsplit(url).query))
            params = {key: value for key, value in self._key().items() if key not in given}

    def _next(self, answer: Answer, following: str) -> str:
        try:
            return own_link(following, answer.url, self._source.url)
        except ValueError:
            raise SourceError(answer.host, "names a next page on another host") from None

    def _key(self) -> dict[str, str]:
        name = self._set.api_key_env
        return {} if name is None else {"api_key": secret(name)}

    def _refusal(self, answer: Answer) -> str | None:
        """What a failed request says of its failure, as JSON or as plain text."""
        try:
            return self._said(answer.json())
        except CollectError:
            is_text = answer.headers.get("Content-Type", "").lower().startswith("text/plain")
            return self._hidden(answer.text()) if is_text else None

    def _said(self, page: object) -> str | None:
        """What an error answer says."""
        return self._hidden(page.get("error")) if isinstance(page, dict) else None

    def _hidden(self, message: object) -> str | None:
        """A text's beginning. Servers may repeat the key they were asked with."""
        return plain(hidden(message if isinstance(message, str) else None, *self._key().values()), 120)

    async def _reports(self, rows: list[object], now: datetime) -> tuple[list[TrafficReport], list[Rejected]]:
        reports: dict[str, TrafficReport] = {}
        refused: list[Rejected] = []
        async for row in in_turns(rows):
            try:
                report = self._report(row, now)
            except ValueError as reason:
                refused.append(rejected(reason, row))
                continue
            held = reports.get(report.id)
            if held is None or held.updated is None or (report.updated and report.updated >= held.updated):
                reports[report.id] = report
        return list(reports.values()), refused

    def _report(self, row: object, now: datetime) -> TrafficReport:
        if not isinstance(row, Mapping):
            raise ValueError("not an object")  # noqa: TRY004  one error class for every unreadable record
        id_ = plain(row.get("id"), 200)
        given = plain(row.get("event_type"), 60)
        status = (plain(row.get("status"), 20) or "").upper()
        headline = _headline(row, given)
        for name, value in (("id", id_), ("event_type", given), ("status", status), ("headline", headline)):
            if not value:
                raise ValueError(f"no {name}")
        zone = self._city.timezone
        starts = _starts(row.get("schedule"), self._city, now)
        where = first_place(row.get("geography"), self._city.bounds)
        return TrafficReport(
            id=id_ or "",
            kind=_kind(row, (given or "").upper()),
            kind_given=given or "",
            # planned works are ACTIVE long before they begin; an interval that has passed is the publisher's to archive
            open=status == "ACTIVE" and not (starts and min(starts) > now),
            headline=headline or "",
            road=_road(row.get("roads")),
            level=_LEVELS.get((plain(row.get("severity"), 20) or "").upper()),
            verified=self._verified(row),
            started=min(starts) if starts else time_or_none(row.get("created"), zone, now),
            updated=time_or_none(row.get("updated"), zone, now),
            lat=where[0] if where else None,
            lon=where[1] if where else None,
        )

    def _verified(self, row: Mapping[str, Any]) -> bool | None:
        said = row.get(self._set.verified_key) if self._set.verified_key else None
        if isinstance(said, bool):
            return said
        return _CERTAIN.get((plain(row.get("certainty"), 20) or "").upper())


def _cursor(text: str | None) -> tuple[int, datetime | None]:
    """Runs since the last full sweep and the newest update seen; a cursor of another make starts anew."""
    try:
        held = orjson.loads(text or "{}")
        return int(held["runs"]), datetime.fromisoformat(held["newest"])
    except (ValueError, KeyError, TypeError):
        return 0, None


def _headline(row: Mapping[str, Any], given: str | None) -> str | None:
    """The headline, or the description where the headline only repeats the type of event."""
    headline, description = plain(row.get("headline"), 200), plain(row.get("description"), 200)
    if headline is None or (given and headline.upper() == given.upper()):
        return description or headline
    return headline


def _kind(row: Mapping[str, Any], given: str) -> TrafficKind:
    subtypes = row.get("event_subtypes")
    words = " ".join(plain(word, 60) or "" for word in subtypes).upper() if isinstance(subtypes, list) else ""
    kind = _KINDS.get(given, "other")
    if "FLOOD" in words or "SURFACE_WATER" in words:
        return "flood"
    if "ACCIDENT" in words or "COLLISION" in words:
        return "accident"
    if kind in {"works", "other"} and any(
        (plain(road.get("state"), 40) or "").upper() == "CLOSED" for road in _roads(row.get("roads"))
    ):
        return "closure"
    return kind


def _roads(roads: object) -> list[Mapping[str, Any]]:
    return [road for road in roads if isinstance(road, Mapping)] if isinstance(roads, list) else []


def _road(roads: object) -> str | None:
    return next((name for road in _roads(roads) if (name := plain(road.get("name"), 200))), None)


def _starts(schedule: object, city: City, now: datetime) -> list[datetime]:
    """The beginnings of all intervals "start/end" or "start/"."""
    intervals = schedule.get("intervals") if isinstance(schedule, Mapping) else None
    begun = [
        time_or_none(interval.split("/")[0], city.timezone, now, ahead=None)
        for interval in (intervals if isinstance(intervals, list) else [])
        if isinstance(interval, str)
    ]
    return [moment for moment in begun if moment is not None]
