"""The posts on the rivers over plain JSON of an office's own make."""

from __future__ import annotations

from aiohttp import web

from demo.answers import CITY, MOMENT, iso, json_answer
from demo.clock import WIB
from demo.water import PostState

SIAGA = ("siaga_4", "siaga_3", "siaga_2", "siaga_1")


def routes(base: str) -> list[web.RouteDef]:
    """The one path below `base`, such as /water."""
    return [web.get(base + "/posts", posts)]


async def posts(request: web.Request) -> web.Response:
    """Every post with what it said last; a post that never did has no level."""
    moment = request[MOMENT]
    states = request.app[CITY].water.at(moment)
    return json_answer({"dibuat": iso(moment), "pos": [_post(state) for state in states]})


def _post(state: PostState) -> dict[str, object]:
    post = state.post
    written = state.updated.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S") if state.updated else None
    return {
        "kode": post.id,
        "nama": post.name,
        "sungai": post.river,
        "tma_cm": state.level,
        "status": f"Siaga {state.siaga}" if state.siaga else None,
        "tren": state.course,
        "batas": dict(zip(SIAGA, post.steps, strict=True)),
        "waktu": written,
        "lokasi": {"lat": post.lat, "lng": post.lon},
        "hulu": post.upstream,
    }
