"""The read API keeps what its document says; it is cached and shared as the city's file allows, and not otherwise."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import BaseRoute, Route

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import EVERY_AREA, Area, City
from collectors.store import Store
from collectors.tours import Tours
from dashboards.addresses import ADDRESSES
from dashboards.openapi import READINGS, document
from tests.collecting import until
from tests.site import ROOT, Served, serving

ELSEWHERE = "https://data.example.id"
READ = [one.path for one in ADDRESSES if one.method == "get" and one.answer is not None]
TRIED = {"area": "complaints", "slug": "dinkes", "name": "beds"}
TYPES: dict[str, Any] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None), "array": list,
    "object": dict,
}  # fmt: skip


@pytest.fixture
async def open_site(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City, tmp_path: Path
) -> AsyncIterator[Served]:
    """The shipped city, whose file lets one other site's pages read."""
    del store
    text = (ROOT / "config.yaml").read_text(encoding="utf-8").replace("assets/", f"{ROOT}/assets/")
    path = tmp_path / "config.yaml"
    path.write_text(text.replace("cities/", f"{ROOT}/cities/") + f"api:\n  cors: [{ELSEWHERE}]\n", encoding="utf-8")
    async with serving(redis_server.url, districts, city, path) as served:
        yield served


def schema_of(operation: Any, status: int) -> Any:
    return operation["responses"][str(status)]["content"]["application/json"]["schema"]


def faults(schema: dict[str, Any], value: Any, schemas: dict[str, Any], at: str = "$") -> list[str]:
    """Where a value is not what a schema says; of the shapes that dashboards/schema.py makes."""
    if "$ref" in schema:
        return faults(schemas[schema["$ref"].rpartition("/")[2]], value, schemas, at)
    if "anyOf" in schema:
        each = [faults(one, value, schemas, at) for one in schema["anyOf"]]
        return [] if [] in each else min(each, key=len)
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{at}: {value!r} is none of {schema['enum']}"]
    kind = schema.get("type")
    if kind is None:
        return []
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind in ("integer", "number")):
        return [f"{at}: {value!r} is no {kind}"]
    found = [f"{at}.{key} is missing" for key in schema.get("required", ()) if key not in value]
    if kind == "object":
        known, other = schema.get("properties", {}), schema.get("additionalProperties")
        for key, one in value.items():
            if key in known:
                found += faults(known[key], one, schemas, f"{at}.{key}")
            elif other is not None:
                found += faults(other, one, schemas, f"{at}.{key}")
            elif known:
                found.append(f"{at}.{key} is not documented")
    if kind == "array":
        shapes = schema.get("prefixItems")
        for i, one in enumerate(value):
            found += faults(shapes[i] if shapes else schema["items"], one, schemas, f"{at}[{i}]")
    return found


async def answers_as_documented(site: Served, path: str) -> None:
    _, _, told = await site.get("/api/v1/openapi.json")
    operation = told["paths"][path]["get"]
    assert [one["name"] for one in operation["parameters"] if one["in"] == "path"] == [
        part.strip("{}") for part in path.split("/") if part.startswith("{")
    ]
    code = await toured(site) if "{code}" in path else ""
    status, _, answer = await site.get(path.format(**TRIED, code=code))
    assert status == 200
    assert faults(schema_of(operation, 200), answer, told["components"]["schemas"]) == []
    if "404" in operation["responses"]:
        assert (await site.get(path.format(**dict.fromkeys([*TRIED, "code"], "none"))))[0] == 404


async def toured(site: Served) -> str:
    """The code of a tour that goes on, on no screen."""
    return (await Tours(site.store).start("live-room", "id", [], datetime.now(UTC))).code


@pytest.mark.parametrize("path", READ)
async def test_every_documented_address_answers_with_the_documented_fields(full: Served, path: str) -> None:
    await answers_as_documented(full, path)


@pytest.mark.parametrize("path", READ)
async def test_where_nothing_is_known_every_answer_has_the_documented_fields(quiet: Served, path: str) -> None:
    await answers_as_documented(quiet, path)


@pytest.mark.parametrize("area", EVERY_AREA)
async def test_every_areas_reading_is_documented_whole(full: Served, area: Area) -> None:
    schemas = document("1")["components"]["schemas"]
    _, _, answer = await full.get(f"/api/v1/readings/{area}")
    schema = schemas[READINGS[area].__name__]
    assert faults(schema, answer, schemas) == []
    assert faults(schema, {**answer, "phone": "0812"}, schemas) == ["$.phone is not documented"]


async def test_the_document_is_open_api_and_the_frameworks_own_is_not_served(quiet: Served) -> None:
    _, _, told = await quiet.get("/api/v1/openapi.json")
    assert told["openapi"].startswith("3.1")
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(told)))
    assert named <= set(told["components"]["schemas"])
    assert (await quiet.get("/docs"))[0] == (await quiet.get("/openapi.json"))[0] == 404


def routes(found: Iterable[BaseRoute]) -> Iterator[Route]:
    """Every address, those of included routers too."""
    for one in found:
        if isinstance(one, Route):
            yield one
        elif (inner := getattr(one, "original_router", None)) is not None:
            yield from routes(inner.routes)


async def test_every_address_that_is_served_is_documented_and_no_other(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City, tmp_path: Path
) -> None:
    del store
    async with serving(redis_server.url, districts, city, history=tmp_path) as whole:
        found = list(routes(whole.site.routes))
    assert "/explore/{area}" in [one.path for one in found], "the past has addresses of its own"
    served = {(one.path, method.lower()) for one in found for method in one.methods or ()}
    told = {(path, method) for path, methods in document("1")["paths"].items() for method in methods}
    mine = {(path, method) for path, method in served if path.startswith(("/api/", "/enter/")) and method != "head"}
    assert mine == told and len(mine) > 12


@pytest.mark.parametrize(
    "path", ["sources", "owners", "owners/dinkes", "reliability", "readings/beds", "cards", "stage"]
)
async def test_who_has_an_answer_already_is_told_so_until_it_changes(quiet: Served, path: str) -> None:
    status, headers, _ = await quiet.get(f"/api/v1/{path}")
    assert status == 200 and headers["Cache-Control"] == "no-cache"
    known = {"If-None-Match": headers["ETag"]}
    status, again, body = await quiet.get(f"/api/v1/{path}", headers=known)
    assert (status, again["ETag"], body) == (304, headers["ETag"], "")
    assert (await quiet.get(f"/api/v1/{path}", headers={"If-None-Match": '"x", ' + headers["ETag"]}))[0] == 304
    assert (await quiet.get(f"/api/v1/{path}", headers={"If-None-Match": '"x"'}))[0] == 200


async def test_of_what_nothing_is_known_nothing_changes_with_time(quiet: Served) -> None:
    paths = ["/api/v1/sources", "/api/v1/owners/dinkes", "/api/v1/readings/beds", "/api/v1/cards"]
    known = {path: (await quiet.get(path))[1]["ETag"] for path in paths}
    await asyncio.sleep(1.0)
    assert {path: (await quiet.get(path))[1]["ETag"] for path in paths} == known


async def test_an_answer_that_changed_is_sent_whole(site: Served) -> None:
    _, headers, _ = await site.get("/api/v1/sources")
    await site.publish_all()
    await until("all is read", lambda: len(site.hub.readings) == len(EVERY_AREA))
    status, after, sources = await site.get("/api/v1/sources", headers={"If-None-Match": headers["ETag"]})
    assert status == 200 and after["ETag"] != headers["ETag"] and len(sources) == len(site.config.sources)


async def test_no_other_site_may_read_unless_the_city_says_so(site: Served, open_site: Served) -> None:
    for served, origin, allowed in (
        (site, ELSEWHERE, None),
        (open_site, ELSEWHERE, ELSEWHERE),
        (open_site, "https://evil.example", None),
    ):
        _, headers, _ = await served.get("/api/v1/sources", headers={"Origin": origin})
        assert headers.get("Access-Control-Allow-Origin") == allowed
        asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        async with served.session.options(f"{served.url}/api/v1/sources", headers=asked) as answer:
            assert (answer.status, answer.headers.get("Access-Control-Allow-Origin")) == (204, allowed)
    _, headers, _ = await open_site.get("/api/v1/sources", headers={"Origin": ELSEWHERE})
    assert headers["Access-Control-Allow-Methods"] == "GET" and "Origin" in headers["Vary"]
    assert "ETag" in headers["Access-Control-Expose-Headers"]
    _, headers, _ = await open_site.get("/sources", headers={"Origin": ELSEWHERE})
    assert "Access-Control-Allow-Origin" not in headers, "pages are for people, not for other sites"
    async with open_site.session.post(
        f"{open_site.url}/api/v1/sources/laksa/try", json={}, headers={"Origin": ELSEWHERE}
    ) as answer:
        assert answer.status == 403 and "Access-Control-Allow-Origin" not in answer.headers
