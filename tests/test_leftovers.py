"""What the city's file no longer names is gone from store and wall; time alone moves what is shown of the rest."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from collectors import computing
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.leftovers import forget_others
from collectors.manual import ManualSettings
from collectors.orders import SourceOrders
from collectors.source import EVERY_AREA, City
from collectors.store import LostLeaseError, Store
from collectors.store_keys import ASKS, PAUSES, PUSHED, READING, RECORDS, REPLAY, SOURCE
from collectors.write import Write
from tests.collecting import collecting, until
from tests.records import NOON, complaint, report, source
from tests.site import serving
from tests.test_hub import filled

WEEK = 7 * 86400.0


async def held(store: Store) -> int:
    """Two sources are known, with everything that can be known of one; the epoch."""
    epoch = await store.lease("one", 60_000)
    for name in ("kept", "removed"):
        await store.write([Write("complaints", name, {"x": "1"}, {"a": complaint("a")})], epoch, NOON, WEEK)
        await store.write([Write("traffic", name, {"x": "1"}, {"b": report("b")})], epoch, NOON, WEEK)
        await store.redis.xadd(PUSHED + name, {"push": "{}"})
        await store.redis.hset(PAUSES, name, b"{}")
        await store.ask_replay(name)
        await SourceOrders(store).ask(name, NOON)
    await store.redis.xadd(PUSHED + "new", {"push": "{}"})
    for area in ("complaints", "traffic", "water"):
        await store.redis.set(READING + area, b"{}")
    return epoch


async def names(store: Store) -> set[str]:
    """Every source that anything is kept of."""
    keys = {key.decode() async for key in store.redis.scan_iter()}
    found = {key.removeprefix(kind) for key in keys for kind in (SOURCE, PUSHED) if key.startswith(kind)}
    asked = [*await store.redis.hkeys(ASKS), *await store.redis.hkeys(PAUSES), *await store.redis.smembers(REPLAY)]
    found |= {str(name, "utf-8") for name in asked}  # type: ignore[arg-type]
    return found | {name for area in EVERY_AREA for name, _ in await store.records(area)}


async def test_of_a_removed_source_nothing_stays_and_of_the_others_everything(store: Store) -> None:
    epoch = await held(store)
    assert await forget_others(store, {"kept": "complaints"}, epoch) == ["removed"]
    assert await names(store) == {"kept", "new"}
    assert await store.source_fields(["kept"]) == {"kept": {"x": "1"}}
    assert (set(await store.records("complaints")), await store.records("traffic")) == ({("kept", "a")}, {})
    readings = [key.decode() async for key in store.redis.scan_iter(match=READING + "*")]
    assert readings == [READING + "complaints"]


async def test_who_does_not_hold_the_lease_forgets_nothing(store: Store) -> None:
    epoch = await held(store)
    before = await names(store)
    with pytest.raises(LostLeaseError):
        await forget_others(store, {}, epoch - 1)
    assert await names(store) == before


async def test_whoever_takes_over_forgets_what_its_file_does_not_name(
    store: Store, redis_server: EmbeddedRedis, districts: Districts, city: City
) -> None:
    epoch = await held(store)
    assert epoch
    await store.give_back("one")
    one = source("kept", "complaints", every=3600.0)
    async with collecting(redis_server.url, [one], city, districts) as run:
        await until(
            "it collects", lambda: run.collecting.lease.epoch and "complaints" in run.collecting.computing.previous
        )
        assert await names(store) <= {"kept", "new"}
        assert await store.redis.exists(READING + "water", READING + "traffic") == 0
        assert (await store.redis.hkeys(RECORDS + "complaints")) == [b"kept a"]


async def test_an_area_without_a_source_leaves_the_wall_and_the_citys_stage(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City
) -> None:
    del store
    async with serving(redis_server.url, districts, city) as site:
        await filled(site)
        hub = site.hub
        hub.readings["water"]["level"] = "alarm"
        hub.take({})
        assert hub.stage["ruled"] == 3
        hub.adopt(hub.screens, hub.words, hub.build, hub.pictures.mask, {"complaints", "beds"})
        assert hub.readings.keys() == {"complaints", "beds"}
        assert hub.stage["ruled"] != 3
        await site.publish_all()
        hub.dirty.update(("water", "complaints"))
        hub.wake.set()
        await until("the news is read", lambda: not hub.dirty)
        assert hub.readings.keys() == {"complaints", "beds"}


async def test_an_area_that_is_only_sent_to_grows_older_without_any_news(
    store: Store, redis_server: EmbeddedRedis, districts: Districts, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "READING_AGES", 0.1)
    rooms = ManualSettings(token_env="KEY", hospital="RS Contoh", rooms=["III"])
    one = source("ward", "beds", collector="manual", url="", every=0.0, settings=rooms)
    async with asyncio.timeout(20), contextlib.aclosing(store.news()) as news:
        await anext(news)
        async with collecting(redis_server.url, [one], city, districts):
            computed = 0
            while computed < 3:
                computed += await anext(news) == "beds"
