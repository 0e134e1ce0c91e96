"""What the pages of the past share: who asks, what the address says, how the page is put together and sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from dash.development.base_component import Component
from fastapi import Request, Response

from collectors.districts import Districts
from collectors.history import HistoryError
from collectors.notes import CardNote
from collectors.owners import Owners
from collectors.past import Past
from collectors.questions.scope import Scope, scope_from
from collectors.readings.limits import Limits
from collectors.source import Application, Area
from dashboards.live import Hub
from dashboards.paper import paper_page, visit_of
from dashboards.screen import Language
from layouts.card import Visit
from layouts.explore.page import Choice, Frame, failed_page
from layouts.frame import credits_of
from layouts.map_svg import Drawing
from layouts.state import TileState, never, tile_state
from layouts.words import Words

AGAIN = 60
"""After so many seconds a page of the past asks for its numbers again."""
ASSETS = ("62-owners.css", "64-explore.css", "67-notes.css", "63-print.css", "explore.js", "notes.js")
Fields = Mapping[str, Sequence[Choice]]
Asks = Sequence[tuple[str, Scope]]


@dataclass(frozen=True, slots=True)
class Explore:
    """The past of one city, and all that its pages need beside it. `notes` are those of the page that is asked for."""

    hub: Hub
    past: Past
    districts: Districts
    owners: Owners
    applications: Sequence[Application]
    limits: Limits
    drawn: Drawing
    residents: Mapping[str, int]
    words: Mapping[Language, Words]
    build: str
    notes: Sequence[CardNote] = ()
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    def visit(self, request: Request) -> Visit:
        return visit_of(request, self.words, self.build)

    def scope(self, area: Area, request: Request, visit: Visit, codes: Mapping[str, Iterable[str]]) -> Scope:
        asked = parse_qs(request.url.query, max_num_fields=60, errors="replace")
        return scope_from(area, asked, visit.at, visit.words.timezone, codes)

    def places(self) -> dict[str, Iterable[str]]:
        return {"district": self.districts.names(), "subdistrict": [one.code for one in self.districts.each]}

    def subdistricts(self) -> dict[str, str]:
        return {one.code: one.name for one in self.districts.each}

    def place_fields(self, scope: Scope) -> dict[str, Sequence[Choice]]:
        """Districts; of a chosen one its subdistricts."""
        found: dict[str, Sequence[Choice]] = {
            "district": [Choice(code, name) for code, name in self.districts.names().items()]
        }
        inside = [one for one in self.districts.each if one.district_code in scope.chosen("district")]
        return found | ({"subdistrict": [Choice(one.code, one.name) for one in inside]} if inside else {})

    def crumbs(self, scope: Scope, words: Words, leaf: str | None = None) -> list[tuple[str, str]]:
        """From the city down to the place that is chosen, and what is chosen there."""
        names, language = self.districts.names(), words.language
        found = [(words.city, scope.choosing("district").address(language))]
        for code in scope.chosen("district")[:1]:
            found.append((names.get(code, code), scope.choosing("subdistrict").address(language)))
        for code in scope.chosen("subdistrict")[:1]:
            found.append((self.subdistricts().get(code, code), scope.address(language)))
        return [*found, (leaf, scope.address(language))] if leaf else found

    def frame(self, scope: Scope, visit: Visit, fields: Fields, crumbs: Sequence[tuple[str, str]], asks: Asks) -> Frame:
        reading = self.hub.readings.get(scope.area)
        words = visit.words
        sources = reading["sources"] if reading else []
        week = {
            "hour": [Choice(str(hour), f"{hour:02}") for hour in range(24)],
            "weekday": [Choice(str(day), words.weekday(day)) for day in range(1, 8)],
        }
        return Frame(
            scope=scope,
            visit=visit,
            at=self.state(scope.area, visit),
            sources=words.join(", ".join(one["name"] for one in sources), credits_of(sources, words)),
            choices={**fields, **{name: each for name, each in week.items() if scope.chosen(name)}},
            crumbs=crumbs,
            asks=asks,
            broken=[path.name for path in self.past.history.broken],
            alone=self.past.alone,
            card_notes=self.notes,
        )

    def state(self, area: Area, visit: Visit) -> TileState:
        reading = self.hub.readings.get(area)
        return tile_state([reading], visit.at, words=visit.words) if reading is not None else never()

    async def drawing(self, draw: Callable[[], Sequence[Component]], visit: Visit, title: str) -> Response:
        """A page is thousands of elements: drawing it must not hold up what goes to the screens. One after the other,
        because the screens have to wait for the interpreter behind each that is drawn."""
        async with self.turn:
            return await asyncio.to_thread(lambda: self.page(draw(), visit, title))

    def failed(self, frame: Frame, error: HistoryError) -> Response:
        return self.page(failed_page(frame, str(error)), frame.visit, frame.words[frame.scope.area], 503)

    def page(self, body: Sequence[Component], visit: Visit, title: str, status: int = 200) -> Response:
        found = paper_page(body, title, visit, *ASSETS, classes="sheet explore", pause=AGAIN)
        found.status_code = status
        return found
