"""The collecting side: every source on its own interval, its failures kept as state, its records written to the store.

One process writes at a time (lease.py); of each area it keeps one reading up to date (computing.py).
"""

from __future__ import annotations

import asyncio
import gc
import math
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from collectors import COLLECTORS
from collectors.answer import Answer
from collectors.archive import Archive
from collectors.chronicle import Chronicle
from collectors.commits import Commits, Make
from collectors.computing import Computing
from collectors.daily import Daily
from collectors.districts import Districts
from collectors.fact_rows import FactRows
from collectors.fetch import Http
from collectors.health import SourceHealth
from collectors.imports.pretended import Pretended
from collectors.inbox import Inbox
from collectors.lease import Lease
from collectors.leftovers import forget_others
from collectors.obey import Obeying
from collectors.orders import SourceOrders
from collectors.past_store import PastStore
from collectors.readings.limits import Limits
from collectors.records import Batch, CollectError
from collectors.reliability import Reliability, day_from
from collectors.retention import Retention
from collectors.source import City, Source
from collectors.store import LostLeaseError, Store, StoreDownError
from collectors.taking import Taking
from collectors.waking import Waking
from collectors.watch import Watch
from collectors.write import Write, chunks
from collectors.writing import Writing

KEEP_EVENTS = 7 * 86400.0
RUN_LIMIT = 120.0
FIRST_AT_ONCE = 100
QUIET_HOUR = 3
CATCH_UP = 60.0
MADE_BEFORE_LOOKING = 10_000


class Collecting:
    """Collects all sources of a city until it is cancelled."""

    def __init__(
        self,
        city: City,
        sources: Sequence[Source],
        districts: Districts,
        limits: Limits,
        store: Store,
        http: Http,
        archive: Archive | None = None,
        history: tuple[Writing, Retention] | None = None,
    ) -> None:
        self.city = city
        self.limits = limits
        self.store = store
        self.http = http
        self.archive = archive
        self.lease = Lease(store)
        self.log = structlog.get_logger("collect")
        self.watches = {source.name: self.watch(source) for source in sources}
        sending = {name: watch for name, watch in self.watches.items() if not watch.source.asked}
        self.taking = Taking(Inbox(store), sending, limits.complaint_window, self.write)
        self.obeying = Obeying(SourceOrders(store), self.watches, self.turned)
        self.computing = Computing(self.watches.values(), city, districts, limits, store, self.lease)
        areas, present = self.computing.watches, self.computing.present
        past, rows = PastStore(store), FactRows(districts, city.timezone)
        self.chronicle = Chronicle(past, history[0], rows, areas, present, history[1]) if history else None
        self.pretended = Pretended(past, history[0], http, city, districts) if history else None
        self.commits = Commits(self.commit)
        self.unasked = 0
        self.waking = Waking()
        self.daily: list[Daily] = []

    def watch(self, source: Source) -> Watch:
        """A source to be collected, each of its answers counted and, where it is to be, archived."""

        def heard(answer: Answer) -> None:
            found.heard(answer)
            if self.archive is not None and source.archive and answer.body and not answer.reused:
                self.archive.keep(source.name, answer)

        collector = COLLECTORS[source.collector](source, self.city)
        reliability = Reliability(source.owner, self.city.timezone)
        found = Watch(collector, SourceHealth(source), self.http.heard_by(heard), reliability)
        return found

    async def run(self) -> None:
        """Collect for ever: wait for the lease, take over what is known, work; begin again when the lease is lost."""
        try:
            while True:
                await self.lease.take()
                self.log.info("collecting", sources=len(self.watches), epoch=self.lease.epoch)
                try:
                    await self.take_over()
                    await self.work()
                except LostLeaseError:
                    self.log.warning("standby", reason="another process writes now")
                except StoreDownError as error:
                    self.lease.note(error)
                    await asyncio.sleep(0.5)
                self.lease.epoch = 0
        finally:
            await self.lease.give_back()

    async def take_over(self) -> None:
        """Start from what the store holds, so that nothing known is lost or counted as new; what it holds of sources
        that are no longer the city's is forgotten. That may take longer than a lease lasts, which is held meanwhile."""
        areas = {name: watch.source.area for name, watch in self.watches.items()}
        gone = await forget_others(self.store, areas, self.lease.epoch)
        if gone:
            self.log.info("sources forgotten", sources=gone)
        now = datetime.now(UTC)
        today = now.astimezone(self.city.timezone).date().isoformat()
        counted, pauses = (await self.store.days([today]))[today], await self.obeying.orders.pauses(now)
        for names in chunks(list(self.watches)):
            await self.lease.hold()
            fields = await self.store.source_fields(names)
            for name in names:
                watch = self.watches[name]
                watch.restore(fields[name])
                watch.health.set_pause(pauses.get(name))
                watch.reliability.begin(day_from(counted.get(name)), now)
                if watch.health.ledger.total["rejected"]:
                    watch.aside = dict.fromkeys(one.key for one in await self.store.quarantine(name))
        for area in self.computing.watches:
            stored = await self.store.records(area)
            for keys in chunks(list(stored)):
                await self.lease.hold()
                for name, key in keys:
                    mine = self.watches.get(name)
                    reason = mine.remember(key, stored[name, key]) if mine else None
                    if reason:
                        self.log.warning("record not understood", source=name, record=key, reason=reason)
        await self.lease.hold()
        await self.computing.begin()

    async def work(self) -> None:
        """Keep the lease, ask the sources and compute the readings; ends with the exception of the first that fails."""
        self.commits = Commits(self.commit)
        self.unasked = sum(watch.source.asked for watch in self.watches.values())
        turns = asyncio.Semaphore(FIRST_AT_ONCE)
        daily = AsyncIOScheduler(timezone=self.city.timezone)
        daily.start()
        try:
            async with asyncio.TaskGroup() as group:
                if self.archive is not None:
                    group.create_task(self.archive.run())
                    daily.add_job(self.archive.prune_now, "cron", hour=QUIET_HOUR)
                if self.chronicle is not None:
                    group.create_task(self.chronicle.run(self.lease.epoch))
                    daily.add_job(self.chronicle.tidy, "cron", hour=QUIET_HOUR, minute=20)
                for one in self.daily:
                    at, soon = one.at, datetime.now(UTC) + timedelta(seconds=CATCH_UP)
                    daily.add_job(one.do, "cron", hour=at.hour, minute=at.minute, misfire_grace_time=None)
                    daily.add_job(one.do, "date", run_date=soon, misfire_grace_time=None)
                if self.pretended is not None:
                    group.create_task(self.pretended.run(self.lease.epoch))
                group.create_task(self.commits.run())
                for area in self.computing.watches:
                    group.create_task(self.computing.keep(area))
                for watch in self.watches.values():
                    if watch.source.asked:
                        group.create_task(self.keep_asking(watch, turns))
                    else:
                        group.create_task(self.taking.keep_counting(watch))
                group.create_task(self.taking.run())
                group.create_task(self.obeying.run())
                # in the body: Python 3.11 forgets to take a group's cancellation back from a task that is past it
                await self.keep_lease()
        except* (LostLeaseError, StoreDownError) as several:
            raise several.exceptions[0] from several
        finally:
            daily.shutdown(wait=False)

    async def keep_asking(self, watch: Watch, turns: asyncio.Semaphore) -> None:
        """Ask a source at once, or as soon as there is a turn; from then on at its interval, at a random phase.

        A run that is not over when the next is due takes its place; that is counted as an overrun.
        """
        loop, every = asyncio.get_running_loop(), watch.source.every
        async with turns:
            await self.ask(watch)
        self.unasked -= 1
        if not self.unasked:
            look_for_garbage_rarely()
        due = loop.time() + every * random.uniform(0.5, 1.0)
        while True:
            due = max(due, loop.time() + watch.health.patience(datetime.now(UTC)))
            await watch.rest(self.waking.at(due, every))
            due = min(due, loop.time())
            await self.ask(watch)
            due += every
            missed = math.ceil((loop.time() - due) / every)
            if missed > 0:
                due += missed * every
                watch.health.overrun(missed)
                self.computing.news(watch.source.area)

    async def ask(self, watch: Watch) -> None:
        """Ask one source once. A source's failure is state, whatever it sends; so is a fault of our own."""
        if watch.health.paused is not None:
            async with watch.lock:
                await self.write(watch, lambda: watch.left_alone(datetime.now(UTC)))
            return
        try:
            async with asyncio.timeout(RUN_LIMIT):
                batch, anew = await watch.asked()
            if anew:
                self.log.info("another service answers", source=watch.source.name)
                if self.chronicle is not None:
                    name, was_demo = watch.source.name, watch.health.demo
                    await self.chronicle.begin_anew(name, watch.source.area, was_demo, batch.demo)
            now = datetime.now(UTC)
            async with watch.lock:
                await self.write(watch, lambda: self.taken_in(watch, batch, now))
            if batch.demo and self.pretended is not None:
                self.pretended.heard(watch.source, batch.demo)
        except TimeoutError:
            await self.failure(watch, CollectError(f"did not finish within {RUN_LIMIT:.0f} s", fault="silent"))
        except CollectError as error:
            await self.failure(watch, error)
        except Exception as error:
            if watch.health.failing_since is None:
                self.log.exception("collector broken", source=watch.source.name)
            await self.failure(watch, CollectError(f"the collector itself broke: {error!r}", fault="ours"), told=True)

    def taken_in(self, watch: Watch, batch: Batch, now: datetime) -> Write:
        write, recovered = watch.taken_in(batch, now, self.limits.complaint_window)
        if recovered:
            self.log.info("recovered", source=watch.source.name)
        return write

    def turned(self, watch: Watch) -> None:
        """A source's pause is about to begin or to end: what was until now is counted, and its area has news."""
        watch.reliability.observe(watch.health, datetime.now(UTC))
        self.computing.news(watch.source.area)

    async def failure(self, watch: Watch, error: CollectError, *, told: bool = False) -> None:
        async with watch.lock:
            write, began = watch.failed(error, datetime.now(UTC))
            if began and not told:
                self.log.warning("failing", source=watch.source.name, error=watch.health.error)
            await self.write(watch, lambda: write)

    async def replay(self, watch: Watch) -> None:
        """Read again what was set aside of a source, as somebody asked."""
        kept = await self.store.quarantine(watch.source.name)
        now, window = datetime.now(UTC), self.limits.complaint_window
        async with watch.lock:
            try:
                write = watch.replayed(kept, now, window)
            except Exception:
                self.log.exception("replay broken", source=watch.source.name)
                write = watch.replayed([], now, window)
            await self.write(watch, lambda: write)
        self.log.info("replayed", source=watch.source.name, read=len(write.released), of=len(kept))

    async def write(self, watch: Watch, make: Make) -> None:
        watch.keep(await self.commits.write(make))
        self.computing.news(watch.source.area)

    async def commit(self, writes: Sequence[Write]) -> None:
        await self.store.write(writes, self.lease.epoch, datetime.now(UTC), KEEP_EVENTS)

    async def keep_lease(self) -> None:
        while True:
            await self.lease.renew()
            for name in await self.store.replays() & self.watches.keys():
                await self.replay(self.watches[name])


def look_for_garbage_rarely() -> None:
    """What is known by now stays: looking through all of it for garbage takes a third of a second each time. What a
    poll makes is gone with the next, or stays as well: looking after every 700 objects finds nothing."""
    gc.unfreeze()  # what was kept so before the lease was lost, or the city's file was edited
    gc.collect()
    gc.freeze()
    gc.set_threshold(MADE_BEFORE_LOOKING)
