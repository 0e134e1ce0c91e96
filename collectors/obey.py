"""The collecting side of what people ask of sources: who is asked at once, and who is left alone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog

from collectors.orders import SourceOrders
from collectors.pause import is_over
from collectors.store import StoreDownError
from collectors.store_keys import ASKED, PAUSED
from collectors.watch import Watch


class Obeying:
    """Follows the orders for some sources while this process collects.

    `turned` is told of a source that begins or ends its pause, before it does.
    """

    def __init__(self, orders: SourceOrders, watches: Mapping[str, Watch], turned: Callable[[Watch], None]) -> None:
        self.orders = orders
        self.watches = watches
        self.turned = turned
        self.log = structlog.get_logger("collect")

    async def run(self) -> None:
        """For ever. Where Redis does not answer, whoever writes notices too; here it is only asked again."""
        while True:
            try:
                async with contextlib.aclosing(self.orders.store.news()) as each:
                    async for news in each:
                        await self.hear(news)
            except StoreDownError:
                await asyncio.sleep(0.5)

    async def hear(self, news: str | None) -> None:
        """`news` is what the store tells everyone, None where it was quiet: then something may have been missed."""
        now = datetime.now(UTC)
        if news in (None, PAUSED) or self.any_over(now):
            await self.orders.forget_over(now)
            await self.take_pauses(now)
        if news in (None, ASKED):
            self.take_asks(await self.orders.take_asks())

    def any_over(self, now: datetime) -> bool:
        pauses = (watch.health.paused for watch in self.watches.values())
        return any(pause is not None and is_over(pause, now) for pause in pauses)

    async def take_pauses(self, now: datetime) -> None:
        """Begin the pauses that are new and end those that are over; whoever's has ended is asked at once."""
        pauses = await self.orders.pauses(now)
        for name, watch in self.watches.items():
            pause, before = pauses.get(name), watch.health.paused
            if pause == before:
                continue
            self.turned(watch)
            watch.health.set_pause(pause)
            if pause is None:
                self.log.info("resumed", source=name)
                watch.call()
            elif before is None:
                self.log.info("paused", source=name, reason=pause["reason"], until=pause["until"])

    def take_asks(self, names: list[str]) -> None:
        for name in names:
            watch = self.watches.get(name)
            if watch is not None and watch.health.paused is None:
                self.log.info("asked at once", source=name)
                watch.call()
