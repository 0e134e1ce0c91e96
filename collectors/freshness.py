"""The freshness model: how old may a number be before it must stop looking alive.

Every source states how often news is due, its cadence. Its data are live up to one cadence of age, late up to two and
stale beyond; where its last tries failed as well, they are failed from one cadence on. Age runs from the source's own
time, not from the moment we asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from collectors.readings.shape import Freshness


class Due(NamedTuple):
    """What the freshness of one source, or of several together, hangs on.

    `late_at`, `stale_at` and `failed_at` are moments; `failed_at` is None while nothing fails.
    """

    as_of: datetime
    late_at: datetime
    stale_at: datetime
    failed_at: datetime | None

    def freshness(self, now: datetime) -> Freshness:
        if self.failed_at is not None and now > self.failed_at:
            return "failed"
        if now > self.stale_at:
            return "stale"
        return "late" if now > self.late_at else "live"


def due(as_of: datetime, cadence: float, failing: bool) -> Due:
    """`cadence` in seconds; `failing` is whether the last try failed."""
    late_at = as_of + timedelta(seconds=cadence)
    stale_at = as_of + timedelta(seconds=2 * cadence)
    return Due(as_of, late_at, stale_at, late_at if failing else None)


def worst(dues: Iterable[Due]) -> Due | None:
    """Several sources as one: the oldest time, and each change of state as soon as any source reaches it."""
    each = list(dues)
    if not each:
        return None
    failing = [one.failed_at for one in each if one.failed_at is not None]
    return Due(
        as_of=min(one.as_of for one in each),
        late_at=min(one.late_at for one in each),
        stale_at=min(one.stale_at for one in each),
        failed_at=min(failing) if failing else None,
    )
