"""The past of the pretend city, which a fresh room shows at once: read as a city's own exports are, ten days at a time.

It comes once for every run of the pretend city, the newest first, in the background and without haste. Whatever
it brings is marked DEMO.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import structlog
from yarl import URL

from collectors.districts import Districts
from collectors.facts import TABLES
from collectors.fetch import Http
from collectors.folding import ANEW
from collectors.history import HistoryError
from collectors.imports.csv_file import Rows
from collectors.imports.fields import Place
from collectors.imports.importing import BLOCK
from collectors.imports.names import kind_of
from collectors.imports.reading import Reading
from collectors.past_store import PastStore
from collectors.records import CollectError
from collectors.source import Area, City, Source
from collectors.writing import Writing

TURN = timedelta(days=10)
TURNS = 9
SETTLE_SECONDS = 2.0
PAUSE_SECONDS = 0.5
AGAIN_SECONDS = 30.0
TABLES_OF: Mapping[Area, tuple[str, ...]] = {
    "beds": ("beds",), "traffic": ("traffic",), "apps": ("apps", "outages"), "water": ("water",),
}  # fmt: skip
"""What the pretend city exports of each area; of its complaints it tells 90 days by itself."""
KEY = "pretended "


class Pretended:
    """Takes in what the pretend cities that are `heard` of were like before."""

    def __init__(self, past: PastStore, history: Writing, http: Http, city: City, districts: Districts) -> None:
        self.past = past
        self.history = history
        self.http = http
        self.city = city
        self.districts = districts
        self.cities: dict[str, tuple[Source, str]] = {}
        self.news = asyncio.Event()
        self.log = structlog.get_logger("history")

    def heard(self, source: Source, city: str) -> None:
        """A pretend city, by its name, has answered for a source."""
        known = self.cities.get(source.name)
        if source.area in TABLES_OF and (known is None or known[1] != city):
            self.cities[source.name] = source, city
            self.news.set()

    async def run(self, epoch: int) -> None:
        """Until cancelled. Raises LostLeaseError, StoreDownError."""
        over: set[tuple[str, str]] = set()
        while True:
            await self.news.wait()
            self.news.clear()
            await asyncio.sleep(SETTLE_SECONDS)
            while left := [heard for heard in self.cities.values() if (heard[0].name, heard[1]) not in over]:
                for source, city in left:
                    if not await self.went_on(source, city, epoch):
                        over.add((source.name, city))
                    await asyncio.sleep(PAUSE_SECONDS)

    async def went_on(self, source: Source, city: str, epoch: int) -> bool:
        """Take in some more; whether there is anything left to do."""
        try:
            return await self.wanted(source, city, epoch) and await self.turn(source, city, epoch)
        except (CollectError, HistoryError, OSError) as error:
            self.log.warning("past of the pretend city not read", source=source.name, reason=str(error))
            await asyncio.sleep(AGAIN_SECONDS)
            return not isinstance(error, CollectError)

    async def wanted(self, source: Source, city: str, epoch: int) -> bool:
        """Whether anything of this run's past is still to be read. Of the first run that is heard of nothing is, where
        there is a history already."""
        told = (await self.past.noted()).get(KEY + source.name)
        if told is not None and told["city"] == city:
            return int(told["turns"]) < TURNS
        done = TURNS if told is None and self.has_past(source.area) else 0
        await self.past.note({KEY + source.name: {"city": city, "turns": done}}, epoch)
        return done < TURNS

    def has_past(self, area: Area) -> bool:
        old = datetime.now(UTC) - TURN
        tables = [TABLES["hours" if name == "apps" else name] for name in TABLES_OF[area]]
        return any(part.start < old for table in tables for part in self.history.parts(table))

    async def turn(self, source: Source, city: str, epoch: int) -> bool:
        """Take in the newest days that are not; whether there are more. What another run pretended is forgotten first.

        Raises CollectError, HistoryError, OSError.
        """
        noted = await self.past.noted()
        if ANEW + source.name in noted:
            return True
        turns = noted[KEY + source.name]["turns"]
        last = datetime.now(UTC).date() - turns * TURN
        for name in TABLES_OF[source.area]:
            text = await self.asked(source, name, last - TURN + timedelta(days=1), last)
            await asyncio.to_thread(self.take, source, text)
        await self.past.note({KEY + source.name: {"city": city, "turns": turns + 1}}, epoch)
        return bool(turns + 1 < TURNS)

    async def asked(self, source: Source, name: str, first: date, last: date) -> str:
        address = URL(source.url)
        of = next((part for part in address.path.split("/") if part), "")
        params = {"from": first.isoformat(), "to": last.isoformat(), "of": of}
        answer = await self.http.afresh().get(str(address.origin() / "past" / f"{name}.csv"), params=params, limit=30.0)
        if answer.status != 200 or answer.demo is None:
            raise CollectError(f"{answer.host} has no past of {name} (HTTP {answer.status})")
        return answer.text()

    def take(self, source: Source, text: str) -> None:
        """In a thread."""
        rows = filter(None, csv.reader(io.StringIO(text)))
        kind, columns = kind_of(next(rows), source.area, {})
        place = Place(self.city.timezone, datetime.now(UTC), self.city.bounds, self.districts, demo=True)
        reading = Reading(kind, columns, source.name, place, lambda *_: None)
        line, refused = 2, 0
        while cells := list(islice(rows, BLOCK)):
            refused += len(reading.add(Rows(0, 0, cells, list(range(line, line + len(cells))))))
            line += len(cells)
        if refused:
            self.log.warning("rows of the pretend city not read", source=source.name, rows=refused)
        if made := reading.taken():
            self.history.merge(kind.table, made, "large", kind.stays)
