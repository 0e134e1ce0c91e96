"""/brief, /brief.pdf, /api/v1/brief, and the PDFs that were kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from dash import html
from dash.development.base_component import Component
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from collectors.brief.briefing import Briefing
from collectors.brief.kept import BriefSchedule, kept, named
from collectors.brief.shape import Brief
from dashboards.api import json
from dashboards.live import Hub
from dashboards.notes import NoteTaking
from dashboards.paper import paper_page
from dashboards.screen import Language
from layouts.brief.ink import Fonts
from layouts.brief.page import draw_brief
from layouts.brief.pdf import draw_pdf
from layouts.brief.said import say
from layouts.card import Visit
from layouts.notes import NotedPage
from layouts.state import aged
from layouts.words import Words

PAGES = ("/brief",)
KEPT = "/brief/"
FRESH_SECONDS = 10.0
"""So long one brief serves everybody who asks."""
AGAIN = 60
SCREEN = ("62-owners.css", "64-explore.css", "67-notes.css", "63-print.css", "66-brief.css", "sources.js", "notes.js")
NOTHING = "There is nothing at this address.\n"


@dataclass(slots=True)
class Latest:
    """The brief as it was made last, and when; one is made at a time."""

    brief: Brief | None = None
    made: float = 0.0
    making: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class BriefPages:
    """Answers what the city's leaders read first. `folder` is where the PDFs of every day are."""

    hub: Hub
    briefing: Briefing
    words: Mapping[Language, Words]
    build: str
    fonts: Fonts
    folder: Path | None
    schedule: BriefSchedule
    address: str | None
    taking: NoteTaking
    latest: Latest = field(default_factory=Latest)

    def visit(self, request: Request) -> Visit:
        asked = cast("Language", request.query_params.get("lang", ""))
        words = self.words.get(asked) or next(iter(self.words.values()))
        return Visit(words, [one for one in self.words if one != words.language], self.build, datetime.now(UTC))

    async def brief(self) -> Brief:
        """As of this moment, or of a few seconds ago."""
        latest = self.latest
        async with latest.making:
            if latest.brief is None or time.monotonic() - latest.made > FRESH_SECONDS:
                now = datetime.now(UTC)
                readings = {area: aged(reading, now) for area, reading in self.hub.readings.items()}
                latest.brief = await self.briefing.brief(readings, self.hub.stage, now)
                latest.made = time.monotonic()
            return latest.brief

    async def page(self, request: Request) -> Response:
        visit = self.visit(request)
        notes = await self.taking.of("/brief")
        said = say(await self.brief(), visit.words, notes)
        noted = NotedPage("/brief", "", notes, visit.words, visit.at)
        body = draw_brief(said, self.listed(visit.words), noted, visit)
        return paper_page(body, visit.words["brief"], visit, *SCREEN, classes="sheet explore brief", pause=AGAIN)

    def listed(self, words: Words) -> Component:
        """The PDFs of the days before, the newest first."""
        mine = [one for one in (kept(self.folder) if self.folder else []) if one.language == words.language]
        links = [
            html.A(words.day(one.day, year=True), href=f"{KEPT}{one.name}", className="kept")
            for one in mine[: self.schedule.keep]
        ]
        at = self.schedule.at.strftime("%H.%M" if words.language == "id" else "%H:%M") if self.schedule.at else None
        if at is None:
            told = words["brief_kept_off"]
        elif links:
            told = words.fill("brief_kept_at", at=at, n=words.number(self.schedule.keep))
        else:
            told = words.fill("brief_kept_none", at=at)
        return html.Details(
            [
                html.Summary(f"{words['brief_kept']} ({words.number(len(links))})", className="go"),
                html.Div([html.P(told), *links], className="list-of"),
            ],
            className="f kept-of",
        )

    async def pdf(self, request: Request) -> Response:
        words = self.visit(request).words
        brief = await self.brief()
        said = say(brief, words, await self.taking.of("/brief"))
        document = await asyncio.to_thread(draw_pdf, said, self.fonts, self.address)
        day = datetime.fromisoformat(brief["at"]).astimezone(words.timezone).date().isoformat()
        name = f'inline; filename="brief-{day}-{words.language}.pdf"'
        return Response(
            document, media_type="application/pdf", headers={"Cache-Control": "no-store", "Content-Disposition": name}
        )

    def one_kept(self, name: str) -> Response:
        there = self.folder is not None and named(name) is not None and (self.folder / name).is_file()
        if not there or self.folder is None:
            return Response(NOTHING, 404, media_type="text/plain")
        return FileResponse(self.folder / name, media_type="application/pdf", headers={"Cache-Control": "no-cache"})


def brief_routes(pages: BriefPages) -> APIRouter:
    router = APIRouter()

    @router.get("/brief")
    async def page(request: Request) -> Response:
        return await pages.page(request)

    @router.get("/brief.pdf")
    async def pdf(request: Request) -> Response:
        return await pages.pdf(request)

    @router.get("/brief/{name}")
    async def one_kept(name: str) -> Response:
        return pages.one_kept(name)

    @router.get("/api/v1/brief")
    async def as_json() -> Response:
        return json(await pages.brief())

    return router
