"""Spring Boot Actuator's health endpoint: {"status": "UP", "components": {"db": {"status": "UP"}}}.

Spring Boot reference, "Health Information". Components may hold components; Spring Boot 2.1 and older call them
`details`. DOWN and OUT_OF_SERVICE come with status 503, all others with 200.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo

from collectors.health_json import Health
from collectors.records import AppStatus
from collectors.text import plain

_STATUSES: dict[str, AppStatus] = {
    "UP": "up",
    "DOWN": "down",
    "OUT_OF_SERVICE": "down",
    "UNKNOWN": "unknown",
}
_FAILING = ("DOWN", "OUT_OF_SERVICE")
_DEEPEST = 4
_NAMED = 3


def read_actuator(body: object, zone: tzinfo, now: datetime) -> Health:
    """The health in a parsed body; it states no time. Raises ValueError where it is none."""
    if not isinstance(body, Mapping):
        raise ValueError("not a health answer")  # noqa: TRY004  one error class for every unreadable answer
    given = body.get("status")
    if not isinstance(given, str) or not given.strip():
        raise ValueError("health answer without a status")
    said = (plain(given, 40) or "").upper()
    status = _STATUSES.get(said, "unknown")
    failing = [f"{name} {word}" for name, word in _components(body, _DEEPEST) if word in _FAILING]
    named = ", ".join(failing[:_NAMED]) + (f" and {len(failing) - _NAMED} more" if len(failing) > _NAMED else "")
    if status == "up":
        return Health("degraded", f"component {named}", None) if failing else Health("up", None, None)
    return Health(status, f"says {said}: {named}" if failing else f"says {said}", None)


def _components(body: Mapping[str, object], depth: int) -> Iterator[tuple[str, str]]:
    """Every component that holds no others, by its whole name, with what it says."""
    for key in ("components", "details"):
        named = body.get(key)
        if not isinstance(named, Mapping) or not depth:
            continue
        for name, component in named.items():
            if not isinstance(component, Mapping):
                continue
            own = plain(name, 40) or "unnamed"
            inner = list(_components(component, depth - 1))
            if inner:
                yield from ((f"{own}/{below}", word) for below, word in inner)
            elif isinstance(component.get("status"), str):
                yield own, (plain(component["status"], 40) or "").upper()
