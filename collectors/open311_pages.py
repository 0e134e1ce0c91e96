"""Asking a GeoReport v2 server for all requests of a window, whatever it thinks of paging.

The specification has no pages and cuts answers at 1,000; many servers know page and page_size, some have their own
smaller page: only a page that is empty, repeats what is known, or holds fewer rows than one did before is the last. An
answer that may have been cut is asked for again in two halves of its window.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

from collectors.answer import Answer
from collectors.failures import SourceError, StatusError
from collectors.fetch import Http
from collectors.open311_answer import accept, rows
from collectors.open311_record import complaint, newest_change
from collectors.records import Complaint, Rejected
from collectors.rejects import rejected
from collectors.rows import in_turns, require_few
from collectors.source import City
from collectors.times import iso

_CUT = 1000
# sizes of the pages that servers keep to whatever one asks for are round
_ROUND = 50
_SHORTEST = timedelta(minutes=1)
_MOST_REQUESTS = 400


class Pages:
    """One run's reading of one server. Collects `complaints` by id (newest change wins), `refused` and `answers`.

    `base` is its address without /requests, `params` go with every request, `limit` is seconds per request, `largest`
    the most rows that a page of its held so far. Every method raises CollectError.
    """

    def __init__(
        self,
        http: Http,
        base: str,
        form: str,
        params: Mapping[str, str],
        page_size: int,
        limit: float,
        city: City,
        largest: int = 0,
    ) -> None:
        self._http, self._base, self._form, self._params = http, base, form, params
        self._page_size, self._limit, self._city = page_size, limit, city
        self.largest = largest
        self.complaints: dict[str, Complaint] = {}
        self.refused: list[Rejected] = []
        self.repeated = 0
        self.answers: list[Answer] = []

    async def ask(self, **asked: str) -> list[Complaint]:
        """One request, its readable rows in their order."""
        if len(self.answers) >= _MOST_REQUESTS:
            host = self.answers[0].host
            raise SourceError(host, f"no complete list of requests, even in {_MOST_REQUESTS} answers")
        return await self._read("requests", asked)

    async def one(self, request_id: str) -> None:
        """The request of an id, which a server may have without listing it."""
        await self._read(f"requests/{quote(request_id, safe='')}", {})

    async def _read(self, path: str, asked: Mapping[str, str]) -> list[Complaint]:
        answer = await self._http.get(
            f"{self._base}/{path}.{self._form}",
            params={**self._params, **asked},
            headers=accept(self._form),
            limit=self._limit,
        )
        found: list[Complaint] = []
        listed = rows(answer, self._form, self._params.get("api_key"))
        require_few(answer.host, listed)
        async for row in in_turns(listed):
            try:
                found.append(complaint(row, self._city, answer.received))
            except ValueError as reason:
                self.refused.append(rejected(reason, row))
        self.answers.append(answer)
        for each in found:
            held = self.complaints.get(each.id)
            self.repeated += held is not None
            if held is None or newest_change(each) >= newest_change(held):
                self.complaints[each.id] = each
        return found

    async def window(self, start: datetime, end: datetime) -> None:
        """All requests received from `start` to `end`, the newer half first where it must be halved."""
        windows = [(start, end)]
        while windows:
            start, end = windows.pop()
            found, cut = await self.all_pages(start_date=iso(start), end_date=iso(end))
            if not cut or end - start <= _SHORTEST:
                continue
            inside = sum(start - _SHORTEST <= each.requested <= end + _SHORTEST for each in found.values())
            if inside * 2 < len(found):
                # the server does not look at dates, so halving brings nothing
                return
            middle = start + (end - start) / 2
            windows += [(start, middle), (middle, end)]

    async def all_pages(self, **asked: str) -> tuple[dict[str, Complaint], bool]:
        """What all pages hold by id, and whether the answer may have been cut short of the rest."""
        seen: dict[str, Complaint] = {}
        page, size = 1, 0
        while True:
            before, repeated = len(self.refused), self.repeated
            found = await self._page(page, asked)
            held = len(found) + len(self.refused) - before
            known = len(seen)
            seen.update((each.id, each) for each in found)
            if len(seen) == known:
                self.repeated = repeated
                self.refused[before:] = [each for each in self.refused[before:] if each not in self.refused[:before]]
                # an empty or repeated second page after a full first one: there are no pages here
                full = size >= self._page_size or size % _ROUND == 0
                return seen, (page == 2 and full) or (known > 0 and known % _CUT == 0)
            size = size or held
            self.largest = max(self.largest, held)
            if held < self.largest:
                return seen, False
            page += 1

    async def _page(self, page: int, asked: Mapping[str, str]) -> list[Complaint]:
        """One page; none after the last, which some servers do not find."""
        try:
            return await self.ask(**asked, page=str(page), page_size=str(self._page_size))
        except StatusError as problem:
            if page == 1 or problem.status != HTTPStatus.NOT_FOUND:
                raise
            return []
