"""The state around a tile: how fresh what it shows is, how grave, and why. One rule for every tile.

A tile that is about several areas is as old as the oldest of them, and changes state as soon as any of them does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from collectors.health import paused_freshness, source_freshness
from collectors.readings.shape import Freshness, Level, Reading, SourceState
from collectors.readings.stage import shown_level
from layouts.words import Words

LEVELS: tuple[Level, ...] = ("normal", "unknown", "watch", "alarm")


class TileState(TypedDict):
    """Ages in seconds, counted from `as_of`. `reason` says which source failed first, why, and whose it is."""

    freshness: Freshness
    level: Level
    as_of: str | None
    late_after: float
    stale_after: float
    failed_after: float | None
    failing_since: str | None
    reason: str | None
    demo: bool


def never(cadence: float = 60.0) -> TileState:
    """The state of a tile before anything is known."""
    return {
        "freshness": "never",
        "level": "unknown",
        "as_of": None,
        "late_after": cadence,
        "stale_after": 2 * cadence,
        "failed_after": None,
        "failing_since": None,
        "reason": None,
        "demo": False,
    }


def tile_state(
    readings: Sequence[Reading], now: datetime, raises: bool = True, words: Words | None = None
) -> TileState:
    """The readings of a tile's areas as one state.

    A tile that only repeats what another raises (`raises` false) is normal as long as something is known. Without
    `words` no reason is given.
    """
    known = [reading for reading in readings if reading["as_of"] is not None]
    failing = [source for reading in readings for source in reading["sources"] if source["error"]]
    failing.sort(key=lambda source: source["failing_since"] or "")
    first: SourceState | None = failing[0] if failing else None
    state = never()
    state["failing_since"] = first["failing_since"] if first else None
    state["reason"] = words.join(f"{first['name']}: {words.fault(first)}", first["owner"]) if first and words else None
    state["demo"] = any(reading["demo"] for reading in readings)
    if not known or len(known) < len(readings):
        return state
    moments = [datetime.fromisoformat(reading["as_of"] or "") for reading in known]
    start = min(moments)
    offsets = [(moment - start).total_seconds() for moment in moments]
    state["as_of"] = min(reading["as_of"] or "" for reading in known)
    state["late_after"] = min(offset + one["late_after"] for offset, one in zip(offsets, known, strict=True))
    state["stale_after"] = min(offset + one["stale_after"] for offset, one in zip(offsets, known, strict=True))
    fails = [
        offset + age for offset, one in zip(offsets, known, strict=True) if (age := one["failed_after"]) is not None
    ]
    state["failed_after"] = min(fails) if fails else None
    state["freshness"] = freshness_at(state, (now - start).total_seconds())
    level: Level = max((one["level"] for one in known), key=LEVELS.index) if raises else "normal"
    state["level"] = shown_level(level, state["freshness"])
    return state


def aged(reading: Reading, now: datetime) -> Reading:
    """A reading with its freshness and its sources' as of this moment, whatever they were when it was computed."""
    sources = [source_aged(source, now) for source in reading["sources"]]
    state = tile_state([reading], now)
    return {**reading, "freshness": state["freshness"], "level": state["level"], "sources": sources}


def source_aged(source: SourceState, now: datetime) -> SourceState:
    as_of = datetime.fromisoformat(source["as_of"]) if source["as_of"] else None
    if source.get("paused"):
        return {**source, "freshness": paused_freshness(as_of)}
    freshness = source_freshness(as_of, source["cadence"], source["error"] is not None, now)
    return {**source, "freshness": freshness}


def freshness_at(state: TileState, age: float) -> Freshness:
    """The freshness at an age in seconds; the browser counts on by the same rule (assets/tile.js)."""
    if state["as_of"] is None:
        return "never"
    if state["failed_after"] is not None and age > state["failed_after"]:
        return "failed"
    if age > state["stale_after"]:
        return "stale"
    return "late" if age > state["late_after"] else "live"
