"""/explore/complaints."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from fastapi import Request, Response

from collectors.history import HistoryError
from collectors.questions.complaint_answers import BUCKETS, Choices
from collectors.questions.complaints import ComplaintQuestions
from collectors.questions.scope import Note, Scope
from collectors.records import ComplaintStatus
from dashboards.explore import Explore
from layouts.card import Visit
from layouts.explore.complaints import complaints_page
from layouts.explore.page import Choice, Frame
from layouts.explore.told import Told
from layouts.words import Words

STATUSES: tuple[ComplaintStatus, ...] = get_args(ComplaintStatus)
NONE = Choices({}, {}, {}, [])


async def complaints(explore: Explore, request: Request) -> Response:
    visit = explore.visit(request)
    words = visit.words
    questions = ComplaintQuestions(explore.past, explore.owners, explore.limits)
    await explore.past.refresh("complaints")

    def framed(choices: Choices) -> Frame:
        scope = scope_of(explore, request, visit, choices)
        fields = explore.place_fields(scope) | own_fields(scope, choices, words)
        crumbs = explore.crumbs(scope, words, scope.report.partition("/")[2] or None)
        frame = explore.frame(scope, visit, fields, crumbs, asks(scope))
        return replace(frame, names=choices.spellings)

    try:
        choices = await questions.choices()
    except HistoryError as error:
        return explore.failed(framed(NONE), error)
    frame = framed(choices)
    scope = frame.scope
    try:
        answer = await questions.answer(scope, choices)
        source, _, id = scope.report.partition("/")
        report = await questions.report(source, id) if scope.report else None
    except HistoryError as error:
        return explore.failed(frame, error)
    if scope.report and report is None:
        missing = Note("scope_no_report", scope.report[:60])
        frame = replace(frame, scope=replace(scope, notes=(*scope.notes, missing)))
    told = Told(
        agencies=choices.agencies,
        districts=explore.districts.names(),
        subdistricts=explore.subdistricts(),
        city=explore.drawn,
        limits=explore.limits,
        residents=explore.residents,
        report=report,
    )
    frame = replace(frame, demo=answer.demo)
    return await explore.drawing(lambda: complaints_page(frame, answer, told), visit, words["complaints"])


def scope_of(explore: Explore, request: Request, visit: Visit, choices: Choices) -> Scope:
    codes = {
        **explore.places(), "status": STATUSES, "late": ["1"], "age": map(str, range(BUCKETS)),
        **({"agency": choices.agencies, "category": choices.categories} if choices.agencies else {}),
    }  # fmt: skip
    return explore.scope("complaints", request, visit, codes)


def own_fields(scope: Scope, choices: Choices, words: Words) -> dict[str, list[Choice]]:
    found = {
        "agency": [Choice(slug, name) for slug, name in sorted(choices.agencies.items(), key=lambda one: one[1])],
        "category": [Choice(code, name) for code, name in choices.categories.items()],
        "status": [Choice(one, words[f"status_{one}"]) for one in STATUSES],
        "channel": [Choice(one, one) for one in choices.channels],
    }
    rare = {
        "late": [Choice("1", words["late_only"])],
        "age": [Choice(str(bucket), words.fill("age_bucket", n=bucket + 1)) for bucket in range(BUCKETS)],
    }
    return found | {name: each for name, each in rare.items() if scope.chosen(name)}


def asks(scope: Scope) -> list[tuple[str, Scope]]:
    late = scope.cleared().over("all").choosing("late", "1").choosing("status", "waiting")
    return [
        ("ask_late", replace(late, sort="oldest")),
        ("ask_week", scope.cleared().over("7d")),
        ("ask_longest", replace(scope.cleared(), sort="longest")),
    ]
