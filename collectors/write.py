"""One collection's changes as the commands that write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from collectors.quarantine import Aside
from collectors.records import Record
from collectors.source import Area
from collectors.store_keys import DAY, EVENTS, PUSHED, QUARANTINE, RECORDS, REPLAY, SOURCE
from collectors.stored import record_json

CHUNK = 500
MOST_ASIDE = 1000
MOST_EVENTS = 100_000
KEEP_DAYS = 400 * 86_400
KEEP_ASIDE_MS = 30 * 86_400_000

Key = TypeVar("Key")
Command = tuple[str, str, *tuple[str | bytes | int, ...]]
"""A command's name, its one key, and the rest."""


@dataclass(frozen=True, slots=True)
class Write:
    """What one collection changes, written as a whole or not at all.

    `changed` are new or changed records by id, `quiet` the ids of those that are no news (records.FIELDS) and so no
    event, `ended` the ids that are gone, `over` what was known of those last, `fields` what is new in the source's
    state and `cleared` what is no longer in it. `aside` are rejected records to keep, `released` the ids of those that
    were kept and could be read after all, where somebody asked for that (`replayed`). `taken` are the pushes that are
    herewith taken in (inbox.py). `days` is what was counted of the source by day (reliability.py).
    """

    area: Area
    source: str
    fields: Mapping[str, str]
    changed: Mapping[str, Record] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()
    cleared: tuple[str, ...] = ()
    aside: tuple[Aside, ...] = ()
    released: tuple[str, ...] = ()
    replayed: bool = False
    taken: tuple[str, ...] = ()
    days: Mapping[str, bytes] = field(default_factory=dict)
    quiet: frozenset[str] = frozenset()
    over: Mapping[str, Record] = field(default_factory=dict)


def commands(write: Write) -> Iterator[Command]:
    """What the store is to be told, in this order, within one transaction."""
    stream = EVENTS + write.area
    for some in chunks(list(write.changed)):
        lines = {key: record_json(write.changed[key]) for key in some}
        pairs = (part for key, line in lines.items() for part in (f"{write.source} {key}", line))
        yield ("HSET", RECORDS + write.area, *pairs)
        for key, line in lines.items():
            if key not in write.quiet:
                yield ("XADD", stream, "*", "source", write.source, "id", key, "record", line)
    for some in chunks(sorted(write.ended)):
        yield ("HDEL", RECORDS + write.area, *(f"{write.source} {key}" for key in some))
    for key in sorted(write.ended):
        last = ("record", record_json(write.over[key])) if key in write.over else ()
        yield ("XADD", stream, "*", "source", write.source, "id", key, "ended", "1", *last)
    if write.fields:
        yield ("HSET", SOURCE + write.source, *(part for each in write.fields.items() for part in each))
    if write.cleared:
        yield ("HDEL", SOURCE + write.source, *write.cleared)
    if write.aside or write.replayed:
        yield from quarantined(write)
    if write.taken:
        yield ("XDEL", PUSHED + write.source, *write.taken)


def quarantined(write: Write) -> Iterator[Command]:
    stream = QUARANTINE + write.source
    for aside in write.aside:
        row = () if aside.row is None else ("row", aside.row)
        said = ("reason", aside.reason, "sample", aside.sample, "key", aside.key, *row)
        yield ("XADD", stream, "*", *(part.encode("utf-8", "replace") for part in said))
    if write.aside:
        yield ("XTRIM", stream, "MAXLEN", MOST_ASIDE)
        yield ("PEXPIRE", stream, KEEP_ASIDE_MS)
    if write.released:
        yield ("XDEL", stream, *write.released)
    if write.replayed:
        yield ("SREM", REPLAY, write.source)


def counted(writes: Sequence[Write]) -> Iterator[Command]:
    """What several collections counted, a day at a time."""
    for day in sorted({day for write in writes for day in write.days}):
        mine = [(write.source, write.days[day]) for write in writes if day in write.days]
        yield ("HSET", DAY + day, *(part for each in mine for part in each))
        yield ("EXPIRE", DAY + day, KEEP_DAYS)


def trimmed(area: Area, oldest: int) -> Iterator[Command]:
    """Forget the events of an area from before a moment (ms since 1970), and beyond so many."""
    yield ("XTRIM", EVENTS + area, "MINID", "~", oldest)
    yield ("XTRIM", EVENTS + area, "MAXLEN", "~", MOST_EVENTS)


def chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """A command of a million arguments would hold up everybody else."""
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
