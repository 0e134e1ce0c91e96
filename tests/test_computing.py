"""A reading follows from the one before it: what is told there once is not forgotten by the next."""

from __future__ import annotations

import asyncio
from datetime import UTC
from typing import Any

from collectors.aplicares import Aplicares
from collectors.computing import Computing
from collectors.districts import Districts
from collectors.fetch import Http
from collectors.health import SourceHealth
from collectors.lease import Lease
from collectors.readings.limits import Limits
from collectors.reliability import Reliability
from collectors.source import City
from collectors.store import Store
from collectors.watch import Watch
from tests.records import beds, source


async def test_a_room_that_does_not_add_up_is_in_doubt_since_it_first_did_not(
    store: Store, city: City, districts: Districts
) -> None:
    one = source("aplicares", "beds")
    mine = Watch(Aplicares(one, city), SourceHealth(one), Http(), Reliability("x", UTC))
    mine.records = {"a": beds("a", capacity=12, free=5, occupied=9, flags=("parts!=capacity",))}
    lease = Lease(store)
    await lease.take()
    computing = Computing([mine], city, districts, Limits(), store, lease)

    async def since() -> str:
        await computing.compute("beds")
        reading: Any = (await store.readings(["beds"]))["beds"]
        [doubt] = reading["sources"][0]["quality"]
        return str(doubt["since"])

    first = await since()
    for _ in range(2):
        await asyncio.sleep(0.01)
        assert await since() == first
