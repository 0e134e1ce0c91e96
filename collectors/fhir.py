"""Reading an HL7 FHIR R4 server: searches page by page, codings, references. Plain JSON, nothing is validated but what
is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from collectors.answer import Answer
from collectors.failures import SourceError
from collectors.fetch import Http
from collectors.links import own_link
from collectors.numbers import count
from collectors.oauth import Token
from collectors.records import CollectError, Total
from collectors.rows import require_few
from collectors.text import plain
from collectors.totals import whole

_PAGES = 200
_FEW = 20

Resource = Mapping[str, Any]


class FhirServer:
    """Asks one server. `base` is its address as given, `token` None where it asks for none, `limit` seconds."""

    def __init__(self, base: str, token: Token | None, limit: float) -> None:
        self._base, self._token, self._limit = base.rstrip("/"), token, limit

    async def search(self, http: Http, kind: str, params: Mapping[str, str]) -> list[tuple[Answer, Resource]]:
        """Every page of a search: a Bundle each, or the one resource that stands at the address.

        Next pages are asked for at the server's own address only. Raises CollectError.
        """
        url, asked = f"{self._base}/{kind}", dict(params)
        pages: list[tuple[Answer, Resource]] = []
        seen: set[str] = set()
        while True:
            answer = await self._ask(http, url, asked)
            page = self._page(answer)
            pages.append((answer, page))
            following = _next(page)
            if following is None:
                return pages
            asked = {}
            try:
                url = own_link(following, answer.url, self._base)
            except ValueError:
                raise SourceError(answer.host, "names a next page on another host") from None
            if url in seen or len(pages) >= _PAGES:
                raise SourceError(answer.host, f"names next pages without end ({len(pages)} read)")
            seen.add(url)

    async def _ask(self, http: Http, url: str, params: Mapping[str, str]) -> Answer:
        answer = await self._once(http, url, params)
        if answer.status == HTTPStatus.UNAUTHORIZED and self._token is not None:
            # a server may withdraw a token before its time
            self._token.forget()
            answer = await self._once(http, url, params)
        return answer

    async def _once(self, http: Http, url: str, params: Mapping[str, str]) -> Answer:
        headers = {"Accept": "application/fhir+json"}
        if self._token is not None:
            headers |= await self._token.header(http)
        return await http.get(url, params=params, headers=headers, limit=self._limit, follow=False)

    def _page(self, answer: Answer) -> Resource:
        if not 200 <= answer.status < 300:
            raise answer.problem(self._refusal(answer))
        body = answer.json()
        kind = body.get("resourceType") if isinstance(body, dict) else None
        if not isinstance(kind, str):
            raise SourceError(answer.host, "answered JSON that is not FHIR (no resourceType)")
        if kind == "OperationOutcome":
            raise SourceError(answer.host, f"answered an error: {self.said(body)}", fault="refused")
        entries = body.get("entry", [])
        if not isinstance(entries, list):
            raise SourceError(answer.host, "answered a Bundle whose entry is no list")
        require_few(answer.host, entries)
        return dict(body)

    def _refusal(self, answer: Answer) -> str | None:
        try:
            body = answer.json()
        except CollectError:
            # a refusal with another body: its status is the whole sentence
            return None
        return self.said(body) if isinstance(body, dict) and "issue" in body else None

    def said(self, given: Resource) -> str:
        """An OperationOutcome in a few words, without the token the server may have repeated."""
        words = _outcome(given)
        return (self._token.hide(words) if self._token else words)[:200]


def _next(page: Resource) -> str | None:
    links = page.get("link")
    for link in _dicts(links):
        if link.get("relation") == "next":
            url = link.get("url")
            return url.strip() or None if isinstance(url, str) else None
    return None


def resources(page: Resource) -> list[object]:
    """What a page holds: the entries of a Bundle, or the resource itself."""
    if page["resourceType"] != "Bundle":
        return [page]
    return [entry.get("resource") if isinstance(entry, dict) else entry for entry in page.get("entry", [])]


def matched(pages: Iterable[Resource], kind: str) -> list[Total]:
    """How many resources match in all, as the server says (Bundle.total of a searchset), beside those that came.

    What it adds to a search is not among them: its search.mode is another than match; where none is stated, its kind.
    """
    stated: int | None = None
    came = 0
    for page in pages:
        if page["resourceType"] != "Bundle" or page.get("type", "searchset") != "searchset":
            continue
        total = count(page.get("total"))
        stated = stated if total is None else total
        came += sum(_matches(entry, kind) for entry in page.get("entry", []))
    return whole("rows", stated, [came])


def _matches(entry: object, kind: str) -> bool:
    if not isinstance(entry, dict):
        return False
    search, resource = entry.get("search"), entry.get("resource")
    mode = search.get("mode") if isinstance(search, dict) else None
    return mode == "match" if mode else isinstance(resource, dict) and resource.get("resourceType") == kind


def _outcome(given: Resource) -> str:
    """The first issue of an OperationOutcome in a few words."""
    issue = next((each for each in _dicts(given.get("issue"))), {})
    words = [plain(issue.get(name), 40) for name in ("severity", "code")]
    words += [plain(issue.get("diagnostics")) or text_of(issue.get("details"))]
    return " ".join(word for word in words if word) or "without a reason"


def codings(concept: object) -> Iterator[tuple[str, str, str | None]]:
    """(system, code, display) of a CodeableConcept; the system is "" where none is stated."""
    for coding in _dicts(concept.get("coding") if isinstance(concept, dict) else None):
        code = plain(coding.get("code"), 100)
        if code is not None:
            yield plain(coding.get("system"), 200) or "", code, plain(coding.get("display"), 100)


def text_of(concept: object) -> str | None:
    """A CodeableConcept in words: the display of its first coding, its text, or its first code."""
    found = list(codings(concept))
    shown = next((display for _, _, display in found if display), None)
    text = plain(concept.get("text"), 100) if isinstance(concept, dict) else None
    return shown or text or (found[0][1] if found else None)


def referred(reference: object) -> tuple[str | None, str | None]:
    """The id and the name of what a Reference points to; a business identifier goes before the server's own id."""
    if not isinstance(reference, dict):
        return None, None
    identifier = reference.get("identifier")
    value = plain(identifier.get("value"), 80) if isinstance(identifier, dict) else None
    return value or local_id(reference), plain(reference.get("display"), 200)


def local_id(reference: object) -> str | None:
    """The server's own id in a Reference: Location/7, an address ending so, or with /_history/2 behind it."""
    given = reference.get("reference") if isinstance(reference, dict) else None
    path = plain(given, 400) if isinstance(given, str) else None
    return path.partition("/_history/")[0].rstrip("/").rpartition("/")[2] or None if path else None


def last_updated(resource: Resource) -> object:
    meta = resource.get("meta")
    return meta.get("lastUpdated") if isinstance(meta, dict) else None


def is_test(resource: Resource) -> bool:
    """Whether a resource is marked as test data (meta.security HTEST of v3-ActReason)."""
    meta = resource.get("meta")
    marks = _dicts(meta.get("security") if isinstance(meta, dict) else None)
    return any(mark.get("code") == "HTEST" for mark in marks)


def newest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def few(given: object, most: int = _FEW) -> list[Any]:
    """The first elements of a list within a resource. Honest lists are short, and a ward's are read for each bed."""
    return given[:most] if isinstance(given, list) else []


def _dicts(given: object) -> Iterator[dict[str, Any]]:
    return (each for each in few(given) if isinstance(each, dict))
