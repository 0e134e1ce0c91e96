"""From when to when anything is known of an area."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime

from collectors.facts import Table
from collectors.past import Past, relation
from collectors.source import Area

LAST_FILES = 3


@dataclass(frozen=True, slots=True)
class Extent:
    """The first and the newest moment; `demo` is whether the newest is of the pretend city."""

    first: datetime | None
    newest: datetime | None
    demo: bool

    def day(self, past: Past) -> date | None:
        return self.first.astimezone(past.rows.zone).date() if self.first else None


async def extent(past: Past, area: Area, table: Table, newest: str = "") -> Extent:
    """Reads the first and the last files alone; `newest` is SQL, the table's moment where not given.

    Raises HistoryError.
    """
    parts = await asyncio.to_thread(past.history.parts, table)
    oldest = (parts[0].start, parts[0].end) if parts else (None, None)
    last = (parts[-LAST_FILES:][0].start, None) if parts else (None, None)
    question = f"""SELECT (SELECT min({table.at}) FROM {relation(area, table, name="oldest")}) AS first, newest, demo
        FROM (SELECT max({newest or table.at}) AS newest, bool_or(demo) AS demo
            FROM {relation(area, table, name="newest")})"""
    rows = await past.ask(question, {}, {"oldest": (table, oldest), "newest": (table, last)})
    return Extent(aware(rows[0]["first"]), aware(rows[0]["newest"]), bool(rows[0]["demo"]))


def aware(moment: datetime | None) -> datetime | None:
    """A moment as DuckDB gives it, with its zone."""
    return moment.replace(tzinfo=UTC) if moment is not None else None
