"""The city's stage, one number from 1 to 5: by rule from the levels of its areas, or as a person declared it.

1 where all that is known is normal, 2 where an area is watched, 3 where one alarms, 4 where two do. Stage 5 is never
computed: an emergency is declared by a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypedDict

from collectors.health import iso
from collectors.readings.shape import Freshness, Level, Reading

LOWEST, HIGHEST = 1, 5
DOUBTFUL: tuple[Freshness, ...] = ("stale", "failed", "never")


class RuledStage(TypedDict):
    """What the rule says, and since when it has said so. `stage` is None while nothing is known."""

    stage: int | None
    since: str


class DeclaredStage(TypedDict):
    """What a person declared, why, and until when it holds."""

    stage: int
    reason: str
    since: str
    until: str


class Stage(TypedDict):
    """The stage in force. `declared`, `reason` and `until` are a person's; `ruled` is what the rule alone would say."""

    stage: int | None
    since: str | None
    declared: bool
    reason: str | None
    until: str | None
    ruled: int | None


def shown_level(level: Level, freshness: Freshness) -> Level:
    """All is well only as long as we know: normal becomes unknown with data in doubt, an alarm stays."""
    return "unknown" if level == "normal" and freshness in DOUBTFUL else level


def ruled(levels: Sequence[Level]) -> int | None:
    """The stage by the visible rule."""
    alarms = levels.count("alarm")
    if alarms:
        return 4 if alarms > 1 else 3
    if "watch" in levels:
        return 2
    return 1 if "normal" in levels else None


def stage_after(before: RuledStage | None, readings: Iterable[Reading], now: datetime) -> RuledStage:
    """What the rule says of these readings; its time is kept for as long as it says the same."""
    stage = ruled([shown_level(reading["level"], reading["freshness"]) for reading in readings])
    if before is not None and before["stage"] == stage:
        return before
    return {"stage": stage, "since": iso(now)}


def in_force(
    by_rule: RuledStage | None, declared: DeclaredStage | None, levels: Sequence[Level], now: datetime
) -> Stage:
    """The stage as of this moment. `levels` are those shown now: where none is known the rule knows nothing either."""
    said = ruled(levels)
    since = by_rule["since"] if by_rule is not None and by_rule["stage"] == said else None
    if declared is not None and datetime.fromisoformat(declared["until"]) > now:
        return {**declared, "declared": True, "ruled": said}
    return {"stage": said, "since": since, "declared": False, "reason": None, "until": None, "ruled": said}
