"""What of a reading may be seen by people who are only visiting: nothing that is about a person.

Names, numbers of persons and plates, exact addresses and points, what somebody wrote, and few patients of one place are
left out (visited.py, few_patients.py). All other numbers, times and states are the operators'.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast, get_args

from collectors.districts import Districts
from collectors.doubt import Doubt
from collectors.personal import MASK, discreet
from collectors.readings.shape import Reading, SourceState
from collectors.readings.stage import Stage
from collectors.readings.visited import VISITED
from collectors.records import Fault

Audience = Literal["operator", "visitor"]
PATIENTS = ("occupied", "capacity")


def for_visitors(reading: Reading, districts: Districts) -> Reading:
    """A reading as visitors may have it; the reading itself is left alone. One for visitors stays as it is."""
    found: Reading = {**reading, "sources": [source_for_visitors(source) for source in reading["sources"]]}
    if "quality" in reading:
        found["quality"] = [doubt_for_visitors(doubt) for doubt in reading["quality"]]
    return cast("Reading", _masked(VISITED[reading["area"]](found, districts)))


def stage_for_visitors(stage: Stage) -> Stage:
    """The stage without what somebody wrote of it."""
    return {**stage, "reason": None}


def source_for_visitors(source: SourceState) -> SourceState:
    """A source without whom to ring, without what its rejected rows and its errors say, and without why it is paused.

    Of an error the kind stays: a source without one would look as if it answered.
    """
    found: SourceState = {**source, "withheld": True}
    found.pop("contact", None)
    if source["error"] is not None:
        kind, _, status = (source.get("fault") or "broken").partition(" ")
        kind = kind if kind in get_args(Fault) else "broken"
        found["error"] = found["fault"] = f"{kind} {status}" if status.isdecimal() else kind
    if (counts := source.get("counts")) is not None:
        found["counts"] = {**counts, "rejects": []}
    if (paused := source.get("paused")) is not None:
        found["paused"] = {**paused, "reason": ""}
    if "quality" in source:
        found["quality"] = [doubt_for_visitors(doubt) for doubt in source["quality"]]
    return cast("SourceState", _masked(found))


def doubt_for_visitors(doubt: Doubt) -> Doubt:
    """What is to be doubted, without the row that it is about and the word that was sent; of patients no numbers."""
    found: Doubt = {**doubt}
    found.pop("at", None)
    if "word" in doubt:
        found["word"] = MASK
    if doubt.get("of") in PATIENTS:
        found.pop("stated", None)
        found.pop("counted", None)
    return found


def _masked(value: Any) -> Any:
    """Every text in it, wherever it came from, with a mask in place of what may name a person: the second look."""
    if isinstance(value, str):
        return discreet(value)
    if isinstance(value, Mapping):
        return {discreet(key): _masked(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(each) for each in value]
    return value
