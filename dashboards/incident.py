"""A drill as it is written: what happens at which minute, said as changes of the readings that are there.

A place in a reading is written as in JSON paths: `raised`, `icu.free`, `posts[kali-sabi].siaga` (the one of that id,
code or name), `abnormal[0].status`; `abnormal[+]` is a new one. What is changed within a list comes first in it. The
text `now` becomes the moment of the change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Annotated, Any, cast

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from collectors.readings.shape import Reading
from collectors.source import Area
from collectors.times import iso
from layouts.tour.script import Part, Told

STEP = re.compile(r"([a-z_0-9]+)(?:\[([A-Za-z0-9 _.-]+|\+)\])?", re.ASCII)
NAMES = ("id", "code", "name")
NOW = "now"
LONGEST_MINUTES = 180


def written(path: str) -> str:
    if not all(STEP.fullmatch(part) for part in parts(path)):
        raise PydanticCustomError("path", "write a place such as raised, icu.free or posts[kali-sabi].siaga")
    return path


def parts(path: str) -> list[str]:
    """At the dots that stand in no brackets."""
    return re.split(r"\.(?![^\[]*\])", path)


Place = Annotated[str, AfterValidator(written)]


class Turn(Part):
    """What is so from a minute of the drill on."""

    minute: Annotated[float, Field(ge=0, le=LONGEST_MINUTES)]
    area: Area
    set: Annotated[dict[Place, Any], Field(min_length=1)]


class Incident(Part):
    """`minutes` is how long the drill lasts."""

    name: Told
    minutes: Annotated[float, Field(gt=0, le=LONGEST_MINUTES)]
    turns: Annotated[list[Turn], Field(min_length=1)]

    def happened(self, began: datetime, now: datetime) -> Iterator[tuple[Turn, datetime]]:
        """What has come by now, each with its moment, in order."""
        for turn in sorted(self.turns, key=lambda one: one.minute):
            at = began + timedelta(minutes=turn.minute)
            if at <= now:
                yield turn, at


def changed(
    incident: Incident, readings: Mapping[Area, Reading], began: datetime, now: datetime
) -> tuple[dict[Area, Reading], list[str]]:
    """The readings as the drill has it by now; those that are given stay as they are. And the places that it names and
    that are not there."""
    drilled: dict[Area, Reading] = {}
    missing: list[str] = []
    for turn, at in incident.happened(began, now):
        if turn.area not in readings:
            missing.append(turn.area)
            continue
        reading = drilled.setdefault(turn.area, deepcopy(readings[turn.area]))
        for path, value in turn.set.items():
            if not put(reading, parts(path), timed(value, at)):
                missing.append(f"{turn.area}: {path}")
    return {**readings, **drilled}, missing


def timed(value: Any, at: datetime) -> Any:
    if isinstance(value, dict):
        return {key: timed(one, at) for key, one in value.items()}
    return iso(at) if value == NOW else value


def put(holder: Any, path: list[str], value: Any) -> bool:
    """Whether the place was there."""
    match = STEP.fullmatch(path[0])
    assert match, "checked as it was read"
    name, chosen = match[1], match[2]
    if not isinstance(holder, dict) or name not in holder:
        return False
    if chosen is not None:
        return isinstance(holder[name], list) and put_in_list(holder[name], chosen, path[1:], value)
    if len(path) > 1:
        return put(holder[name], path[1:], value)
    holder[name] = value
    return True


def put_in_list(items: list[Any], chosen: str, rest: list[str], value: Any) -> bool:
    if chosen == "+":
        items.insert(0, value)
        return not rest
    found = next((item for index, item in enumerate(items) if is_chosen(item, index, chosen)), None)
    if found is None or (rest and not put(found, rest, value)):
        return False
    items.remove(found)
    items.insert(0, found if rest else value)
    return True


def is_chosen(item: Any, index: int, chosen: str) -> bool:
    if isinstance(item, dict) and chosen in (cast("dict[str, Any]", item).get(name) for name in NAMES):
        return True
    return chosen == str(index)
