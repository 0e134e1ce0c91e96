"""Each agency's part of the complaints."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from collectors.districts import Subdistrict
from collectors.health import iso
from collectors.readings.present import Present, entered
from collectors.readings.shape import AgencyReports, OpenReport
from collectors.records import Complaint

AGENCIES = 200
OPEN_SHOWN = 6
PARTS = 7
NO_AGENCY = "–"
"""What stands for an agency where a report has none."""

Placed = tuple[Complaint, Subdistrict | None]


def by_agency(reports: Iterable[Placed], typed: frozenset[Complaint], present: Present) -> list[AgencyReports]:
    """Every agency that has a report, by name; those beyond the first 200 with the most reports are left out. `typed`
    are the reports that a person entered."""
    mine: dict[str, list[Placed]] = {}
    for report, place in reports:
        if report.agency:
            mine.setdefault(report.agency, []).append((report, place))
    most = sorted(mine, key=lambda agency: -len(mine[agency]))[:AGENCIES]
    return [agency_reports(agency, mine[agency], typed, present) for agency in sorted(most)]


def agency_reports(agency: str, reports: list[Placed], typed: frozenset[Complaint], present: Present) -> AgencyReports:
    counts = {"waiting": 0, "in_progress": 0, "done": 0, "unknown": 0}
    for report, _ in reports:
        counts[report.status] += 1
    still_open = sorted((one for one in reports if one[0].status != "done"), key=lambda one: one[0].requested)
    waiting = [report for report, _ in still_open if report.status == "waiting"]
    limit = timedelta(seconds=present.limits.complaint_age)
    by_age = [0] * (PARTS + 1)
    for report in waiting:
        age = max(timedelta(), present.now - report.requested)
        by_age[PARTS if age > limit else min(PARTS - 1, int(age / limit * PARTS))] += 1
    return {
        "agency": agency,
        "waiting": counts["waiting"],
        "in_progress": counts["in_progress"],
        "done": counts["done"],
        "unknown": counts["unknown"],
        "oldest": iso(waiting[0].requested) if waiting else None,
        "overdue": by_age[PARTS],
        "by_age": by_age,
        "open": [open_report(report, place, report in typed) for report, place in still_open[:OPEN_SHOWN]],
    }


def open_report(report: Complaint, place: Subdistrict | None, by_hand: bool) -> OpenReport:
    return {
        "at": iso(report.requested),
        "category": report.category,
        "status": report.status,
        "subdistrict": f"{place.name}, {place.district}" if place else None,
        **entered(by_hand),
    }
