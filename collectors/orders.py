"""What people ask of sources, as Redis keeps it: to be asked now, to be left alone for a while."""

from __future__ import annotations

from datetime import datetime

import orjson

from collectors.pause import Pause, is_over, pause_from
from collectors.store import Store
from collectors.store_keys import ASKED, ASKS, LATELY, NEWS, PAUSED, PAUSES

ASK_GAP_MS = 10_000


class SourceOrders:
    """Everything here raises StoreDownError where Redis does not answer."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.redis = store.redis

    async def ask(self, source: str, now: datetime) -> int:
        """Have a source asked at once: 0, or the milliseconds to wait where it was asked for less than 10 s ago."""
        if not await self.store.asked(self.redis.set(LATELY + source, "1", nx=True, px=ASK_GAP_MS)):
            return max(1, int(await self.store.asked(self.redis.pttl(LATELY + source))))
        pipe = self.redis.pipeline(transaction=True)
        pipe.hset(ASKS, source, str(round(now.timestamp() * 1000)))
        pipe.publish(NEWS, ASKED)
        await self.store.asked(pipe.execute())
        return 0

    async def take_asks(self) -> list[str]:
        """The sources that somebody wants asked; they are forgotten with this."""
        pipe = self.redis.pipeline(transaction=True)
        pipe.hkeys(ASKS)
        pipe.delete(ASKS)
        found, _ = await self.store.asked(pipe.execute())
        return [name.decode() for name in found]

    async def pause(self, source: str, pause: Pause | None) -> None:
        """Keep a pause, or none any more, and tell everyone who watches."""
        pipe = self.redis.pipeline(transaction=True)
        if pause is None:
            pipe.hdel(PAUSES, source)
        else:
            pipe.hset(PAUSES, source, orjson.dumps(pause))
        pipe.publish(NEWS, PAUSED)
        await self.store.asked(pipe.execute())

    async def pauses(self, now: datetime) -> dict[str, Pause]:
        """The pauses in force by source."""
        found = {key.decode(): pause_from(value) for key, value in (await self._kept()).items()}
        return {name: pause for name, pause in found.items() if pause is not None and not is_over(pause, now)}

    async def forget_over(self, now: datetime) -> None:
        """Forget the pauses that are over or not understood, and tell everyone who watches."""
        for key, value in (await self._kept()).items():
            pause = pause_from(value)
            if pause is None or is_over(pause, now):
                await self.pause(key.decode(), None)

    async def _kept(self) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = await self.store.asked(self.redis.hgetall(PAUSES))
        return found
