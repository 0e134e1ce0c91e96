"""/api/v1/openapi.json: what the addresses for programs take and answer (OpenAPI 3.1), made from their own table."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from collectors.readings.shape import (
    AppsReading,
    BedsReading,
    ComplaintsReading,
    Reading,
    TrafficReading,
)
from collectors.readings.water_shape import WaterReading
from collectors.source import Area
from dashboards.address import HTML, JSON, Address
from dashboards.addresses import ADDRESSES
from dashboards.api import json
from dashboards.body import Refusal
from dashboards.schema import Schemas

READINGS: dict[Area, type] = {
    "complaints": ComplaintsReading,
    "beds": BedsReading,
    "traffic": TrafficReading,
    "apps": AppsReading,
    "water": WaterReading,
}
NEVER = ("area", "as_of", "received", "changed", "freshness", "value", "level", "demo", "sources")
TOKEN = "token"
ABOUT = (
    "What a city's control room knows, to be read, and what may be sent to it. Times are ISO 8601 in UTC, durations "
    "seconds; null is unknown, never zero. Every answer to a GET has an ETag. Nothing in it is about a person. Every "
    "refusal is one sentence under `error`. Any address answers 405 to another method, with Allow, and 421 where it is "
    "asked by a name that is not this site's."
)


def document(version: str) -> dict[str, Any]:
    """The whole document."""
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for address in ADDRESSES:
        paths.setdefault(address.path, {})[address.method] = operation(address, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Live Room", "version": version, "description": ABOUT},
        "paths": paths,
        "components": {
            "schemas": schemas.named,
            "securitySchemes": {
                TOKEN: {"type": "http", "scheme": "bearer", "description": "the source's own, by its `token_env`"}
            },
        },
    }


def operation(address: Address, schemas: Schemas) -> dict[str, Any]:
    found: dict[str, Any] = {
        "summary": address.summary,
        "parameters": parameters(address),
        "responses": {str(address.status): answered(address, schemas)},
    }
    if address.method == "get" and address.answer is not None:
        found["responses"]["304"] = {"description": "what If-None-Match names is still so"}
    for status, told in address.refused.items():
        refusal = {"text/plain": {}, HTML: {}} if address.answer is None else {JSON: {"schema": schemas.of(Refusal)}}
        found["responses"][str(status)] = {"description": told, "content": refusal}
    if address.body is not None:
        schema = address.body if isinstance(address.body, dict) else schemas.of(address.body)
        example = {} if address.example is None else {"example": address.example}
        found["requestBody"] = {"required": True, "content": {address.takes: {"schema": schema, **example}}}
    if address.keyed:
        found["security"] = [{TOKEN: []}]
    return found


def parameters(address: Address) -> list[dict[str, Any]]:
    inside = [
        {"name": name, "in": "path", "required": True,
         "schema": {"type": "string", **({"enum": list(allowed)} if allowed else {})}}
        for name, allowed in address.inside.items()
    ]  # fmt: skip
    more = [
        {"name": name, "in": where, "required": False, "description": told, "schema": {"type": "string"}}
        for where, given in (("query", address.query), ("header", address.headers))
        for name, told in given.items()
    ]
    return [*inside, *more]


def answered(address: Address, schemas: Schemas) -> dict[str, Any]:
    """A good answer."""
    told = "as it is now" if address.method == "get" else "it is accepted"
    if address.answer is None:
        return {"description": told, "content": {HTML: {"schema": {"type": "string"}}}}
    schema = schemas.of(address.answer)
    if address.answer is Reading:
        # what an area has that nobody ever computed, else all that its own reading has
        schemas.named["Reading"]["required"] = sorted(NEVER)
        schema = {"anyOf": [*(schemas.of(kind) for kind in READINGS.values()), schema]}
    return {"description": told, "content": {JSON: {"schema": schema}}}


def openapi_route(version: str) -> APIRouter:
    router = APIRouter()
    found = document(version)

    @router.get("/api/v1/openapi.json")
    async def openapi() -> Response:
        return json(found)

    return router
