"""The reading side of the history: one question asked once, answered from the files and from what only Redis has yet.

What Redis has is put beside the files as tables (`..._now`), and no fact counts twice: a complaint or a report of Redis
stands in place of the one in the files, and samples count from the files up to the first hour that is not sealed.
Questions run in threads, few at a time, so that the process that feeds the screens goes on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from collectors import rollup
from collectors.districts import Districts
from collectors.fact_rows import FOLDED, FactRows
from collectors.facts import CHECKS, HOURS, OUTAGES, TABLES, Table, stamp
from collectors.history import History
from collectors.parts import hour_of
from collectors.past_store import BEGINNING, PastStore
from collectors.samples import SAMPLED
from collectors.source import Area
from collectors.store import StoreDownError

FRESH_SECONDS = 5.0
AT_ONCE = 2
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
Span = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Listing:
    """A question whose answer may be long: rows in an order, none left out."""

    question: str
    values: Mapping[str, Any]
    tables: Mapping[str, tuple[Table, Span]]

    def part(self, count: int, skip: int = 0) -> str:
        """The question for some of them."""
        return f"{self.question} LIMIT {count} OFFSET {skip}"


class Past:
    """Answers questions about one city's past. `alone` is true while Redis does not answer: the files alone speak."""

    def __init__(self, past: PastStore, history: History, districts: Districts, zone: tzinfo) -> None:
        self.past = past
        self.history = history
        self.rows = FactRows(districts, zone)
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.refreshing = asyncio.Lock()
        self.fresh: dict[Area, float] = {}
        self.seams: dict[Area, datetime] = dict.fromkeys(SAMPLED, NEVER)
        self.alone = False
        for table in TABLES.values():
            history.put_rows(f"{table.name}_now", table, [])

    async def refresh(self, area: Area) -> bool:
        """Take over what Redis has of an area, where that is a few seconds old; False where Redis does not answer."""
        async with self.refreshing:
            if time.monotonic() - self.fresh.get(area, -FRESH_SECONDS) < FRESH_SECONDS:
                return not self.alone
            try:
                if area in FOLDED:
                    await self.refresh_facts(area)
                else:
                    await self.refresh_samples(area)
            except StoreDownError:
                self.alone = True
            else:
                self.alone = False
                self.fresh[area] = time.monotonic()
            return not self.alone

    async def refresh_facts(self, area: Area) -> None:
        table = FOLDED[area]
        position = (await self.past.noted()).get(f"position {area}", BEGINNING)
        stored = await self.past.store.records(area)
        changes = [change async for some in self.past.changes(area, position) for change in some]
        reading = (await self.past.store.readings([area])).get(area)
        demos = {one["name"] for one in reading["sources"] if one["demo"]} if reading else set()

        def put() -> None:
            rows = [*self.rows.of_changes(changes, demos), *self.rows.of_stored(area, stored, demos)]
            newest = {tuple(row[name] for name in table.key): row for row in rows}
            self.history.put_rows(f"{table.name}_now", table, list(newest.values()))

        await self.replaced(put)

    async def refresh_samples(self, area: Area) -> None:
        table = SAMPLED[area].table
        sealed = (await self.past.noted()).get(f"sealed {area}")
        samples = await self.past.samples(area, datetime.fromisoformat(sealed) if sealed else None)
        rows = [row for _, mine in samples for row in mine]

        def put() -> None:
            self.history.put_rows(f"{table.name}_now", table, rows)
            if table is CHECKS:
                self.history.put_rows("hours_now", HOURS, rollup.hours(rows))
                self.history.put_rows("outages_now", OUTAGES, rollup.outages(rows))
            self.seams[area] = hour_of(samples[0][0]) if samples else NEVER

        await self.replaced(put)

    async def replaced(self, put: Callable[[], None]) -> None:
        """Do it while nobody asks: what is from files and what is not fit together at any moment."""
        async with AsyncExitStack() as turns:
            for _ in range(AT_ONCE):
                await turns.enter_async_context(self.turns)
            await asyncio.to_thread(put)

    async def ask(
        self, question: str, values: Mapping[str, Any], tables: Mapping[str, tuple[Table, Span]]
    ) -> list[dict[str, Any]]:
        """The answer to a question about whole relations (`relation`); `$seam_AREA` need not be given.

        Raises HistoryError.
        """
        spans = {name: (table, *span) for name, (table, span) in tables.items()}
        async with self.turns:
            return await asyncio.to_thread(self.history.ask, question, {**values, **self.seams_known()}, spans)

    def seams_known(self) -> dict[str, str | None]:
        return {f"seam_{area}": stamp(self.seams.get(area, NEVER)) for area in SAMPLED}

    async def count(self, listing: Listing) -> tuple[int, bool]:
        """How many rows a listing has, and whether any is of the pretend city. Raises HistoryError."""
        question = f"SELECT count(*) AS n, bool_or(demo) AS demo FROM ({listing.question})"
        rows = await self.ask(question, listing.values, listing.tables)
        return int(rows[0]["n"]), bool(rows[0]["demo"])

    def each(self, listing: Listing, size: int) -> Iterator[list[dict[str, Any]]]:
        """The rows of a listing, `size` at a time, for a thread that takes as long as it needs. Raises HistoryError."""
        values = {**listing.values, **self.seams_known()}
        spans = {name: (table, *span) for name, (table, span) in listing.tables.items()}
        return self.history.chunks(listing.question, values, spans, size)


def relation(area: Area, table: Table, columns: Sequence[str] = ("*",), name: str | None = None) -> str:
    """A table's files (`{name}`, the table's own where none is given) and what Redis has, as one relation in SQL."""
    some = ", ".join(columns)
    files, now = f"{{{name or table.name}}}", f"{table.name}_now"
    if area in FOLDED:
        same = " AND ".join(f"n.{name} = o.{name}" for name in table.key)
        kept = f"SELECT {some} FROM {files} o WHERE NOT EXISTS (FROM {now} n WHERE {same})"
        if table.at in table.key:
            kept += f" AND NOT EXISTS (FROM {now} n WHERE {table.moved})"
    else:
        kept = f"SELECT {some} FROM {files} WHERE {table.at} < $seam_{area}::TIMESTAMP"
    return f"({kept} UNION ALL BY NAME SELECT {some} FROM {now})"
