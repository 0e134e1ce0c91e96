"""A source's past by its own protocol, a day at a time, the newest first, at the pace of somebody who is only curious.

How far it came is kept beside the history, so that a backfill that was stopped goes on there.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path

from collectors.fact_rows import FOLDED, FactRows
from collectors.fetch import Http
from collectors.health import iso
from collectors.history import columns_of
from collectors.imports.importing import FOLDER, Done, done_before, noted
from collectors.imports.kinds import KINDS
from collectors.merge import carried_on
from collectors.personal import impersonal
from collectors.records import Batch, CollectError
from collectors.source import Recalls, Source
from collectors.writing import Writing

DAY = timedelta(days=1)
PAUSE = 1.0
TRIES = 4
LONGEST_WAIT = 600.0


class Backfill:
    """Asks one source. Raises CollectError, HistoryError, OSError; what was taken in until then stays."""

    def __init__(self, history: Writing, collector: Recalls, source: Source, rows: FactRows, today: date) -> None:
        self.history = history
        self.collector = collector
        self.source = source
        self.rows = rows
        key = hashlib.sha256(f"{source.name} {source.url}".encode()).hexdigest()[:16]
        self.note: Path = history.folder / FOLDER / f"backfill-{key}.json"
        fresh = Done(source.name, FOLDED[source.area].name, source.name, reached=(today + DAY).isoformat())
        self.done = done_before(self.note, fresh)

    @property
    def reached(self) -> date:
        """Every day from this one on was asked for."""
        return date.fromisoformat(self.done.reached or "")

    def days(self, since: date) -> list[date]:
        """Those still to be asked for, the newest first."""
        last = self.reached - DAY
        return [last - n * DAY for n in range((last - since).days + 1)]

    async def run(self, http: Http, since: date, told: Callable[[date], None], pause: float = PAUSE) -> None:
        """`told` hears of every day that was taken in."""
        for day in self.days(since):
            await self.take(http, day)
            self.done.reached = day.isoformat()
            noted(self.note, self.done)
            told(day)
            await asyncio.sleep(pause)
        self.done.over = iso(datetime.now(UTC))
        noted(self.note, self.done)

    async def take(self, http: Http, day: date) -> None:
        zone = self.rows.zone
        batch = impersonal(await self.patiently(http, midnight(day, zone), midnight(day + DAY, zone)))
        demos = frozenset({self.source.name} if batch.demo else ())
        lived = (carried_on(record, None, batch.as_of) for record in batch.records)
        rows = [row for one in lived if (row := self.rows.row(self.source.name, one, None, demos))]
        if rows:
            table = FOLDED[self.source.area]
            stays = KINDS[self.source.area][0].stays
            await asyncio.to_thread(self.history.merge, table, columns_of(rows, table), "large", stays)
        self.done.rows += len(rows)
        self.done.rejected += len(batch.rejected)

    async def patiently(self, http: Http, start: datetime, end: datetime) -> Batch:
        """A day's answer; one that fails is asked for again, later and later, and as late as it wants."""
        for number in range(TRIES):
            try:
                return await self.collector.past(http.afresh(), start, end)
            except CollectError as error:
                if number + 1 == TRIES:
                    raise
                await asyncio.sleep(min(LONGEST_WAIT, max(error.retry_after or 0.0, PAUSE * 4**number)))
        raise AssertionError("tries end with a failure")


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
