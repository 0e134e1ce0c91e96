"""Open311 GeoReport v2, as the city's complaints desk would speak it: JSON and XML, paging, updated_after, extensions.

Frozen specification, with the extensions that real servers add (page, page_size, updated_after, extended_attributes).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from aiohttp import web

from demo.answers import CITY, MOMENT, iso, json_answer, parse_iso
from demo.city import City
from demo.complaints import Life
from demo.open311_xml import Row, discovery_xml, rows_xml, xml_answer

MOST_ROWS = 1000
LONGEST_SPAN = timedelta(days=90)


class Refused(Exception):
    """A request that GeoReport answers with an error."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


def routes(base: str) -> list[web.RouteDef]:
    """The paths below `base`, such as /laksa/open311/v2."""
    return [
        web.get(base + r"/{what:discovery|services|requests}.{form:json|xml}", answer),
        web.get(base + r"/{what:services|requests}/{id}.{form:json|xml}", answer),
    ]


async def answer(request: web.Request) -> web.Response:
    """Any GET of the specification."""
    form = request.match_info["form"]
    try:
        body = _read(request)
    except Refused as refused:
        error: Row = {"code": refused.status, "description": refused.description}
        return _write([error], form, "errors", "error", refused.status)
    what = request.match_info["what"]
    if what == "discovery":
        return json_answer(body[0]) if form == "json" else xml_answer(discovery_xml(body[0]))
    return _write(body, form, *{"services": ("services", "service"), "requests": ("service_requests", "request")}[what])


def _read(request: web.Request) -> list[Row]:
    city, moment = request.app[CITY], request[MOMENT]
    what, id = request.match_info["what"], request.match_info.get("id")
    if what == "discovery":
        return [_discovery(request)]
    if what == "services":
        services = [_service(city, code) for code in _codes(city) if id in (None, code)]
        if not services:
            raise Refused(404, f"there is no service {id}")
        return services
    extended = request.query.get("extensions") == "true"
    if id is not None:
        found = [life for life in city.complaints.at(moment) if request_id(life) == id]
        if not found:
            raise Refused(404, f"there is no service request {id}")
    else:
        found = select(city, request.query, moment)
    return [row(life, city, moment, extended) for life in found]


def select(city: City, query: Mapping[str, str], moment: datetime) -> list[Life]:
    """The requests a query asks for, newest first. Raises Refused. An empty parameter counts as not given."""
    given = {key: value for key, value in query.items() if value.strip()}
    lives = city.complaints.at(moment)
    if ids := _words(given, "service_request_id"):
        return [life for life in reversed(lives) if request_id(life) in ids]
    clock = city.clock
    played = clock.played(moment)
    updated_after = _time(given, "updated_after")
    start, end = _span(given, moment)
    codes, statuses = _words(given, "service_code"), _words(given, "status")
    if wrong := statuses - {"open", "closed"}:
        raise Refused(400, f"status {', '.join(sorted(wrong))} is neither open nor closed")
    chosen = [
        life
        for life in reversed(lives)
        if start <= clock.stamp(life.born) <= end
        and (not codes or life.category.service_code in codes)
        and (not statuses or _status(life, played) in statuses)
        and (updated_after is None or clock.stamp(life.changed(played)) >= updated_after)
    ]
    page, size = _number(given, "page", 1), min(MOST_ROWS, _number(given, "page_size", MOST_ROWS))
    return chosen[(page - 1) * size : page * size]


def row(life: Life, city: City, moment: datetime, extended: bool = False) -> Row:
    """One service request as the specification writes it."""
    played = city.clock.played(moment)
    latitude, longitude = life.place or (None, None)
    written: Row = {
        "service_request_id": request_id(life),
        "status": _status(life, played),
        "status_notes": None,
        "service_name": life.category.service_name,
        "service_code": life.category.service_code,
        "description": life.description,
        "agency_responsible": life.category.agency,
        "service_notice": None,
        "requested_datetime": iso(city.clock.stamp(life.born)),
        "updated_datetime": iso(city.clock.stamp(life.changed(played))),
        "expected_datetime": None,
        "address": life.address,
        "address_id": None,
        "zipcode": None,
        "lat": latitude,
        "long": longitude,
        "media_url": None,
    }
    if extended:
        written["extended_attributes"] = {"channel": life.channel, "detailed_status": life.detailed(played)}
    return written


def request_id(life: Life) -> str:
    """Its id: text, never a number."""
    return f"LK-{life.number:06}"


def _status(life: Life, played: datetime) -> str:
    return "closed" if life.detailed(played) == "PROCESSED" else "open"


def _span(given: dict[str, str], moment: datetime) -> tuple[datetime, datetime]:
    start, end = _time(given, "start_date"), _time(given, "end_date")
    if end is None:
        end = moment if start is None else start + LONGEST_SPAN
    if start is None:
        start = end - LONGEST_SPAN
    if end < start:
        raise Refused(400, "end_date is before start_date")
    if end - start > LONGEST_SPAN:
        raise Refused(400, "start_date and end_date span more than 90 days")
    return start, end


def _words(given: dict[str, str], key: str) -> set[str]:
    return {word.strip() for word in given.get(key, "").split(",") if word.strip()}


def _time(given: dict[str, str], key: str) -> datetime | None:
    if key not in given:
        return None
    try:
        return parse_iso(given[key])
    except ValueError as problem:
        raise Refused(400, f"{key} {given[key]} is not an ISO 8601 time with a zone") from problem


def _number(given: dict[str, str], key: str, default: int) -> int:
    text = given.get(key, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise Refused(400, f"{key} {text} is not a number from 1")
    return int(text)


def _codes(city: City) -> list[str]:
    return [category.service_code for category in city.complaints.categories]


def _service(city: City, code: str) -> Row:
    category = next(category for category in city.complaints.categories if category.service_code == code)
    return {
        "service_code": code,
        "service_name": category.service_name,
        "description": f"{category.service_name} ({category.agency})",
        "metadata": False,
        "type": "realtime",
        "keywords": category.service_name.lower(),
        "group": category.group,
    }


def _discovery(request: web.Request) -> Row:
    url = str(request.url.with_query(None).parent)
    return {
        "changeset": "2026-01-01T00:00:00Z",
        "contact": "demo",
        "key_service": "",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": url,
                "changeset": "2026-01-01T00:00:00Z",
                "type": "test",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def _write(rows: list[Row], form: str, plural: str, singular: str, status: int = 200) -> web.Response:
    if form == "json":
        return json_answer(rows, status)
    return xml_answer(rows_xml(rows, plural, singular), status)
