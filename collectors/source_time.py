"""The source's own time of an answer, which decides how fresh a tile is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


def own_time(stated: Iterable[datetime | None], received: datetime) -> datetime:
    """The newest time the source states, never later than it was received; the latter where it states none."""
    newest = max((moment for moment in stated if moment is not None), default=received)
    return min(newest, received)
