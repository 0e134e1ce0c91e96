"""The reading of the traffic area."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import get_args

from collectors.health import iso_or_none
from collectors.readings.limits import Limits
from collectors.readings.present import Present
from collectors.readings.shape import Level, TrafficItem, TrafficReading
from collectors.records import TrafficKind, TrafficReport

SHOWN = 8
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
        "newest": [item(report, present) for report in newest[:SHOWN]],
        "outside": sum(is_outside(report, present) for report in open_ones) if known else None,
    }


def level(reports: list[TrafficReport], limits: Limits) -> Level:
    """Alarm where an accident, a flood or a closure blocks a road; watch where one is open or a jam is very heavy."""
    grave = [report for report in reports if report.kind in ("accident", "flood", "closure")]
    if any((report.level or 0) >= BLOCKED for report in grave):
        return "alarm"
    heavy = any(report.kind == "jam" and (report.level or 0) >= limits.jam_level for report in reports)
    return "watch" if heavy or any(report.kind in ("accident", "flood") for report in grave) else "normal"


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
