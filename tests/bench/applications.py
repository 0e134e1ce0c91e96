"""What it costs to ask every application of the city every ten seconds."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from collectors.imports.pretended import KEY, TURNS
from collectors.past_store import PastStore
from collectors.store import Store
from tests.bench.machine import SERVER_CORE
from tests.bench.processes import ROOT, BenchError, running
from tests.bench.report import Aim, Found, Table, short
from tests.bench.room import Room, pretend_city

CONFIG = """city:
  name: Kota Tangerang
  code: "36.71"
  timezone: Asia/Jakarta
  languages: [id]
  boundaries: {root}/assets/map/tangerang.geojson
sources:
  applications:
    area: apps
    collector: http_health
    url: {city}/apps
    every: 10s
    cadence: 30s
    owner: Diskominfo
applications: {root}/cities/tangerang/applications.csv
walls:
  main:
    areas: apps
"""
EVERY = 10.0
LONGEST_ROUND = 20.0
LONGEST_PAST = 120.0


async def applications(room: Room) -> Found:
    """A real collecting process with this one source, once the pretend city's past is in the history: what whole rounds
    cost, each from when the last one was over."""
    config = room.folder / "applications.yaml"
    async with pretend_city(room.folder) as city:
        config.write_text(CONFIG.format(root=ROOT, city=city), encoding="utf-8")
        environment = {"REDIS_URL": room.url, "DEMO": city}
        words = ["app.py", "collect", "--config", str(config)]
        known = await past_of(room.store)
        async with running(words, SERVER_CORE, room.folder, 0, environment) as process:
            await past_taken(room.store, known)
            past = process.cpu()
            reading = await next_round(room.store, datetime.now(UTC).isoformat())
            before = process.cpu()
            for _ in range(room.plan.rounds):
                reading = await next_round(room.store, reading["received"])
            used = process.cpu() - before
    core = used / (room.plan.rounds * EVERY) * 100
    what = f"collecting {reading['total']} applications every {EVERY:g} s"
    rows = [(what, str(room.plan.rounds), str(reading["up"]), short(used / room.plan.rounds * 1000), short(core))]
    head = ("", "rounds", "of them up", "ms of processor time per round", "% of a core")
    note = (
        f"A fresh room has 90 days of the pretend city's past to read before that: {short(past)} s of processor time."
    )
    return Found([Aim(what, core, 5, "% of a core")], [Table("Collecting", head, rows, (note,))])


async def past_of(store: Store) -> dict[str, Any]:
    """Which pretend city's past the history has, and how much of it."""
    found: dict[str, Any] = (await PastStore(store).noted()).get(KEY + "applications", {})
    return found


async def past_taken(store: Store, known: dict[str, Any]) -> None:
    """Wait until all of the past is in that another pretend city than the `known` one has."""
    try:
        async with asyncio.timeout(LONGEST_PAST):
            while (past := await past_of(store)).get("city") == known.get("city") or past["turns"] < TURNS:
                await asyncio.sleep(0.2)
    except TimeoutError as error:
        raise BenchError(f"the past was not taken in within {LONGEST_PAST:g} s") from error


async def next_round(store: Store, after: str) -> dict[str, Any]:
    """The applications' reading once all were asked again. `after` is the ISO time the one before was received."""
    try:
        async with asyncio.timeout(LONGEST_ROUND):
            while True:
                reading = (await store.readings(["apps"]))["apps"]
                if (reading["received"] or "") > after and not reading["unknown"]:
                    return reading
                await asyncio.sleep(0.2)
    except TimeoutError as error:
        raise BenchError(f"the applications were not collected within {LONGEST_ROUND:g} s") from error
