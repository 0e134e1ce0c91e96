"""The reading side of the history: one question asked once, answered from the files and from what only Redis has yet.

What Redis has is put beside the files as tables (`..._now`), and no fact counts twice: a complaint or a report of Redis
stands in place of the one in the files, and samples count from the files up to the first hour that is not sealed.
Questions run in threads, few at a time, so that the process that feeds the screens goes on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from collectors import rollup
from collectors.chronicle import FOLDED, hour_of
from collectors.districts import Districts
from collectors.facts import CHECKS, HOURS, OUTAGES, TABLES, Row, Table, complaint_row, stamp, traffic_row
from collectors.history import History
from collectors.past_store import BEGINNING, PastStore
from collectors.records import Complaint, TrafficReport
from collectors.samples import SAMPLED
from collectors.source import Area
from collectors.store import StoreDownError
from collectors.stored import record_from

FRESH_SECONDS = 5.0
AT_ONCE = 2
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
Span = tuple[datetime | None, datetime | None]


class Past:
    """Answers questions about one city's past. `demos` are the names of the sources of the pretend city."""

    def __init__(self, past: PastStore, history: History, districts: Districts, zone: tzinfo) -> None:
        self.past = past
        self.history = history
        self.districts = districts
        self.zone = zone
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
        noted = await self.past.noted()
        position = noted.get(f"position {area}", BEGINNING)
        stored = await self.past.store.records(area)
        over = [change for change in await self.past.changes(area, position) if change.over]
        demos = await self.demos(area)

        def put() -> None:
            rows: list[Row | None] = []
            for change in over:
                if isinstance(change.record, TrafficReport) and change.key:
                    demo = change.source in demos
                    rows.append(traffic_row(change.source, change.record, change.at, self.districts, self.zone, demo))
            for (source, _), fields in stored.items():
                record, demo = record_from(area, fields), source in demos
                if isinstance(record, Complaint):
                    rows.append(complaint_row(source, record, self.districts, self.zone, demo))
                elif isinstance(record, TrafficReport):
                    rows.append(traffic_row(source, record, None, self.districts, self.zone, demo))
            table = FOLDED[area]
            newest = {tuple(row[name] for name in table.key): row for row in rows if row is not None}
            self.history.put_rows(f"{table.name}_now", table, list(newest.values()))

        await asyncio.to_thread(put)

    async def demos(self, area: Area) -> set[str]:
        reading = (await self.past.store.readings([area])).get(area)
        return {one["name"] for one in reading["sources"] if one["demo"]} if reading else set()

    async def refresh_samples(self, area: Area) -> None:
        table = SAMPLED[area].table
        kept = await self.past.sampled_at(area)
        sealed = max((part.end for part in self.history.parts(table, kept[0] if kept else None)), default=None)
        samples = await self.past.samples(area, sealed)
        rows = [row for at, mine in samples for row in mine]
        self.seams[area] = hour_of(samples[0][0]) if samples else NEVER

        def put() -> None:
            self.history.put_rows(f"{table.name}_now", table, rows)
            if table is CHECKS:
                self.history.put_rows("hours_now", HOURS, rollup.hours(rows))
                self.history.put_rows("outages_now", OUTAGES, rollup.outages(rows))

        await asyncio.to_thread(put)

    async def ask(
        self, question: str, values: Mapping[str, Any], tables: Mapping[str, tuple[Table, Span]]
    ) -> list[dict[str, Any]]:
        """The answer to a question about whole relations (`relation`); `$seam_AREA` need not be given.

        Raises HistoryError.
        """
        seams = {f"seam_{area}": stamp(seam) for area, seam in self.seams.items() if f"$seam_{area}" in question}
        spans = {name: (table, *span) for name, (table, span) in tables.items()}
        async with self.turns:
            return await asyncio.to_thread(self.history.ask, question, {**values, **seams}, spans)


def relation(area: Area, table: Table, columns: Sequence[str] = ("*",), name: str | None = None) -> str:
    """A table's files (`{name}`, the table's own where none is given) and what Redis has, as one relation in SQL."""
    some = ", ".join(columns)
    files, now = f"{{{name or table.name}}}", f"{table.name}_now"
    if area in FOLDED:
        same = " AND ".join(f"n.{name} = f.{name}" for name in table.key)
        kept = f"SELECT {some} FROM {files} f WHERE NOT EXISTS (FROM {now} n WHERE {same})"
    else:
        kept = (
            f"SELECT {some} FROM {files} WHERE {table.at} < coalesce($seam_{area}::TIMESTAMP, '9999-01-01'::TIMESTAMP)"
        )
    return f"({kept} UNION ALL BY NAME SELECT {some} FROM {now})"
