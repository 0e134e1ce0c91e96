"""A whole city of hostile sources around one honest one: each failure is counted, and nobody waits for another."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter

import pytest
from aiohttp import web

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import City
from collectors.store import Store
from tests.collecting import collecting, until
from tests.seeds import ASKED, SECRETS, SEEDS
from tests.sources import serving, source
from tests.test_hostile_answers import BODIES

pytestmark = pytest.mark.patient

ROUNDS = 5
BOMB = gzip.compress(bytes(40 << 20))


class Hostile:
    """Answers /good honestly, and every other path with something else each time; counts what was asked of each."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.bodies = list(BODIES.values())

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        name = request.path.split("/")[1]
        self.asked[name] += 1
        if name == "good":
            return web.json_response(SEEDS["waze"].document)
        turn = self.asked[name] + len(name)
        if turn % 5 == 0:
            return web.Response(status=302, headers={"Location": f"http://localhost:{request.url.port}/inner"})
        if turn % 7 == 0:
            return web.Response(body=BOMB, headers={"Content-Encoding": "gzip"})
        if turn % 11 == 0:
            await asyncio.sleep(30)
        body, content_type = self.bodies[turn * 13 % len(self.bodies)]
        return web.Response(body=body, headers={"Content-Type": content_type})


async def test_hostile_sources_harm_nobody_and_are_counted(
    store: Store, redis_server: EmbeddedRedis, city: City, districts: Districts, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in SECRETS:
        monkeypatch.setenv(variable, "pretend")
    hostile = Hostile()
    faults: set[str | None] = set()
    async with serving(hostile) as base:
        names = {name: name.replace(" ", "-") for name in ASKED if not name.startswith("http_health")}
        sources = [
            source(seed.protocol, f"{base}/{names[name]}{seed.path}", seed.settings, 1.0, seed.area).model_copy(
                update={"name": names[name]}
            )
            for name, seed in SEEDS.items()
            if name in names
        ]
        good = source("waze", f"{base}/good", every=1.0).model_copy(update={"name": "good", "cadence": 600.0})
        async with collecting(redis_server.url, [good, *sources], city, districts) as run:
            watches = run.collecting.watches

            def enough() -> bool:
                assert not run.task.done()
                faults.update(watch.health.fault for watch in watches.values())
                return (
                    all(watch.health.ledger.failed >= ROUNDS for name, watch in watches.items() if name != "good")
                    and watches["good"].health.ledger.runs >= ROUNDS
                )

            await until("every hostile source has failed often", enough, patience=100.0)
            reading = await run.reading("traffic")
            assert watches["good"].health.ledger.failed == 0
            assert watches["good"].health.error is None
            assert len(watches["good"].records) > 0
            told = {each["name"]: each for each in reading["sources"]}
            assert told["good"]["freshness"] == "live"
    assert "ours" not in faults
    assert {"redirected", "too_large", "html", "broken"} <= faults
    assert hostile.asked["inner"] == 0
