"""The collecting side's writing of the long history: looks at what is there, folds in what changed, seals hours.

A sample waits in Redis until its hour is over, then the hour goes into a file; a change waits in the area's events
until it is folded into the file of its day. How far that is done is noted in Redis after the files are written, and
doing it again changes nothing: so a crash at any moment loses and doubles nothing. A full disk is state, said once.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from collectors import rollup
from collectors.digesting import digests_of, keep_digests, look_through_digests
from collectors.fact_rows import FOLDED, FactRows
from collectors.facts import CHECKS, HOURS, OUTAGES, TABLES, Row, Table
from collectors.folding import ANEW, Anew, Folding, pretended
from collectors.health import iso
from collectors.history import HistoryError, columns_of
from collectors.parts import hour_of
from collectors.past_store import BEGINNING, PastStore
from collectors.readings.present import Present
from collectors.retention import Retention
from collectors.samples import SAMPLED, due
from collectors.source import Area
from collectors.store import LostLeaseError, StoreDownError
from collectors.writing import Writing

ROUND_SECONDS = 60.0
SETTLE = timedelta(minutes=2)
KEEP_SAMPLES = 49 * 3600.0
TIDY_EVERY = timedelta(hours=26)
DIGESTS_A_ROUND, DIGESTS_A_NIGHT = 12, 2000
AREA_OF: Mapping[str, Area] = {
    **{table.name: area for area, table in FOLDED.items()},
    **{sampled.table.name: area for area, sampled in SAMPLED.items()},
    HOURS.name: "apps",
    OUTAGES.name: "apps",
}
"""The area of each table, by name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be done at present, why, and since when (ISO)."""

    reason: str
    since: str


class Chronicle:
    """Writes the history of the areas of one city, while this process has the lease. `present` is an area as of now."""

    def __init__(
        self,
        past: PastStore,
        history: Writing,
        rows: FactRows,
        areas: Iterable[Area],
        present: Callable[[Area], Present],
        retention: Retention,
    ) -> None:
        self.past = past
        self.history = history
        self.folding = Folding(past, history, rows, self.demos)
        self.zone = rows.zone
        self.areas = list(areas)
        self.present = present
        self.retention = retention
        self.epoch = 0
        self.log = structlog.get_logger("history")
        self.faults: dict[str, Fault] = {}
        self.noted_fault: object = ...
        self.filing = asyncio.Lock()
        self.wake = asyncio.Event()

    async def run(self, epoch: int) -> None:
        """Until cancelled. Raises LostLeaseError, StoreDownError."""
        self.epoch = self.history.epoch = epoch
        try:
            async with asyncio.TaskGroup() as group:
                for area in self.areas:
                    if area in SAMPLED:
                        group.create_task(self.keep_sampling(area))
                await self.keep_filing()
        except* (LostLeaseError, StoreDownError) as several:
            raise several.exceptions[0] from several

    async def keep_sampling(self, area: Area) -> None:
        """Look at an area as soon as anything is known of it, and whenever it is due from then on."""
        every = SAMPLED[area].every
        while True:
            present = self.present(area)
            if not present.known or not present.records:  # a source has answered, and what it said is being written
                await asyncio.sleep(0.5)
                continue
            await self.tried(f"sample {area}", self.sample(area))
            now = datetime.now(UTC)
            await asyncio.sleep((due(every, now) + every - now).total_seconds() + 0.05)

    async def sample(self, area: Area) -> None:
        sampled, present = SAMPLED[area], self.present(area)
        if present.records:
            at = due(sampled.every, present.now)
            await self.past.add_sample(area, at, sampled.rows(present, at), self.epoch, KEEP_SAMPLES)

    async def keep_filing(self) -> None:
        while True:
            await self.file(datetime.now(UTC))
            with suppress(TimeoutError):
                async with asyncio.timeout(ROUND_SECONDS):
                    await self.wake.wait()
            self.wake.clear()

    async def file(self, now: datetime) -> None:
        """Bring the files up to date, and in order where nobody did for a day."""
        async with self.filing:
            await self.tried("fold", self.fold())
            await self.tried("seal", self.seal(now))
            await self.tried("digest", self.digest(DIGESTS_A_ROUND))
            tidied = (await self.past.noted()).get("tidied")
            if tidied is None or now - moment(tidied) > TIDY_EVERY:
                await self.tried("tidy", self.tidied(now))
            await self.begin_again()
            await self.say()

    async def tried(self, what: str, work: Awaitable[None]) -> None:
        """Do it; what cannot be done is said once and tried again, and nothing is lost meanwhile."""
        try:
            await work
        except (LostLeaseError, StoreDownError):
            raise
        except Exception as error:
            if what not in self.faults:
                if isinstance(error, HistoryError | OSError):
                    self.log.warning("not written", doing=what, reason=str(error))
                else:
                    self.log.exception("history broken", doing=what)
                self.faults[what] = Fault(str(error) or type(error).__name__, iso(datetime.now(UTC)))
        else:
            if self.faults.pop(what, None):
                self.log.info("written again", doing=what)

    async def say(self) -> None:
        """Keep in the store what cannot be done, for whoever shows it."""
        fault = min(self.faults.values(), key=lambda one: one.since, default=None)
        if fault != self.noted_fault:
            said = {"reason": fault.reason, "since": fault.since} if fault else None
            await self.past.note({"fault": said}, self.epoch)
            self.noted_fault = fault

    async def fold(self) -> None:
        """Fold in what changed, and forget what was only pretended where another service answers now."""
        noted = await self.past.noted()
        anews = Anew.all_of(noted)
        for area in self.areas:
            mine = [anew for anew in anews if anew.area == area]
            if area in FOLDED:
                await self.folding.fold(area, noted, mine, self.epoch)
            for anew in mine if area in SAMPLED else ():
                await self.forget_samples(anew, noted)

    async def forget_samples(self, anew: Anew, noted: Mapping[str, Any]) -> None:
        """What stands under no source's name is forgotten once for every pretend city, and with its last source."""
        tables = [table for table in TABLES.values() if AREA_OF[table.name] == anew.area]
        others = self.demos(anew.area) - {anew.source}
        again = noted.get(f"city {anew.area}") == anew.city if anew.city else bool(others)
        for table in tables:
            if "source" in table.columns:
                await asyncio.to_thread(self.history.forget, table, pretended(anew.source))
            elif not again:
                await asyncio.to_thread(self.history.forget, table, "o.demo")
        await self.past.note({f"city {anew.area}": anew.city, ANEW + anew.source: None}, self.epoch)

    def demos(self, area: Area) -> set[str]:
        return {one.source.name for one in self.present(area).sources if one.demo}

    async def begin_anew(self, source: str, area: Area, was_demo: bool, city: str | None) -> None:
        """Another service answers for a source, before anything of it is written: what was pretended before is no
        history of it. It is forgotten by and by; who reads finds the new ones in its place."""
        at = await self.past.last_change(area) if area in FOLDED else BEGINNING
        await self.past.note(Anew(source, area, at, was_demo, city).note, self.epoch)
        self.wake.set()

    async def begin_again(self) -> None:
        """Where a file was set aside, write again what the store still has of it."""
        for name, part in self.history.lost:
            self.log.error("file set aside", file=f"{name}/{part.path.name}")
            area = AREA_OF[name]
            if area in FOLDED:
                await self.past.note({f"position {area}": None}, self.epoch)
            elif (sealed := (await self.past.noted()).get(f"sealed {area}")) and part.start < moment(sealed):
                await self.past.note({f"sealed {area}": iso(part.start)}, self.epoch)
        self.history.lost.clear()

    async def seal(self, now: datetime) -> None:
        """Put the hours that are over into files."""
        noted = await self.past.noted()
        for area in self.areas:
            if area in SAMPLED:
                sealed = noted.get(f"sealed {area}")
                await self.seal_area(area, moment(sealed) if sealed else None, hour_of(now - SETTLE))

    async def seal_area(self, area: Area, sealed: datetime | None, end: datetime) -> None:
        """All from one moment to another, the end excluded, an hour at a time."""
        if not self.history.parts(SAMPLED[area].table):
            sealed = None
        if sealed is not None and sealed >= end:
            return
        by_hour: dict[datetime, list[Row]] = defaultdict(list)
        for at, rows in await self.past.samples(area, sealed, end):
            by_hour[hour_of(at)].extend(rows)
        for hour, rows in sorted(by_hour.items()):
            await asyncio.to_thread(self.seal_hour, SAMPLED[area].table, rows)
            await self.past.note({f"sealed {area}": iso(hour + timedelta(hours=1))}, self.epoch)
        if by_hour or sealed is not None:
            await self.past.note({f"sealed {area}": iso(end)}, self.epoch)

    def seal_hour(self, table: Table, rows: list[Row]) -> None:
        self.history.merge(table, columns_of(rows, table))
        if table is CHECKS:
            self.history.merge(HOURS, columns_of(rollup.hours(rows), HOURS))
            self.history.merge(OUTAGES, columns_of(rollup.outages(rows), OUTAGES))

    async def digest(self, most: int, thorough: bool = False) -> None:
        """Write what is missing of what long questions read; where asked, look through all of it first."""
        if self.areas:
            digests = digests_of(self.zone, self.present(self.areas[0]).limits)
            if thorough:
                await asyncio.to_thread(look_through_digests, self.history, digests)
            await asyncio.to_thread(keep_digests, self.history, digests, most)

    async def tidy(self) -> None:
        """Look through the files, join and digest them, and delete what is too old; at the quiet hour."""
        async with self.filing:
            await self.tried("tidy", self.tidied(datetime.now(UTC)))
            await self.begin_again()
            await self.say()

    async def tidied(self, now: datetime) -> None:
        for table in TABLES.values():
            days = self.retention.minute_days if table is CHECKS else self.retention.days
            await asyncio.to_thread(self.history.verify, table)
            await asyncio.to_thread(self.history.sweep, table)
            await asyncio.to_thread(self.history.compact, table, now)
            await asyncio.to_thread(self.history.prune, table, now - timedelta(days=days))
        await self.digest(DIGESTS_A_NIGHT, thorough=True)
        await self.past.note({"tidied": iso(now)}, self.epoch)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
