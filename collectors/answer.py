"""One HTTP answer, read whole: what it said, when, and its body as text, JSON or XML."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import orjson
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from collectors.failures import SourceError, StatusError
from collectors.lenient import leniently

_LONGEST_WAIT = 3600.0
_LENIENT = 8 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """`host` names the source in sentences, `url` is where redirects led to (never shown: it may hold secrets).

    `date` is the origin's time of the answer: its Date header, or earlier where a cache says by Age how old it is.
    `certificate_days` is how long the certificate of an https source is still valid. `reused` says that the source only
    said nothing has changed, and the body is the one it gave before; `received` and `date` are those of its saying so.
    """

    host: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    received: datetime
    elapsed_ms: int
    date: datetime | None
    demo: str | None
    certificate_days: int | None = None
    reused: bool = False

    def text(self) -> str:
        """The body as text: UTF-16 and UTF-32 by their mark, otherwise UTF-8; bad bytes are marked."""
        if self.body.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
            return self.body.decode("utf-32", "replace")
        if self.body.startswith((b"\xff\xfe", b"\xfe\xff")):
            return self.body.decode("utf-16", "replace")
        return self.body.decode("utf-8-sig", "replace")

    def json(self) -> Any:
        """The body as JSON, whatever the status. Raises CollectError."""
        start = self._start()
        if start[:1] == b"<" or self._type_has("html"):
            page = self._page(start)
            raise SourceError(self.host, f"answered {page} instead of JSON (status {self.status})", fault="html")
        if not start:
            raise SourceError(self.host, f"answered nothing instead of JSON (status {self.status})")
        try:
            return orjson.loads(self.body if self.body[:1] in b"{[" else self.text())
        except orjson.JSONDecodeError as problem:
            with suppress(ValueError, RecursionError):
                if len(self.body) <= _LENIENT:
                    return leniently(self.text())
            end = len(self.body)
            if problem.pos >= end - 1 and end > 1:
                raise SourceError(self.host, f"JSON cut off after {end:,} bytes") from None
            where = f"line {problem.lineno}, column {problem.colno}"
            raise SourceError(self.host, f"answered something that is not JSON ({where})") from None

    def xml(self) -> Element:
        """The body as XML, without entities or external references, whatever the status. Raises CollectError."""
        start = self._start()
        if self._type_has("text/html") or start[:14].lower().startswith((b"<!doctype html", b"<html")):
            raise SourceError(self.host, f"answered an HTML page instead of XML (status {self.status})", fault="html")
        if start[:1] != b"<" and not self.body.startswith((b"\xff\xfe", b"\xfe\xff")):
            found = "something that is not" if start else "nothing instead of"
            raise SourceError(self.host, f"answered {found} XML (status {self.status})")
        try:
            root: Element = fromstring(self.body.lstrip(b" \t\r\n"), forbid_dtd=True)
        except ParseError as problem:
            line, column = problem.position
            raise SourceError(self.host, f"XML broken or cut off at line {line}, column {column}") from None
        except (DefusedXmlException, ValueError, LookupError):
            raise SourceError(self.host, "XML refused: document types, entities or an unknown encoding") from None
        return root

    def problem(self, detail: str | None = None) -> StatusError:
        """The error that says this status, for an answer whose status is not a success."""
        try:
            phrase = f" ({HTTPStatus(self.status).phrase})"
        except ValueError:
            phrase = ""
        retry_after = self.retry_after()
        reason = f"status {self.status}{phrase}"
        if detail:
            reason += f": {detail}"
        elif retry_after is not None:
            reason += f", to be asked again after {retry_after:.0f} s"
        return StatusError(self.host, reason, self.status, retry_after)

    def require_success(self) -> None:
        """Raises CollectError unless the status is 2xx."""
        if not 200 <= self.status < 300:
            raise self.problem()

    def retry_after(self) -> float | None:
        """Seconds the source asks us to wait (seconds or an HTTP date), at most an hour."""
        said = self.headers.get("Retry-After", "").strip()
        if said.isascii() and said.isdigit():
            return min(float(said[:9]), _LONGEST_WAIT)
        moment = http_date(said)
        if moment is None:
            return None
        return min(max((moment - self.received).total_seconds(), 0.0), _LONGEST_WAIT)

    def _start(self) -> bytes:
        head = self.body[:256]
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return head.decode("utf-16", "ignore").lstrip("\ufeff \t\r\n").encode()
        return head.removeprefix(b"\xef\xbb\xbf").lstrip()

    def _type_has(self, word: str) -> bool:
        return word in self.headers.get("Content-Type", "").lower()

    def _page(self, start: bytes) -> str:
        if self._type_has("html") or start[:14].lower().startswith((b"<!doctype html", b"<html")):
            return "an HTML page"
        return "markup"


@lru_cache(maxsize=64)
def http_date(text: str | None) -> datetime | None:
    """An HTTP date in UTC; None where there is none or it cannot be read. All answers of a second say the same."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def origin_time(headers: Mapping[str, str], received: datetime) -> datetime | None:
    """When the origin made this answer: Date, or `received` less Age where that is earlier."""
    made = http_date(headers.get("Date"))
    age = headers.get("Age", "")
    if age.isascii() and age.isdigit() and len(age) < 9 and int(age):
        aged = received - timedelta(seconds=int(age))
        return aged if made is None else min(made, aged)
    return made
