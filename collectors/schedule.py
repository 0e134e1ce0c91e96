"""The collecting side: every source on its own interval, its failures kept as state, its records written to the store.

One process writes at a time. It holds a lease; whoever waits for it is a hot standby. A holder that was stopped and
comes back finds its epoch over, and its write is refused.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from collectors import COLLECTORS
from collectors.districts import Districts
from collectors.fetch import Http
from collectors.health import SourceHealth
from collectors.merge import changes, forgotten
from collectors.readings.limits import Limits
from collectors.readings.present import Present
from collectors.readings.shape import Reading
from collectors.readings.stage import RuledStage, stage_after
from collectors.readings.table import READINGS
from collectors.records import Batch, CollectError, Complaint, Known, Record
from collectors.source import Area, City, Collector, Source
from collectors.store import LostLeaseError, Store, StoreDownError, Write
from collectors.stored import record_from

LEASE_MS = 5000
RENEW_SECONDS = 1.0
READING_GAP = 1.0
KEEP_EVENTS = 7 * 86400.0
RUN_LIMIT = 120.0


@dataclass(slots=True)
class Watch:
    """One source being collected: its collector, its health, and the records it gave, by id."""

    collector: Collector
    health: SourceHealth
    records: dict[str, Record] = field(default_factory=dict)
    phased: bool = False

    @property
    def source(self) -> Source:
        return self.health.source

    def known(self) -> Known:
        complaints = ((key, one) for key, one in self.records.items() if isinstance(one, Complaint))
        return Known(self.health.cursor, frozenset(key for key, one in complaints if one.status != "done"))


class Collecting:
    """Collects all sources of a city until it is cancelled."""

    def __init__(
        self, city: City, sources: Sequence[Source], districts: Districts, limits: Limits, store: Store, http: Http
    ) -> None:
        self.city = city
        self.districts = districts
        self.limits = limits
        self.store = store
        self.http = http
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.log = structlog.get_logger("collect")
        self.watches = {
            source.name: Watch(COLLECTORS[source.collector](source, city), SourceHealth(source)) for source in sources
        }
        self.previous: dict[Area, Reading] = {}
        self.stage: RuledStage | None = None
        self.dirty: dict[Area, asyncio.Event] = {watch.source.area: asyncio.Event() for watch in self.watches.values()}
        self.broken_readings: dict[Area, str] = {}
        self.epoch = 0
        self.store_down = False
        self.trouble: asyncio.Future[None]

    async def run(self) -> None:
        """Collect for ever: wait for the lease, take over what is known, work; begin again when the lease is lost."""
        try:
            while True:
                await self.take_lease()
                try:
                    await self.take_over()
                    await self.work()
                except LostLeaseError:
                    self.log.warning("standby", reason="another process writes now")
                except StoreDownError as error:
                    self.note_store(error)
                    await asyncio.sleep(0.5)
                self.epoch = 0
        finally:
            await self.let_go()

    async def take_lease(self) -> None:
        waiting = False
        while True:
            try:
                self.epoch = await self.store.lease(self.owner, LEASE_MS)
                honour_cancellation()
            except StoreDownError as error:
                self.note_store(error)
            else:
                self.note_store(None)
                if self.epoch:
                    self.log.info("collecting", sources=len(self.watches), epoch=self.epoch)
                    return
                if not waiting:
                    self.log.info("standby", reason="another process collects; this one waits to take over")
                waiting = True
            await asyncio.sleep(RENEW_SECONDS / 2)

    async def let_go(self) -> None:
        if self.epoch:
            try:
                await self.store.give_back(self.owner)
            except StoreDownError as error:
                self.note_store(error)

    def note_store(self, error: StoreDownError | None) -> None:
        """Say once that Redis is gone, and once that it is back."""
        if error is not None and not self.store_down:
            self.log.error("store down", reason=str(error))
        elif error is None and self.store_down:
            self.log.info("store back")
        self.store_down = error is not None

    async def take_over(self) -> None:
        """Start from what the store holds, so that nothing known is lost or counted as new."""
        fields = await self.store.source_fields(self.watches)
        for name, watch in self.watches.items():
            watch.health.restore(fields[name])
            watch.records = {}
        for area in self.dirty:
            for (name, key), stored in (await self.store.records(area)).items():
                if name in self.watches:
                    self.remember(self.watches[name], key, stored)
        self.previous = dict(await self.store.readings(self.dirty))  # type: ignore[arg-type]
        self.stage, _ = await self.store.stages()

    def remember(self, watch: Watch, key: str, stored: dict[str, Any]) -> None:
        """A record of another version of the program may not be understood: then the source is read from the start."""
        try:
            watch.records[key] = record_from(watch.source.area, stored)
        except (TypeError, ValueError) as error:
            if watch.health.cursor is not None:
                self.log.warning("record not understood", source=watch.source.name, record=key, reason=str(error))
            watch.health.cursor = None

    async def work(self) -> None:
        """Keep the lease, run the sources and compute the readings; ends with the exception of the first that fails."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        self.trouble = asyncio.get_running_loop().create_future()
        self.plan(scheduler)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.keep_lease())
                for area in self.dirty:
                    group.create_task(self.keep_reading(area))
                scheduler.start()
                await self.trouble
        except* (LostLeaseError, StoreDownError) as several:
            raise several.exceptions[0] from several
        finally:
            self.trouble.cancel()
            scheduler.shutdown(wait=False)

    def plan(self, scheduler: AsyncIOScheduler) -> None:
        """Ask every source at once; from then on each has its interval, at a random phase."""
        for watch in self.watches.values():
            scheduler.add_job(
                self.run_source,
                "interval",
                args=[scheduler, watch],
                id=watch.source.name,
                seconds=watch.source.every,
                next_run_time=datetime.now(UTC),
                misfire_grace_time=max(1, int(watch.source.every)),
                coalesce=True,
                max_instances=1,
            )
            watch.phased = False
        scheduler.add_listener(self.overrun, EVENT_JOB_MAX_INSTANCES | EVENT_JOB_MISSED)
        scheduler.add_listener(self.broken, EVENT_JOB_ERROR)

    def overrun(self, event: JobEvent) -> None:
        """A run was skipped because the one before had not ended."""
        watch = self.watches[event.job_id]
        watch.health.overruns += 1
        self.dirty[watch.source.area].set()

    def broken(self, event: JobExecutionEvent) -> None:
        """A fault of our own in a collector: the others go on, the source is shown as failing."""
        watch = self.watches[event.job_id]
        fault = CollectError(f"the collector itself broke: {event.exception!r}", fault="ours")
        if watch.health.failed(fault, datetime.now(UTC)):
            self.log.error("collector broken", source=watch.source.name, traceback=event.traceback)
        self.dirty[watch.source.area].set()

    async def run_source(self, scheduler: AsyncIOScheduler, watch: Watch) -> None:
        """One run as the scheduler starts it. The store's failures end the work, a source's never do."""
        try:
            await self.collect(watch)
        except asyncio.CancelledError:
            if self.trouble.done():  # the work is over; the scheduler would log every run it cuts short
                return
            raise
        except (LostLeaseError, StoreDownError) as error:
            if not self.trouble.done():
                self.trouble.set_exception(error)
            return
        job, health, every = scheduler.get_job(watch.source.name), watch.health, watch.source.every
        if job is None:
            return
        now = datetime.now(UTC)
        if not watch.phased:
            watch.phased = True
            job.modify(next_run_time=now + timedelta(seconds=every * random.uniform(0.5, 1.0)))
        if health.failures and health.next_try and health.next_try > now + timedelta(seconds=every):
            job.modify(next_run_time=health.next_try)

    async def collect(self, watch: Watch) -> None:
        """Ask one source once. A source's failure is state, whatever it sends."""
        try:
            async with asyncio.timeout(RUN_LIMIT):
                batch = await self.asked(watch)
        except TimeoutError:
            await self.failure(watch, CollectError(f"did not finish within {RUN_LIMIT:.0f} s", fault="silent"))
        except CollectError as error:
            await self.failure(watch, error)
        else:
            await self.success(watch, batch)

    async def asked(self, watch: Watch) -> Batch:
        """What the source says. If another service answers than before, what it was known by is worth nothing."""
        batch = await watch.collector.collect(self.http, watch.known())
        if not watch.health.is_another(batch):
            return batch
        self.log.info("another service answers", source=watch.source.name)
        return await watch.collector.collect(self.http, Known())

    async def success(self, watch: Watch, batch: Batch) -> None:
        now = datetime.now(UTC)
        anew = watch.health.is_another(batch)
        changed, ended = changes({} if anew else watch.records, batch)
        if anew:
            ended |= watch.records.keys() - changed.keys()
        past = forgotten({**watch.records, **changed}, now, self.limits.complaint_window)
        changed = {key: record for key, record in changed.items() if key not in past}
        ended |= past & watch.records.keys()
        if watch.health.succeeded(batch, bool(changed or ended), now):
            self.log.info("recovered", source=watch.source.name)
        await self.write(watch, now, changed, ended)
        watch.records.update(changed)
        for key in ended:
            watch.records.pop(key, None)
        self.dirty[watch.source.area].set()

    async def failure(self, watch: Watch, error: CollectError) -> None:
        now = datetime.now(UTC)
        if watch.health.failed(error, now):
            self.log.warning("failing", source=watch.source.name, error=watch.health.error)
        await self.write(watch, now, {}, frozenset())
        self.dirty[watch.source.area].set()

    async def write(self, watch: Watch, now: datetime, changed: Mapping[str, Record], ended: frozenset[str]) -> None:
        health = watch.health
        write = Write(watch.source.area, watch.source.name, health.fields(), changed, ended, health.cleared())
        await self.store.write(write, self.epoch, now, KEEP_EVENTS)

    async def keep_lease(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if await self.store.lease(self.owner, LEASE_MS) != self.epoch:
                raise LostLeaseError("the lease went to another process")
            honour_cancellation()

    async def keep_reading(self, area: Area) -> None:
        """Compute an area's reading at once when something changed, at most once a second."""
        changed = self.dirty[area]
        while True:
            await changed.wait()
            changed.clear()
            reading = self.computed(area)
            if reading is not None:
                self.previous[area] = reading
                self.stage = stage_after(self.stage, self.previous.values(), datetime.now(UTC))
                await self.store.save_reading(area, reading, self.epoch, self.stage)
                honour_cancellation()
            await asyncio.sleep(READING_GAP)

    def computed(self, area: Area) -> Reading | None:
        """The area's reading. Where it cannot be computed the last one stays and grows old; no other area notices."""
        try:
            reading = READINGS[area](self.present(area))
        except Exception as error:
            if self.broken_readings.get(area) != repr(error):
                self.log.exception("reading broken", area=area)
            self.broken_readings[area] = repr(error)
            return None
        self.broken_readings.pop(area, None)
        return reading

    def present(self, area: Area) -> Present:
        mine = [watch for watch in self.watches.values() if watch.source.area == area]
        return Present(
            area=area,
            records={(watch.source.name, key): record for watch in mine for key, record in watch.records.items()},
            sources=[watch.health for watch in mine],
            now=datetime.now(UTC),
            zone=self.city.timezone,
            districts=self.districts,
            limits=self.limits,
            applications=self.city.applications,
            previous=self.previous.get(area),
        )


def honour_cancellation() -> None:
    """End a task that was told to end while it waited for Redis: redis-py 8.1 now and then forgets to pass that on."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
