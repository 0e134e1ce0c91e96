"""Asking only for what has changed: validators and the answers they stand for (RFC 9110, section 13).

The answer that was given before is used again, body and headers; when it was confirmed, and by which Date, is new.
So a collector need not know. A protocol with a time of its own still has it in the body; to one that has none, the
Date of a confirmation is the origin's word that what it said before holds now.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from multidict import CIMultiDict

from collectors.answer import Answer, http_date

MOST_BYTES = 32 << 20
LONGEST = timedelta(hours=1)
"""After which the whole answer is asked for again: a validator that never changes may be a broken one."""

_OVERHEAD = 1024
_OF_THE_BODY = ("Content-Length", "Content-Encoding", "Content-Type", "Transfer-Encoding")

Question = tuple[object, ...]


def question(url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None) -> Question:
    """What makes two requests the same; it may hold secrets and stays in memory."""
    return (url, tuple(params.items()) if params else (), tuple(headers.items()) if headers else ())


@dataclass(frozen=True, slots=True)
class Held:
    """An answer and the headers that ask whether it still holds."""

    answer: Answer
    conditions: Mapping[str, str]

    def confirmed_by(self, said: Answer) -> Answer:
        """This answer again, as the origin has just confirmed it (status 304)."""
        headers = CIMultiDict(self.answer.headers)
        headers.update({name: value for name, value in said.headers.items() if name.title() not in _OF_THE_BODY})
        return replace(
            self.answer,
            headers=headers,
            received=said.received,
            elapsed_ms=said.elapsed_ms,
            date=said.date or self.answer.date,
            demo=said.demo or self.answer.demo,
            certificate_days=said.certificate_days,
            reused=True,
        )


class Remembered:
    """The answers that have a validator, up to so many bytes; the one not asked for longest goes first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held: OrderedDict[Question, Held] = OrderedDict()
        self.bytes = 0

    def find(self, key: Question, now: datetime) -> Held | None:
        held = self._held.get(key)
        if held is None or now - held.answer.received >= LONGEST:
            return None
        self._held.move_to_end(key)
        return held

    def keep(self, key: Question, answer: Answer) -> None:
        """Take in a whole answer in place of the one before; one without a validator only ends that."""
        before = self._held.pop(key, None)
        if before is not None:
            self.bytes -= _size(before)
        conditions = _conditions(answer)
        if not conditions or len(answer.body) + _OVERHEAD > self._most:
            return
        held = Held(answer, conditions)
        self._held[key] = held
        self.bytes += _size(held)
        while self.bytes > self._most:
            _, oldest = self._held.popitem(last=False)
            self.bytes -= _size(oldest)


def _size(held: Held) -> int:
    return len(held.answer.body) + _OVERHEAD


def _may_be_sent(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _conditions(answer: Answer) -> dict[str, str]:
    """If-None-Match and If-Modified-Since, as far as the answer can be held by them.

    A Last-Modified of the same second as the answer says nothing: more may have come within that second (RFC 9110,
    section 8.8.2.2).
    """
    if answer.status != 200:
        return {}
    found: dict[str, str] = {}
    tag = answer.headers.get("ETag")
    if tag and _may_be_sent(tag):
        found["If-None-Match"] = tag
    modified = answer.headers.get("Last-Modified")
    moment = http_date(modified)
    if modified and moment and _may_be_sent(modified) and answer.date and answer.date - moment >= timedelta(seconds=1):
        found["If-Modified-Since"] = modified
    return found
