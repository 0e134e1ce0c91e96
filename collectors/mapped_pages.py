"""All pages of an answer, whatever the source's way of turning them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from collectors.answer import Answer
from collectors.failures import SourceError
from collectors.fetch import Http
from collectors.links import own_link
from collectors.mapped_rows import at, csv_rows, json_rows, refusal, stated
from collectors.mapped_settings import MappedSettings
from collectors.records import TotalOf
from collectors.rows import MOST_ROWS


@dataclass(frozen=True, slots=True)
class Pages:
    """What was read. `first` is the first document, `stated` are the totals as the last document that has one states
    it, `cut` says that there was more than is read."""

    answers: list[Answer]
    first: object
    rows: list[object]
    stated: Mapping[TotalOf, int]
    cut: bool


class PageReader:
    """How one source is read. `key` tells rows apart; `secrets` never appear in what is said; `limit` in seconds.

    A server may keep to a page of its own size, whatever one asks for: only a page that is empty, repeats what is known
    or is shorter than the first one is the last.
    """

    def __init__(
        self,
        url: str,
        settings: MappedSettings,
        headers: Mapping[str, str],
        secrets: Collection[str],
        key: Callable[[object], Hashable],
        limit: float,
    ) -> None:
        self._url, self._set, self._headers = url, settings, headers
        self._secrets, self._key, self._limit = secrets, key, limit

    async def pages(self, http: Http) -> Pages:
        """Page after page, until one is the last. Raises CollectError."""
        answers: list[Answer] = []
        first: object = None
        rows: list[object] = []
        seen: set[Hashable] = set()
        totals: dict[TotalOf, int] = {}
        size = 0
        url: str | None = self._url
        while url is not None:
            if len(answers) >= self._set.most_pages or len(rows) >= MOST_ROWS:
                return Pages(answers, first, rows, totals, cut=True)
            unsure = self._numbered and len(answers) == 1 and size < self._set.page_size
            place = self._place(len(answers), len(rows))
            answer, document, found = await self._page(http, url, place, len(answers), unsure)
            answers.append(answer)
            first = document if len(answers) == 1 else first
            totals |= stated(document, self._set.total)
            known = len(seen)
            seen.update(self._key(row) for row in found)
            if found and len(seen) == known:
                # the source does not know pages and gives the same again
                break
            rows.extend(found)
            size = size or len(found)
            url = self._following(answer, document, url) if self._more(len(found), size) else None
        return Pages(answers, first, rows, totals, cut=False)

    @property
    def _numbered(self) -> bool:
        return self._set.pages in ("page", "offset")

    async def _page(
        self, http: Http, url: str, place: Mapping[str, str], before: int, unsure: bool
    ) -> tuple[Answer, Any, list[object]]:
        """The page after so many. `unsure` is whether the only one before may have been the last: then an answer
        without rows says that it was."""
        answer = await http.get(url, params=place, headers=self._headers, limit=self._limit)
        if self._numbered and before and answer.status == HTTPStatus.NOT_FOUND:
            return answer, None, []
        if not 200 <= answer.status < 300:
            raise refusal(answer, self._secrets)
        if unsure and not answer.body.strip():
            return answer, None, []
        if self._set.format == "csv":
            return answer, None, csv_rows(answer)
        document = answer.json()
        if unsure and self._set.rows and not at(document, self._set.rows):
            return answer, document, []
        return answer, document, json_rows(answer, document, self._set.rows, self._secrets)

    def _place(self, pages: int, rows: int) -> dict[str, str]:
        """The query that asks for the page after so many pages and rows."""
        held = self._set
        if held.pages == "page":
            return {held.page_key: str(held.first_page + pages), held.size_key: str(held.page_size)}
        if held.pages == "offset":
            return {held.offset_key: str(rows), held.size_key: str(held.page_size)}
        return {}

    def _more(self, found: int, size: int) -> bool:
        """Whether another page may follow one of so many rows, where the first has `size`."""
        return self._set.pages == "next" or (self._numbered and 0 < found >= size)

    def _following(self, answer: Answer, document: object, url: str) -> str | None:
        """The address of the next page; a link to one keeps to the source's own scheme, host and port."""
        if self._set.pages != "next":
            return url
        link = at(document, self._set.next_link)
        if not isinstance(link, str) or not link.strip():
            return None
        try:
            following = own_link(link, url, self._url)
        except ValueError:
            raise SourceError(answer.host, "names a next page on another host") from None
        if following == url:
            raise SourceError(answer.host, "names a next page that is the same again")
        return following
