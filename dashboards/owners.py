"""The pages /sources, /owners and /owners/<slug>, and the same for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from dash.development.base_component import Component
from fastapi import APIRouter, Request, Response

from collectors import COLLECTORS
from collectors.owners import Owner
from collectors.readings.shape import ComplaintsReading, SourceState
from collectors.reliability import Day
from collectors.store import StoreDownError
from dashboards.agencies import Agencies, by_slug
from dashboards.api import json, source_states
from dashboards.counted import NoMonthError, by_source, counted, days_of, month_of, reliability, standings
from dashboards.history import KeptHistory
from dashboards.paper import paper_page, visit_of
from dashboards.screen import Language
from layouts.card import Visit
from layouts.league import Agency, Standing, draw_league
from layouts.owner import OwnerPage, draw_owner
from layouts.sources_page import SourceRow, draw_sources
from layouts.words import Words

WEEK = timedelta(days=7)
PAGES = ("/sources", "/owners")
NOTHING = "There is nothing at this address.\n"


@dataclass(frozen=True, slots=True)
class OwnerPages:
    """Answers who owns what, how it is, and how it was."""

    agencies: Agencies
    words: Mapping[Language, Words]
    build: str
    history: KeptHistory | None = None

    def visit(self, request: Request) -> Visit:
        return visit_of(request, self.words, self.build)

    async def week(self, visit: Visit) -> dict[str, Day] | None:
        """What was counted of every source in the last seven days, None where it cannot be read."""
        last = visit.at.astimezone(visit.words.timezone).date() + timedelta(days=1)
        try:
            return by_source(await counted(self.agencies.hub.store, days_of(last - WEEK, last)))
        except StoreDownError:
            return None

    def rows(self, states: Sequence[SourceState], week: Mapping[str, Day] | None) -> list[SourceRow]:
        pauses = self.agencies.hub.pauses
        return [
            SourceRow(
                state,
                self.agencies.owners.slug(state["owner"]),
                COLLECTORS[state["collector"]].standard,
                (week or {}).get(state["name"]),
                pauses[state["name"]]["by"] if state["name"] in pauses else None,
            )
            for state in states
        ]

    def summed_up(self, now: datetime) -> list[Agency]:
        each = [self.agencies.summary(owner, now) for owner in by_slug(self.agencies.all())]
        return [Agency(one["slug"], one["name"], one["sources"], one["applications"], one["waiting"]) for one in each]

    async def sources(self, visit: Visit) -> Response:
        week = await self.week(visit)
        states = source_states(self.agencies.hub, self.agencies.sources, visit.at)
        kept = await self.history.state() if self.history is not None else None
        body = draw_sources(self.rows(states, week), week is not None, kept, visit)
        return self.page(body, visit.words["sources_page"], visit, "sources.js")

    async def league(self, visit: Visit, asked: str | None) -> Response:
        month = month_of(asked, visit.at, visit.words.timezone)
        found: list[Standing] | None = None
        try:
            days = await counted(self.agencies.hub.store, days_of(month.first, month.end))
            found = standings(days, self.agencies.owners)
        except StoreDownError:
            pass
        demo = any(reading["demo"] for reading in self.agencies.hub.readings.values())
        body = draw_league(found, self.summed_up(visit.at), month, demo, visit)
        return self.page(body, visit.words["league"], visit, "sources.js")

    async def owner(self, owner: Owner, visit: Visit) -> Response:
        mine, slug, now = self.agencies, owner.slug, visit.at
        week = await self.week(visit)
        month = month_of(None, now, visit.words.timezone)
        found: Standing | None = None
        try:
            days = await counted(mine.hub.store, days_of(month.first, month.end))
            found = next((one for one in standings(days, mine.owners) if one.slug == slug), None)
        except StoreDownError:
            pass
        complaints = cast("ComplaintsReading | None", mine.hub.readings.get("complaints"))
        page = OwnerPage(
            owner=owner.model_copy(update={"contact": mine.contact(owner)}),
            reports=mine.reports(slug),
            reports_at=mine.at("complaints", now),
            window_days=complaints["window_days"] if complaints else round(mine.limits.complaint_window / 86400),
            limit_days=mine.limits.complaint_age / 86400,
            apps=mine.apps(slug),
            apps_at=mine.at("apps", now),
            sources=self.rows(mine.states(slug, now), week),
            month=found,
        )
        return self.page(draw_owner(page, visit), owner.name, visit)

    def page(self, body: Sequence[Component], title: str, visit: Visit, *scripts: str) -> Response:
        return paper_page(body, title, visit, "62-owners.css", "63-print.css", *scripts, classes="sheet")


def owner_routes(pages: OwnerPages) -> APIRouter:
    router = APIRouter()
    agencies = pages.agencies

    @router.get("/sources")
    async def sources(request: Request) -> Response:
        return await pages.sources(pages.visit(request))

    @router.get("/owners")
    async def league(request: Request) -> Response:
        try:
            return await pages.league(pages.visit(request), request.query_params.get("month"))
        except NoMonthError as error:
            return Response(f"{error}\n", 404, media_type="text/plain")

    @router.get("/owners/{slug}")
    async def owner(request: Request, slug: str) -> Response:
        found = agencies.all().get(slug)
        if found is None:
            return Response(NOTHING, 404, media_type="text/plain")
        return await pages.owner(found, pages.visit(request))

    @router.get("/api/v1/owners")
    async def owners_as_json() -> Response:
        now = datetime.now(UTC)
        return json([agencies.summary(owner, now) for owner in by_slug(agencies.all())])

    @router.get("/api/v1/owners/{slug}")
    async def owner_as_json(slug: str) -> Response:
        found = agencies.all().get(slug)
        if found is None:
            return json({"error": f"there is no owner {slug!r}; /api/v1/owners lists them"}, 404)
        return json(agencies.detail(found, datetime.now(UTC)))

    @router.get("/api/v1/reliability")
    async def reliability_as_json(request: Request) -> Response:
        zone = next(iter(pages.words.values())).timezone
        try:
            month = month_of(request.query_params.get("month"), datetime.now(UTC), zone)
            days = await counted(agencies.hub.store, days_of(month.first, month.end))
        except NoMonthError as error:
            return json({"error": str(error)}, 422)
        except StoreDownError as error:
            return json({"error": str(error)}, 503)
        return json(reliability(days, agencies.owners, month))

    return router
