"""Publishing: real readings whose numbers change each time, written as the collecting side writes them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import orjson

from collectors.source import Area
from collectors.store import Store
from collectors.store_keys import NEWS, READING

AREAS: tuple[Area, ...] = ("complaints", "beds", "traffic", "apps")
"""Those with a tile of their own on the screen that is measured: there each update is told by its own time."""


class Publisher:
    """Numbers every update. Its own time (`as_of`) is different in each, so that whoever gets it can tell which it is.

    `numbers` leads from an own time as it stands in a frame to the update's number, `moments` from there to
    time.perf_counter() just before SET and PUBLISH were sent, `clock` to time.time() then.
    """

    def __init__(self, store: Store, readings: Mapping[Area, Mapping[str, Any]]) -> None:
        self.store = store
        self.readings = {area: deepcopy(dict(readings[area])) for area in AREAS}
        self.areas = cycle(AREAS)
        self.numbers: dict[bytes, int] = {}
        self.moments: list[float] = []
        self.clock: list[float] = []
        self.last = datetime.now(UTC)

    async def publish(self, area: Area) -> int:
        """One update of an area: its number."""
        number = len(self.moments)
        self.last = max(datetime.now(UTC), self.last + timedelta(microseconds=1))
        as_of = self.last.isoformat(timespec="microseconds").replace("+00:00", "Z")
        reading = self.readings[area]
        for one in (reading, *reading["sources"]):
            one.update(as_of=as_of, received=as_of, changed=as_of)
        CHANGES[area](reading, number)
        text = orjson.dumps(reading)
        self.numbers[as_of.encode()] = number
        async with self.store.redis.pipeline(transaction=True) as pipe:
            pipe.set(READING + area, text)
            pipe.publish(NEWS, area)
            self.clock.append(time.time())
            self.moments.append(time.perf_counter())
            await pipe.execute()
        return number

    async def steadily(self, rate: float, seconds: float) -> int:
        """So many updates a second, the areas in turn, for so long: how many there were."""
        loop = asyncio.get_running_loop()
        start, count = loop.time(), round(rate * seconds)
        for index in range(count):
            await asyncio.sleep(start + index / rate - loop.time())
            await self.publish(next(self.areas))
        await asyncio.sleep(start + seconds - loop.time())
        return count


def complaints(reading: dict[str, Any], number: int) -> None:
    """One more report waits, in one district."""
    reading["waiting"] += 1
    reading["value"] = reading["waiting"]
    reading["total"] += 1
    reading["today"] += 1
    reading["by_district"][number % len(reading["by_district"])]["waiting"] += 1
    reading["oldest"][number % len(reading["oldest"])]["waiting"] += 1


def beds(reading: dict[str, Any], number: int) -> None:
    """A bed in intensive care and one on a ward are taken or given back."""
    step = 1 if number // len(AREAS) % 2 else -1
    of_class = reading["classes"][number // len(AREAS) // 2 % len(reading["classes"])]
    for beds_of in (reading["icu"], reading["inpatient"], of_class):
        beds_of["free"] -= step
        beds_of["occupied"] += step
    reading["value"] = reading["inpatient"]["free"]


def traffic(reading: dict[str, Any], number: int) -> None:
    """One more report on the roads, and a jam that takes longer."""
    reading["open"] += 1
    reading["value"] = reading["open"]
    reading["by_kind"]["hazard"] += 1
    if reading["jams"]:
        jam = reading["jams"][number % len(reading["jams"])]
        jam["delay_s"] = (jam["delay_s"] or 0) + 60


def apps(reading: dict[str, Any], number: int) -> None:
    """One application answers slower than before."""
    cell = reading["cells"][number % len(reading["cells"])]
    cell["latency_ms"] = 40 + number % 400
    reading["median_ms"] = 30 + number % 50
    reading["slowest"] = cell


CHANGES: dict[Area, Callable[[dict[str, Any], int], None]] = {
    "complaints": complaints,
    "beds": beds,
    "traffic": traffic,
    "apps": apps,
}
