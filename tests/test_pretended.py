"""A fresh room shows the pretend city's past at once: all of it DEMO, once for every run, never beside a real past."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from collectors import chronicle
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.facts import BEDS, COMPLAINTS, HOURS, OUTAGES, TRAFFIC, WATER
from collectors.history import History
from collectors.imports import pretended
from collectors.imports.pretended import KEY
from collectors.past_store import PastStore
from collectors.store import Store
from collectors.writing import Writing
from demo.server import application
from tests.chronicling import THIS_HOUR, bed_row, filed, put
from tests.collecting import collecting, quick, shipped, until

AREAS = ("aplicares", "waze", "like-lantas", "applications", "water")
KEPT = (BEDS, TRAFFIC, HOURS, OUTAGES, WATER)


@pytest.fixture(autouse=True)
def hastily(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty days, without pauses."""
    monkeypatch.setattr(pretended, "TURNS", 2)
    monkeypatch.setattr(pretended, "SETTLE_SECONDS", 0.05)
    monkeypatch.setattr(pretended, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(pretended, "AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(chronicle, "ROUND_SECONDS", 0.3)


async def one_run(redis: str, districts: Districts, folder: Path, sources: tuple[str, ...], seed: int = 36) -> str:
    """Collect from a run of the pretend city until its past is there; its name."""
    app = application(seed=seed, speed=1.0)
    async with TestServer(app) as server:
        city, listed = shipped(str(server.make_url("")).rstrip("/"))
        chosen = [quick(listed[name]) for name in sources]
        async with collecting(redis, chosen, city, districts, folder) as run:
            noted = PastStore(run.store)

            async def there() -> bool:
                found = await noted.noted()
                running = not any(key.startswith("anew ") for key in found)
                name = next((heard for _, heard in run.collecting.pretended.cities.values()), None)  # type: ignore[union-attr]
                return running and all(found.get(KEY + each) == {"city": name, "turns": 2} for each in sources)

            await until("the past is there", there, patience=90.0)
            return next(heard for _, heard in run.collecting.pretended.cities.values())  # type: ignore[union-attr]


def test_nothing_is_known_of_complaints_as_they_bring_their_own_past() -> None:
    assert COMPLAINTS.name not in [name for names in pretended.TABLES_OF.values() for name in names]


@pytest.mark.patient
async def test_a_fresh_room_has_the_past_of_every_area_and_all_of_it_is_demo(
    store: Store, redis_server: EmbeddedRedis, districts: Districts, tmp_path: Path
) -> None:
    with capture_logs() as log:
        await one_run(redis_server.url, districts, tmp_path, AREAS)
    history = History(tmp_path)
    for table in KEPT:
        key = ", ".join(table.key)
        asked = (
            f"count(*), count(DISTINCT ({key})), bool_and(demo), max({table.at}) - min({table.at}) > INTERVAL 12 DAY"
        )
        [(count, different, demo, lasts)] = filed(history, table, asked)
        assert (different, demo, lasts) == (count, True, True), table.name
    assert filed(history, BEDS, "DISTINCT source") == [("aplicares",)]
    assert filed(history, TRAFFIC, "DISTINCT source") == [("like-lantas",), ("waze",)]
    assert {unit for (unit,) in filed(history, BEDS, "DISTINCT unit")} == {
        "icu",
        "inpatient",
        "emergency",
        "unreported",
    }
    # the city itself may be slow to answer on a busy machine: that is said of its sources and not of their past
    assert [one["event"] for one in log if one["log_level"] in ("warning", "error") and one["event"] != "failing"] == []


@pytest.mark.patient
async def test_another_run_replaces_the_past_of_the_one_before_and_the_same_run_is_asked_once(
    store: Store, redis_server: EmbeddedRedis, districts: Districts, tmp_path: Path
) -> None:
    sources, history = ("like-lantas", "water"), History(tmp_path)
    first = await one_run(redis_server.url, districts, tmp_path, sources, seed=1)
    one = filed(history, TRAFFIC, "id, started, ended, road"), filed(history, WATER, "post, moment, level_cm")
    second = await one_run(redis_server.url, districts, tmp_path, sources, seed=2)
    two = filed(history, TRAFFIC, "id, started, ended, road"), filed(history, WATER, "post, moment, level_cm")
    assert first != second
    assert not set(one[0]) & set(two[0])
    assert one[1] != two[1]
    fresh = tmp_path / "fresh"
    await store.redis.flushall()
    await one_run(redis_server.url, districts, fresh, sources, seed=2)
    past = [row for row in filed(History(fresh), TRAFFIC, "id, started, ended, road") if row[0].startswith("LL-")]
    assert past == [row for row in two[0] if row[0].startswith("LL-")], "as if the first had never been"


async def test_a_city_that_has_a_past_of_its_own_is_given_none(
    store: Store, redis_server: EmbeddedRedis, districts: Districts, tmp_path: Path
) -> None:
    history = Writing(tmp_path)
    put(history, BEDS, bed_row(THIS_HOUR - timedelta(days=20), source="real"))
    await one_run(redis_server.url, districts, tmp_path, ("aplicares",))
    assert filed(history, BEDS, "source") == [("real",)]


async def test_a_pretend_city_that_tells_no_past_costs_nothing_but_a_line(
    store: Store, redis_server: EmbeddedRedis, districts: Districts, tmp_path: Path
) -> None:
    async def nothing(request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/past/"):
            return web.Response(status=404, headers={"Live-Room-Demo": "x"})
        body: dict[str, Any] = {"dibuat": "2026-11-25T00:00:00Z", "pos": [{"kode": "a", "nama": "A", "tma_cm": 100}]}
        return web.json_response(body, headers={"Live-Room-Demo": "x"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", nothing)
    with capture_logs() as log:
        async with TestServer(app) as server:
            city, listed = shipped(str(server.make_url("")).rstrip("/"))
            async with collecting(redis_server.url, [quick(listed["water"])], city, districts, tmp_path) as run:
                await until("it was told", lambda: [one for one in log if "past of the pretend city" in one["event"]])
                await until("it still collects", lambda: run.reading("water"))
                assert not run.task.done()
