"""/explore/beds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import Request, Response

from collectors.history import HistoryError
from collectors.questions.bed_answers import Look
from collectors.questions.beds import BedQuestions
from collectors.questions.scope import Scope
from dashboards.explore import Explore
from layouts.card import Visit
from layouts.explore.beds import UNITS, beds_page
from layouts.explore.page import Choice
from layouts.words import Words


async def beds(explore: Explore, request: Request) -> Response:
    visit = explore.visit(request)
    words = visit.words
    await explore.past.refresh("beds")
    scope = scope_of(explore, request, visit)
    asks = [("ask_night", scope.cleared().over("24h")), ("ask_week", scope.cleared().over("7d"))]
    crumbs = [(words.city, scope.cleared().address(words.language))]
    try:
        answer = await BedQuestions(explore.past).answer(scope)
    except HistoryError as error:
        return explore.failed(explore.frame(scope, visit, {}, crumbs, asks), error)
    names = {look.hospital_id: look.hospital for look in answer.latest} | dict(answer.names)
    classes = {code: name or code for (unit, code), name in answer.class_names.items() if code}
    fields = own_fields(names, classes | classes_of(answer.latest), words)
    for id in scope.chosen("hospital")[:1]:
        crumbs.append((names.get(id, id), scope.address(words.language)))
    frame = replace(explore.frame(scope, visit, fields, crumbs, asks), demo=answer.demo)
    return await explore.drawing(lambda: beds_page(frame, answer, names, explore.limits), visit, words["beds"])


def scope_of(explore: Explore, request: Request, visit: Visit) -> Scope:
    return explore.scope("beds", request, visit, {"unit": UNITS})


def classes_of(latest: Sequence[Look]) -> dict[str, str]:
    return {look.bed_class: look.class_name or look.bed_class for look in latest if look.bed_class}


def own_fields(names: Mapping[str, str], classes: Mapping[str, str], words: Words) -> dict[str, Sequence[Choice]]:
    return {
        "hospital": [Choice(id, name) for id, name in sorted(names.items(), key=lambda one: one[1])],
        "unit": [Choice(unit, words[f"unit_{unit}"]) for unit in UNITS],
        "class": [Choice(code, name) for code, name in sorted(classes.items(), key=lambda one: one[1])],
    }
