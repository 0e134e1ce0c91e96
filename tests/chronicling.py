"""The writing side of the history on a real store and real files, its clock given, and the reading side beside it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from collectors.chronicle import Chronicle
from collectors.districts import Districts
from collectors.fact_rows import FactRows
from collectors.facts import Row, Table
from collectors.health import SourceHealth
from collectors.history import History, columns_of
from collectors.past import Past, relation
from collectors.past_store import PastStore
from collectors.readings.limits import Limits
from collectors.readings.present import Present
from collectors.records import Record
from collectors.retention import Retention
from collectors.source import EVERY_AREA, Area, City
from collectors.store import Store
from collectors.write import Write
from collectors.writing import Writing
from tests.records import batch, source

WEEK = 7 * 86400.0
HOUR = timedelta(hours=1)
THIS_HOUR = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


class Keeper:
    """One collecting process's chronicle, without the collecting: what is known is written with `tell`."""

    def __init__(self, store: Store, folder: Path, city: City, districts: Districts, **given: Any) -> None:
        self.store, self.city, self.districts = store, city, districts
        self.past_store = PastStore(store)
        self.history = Writing(folder, patience=given.pop("patience", 20.0))
        self.folder = folder
        self.healths: dict[str, SourceHealth] = {}
        rows = FactRows(districts, city.timezone)
        retention = given.pop("retention", Retention())
        self.chronicle = Chronicle(self.past_store, self.history, rows, EVERY_AREA, self.present, retention)

    async def begin(self, owner: str = "one") -> int:
        """Take the lease, as the collecting process does."""
        await self.store.give_back("one")
        while not (epoch := await self.store.lease(owner, 60_000)):
            await asyncio.sleep(0.01)
        self.chronicle.epoch = self.history.epoch = epoch
        return epoch

    def health(self, area: Area, name: str, demo: str | None = None) -> SourceHealth:
        """A source that answered just now, of a pretend city where `demo` names one."""
        found = SourceHealth(source(name, area))
        found.succeeded(batch(as_of=datetime.now(UTC), demo=demo), True, datetime.now(UTC))
        self.healths[name] = found
        return found

    def present(self, area: Area) -> Present:
        return Present(
            area=area, records={}, sources=[one for one in self.healths.values() if one.source.area == area],
            now=datetime.now(UTC), zone=self.city.timezone, districts=self.districts, limits=Limits(),
            applications=(), previous=None,
        )  # fmt: skip

    async def tell(
        self,
        area: Area,
        *records: Record,
        name: str = "one",
        ended: Iterable[str] = (),
        over: Mapping[str, Record] | None = None,
    ) -> None:
        """A collection brought these, and these are over, of which the last that was known is `over`."""
        told = {record.id: record for record in records}
        write = Write(area, name, {"x": "1"}, told, frozenset(ended), over=over or {})
        await self.store.write([write], self.chronicle.epoch, datetime.now(UTC), WEEK)

    async def sample(self, area: Area, at: datetime, rows: Sequence[Row]) -> None:
        assert await self.past_store.add_sample(area, at, rows, self.chronicle.epoch, 49 * 3600.0)

    async def read(self, area: Area, table: Table, columns: str = "*", folder: Path | None = None) -> list[Any]:
        """What the reading side answers, files and store together, in order."""
        past = Past(self.past_store, History(folder or self.folder), self.districts, self.city.timezone)
        await past.refresh(area)
        rows = await past.ask(
            f"SELECT {columns} FROM {relation(area, table)} ORDER BY ALL", {}, {table.name: (table, (None, None))}
        )
        return [tuple(row.values()) for row in rows]

    def files(self, table: Table, columns: str = "*") -> list[Any]:
        """What the files alone say, in order."""
        return filed(self.history, table, columns)


def filed(history: History, table: Table, columns: str = "*") -> list[Any]:
    question = f"SELECT {columns} FROM {{{table.name}}} ORDER BY ALL"
    return [tuple(row.values()) for row in history.ask(question, {}, {table.name: (table, None, None)})]


def names(folder: Path, table: Table) -> list[str]:
    return sorted(path.name for path in (folder / table.name).iterdir())


def bed_row(at: datetime, free: int = 5, **given: Any) -> Row:
    fields: Row = {
        "moment": f"{at:%Y-%m-%d %H:%M:%S}", "hospital_id": "R1", "hospital": "RS Contoh", "source": "one",
        "unit": "icu", "bed_class": "ICU", "class_name": "ICU", "capacity": 10, "free": free, "occupied": 10 - free,
        "rooms_unknown": 0, "reporting": True, "updated": None, "day": f"{at:%Y-%m-%d}", "hour": at.hour,
        "weekday": at.isoweekday(), "demo": False,
    }  # fmt: skip
    return {**fields, **given}


def check_row(at: datetime, app: str = "a", status: str = "up", latency: int | None = 100) -> Row:
    return {
        "moment": f"{at:%Y-%m-%d %H:%M:%S}", "app": app, "status": status, "demo": False,
        "latency_ms": latency if status == "up" else None,
    }  # fmt: skip


def put(history: Writing, table: Table, *rows: Row) -> int:
    return history.merge(table, columns_of(rows, table))


def damaged(path: Path, how: str) -> None:
    whole = path.read_bytes()
    middle = len(whole) // 3
    spoiled = bytes(byte ^ 0x5A for byte in whole[middle : middle + 200])
    path.write_bytes(
        {
            "empty": b"",
            "cut": whole[: len(whole) // 2],
            "without its end": whole[:-8],
            "garbage": os.urandom(500),
            "rotten inside": whole[:middle] + spoiled + whole[middle + 200 :],
        }[how]
    )
