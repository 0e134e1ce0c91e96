"""The words sources use for the stage of a flood warning and for the course of the water, and what a level reaches.

Siaga 4 is normal and siaga 1 the gravest. A bare number is no stage: some count from the other end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from collectors.records import Course, Siaga
from collectors.text import word

WaterState = Literal["siaga_4", "siaga_3", "siaga_2", "siaga_1"]
GRAVEST_FIRST: tuple[Siaga, ...] = (1, 2, 3, 4)

_WORDS: dict[Siaga, tuple[str, ...]] = {
    4: ("siaga 4", "siaga iv", "siaga4", "normal", "aman"),
    3: ("siaga 3", "siaga iii", "siaga3", "waspada", "rawan"),
    2: ("siaga 2", "siaga ii", "siaga2", "siaga", "kritis"),
    1: ("siaga 1", "siaga i", "siaga1", "awas", "bencana"),
}
_STAGES = {each: stage for stage, words in _WORDS.items() for each in words}
_MEANINGS: dict[WaterState, Siaga] = {"siaga_4": 4, "siaga_3": 3, "siaga_2": 2, "siaga_1": 1}
_COURSES: dict[str, Course] = {
    **dict.fromkeys(("rising", "rise", "up", "naik", "meningkat"), "rising"),
    **dict.fromkeys(("steady", "stable", "tetap", "stabil"), "steady"),
    **dict.fromkeys(("falling", "fall", "down", "turun", "surut", "menurun"), "falling"),
}


def siaga(given: str | None, own: Mapping[str, WaterState] | None = None) -> Siaga | None:
    """The stage a source's word means, None where it means none; `own` are words of this source alone."""
    found = word(given or "")
    meaning = (own or {}).get(found)
    return _MEANINGS[meaning] if meaning else _STAGES.get(found)


def course(given: str | None) -> Course | None:
    return _COURSES.get(word(given or ""))


def reached(level: float | None, thresholds: Mapping[Siaga, float]) -> Siaga | None:
    """The gravest stage that a level is known to reach. 4, normal, is below a known siaga 3 only; else None."""
    if level is None:
        return None
    below: Siaga | None = 4 if 3 in thresholds else None
    return next((stage for stage in GRAVEST_FIRST[:3] if stage in thresholds and level >= thresholds[stage]), below)
