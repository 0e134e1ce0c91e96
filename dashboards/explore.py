"""/explore/<area>: the past, asked by whoever has the address. The address is the whole state of the page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast
from urllib.parse import parse_qs

from dash.development.base_component import Component
from fastapi import APIRouter, Request, Response

from collectors.districts import Districts
from collectors.history import HistoryError
from collectors.owners import Owners
from collectors.past import Past
from collectors.questions.complaints import BUCKETS, Choices, ComplaintQuestions
from collectors.questions.scope import Note, Scope, scope_from
from collectors.readings.limits import Limits
from collectors.source import Area
from dashboards.live import Hub
from dashboards.paper import paper_page
from dashboards.screen import Language
from layouts.card import Visit
from layouts.explore.complaints import complaints_page
from layouts.explore.page import Choice, Frame, failed_page
from layouts.explore.told import Told
from layouts.map_svg import Drawing
from layouts.state import TileState, never, tile_state
from layouts.words import Words

AREAS: tuple[Area, ...] = ("complaints",)
AGAIN = 60
"""After so many seconds a page of the past asks for its numbers again."""
SCREEN = ("62-owners.css", "64-explore.css", "63-print.css", "explore.js")


@dataclass(frozen=True, slots=True)
class Explore:
    """Answers pages about the past of one city."""

    hub: Hub
    past: Past
    districts: Districts
    owners: Owners
    limits: Limits
    drawn: Drawing
    residents: Mapping[str, int]
    words: Mapping[Language, Words]
    build: str

    def visit(self, request: Request) -> Visit:
        asked = cast("Language", request.query_params.get("lang", ""))
        words = self.words.get(asked) or next(iter(self.words.values()))
        others = [language for language in self.words if language != words.language]
        return Visit(words, others, self.build, datetime.now(UTC))

    def scope(self, area: Area, request: Request, visit: Visit, codes: Mapping[str, Iterable[str]]) -> Scope:
        asked = parse_qs(request.url.query, max_num_fields=60, errors="replace")
        return scope_from(area, asked, visit.at, visit.words.timezone, codes)

    def places(self) -> dict[str, Iterable[str]]:
        return {
            "district": self.districts.names(),
            "subdistrict": [one.code for one in self.districts.each],
            "hour": map(str, range(24)),
            "weekday": map(str, range(1, 8)),
        }

    def state(self, area: Area, now: datetime) -> TileState:
        reading = self.hub.readings.get(area)
        return tile_state([reading], now) if reading is not None else never()

    def sources(self, area: Area) -> str:
        reading = self.hub.readings.get(area)
        return ", ".join(one["name"] for one in reading["sources"]) if reading else ""

    async def complaints(self, request: Request) -> Response:
        visit = self.visit(request)
        words = visit.words
        questions = ComplaintQuestions(self.past, self.owners, self.limits)
        here = await self.past.refresh("complaints")
        try:
            choices = await questions.choices()
        except HistoryError as error:
            scope = self.scope("complaints", request, visit, self.places())
            frame = self.frame(scope, visit, Choices({}, {}, {}, []), here)
            return self.page(failed_page(frame, str(error)), visit, words["complaints"], 503)
        statuses = ("waiting", "in_progress", "done", "unknown")
        codes = self.places() | {"status": statuses, "agency": choices.agencies, "category": choices.categories}
        scope = self.scope("complaints", request, visit, codes)
        frame = self.frame(scope, visit, choices, here)
        try:
            answer = await questions.answer(scope)
            report = await questions.report(*named(scope.report)) if scope.report else None
        except HistoryError as error:
            return self.page(failed_page(frame, str(error)), visit, words["complaints"], 503)
        told = Told(
            agencies=choices.agencies,
            districts=self.districts.names(),
            subdistricts={one.code: one.name for one in self.districts.each},
            city=self.drawn,
            limits=self.limits,
            residents=self.residents,
            report=report,
        )
        if scope.report and report is None:
            frame = replace(
                frame, scope=replace(scope, notes=(*scope.notes, Note("scope_no_report", scope.report[:60])))
            )
        frame = replace(frame, demo=answer.demo)

        def drawn() -> Response:
            return self.page(complaints_page(frame, answer, told), visit, words["complaints"])

        # a page is thousands of elements: drawing it must not hold up what goes to the screens
        return await asyncio.to_thread(drawn)

    def frame(self, scope: Scope, visit: Visit, choices: Choices, here: bool) -> Frame:
        words = visit.words
        districts = self.districts.names()
        inside = [one for one in self.districts.each if one.district_code in scope.chosen("district")]
        fields: dict[str, Sequence[Choice]] = {"district": [Choice(code, name) for code, name in districts.items()]}
        if inside:
            fields["subdistrict"] = [Choice(one.code, one.name) for one in inside]
        fields |= {
            "agency": [Choice(slug, name) for slug, name in sorted(choices.agencies.items(), key=lambda one: one[1])],
            "category": [Choice(code, name) for code, name in choices.categories.items()],
            "status": [Choice(one, words[f"status_{one}"]) for one in ("waiting", "in_progress", "done", "unknown")],
            "channel": [Choice(one, one) for one in choices.channels],
        }
        week = {
            "hour": [Choice(str(hour), f"{hour:02}") for hour in range(24)],
            "weekday": [Choice(str(day), words.weekday(day)) for day in range(1, 8)],
            "late": [Choice("1", words["late_only"])],
            "age": [Choice(str(bucket), words.fill("age_bucket", n=bucket + 1)) for bucket in range(BUCKETS)],
        }
        fields |= {name: each for name, each in week.items() if scope.chosen(name)}
        language = words.language
        crumbs = [(self.hub_city(words), scope.choosing("district").address(language))]
        for code in scope.chosen("district")[:1]:
            crumbs.append((districts.get(code, code), scope.choosing("subdistrict").address(language)))
        for code in scope.chosen("subdistrict")[:1]:
            name = next((one.name for one in self.districts.each if one.code == code), code)
            crumbs.append((name, scope.address(language)))
        if scope.report:
            crumbs.append((scope.report.partition("/")[2], scope.address(language)))
        return Frame(
            scope=scope,
            visit=visit,
            at=self.state("complaints", visit.at),
            sources=self.sources("complaints"),
            choices=fields,
            crumbs=crumbs,
            asks=[
                (
                    "ask_late",
                    replace(
                        scope.cleared().over("all").choosing("late", "1").choosing("status", "waiting"), sort="oldest"
                    ),
                ),
                ("ask_week", scope.cleared().over("7d")),
                ("ask_reopened", replace(scope.cleared(), sort="longest")),
            ],
            broken=[path.name for path in self.past.history.broken],
            alone=not here,
            names=choices.spellings,
        )

    @staticmethod
    def hub_city(words: Words) -> str:
        return words.city

    def page(self, body: Sequence[Component], visit: Visit, title: str, status: int = 200) -> Response:
        found = paper_page(body, title, visit, *SCREEN, classes="sheet explore", pause=AGAIN)
        found.status_code = status
        return found


def named(report: str) -> tuple[str, str]:
    """A report's source and its id, as an address names it."""
    source, _, id = report.partition("/")
    return source, id


def explore_routes(explore: Explore) -> APIRouter:
    router = APIRouter()

    @router.get("/explore/complaints")
    async def complaints(request: Request) -> Response:
        return await explore.complaints(request)

    return router
