"""The reading of the traffic area."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import get_args

from collectors.health import iso_or_none
from collectors.readings.limits import Limits
from collectors.readings.present import Present, entered
from collectors.readings.same_event import Event, events
from collectors.readings.shape import Level, OpenByPlace, TrafficItem, TrafficReading
from collectors.records import TrafficKind, TrafficReport

SHOWN = 8
NEWEST_SHOWN = 24
"""Jams that a feed measures are always new; between them the reports of people must be found."""
BLOCKED = 5
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def traffic_reading(present: Present) -> TrafficReading:
    """Open events, jams among them, each once however many sources report it; ended ones are not among the records."""
    reports = {key: one for key, one in present.records.items() if isinstance(one, TrafficReport) and one.open}
    found = events(reports, {health.source.name for health in present.sources if health.demo})
    open_ones = [event.report for event in found]
    kinds = Counter(report.kind for report in open_ones)
    jams = [event for event in found if event.report.kind == "jam"]
    known = present.known
    verified = sum(1 for report in open_ones if report.verified is True)
    newest = sorted(found, key=began, reverse=True)
    return {
        **present.reading(len(found) if known else None, level(found, present.limits)),
        "open": len(found) if known else None,
        "merged": len(reports) - len(found) if known else None,
        "by_kind": {kind: kinds[kind] for kind in get_args(TrafficKind)} if known else {},
        "by_level": {str(step): sum(jam.report.level == step for jam in jams) for step in range(1, 6)} if known else {},
        "verified": verified if known else None,
        "unverified": len(found) - verified if known else None,
        "jams": [item(jam, present) for jam in sorted(jams, key=weight, reverse=True)[:SHOWN]],
        "newest": [item(event, present) for event in newest[:NEWEST_SHOWN]],
        "raised": [item(event, present) for event in raised(newest, present.limits)[:SHOWN]],
        **by_place(open_ones, present),
        "outside": sum(is_outside(report, present) for report in open_ones) if known else None,
        "on_map": present.limits.map_shows == "traffic",
    }


def began(event: Event) -> datetime:
    return event.report.started or event.report.updated or LONG_AGO


def weight(jam: Event) -> tuple[int, int, int]:
    return jam.report.level or 0, jam.report.delay_s or 0, jam.report.length_m or 0


def level(found: list[Event], limits: Limits) -> Level:
    """Alarm where an accident, a flood or a closure blocks a road; watch where one is open or a jam is very heavy."""
    grave = raised(found, limits)
    if not grave:
        return "normal"
    return "alarm" if blocks(grave[0]) else "watch"


def raised(newest: list[Event], limits: Limits) -> list[Event]:
    """The events that make the level: what blocks a road, else accidents and floods, then very heavy jams.

    The gravest first, of equals the newest. A closure that blocks nothing is planned: it raises nothing.
    """
    blocking = [event for event in newest if blocks(event)]
    open_ones = [event for event in newest if event.report.kind in ("accident", "flood")]
    heavy = [one for one in newest if one.report.kind == "jam" and (one.report.level or 0) >= limits.jam_level]
    return by_level(blocking) or [*by_level(open_ones), *by_level(heavy)]


def by_level(found: list[Event]) -> list[Event]:
    return sorted(found, key=lambda event: event.report.level or 0, reverse=True)


def blocks(event: Event) -> bool:
    return event.report.kind in ("accident", "flood", "closure") and (event.report.level or 0) >= BLOCKED


def by_place(reports: list[TrafficReport], present: Present) -> OpenByPlace:
    """Open reports in every district and in each subdistrict that has any; none while nothing is known."""
    if not present.known:
        return {"by_district": {}, "by_subdistrict": {}}
    places = [place for one in reports if (place := present.districts.at(one.lat, one.lon)) is not None]
    districts = Counter(place.district_code for place in places)
    return {
        "by_district": {code: districts[code] for code in present.districts.names()},
        "by_subdistrict": dict(Counter(place.code for place in places)),
    }


def is_outside(report: TrafficReport, present: Present) -> bool:
    """Whether its place is known, and is not in the city."""
    return report.lat is not None and present.districts.at(report.lat, report.lon) is None


def item(event: Event, present: Present) -> TrafficItem:
    report = event.report
    place = present.districts.at(report.lat, report.lon)
    return {
        "at": iso_or_none(report.started or report.updated),
        "kind": report.kind,
        "headline": report.headline,
        "road": report.road,
        "district": place.district if place else None,
        "level": report.level,
        "length_m": report.length_m,
        "delay_s": report.delay_s,
        "verified": report.verified,
        "seen_by": list(event.seen_by),
        "lat": report.lat,
        "lon": report.lon,
        **entered(present.by_hand.issuperset(event.seen_by)),
    }
