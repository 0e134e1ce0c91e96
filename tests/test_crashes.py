"""Whatever happens to a collecting process, and whenever: every record is there exactly once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from collectors import lease
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.store import Store
from collectors.store_keys import EVENTS
from tests.collecting import collecting, quick, shipped, until
from tests.dying import DIED
from tests.sources import serving

pytestmark = pytest.mark.patient

ROOT = Path(__file__).resolve().parent.parent
MOST_STEPS = 250


class Town:
    """A city whose every answer tells of something new, and of something old that has changed since."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.still = False

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if not request.path.endswith(("/requests.json", "/events")):
            raise web.HTTPNotFound
        now = datetime.now(UTC)
        if request.path.endswith("/events"):
            return web.json_response(
                {"events": self.told(self.events, self.event(now), "updated", request), "meta": {}}
            )
        rows = self.told(self.requests, self.request(now), "updated_datetime", request)
        asked = request.query.get("service_request_id", "").split(",")
        return web.json_response([row for row in rows if asked == [""] or row["service_request_id"] in asked])

    def told(
        self, rows: list[dict[str, Any]], new: dict[str, Any], updated: str, request: web.Request
    ) -> list[dict[str, Any]]:
        """What the question asks for: all of a window, or what has changed since."""
        if not self.still:
            if rows:
                rows[len(rows) // 2] |= {
                    "description": f"told {len(rows)} times",
                    updated: datetime.now(UTC).isoformat(),
                }
            rows.append(new)
        since = request.query.get("updated_after") or request.query.get("updated", "").lstrip(">")
        start = request.query.get("start_date")
        return [
            row
            for row in rows
            if (not since or at(row[updated]) >= at(since))
            and (not start or at(row["requested_datetime"]) >= at(start))
        ]

    def request(self, now: datetime) -> dict[str, Any]:
        return {
            "service_request_id": str(len(self.requests)), "status": "open", "service_code": "1", "description": "new",
            "requested_datetime": now.isoformat(), "updated_datetime": now.isoformat(),
        }  # fmt: skip

    def event(self, now: datetime) -> dict[str, Any]:
        return {
            "id": f"e/{len(self.events)}", "status": "ACTIVE", "event_type": "INCIDENT", "headline": "Jalan",
            "severity": "MINOR", "description": "new", "created": now.isoformat(), "updated": now.isoformat(),
        }  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


@asynccontextmanager
async def dying(*words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.dying", *words, cwd=ROOT, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def told(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        return (await process.stdout.readline()).decode().strip()


@pytest.mark.timeout(300)
async def test_killed_at_every_step_of_a_collection_every_record_is_there_exactly_once(
    store: Store, redis_server: EmbeddedRedis, districts: Districts
) -> None:
    town = Town()
    async with serving(town) as url:
        async with dying(redis_server.url, url) as process:
            assert process.stdin is not None
            deaths = 0
            for step in range(1, MOST_STEPS):
                process.stdin.write(f"{step}\n".encode())
                code = int(await told(process))
                assert code in (0, DIED)
                if code == 0:
                    break
                deaths += 1
        assert 20 < deaths < MOST_STEPS - 1, "it died at every step there is, and then lived"
        town.still = True
        city, sources = shipped(url)
        both = [quick(sources[name], every=0.2, cadence=60.0) for name in ("laksa", "like-lantas")]
        async with collecting(redis_server.url, both, city, districts) as run:
            await until(
                "it has asked again after all that",
                lambda: all(
                    one.health.failures == 0 and one.health.received for one in run.collecting.watches.values()
                ),
            )
            await asyncio.sleep(0.5)
    for area, rows, key in (("complaints", town.requests, "service_request_id"), ("traffic", town.events, "id")):
        stored = await store.records(area)  # type: ignore[arg-type]
        assert sorted(id_ for _, id_ in stored) == sorted(row[key] for row in rows)
        events: list[dict[bytes, bytes]] = [said for _, said in await store.redis.xrange(EVENTS + area) or []]  # type: ignore[misc]
        twice = [said for said, count in Counter(tuple(sorted(one.items())) for one in events).items() if count > 1]
        assert twice == [], "no news is told twice"
        for row in rows:
            [(_, held)] = [(name, one) for name, one in stored.items() if name[1] == row[key]]
            newest = at(row.get("updated_datetime") or row["updated"])
            assert abs(at(held["updated"]) - newest) < timedelta(milliseconds=1), "the newest version is the one kept"
            last = orjson.loads([one[b"record"] for one in events if one[b"id"].decode() == row[key]][-1])
            assert last == held


async def test_a_holder_that_is_stopped_and_wakes_up_writes_nothing(
    store: Store, redis_server: EmbeddedRedis, districts: Districts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LEASE_MS", 3000)
    monkeypatch.setattr(lease, "RENEW_SECONDS", 0.1)
    asked, answered = asyncio.Event(), asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        if not request.path.endswith("/requests.json"):
            return web.json_response({"events": []})
        old = request.headers["User-Agent"] == "dying"
        if old:
            asked.set()
            await answered.wait()
        row = {"service_request_id": "1", "service_code": "1", "requested_datetime": "2026-11-20T00:00:00Z"}
        return web.json_response([{**row, "status": "open" if old else "closed"}])

    async with serving(handler) as url, dying(redis_server.url, url, "stopped") as process:
        await asyncio.wait_for(asked.wait(), 30)
        os.kill(process.pid, signal.SIGSTOP)
        city, sources = shipped(url)
        async with collecting(redis_server.url, [quick(sources["laksa"])], city, districts) as run:
            await until("another one has taken over and written", lambda: store.records("complaints"))
            epoch = run.collecting.lease.epoch
            os.kill(process.pid, signal.SIGCONT)
            answered.set()
            assert await told(process) == "refused"
            assert run.collecting.lease.epoch == epoch
        assert (await store.records("complaints"))["laksa", "1"]["status"] == "done"
