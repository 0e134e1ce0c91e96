"""The guide's page /tour, and the addresses at which it starts a tour, leads it and ends it.

An order names its target (which step, not "the next"), so that one which is sent again after a lost connection does no
harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from fastapi import APIRouter, Request, Response

from collectors.store import StoreDownError
from collectors.tours import Tour, TourRefusedError, Tours
from dashboards.api import json
from dashboards.body import RefusedError
from dashboards.live import Hub
from dashboards.qr import qr_svg
from dashboards.screen import Language, Screen
from dashboards.tour_asked import (
    POLLS,
    SHAPE_OF_GUESTS,
    SHAPE_OF_ORDER,
    SHAPE_OF_START,
    AskedGuests,
    AskedOrder,
    AskedStart,
    Ended,
    Guests,
    asked_of,
)
from dashboards.tour_page import tour_page
from dashboards.tour_state import GuideState, guide_state
from layouts.tour.guide import ScreenChoice, draw_over, draw_remote, draw_start
from layouts.tour.script import Script
from layouts.words import Words

PAGES = ("/tour",)


@dataclass(frozen=True, slots=True)
class Guide:
    """Leads tours. How one stands is read from the store, so that an order is seen in the very next answer."""

    hub: Hub
    screens: Mapping[str, Screen]
    words: Mapping[Language, Words]
    scripts: Mapping[str, Script]

    @property
    def tours(self) -> Tours:
        return Tours(self.hub.store)

    def words_for(self, request: Request, tour: Tour | None = None) -> Words:
        asked = cast("Language", request.query_params.get("lang") or (tour.language if tour else ""))
        return self.words.get(asked) or next(iter(self.words.values()))

    async def found(self, code: str) -> Tour:
        """Raises RefusedError."""
        tour = (await self.tours.all(datetime.now(UTC))).get(code)
        if tour is None or tour.script not in self.scripts:
            raise RefusedError(404, "unknown or ended code")
        return tour

    async def state(self, tour: Tour, request: Request) -> GuideState:
        votes = (await self.tours.votes([tour])).get(tour.code, Counter())
        return guide_state(self.hub, tour, votes, self.words_for(request, tour), datetime.now(UTC))

    async def start(self, request: Request) -> Tour:
        asked = await asked_of(request, AskedStart, SHAPE_OF_START)
        if asked.script not in self.scripts:
            raise RefusedError(422, f"there is no script of this name; there are {', '.join(self.scripts)}")
        unknown = [name for name in asked.screens if name not in self.screens]
        if unknown:
            raise RefusedError(422, f"there is no screen of this name; there are {', '.join(self.screens)}")
        if asked.language not in self.words:
            raise RefusedError(422, f"language must be one of {', '.join(self.words)}")
        screens = list(dict.fromkeys(asked.screens))
        await self.end_untold(screens)
        try:
            return await self.tours.start(asked.script, asked.language, screens, datetime.now(UTC))
        except TourRefusedError as error:
            raise RefusedError(409, str(error), code=error.code) from None

    async def obeyed(self, code: str, request: Request) -> GuideState | Ended:
        asked = await asked_of(request, AskedOrder, SHAPE_OF_ORDER)
        tour = await self.found(code)
        if asked.do == "end":
            await self.tours.end(code)
            return {"code": code, "ended": True}
        changes = self.changes(tour, asked, datetime.now(UTC))
        changed = await self.tours.change(code, datetime.now(UTC), **changes) if changes else tour
        if changed is None:
            raise RefusedError(404, "unknown or ended code")
        return await self.state(changed, request)

    def changes(self, tour: Tour, asked: AskedOrder, now: datetime) -> dict[str, Any]:
        """What of a tour changes by an order; nothing where it is so already. Raises RefusedError."""
        script = self.scripts[tour.script]
        if asked.do == "go":
            if asked.step is None or asked.step >= len(script.steps):
                raise RefusedError(422, f"step must be from 0 to {len(script.steps) - 1}")
            return tour.moved(asked.step, now) if asked.step != tour.step else {}
        if asked.do in POLLS:
            if script.step(tour.step).poll is None:
                raise RefusedError(409, "this step has no poll", code="no_poll")
            return {"poll": POLLS[asked.do]}
        if asked.do == "pause":
            return {} if tour.held else {"held": now}
        if asked.do == "resume":
            return tour.resumed(now) if tour.held else {}
        if asked.do == "pull":
            return {"pull": tour.pull + 1}
        return {"handed": asked.do == "hand_over"}

    async def set_guests(self, request: Request) -> Guests:
        asked = await asked_of(request, AskedGuests, SHAPE_OF_GUESTS)
        if asked.screen is not None and asked.screen not in self.screens:
            raise RefusedError(422, f"there is no screen of this name; there are {', '.join(self.screens)}")
        names = self.screens if asked.screen is None else [asked.screen]
        now = datetime.now(UTC) if asked.on else None
        if not asked.on:
            await self.end_untold(names)
        await self.tours.set_guests(dict.fromkeys(names, now))
        return await self.guests()

    async def end_untold(self, screens: Collection[str]) -> None:
        """End the tours on these screens that nobody can lead any more, since their script is gone."""
        for tour in (await self.tours.all(datetime.now(UTC))).values():
            if tour.script not in self.scripts and set(tour.screens) & set(screens):
                await self.tours.end(tour.code)

    async def guests(self) -> Guests:
        return {"screens": dict(await self.tours.guests())}

    async def page(self, request: Request) -> Response:
        demo = any(reading["demo"] for reading in self.hub.readings.values())
        code, words = request.query_params.get("code", ""), self.words_for(request)
        going = await self.tours.all(datetime.now(UTC))
        if code:
            tour = going.get(code)
            if tour is None or tour.script not in self.scripts:
                return tour_page(draw_over(words), words["guide_ended"], words, classes="guide", status=404)
            words = self.words_for(request, tour)
            about = {"code": code}
            body = draw_remote(code, demo, words)
            return tour_page(body, words["guide"], words, "ages.js", "guide.js", classes="guide", about=about)
        on = [
            (one.code, self.scripts[one.script].name.said(words), ", ".join(one.screens))
            for one in going.values()
            if one.script in self.scripts
        ]
        body = draw_start(self.scripts, self.choices(going), on, demo, words, list(self.words))
        return tour_page(body, words["guide_title"], words, "guide-start.js", classes="guide")

    def choices(self, going: Mapping[str, Tour]) -> list[ScreenChoice]:
        led = [tour for tour in going.values() if tour.script in self.scripts]
        taken = {name: tour.code for tour in led for name in tour.screens}
        return [
            ScreenChoice(
                name,
                taken.get(name, ""),
                {key: lacking(script, screen) for key, script in self.scripts.items()},
            )
            for name, screen in self.screens.items()
        ]


def lacking(script: Script, screen: Screen) -> list[str]:
    """The boards and tiles that a script shows and a screen does not have."""
    has = {*screen.tiles, *(board.name for board in screen.boards)}
    shown = [step.wall.board or step.wall.tile or "" for step in script.steps]
    return [name for name in dict.fromkeys(shown) if name and name not in has]


def refusal(error: RefusedError) -> Response:
    """Why not, and where our pages have words of their own for it, its code."""
    return json({"error": str(error), **({"code": error.code} if error.code else {})}, error.status)


def unanswered(error: StoreDownError) -> Response:
    return json({"error": str(error), "code": "store"}, 503)


def guide_routes(guide: Guide) -> APIRouter:
    router = APIRouter()

    @router.get("/tour")
    async def page(request: Request) -> Response:
        try:
            return await guide.page(request)
        except StoreDownError as error:
            return Response(f"{error}\n", 503, {"Cache-Control": "no-store"}, "text/plain")

    @router.get("/qr/tour/{file}")
    async def code(file: str) -> Response:
        name, _, kind = file.rpartition(".")
        tour = guide.hub.touring.tours.get(name) if kind == "svg" else None
        if tour is None:
            return Response("There is nothing at this address.\n", 404, media_type="text/plain")
        picture = qr_svg(f"{guide.hub.touring.site}/t/{tour.code}?k={tour.key}")
        return Response(picture, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})

    @router.post("/api/v1/tours")
    async def start(request: Request) -> Response:
        try:
            tour = await guide.start(request)
            return json(await guide.state(tour, request), 201)
        except RefusedError as error:
            return refusal(error)
        except StoreDownError as error:
            return unanswered(error)

    @router.get("/api/v1/tours/{code}")
    async def state(code: str, request: Request) -> Response:
        try:
            return json(await guide.state(await guide.found(code), request))
        except RefusedError as error:
            return refusal(error)
        except StoreDownError as error:
            return unanswered(error)

    @router.post("/api/v1/tours/{code}")
    async def order(code: str, request: Request) -> Response:
        try:
            return json(await guide.obeyed(code, request))
        except RefusedError as error:
            return refusal(error)
        except StoreDownError as error:
            return unanswered(error)

    @router.get("/api/v1/guests")
    async def guests() -> Response:
        try:
            return json(await guide.guests())
        except StoreDownError as error:
            return unanswered(error)

    @router.post("/api/v1/guests")
    async def set_guests(request: Request) -> Response:
        try:
            return json(await guide.set_guests(request), 202)
        except RefusedError as error:
            return refusal(error)
        except StoreDownError as error:
            return unanswered(error)

    return router
