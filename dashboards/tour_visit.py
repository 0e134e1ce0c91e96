"""The pages of visitors' phones: /t, /t/<code> and what one looks around in. Everything here is for visitors, by
whichever door they came: the readings are those that `Pictures.for_audience("visitor")` holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, cast
from urllib.parse import urlencode

import orjson
from dash.development.base_component import Component
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from collectors.readings.shape import AppsReading, Reading, SourceState
from collectors.readings.visitors import source_for_visitors
from collectors.source import Area, Source
from collectors.store import StoreDownError
from collectors.tours import Tour, Tours
from dashboards.api import json, source_states
from dashboards.body import RefusedError, whole_body
from dashboards.live import Hub
from dashboards.paper import FRESH
from dashboards.remote import from_our_page
from dashboards.screen import Language
from dashboards.tour_codes import Codes, TooManyError
from dashboards.tour_page import tour_page
from layouts.tour.look import AREAS, draw_apps, draw_from, draw_look
from layouts.tour.phone import Phone, draw_step, phone_of
from layouts.tour.visit import Follower, draw_aside, draw_following, draw_join
from layouts.words import Words

PATHS = re.compile(r"/t(?:/[^/]{1,20}(?:/look|/apps|/from/[a-z]+|/vote)?)?")
LONGEST_QUESTION = 60
SCRIPTS = ("ages.js", "vote.js", "tour.js")


def is_visit(path: str) -> bool:
    """An address of a visitor's phone; which codes there are is known to its route."""
    return PATHS.fullmatch(path) is not None


class Vote(BaseModel):
    """A phone's choice. `voter` is a number that the phone made up, so that its last choice counts."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    step: Annotated[int, Field(ge=0, le=99)]
    option: Annotated[int, Field(ge=0, le=9)]
    voter: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


@dataclass(frozen=True, slots=True)
class Visits:
    """Answers phones from the hub's memory; only a vote goes to the store."""

    hub: Hub
    sources: Sequence[Source]
    words: Mapping[Language, Words]
    codes: Codes

    def readings(self) -> Mapping[Area, Reading]:
        return self.hub.pictures.for_audience("visitor")

    def words_for(self, request: Request, tour: Tour | None) -> Words:
        """As asked for, else as the phone prefers (RFC 9110 section 12.5.4), else as the guide speaks."""
        asked = request.query_params.get("lang", "")
        accepted = request.headers.get("accept-language", "").split(",")
        preferred = [one.strip()[:2].lower() for one in accepted]
        guide = tour.language if tour else ""
        known = [language for language in (asked, *preferred, guide) if language in self.words]
        return self.words[cast("Language", known[0])] if known else next(iter(self.words.values()))

    def follower(self, request: Request, tour: Tour | None) -> Follower:
        words = self.words_for(request, tour)
        others = [language for language in self.words if language != words.language]
        demo = any(reading["demo"] for reading in self.hub.readings.values())
        return Follower(words, others, tour.code if tour else "", demo)

    async def tour(self, code: str, request: Request) -> Tour | None:
        return await self.codes.tour(self.hub.touring.tours, code, request)

    def phone(self, tour: Tour, words: Words) -> Phone:
        touring = self.hub.touring
        return phone_of(touring.script_of(tour), tour, touring.counts(tour), self.readings(), words)

    def following(self, request: Request, tour: Tour) -> Response:
        who = self.follower(request, tour)
        phone = self.phone(tour, who.words)
        step = self.hub.touring.script_of(tour).step(tour.step)
        body = draw_following(who, phone, draw_step(step, self.readings(), who.words))
        return self.page(body, phone["title"], who, phone, "step")

    def aside(self, request: Request, tour: Tour, path: str) -> Response | None:
        """One of the pages to look around in, None where there is no such."""
        who = self.follower(request, tour)
        phone = self.phone(tour, who.words)
        known = {source.area for source in self.sources}
        query = ""
        if path == "look":
            body = draw_look(who, self.readings(), [area for area in AREAS if area in known])
        elif path == "apps" and "apps" in known:
            asked = " ".join(request.query_params.get("q", "").split())[:LONGEST_QUESTION]
            body = draw_apps(who, cast("AppsReading | None", self.readings().get("apps")), asked)
            query = urlencode({"q": asked}) if asked else ""
        elif path.removeprefix("from/") in known and path.startswith("from/"):
            area = cast("Area", path.removeprefix("from/"))
            body = draw_from(who, area, self.readings(), self.states(area))
        else:
            return None
        return self.page(
            draw_aside(who, f"/{path}", body, phone, query), who.words["tour_looking"], who, phone, "aside"
        )

    def states(self, area: Area) -> list[SourceState]:
        states = source_states(self.hub, self.sources, datetime.now(UTC))
        return [source_for_visitors(state) for state in states if state["area"] == area]

    def page(self, body: list[Component], title: str, who: Follower, phone: Phone, kind: str) -> Response:
        about = {
            "code": who.code,
            "kind": kind,
            "pull": str(phone["pull"]),
            "phone": orjson.dumps({key: value for key, value in phone.items() if key != "html"}).decode(),
        }
        return tour_page(body, title, who.words, *SCRIPTS, about=about, refresh=kind == "step")

    def joining(self, request: Request, wrong: tuple[str, str] | None = None, status: int = 200) -> Response:
        who = self.follower(request, None)
        return tour_page(
            draw_join(who, wrong), who.words["tour_join"], who.words, "join.js",
            about={"kind": "join"}, status=status,
        )  # fmt: skip

    def unknown(self, request: Request) -> Response:
        words = self.words_for(request, None)
        return self.joining(request, (words["tour_unknown"], words["tour_unknown_text"]), 404)

    def too_many(self, request: Request, error: TooManyError) -> Response:
        words = self.words_for(request, None)
        told = words.fill("tour_slow_text", seconds=words.number(error.wait))
        answer = self.joining(request, (words["tour_slow"], told), 429)
        answer.headers["Retry-After"] = f"{error.wait:.0f}"
        return answer

    async def voted(self, tour: Tour, request: Request) -> Response:
        """A vote counts as long as its poll is open. Raises RefusedError, StoreDownError."""
        if not from_our_page(request):
            raise RefusedError(403, "send application/json, from a page of this very host")
        try:
            vote = Vote.model_validate(orjson.loads(await whole_body(request)))
        except (orjson.JSONDecodeError, ValidationError):
            raise RefusedError(422, 'send {"step": n, "option": n, "voter": "16 hexadecimal digits"}') from None
        poll = self.hub.touring.script_of(tour).step(tour.step).poll
        if poll is None or tour.poll != "open" or vote.step != tour.step:
            raise RefusedError(409, "this poll is not open")
        if vote.option >= len(poll.options):
            raise RefusedError(422, f"option must be from 0 to {len(poll.options) - 1}")
        if not await Tours(self.hub.store).vote(tour.code, vote.step, vote.voter, vote.option):
            raise RefusedError(429, "more phones have voted than may")
        return json({"step": vote.step, "option": vote.option}, 202)


def visit_routes(visits: Visits) -> APIRouter:
    router = APIRouter()

    @router.get("/t")
    async def join(request: Request) -> Response:
        code = request.query_params.get("code", "").strip()
        if not code:
            return visits.joining(request)
        try:
            tour = await visits.tour(code, request)
        except TooManyError as error:
            return visits.too_many(request, error)
        if tour is None:
            return visits.unknown(request)
        answer = RedirectResponse(visits.follower(request, tour).at(), 303, FRESH)
        visits.codes.let_in(answer, tour)
        return answer

    @router.get("/t/{code}")
    async def follow(code: str, request: Request) -> Response:
        try:
            tour = await visits.tour(code, request)
        except TooManyError as error:
            return visits.too_many(request, error)
        if tour is None:
            return visits.unknown(request)
        answer = visits.following(request, tour)
        visits.codes.let_in(answer, tour)
        return answer

    @router.post("/t/{code}/vote")
    async def vote(code: str, request: Request) -> Response:
        try:
            tour = await visits.tour(code, request)
            if tour is None:
                return json({"error": "unknown or ended code"}, 404)
            return await visits.voted(tour, request)
        except TooManyError as error:
            return json({"error": str(error)}, 429)
        except RefusedError as error:
            return json({"error": str(error)}, error.status)
        except StoreDownError as error:
            return json({"error": str(error)}, 503)

    @router.get("/t/{code}/{path:path}")
    async def look(code: str, path: str, request: Request) -> Response:
        try:
            tour = await visits.tour(code, request)
        except TooManyError as error:
            return visits.too_many(request, error)
        answer = visits.aside(request, tour, path) if tour is not None else None
        if tour is None or answer is None:
            return visits.unknown(request)
        visits.codes.let_in(answer, tour)
        return answer

    return router
