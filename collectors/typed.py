"""What a person typed or chose, as canonical fields; and why it cannot be meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from collectors.districts import Subdistrict
from collectors.forms import Answers, Ask
from collectors.mapped_areas import HIGHEST_CM, LOWEST_CM
from collectors.numbers import measure
from collectors.personal import is_personal
from collectors.text import plain
from collectors.times import read_time

LONGEST_COUNT = 9
_LEVEL = re.compile(r"[+-]?[0-9]{1,5}(?:[.,][0-9])?")
_MOMENT = re.compile(r"(?:([0-9]{1,2}/[0-9]{1,2}/[0-9]{4}) +)?([0-9]{1,2})[.:]([0-9]{2})")
_OLDEST = timedelta(days=366)


class WrongError(Exception):
    """`key` is the sentence in the vocabulary that says what may be typed, `told` what is filled in there."""

    def __init__(self, key: str, **told: float) -> None:
        super().__init__(key)
        self.key, self.told = key, told


@dataclass(frozen=True, slots=True)
class Where:
    """Where and when a form is filled in: the subdistricts by code, the time, and the city's zone."""

    places: Mapping[str, Subdistrict]
    now: datetime
    zone: tzinfo


def answered(ask: Ask, typed: str, where: Where) -> Answers:
    """Nothing for an empty field, which is unknown. Raises WrongError."""
    text = typed.strip()
    if text:
        return _READ[ask.kind](ask, text, where)
    if ask.needed:
        raise WrongError("wrong_empty")
    return {}


def _count(ask: Ask, text: str, _: Where) -> Answers:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_COUNT and int(text) <= ask.most):
        raise WrongError("wrong_count", most=ask.most)
    return {ask.name: int(text)}


def _level(ask: Ask, text: str, _: Where) -> Answers:
    """Centimetres. A point before three digits could be either sign, so it is neither."""
    found = measure(text) if _LEVEL.fullmatch(text) else None
    if found is None or not LOWEST_CM < found < HIGHEST_CM:
        raise WrongError("wrong_level")
    return {ask.name: found}


def _choice(ask: Ask, text: str, _: Where) -> Answers:
    if text not in ask.options:
        raise WrongError("wrong_choice")
    return {ask.name: text}


def _text(ask: Ask, text: str, _: Where) -> Answers:
    found = plain(text, 10 * ask.most)
    if found is None or len(found) > ask.most:
        raise WrongError("wrong_text", most=ask.most)
    if is_personal(found):
        raise WrongError("wrong_personal")
    return {ask.name: found}


def _place(ask: Ask, text: str, where: Where) -> Answers:
    if (found := where.places.get(text)) is None:
        raise WrongError("wrong_choice")
    return {"lat": found.lat, "lon": found.lon}


def _moment(ask: Ask, text: str, where: Where) -> Answers:
    """A time of today, or with its date before it."""
    written = _MOMENT.fullmatch(text)
    found = None
    if written:
        date, hour, minute = written.groups()
        day = date or f"{where.now.astimezone(where.zone):%d/%m/%Y}"
        with suppress(ValueError):
            found = read_time(f"{day} {hour}:{minute}", where.zone, where.now)
    if found is None or where.now - found > _OLDEST:
        raise WrongError("wrong_moment")
    return {ask.name: found.isoformat()}


_READ: dict[str, Callable[[Ask, str, Where], Answers]] = {
    "count": _count,
    "level": _level,
    "choice": _choice,
    "text": _text,
    "place": _place,
    "moment": _moment,
}
