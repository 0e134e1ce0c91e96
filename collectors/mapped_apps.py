"""One application's health, as a row of any make tells it: the rows of `mapped_areas.py` for the area apps."""

from __future__ import annotations

from collectors.app_status import app_status
from collectors.mapped_terms import Given, Terms
from collectors.numbers import count, measure
from collectors.records import AppHealth, AppStatus
from collectors.text import plain

_GRAVEST_FIRST: tuple[AppStatus, ...] = ("maintenance", "down", "degraded", "up", "unknown")
_SIGNS: dict[bool | None, AppStatus] = {True: "up", False: "down"}
_DAY_MS = 86_400_000
_LONGEST_CERTIFICATE = 100 * 366


def app_health(given: Given, terms: Terms) -> AppHealth:
    """What its agency says of an application; without a time of its own, as of now."""
    told = terms.id(given, "id")
    who = terms.application(told, plain(given.get("name"), 80))
    status = _status(given, terms)
    said = terms.word(given.get("status"))
    latency, code, days = (measure(given.get(name)) for name in ("latency_ms", "http_status", "certificate_days"))
    return AppHealth(
        id=who.id,
        name=who.name,
        group=who.group,
        owner=who.owner,
        status=status,
        checked=terms.time(given.get("checked")) or terms.now,
        reason=None if status == "up" else plain(given.get("message"), 120) or _says(said, status),
        latency_ms=round(latency) if latency is not None and 0 <= latency < _DAY_MS else None,
        http_status=count(code) if code is not None and 100 <= code < 1000 else None,
        certificate_days=int(days) if days is not None and abs(days) < _LONGEST_CERTIFICATE else None,
        listed=who.listed,
    )


def _says(said: str | None, status: AppStatus) -> str | None:
    """The source's own word, where it is another than ours."""
    return f"says {said}" if said and said.lower() != status else None


def _status(given: Given, terms: Terms) -> AppStatus:
    """A row may say a word, or only whether all is well; of both the graver counts. Raises ValueError for neither."""
    told, ok = (terms.word(given.get(name)) for name in ("status", "ok"))
    if not told and not ok:
        raise ValueError("no status")
    well = terms.truth(ok)
    word, sign = app_status(told, terms.statuses), _SIGNS.get(well, "unknown")
    return min(word, sign, key=_GRAVEST_FIRST.index)
