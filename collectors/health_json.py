"""application/health+json (draft-inadarei-api-health-check-06) and what looks like it: Spring Boot, {"status":"ok"}."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice

from collectors.app_status import app_status
from collectors.records import AppStatus
from collectors.text import plain
from collectors.times import time_or_none

_MOST = 1000


@dataclass(frozen=True, slots=True)
class Health:
    """What the answer says of the application; `newest` is the latest time any of its checks was made."""

    status: AppStatus
    reason: str | None
    newest: datetime | None


def read_health(body: object, zone: tzinfo, now: datetime) -> Health:
    """The health in a parsed body. Raises ValueError where it is none."""
    if not isinstance(body, Mapping):
        raise ValueError("not a health answer")  # noqa: TRY004  one error class for every unreadable answer
    given = plain(body.get("status"), 40)
    if given is None:
        raise ValueError("health answer without a status")
    checks = list(islice(_checks(body), _MOST))
    newest = max((t for _, check in checks if (t := time_or_none(check.get("time"), zone, now))), default=None)
    status = app_status(given)
    if status == "up":
        for name, check in checks:
            said = plain(check.get("status"), 40) or ""
            if app_status(said) in {"degraded", "down"}:
                return Health("degraded", f"check {name} says {said.lower()}", newest)
        return Health("up", None, newest)
    output = plain(body.get("output"), 120)
    return Health(status, output or f"says {given.lower()}", newest)


def _checks(body: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every check with its name: `checks` holds lists (or single objects), `components` objects."""
    for key in ("checks", "components"):
        named = body.get(key)
        if not isinstance(named, Mapping):
            continue
        for name, value in named.items():
            for check in value if isinstance(value, list) else [value]:
                if isinstance(check, Mapping):
                    yield plain(name, 60) or "unnamed", check
