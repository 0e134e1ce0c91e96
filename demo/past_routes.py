"""The city's past as CSV files, a month at a time at most."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from aiohttp import web

from demo.past import HEADS, Past

PAST = web.AppKey("past", Past)
MOST_DAYS = 31


def routes(base: str) -> list[web.RouteDef]:
    """The paths below `base`, such as /past."""
    return [web.get(base + "/{name}.csv", table)]


async def table(request: web.Request) -> web.Response:
    """The days `from` to `to`, both included; the last week where they are missing. `of` is a service of the area."""
    past, name, query = request.app[PAST], request.match_info["name"], request.query
    if name not in HEADS:
        raise web.HTTPNotFound(text=f"there is no past of {name!r}; there is one of {', '.join(HEADS)}")
    try:
        last = date.fromisoformat(query["to"]) if "to" in query else past.end.date()
        first = date.fromisoformat(query["from"]) if "from" in query else last - timedelta(days=6)
    except ValueError as problem:
        raise web.HTTPBadRequest(text="from and to must be days such as 2026-11-01") from problem
    if not timedelta() <= last - first < timedelta(days=MOST_DAYS):
        raise web.HTTPBadRequest(text=f"from {first} to {last} is not 1 to {MOST_DAYS} days")
    text = await asyncio.to_thread(past.table, name, first, last, query.get("of", ""))
    return web.Response(text=text, content_type="text/csv", charset="utf-8")
