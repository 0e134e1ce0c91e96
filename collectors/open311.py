"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2), JSON and XML, with the extensions real servers have.

First the whole window; then, run by run, what is new and what changed (`updated_after`). A server that does not know
`updated_after` is asked again for the requests we hold as open, fifty ids at a time, all within five minutes.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from collectors.environment import secret
from collectors.failures import StatusError
from collectors.fetch import Http, time_limit
from collectors.open311_discovery import Form, discovered, is_discovery
from collectors.open311_gaps import Gaps
from collectors.open311_pages import Pages
from collectors.open311_record import complaint, newest_change
from collectors.open311_services import service_names
from collectors.records import Batch, CollectError, Complaint, Known
from collectors.rejects import rejected
from collectors.source import Area, City, Settings, Source
from collectors.source_time import own_time
from collectors.times import iso

_AHEAD = timedelta(minutes=5)
_OVERLAP = timedelta(minutes=10)
_STRAY = timedelta(minutes=1)
_SWEEP_EVERY = timedelta(hours=24)
_TEST_EVERY = timedelta(hours=6)
_LONGEST_QUIET = timedelta(hours=12)
_NAMES_EVERY = timedelta(hours=6)
_CHUNK = 50
_ROUND_SECONDS = 300.0


class Open311Settings(Settings):
    """The url of the source is the server's base, to which /requests.json or .xml is added, or its discovery.

    `status` is sent as given, for servers that answer open requests only unless told otherwise ("open,closed").
    `fill_gaps` asks by id for requests that are missing in the sequence of ids, for servers that do not list all.
    """

    format: Literal["json", "xml"] = "json"
    jurisdiction_id: str | None = None
    window_days: int = Field(default=90, ge=1, le=90)
    page_size: int = Field(default=500, ge=1, le=1000)
    extensions: bool = True
    fill_gaps: bool = False
    status: str | None = None
    api_key_env: str | None = None


class _Cursor(BaseModel):
    """What the next run must know: the newest change seen, the last full sweep, whether updated_after works (and when
    that was tried), the id up to which open requests were asked for again, the id received last, and the gaps in the
    sequence of ids that are still to be asked for."""

    model_config = ConfigDict(frozen=True)

    since: datetime
    swept: datetime
    updates: bool = True
    tried: datetime
    after: str = ""
    last: str = ""
    gaps: tuple[str, ...] = ()


class Open311:
    """Reads the service requests of one jurisdiction."""

    feeds: ClassVar[tuple[Area, ...]] = ("complaints",)
    standard: ClassVar[str] = "Open311 GeoReport v2"
    settings: ClassVar[type[Settings]] = Open311Settings

    def __init__(self, source: Source, city: City) -> None:
        self._source, self._city = source, city
        self._set = source.settings if isinstance(source.settings, Open311Settings) else Open311Settings()
        self._limit = time_limit(source.every)
        self._gaps = Gaps()
        self._endpoint: tuple[str, Form] | None = None
        self._endpoint_due = self._names_due = datetime.min.replace(tzinfo=UTC)
        self._names: dict[str, str] = {}
        self._largest = 0

    async def collect(self, http: Http, known: Known) -> Batch:
        now = datetime.now(UTC)
        base, form = await self._found(http, now)
        pages = Pages(http, base, form, self._params(), self._set.page_size, self._limit, self._city, self._largest)
        cursor = self._held(known.cursor, now)
        if cursor is None:
            end = now + _AHEAD
            await pages.window(end - timedelta(days=self._set.window_days), end)
            listed = list(pages.complaints)
            after = _Cursor(since=_newest(pages, now), swept=now, tried=now)
        else:
            await pages.window(cursor.since - _OVERLAP, now + _AHEAD)
            listed = [*filter(None, [cursor.last]), *pages.complaints]
            after = await self._changes(pages, cursor, sorted(known.open_ids), now)
        if self._set.fill_gaps:
            last = max(pages.complaints.values(), key=lambda each: each.requested, default=None)
            waiting = await self._gaps.fill(pages, after.gaps, listed)
            after = after.model_copy(update={"last": last.id if last else after.last, "gaps": waiting})
        self._largest = pages.largest
        complaints = await self._named(http, pages, base, form, now)
        received = pages.answers[-1].received
        newest = max((newest_change(each) for each in pages.complaints.values()), default=None)
        return Batch(
            records=tuple(complaints),
            as_of=own_time([newest, *(answer.date for answer in pages.answers)], received),
            complete=False,
            rejected=tuple(pages.refused),
            repeated=pages.repeated,
            cursor=after.model_dump_json(),
            demo=next((answer.demo for answer in pages.answers if answer.demo), None),
        )

    def read(self, row: object, received: datetime) -> Complaint:
        return complaint(row, self._city, received)

    async def past(self, http: Http, start: datetime, end: datetime) -> Batch:
        now = datetime.now(UTC)
        base, form = await self._found(http, now)
        pages = Pages(http, base, form, self._params(), self._set.page_size, self._limit, self._city, self._largest)
        await pages.window(start, end - timedelta(seconds=1))
        self._largest = pages.largest
        found = await self._named(http, pages, base, form, now)
        inside = tuple(each for each in found if start <= each.requested < end)
        if len(inside) * 2 < len(found):
            raise CollectError("it answers the same whatever days it is asked for, so its past cannot be asked for")
        demo = next((answer.demo for answer in pages.answers if answer.demo), None)
        return Batch(inside, pages.answers[-1].received, complete=False, rejected=tuple(pages.refused), demo=demo)

    async def _changes(self, pages: Pages, cursor: _Cursor, open_ids: Sequence[str], now: datetime) -> _Cursor:
        """Reads what changed since the cursor; returns the next cursor."""
        updates, tried, swept, reached = cursor.updates, cursor.tried, cursor.swept, cursor.after
        if updates or now - tried >= _TEST_EVERY:
            tried = now
            updates, cut = await self._updated(pages, cursor.since - _OVERLAP)
            if cut:
                # part of the changes is missing and cannot be asked for: the next run reads everything
                swept = now - _SWEEP_EVERY
        if not updates or self._set.fill_gaps:
            # a request that is in no list is in no list of changes either
            reached = await self._again(pages, open_ids, reached)
        since = max(cursor.since, _newest(pages, now))
        held = {"since": since, "swept": swept, "updates": updates, "tried": tried, "after": reached}
        return cursor.model_copy(update=held)

    async def _updated(self, pages: Pages, since: datetime) -> tuple[bool, bool]:
        """Whether the server minds updated_after, and whether what it answered was cut."""
        asked = {"updated_after": iso(since)}
        try:
            first = await pages.ask(**asked, page="1", page_size=str(self._set.page_size))
        except StatusError as problem:
            if problem.status != HTTPStatus.BAD_REQUEST:
                raise
            return False, False
        if any(newest_change(each) < since - _STRAY for each in first):
            return False, False
        if len(first) < pages.largest:
            return True, False
        _, cut = await pages.all_pages(**asked)
        return True, cut and len(first) > 0

    async def _again(self, pages: Pages, open_ids: Sequence[str], reached: str) -> str:
        """Asks again for the share of open requests that is due in this run; returns the id it came to."""
        chunks = math.ceil(len(open_ids) / _CHUNK)
        runs = max(1, math.floor(_ROUND_SECONDS / self._source.every))
        for _ in range(math.ceil(chunks / runs)):
            first = bisect_right(open_ids, reached)
            chunk = open_ids[first : first + _CHUNK] or open_ids[:_CHUNK]
            await pages.ask(service_request_id=",".join(chunk), page_size=str(self._set.page_size))
            reached = chunk[-1]
        return reached

    def _held(self, text: str | None, now: datetime) -> _Cursor | None:
        """The cursor, or None where everything must be read: none, one of another make, or too old a sweep."""
        try:
            cursor = _Cursor.model_validate_json(text or "")
        except ValidationError:
            return None
        return None if now - cursor.swept >= _SWEEP_EVERY else cursor

    async def _found(self, http: Http, now: datetime) -> tuple[str, Form]:
        """Base address and form: those configured, or what discovery says, which is asked once a day."""
        if not is_discovery(self._source.url):
            return self._source.url.rstrip("/"), self._set.format
        if self._endpoint is None or now >= self._endpoint_due:
            params, form = self._params(), self._set.format
            self._endpoint = await discovered(http, self._source.url, params, form, self._limit)
            self._endpoint_due = now + _SWEEP_EVERY
        return self._endpoint

    async def _named(self, http: Http, pages: Pages, base: str, form: Form, now: datetime) -> list[Complaint]:
        """The complaints, those with nothing but a service code by the name that the list of services gives it."""
        found = list(pages.complaints.values())
        if now >= self._names_due and any(_is_nameless(each) for each in found):
            self._names_due = now + _NAMES_EVERY
            try:
                self._names = await service_names(http, base, form, self._params(), self._limit)
            except CollectError as problem:
                pages.refused.append(rejected(f"names of services not read: {problem}", {}))
        return [
            replace(each, category=self._names.get(each.category_code, each.category)) if _is_nameless(each) else each
            for each in found
        ]

    def _params(self) -> dict[str, str]:
        """What goes with every request."""
        held = self._set
        params = {"jurisdiction_id": held.jurisdiction_id, "status": held.status, "api_key": self._key()}
        if held.extensions:
            params["extensions"] = "true"
        return {name: value for name, value in params.items() if value}

    def _key(self) -> str | None:
        name = self._set.api_key_env
        return None if name is None else secret(name)


def _is_nameless(found: Complaint) -> bool:
    return found.category == found.category_code != ""


def _newest(pages: Pages, now: datetime) -> datetime:
    """The newest change a server told us; where that is long ago, half a day ago, as its clock cannot be later."""
    newest = max((newest_change(each) for each in pages.complaints.values()), default=now - _LONGEST_QUIET)
    return max(newest, now - _LONGEST_QUIET)
