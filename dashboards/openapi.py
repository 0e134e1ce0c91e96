"""/api/v1/openapi.json: what the addresses under /api/v1 answer, for whoever programs against them (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from collectors.adoption import AdoptionBoard
from collectors.brief.shape import Brief
from collectors.readings.shape import (
    AppsReading,
    BedsReading,
    ComplaintsReading,
    Reading,
    SourceState,
    TrafficReading,
)
from collectors.readings.stage import Stage
from collectors.readings.water_shape import WaterReading
from collectors.source import EVERY_AREA, Area
from dashboards.api import json
from dashboards.owners_shape import OwnerDetail, OwnerSummary, ReliabilityMonth
from dashboards.schema import Schemas
from layouts import TILES
from layouts.card import Card

READINGS: dict[Area, type] = {
    "complaints": ComplaintsReading,
    "beds": BedsReading,
    "traffic": TrafficReading,
    "apps": AppsReading,
    "water": WaterReading,
}
NEVER = ("area", "as_of", "received", "changed", "freshness", "value", "level", "demo", "sources")
ERROR = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}


@dataclass(frozen=True, slots=True)
class Address:
    """One address that is read with GET. `answer` is its type; `inside` what stands in braces, and what it may be."""

    path: str
    summary: str
    answer: Any
    inside: Mapping[str, Sequence[str] | None]
    query: Mapping[str, str]

    def __init__(self, path: str, summary: str, answer: Any, query: Mapping[str, str] | None = None, **inside: Any):
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "summary", summary)
        object.__setattr__(self, "answer", answer)
        object.__setattr__(self, "inside", inside)
        object.__setattr__(self, "query", query or {})


ADDRESSES = (
    Address("/api/v1/sources", "Every source with its owner, freshness, error, pause and next try", list[SourceState]),
    Address("/api/v1/readings/{area}", "The present reading of an area", Reading, area=EVERY_AREA),
    Address("/api/v1/owners", "Every agency with what it has", list[OwnerSummary]),
    Address("/api/v1/owners/{slug}", "One agency's reports, applications and sources", OwnerDetail, slug=None),
    Address(
        "/api/v1/reliability",
        "How reliable every owner's sources were in a month",
        ReliabilityMonth,
        query={"month": "a month of the city's, such as 2026-11; the present one where it is missing"},
    ),
    Address("/api/v1/cards", "What the numbers of every tile are made of", list[Card]),
    Address("/api/v1/cards/{name}", "What the numbers of one tile are made of", Card, name=list(TILES)),
    Address("/api/v1/brief", "What the city's leaders read first: stage, decisions, indicators, changes", Brief),
    Address("/api/v1/adoption", "Which regions took over which applications, and how far", AdoptionBoard),
    Address("/api/v1/stage", "The city's stage", Stage),
    Address("/api/v1/screens", "The browsers that show the wall, and what each screen follows", dict[str, Any]),
)


def document(version: str) -> dict[str, Any]:
    """The whole document."""
    schemas = Schemas()
    paths = {address.path: {"get": operation(address, schemas)} for address in ADDRESSES}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Live Room",
            "version": version,
            "description": "What a city's control room knows, to be read. Times are ISO 8601 in UTC, durations "
            "seconds; null is unknown, never zero. Every answer has an ETag. Nothing in it is about a person.",
        },
        "paths": paths,
        "components": {"schemas": schemas.named},
    }


def operation(address: Address, schemas: Schemas) -> dict[str, Any]:
    answer = schemas.of(address.answer)
    if address.answer is Reading:
        # what an area has that nobody ever computed, else all that its own reading has
        schemas.named["Reading"]["required"] = sorted(NEVER)
        answer = {"anyOf": [*(schemas.of(kind) for kind in READINGS.values()), answer]}
    inside = [
        {"name": name, "in": "path", "required": True,
         "schema": {"type": "string", **({"enum": list(allowed)} if allowed else {})}}
        for name, allowed in address.inside.items()
    ]  # fmt: skip
    query = [
        {"name": name, "in": "query", "required": False, "description": told, "schema": {"type": "string"}}
        for name, told in address.query.items()
    ]
    responses: dict[str, Any] = {
        "200": {"description": "as it is now", "content": {"application/json": {"schema": answer}}},
        "304": {"description": "what If-None-Match names is still so"},
    }
    if inside:
        responses["404"] = refused("there is none of this name")
    if query:
        responses["422"] = refused("a sentence says what is wrong with the question")
    return {"summary": address.summary, "parameters": [*inside, *query], "responses": responses}


def refused(told: str) -> dict[str, Any]:
    return {"description": told, "content": {"application/json": {"schema": ERROR}}}


def openapi_route(version: str) -> APIRouter:
    router = APIRouter()
    found = document(version)

    @router.get("/api/v1/openapi.json")
    async def openapi() -> Response:
        return json(found)

    return router
