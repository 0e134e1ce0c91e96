"""Open511 v1 JSON: the police's reports from the road as events, with paging, filters and the `updated` operators.

Plus-prefixed keys are extensions: `+kind`, `+stage` (received, verified, officer_sent, cleared), `+verified`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from operator import ge, gt, le, lt
from urllib.parse import urlencode

from aiohttp import web

from demo.answers import CITY, MOMENT, iso, json_answer, parse_iso
from demo.city import City
from demo.traffic import Report

JURISDICTION = "like-lantas.demo"
USUAL_ROWS, MOST_ROWS = 50, 500
KINDS = {
    "jam": ("INCIDENT", "OBSTRUCTION", "Macet"),
    "accident": ("INCIDENT", "ACCIDENT", "Kecelakaan"),
    "signal": ("INCIDENT", "SIGNAL_LIGHT_FAILURE", "Lampu lalu lintas mati"),
    "closure": ("SPECIAL_EVENT", "PLANNED_EVENT", "Jalan ditutup"),
    "works": ("CONSTRUCTION", "ROAD_MAINTENANCE", "Pekerjaan jalan"),
    "flood": ("WEATHER_CONDITION", "SURFACE_WATER_HAZARD", "Jalan tergenang"),
    "breakdown": ("INCIDENT", "OBSTRUCTION", "Kendaraan mogok"),
    "parking": ("INCIDENT", "OBSTRUCTION", "Parkir liar"),
    "convoy": ("SPECIAL_EVENT", "CROWD", "Konvoi"),
    "damage": ("ROAD_CONDITION", "HAZARD", "Jalan rusak"),
}
"""Our kind: event_type, event_subtype, headline."""
STAGES = {
    "received": "Laporan diterima.",
    "verified": "Laporan diverifikasi.",
    "officer_sent": "Petugas menuju lokasi.",
    "cleared": "Selesai.",
}
OPERATORS: dict[str, Callable[[datetime, datetime], bool]] = {">=": ge, "<=": le, ">": gt, "<": lt}

Event = dict[str, object]


def routes(base: str) -> list[web.RouteDef]:
    """The paths below `base`, such as /like-lantas."""
    return [web.get(base + "/events", events)]


async def events(request: web.Request) -> web.Response:
    """One page of events, newest change first."""
    city, moment = request.app[CITY], request[MOMENT]
    pairs = [(key, value) for key, value in request.query.items() if value.strip()]
    query = dict(pairs)
    try:
        chosen = select([event(report, city, moment) for report in city.traffic.reports(moment)], pairs)
        offset, limit = _number(query, "offset", 0, 0), min(MOST_ROWS, _number(query, "limit", USUAL_ROWS, 1))
    except ValueError as problem:
        return json_answer({"error": str(problem)}, 400)
    pagination = {"offset": str(offset)}
    if offset + limit < len(chosen):
        kept = [(key, value) for key, value in pairs if key not in {"offset", "limit"}]
        following = urlencode([*kept, ("offset", str(offset + limit)), ("limit", str(limit))])
        pagination["next_url"] = f"{request.path}?{following}"
    return json_answer(
        {
            "events": chosen[offset : offset + limit],
            "pagination": pagination,
            "meta": {"version": "v1", "url": request.path},
        }
    )


def select(everything: list[Event], pairs: list[tuple[str, str]]) -> list[Event]:
    """The events a query asks for, newest change first. Raises ValueError with a sentence.

    `created` and `updated` may be given twice, for a range.
    """
    query = dict(pairs)
    status = query.get("status", "ACTIVE").upper()
    if status not in {"ACTIVE", "ARCHIVED", "ALL"}:
        raise ValueError(f"status {status} is none of ACTIVE, ARCHIVED, ALL")
    chosen = [each for each in everything if status in (each["status"], "ALL")]
    for key in ("event_type", "severity"):
        if key in query:
            wanted = set(query[key].upper().split(","))
            chosen = [each for each in chosen if each[key] in wanted]
    for key, value in pairs:
        if key in {"created", "updated"}:
            holds, limit = _compare(value)
            chosen = [each for each in chosen if holds(parse_iso(str(each[key])), limit)]
    return sorted(chosen, key=lambda each: (str(each["updated"]), str(each["id"])), reverse=True)


def event(report: Report, city: City, moment: datetime) -> Event:
    """One report as an event."""
    clock = city.clock
    stage, since = report.stage(clock.played(moment))
    event_type, subtype, headline = KINDS[report.kind]
    created = clock.stamp(report.born)
    ended = iso(clock.stamp(report.ended)) if stage == "cleared" else ""
    closed = report.kind == "closure" and stage != "cleared"
    return {
        "id": f"{JURISDICTION}/LL-{report.number:06}",
        "url": f"/like-lantas/events/{JURISDICTION}/LL-{report.number:06}",
        "jurisdiction_url": "/like-lantas/jurisdiction",
        "status": "ARCHIVED" if stage == "cleared" else "ACTIVE",
        "headline": f"{headline}: {report.road.name}",
        "description": STAGES[stage],
        "event_type": event_type,
        "event_subtypes": [subtype],
        "severity": report.severity,
        "geography": {"type": "Point", "coordinates": [report.road.lon, report.road.lat]},
        "roads": [{"name": report.road.name, "direction": "BOTH", "state": "CLOSED" if closed else "ALL_LANES_OPEN"}],
        "areas": [{"id": report.road.district_code, "name": report.road.district_code}],
        "created": iso(created),
        "updated": iso(clock.stamp(since)),
        "schedule": {"intervals": [f"{iso(created)}/{ended}"]},
        "+kind": report.kind,
        "+stage": stage,
        "+verified": stage != "received",
    }


def _compare(text: str) -> tuple[Callable[[datetime, datetime], bool], datetime]:
    for sign, holds in OPERATORS.items():
        if text.startswith(sign):
            return holds, parse_iso(text[len(sign) :])
    raise ValueError(f"{text} has none of the operators >, >=, <, <= before its time")


def _number(query: dict[str, str], key: str, default: int, least: int) -> int:
    text = query.get(key, str(default))
    if not text.isdecimal() or int(text) < least:
        raise ValueError(f"{key} {text} is not a number from {least}")
    return int(text)
