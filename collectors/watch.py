"""One source being collected: what is known of it, and what an answer changes in that."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from collectors.answer import Answer
from collectors.counts import counted
from collectors.fetch import Http
from collectors.health import MAY_END, SourceHealth
from collectors.inbox import ENTERED_BY
from collectors.merge import changes, forgotten
from collectors.personal import impersonal
from collectors.pushed import Pushed
from collectors.quarantine import Aside, Kept, read_again, set_aside
from collectors.records import Batch, CollectError, Complaint, Known, Record, is_news
from collectors.reliability import Reliability
from collectors.source import Collector, Rereads, Source
from collectors.stored import record_from
from collectors.write import MOST_ASIDE, Write


class NothingReadError(CollectError):
    """There were rows, and none of them could be read: what was known before stays, and ages."""

    def __init__(self, batch: Batch) -> None:
        rows, first = len(batch.rejected), batch.rejected[0].reason
        said = "its only row could not be read" if rows == 1 else f"none of its {rows:,} rows could be read"
        super().__init__(f"{said}: {first}")
        self.batch = batch


@dataclass(slots=True)
class Watch:
    """Its collector, its health, and the records it gave, by id. `http` is the collecting process's, for it alone.

    `kept` is its state as the store has it: of most answers only the times are news. `aside` are the keys of rejected
    records that were set aside. `lock` is held while something is taken in and written. `resting` is there between two
    runs, and ends when the next is due.
    """

    collector: Collector
    health: SourceHealth
    http: Http
    reliability: Reliability
    records: dict[str, Record] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    aside: dict[str, None] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    resting: asyncio.Future[None] | None = None

    @property
    def source(self) -> Source:
        return self.health.source

    def known(self) -> Known:
        if self.source.area != "complaints":
            return Known(self.health.cursor)
        complaints = ((key, one) for key, one in self.records.items() if isinstance(one, Complaint))
        return Known(self.health.cursor, frozenset(key for key, one in complaints if one.status != "done"))

    def restore(self, fields: Mapping[str, str]) -> None:
        """Begin with what the store kept of its health; the records come one by one."""
        self.health.restore(fields)
        self.records = {}
        self.kept = dict(fields)

    def remember(self, key: str, stored: dict[str, Any]) -> str | None:
        """Take over a stored record. One of another version of the program may not be understood: then the source is
        read from the start, and the reason is returned if that is news."""
        try:
            self.records[key] = record_from(self.source.area, stored)
        except (TypeError, ValueError) as error:
            news = self.health.cursor is not None
            self.health.cursor = None
            return str(error) if news else None
        return None

    async def rest(self, until: asyncio.Future[None]) -> None:
        """Wait until the next run is due, or until somebody calls."""
        self.resting = until
        try:
            await until
        finally:
            self.resting = None

    def call(self) -> None:
        """End the rest; a source that is being asked just now is left to it."""
        if self.resting is not None and not self.resting.done():
            self.resting.set_result(None)

    def heard(self, answer: Answer) -> None:
        """Count an answer of the source."""
        self.health.ledger.answers += 1
        self.health.ledger.not_modified += answer.reused

    async def asked(self) -> tuple[Batch, bool]:
        """What the source says, and whether another service answers than before: then what it was known by is worth
        nothing, and it is asked again for everything. Raises CollectError."""
        batch = await self.collector.collect(self.http.afresh(), self.known())
        if not self.health.is_another(batch):
            return batch, False
        return await self.collector.collect(self.http.afresh(), Known()), True

    def taken_in(self, batch: Batch, now: datetime, window: float) -> tuple[Write, bool]:
        """What is to be written for a good answer, and whether the source had been failing. `window` is the seconds
        for which a finished complaint is kept. Raises NothingReadError."""
        batch = impersonal(batch)
        if batch.rejected and not batch.records:
            raise NothingReadError(batch)
        self.reliability.observe(self.health, now)
        anew = self.health.is_another(batch)
        known: Mapping[str, Record] = {} if anew else self.records
        # a record that is missing may be a row that could not be read
        sure = replace(batch, complete=False) if batch.rejected else batch
        changed, ended = changes(known, sure)
        if anew:
            ended |= self.records.keys() - changed.keys()
            self.health.begin_anew(now)
        if self.source.area == "complaints":
            past = forgotten(self.records | changed, now, window)
            changed = {key: record for key, record in changed.items() if key not in past}
            ended |= past & self.records.keys()
        run = counted(known.keys(), batch, changed, ended)
        self.health.ledger.take(run, batch.rejected, now)
        self.health.drift.learn(batch, now)
        recovered = self.health.succeeded(batch, bool(changed or ended), now)
        self.reliability.answered(now, run["fetched"], run["rejected"])
        return self._write(changed, ended, self._aside(batch)), recovered

    def pushed(self, pushed: Pushed, now: datetime, window: float) -> tuple[Write, bool]:
        """As `taken_in`, for what the source sent by itself. Raises NothingReadError."""
        batch = pushed.batch()
        if self.health.as_of is not None and not self.health.is_another(batch):
            # a part of what a source knows makes the rest no older, nor newer where there is nothing in it
            batch = replace(batch, as_of=max(pushed.as_of or self.health.as_of, self.health.as_of))
        write, recovered = self.taken_in(batch, now, window)
        by = {} if pushed.by is None else {ENTERED_BY: pushed.by}
        return replace(write, fields={**write.fields, **by}), recovered

    def replayed(self, kept: Sequence[Kept], now: datetime, window: float) -> Write:
        """What is to be written of records that were set aside and can be read now; the newest update wins as ever."""
        found = read_again(self.collector, kept)
        batch = Batch(tuple(found.values()), now, complete=False)
        changed, ended = changes(self.records, batch)
        past = forgotten(self.records | changed, now, window)
        changed = {key: record for key, record in changed.items() if key not in past}
        self.health.ledger.replayed += len(found)
        self.health.told = None
        return replace(self._write(changed, ended), released=tuple(found), replayed=True)

    def failed(self, error: CollectError, now: datetime) -> tuple[Write, bool]:
        """What is to be written for a failure, and whether it is the first after success."""
        self.reliability.observe(self.health, now)
        self.reliability.failed(now)
        self.health.ledger.failed += 1
        aside: tuple[Aside, ...] = ()
        if isinstance(error, NothingReadError):
            self.health.ledger.refuse(error.batch, now)
            aside = self._aside(error.batch)
        began = self.health.failed(error, now)
        return self._write({}, frozenset(), aside), began

    def left_alone(self, now: datetime) -> Write:
        """What is to be written of a source that is not asked, paused or never: only the time is counted."""
        self.reliability.observe(self.health, now)
        return self._write({}, frozenset())

    def _aside(self, batch: Batch) -> tuple[Aside, ...]:
        if not batch.rejected:
            return ()
        whole = isinstance(self.collector, Rereads) and not batch.complete
        return set_aside(batch.rejected, self.aside, whole=whole)

    def _write(self, changed: Mapping[str, Record], ended: frozenset[str], aside: tuple[Aside, ...] = ()) -> Write:
        fields = self.health.fields()
        news = {name: value for name, value in fields.items() if self.kept.get(name) != value}
        gone = tuple(name for name in MAY_END if name in self.kept and name not in fields)
        days = self.reliability.written()
        known = self.records
        quiet = frozenset(key for key, record in changed.items() if key in known and not is_news(record, known[key]))
        area, name = self.source.area, self.source.name
        over = {key: known[key] for key in ended if key in known}
        return Write(area, name, news, changed, ended, gone, aside, days=days, quiet=quiet, over=over)

    def keep(self, write: Write) -> None:
        """What was written is what is known."""
        self.records.update(write.changed)
        for key in write.ended:
            self.records.pop(key, None)
        self.kept.update(write.fields)
        for name in write.cleared:
            del self.kept[name]
        if write.aside:
            self.aside.update(dict.fromkeys(one.key for one in write.aside))
            for key in list(self.aside)[:-MOST_ASIDE]:
                del self.aside[key]
