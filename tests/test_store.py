"""The store: one atomic, fenced write; a lease that goes over; a dead Redis that costs little and tells no secret."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio.client import Pipeline

from collectors import scripts, store_keys
from collectors.embedded import EmbeddedRedis
from collectors.quarantine import Aside
from collectors.readings.shape import Reading
from collectors.store import LostLeaseError, Store, StoreDownError
from collectors.store_keys import EPOCH, EVENTS, LEASE, RECORDS
from collectors.stored import record_from
from collectors.write import Write
from tests.records import NOON, complaint

WEEK = 7 * 86400.0


async def leased(store: Store, owner: str = "one") -> int:
    return await store.lease(owner, 5000)


def laksa(*ids: str, **given: object) -> Write:
    changed = {id_: complaint(id_) for id_ in ids}
    fields = {"as_of": "2026-11-24T05:00:00.000Z"}
    return Write("complaints", "laksa", fields, changed, **given)  # type: ignore[arg-type]


async def everything(store: Store) -> dict[str, object]:
    """All of the store but the lease."""
    found: dict[str, object] = {}
    for key in sorted(str(key, "utf-8") for key in await store.redis.keys("*") if isinstance(key, bytes)):
        kind = await store.redis.type(key)
        if key in (LEASE, EPOCH):
            continue
        if kind == b"hash":
            found[key] = await store.redis.hgetall(key)
        elif kind == b"stream":
            found[key] = await store.redis.xrange(key)
        else:
            found[key] = await store.redis.get(key)
    return found


async def test_one_write_is_records_events_and_source_together(store: Store) -> None:
    epoch = await leased(store)
    await store.write([laksa("a", "b")], epoch, NOON, WEEK)
    records = await store.records("complaints")
    assert {key: record_from("complaints", stored) for key, stored in records.items()} == {
        ("laksa", "a"): complaint("a"),
        ("laksa", "b"): complaint("b"),
    }
    assert await store.source_fields(["laksa", "nobody"]) == {
        "laksa": {"as_of": "2026-11-24T05:00:00.000Z"},
        "nobody": {},
    }
    assert await store.redis.xlen(EVENTS + "complaints") == 2


async def test_an_ended_record_is_gone_and_leaves_an_event(store: Store) -> None:
    epoch = await leased(store)
    await store.write([laksa("a", "b")], epoch, NOON, WEEK)
    await store.write([Write("complaints", "laksa", {"x": "1"}, {}, frozenset({"a"}))], epoch, NOON, WEEK)
    assert set(await store.records("complaints")) == {("laksa", "b")}
    [(_, last)] = await store.redis.xrevrange(EVENTS + "complaints", count=1) or []
    assert last == {b"source": b"laksa", b"id": b"a", b"ended": b"1"}


async def test_fields_no_longer_true_are_cleared(store: Store) -> None:
    epoch = await leased(store)
    await store.write([Write("complaints", "laksa", {"error": "down", "as_of": "x"})], epoch, NOON, WEEK)
    await store.write([Write("complaints", "laksa", {"as_of": "y"}, cleared=("error", "cursor"))], epoch, NOON, WEEK)
    assert await store.source_fields(["laksa"]) == {"laksa": {"as_of": "y"}}


async def test_ids_may_hold_blanks_colons_and_any_letters(store: Store) -> None:
    epoch = await leased(store)
    ids = ["a b  c", "{x}:y", "Ünïcode-✓", " leading", '"quoted"', "back\\slash", "nul\x00", "12345678901234567890"]
    await store.write([laksa(*ids)], epoch, NOON, WEEK)
    assert {key for _, key in await store.records("complaints")} == set(ids)
    ended = Write("complaints", "laksa", {"x": "1"}, {}, frozenset(ids))
    await store.write([ended], epoch, NOON, WEEK)
    assert await store.records("complaints") == {}


async def test_a_large_collection_is_one_write(store: Store) -> None:
    epoch = await leased(store)
    await store.write([laksa(*(str(number) for number in range(1701)))], epoch, NOON, WEEK)
    assert await store.redis.hlen(RECORDS + "complaints") == 1701
    ended = frozenset(str(number) for number in range(1700))
    await store.write([Write("complaints", "laksa", {"x": "1"}, {}, ended)], epoch, NOON, WEEK)
    assert set(await store.records("complaints")) == {("laksa", "1700")}


async def test_the_write_of_an_old_epoch_is_refused_and_nothing_of_it_is_there(store: Store) -> None:
    old = await leased(store, "old")
    await store.write([laksa("a")], old, NOON, WEEK)
    await store.redis.delete(LEASE)
    new = await leased(store, "new")
    assert new > old
    before = await everything(store)
    with pytest.raises(LostLeaseError):
        await store.write([laksa("b", ended=frozenset({"a"}))], old, NOON, WEEK)
    with pytest.raises(LostLeaseError):
        await store.save_reading("complaints", {"waiting": 1}, old)
    assert await everything(store) == before
    await store.write([laksa("c")], new, NOON, WEEK)


async def test_a_take_over_in_the_middle_of_a_write_refuses_it(store: Store) -> None:
    """Between the look at the epoch and the write itself, somebody else takes over."""
    epoch = await leased(store, "old")

    class Slow(Store):
        async def fenced(self, epoch: int, fill: Callable[[Pipeline], None]) -> None:
            def later(pipe: Pipeline) -> None:
                fill(pipe)
                execute = pipe.execute

                async def after_another() -> object:
                    await store.redis.incr(EPOCH)
                    return await execute()

                pipe.execute = after_another  # type: ignore[method-assign, assignment]

            await super().fenced(epoch, later)

    slow = Slow("redis://nowhere")
    slow.redis = store.redis
    with pytest.raises(LostLeaseError):
        await slow.write([laksa("a")], epoch, NOON, WEEK)
    assert await everything(store) == {}


async def test_only_one_holds_the_lease_and_keeps_it(store: Store) -> None:
    epoch = await leased(store, "one")
    assert epoch > 0
    assert await leased(store, "two") == 0
    assert await leased(store, "one") == epoch


async def test_a_lease_given_back_goes_over_at_once(store: Store) -> None:
    first = await leased(store, "one")
    await store.give_back("two")
    assert await leased(store, "two") == 0
    await store.give_back("one")
    assert await leased(store, "two") > first


async def test_a_lease_that_is_not_renewed_goes_over(store: Store) -> None:
    first = await store.lease("one", 50)
    async with asyncio.timeout(5):
        while (epoch := await store.lease("two", 5000)) == 0:
            await asyncio.sleep(0.01)
    assert epoch > first
    assert await store.lease("one", 5000) == 0


async def test_an_epoch_is_never_used_twice_even_by_a_store_that_lost_everything(store: Store) -> None:
    seen = []
    for _ in range(3):
        seen.append(await leased(store, "one"))
        await store.give_back("one")
    await store.redis.flushall()
    with pytest.raises(LostLeaseError):
        await store.write([laksa("a")], seen[-1], NOON, WEEK)
    await asyncio.sleep(0.01)
    seen.append(await leased(store, "one"))
    assert seen == sorted(set(seen))


async def test_a_lease_without_an_epoch_is_taken_anew(store: Store) -> None:
    first = await leased(store, "one")
    await store.redis.delete(EPOCH)
    assert await leased(store, "one") == 0
    assert await leased(store, "one") >= first


@pytest.fixture
async def nowhere(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(f"unix://{tmp_path}/none.sock") as store:
        yield store


async def test_a_dead_redis_costs_well_under_a_second(nowhere: Store) -> None:
    async with asyncio.timeout(0.9):
        with pytest.raises(StoreDownError, match="Redis does not answer"):
            await nowhere.readings(["complaints"])


async def test_every_question_to_a_dead_redis_says_so(nowhere: Store) -> None:
    questions = [
        nowhere.ping(),
        nowhere.lease("one", 1000),
        nowhere.give_back("one"),
        nowhere.records("beds"),
        nowhere.source_fields(["laksa"]),
        nowhere.write([laksa("a")], 1, NOON, WEEK),
        nowhere.save_reading("beds", {}, 1),
        anext(nowhere.news()),
    ]
    for answer in await asyncio.gather(*questions, return_exceptions=True):
        assert isinstance(answer, StoreDownError)


async def test_the_password_is_in_no_message() -> None:
    async with Store("redis://admin:s3cret@127.0.0.1:1/0") as store:
        with pytest.raises(StoreDownError) as caught:
            await store.ping()
    assert "s3cret" not in str(caught.value)
    assert "admin" not in str(caught.value)


async def test_a_refusal_of_redis_is_told_in_one_line(store: Store) -> None:
    await store.redis.set(RECORDS + "complaints", "not a hash")
    with pytest.raises(StoreDownError) as caught:
        await store.records("complaints")
    assert str(caught.value).startswith("Redis refused: WRONGTYPE")
    assert "\n" not in str(caught.value)


async def next_area(news: AsyncIterator[str | None]) -> str:
    while (area := await anext(news)) is None:
        pass
    return area


async def test_news_comes_at_once_and_begins_with_a_look_at_everything(store: Store) -> None:
    epoch = await leased(store)
    news = store.news()
    beds, apps = (dict.fromkeys(Reading.__required_keys__, value) for value in (3, 1))
    async with asyncio.timeout(5):
        assert await anext(news) is None
        await store.save_reading("beds", beds, epoch)
        await store.save_reading("apps", apps, epoch)
        assert [await next_area(news), await next_area(news)] == ["beds", "apps"]
    await news.aclose()
    assert await store.readings(["beds", "apps", "traffic"]) == {"beds": beds, "apps": apps}


async def test_a_lost_connection_ends_the_news_with_store_down(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    server = EmbeddedRedis(tmp_path_factory.mktemp("own"))
    await server.ensure()
    async with Store(server.url) as store:
        news = store.news()
        assert await anext(news) is None
        server.stop()
        async with asyncio.timeout(5):
            with pytest.raises(StoreDownError):
                while True:
                    await anext(news)


async def test_a_very_large_answer_lets_others_have_their_turn_while_it_is_encoded(store: Store) -> None:
    epoch = await leased(store)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    fenced = store.fenced

    async def counting(epoch: int, fill: Callable[[Pipeline], None]) -> None:
        assert turns >= 20, "before the transaction, in which everything is ready"
        await fenced(epoch, fill)

    store.fenced = counting  # type: ignore[method-assign]
    task = asyncio.create_task(others())
    try:
        await store.write([laksa(*map(str, range(10_000)))], epoch, NOON, WEEK)
    finally:
        task.cancel()
    assert len(await store.records("complaints")) == await store.redis.xlen(EVENTS + "complaints") == 10_000


async def test_events_are_trimmed_by_age(store: Store) -> None:
    epoch = await leased(store)
    seconds, _ = await store.redis.time()
    for number in range(300):
        await store.redis.xadd(EVENTS + "complaints", {"source": "old"}, id=f"{(seconds - 86400) * 1000 + number}-0")
    now = datetime.fromtimestamp(seconds, UTC)
    await store.write([laksa("a")], epoch, now, timedelta(hours=30).total_seconds())
    assert await store.redis.xlen(EVENTS + "complaints") == 301
    await store.write([laksa("b")], epoch, now, timedelta(hours=20).total_seconds())
    left = await store.redis.xlen(EVENTS + "complaints")
    assert 2 <= left <= 102  # whole nodes of a hundred entries are dropped


async def test_whoever_is_cancelled_while_asking_ends(store: Store) -> None:
    """However far the question has come: a cancellation that is lost would keep the program from stopping."""
    epoch = await leased(store)
    for steps in range(40):
        task = asyncio.create_task(store.save_reading("beds", {"free": steps}, epoch))
        for _ in range(steps):
            await asyncio.sleep(0)
        if not task.done():
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


REDIS_7_0 = {
    "DEL", "EXEC", "GET", "HDEL", "HGETALL", "HSET", "INCR", "MGET", "MULTI", "PEXPIRE", "PING", "PUBLISH", "SADD",
    "SET", "SMEMBERS", "SREM", "SUBSCRIBE", "TIME", "UNSUBSCRIBE", "UNWATCH", "WATCH", "XADD", "XDEL", "XRANGE",
    "XTRIM",
}  # fmt: skip
HANDSHAKE = {"HELLO", "CLIENT", "EVALSHA", "SCRIPT", "EVAL", "INFO", "FLUSHALL", "CONFIG", "COMMAND"}


async def test_only_commands_of_redis_7_0_are_sent(store: Store) -> None:
    await store.redis.config_resetstat()
    epoch = await leased(store)
    await store.write([laksa("a", ended=frozenset({"x"}), cleared=("error",))], epoch, NOON, WEEK)
    aside = laksa("b", aside=(Aside("no id", "", "{}", "k"),), released=("1-1",), replayed=True)
    await store.write([aside], epoch, NOON, WEEK)
    await store.quarantine("laksa")
    await store.ask_replay("laksa")
    await store.replays()
    await store.save_reading("complaints", {}, epoch)
    await store.records("complaints")
    await store.readings(["complaints"])
    await store.source_fields(["laksa"])
    await store.ping()
    news = store.news()
    await anext(news)
    await news.aclose()
    await store.give_back("one")
    stats = await store.redis.info("commandstats")
    sent = {name.removeprefix("cmdstat_").partition("|")[0].upper() for name in stats}
    assert sent - HANDSHAKE <= REDIS_7_0


def test_every_key_shares_the_hash_tag_so_that_a_cluster_keeps_them_together() -> None:
    text = inspect.getsource(store_keys)
    keys = re.findall(r'^[A-Z]+ = "(.*lr.*)"$', text, re.MULTILINE)
    assert len(keys) == 26
    assert all(key.startswith("{lr}:") for key in keys)


def test_scripts_name_their_keys_and_make_none_up() -> None:
    for script in (scripts.TAKE_OR_KEEP, scripts.GIVE_BACK):
        assert re.findall(r"redis\.call\('\w+', (\w+)", script)
        assert set(re.findall(r"redis\.call\('\w+', (\w+)", script)) == {"KEYS"}
