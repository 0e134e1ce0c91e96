"""What every rival does once per process: hear of a change, read it, and make one text of it."""

from __future__ import annotations

import asyncio

from collectors.source import Area
from collectors.store import Store
from tests.bench.publish import AREAS

CONNECTIONS = 50
"""To Redis at most; its client refuses more than a hundred."""


class Feed:
    """The newest change as text of a given size: the reading's own time, filled up to what the hub would send."""

    def __init__(self, store: Store, size: int) -> None:
        self.store = store
        self.size = size
        self.text = ""
        self.changed = asyncio.Event()
        self.connections = asyncio.Semaphore(CONNECTIONS)

    async def run(self) -> None:
        async for name in self.store.news():
            if name not in AREAS:
                continue
            self.text = (await self.texts([area for area in AREAS if area == name]))[0]
            changed, self.changed = self.changed, asyncio.Event()
            changed.set()

    async def texts(self, areas: list[Area]) -> list[str]:
        found = await self.store.readings(areas)
        return [f'{{"as_of":"{found[area]["as_of"]}","x":"'.ljust(self.size - 2, "x") + '"}' for area in areas]

    async def everything(self) -> list[str]:
        """All areas at once, as a page that asks every second gets them."""
        async with self.connections:
            return await self.texts(list(AREAS))
