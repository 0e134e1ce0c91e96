"""/explore/traffic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from fastapi import Request, Response

from collectors.history import HistoryError
from collectors.questions.scope import Scope
from collectors.questions.traffic import TrafficQuestions
from collectors.records import TrafficKind
from dashboards.explore import Explore
from layouts.card import Visit
from layouts.explore.page import Choice
from layouts.explore.traffic import STATES, Places, traffic_page
from layouts.words import Words

KINDS: tuple[TrafficKind, ...] = get_args(TrafficKind)
CHECKED = ("yes", "no")


async def traffic(explore: Explore, request: Request) -> Response:
    visit = explore.visit(request)
    words = visit.words
    await explore.past.refresh("traffic")
    scope = scope_of(explore, request, visit)
    fields = explore.place_fields(scope) | own_fields(words)
    asks = [
        ("ask_today", scope.cleared().over("today")),
        ("ask_open", replace(scope.cleared().over("all").choosing("state", "open"), sort="oldest")),
        ("ask_longest", replace(scope.cleared(), sort="longest")),
    ]
    frame = explore.frame(scope, visit, fields, explore.crumbs(scope, words), asks)
    try:
        answer = await TrafficQuestions(explore.past).answer(scope)
    except HistoryError as error:
        return explore.failed(frame, error)
    places = Places(explore.drawn, explore.districts.names(), explore.subdistricts())
    frame = replace(frame, demo=answer.demo)
    return await explore.drawing(lambda: traffic_page(frame, answer, places), visit, words["traffic"])


def scope_of(explore: Explore, request: Request, visit: Visit) -> Scope:
    codes = {
        **explore.places(), "kind": KINDS, "state": STATES, "verified": CHECKED, "level": [str(n) for n in range(6)],
    }  # fmt: skip
    return explore.scope("traffic", request, visit, codes)


def own_fields(words: Words) -> dict[str, Sequence[Choice]]:
    return {
        "kind": [Choice(kind, words[f"kind_{kind}"]) for kind in KINDS],
        "state": [Choice(state, words[f"state_{state}"]) for state in STATES],
        "verified": [Choice(one, words[f"checked_{one}"]) for one in CHECKED],
        "level": [Choice(str(n), words.fill("level_n", n=n)) for n in range(6)],
    }
