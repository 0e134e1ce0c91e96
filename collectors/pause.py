"""A source that a person has told us not to ask: since when, until when, why, and who said so."""

from __future__ import annotations

from datetime import datetime

import orjson

from collectors.readings.shape import Paused


class Pause(Paused):
    """As it is kept. `by` is who said so, by shift or office; it is for the city's own pages and for nobody else."""

    by: str


def pause_from(value: bytes) -> Pause | None:
    """A pause as it was kept, None for anything that is none."""
    try:
        found = orjson.loads(value)
        datetime.fromisoformat(found["since"])
        if found["until"] is not None:
            datetime.fromisoformat(found["until"])
        return Pause(since=found["since"], until=found["until"], reason=str(found["reason"]), by=str(found["by"]))
    except (ValueError, KeyError, TypeError):
        return None


def is_over(pause: Paused, now: datetime) -> bool:
    return pause["until"] is not None and datetime.fromisoformat(pause["until"]) <= now


def shown(pause: Pause | None) -> Paused | None:
    """What of a pause everybody may know."""
    return pause and Paused(since=pause["since"], until=pause["until"], reason=pause["reason"])
