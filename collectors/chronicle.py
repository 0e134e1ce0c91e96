"""The collecting side's writing of the long history: looks at what is there, folds in what changed, seals hours.

A sample waits in Redis until its hour is over, then the hour becomes a file; a change waits in the area's events until
it is folded into the file of its day. How far that is done is kept in Redis after the files are, and doing it again
changes nothing: so a crash at any moment loses and doubles nothing. A disk that is full is state, said once.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import structlog

from collectors import rollup
from collectors.districts import Districts
from collectors.facts import (
    CHECKS,
    COMPLAINTS,
    HOURS,
    OUTAGES,
    TABLES,
    TRAFFIC,
    Row,
    Table,
    complaint_row,
    traffic_row,
)
from collectors.health import iso
from collectors.history import HistoryError, Writing
from collectors.past_store import AT_ONCE, BEGINNING, Change, PastStore
from collectors.readings.present import Present
from collectors.records import Complaint, Record, TrafficReport
from collectors.retention import Retention
from collectors.samples import SAMPLED, due
from collectors.source import Area

FOLD_SECONDS = 60.0
FOLDED_MONTHS_AFTER = 3
"""Facts that change are few: the days of a month are joined so soon after its end (days)."""
SETTLE = timedelta(minutes=2)
KEEP_SAMPLES = 49 * 3600.0
FOLDED: Mapping[Area, Table] = {"complaints": COMPLAINTS, "traffic": TRAFFIC}


class Chronicle:
    """Writes the history of the areas of one city, while this process has the lease. `present` is an area as of now."""

    def __init__(
        self,
        past: PastStore,
        history: Writing,
        districts: Districts,
        zone: tzinfo,
        areas: Iterable[Area],
        present: Callable[[Area], Present],
        retention: Retention,
    ) -> None:
        self.past = past
        self.history = history
        self.districts = districts
        self.zone = zone
        self.areas = list(areas)
        self.present = present
        self.retention = retention
        self.epoch = 0
        self.log = structlog.get_logger("history")
        self.fault: str | None = None
        self.folding = asyncio.Lock()
        self.demos: set[str] = set()

    async def run(self, epoch: int) -> None:
        """Until cancelled. Raises LostLeaseError, StoreDownError."""
        self.epoch = epoch
        async with asyncio.TaskGroup() as group:
            for area in self.areas:
                if area in SAMPLED:
                    group.create_task(self.keep_sampling(area))
            await self.keep_filing()

    async def keep_sampling(self, area: Area) -> None:
        """Look at an area as soon as anything is known of it, and whenever it is due from then on."""
        sampled = SAMPLED[area]
        while True:
            present = self.present(area)
            if not present.known or not present.records:  # a source has answered, and what it said is being written
                await asyncio.sleep(0.5)
                continue
            at = due(sampled.every, present.now)
            await self.past.add_sample(area, at, sampled.rows(present, at), self.epoch, KEEP_SAMPLES)
            await asyncio.sleep((at + sampled.every - datetime.now(UTC)).total_seconds() + 0.05)

    async def keep_filing(self) -> None:
        while True:
            await self.tried("fold", self.fold())
            await self.tried("seal", self.seal(datetime.now(UTC)))
            await asyncio.sleep(FOLD_SECONDS)

    async def tried(self, what: str, work: Any) -> None:
        """Do it; what the disk refuses is said once and tried again, and nothing is lost meanwhile."""
        try:
            await work
        except (HistoryError, OSError) as error:
            if self.fault is None:
                self.log.warning("not written", doing=what, reason=str(error))
                await self.past.note({"fault": {"reason": str(error), "since": iso(datetime.now(UTC))}}, self.epoch)
            self.fault = what
        else:
            if self.fault == what:
                self.log.info("written again", doing=what)
                await self.past.note({"fault": None}, self.epoch)
                self.fault = None

    async def fold(self) -> None:
        """Fold in what changed since last time; at the very first, all that is there."""
        async with self.folding:
            noted = await self.past.noted()
            for area in self.areas:
                if area not in FOLDED:
                    continue
                self.demos |= {one.source.name for one in self.present(area).sources if one.demo}
                position, first = noted.get(f"position {area}"), await self.past.first_change(area)
                if position is None or (first is not None and order(first) > order(position) and position != BEGINNING):
                    # the first time, or so long away that changes were dropped: begin with what is known now
                    position = await self.past.last_change(area)
                    records = self.present(area).records.items()
                    rows = [self.row(source, record, None) for (source, _), record in records]
                    await self.merged(area, rows, position)
                while changes := await self.past.changes(area, position):
                    position = changes[-1].id
                    await self.merged(area, self.rows_of(changes), position)
                    if len(changes) < AT_ONCE:
                        break

    async def merged(self, area: Area, rows: Sequence[Row | None], position: str) -> None:
        """Position is noted once the files are written."""
        found = [row for row in rows if row is not None]
        if found:
            await asyncio.to_thread(self.history.merge, FOLDED[area], found)
            await asyncio.to_thread(self.history.compact, FOLDED[area], datetime.now(UTC), FOLDED_MONTHS_AFTER)
        await self.past.note({f"position {area}": position, "folded": iso(datetime.now(UTC))}, self.epoch)

    def rows_of(self, changes: Sequence[Change]) -> list[Row | None]:
        return [
            self.row(change.source, change.record, change.at if change.over else None)
            for change in changes
            if change.record is not None and not (change.over and isinstance(change.record, Complaint))
        ]

    def row(self, source: str, record: Record, ended: datetime | None) -> Row | None:
        demo = source in self.demos
        if isinstance(record, Complaint):
            return complaint_row(source, record, self.districts, self.zone, demo)
        if isinstance(record, TrafficReport):
            return traffic_row(source, record, ended, self.districts, self.zone, demo)
        return None

    async def seal(self, now: datetime) -> None:
        """Make files of the hours that are over."""
        for area in self.areas:
            if area not in SAMPLED:
                continue
            table = SAMPLED[area].table
            kept = await self.past.sampled_at(area)
            if not kept or hour_of(kept[0]) + timedelta(hours=1) + SETTLE > now:
                continue
            files = self.history.parts(table)
            open_hours = [
                hour
                for hour in hours_between(kept[0], now - SETTLE - timedelta(hours=1))
                if not any(part.start <= hour < part.end for part in files)
            ]
            if not open_hours:
                continue
            by_hour: dict[datetime, list[Row]] = defaultdict(list)
            for at, rows in await self.past.samples(area, open_hours[0]):
                by_hour[hour_of(at)].extend(rows)
            for hour in open_hours:
                await asyncio.to_thread(self.seal_hour, table, hour, by_hour.get(hour, []))

    def seal_hour(self, table: Table, hour: datetime, rows: Sequence[Row]) -> None:
        if not rows:
            return
        if table is CHECKS:
            self.history.put(HOURS, hour, rollup.hours(rows))
            self.history.put(OUTAGES, hour, rollup.outages(rows))
        self.history.put(table, hour, rows)

    async def begin_anew(self, source: str) -> None:
        """Another run of the pretend city answers: what was pretended before is no history of it."""
        await self.fold()
        await asyncio.to_thread(self.history.forget, COMPLAINTS, source)

    async def tidy(self) -> None:
        """Join files, and delete what is too old; at the quiet hour."""
        await self.tried("tidy", self.tidied(datetime.now(UTC)))

    async def tidied(self, now: datetime) -> None:
        for table in TABLES.values():
            days = self.retention.minute_days if table is CHECKS else self.retention.days
            await asyncio.to_thread(self.history.compact, table, now)
            await asyncio.to_thread(self.history.prune, table, now - timedelta(days=days))
        kept = await asyncio.to_thread(self.history.summary)
        await self.past.note({"kept": kept, "tidied": iso(now)}, self.epoch)


def order(key: str) -> tuple[int, int]:
    """A stream's entry as something that can be compared."""
    moment, _, number = key.partition("-")
    return int(moment), int(number or 0)


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def hours_between(first: datetime, last: datetime) -> list[datetime]:
    """Every hour from that of the first moment to that of the last."""
    found, hour = [], hour_of(first)
    while hour <= last:
        found.append(hour)
        hour += timedelta(hours=1)
    return found
