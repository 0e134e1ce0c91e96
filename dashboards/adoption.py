"""/adoption and /api/v1/adoption: who took over the city's applications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from fastapi import APIRouter, Request, Response

from collectors.adoption import Adopted, board
from collectors.source import Application
from dashboards.api import json
from dashboards.paper import paper_page
from dashboards.screen import Language
from layouts.adoption import draw_adoption
from layouts.card import Visit
from layouts.words import Words

PAGES = ("/adoption",)


@dataclass(frozen=True, slots=True)
class Adoption:
    """Answers from the city's file alone."""

    facts: Sequence[Adopted]
    applications: Sequence[Application]
    words: Mapping[Language, Words]
    build: str

    def page(self, request: Request) -> Response:
        asked = cast("Language", request.query_params.get("lang", ""))
        words = self.words.get(asked) or next(iter(self.words.values()))
        visit = Visit(words, [one for one in self.words if one != words.language], self.build, datetime.now(UTC))
        body = draw_adoption(self.facts, {one.id: one.name for one in self.applications}, visit)
        more = ("62-owners.css", "64-explore.css", "65-adoption.css", "63-print.css", "sources.js")
        return paper_page(body, words["adoption"], visit, *more, classes="sheet explore adopt")


def adoption_routes(adoption: Adoption) -> APIRouter:
    router = APIRouter()

    @router.get("/adoption")
    async def page(request: Request) -> Response:
        return adoption.page(request)

    @router.get("/api/v1/adoption")
    async def as_json() -> Response:
        return json(board(adoption.facts))

    return router
