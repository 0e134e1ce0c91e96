"""Complaints and traffic reports: what changed of them goes from the store's events into the history's files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collectors.fact_rows import FOLDED, FactRows
from collectors.facts import Row
from collectors.health import iso
from collectors.history import columns_of
from collectors.past_store import BEGINNING, PastStore, is_dropped, order
from collectors.source import Area
from collectors.writing import Writing

ANEW = "anew "


@dataclass(frozen=True, slots=True)
class Anew:
    """Another service answers for a source, from the change after `at` on. What it pretended before is to be forgotten;
    `was_demo` is whether it did, `city` the pretend city that answers now, None for a real service."""

    source: str
    area: Area
    at: str
    was_demo: bool
    city: str | None

    @classmethod
    def all_of(cls, noted: Mapping[str, Any]) -> list[Anew]:
        """Those that are noted in the store, in the order in which they happened."""
        found = [cls(key.removeprefix(ANEW), **given) for key, given in noted.items() if key.startswith(ANEW)]
        return sorted(found, key=lambda one: order(one.at))

    @property
    def note(self) -> dict[str, Any]:
        given = {"area": self.area, "at": self.at, "was_demo": self.was_demo, "city": self.city}
        return {ANEW + self.source: given}


class Folding:
    """Folds the changes of an area in. `demos` gives the names of an area's sources that a pretend city feeds now."""

    def __init__(self, past: PastStore, history: Writing, rows: FactRows, demos: Callable[[Area], set[str]]) -> None:
        self.past = past
        self.history = history
        self.rows = rows
        self.demos = demos

    async def fold(self, area: Area, noted: Mapping[str, Any], anews: Sequence[Anew], epoch: int) -> None:
        """Fold in what changed since last time; at the very first all that is known, and then all changes there are."""
        position, first = noted.get(f"position {area}"), await self.past.first_change(area)
        if position is None or is_dropped(position, first) or not self.history.parts(FOLDED[area]):
            # the first time, or so long away that changes were dropped: begin with what is known now
            await self.merged(area, await self.known(area, anews), BEGINNING, epoch)
            position = BEGINNING
        for number, anew in enumerate(anews):
            position = await self.fold_until(area, position, anew.at, anews[number:], epoch)
            await asyncio.to_thread(self.history.forget, FOLDED[area], pretended(anew.source))
            await self.past.note({ANEW + anew.source: None}, epoch)
        await self.fold_until(area, position, "+", (), epoch)

    async def known(self, area: Area, anews: Sequence[Anew]) -> list[Row]:
        """All that the store knows at present, but for the sources that begin anew."""
        stored, others = await self.past.store.records(area), {anew.source for anew in anews}
        known = {key: fields for key, fields in stored.items() if key[0] not in others}
        return self.rows.of_stored(area, known, self.demos(area))

    async def fold_until(self, area: Area, position: str, last: str, anews: Sequence[Anew], epoch: int) -> str:
        """Fold in the changes up to one of them, while these sources have yet to begin anew; how far that came."""
        demos = self.demos(area) - {one.source for one in anews} | {one.source for one in anews if one.was_demo}
        async for changes in self.past.changes(area, position, last):
            position = changes[-1].id
            await self.merged(area, self.rows.of_changes(changes, demos), position, epoch)
        return position

    async def merged(self, area: Area, rows: Sequence[Row], position: str, epoch: int) -> None:
        """The position is noted once the files are written."""
        if rows:
            table = FOLDED[area]
            await asyncio.to_thread(self.history.merge, table, columns_of(rows, table))
        await self.past.note({f"position {area}": position, "folded": iso(datetime.now(UTC))}, epoch)


def pretended(source: str) -> str:
    """What a source only pretended, as a condition in SQL."""
    return f"o.demo AND o.source = '{source.replace(chr(39), chr(39) * 2)}'"
