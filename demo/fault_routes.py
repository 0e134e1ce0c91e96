"""How faults are set, cleared and listed, and which of them a path belongs to."""

from __future__ import annotations

from json import JSONDecodeError

from aiohttp import web

from demo.answers import CITY, iso, json_answer
from demo.faults import FAULTS, KINDS, Fault

SOURCES = ("laksa", "aplicares", "waze", "like-lantas", "applications", "water")


def routes() -> list[web.RouteDef]:
    """GET lists, POST sets, DELETE clears."""
    return [
        web.get("/_faults", listing),
        web.post("/_faults/{name}", set_fault),
        web.delete("/_faults/{name}", clear_fault),
    ]


def names_of(path: str) -> tuple[str, ...]:
    """The names whose fault a path suffers, the most particular first: an application's id, then its source."""
    _, first, *rest = path.split("/")
    if first == "apps":
        return (rest[0], "applications") if rest and rest[0] else ("applications",)
    return (first,) if first in SOURCES else ()


async def listing(request: web.Request) -> web.Response:
    """Every fault there is: name, kind and since when; and what may be set."""
    faults = request.app[FAULTS].all()
    return json_answer(
        {
            "faults": {name: {"kind": fault.kind, "since": iso(fault.since)} for name, fault in faults.items()},
            "sources": SOURCES,
            "kinds": KINDS,
        }
    )


async def set_fault(request: web.Request) -> web.Response:
    """Begin a fault: `{"kind": "down"}`. 404 for an unknown name, 400 for an unknown kind, each with a sentence."""
    name = _name(request)
    try:
        given = await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        given = None
    wanted = given.get("kind") if isinstance(given, dict) else None
    kind = next((kind for kind in KINDS if kind == wanted), None)
    if kind is None:
        raise web.HTTPBadRequest(text=f'the body must be {{"kind": one of {", ".join(KINDS)}}}, not kind {wanted!r}')
    fault = Fault(kind, request.app[CITY].clock.now())
    request.app[FAULTS].set(name, fault)
    return json_answer({"name": name, "kind": kind, "since": iso(fault.since)})


async def clear_fault(request: web.Request) -> web.Response:
    """End a fault; 204 also where there was none."""
    request.app[FAULTS].clear(_name(request))
    return web.Response(status=204)


def _name(request: web.Request) -> str:
    name = request.match_info["name"]
    if name not in SOURCES and name not in request.app[CITY].apps.applications:
        sources = ", ".join(SOURCES)
        raise web.HTTPNotFound(text=f"{name!r} is not a source: allowed are {sources}, or the id of an application")
    return name
