"""/explore/water."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import Request, Response

from collectors.history import HistoryError
from collectors.questions.scope import Scope
from collectors.questions.water import WaterQuestions
from dashboards.explore import Explore
from layouts.card import Visit
from layouts.explore.page import Choice
from layouts.explore.water import SIAGA, water_page
from layouts.words import Words


async def water(explore: Explore, request: Request) -> Response:
    visit = explore.visit(request)
    words = visit.words
    await explore.past.refresh("water")
    scope = scope_of(explore, request, visit)
    asks = [("ask_night", scope.cleared().over("24h")), ("ask_week", scope.cleared().over("7d"))]
    crumbs = [(words.city, scope.cleared().address(words.language))]
    try:
        answer = await WaterQuestions(explore.past).answer(scope)
    except HistoryError as error:
        return explore.failed(explore.frame(scope, visit, {}, crumbs, asks), error)
    names = {one.post: one.name for one in answer.latest} | dict(answer.names)
    fields = own_fields(names, words)
    for id in scope.chosen("post")[:1]:
        crumbs.append((names.get(id, id), scope.address(words.language)))
    frame = replace(explore.frame(scope, visit, fields, crumbs, asks), demo=answer.demo)
    return await explore.drawing(lambda: water_page(frame, answer, names, explore.limits), visit, words["water"])


def scope_of(explore: Explore, request: Request, visit: Visit) -> Scope:
    return explore.scope("water", request, visit, {"siaga": SIAGA})


def own_fields(names: Mapping[str, str], words: Words) -> dict[str, Sequence[Choice]]:
    return {
        "post": [Choice(id, name) for id, name in sorted(names.items(), key=lambda one: one[1])],
        "siaga": [Choice(one, words.fill("siaga_n", n=one)) for one in SIAGA],
    }
