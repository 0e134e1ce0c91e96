"""/explore/apps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import Request, Response

from collectors.history import HistoryError
from collectors.owners import Owner
from collectors.questions.app_answers import App
from collectors.questions.apps import LONGEST_DETAIL, AppQuestions
from collectors.questions.scope import Scope
from dashboards.explore import Explore
from layouts.card import Visit
from layouts.explore.apps import BAD, GROUPS, STATES, apps_page
from layouts.explore.page import Choice
from layouts.words import Words


async def apps(explore: Explore, request: Request) -> Response:
    visit = explore.visit(request)
    words = visit.words
    await explore.past.refresh("apps")
    scope = scope_of(explore, request, visit)
    asks = [
        ("ask_night", scope.cleared().over("24h")),
        ("ask_longest_out", replace(scope.cleared(), sort="longest")),
        ("ask_90", scope.cleared().over("90d")),
    ]
    questions = AppQuestions(explore.past, explore.owners, explore.applications)
    crumbs = [(words.city, scope.cleared().address(words.language))]
    try:
        answer = await questions.answer(scope)
        chosen = scope.chosen("app")
        short = scope.end - scope.start <= LONGEST_DETAIL
        checks = await questions.checks(chosen[0], scope.start, scope.end) if len(chosen) == 1 and short else []
    except HistoryError as error:
        return explore.failed(explore.frame(scope, visit, {}, crumbs, asks), error)
    fields = own_fields(answer.known, answer.owner_names, words)
    for id in chosen[:1]:
        crumbs.append((answer.known[id].name if id in answer.known else id, scope.address(words.language)))
    frame = replace(explore.frame(scope, visit, fields, crumbs, asks), demo=answer.demo)
    return await explore.drawing(lambda: apps_page(frame, answer, checks, explore.limits), visit, words["apps"])


def scope_of(explore: Explore, request: Request, visit: Visit) -> Scope:
    return explore.scope("apps", request, visit, {"group": GROUPS, "state": STATES, "status": BAD})


def own_fields(known: Mapping[str, App], owners: Mapping[str, Owner], words: Words) -> dict[str, Sequence[Choice]]:
    names = sorted(known.values(), key=lambda one: one.name.casefold())
    return {
        "owner": [Choice(slug, owner.name) for slug, owner in sorted(owners.items(), key=lambda one: one[1].name)],
        "group": [Choice(group, words[f"apps_{group}"]) for group in GROUPS],
        "app": [Choice(one.id, one.name) for one in names],
    }
