"""Reports of several sources about one event on a road, as one event.

In doubt they stay two: counting twice is a smaller mistake than hiding one. Two reports are of one event only if
- they come from different sources: a source gives each of its events once,
- they are of one kind, and the kind says what happened (`hazard` and `other` are said of too many things),
- both say where and when it began, within 150 m and 30 minutes of each other,
- both are real, or both a pretend city's;
and of the reports of one event every two must be so. A checked report speaks for its event before one that nobody has
checked, an earlier before a later one. What it leaves open is taken from the others, and an event is as grave as the
gravest of its reports. None of this depends on the order in which reports came.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from collectors.records import TrafficKind, TrafficReport

NEAR = 150.0
"""Metres."""
SOON = timedelta(minutes=30)
UNSPECIFIC: frozenset[TrafficKind] = frozenset({"hazard", "other"})
METRES_A_DEGREE = 111_195.0
TAKEN_FROM_OTHERS = ("road", "length_m", "delay_s", "speed_kmh", "verified")

Key = tuple[str, str]
"""A source's name and its id of a report."""


@dataclass(frozen=True, slots=True)
class Event:
    """`seen_by` are the sources that report it, first the one whose report it mainly is."""

    report: TrafficReport
    seen_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A report that says where and when."""

    source: str
    report: TrafficReport
    lat: float
    lon: float
    began: datetime

    def fits(self, other: Sighting) -> bool:
        apart = abs(self.began - other.began)
        return self.source != other.source and apart <= SOON and self.metres_to(other) <= NEAR

    def metres_to(self, other: Sighting) -> float:
        """On a plane, which is near enough for a few streets."""
        narrower = math.cos(math.radians((self.lat + other.lat) / 2))
        return METRES_A_DEGREE * math.hypot(self.lat - other.lat, (self.lon - other.lon) * narrower)


def events(reports: Mapping[Key, TrafficReport], pretended: Set[str] = frozenset()) -> list[Event]:
    """Every open report, as the event it is of. `pretended` are the sources that a pretend city feeds."""
    single: list[Event] = []
    groups: list[list[Sighting]] = []
    near: dict[tuple[object, ...], list[list[Sighting]]] = defaultdict(list)
    for (source, _), report in sorted(reports.items(), key=first):
        if not report.open:
            continue
        one = sighting(source, report)
        if one is None:
            single.append(Event(report, (source,)))
            continue
        kind = (report.kind, source in pretended)
        row, span = (
            math.floor(one.lat * METRES_A_DEGREE / NEAR),
            math.floor(one.began.timestamp() / SOON.total_seconds()),
        )
        around = (near.get((*kind, row + i, span + j), []) for i in (-1, 0, 1) for j in (-1, 0, 1))
        fitting = [group for found in around for group in found if all(one.fits(other) for other in group)]
        if fitting:
            min(fitting, key=lambda group: one.metres_to(group[0])).append(one)
        else:
            groups.append([one])
            near[(*kind, row, span)].append(groups[-1])
    return [*single, *(Event(told(group), tuple(one.source for one in group)) for group in groups)]


def first(entry: tuple[Key, TrafficReport]) -> tuple[bool, float, Key]:
    """Checked reports first, then the earliest; of equals always the same."""
    key, report = entry
    began = report.started or report.updated
    return report.verified is not True, began.timestamp() if began else math.inf, key


def sighting(source: str, report: TrafficReport) -> Sighting | None:
    """None for a report that is never one with another's."""
    if report.kind in UNSPECIFIC or report.lat is None or report.lon is None or report.started is None:
        return None
    return Sighting(source, report, report.lat, report.lon, report.started)


def told(group: list[Sighting]) -> TrafficReport:
    """The first report, with what only the others know, as grave as the gravest."""
    report, *others = (one.report for one in group)
    if not others:
        return report
    missing: dict[str, Any] = {
        name: next((value for one in others if (value := getattr(one, name)) is not None), None)
        for name in TAKEN_FROM_OTHERS
        if getattr(report, name) is None
    }
    levels = [one.report.level for one in group if one.report.level is not None]
    return replace(report, **missing, level=max(levels, default=None))
