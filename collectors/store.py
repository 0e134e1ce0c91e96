"""The only file that talks to Redis. Commands stay within Redis 7.0 and Valkey 8.

What is kept under which key: collectors/store_keys.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from datetime import datetime
from itertools import chain, islice
from typing import Any, Self, TypeVar, cast

import orjson
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, TimeoutError, WatchError

from collectors.quarantine import Kept, kept_from
from collectors.readings.shape import Reading
from collectors.readings.stage import DeclaredStage, RuledStage
from collectors.scripts import GIVE_BACK, SAY_ALL, TAKE_OR_KEEP, script
from collectors.source import Area
from collectors.store_keys import (
    DAY,
    DECLARED,
    EPOCH,
    LEASE,
    NEWS,
    ORDERED,
    ORDERS,
    QUARANTINE,
    READING,
    RECORDS,
    REPLAY,
    SCREENS,
    SOURCE,
    STAGE,
    STAGED,
)  # fmt: skip
from collectors.write import CHUNK, Write, commands, counted, trimmed

Stored = TypeVar("Stored", RuledStage, DeclaredStage)
Transaction = Pipeline
"""What `Store.fenced` gives to be filled with commands."""


class StoreDownError(Exception):
    """Redis does not answer. The message says so in one sentence, without the address's password."""


class LostLeaseError(Exception):
    """Another process has taken over the writing; what was about to be written was not."""


class Store:
    """One connection pool to Redis, with limits so short that a dead server costs a caller tens of milliseconds."""

    def __init__(self, url: str) -> None:
        self.redis: Redis = Redis.from_url(
            url,
            socket_connect_timeout=1.0,
            socket_timeout=5.0,
            retry=Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.2), 3),
            health_check_interval=15,
        )
        self.log = structlog.get_logger("store")
        self.take_or_keep = self.redis.register_script(TAKE_OR_KEEP)
        self.give_back_script = self.redis.register_script(GIVE_BACK)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.redis.aclose()

    async def ping(self) -> None:
        """Raises StoreDownError unless Redis answers."""
        await self._asked(self.redis.ping())

    async def asked(self, question: Any) -> Any:
        """The answer to a question for Redis, for orders.py, which uses this file's connection."""
        return await self._asked(question)

    async def _asked(self, question: Any) -> Any:
        task = asyncio.current_task()
        cancelled = task.cancelling() if task else 0
        try:
            return await question
        except (RedisConnectionError, TimeoutError, OSError) as error:
            raise StoreDownError(f"Redis does not answer ({type(error).__name__})") from error
        except RedisError as error:
            raise StoreDownError(f"Redis refused: {str(error).splitlines()[0][:200]}") from error
        finally:
            # asyncio.wait_for of Python 3.11, which redis uses, may swallow a cancellation: the task would never end
            if task and task.cancelling() > cancelled:
                raise asyncio.CancelledError

    async def lease(self, owner: str, milliseconds: int) -> int:
        """Take or keep the right to write for so long: its epoch, or 0 while another owner holds it.

        An epoch is never used twice, not even by a Redis that has lost everything: whoever wrote before notices.
        """
        return int(await self._asked(self.take_or_keep(keys=[LEASE, EPOCH], args=[owner, milliseconds])))

    async def give_back(self, owner: str) -> None:
        """Let the next process take over at once."""
        await self._asked(self.give_back_script(keys=[LEASE], args=[owner]))

    async def source_fields(self, names: Iterable[str]) -> dict[str, dict[str, str]]:
        """Every source's stored fields by its name; a source never heard of has none."""
        each = list(names)
        pipe = self.redis.pipeline(transaction=False)
        for name in each:
            pipe.hgetall(SOURCE + name)
        found = await self._asked(pipe.execute())
        return {name: text_fields(fields) for name, fields in zip(each, found, strict=True)}

    async def records(self, area: Area) -> dict[tuple[str, str], dict[str, Any]]:
        """Every record of an area as stored, by (source, id)."""
        found = await self._asked(self.redis.hgetall(RECORDS + area))
        return {split_key(key): orjson.loads(value) for key, value in found.items()}

    async def write(self, writes: Iterable[Write], epoch: int, now: datetime, keep_events: float) -> None:
        """Write collections, all or none. Raises LostLeaseError if the epoch is over, StoreDownError if Redis is."""
        each = list(writes)
        oldest = int((now.timestamp() - keep_events) * 1000)
        areas = sorted({write.area for write in each if write.changed or write.ended})
        said = chain(*(commands(write) for write in each), counted(each), *(trimmed(area, oldest) for area in areas))
        scripts = []
        while some := list(islice(said, CHUNK)):
            scripts.append(script(some))
            await asyncio.sleep(0)  # a very large answer must not hold up the lease

        def fill(pipe: Transaction) -> None:
            for keys, text in scripts:
                pipe.eval(SAY_ALL, len(keys), *keys, text)

        await self.fenced(epoch, fill)

    async def save_reading(
        self, area: Area, reading: Mapping[str, Any], epoch: int, stage: RuledStage | None = None
    ) -> None:
        """Keep an area's reading, and the city's stage by rule with it, and tell everyone who watches."""

        def fill(pipe: Transaction) -> None:
            pipe.set(READING + area, orjson.dumps(reading))
            if stage is not None:
                pipe.set(STAGE, orjson.dumps(stage))
            pipe.publish(NEWS, area)

        await self.fenced(epoch, fill)

    async def fenced(self, epoch: int, fill: Callable[[Transaction], None]) -> None:
        """What `fill` puts in, all or none. Raises LostLeaseError if the epoch is over, StoreDownError if Redis is."""

        async def attempt() -> None:
            async with self.redis.pipeline(transaction=True) as pipe:
                await pipe.watch(EPOCH)
                if int(await pipe.get(EPOCH) or 0) != epoch:
                    raise LostLeaseError("another process writes now")
                pipe.multi()  # type: ignore[no-untyped-call]
                fill(pipe)
                try:
                    await pipe.execute()
                except WatchError as error:
                    raise LostLeaseError("another process took over while this one was writing") from error

        await self._asked(attempt())

    async def days(self, days: Iterable[str]) -> dict[str, dict[str, bytes]]:
        """What was counted of every source on each of these days, as it was kept; a day nobody counted is empty."""
        each = list(days)
        pipe = self.redis.pipeline(transaction=False)
        for day in each:
            pipe.hgetall(DAY + day)
        found = await self._asked(pipe.execute())
        return {day: {key.decode(): line for key, line in one.items()} for day, one in zip(each, found, strict=True)}

    async def quarantine(self, source: str) -> list[Kept]:
        """What was set aside of a source, the oldest first."""
        found = await self._asked(self.redis.xrange(QUARANTINE + source))
        return [kept_from(key.decode(), text_fields(fields)) for key, fields in found]

    async def ask_replay(self, source: str) -> None:
        """Have whoever collects read again what was set aside of a source."""
        await self._asked(self.redis.sadd(REPLAY, source))

    async def replays(self) -> set[str]:
        """The sources for which that is asked and not done yet."""
        return {name.decode() for name in await self._asked(self.redis.smembers(REPLAY))}

    async def readings(self, areas: Iterable[Area]) -> dict[Area, dict[str, Any]]:
        """The present readings; an area never computed is missing, and so is one that is no reading."""
        each = list(areas)
        found = await self._asked(self.redis.mget([READING + area for area in each]))
        read = {area: reading_from(value) for area, value in zip(each, found, strict=True) if value is not None}
        for area in (area for area, reading in read.items() if reading is None):
            self.log.warning("reading not understood", area=area)
        return {area: reading for area, reading in read.items() if reading is not None}

    async def stages(self) -> tuple[RuledStage | None, DeclaredStage | None]:
        """The city's stage by rule and as declared; what is neither known nor understood is None."""
        by_rule, declared = await self._asked(self.redis.mget([STAGE, DECLARED]))
        return stage_from(by_rule, RuledStage), stage_from(declared, DeclaredStage)

    async def declare(self, stage: DeclaredStage | None, milliseconds: int = 0) -> None:
        """Keep a declared stage for so long, or none any more, and tell everyone who watches."""
        pipe = self.redis.pipeline(transaction=True)
        if stage is None:
            pipe.delete(DECLARED)
        else:
            pipe.set(DECLARED, orjson.dumps(stage), px=milliseconds)
        pipe.publish(NEWS, STAGED)
        await self._asked(pipe.execute())

    async def order(self, screen: str, order: bytes) -> None:
        """Keep what a screen was asked to show (JSON), and tell everyone who watches."""
        pipe = self.redis.pipeline(transaction=True)
        pipe.hset(ORDERS, screen, order)
        pipe.publish(NEWS, ORDERED)
        await self._asked(pipe.execute())

    async def orders(self) -> dict[str, bytes]:
        """What each screen was last asked to show, as it was kept."""
        return {key.decode(): value for key, value in (await self._asked(self.redis.hgetall(ORDERS))).items()}

    async def note_screen(self, key: str, said: bytes) -> None:
        """Keep what a browser says of itself (JSON)."""
        await self._asked(self.redis.hset(SCREENS, key, said))

    async def screens(self) -> dict[str, bytes]:
        """What every browser last said of itself, as it was kept."""
        return {key.decode(): value for key, value in (await self._asked(self.redis.hgetall(SCREENS))).items()}

    async def forget_screens(self, keys: Iterable[str]) -> None:
        gone = list(keys)
        if gone:
            await self._asked(self.redis.hdel(SCREENS, *gone))

    async def news(self) -> AsyncGenerator[str | None, None]:
        """Areas whose reading changed, ORDERED and STAGED, as it happens; None at the start and whenever it was quiet.

        Raises StoreDownError when the connection is lost.
        """
        pubsub = self.redis.pubsub(ignore_subscribe_messages=True)
        try:
            await self._asked(pubsub.subscribe(NEWS))
            yield None
            while True:
                message = await self._asked(pubsub.get_message(timeout=4.0))
                yield message["data"].decode(errors="replace") if message else None
        finally:
            await pubsub.aclose()  # type: ignore[no-untyped-call]


def is_address(url: str) -> bool:
    """Whether this is an address of a Redis at all."""
    try:
        parse_url(url)
    except ValueError:
        return False
    return True


def reading_from(value: bytes) -> dict[str, Any] | None:
    """A stored reading, None for anything that lacks what every reading has."""
    try:
        found = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) and Reading.__required_keys__ <= found.keys() else None


def stage_from(value: bytes | None, kind: type[Stored]) -> Stored | None:
    """A stored stage, None for anything that lacks what it must have."""
    try:
        found = orjson.loads(value or b"null")
    except orjson.JSONDecodeError:
        return None
    whole = isinstance(found, dict) and kind.__annotations__.keys() <= found.keys()
    return cast("Stored", found) if whole else None


def text_fields(fields: Mapping[bytes, bytes]) -> dict[str, str]:
    return {key.decode(): value.decode() for key, value in fields.items()}


def split_key(key: bytes) -> tuple[str, str]:
    source, _, record_id = key.decode().partition(" ")
    return source, record_id
