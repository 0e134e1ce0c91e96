"""/api/v1/explore/<area>: the numbers of a page of the past for other programs, by the page's own address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import APIRouter, Request, Response

from collectors.history import HistoryError
from collectors.questions.apps import AppQuestions
from collectors.questions.beds import BedQuestions
from collectors.questions.complaints import ComplaintQuestions
from collectors.questions.scope import Scope
from collectors.questions.traffic import TrafficQuestions
from collectors.questions.water import WaterQuestions
from dashboards import explore_apps, explore_beds, explore_complaints, explore_traffic, explore_water
from dashboards.api import json
from dashboards.explore import Explore
from dashboards.explore_routes import AREAS
from dashboards.explore_shape import BY_UNIT, KEYS, Explored, Names, groups_of, iso, numbers, rows_of
from layouts.card import Visit
from layouts.explore.apps import GROUPS
from layouts.explore.beds import UNITS
from layouts.explore.sheet import DEFINED


@dataclass(frozen=True, slots=True)
class Found:
    """What one area's questions answered."""

    scope: Scope
    answer: Any
    names: Names
    n: int
    total: dict[str, Any]
    now: dict[str, Any]
    rows: list[dict[str, Any]]
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: KEYS)
    more: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)


async def complaints(explore: Explore, request: Request, visit: Visit) -> Found:
    questions = ComplaintQuestions(explore.past, explore.owners, explore.limits)
    choices = await questions.choices()
    scope = explore_complaints.scope_of(explore, request, visit, choices)
    answer = await questions.answer(scope, choices)
    names = {"agency": choices.agencies, "category": {**choices.categories, **answer.names}, **places(explore)}
    reports = [replace(one, agency=choices.spellings.get(one.agency or "", "")) for one in answer.rows]
    waiting = answer.waiting
    now = {
        "waiting": waiting.n,
        "late": waiting.late,
        "soon": waiting.soon,
        "by_age": list(waiting.by_age),
        "by_agency": [
            {"agency": slug, "agency_name": choices.agencies.get(slug), "by_age": list(ages)}
            for slug, ages in waiting.by_agency.items()
        ],
    }
    rows = rows_of(reports, {name: each for name, each in names.items() if name != "category"})
    return Found(scope, answer, names, answer.total.n, numbers(answer.total), now, rows)


async def traffic(explore: Explore, request: Request, visit: Visit) -> Found:
    scope = explore_traffic.scope_of(explore, request, visit)
    answer = await TrafficQuestions(explore.past).answer(scope)
    kinds: dict[str, str] = {kind: visit.words[f"kind_{kind}"] for kind in explore_traffic.KINDS}
    names = {"kind": kinds, **places(explore)}
    now = {"open": answer.open_now.n, "by_kind": dict(answer.open_now.by_kind)}
    return Found(scope, answer, names, answer.total.n, numbers(answer.total), now, rows_of(answer.rows, names))


async def beds(explore: Explore, request: Request, visit: Visit) -> Found:
    scope = explore_beds.scope_of(explore, request, visit)
    answer = await BedQuestions(explore.past).answer(scope)
    hospitals = {look.hospital_id: look.hospital for look in answer.latest} | dict(answer.names)
    units: dict[str, str] = {unit: visit.words[f"unit_{unit}"] for unit in UNITS}
    classes = {code: name for (_, code), name in answer.class_names.items() if name}
    names = {"hospital": hospitals, "unit": units, "class": classes}
    plain: Names = {"unit": units}
    now = {
        "free": dict(answer.free),
        "latest": rows_of(answer.latest, plain),
        "silent": rows_of(answer.silent_now, {}),
        "silences": rows_of(answer.silences, {}),
    }
    keys = {**KEYS, **BY_UNIT}
    return Found(scope, answer, names, answer.n, {"looks": answer.n}, now, rows_of(answer.rows, plain), keys)


async def water(explore: Explore, request: Request, visit: Visit) -> Found:
    scope = explore_water.scope_of(explore, request, visit)
    answer = await WaterQuestions(explore.past).answer(scope)
    posts = {one.post: one.name for one in answer.latest} | dict(answer.names)
    levels = [
        {"post": post, "from": iso(begins), **numbers(level)}
        for post, each in answer.levels.items()
        for begins, level in each.items()
    ]
    now = {"latest": rows_of(answer.latest, {})}
    keys = {name: each for name, each in KEYS.items() if name != "levels"}
    rows, total = rows_of(answer.rows, {}), numbers(answer.total)
    return Found(scope, answer, {"post": posts}, answer.total.n, total, now, rows, keys, {"levels": levels})


async def apps(explore: Explore, request: Request, visit: Visit) -> Found:
    scope = explore_apps.scope_of(explore, request, visit)
    answer = await AppQuestions(explore.past, explore.owners, explore.applications).answer(scope)
    words = visit.words
    names: dict[str, Mapping[str, str]] = {
        "app": {id: app.name for id, app in answer.known.items()},
        "owner": {slug: owner.name for slug, owner in answer.owner_names.items()},
        "group": {group: words[f"apps_{group}"] for group in GROUPS},
    }
    out = answer.incidents
    total = numbers(answer.total) | {"incidents": numbers(out.total)}
    now = {"status": dict(answer.now), "seen": iso(answer.as_of)}
    rows = [row | {"owner": answer.known[row["app"]].owner} for row in rows_of(answer.rows, names)]
    return Found(scope, answer, names, out.total.n, total, now, rows)


def places(explore: Explore) -> dict[str, Mapping[str, str]]:
    return {"district": explore.districts.names(), "subdistrict": explore.subdistricts()}


ANSWERS: Mapping[str, Callable[[Explore, Request, Visit], Awaitable[Found]]] = {
    "complaints": complaints, "beds": beds, "traffic": traffic, "apps": apps, "water": water,
}  # fmt: skip


def explored(explore: Explore, found: Found, visit: Visit) -> Explored:
    scope, answer, words = found.scope, found.answer, visit.words
    state = explore.state(scope.area, visit)
    reading = explore.hub.readings.get(scope.area)
    before = scope.before
    compared = answer.before
    return {
        "area": scope.area,
        "city": words.city,
        "asked": {
            "range": scope.span,
            "start": scope.start.isoformat(),
            "end": scope.end.isoformat(),
            "first_day": scope.first_day.isoformat(),
            "last_day": scope.last_day.isoformat(),
            "compared": scope.versus,
            "before_start": iso(before[0]) if before else None,
            "before_end": iso(before[1]) if before else None,
        },
        "filters": {name: list(values) for name, values in scope.filters.items()},
        "sort": scope.sort,
        "page": scope.page,
        "notes": [
            {"code": note.key, "value": note.value, "said": words.fill(note.key, value=note.value)}
            for note in scope.notes
        ],
        "definition": [words[key] for key in DEFINED[scope.area]],
        "sources": [
            {name: one[name] for name in ("name", "owner", "freshness", "as_of", "demo")}  # type: ignore[misc]
            for one in (reading["sources"] if reading else ())
        ],
        "as_of": state["as_of"],
        "freshness": state["freshness"],
        "demo": answer.demo,
        "first_day": answer.first.isoformat() if answer.first else None,
        "n": found.n,
        "total": found.total,
        "before": {unit: numbers(one) for unit, one in compared.items()}
        if isinstance(compared, Mapping)
        else numbers(compared)
        if compared is not None
        else None,
        "groups": {**groups_of(answer, found.names, found.keys), **found.more},
        "now": found.now,
        "rows": found.rows,
        "broken": [path.name for path in explore.past.history.broken],
    }


def explore_api_routes(explore: Explore) -> APIRouter:
    router = APIRouter()

    @router.get("/api/v1/explore/{area}")
    async def numbers_of(area: str, request: Request) -> Response:
        if area not in ANSWERS:
            return json({"error": f"there is no area {area!r}; there are {', '.join(AREAS)}"}, 404)
        visit = explore.visit(request)
        await explore.past.refresh(next(one for one in AREAS if one == area))
        try:
            found = await ANSWERS[area](explore, request, visit)
        except HistoryError as error:
            return json({"error": str(error)}, 503)
        return json(explored(explore, found, visit))

    return router
