"""The two processes that `sources.py` compares, and the services they ask.

python -m tests.bench.polling serve PORT                          the services: a small feed at every path
python -m tests.bench.polling bare PORT SOURCES EVERY             aiohttp and nothing else
python -m tests.bench.polling collecting PORT SOURCES EVERY URL [FOLDER]   this program, its store and its archive
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from pathlib import Path

import aiohttp
import orjson
import uvloop
from aiohttp import web

from collectors.archive import Archive, Keeping
from collectors.districts import Districts
from collectors.fetch import Http
from collectors.readings.limits import Limits
from collectors.schedule import Collecting
from collectors.source import Area, Source
from collectors.store import Store
from config import load
from tests.bench.processes import ROOT

OWNERS = 40


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


async def bare(port: int, sources: int, every: float) -> None:
    """What asking alone costs: a GET, the whole body, its JSON."""
    connector = aiohttp.TCPConnector(limit=200, limit_per_host=140, keepalive_timeout=60)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:

        async def ask(number: int) -> None:
            await asyncio.sleep(random.uniform(0, every))
            while True:
                began = time.monotonic()
                async with session.get(f"http://127.0.0.1:{port}/feed/{number}") as response:
                    orjson.loads(await response.read())
                await asyncio.sleep(every - (time.monotonic() - began))

        for number in range(sources):
            group.create_task(ask(number))


async def collecting(port: int, sources: int, every: float, url: str, folder: str = "") -> None:
    config = load(ROOT / "config.yaml", {"DEMO": f"http://127.0.0.1:{port}"})
    area: Area = "traffic"
    each = [
        Source(
            name=f"feed-{number}",
            area=area,
            collector="waze",
            url=f"http://127.0.0.1:{port}/feed/{number}",
            every=every,
            cadence=4 * every,
            owner=f"Dinas {number % OWNERS}",
        )
        for number in range(sources)
    ]
    archive = Archive(Path(folder), Keeping()) if folder else None
    districts = Districts.read(config.boundaries)
    async with Store(url) as store, Http() as http:
        await Collecting(config.city, each, districts, Limits(), store, http, archive).run()


def main(what: str, port: str, *more: str) -> None:
    if what == "serve":
        uvloop.run(serve(int(port)))
    elif what == "bare":
        uvloop.run(bare(int(port), int(more[0]), float(more[1])))
    else:
        uvloop.run(collecting(int(port), int(more[0]), float(more[1]), *more[2:]))


if __name__ == "__main__":
    main(*sys.argv[1:])
