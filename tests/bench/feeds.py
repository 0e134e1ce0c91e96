"""Ten thousand small feeds, and a loop that asks them with aiohttp and does nothing else. Loads nothing of the program.

python -m tests.bench.feeds serve PORT                        the services: a small feed at every path
python -m tests.bench.feeds bare PORT SOURCES EVERY           each is asked at its own moment
python -m tests.bench.feeds together PORT SOURCES EVERY       those that are due within 100 ms are asked together
"""

from __future__ import annotations

import asyncio
import math
import random
import sys
import time

import aiohttp
import orjson
import uvloop
from aiohttp import web

TOGETHER = 0.1


def feed(number: int, asked: int) -> bytes:
    """A partner feed with one alert, another one at every tenth asking; its own time always moves."""
    now = int(time.time() * 1000)
    alert = {
        "uuid": f"{number}-{asked // 10}",
        "type": "HAZARD",
        "subtype": "HAZARD_ON_ROAD_POT_HOLE",
        "street": f"Jl. Nomor {number}",
        "pubMillis": now // 3_600_000 * 3_600_000,
        "location": {"x": 106.65, "y": -6.2},
    }
    return orjson.dumps({"endTimeMillis": now, "alerts": [alert]})


async def serve(port: int) -> None:
    asked: dict[int, int] = {}

    async def answer(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        asked[number] = asked.get(number, random.randrange(10)) + 1
        counts["polls"] += 1
        return web.Response(body=feed(number, asked[number]), content_type="application/json")

    async def told(request: web.Request) -> web.Response:
        return web.json_response({**counts, "sources": len(asked)})

    counts = {"polls": 0}
    app = web.Application()
    app.router.add_get("/feed/{number}", answer)
    app.router.add_get("/counts", told)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


async def bare(port: int, sources: int, every: float, together: float = 0.0) -> None:
    """What asking alone costs: a GET, the whole body, its JSON; over as many connections as the program has."""
    connector = aiohttp.TCPConnector(limit=200, limit_per_host=140, keepalive_timeout=60)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:

        async def asked(number: int) -> None:
            async with session.get(f"http://127.0.0.1:{port}/feed/{number}") as response:
                orjson.loads(await response.read())

        async def ask(number: int) -> None:
            due = time.monotonic() + random.uniform(0, every)
            while True:
                if together:
                    due = math.ceil(due / together) * together
                await asyncio.sleep(due - time.monotonic())
                await asked(number)
                due += every

        for number in range(sources):
            group.create_task(ask(number))


def main(what: str, port: str, *more: str) -> None:
    if what == "serve":
        uvloop.run(serve(int(port)))
    else:
        uvloop.run(bare(int(port), int(more[0]), float(more[1]), TOGETHER if what == "together" else 0.0))


if __name__ == "__main__":
    main(*sys.argv[1:])
