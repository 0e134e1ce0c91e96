"""Every area's reading, computed when something changed and when time has passed, saved and announced."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from datetime import UTC, datetime

import structlog

from collectors.districts import Districts
from collectors.lease import Lease, honour_cancellation
from collectors.readings.limits import Limits
from collectors.readings.present import Present
from collectors.readings.shape import Reading
from collectors.readings.stage import RuledStage, stage_after
from collectors.readings.table import READINGS
from collectors.source import Area, City
from collectors.store import Store
from collectors.watch import Watch

READING_GAP = 1.0
READING_GAP_PER_SOURCE = 0.003
READING_AGES = 60.0


class Computing:
    """The areas of some sources. `previous` are their last readings, of whose sources only those in doubt are kept."""

    def __init__(
        self, watches: Iterable[Watch], city: City, districts: Districts, limits: Limits, store: Store, lease: Lease
    ) -> None:
        self.city, self.districts, self.limits = city, districts, limits
        self.store, self.lease = store, lease
        self.watches: dict[Area, list[Watch]] = {}
        for watch in watches:
            self.watches.setdefault(watch.source.area, []).append(watch)
        self.changed = {area: asyncio.Event() for area in self.watches}
        self.previous: dict[Area, Reading] = {}
        self.stage: RuledStage | None = None
        self.broken: dict[Area, str] = {}
        self.log = structlog.get_logger("collect")

    async def begin(self) -> None:
        """Go on from what the store holds; every reading is computed anew."""
        self.previous = dict(await self.store.readings(self.watches))  # type: ignore[arg-type]
        self.stage, _ = await self.store.stages()
        for changed in self.changed.values():
            changed.set()

    def news(self, area: Area) -> None:
        """Something is to be seen of a source of this area."""
        self.changed[area].set()

    async def keep(self, area: Area) -> None:
        """Compute an area's reading at once when something changed, and every minute for what changes by time alone; at
        most once a second, and that of an area of thousands of sources less often, as it tells of every one of them."""
        changed = self.changed[area]
        gap = max(READING_GAP, READING_GAP_PER_SOURCE * len(self.watches[area]))
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(READING_AGES):
                    await changed.wait()
            changed.clear()
            await self.compute(area)
            await asyncio.sleep(gap)

    async def compute(self, area: Area) -> None:
        """An area's reading, once. Where it cannot be computed the last one stays and grows old; no other area
        notices."""
        try:
            reading = READINGS[area](self.present(area))
        except Exception as error:
            if self.broken.get(area) != repr(error):
                self.log.exception("reading broken", area=area)
            self.broken[area] = repr(error)
            return
        self.broken.pop(area, None)
        # of thousands of states the next reading asks only since when a doubt is there
        self.previous[area] = {**reading, "sources": [one for one in reading["sources"] if one["quality"]]}
        self.stage = stage_after(self.stage, self.previous.values(), datetime.now(UTC))
        await self.store.save_reading(area, reading, self.lease.epoch, self.stage)
        honour_cancellation()

    def present(self, area: Area) -> Present:
        mine = self.watches[area]
        return Present(
            area=area,
            records={(watch.source.name, key): record for watch in mine for key, record in watch.records.items()},
            sources=[watch.health for watch in mine],
            now=datetime.now(UTC),
            zone=self.city.timezone,
            districts=self.districts,
            limits=self.limits,
            applications=self.city.applications,
            previous=self.previous.get(area),
        )
