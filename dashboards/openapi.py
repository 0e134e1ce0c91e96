"""/api/v1/openapi.json: what the addresses under /api/v1 answer, for whoever programs against them (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from collectors.adoption import AdoptionBoard
from collectors.brief.shape import Brief
from collectors.notes import CardNote
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
from dashboards.notes import NewNoteBody, NoteAnswer, RemovalBody
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
    Address(
        "/api/v1/notes",
        "The notes on the cards of a page",
        list[CardNote],
        query={"page": "the page's path, such as /explore/beds; /brief where it is missing"},
    ),
    Address("/api/v1/adoption", "Which regions took over which applications, and how far", AdoptionBoard),
    Address("/api/v1/stage", "The city's stage", Stage),
    Address("/api/v1/screens", "The browsers that show the wall, and what each screen follows", dict[str, Any]),
)


@dataclass(frozen=True, slots=True)
class Posting:
    """One address that takes JSON by POST, from pages of this very host. `status` is that of a good answer."""

    path: str
    summary: str
    body: Any
    answer: Any
    status: int = 200
    inside: Sequence[str] = ()


POSTINGS = (
    Posting("/api/v1/notes", "Leave a note on a card of a page", NewNoteBody, NoteAnswer, 201),
    Posting("/api/v1/notes/{id}/remove", "Take a note off its card", RemovalBody, NoteAnswer, inside=("id",)),
)


def document(version: str) -> dict[str, Any]:
    """The whole document."""
    schemas = Schemas()
    paths = {address.path: {"get": operation(address, schemas)} for address in ADDRESSES}
    for posting in POSTINGS:
        paths.setdefault(posting.path, {})["post"] = posted(posting, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Live Room",
            "version": version,
            "description": "What a city's control room knows, to be read. Times are ISO 8601 in UTC, durations "
            "seconds; null is unknown, never zero. Every answer to GET has an ETag. Nothing in it is about a person.",
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


def posted(posting: Posting, schemas: Schemas) -> dict[str, Any]:
    def json_of(kind: Any) -> dict[str, Any]:
        return {"application/json": {"schema": schemas.of(kind)}}

    return {
        "summary": posting.summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in posting.inside
        ],
        "requestBody": {"required": True, "content": json_of(posting.body)},
        "responses": {
            str(posting.status): {"description": "done", "content": json_of(posting.answer)},
            "400": refused("the body is not JSON"),
            "403": refused("not sent as JSON by a page of this host"),
            "404": refused("there is none of this name"),
            "413": refused("the body is too long"),
            "422": refused("a sentence says what is wrong with it"),
            "429": refused("too many at once; Retry-After says when to try again"),
            "503": refused("Redis does not answer"),
        },
    }


def refused(told: str) -> dict[str, Any]:
    return {"description": told, "content": {"application/json": {"schema": ERROR}}}


def openapi_route(version: str) -> APIRouter:
    router = APIRouter()
    found = document(version)

    @router.get("/api/v1/openapi.json")
    async def openapi() -> Response:
        return json(found)

    return router
