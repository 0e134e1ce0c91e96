"""The cards of provenance: `/cards`, `/card/<tile>`, their QR codes and their JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from collectors import COLLECTORS
from collectors.inbox import ENTERED_BY
from collectors.readings.limits import Limits
from collectors.source import BY_HAND, Source
from collectors.store import StoreDownError
from dashboards.api import source_states
from dashboards.live import Hub
from dashboards.paper import FRESH, paper_page, visit_of
from dashboards.qr import qr_svg
from dashboards.screen import Language
from layouts import TILES
from layouts.card import Card, SourceCard, Visit, draw_card, draw_cards, meaning
from layouts.state import tile_state
from layouts.words import Words


def card_addresses() -> list[str]:
    """Every address of a card; whatever is not among them is 404."""
    return ["/cards", *(f"/card/{name}" for name in TILES)]


@dataclass(frozen=True, slots=True)
class Cards:
    """Answers what every tile's numbers are made of. `address` is where phones find this site, if the city says so."""

    hub: Hub
    sources: Sequence[Source]
    limits: Limits
    words: Mapping[Language, Words]
    address: str | None
    build: str

    async def entered(self) -> dict[str, str]:
        """Which office entered the values of each source that is entered by hand. It is in no reading."""
        names = [source.name for source in self.sources if source.collector == BY_HAND]
        try:
            held = await self.hub.store.source_fields(names) if names else {}
        except StoreDownError:
            return {}
        return {name: fields[ENTERED_BY] for name, fields in held.items() if ENTERED_BY in fields}

    def card(self, name: str, now: datetime, entered: Mapping[str, str]) -> Card:
        """The card of a tile. Raises KeyError for one that does not exist."""
        tile = TILES[name]
        known = {source.name: source for source in self.sources}
        states = [state for state in source_states(self.hub, self.sources, now) if state["area"] in tile.areas]
        readings = [self.hub.readings[area] for area in tile.areas if area in self.hub.readings]
        return {
            "tile": name,
            "title": {language: words[name] for language, words in self.words.items()},
            "meaning": {language: meaning(name, self.limits, words) for language, words in self.words.items()},
            "state": tile_state(readings, now, tile.raises),
            "quality": [doubt for reading in readings for doubt in reading.get("quality", [])],
            "sources": [
                cast(
                    "SourceCard",
                    {
                        **state,
                        "contact": known[state["name"]].contact,
                        "standard": COLLECTORS[state["collector"]].standard,
                        "address": known[state["name"]].address,
                        "licence": known[state["name"]].licence,
                        **({"entered_by": entered.get(state["name"])} if state["collector"] == BY_HAND else {}),
                    },
                )
                for state in states
            ],
        }

    def visit(self, request: Request) -> Visit:
        return visit_of(request, self.words, self.build)

    def code(self, request: Request, path: str) -> Response:
        """A page's QR code, in the language asked for."""
        site = self.address or f"{request.url.scheme}://{request.headers['host']}"
        words = self.visit(request).words
        first = next(iter(self.words))
        address = site + path + ("" if words.language == first else f"?lang={words.language}")
        return Response(qr_svg(address), media_type="image/svg+xml", headers={"Cache-Control": "private, no-cache"})


def card_routes(cards: Cards) -> APIRouter:
    """The routes, answered from the hub's memory; only who entered values by hand is asked of the store."""
    router = APIRouter()

    @router.get("/cards")
    async def all_cards(request: Request) -> Response:
        visit = cards.visit(request)
        body = draw_cards([cards.card(name, visit.at, {}) for name in TILES], visit)
        return paper_page(body, visit.words["cards"], visit)

    @router.get("/card/{name}")
    async def one_card(request: Request, name: str) -> Response:
        visit = cards.visit(request)
        body = draw_card(cards.card(name, visit.at, await cards.entered()), cards.hub.readings, visit)
        return paper_page(body, visit.words[name], visit)

    @router.get("/qr/{file:path}")
    async def code(request: Request, file: str) -> Response:
        name, _, kind = file.rpartition(".")
        if kind != "svg" or (name != "cards" and name not in TILES):
            return Response("There is nothing at this address.\n", 404, media_type="text/plain")
        return cards.code(request, "/cards" if name == "cards" else f"/card/{name}")

    @router.get("/api/v1/cards")
    async def all_as_json() -> Response:
        now, entered = datetime.now(UTC), await cards.entered()
        return Response(
            orjson.dumps([cards.card(name, now, entered) for name in TILES]), 200, FRESH, "application/json"
        )

    @router.get("/api/v1/cards/{name}")
    async def one_as_json(name: str) -> Response:
        if name not in TILES:
            said = {"error": f"there is no tile {name!r}; there are {', '.join(TILES)}"}
            return Response(orjson.dumps(said), 404, FRESH, "application/json")
        card = cards.card(name, datetime.now(UTC), await cards.entered())
        return Response(orjson.dumps(card), 200, FRESH, "application/json")

    return router
