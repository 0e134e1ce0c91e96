"""Work that is done once a day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Daily:
    """Work for a time of day (the city's), which also looks a minute after every start whether it was missed. It never
    raises."""

    at: time
    work: Callable[[], Awaitable[None]]

    async def do(self) -> None:
        """The scheduler awaits only what it sees to be a coroutine function, which not every callable is."""
        await self.work()
