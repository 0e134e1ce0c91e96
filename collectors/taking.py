"""What sources send by themselves, taken in as if it were an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from collectors.commits import Make
from collectors.inbox import Inbox
from collectors.pushed import pushed_from
from collectors.records import CollectError
from collectors.watch import Watch

COUNT_SECONDS = 30.0


class Taking:
    """Some sources that are never asked. `window` is the seconds for which a finished complaint is kept; `write` is
    over once something is written."""

    def __init__(
        self,
        inbox: Inbox,
        watches: Mapping[str, Watch],
        window: float,
        write: Callable[[Watch, Make], Awaitable[None]],
    ) -> None:
        self.inbox, self.watches, self.window, self.write = inbox, watches, window, write
        self.log = structlog.get_logger("collect")

    async def run(self) -> None:
        """Take in what comes, in its order; ends at once where there is no such source."""
        while self.watches:
            for name, entries in (await self.inbox.waiting(self.watches)).items():
                for entry, raw in entries:
                    await self.take_in(self.watches[name], entry, raw)

    async def keep_counting(self, watch: Watch) -> None:
        """Count the time of a source: it may send nothing for ever."""
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            async with watch.lock:
                await self.write(watch, lambda: watch.left_alone(datetime.now(UTC)))

    async def take_in(self, watch: Watch, entry: str, raw: bytes) -> None:
        """One push as if it were an answer. A fault of our own is state, and the push is not tried for ever."""
        now = datetime.now(UTC)
        async with watch.lock:
            try:
                write, recovered = watch.pushed(pushed_from(watch.source.area, raw), now, self.window)
                if recovered:
                    self.log.info("recovered", source=watch.source.name)
            except CollectError as error:
                write, began = watch.failed(error, now)
                if began:
                    self.log.warning("failing", source=watch.source.name, error=watch.health.error)
            except Exception as error:
                self.log.exception("push not understood", source=watch.source.name)
                fault = CollectError(f"what it sent could not be taken in: {type(error).__name__}", fault="ours")
                write, _ = watch.failed(fault, now)
            await self.write(watch, lambda: replace(write, taken=(entry,)))
