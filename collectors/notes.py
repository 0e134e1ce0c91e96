"""Notes that people leave on the cards of the pages: what, who, when, and what the page was asked for.

One hash per page, so many notes at most: the oldest go, those that were removed first. Who removed one, and when, is
kept with it. What leads to a person (telephone, e-mail, NIK) is masked before it is kept, and again as it is read.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TypedDict, cast

import orjson

from collectors.health import iso
from collectors.personal import masked
from collectors.store import Store
from collectors.store_keys import NOTES, NOTING

MOST = 200
LONGEST_TEXT = 400
LONGEST_BY = 40
LONGEST_QUERY = 600
PER_MINUTE = 20
"""Notes that may be left or removed within a minute, by all people together."""
MINUTE_MS = 60_000


class Removal(TypedDict):
    """When a note was removed, and by whom."""

    at: str
    by: str


class CardNote(TypedDict):
    """One note. `query` is what the page's address said beside its path when it was left, without a language; `by` an
    office or a name, as it was typed. A removed one keeps its text here; no page and no API shows it."""

    id: str
    card: str
    query: str
    text: str
    by: str
    at: str
    removed: Removal | None


class Notes:
    """Every method raises StoreDownError."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def of(self, page: str) -> list[CardNote]:
        """All that a page's cards have, the newest first; of a removed one not what it said."""
        found = [shown(note) for note in (await self.kept(page)).values()]
        return sorted(found, key=lambda note: (note["at"], note["id"]), reverse=True)

    async def wait(self) -> int:
        """0 where another may be left now, else the milliseconds until then."""
        pipe = self.store.redis.pipeline(transaction=True)
        pipe.set(NOTING, 0, nx=True, px=MINUTE_MS)
        pipe.incr(NOTING)
        pipe.pttl(NOTING)
        _, count, left = await self.store.asked(pipe.execute())
        return max(1, int(left)) if int(count) > PER_MINUTE else 0

    async def add(self, page: str, card: str, query: str, text: str, by: str, now: datetime) -> CardNote:
        """Keep one; what the page has too many goes."""
        at = iso(now)
        note: CardNote = {
            "id": f"{int(now.timestamp() * 1000):x}-{secrets.token_hex(3)}",
            "card": card,
            "query": query,
            "text": masked(text),
            "by": masked(by),
            "at": at,
            "removed": None,
        }
        kept = await self.kept(page)
        gone = sorted(kept.values(), key=lambda one: (one["removed"] is None, one["at"]))[
            : max(0, len(kept) + 1 - MOST)
        ]
        pipe = self.store.redis.pipeline(transaction=True)
        if gone:
            pipe.hdel(NOTES + page, *(one["id"] for one in gone))
        pipe.hset(NOTES + page, note["id"], orjson.dumps(note))
        await self.store.asked(pipe.execute())
        return note

    async def remove(self, page: str, id: str, by: str, now: datetime) -> CardNote | None:
        """Take one off its card; None where there is none. One that is removed stays as it was removed."""
        note = (await self.kept(page)).get(id)
        if note is None:
            return None
        if note["removed"] is None:
            note = {**note, "removed": {"at": iso(now), "by": masked(by)}}
            await self.store.asked(self.store.redis.hset(NOTES + page, id, orjson.dumps(note)))
        return shown(note)

    async def kept(self, page: str) -> dict[str, CardNote]:
        """As they are kept, by id; what another version of the program kept is left out."""
        found = await self.store.asked(self.store.redis.hgetall(NOTES + page))
        read = {key.decode(): note_from(value) for key, value in found.items()}
        return {id: note for id, note in read.items() if note is not None}


def note_from(value: bytes) -> CardNote | None:
    try:
        found = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    whole = isinstance(found, dict) and CardNote.__annotations__.keys() == found.keys()
    return cast("CardNote", found) if whole else None


def shown(note: CardNote) -> CardNote:
    """A note as everybody may see it."""
    if note["removed"] is not None:
        return {**note, "text": ""}
    return {**note, "text": masked(note["text"]), "by": masked(note["by"])}
