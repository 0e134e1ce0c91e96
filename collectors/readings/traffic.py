"""The reading of the traffic area."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import get_args

from collectors.health import iso_or_none
from collectors.readings.limits import Limits
from collectors.readings.present import Present
from collectors.readings.shape import Level, OpenByPlace, TrafficItem, TrafficReading
from collectors.records import TrafficKind, TrafficReport

SHOWN = 8
NEWEST_SHOWN = 24
"""Jams that a feed measures are always new; between them the reports of people must be found."""
BLOCKED = 5
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def traffic_reading(present: Present) -> TrafficReading:
    """Open reports and jams. A source gives each event once; its ended ones are no longer among the records."""
    open_ones = [record for record in present.records.values() if isinstance(record, TrafficReport) and record.open]
    kinds = Counter(report.kind for report in open_ones)
    jams = [report for report in open_ones if report.kind == "jam"]
    worst_first = sorted(jams, key=lambda jam: (jam.level or 0, jam.delay_s or 0, jam.length_m or 0), reverse=True)
    known = present.known
    verified = sum(1 for report in open_ones if report.verified is True)
    newest = sorted(open_ones, key=lambda report: report.started or report.updated or LONG_AGO, reverse=True)
    return {
        **present.reading(len(open_ones) if known else None, level(open_ones, present.limits)),
        "open": len(open_ones) if known else None,
        "by_kind": {kind: kinds[kind] for kind in get_args(TrafficKind)} if known else {},
        "by_level": {str(step): sum(jam.level == step for jam in jams) for step in range(1, 6)} if known else {},
        "verified": verified if known else None,
        "unverified": len(open_ones) - verified if known else None,
        "jams": [item(jam, present) for jam in worst_first[:SHOWN]],
        "newest": [item(report, present) for report in newest[:NEWEST_SHOWN]],
        "raised": [item(report, present) for report in raised(newest, present.limits)[:SHOWN]],
        **by_place(open_ones, present),
        "outside": sum(is_outside(report, present) for report in open_ones) if known else None,
        "on_map": present.limits.map_shows == "traffic",
    }


def level(reports: list[TrafficReport], limits: Limits) -> Level:
    """Alarm where an accident, a flood or a closure blocks a road; watch where one is open or a jam is very heavy."""
    found = raised(reports, limits)
    if not found:
        return "normal"
    return "alarm" if blocks(found[0]) else "watch"


def raised(newest: list[TrafficReport], limits: Limits) -> list[TrafficReport]:
    """The reports that make the level: what blocks a road, else accidents and floods, then very heavy jams.

    The gravest first, of equals the newest. A closure that blocks nothing is planned: it raises nothing.
    """
    blocking = [report for report in newest if blocks(report)]
    open_ones = [report for report in newest if report.kind in ("accident", "flood")]
    heavy = [report for report in newest if report.kind == "jam" and (report.level or 0) >= limits.jam_level]
    return by_level(blocking) or [*by_level(open_ones), *by_level(heavy)]


def by_level(reports: list[TrafficReport]) -> list[TrafficReport]:
    return sorted(reports, key=lambda report: report.level or 0, reverse=True)


def blocks(report: TrafficReport) -> bool:
    return report.kind in ("accident", "flood", "closure") and (report.level or 0) >= BLOCKED


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


def item(report: TrafficReport, present: Present) -> TrafficItem:
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
        "lat": report.lat,
        "lon": report.lon,
    }
