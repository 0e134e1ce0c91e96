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
from collectors.merge import changes, forgotten
from collectors.quarantine import Kept, read_again, set_aside
from collectors.records import Batch, CollectError, Complaint, Known, Record
from collectors.source import Collector, Rereads, Source
from collectors.stored import record_from
from collectors.write import MOST_ASIDE, Write


@dataclass(slots=True)
class Watch:
    """Its collector, its health, and the records it gave, by id. `http` is the collecting process's, for it alone.

    `kept` is its state as the store has it: of most answers only the times are news. `aside` are the keys of rejected
    records that were set aside. `lock` is held while something is taken in and written.
    """

    collector: Collector
    health: SourceHealth
    http: Http
    records: dict[str, Record] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    aside: dict[str, None] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

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

    def heard(self, answer: Answer) -> None:
        """Count an answer of the source."""
        self.health.ledger.answers += 1
        self.health.ledger.not_modified += answer.reused

    async def asked(self) -> tuple[Batch, bool]:
        """What the source says, and whether another service answers than before: then what it was known by is worth
        nothing, and it is asked again for everything. Raises CollectError."""
        batch = await self.collector.collect(self.http, self.known())
        if not self.health.is_another(batch):
            return batch, False
        return await self.collector.collect(self.http, Known()), True

    def taken_in(self, batch: Batch, now: datetime, window: float) -> tuple[Write, bool]:
        """What is to be written for a good answer, and whether the source had been failing. `window` is the seconds
        for which a finished complaint is kept."""
        anew = self.health.is_another(batch)
        known: Mapping[str, Record] = {} if anew else self.records
        changed, ended = changes(known, batch)
        if anew:
            ended |= self.records.keys() - changed.keys()
            self.health.begin_anew(now)
        if self.source.area == "complaints":
            past = forgotten(self.records | changed, now, window)
            changed = {key: record for key, record in changed.items() if key not in past}
            ended |= past & self.records.keys()
        self.health.ledger.take(counted(known.keys(), batch, changed, ended), batch.rejected, now)
        self.health.drift.learn(batch, now)
        recovered = self.health.succeeded(batch, bool(changed or ended), now)
        write = self._write(changed, ended)
        if batch.rejected:
            whole = isinstance(self.collector, Rereads) and not batch.complete
            write = replace(write, aside=set_aside(batch.rejected, self.aside, whole=whole))
        return write, recovered

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
        self.health.ledger.failed += 1
        began = self.health.failed(error, now)
        return self._write({}, frozenset()), began

    def _write(self, changed: Mapping[str, Record], ended: frozenset[str]) -> Write:
        fields = self.health.fields()
        news = {name: value for name, value in fields.items() if self.kept.get(name) != value}
        gone = tuple(name for name in MAY_END if name in self.kept and name not in fields)
        return Write(self.source.area, self.source.name, news, changed, ended, gone)

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
