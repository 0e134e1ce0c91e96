"""What Redis holds of the history: samples in no file yet, changes not folded in, and how far we are."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from collectors.facts import Row
from collectors.records import Record
from collectors.source import Area
from collectors.store import Store, Transaction
from collectors.store_keys import EVENTS, HISTORY, SAMPLES
from collectors.stored import record_from

AT_ONCE = 5000
BEGINNING = "0-0"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of an area's events: a record that is new or changed, or is `over`. `id` is the stream's."""

    id: str
    at: datetime
    source: str
    key: str
    record: Record | None
    over: bool


class PastStore:
    """Every method raises StoreDownError; those that write also LostLeaseError."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def add_sample(self, area: Area, at: datetime, rows: Sequence[Row], epoch: int, keep: float) -> bool:
        """Keep what was seen at a moment; False where that moment, or a later one, is kept already."""
        stream = SAMPLES + area
        last = await self.store.asked(self.store.redis.xrevrange(stream, count=1))
        moment = int(at.timestamp() * 1000)
        if last and int(last[0][0].partition(b"-")[0]) >= moment:
            return False
        body = zlib.compress(orjson.dumps(rows), 1)

        def fill(pipe: Transaction) -> None:
            pipe.execute_command("XADD", stream, f"{moment}-0", "rows", body)
            pipe.xtrim(stream, minid=moment - int(keep * 1000), approximate=True)

        await self.store.fenced(epoch, fill)
        return True

    async def samples(
        self, area: Area, since: datetime | None = None, until: datetime | None = None
    ) -> list[tuple[datetime, list[Row]]]:
        """What was seen at each moment, the end excluded, the oldest first."""
        start = "-" if since is None else f"{int(since.timestamp() * 1000)}-0"
        end = "+" if until is None else f"({int(until.timestamp() * 1000)}-0"
        found = await self.store.asked(self.store.redis.xrange(SAMPLES + area, min=start, max=end))
        return [(moment_of(key), orjson.loads(zlib.decompress(fields[b"rows"]))) for key, fields in found or ()]

    async def changes(self, area: Area, after: str, until: str = "+") -> AsyncIterator[list[Change]]:
        """What changed after an entry of the stream and up to another, the oldest first, some at a time."""
        while True:
            question = self.store.redis.xrange(EVENTS + area, min=f"({after}", max=until, count=AT_ONCE)
            found = list(changes_in(area, await self.store.asked(question) or ()))
            if found:
                yield found
                after = found[-1].id
            if len(found) < AT_ONCE:
                return

    async def last_change(self, area: Area) -> str:
        last = await self.store.asked(self.store.redis.xrevrange(EVENTS + area, count=1))
        return last[0][0].decode() if last else BEGINNING

    async def first_change(self, area: Area) -> str | None:
        first = await self.store.asked(self.store.redis.xrange(EVENTS + area, count=1))
        return first[0][0].decode() if first else None

    async def noted(self) -> dict[str, Any]:
        """What `note` was told: `position AREA` is the last change that is in the files, `sealed AREA` the moment up to
        which samples are (ISO), `anew SOURCE` what is still to be forgotten (chronicle.py); and how the history is."""
        found: Mapping[bytes, bytes] = await self.store.asked(self.store.redis.hgetall(HISTORY))
        return {key.decode(): orjson.loads(value) for key, value in found.items()}

    async def note(self, values: Mapping[str, Any], epoch: int) -> None:
        """Keep these; None is nothing any more."""

        def fill(pipe: Transaction) -> None:
            for key, value in values.items():
                if value is None:
                    pipe.hdel(HISTORY, key)
                else:
                    pipe.hset(HISTORY, key, orjson.dumps(value))

        await self.store.fenced(epoch, fill)


def changes_in(area: Area, found: Sequence[tuple[bytes, Mapping[bytes, bytes]]]) -> Iterator[Change]:
    for key, fields in found:
        given = fields.get(b"record")
        try:
            record = record_from(area, orjson.loads(given)) if given else None
        except (TypeError, ValueError):
            record = None  # of another version of the program
        yield Change(
            key.decode(),
            moment_of(key),
            fields.get(b"source", b"").decode(),
            fields.get(b"id", b"").decode(),
            record,
            b"ended" in fields,
        )


def moment_of(key: bytes) -> datetime:
    return datetime.fromtimestamp(int(key.partition(b"-")[0]) / 1000, UTC)


def is_dropped(position: str, first: str | None) -> bool:
    """Whether changes after a position are in the stream no more, whose first change is given."""
    return first is not None and position != BEGINNING and order(first) > order(position)


def order(key: str) -> tuple[int, int]:
    """A stream's entry as something that can be compared."""
    moment, _, number = key.partition("-")
    return int(moment), int(number or 0)
