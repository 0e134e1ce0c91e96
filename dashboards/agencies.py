"""Who owns what at this moment: every agency's sources, applications and reports, whatever spelling names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from collectors.owners import Owner, Owners
from collectors.readings.agencies import OPEN_SHOWN, PARTS
from collectors.readings.limits import Limits
from collectors.readings.shape import AgencyReports, AppsReading, ComplaintsReading, SourceState
from collectors.source import Application, Area, Source
from dashboards.api import source_states
from dashboards.live import Hub
from dashboards.owners_shape import OwnedApplication, OwnerDetail, OwnerSummary
from layouts.owner import AppLine
from layouts.state import TileState, aged, tile_state


@dataclass(frozen=True, slots=True)
class Agencies:
    """Answered from the hub's memory."""

    hub: Hub
    sources: Sequence[Source]
    applications: Sequence[Application]
    owners: Owners
    limits: Limits

    def all(self) -> dict[str, Owner]:
        """Everyone who is listed or named anywhere, by slug."""
        reports = [one["agency"] for one in self.agency_reports()]
        named = [source.owner for source in self.sources], [app.owner for app in self.applications], reports
        return self.owners.known(name for names in named for name in names)

    def agency_reports(self) -> Sequence[AgencyReports]:
        reading = cast("ComplaintsReading | None", self.hub.readings.get("complaints"))
        return reading.get("by_agency", []) if reading else []

    def states(self, slug: str, now: datetime) -> list[SourceState]:
        states = source_states(self.hub, self.sources, now)
        return [state for state in states if self.owners.slug(state["owner"]) == slug]

    def contact(self, owner: Owner) -> str | None:
        """As the city lists it, else the first its sources name."""
        given = [source.contact for source in self.sources if self.owners.slug(source.owner) == owner.slug]
        return owner.contact or next((one for one in given if one), None)

    def reports(self, slug: str) -> AgencyReports | None:
        """All spellings' reports as one; None while complaints are not known, zeros where there are none."""
        reading = self.hub.readings.get("complaints")
        if reading is None or reading["as_of"] is None:
            return None
        mine = [one for one in self.agency_reports() if self.owners.slug(one["agency"]) == slug]
        return joined(slug, mine)

    def apps(self, slug: str) -> list[AppLine]:
        """Its applications as they were checked last, in the order of the city's file."""
        reading = cast("AppsReading | None", self.hub.readings.get("apps"))
        cells = {cell["id"]: cell for cell in reading["cells"]} if reading else {}
        trouble = {one["id"]: one for one in reading["abnormal"]} if reading else {}
        lines = []
        for app in self.applications:
            if self.owners.slug(app.owner) == slug:
                never = {"id": app.id, "name": app.name, "group": app.group, "status": "unknown", "latency_ms": None}
                lines.append(AppLine(cells.get(app.id) or never, trouble.get(app.id)))  # type: ignore[arg-type]
        return lines

    def at(self, area: Area, now: datetime) -> TileState:
        """How fresh an area is."""
        reading = self.hub.readings.get(area)
        return tile_state([aged(reading, now)] if reading else [], now)

    def summary(self, owner: Owner, now: datetime) -> OwnerSummary:
        states, apps, reports = self.states(owner.slug, now), self.apps(owner.slug), self.reports(owner.slug)
        checked = self.at("apps", now)["as_of"] is not None
        return {
            "slug": owner.slug,
            "name": owner.name,
            "contact": self.contact(owner),
            "sources": len(states),
            "sources_live": sum(state["freshness"] == "live" for state in states),
            "applications": len(apps),
            "applications_up": sum(app.cell["status"] == "up" for app in apps) if checked else None,
            "waiting": reports["waiting"] if reports else None,
            "overdue": reports["overdue"] if reports else None,
        }

    def detail(self, owner: Owner, now: datetime) -> OwnerDetail:
        reports_at, apps_at = self.at("complaints", now), self.at("apps", now)
        return {
            **self.summary(owner, now),
            "aliases": list(owner.aliases),
            "reports": self.reports(owner.slug),
            "reports_as_of": reports_at["as_of"],
            "reports_freshness": reports_at["freshness"],
            "applications_list": [owned(app) for app in self.apps(owner.slug)],
            "applications_as_of": apps_at["as_of"],
            "applications_freshness": apps_at["freshness"],
            "sources_list": self.states(owner.slug, now),
        }


def owned(app: AppLine) -> OwnedApplication:
    cell, trouble = app.cell, app.trouble
    return {
        "id": cell["id"],
        "name": cell["name"],
        "group": cell["group"],
        "status": cell["status"],
        "latency_ms": cell["latency_ms"],
        "reason": trouble and trouble["reason"],
        "since": trouble and trouble["since"],
    }


def joined(agency: str, several: Sequence[AgencyReports]) -> AgencyReports:
    """The reports of several spellings of one agency's name."""
    oldest = [one["oldest"] for one in several if one["oldest"]]
    still_open = sorted((report for one in several for report in one["open"]), key=lambda report: report["at"])
    return {
        "agency": several[0]["agency"] if several else agency,
        "waiting": sum(one["waiting"] for one in several),
        "in_progress": sum(one["in_progress"] for one in several),
        "done": sum(one["done"] for one in several),
        "unknown": sum(one["unknown"] for one in several),
        "oldest": min(oldest, default=None),
        "overdue": sum(one["overdue"] for one in several),
        "by_age": [sum(one["by_age"][i] for one in several) for i in range(PARTS + 1)],
        "open": still_open[:OPEN_SHOWN],
    }


def by_slug(owners: Mapping[str, Owner]) -> list[Owner]:
    """Everyone in the order of their names."""
    return sorted(owners.values(), key=lambda owner: owner.name.casefold())
