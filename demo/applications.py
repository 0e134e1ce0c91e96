"""The city's applications: a plain page with the application's name, or health+json (draft-inadarei, check-06)."""

from __future__ import annotations

import asyncio
from html import escape

from aiohttp import web

from demo.answers import CITY, MOMENT, iso, json_answer
from demo.apps import Condition

PAGE = """<!doctype html>
<html lang="id"><head><meta charset="utf-8"><title>{name}</title></head>
<body><h1>{name}</h1><p>{text}</p></body></html>
"""


def routes(base: str) -> list[web.RouteDef]:
    """The paths below `base`, such as /apps."""
    return [web.get(base + "/{id}/", application)]


async def application(request: web.Request) -> web.Response:
    """How one application answers now, after its delay."""
    condition = request.app[CITY].apps.at(request.match_info["id"], request[MOMENT])
    if condition is None:
        raise web.HTTPNotFound(text=f"there is no application {request.match_info['id']}")
    await asyncio.sleep(condition.delay)
    if condition.application.kind == "health+json":
        return _health(condition, iso(request[MOMENT]))
    if condition.state == "down":
        return web.Response(status=503, text="503 layanan tidak tersedia")
    login = "401" in condition.application.accept.split()
    page = PAGE.format(name=escape(condition.application.name), text="Silakan masuk." if login else "Layanan contoh.")
    return web.Response(text=page, status=401 if login else 200, content_type="text/html")


def title(request: web.Request) -> bytes | None:
    """The text that the page of an application is checked for; None for any other path and for health+json."""
    found = request.app[CITY].apps.applications.get(request.match_info.get("id", ""))
    return escape(found.name).encode() if found is not None and found.kind == "http" else None


def _health(condition: Condition, time: str) -> web.Response:
    status = {"up": "pass", "slow": "warn", "down": "fail"}[condition.state]
    check = {
        "componentType": "datastore",
        "observedValue": round(condition.delay * 1000),
        "observedUnit": "ms",
        "status": status,
        "time": time,
    }
    body = {
        "status": status,
        "version": condition.version.split(".", maxsplit=1)[0],
        "releaseId": condition.version,
        "serviceId": condition.application.id,
        "description": condition.application.name,
        "checks": {"database:responseTime": [check]},
    }
    if condition.state != "up":
        body["output"] = "basis data lambat" if condition.state == "slow" else "basis data tidak menjawab"
    return json_answer(body, 503 if status == "fail" else 200, "application/health+json")
