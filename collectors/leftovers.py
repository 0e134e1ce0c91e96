"""What the store still holds of sources and areas that the city's file no longer names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.source import EVERY_AREA, Area
from collectors.store import Store, split_key
from collectors.store_keys import ASKS, PAUSES, PUSHED, READING, RECORDS, REPLAY, SOURCE
from collectors.write import chunks


async def forget_others(store: Store, sources: Mapping[str, Area], epoch: int) -> list[str]:
    """Forget the readings of areas without a source, and all that is known of other sources than these, each given
    with its area; the names of those sources.

    What waits of a source that was never heard of stays: the collecting side may only not know it yet. What was counted
    by day is history, and stays too. Raises LostLeaseError, StoreDownError.
    """
    heard_of = await _heard_of(store)
    others: dict[Area, list[bytes]] = {}
    for area in EVERY_AREA:
        keys: list[bytes] = await store.asked(store.redis.hkeys(RECORDS + area))
        heard_of |= {split_key(key)[0] for key in keys}
        others[area] = [key for key in keys if sources.get(split_key(key)[0]) != area]
    gone = sorted(heard_of - sources.keys())

    def fill(pipe: Any) -> None:
        for area in EVERY_AREA:
            if area not in sources.values():
                pipe.delete(READING + area)
            for some in chunks(others[area]):
                pipe.hdel(RECORDS + area, *some)
        for names in chunks(gone):
            pipe.delete(*(key + name for name in names for key in (SOURCE, PUSHED)))
            pipe.hdel(PAUSES, *names)
            pipe.hdel(ASKS, *names)
            pipe.srem(REPLAY, *names)

    await store.fenced(epoch, fill)
    return gone


async def _heard_of(store: Store) -> set[str]:
    async def each() -> set[str]:
        keys = store.redis.scan_iter(match=SOURCE + "*", count=1000)
        return {key.decode().removeprefix(SOURCE) async for key in keys}

    found: set[str] = await store.asked(each())
    return found
