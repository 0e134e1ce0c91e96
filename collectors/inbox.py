"""Where pushes wait: a stream per source, which the web processes fill and the collecting process empties.

An entry leaves its stream in the transaction that writes its records (Write.taken). So it is taken in once, whatever
process ends when, and what is in a stream is exactly what is still to be done.

    {lr}:pushed:NAME          stream   accepted, not yet taken in
    {lr}:rate:NAME            string   how many pushes there were since this minute of the source began
    {lr}:signed:NAME:HEX      string   a signature that has been used, for as long as it would be good
    {lr}:answered:NAME:HASH   string   what a push with an idempotency key was answered, for a day
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from collectors.source import Area
from collectors.store import Store, split_key
from collectors.store_keys import PUSHED, RECORDS

RATE = "{lr}:rate:"
SIGNED = "{lr}:signed:"
ANSWERED = "{lr}:answered:"
ENTERED_BY = "entered_by"
"""The field of a source's state that says which office entered its values by hand, and is in no reading."""
MOST_BYTES = 64 * 1024 * 1024
AT_ONCE = 20
WAIT_MS = 1000
DAY = 86400

COUNT = """
local n = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], 60000)
  left = 60000
end
if n <= tonumber(ARGV[1]) then return 0 end
return left
"""

ADD = """
local waiting = redis.call('MEMORY', 'USAGE', KEYS[1]) or 0
if waiting > tonumber(ARGV[2]) then return 'full' end
if ARGV[3] ~= '0' and not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[3]) then return 'again' end
redis.call('XADD', KEYS[1], '*', 'push', ARGV[1])
if ARGV[4] ~= '' then redis.call('SET', KEYS[3], ARGV[4], 'EX', ARGV[5]) end
return 'added'
"""


class InboxFullError(Exception):
    """So much waits to be taken in that no more is accepted."""


class SentBeforeError(Exception):
    """A push with this very signature has been accepted already."""


@dataclass(frozen=True, slots=True)
class Signature:
    """`hex` is good for another `seconds`."""

    hex: str
    seconds: int


class Inbox:
    """The pushes of all sources, in the store. Every method raises StoreDownError."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._count = store.redis.register_script(COUNT)
        self._add = store.redis.register_script(ADD)

    async def pause(self, source: str, per_minute: int) -> float:
        """Count one push of a source, in whichever process: 0, or the seconds it has to wait because it is too many."""
        left = await self.store._asked(self._count(keys=[RATE + source], args=[per_minute]))
        return int(left) / 1000

    async def add(
        self, source: str, entry: bytes, signature: Signature | None = None, answer: tuple[str, bytes] | None = None
    ) -> None:
        """Accept a push; `answer` are an idempotency key's hash and what is to be remembered of it.

        Raises InboxFullError, SentBeforeError.
        """
        hex_, seconds = (signature.hex, signature.seconds) if signature else ("", 0)
        key, said = answer or ("", b"")
        keys = [PUSHED + source, f"{SIGNED}{source}:{hex_}", f"{ANSWERED}{source}:{key}"]
        found = await self.store._asked(self._add(keys=keys, args=[entry, MOST_BYTES, seconds, said, DAY]))
        if found == b"full":
            raise InboxFullError
        if found == b"again":
            raise SentBeforeError

    async def answered(self, source: str, key: str) -> Any:
        """What is remembered of an idempotency key, None where it is new."""
        found = await self.store._asked(self.store.redis.get(f"{ANSWERED}{source}:{key}"))
        return None if found is None else orjson.loads(found)

    async def known(self, area: Area, source: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The records a source has under these ids, as stored."""
        if not ids:
            return {}
        found = await self.store._asked(self.store.redis.hmget(RECORDS + area, [f"{source} {key}" for key in ids]))
        return {key: orjson.loads(value) for key, value in zip(ids, found, strict=True) if value is not None}

    async def all_known(self, area: Area, source: str) -> dict[str, dict[str, Any]]:
        """Every record of a source, as stored."""

        async def each() -> dict[str, dict[str, Any]]:
            mine = self.store.redis.hscan_iter(RECORDS + area, match=f"{source} *", count=1000)
            return {split_key(key)[1]: orjson.loads(value) async for key, value in mine}

        found: dict[str, dict[str, Any]] = await self.store.asked(each())
        return found

    async def waiting(self, sources: Iterable[str]) -> dict[str, list[tuple[str, bytes]]]:
        """The oldest pushes of each source, with the ids of their entries; waits a second for some."""
        streams: dict[Any, Any] = {PUSHED + name: "0" for name in sources}
        found = await self.store._asked(self.store.redis.xread(streams, count=AT_ONCE, block=WAIT_MS))
        return {
            name.decode().removeprefix(PUSHED): [(id_.decode(), fields.get(b"push", b"")) for id_, fields in entries]
            for name, entries in (found or [])
        }
