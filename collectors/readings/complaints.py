"""The reading of the complaints area."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pandas as pd

from collectors.health import iso
from collectors.merge import OPEN
from collectors.readings.agencies import NO_AGENCY, by_agency
from collectors.readings.present import Present, entered
from collectors.readings.shape import AgencyQueue, ComplaintsReading, DistrictCount, Level, NewestComplaint
from collectors.records import Complaint

AGENCIES_SHOWN = 10
NEWEST_SHOWN = 8
CATEGORIES = 200


def complaints_reading(present: Present) -> ComplaintsReading:
    """Counts run over reports received within the window, and over older ones that are still open."""
    since = present.now - timedelta(seconds=present.limits.complaint_window)
    reports = [
        record
        for record in present.records.values()
        if isinstance(record, Complaint) and (record.requested >= since or record.status in OPEN)
    ]
    typed = typed_reports(present)
    places = [present.districts.at(report.lat, report.lon) for report in reports]
    frame = pd.DataFrame(
        {
            "status": [report.status for report in reports],
            "agency": [report.agency or NO_AGENCY for report in reports],
            "requested": pd.to_datetime([report.requested for report in reports], utc=True),
            "place": places,
        }
    )
    waiting = frame[frame["status"] == "waiting"]
    counts = Counter(frame["status"].tolist())
    oldest = queues(waiting, present)
    known = present.known
    today = present.now.astimezone(present.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    level: Level = "watch" if any(queue["overdue"] for queue in oldest) else "normal"
    return {
        **present.reading(counts["waiting"] if known else None, level),
        "waiting": counts["waiting"] if known else None,
        "in_progress": counts["in_progress"] if known else None,
        "done": counts["done"] if known else None,
        "unknown": counts["unknown"] if known else None,
        "total": len(reports) if known else None,
        "window_days": round(present.limits.complaint_window / 86400),
        "today": int((frame["requested"] >= pd.Timestamp(today)).sum()) if known else None,
        "limit_days": present.limits.complaint_age / 86400,
        "oldest": oldest[:AGENCIES_SHOWN],
        "by_agency": by_agency(zip(reports, places, strict=True), typed, present),
        "by_district": by_district(frame, present),
        "by_subdistrict": dict(Counter(place.code for place in waiting["place"] if place is not None)),
        "unplaced": int(waiting["place"].isna().sum()) if known else None,
        "by_hour": by_hour(frame, present),
        "channels": dict(Counter(report.channel for report in reports if report.channel).most_common()),
        "by_category": dict(Counter(report.category for report in reports).most_common(CATEGORIES)),
        "newest": [
            newest(report, present, typed)
            for report in sorted(reports, key=lambda r: r.requested)[: -NEWEST_SHOWN - 1 : -1]
        ],
        "on_map": present.limits.map_shows == "complaints",
    }


def typed_reports(present: Present) -> frozenset[Complaint]:
    """The reports that a person entered."""
    by_hand = present.by_hand
    each = ((source, report) for (source, _), report in present.records.items() if source in by_hand)
    return frozenset(report for _, report in each if isinstance(report, Complaint))


def queues(waiting: pd.DataFrame, present: Present) -> list[AgencyQueue]:
    """Who has been keeping a report waiting for longest."""
    limit = present.now - timedelta(seconds=present.limits.complaint_age)
    found = waiting.groupby("agency")["requested"].agg(["count", "min"]).sort_values("min")
    return [
        {
            "agency": str(agency),
            "waiting": int(row["count"]),
            "oldest": iso(row["min"].to_pydatetime()),
            "overdue": bool(row["min"] < limit),
        }
        for agency, row in found.iterrows()
    ]


def by_district(frame: pd.DataFrame, present: Present) -> list[DistrictCount]:
    """Every district, those without a report too; their numbers are unknown while nothing is known."""
    total = Counter(place.district_code for place in frame["place"] if place is not None)
    open_ones = frame[frame["status"] == "waiting"]["place"]
    waiting = Counter(place.district_code for place in open_ones if place is not None)
    return [
        {
            "code": code,
            "name": name,
            "waiting": waiting[code] if present.known else None,
            "total": total[code] if present.known else None,
        }
        for code, name in present.districts.names().items()
    ]


def by_hour(frame: pd.DataFrame, present: Present) -> list[int]:
    """Reports received in each of the last 24 hours, oldest first; none while nothing is known."""
    if not present.known:
        return []
    ages = (pd.Timestamp(present.now) - frame["requested"]).dt.total_seconds() // 3600
    counts = Counter(int(age) for age in ages if 0 <= age < 24)
    return [counts[hour] for hour in range(23, -1, -1)]


def newest(report: Complaint, present: Present, typed: frozenset[Complaint]) -> NewestComplaint:
    """A report without anything personal: its category and the subdistrict's middle."""
    place = present.districts.at(report.lat, report.lon)
    return {
        "at": iso(report.requested),
        "category": report.category,
        "status": report.status,
        "place": f"{place.name}, {place.district}" if place else None,
        "subdistrict": place.code if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        **entered(report in typed),
    }
