"""The reading side of the history: one question asked once, answered from the files and from what only Redis has yet.

What Redis has is put beside the files as tables (`..._now`), and no fact counts twice: a complaint or a report of Redis
stands in place of the one in the files, and samples count from the files up to the first hour that is not sealed.
Questions run in threads, few at a time, so that the process that feeds the screens goes on.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from collectors import rollup
from collectors.districts import Districts
from collectors.fact_rows import FOLDED, FactRows
from collectors.facts import CHECKS, COMPLAINTS, HOURS, OUTAGES, TABLES, Row, Table, stamp
from collectors.history import History, step_back
from collectors.parts import Part, hour_of
from collectors.past_store import BEGINNING, PastStore, is_dropped
from collectors.relations import Asked, Files
from collectors.samples import SAMPLED
from collectors.source import Area
from collectors.store import StoreDownError

FRESH_SECONDS = 5.0
AT_ONCE = 2
FEW_FILES = 2
CHANGED = "_changed"
MOVED = timedelta(days=3)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
Span = tuple[datetime | None, datetime | None]
Tables = Mapping[str, tuple[Table, Span] | Files]


@dataclass(frozen=True, slots=True)
class Listing:
    """A question whose answer may be long: rows in an order, none left out. `newest` is whether they begin with the
    newest or, False, with the oldest; None where their order is another."""

    question: str
    values: Mapping[str, Any]
    tables: Mapping[str, tuple[Table, Span]]
    newest: bool | None = None

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
        self.threads = ThreadPoolExecutor(AT_ONCE, "past", initializer=step_back)
        self.refreshing = asyncio.Lock()
        self.fresh: dict[Area, float] = {}
        self.seams: dict[Area, datetime] = dict.fromkeys(SAMPLED, NEVER)
        self.alone = False
        self.changed: list[datetime] = []
        self.put: dict[Area, list[Row]] = {}
        self.known: dict[str, tuple[object, list[dict[str, Any]]]] = {}
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
        """Of complaints no more than what changed since they were folded into files, where that is known."""
        table = FOLDED[area]
        position, first = (await self.past.noted()).get(f"position {area}"), await self.past.first_change(area)
        folded = position is not None and not is_dropped(position, first) and not self.lacks(table)
        changes = [change async for some in self.past.changes(area, position or BEGINNING) for change in some]
        stored = {} if folded and table is COMPLAINTS else await self.past.store.records(area)
        reading = (await self.past.store.readings([area])).get(area)
        demos = {one["name"] for one in reading["sources"] if one["demo"]} if reading else set()

        def put() -> None:
            rows = [*self.rows.of_changes(changes, demos), *self.rows.of_stored(area, stored, demos)]
            newest = {tuple(row[name] for name in table.key): row for row in rows}
            changed = {datetime.fromisoformat(row[table.at]).replace(tzinfo=UTC) for row in newest.values()}
            if table is COMPLAINTS:
                self.changed = sorted({*self.changed, *changed})
            mine = list(newest.values())
            self.put[area] = self.put[area] if self.put.get(area) == mine else mine
            self.history.put_rows(f"{table.name}_now", table, mine)
            if table is COMPLAINTS:
                self.changed = sorted(changed)

        await self.replaced(put)

    def lacks(self, table: Table) -> bool:
        """Whether there is no file of it, or one that cannot be read."""
        broken = any(path.parent.name == table.name for path in self.history.broken)
        return broken or not self.history.parts(table)

    def is_changed(self, part: Part) -> bool:
        """Whether a file of complaints may have earlier states of what Redis has: of what was requested in its time, or
        so near it that a corrected time of request may have been in it. One that is corrected by more counts twice for
        the minute until it is folded in."""
        after = bisect_left(self.changed, part.start - MOVED)
        return after < len(self.changed) and self.changed[after] < part.end + MOVED

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

    async def ask(self, question: str, values: Mapping[str, Any], tables: Tables) -> list[dict[str, Any]]:
        """The answer to a question about whole relations (`relation`); `$seam_AREA` need not be given.

        Raises HistoryError.
        """
        asked = self.asked(tables)
        async with self.turns:
            asking = partial(self.history.ask, question, {**values, **self.seams_known()}, asked)
            return await asyncio.get_running_loop().run_in_executor(self.threads, asking)

    async def once(
        self, name: str, area: Area, asking: Callable[[], Awaitable[list[dict[str, Any]]]]
    ) -> list[dict[str, Any]]:
        """An answer about all that was ever known of an area of facts, asked again only when any of it has changed."""
        parts = await asyncio.to_thread(self.history.parts, FOLDED[area])
        state = [part.path for part in parts], self.put.get(area)
        found = self.known.get(name)
        if found is None or found[0] != state:
            found = self.known[name] = state, await asking()
        return found[1]

    def asked(self, tables: Tables) -> dict[str, Asked]:
        """As files; those of complaints of which something changed are apart (`relation`)."""
        found: dict[str, Asked] = {}
        for name, one in tables.items():
            files = one if isinstance(one, Files) else Files(one[0], *one[1])
            found[name] = files
            if files.table is COMPLAINTS and files.choose is None:
                found[name] = replace(files, choose=lambda part, _: None if self.is_changed(part) else part.path)
                found[name + CHANGED] = replace(
                    files, choose=lambda part, _: part.path if self.is_changed(part) else None
                )
        return found

    def seams_known(self) -> dict[str, str | None]:
        return {f"seam_{area}": stamp(self.seams.get(area, NEVER)) for area in SAMPLED}

    async def some(self, listing: Listing, count: int, skip: int = 0) -> list[dict[str, Any]]:
        """Rows of a listing; in the order of time they are from no more files than needed. Raises HistoryError."""
        question, reach = listing.part(count, skip), FEW_FILES
        [(name, (table, span))] = listing.tables.items()
        parts = [] if listing.newest is None else await asyncio.to_thread(self.history.parts, table, *span)
        while reach < len(parts):
            edge = parts[-reach].start if listing.newest else parts[reach - 1].end
            near = (edge, span[1]) if listing.newest else (span[0], edge)
            rows = await self.ask(question, listing.values, {name: (table, near)})
            if len(rows) == count and (rows[-1][table.at].replace(tzinfo=UTC) >= edge) is listing.newest:
                return rows
            reach *= FEW_FILES * 2
        return await self.ask(question, listing.values, listing.tables)

    async def count(self, listing: Listing) -> tuple[int, bool]:
        """How many rows a listing has, and whether any is of the pretend city. Raises HistoryError."""
        question = f"SELECT count(*) AS n, bool_or(demo) AS demo FROM ({listing.question})"
        rows = await self.ask(question, listing.values, listing.tables)
        return int(rows[0]["n"]), bool(rows[0]["demo"])

    def each(self, listing: Listing, size: int) -> Iterator[list[dict[str, Any]]]:
        """The rows of a listing, `size` at a time, for a thread that takes as long as it needs. Raises HistoryError."""
        values = {**listing.values, **self.seams_known()}
        return self.history.chunks(listing.question, values, self.asked(listing.tables), size)


def relation(area: Area, table: Table, columns: Sequence[str] = ("*",), name: str | None = None) -> str:
    """A table's files (`{name}`, the table's own where none is given) and what Redis has, as one relation in SQL."""
    some, name = ", ".join(columns), name or table.name
    files, now = f"{{{name}}}", f"{table.name}_now"
    if area in FOLDED:
        same = " AND ".join(f"n.{name} = o.{name}" for name in table.key)
        changed = f"{{{name}{CHANGED}}}" if table is COMPLAINTS else files
        kept = f"SELECT {some} FROM {changed} o WHERE NOT EXISTS (FROM {now} n WHERE {same})"
        if table is COMPLAINTS:
            kept = f"SELECT {some} FROM {files} UNION ALL BY NAME {kept}"
        if table.at in table.key:
            kept += f" AND NOT EXISTS (FROM {now} n WHERE {table.moved})"
    else:
        kept = f"SELECT {some} FROM {files} WHERE {table.at} < $seam_{area}::TIMESTAMP"
    return f"({kept} UNION ALL BY NAME SELECT {some} FROM {now})"
