"""What there is to download of each area: the rows behind its page, for the same address."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request

from collectors.facts import BEDS, CHECKS, COMPLAINTS, TRAFFIC, WATER, Table
from collectors.past import Listing
from collectors.questions.apps import AppQuestions
from collectors.questions.beds import BedQuestions
from collectors.questions.complaints import ComplaintQuestions
from collectors.questions.extent import extent
from collectors.questions.incidents import IncidentQuestions, ending, fitting, incident
from collectors.questions.scope import Scope
from collectors.questions.traffic import TrafficQuestions
from collectors.questions.water import WaterQuestions
from dashboards import explore_apps, explore_beds, explore_complaints, explore_traffic, explore_water
from dashboards.explore import Explore, Fields
from layouts.card import Visit
from layouts.explore.columns import (
    Column,
    app_columns,
    bed_columns,
    complaint_columns,
    traffic_columns,
    water_columns,
)
from layouts.explore.sheet import Sheet


async def sheet_of(
    explore: Explore,
    scope: Scope,
    visit: Visit,
    listing: Listing,
    columns: Sequence[Column],
    choices: Fields,
    table: Table,
) -> Sheet:
    """Raises HistoryError."""
    (total, demo), known = await asyncio.gather(explore.past.count(listing), extent(explore.past, scope.area, table))
    reading = explore.hub.readings.get(scope.area)
    words = visit.words
    doubts = [words["history_alone"]] if explore.past.alone else []
    if explore.past.history.broken:
        files = ", ".join(path.name for path in explore.past.history.broken)
        doubts.append(words.fill("history_broken", files=files))
    return Sheet(
        scope=scope,
        visit=visit,
        listing=listing,
        columns=columns,
        choices=choices,
        sources=[(one["name"], one["as_of"]) for one in reading["sources"]] if reading else [],
        total=total,
        demo=demo,
        doubts=doubts,
        first=known.day(explore.past),
    )


async def complaints(explore: Explore, request: Request, visit: Visit) -> Sheet:
    questions = ComplaintQuestions(explore.past, explore.owners, explore.limits)
    choices = await questions.choices()
    scope = explore_complaints.scope_of(explore, request, visit, choices)
    words = visit.words
    columns = complaint_columns(
        words, choices.agencies, choices.spellings, explore.districts.names(), explore.subdistricts()
    )
    fields = explore.place_fields(scope) | explore_complaints.own_fields(scope, choices, words)
    return await sheet_of(explore, scope, visit, await questions.listing(scope), columns, fields, COMPLAINTS)


async def traffic(explore: Explore, request: Request, visit: Visit) -> Sheet:
    scope, words = explore_traffic.scope_of(explore, request, visit), visit.words
    kinds: dict[str, str] = {kind: words[f"kind_{kind}"] for kind in explore_traffic.KINDS}
    columns = traffic_columns(words, kinds, explore.districts.names(), explore.subdistricts())
    fields = explore.place_fields(scope) | explore_traffic.own_fields(words)
    return await sheet_of(
        explore, scope, visit, TrafficQuestions(explore.past).listing(scope), columns, fields, TRAFFIC
    )


async def apps(explore: Explore, request: Request, visit: Visit) -> Sheet:
    """Incidents that reach over an edge of the time asked are told whole, as on the page."""
    scope, words = explore_apps.scope_of(explore, request, visit), visit.words
    questions, asked = AppQuestions(explore.past, explore.owners, explore.applications), IncidentQuestions(explore.past)
    known, checks = await asyncio.gather(questions.known(), extent(explore.past, "apps", CHECKS))
    chosen = questions.chosen(scope, known)
    near = await asked.near(scope, chosen, checks.newest)
    owners = explore.owners.known(app.owner for app in explore.applications)

    def finished(row: Mapping[str, Any]) -> dict[str, Any]:
        one = ending(fitting(incident(row), near), checks.newest)
        app = known.get(one.app)
        return {
            "app": one.app,
            "owner": app.owner if app else "",
            "began": one.began,
            "ended": one.ended,
            "lasted": int((one.ended - one.began).total_seconds()) if one.ended else None,
            "status": one.status,
            "demo": one.demo,
        }

    names = {id: app.name for id, app in known.items()}
    columns = app_columns(words, names, {slug: owner.name for slug, owner in owners.items()})
    fields = explore_apps.own_fields(known, owners, words)
    listing = asked.listing(scope, chosen, checks.newest)
    return replace(await sheet_of(explore, scope, visit, listing, columns, fields, CHECKS), finished=finished)


async def beds(explore: Explore, request: Request, visit: Visit) -> Sheet:
    scope, words = explore_beds.scope_of(explore, request, visit), visit.words
    questions = BedQuestions(explore.past)
    latest = await questions.latest(scope.cleared(), await extent(explore.past, "beds", BEDS))
    names = {look.hospital_id: look.hospital for look in latest}
    fields = explore_beds.own_fields(names, explore_beds.classes_of(latest), words)
    return await sheet_of(explore, scope, visit, questions.listing(scope), bed_columns(words), fields, BEDS)


async def water(explore: Explore, request: Request, visit: Visit) -> Sheet:
    scope, words = explore_water.scope_of(explore, request, visit), visit.words
    questions = WaterQuestions(explore.past)
    latest = await questions.latest(scope.cleared(), await extent(explore.past, "water", WATER))
    fields = explore_water.own_fields({look.post: look.name for look in latest}, words)
    return await sheet_of(explore, scope, visit, questions.listing(scope), water_columns(words), fields, WATER)


SHEETS = {"complaints": complaints, "beds": beds, "traffic": traffic, "apps": apps, "water": water}
