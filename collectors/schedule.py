"""The collecting side: every source on its own interval, its failures kept as state, its records written to the store.

One process writes at a time. It holds a lease; whoever waits for it is a hot standby. A holder that was stopped and
comes back finds its epoch over, and its write is refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import math
import os
import random
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from collectors import COLLECTORS
from collectors.answer import Answer
from collectors.archive import Archive
from collectors.chronicle import Chronicle
from collectors.commits import Commits
from collectors.districts import Districts
from collectors.fact_rows import FactRows
from collectors.fetch import Http
from collectors.health import SourceHealth
from collectors.imports.pretended import Pretended
from collectors.inbox import Inbox
from collectors.leftovers import forget_others
from collectors.obey import Obeying
from collectors.orders import SourceOrders
from collectors.past_store import PastStore
from collectors.pushed import pushed_from
from collectors.readings.limits import Limits
from collectors.readings.present import Present
from collectors.readings.shape import Reading
from collectors.readings.stage import RuledStage, stage_after
from collectors.readings.table import READINGS
from collectors.records import CollectError
from collectors.reliability import Reliability, day_from
from collectors.retention import Retention
from collectors.source import Area, City, Source
from collectors.store import LostLeaseError, Store, StoreDownError
from collectors.watch import Watch
from collectors.write import Write
from collectors.writing import Writing

LEASE_MS = 5000
RENEW_SECONDS = 1.0
READING_GAP = 1.0
READING_GAP_PER_SOURCE = 0.003
READING_AGES = 60.0
KEEP_EVENTS = 7 * 86400.0
RUN_LIMIT = 120.0
FIRST_AT_ONCE = 100
COUNT_SECONDS = 30.0
QUIET_HOUR = 3
CATCH_UP = 60.0


@dataclass(frozen=True, slots=True)
class Daily:
    """Work for a time of day (the city's), which also looks a minute after every start whether it was missed. It never
    raises."""

    at: time
    work: Callable[[], Awaitable[None]]

    async def do(self) -> None:
        """The scheduler awaits only what it sees to be a coroutine function, which not every callable is."""
        await self.work()


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
        self.districts = districts
        self.limits = limits
        self.store = store
        self.inbox = Inbox(store)
        self.http = http
        self.archive = archive
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.log = structlog.get_logger("collect")
        self.watches = {source.name: self.watch(source) for source in sources}
        self.obeying = Obeying(SourceOrders(store), self.watches, self.turned)
        self.previous: dict[Area, Reading] = {}
        self.stage: RuledStage | None = None
        self.dirty: dict[Area, asyncio.Event] = {watch.source.area: asyncio.Event() for watch in self.watches.values()}
        self.broken_readings: dict[Area, str] = {}
        self.chronicle = (
            Chronicle(
                PastStore(store), history[0], FactRows(districts, city.timezone), self.dirty, self.present, history[1]
            )
            if history
            else None
        )
        self.pretended = Pretended(PastStore(store), history[0], http, city, districts) if history else None
        self.epoch = 0
        self.store_down = False
        self.commits = Commits(self.commit)
        self.unasked = 0
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
        """Start from what the store holds, so that nothing known is lost or counted as new; what it holds of sources
        that are no longer the city's is forgotten."""
        areas = {name: watch.source.area for name, watch in self.watches.items()}
        gone = await forget_others(self.store, areas, self.epoch)
        if gone:
            self.log.info("sources forgotten", sources=gone)
        fields = await self.store.source_fields(self.watches)
        now = datetime.now(UTC)
        today = now.astimezone(self.city.timezone).date().isoformat()
        counted, pauses = (await self.store.days([today]))[today], await self.obeying.orders.pauses(now)
        for name, watch in self.watches.items():
            watch.restore(fields[name])
            watch.health.set_pause(pauses.get(name))
            watch.reliability.begin(day_from(counted.get(name)), now)
            if watch.health.ledger.total["rejected"]:
                watch.aside = dict.fromkeys(one.key for one in await self.store.quarantine(name))
        for area in self.dirty:
            for (name, key), stored in (await self.store.records(area)).items():
                mine = self.watches.get(name)
                reason = mine.remember(key, stored) if mine else None
                if reason:
                    self.log.warning("record not understood", source=name, record=key, reason=reason)
        self.previous = dict(await self.store.readings(self.dirty))  # type: ignore[arg-type]
        self.stage, _ = await self.store.stages()
        for changed in self.dirty.values():
            changed.set()

    async def work(self) -> None:
        """Keep the lease, ask the sources and compute the readings; ends with the exception of the first that fails."""
        self.commits = Commits(self.commit)
        self.unasked = len(self.watches)
        turns = asyncio.Semaphore(FIRST_AT_ONCE)
        daily = AsyncIOScheduler(timezone=self.city.timezone)
        daily.start()
        try:
            async with asyncio.TaskGroup() as group:
                if self.archive is not None:
                    group.create_task(self.archive.run())
                    daily.add_job(self.archive.prune_now, "cron", hour=QUIET_HOUR)
                if self.chronicle is not None:
                    group.create_task(self.chronicle.run(self.epoch))
                    daily.add_job(self.chronicle.tidy, "cron", hour=QUIET_HOUR, minute=20)
                for one in self.daily:
                    at, soon = one.at, datetime.now(UTC) + timedelta(seconds=CATCH_UP)
                    daily.add_job(one.do, "cron", hour=at.hour, minute=at.minute, misfire_grace_time=None)
                    daily.add_job(one.do, "date", run_date=soon, misfire_grace_time=None)
                if self.pretended is not None:
                    group.create_task(self.pretended.run(self.epoch))
                group.create_task(self.commits.run())
                for area in self.dirty:
                    group.create_task(self.keep_reading(area))
                for watch in self.watches.values():
                    if watch.source.asked:
                        group.create_task(self.keep_asking(watch, turns))
                    else:
                        group.create_task(self.keep_counting(watch))
                group.create_task(self.keep_taking())
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
            # what is known by now stays: looking through all of it for garbage takes a third of a second each time
            gc.collect()
            gc.freeze()
        due = loop.time() + every * random.uniform(0.5, 1.0)
        while True:
            due = max(due, loop.time() + watch.health.patience(datetime.now(UTC)))
            await watch.rest(due - loop.time())
            due = min(due, loop.time())
            await self.ask(watch)
            due += every
            missed = math.ceil((loop.time() - due) / every)
            if missed > 0:
                due += missed * every
                watch.health.overrun(missed)
                self.dirty[watch.source.area].set()

    async def ask(self, watch: Watch) -> None:
        """Ask one source once. A source's failure is state, whatever it sends; so is a fault of our own."""
        if watch.health.paused is not None:
            async with watch.lock:
                await self.write(watch, watch.left_alone(datetime.now(UTC)))
            return
        try:
            async with asyncio.timeout(RUN_LIMIT):
                batch, anew = await watch.asked()
            if anew:
                self.log.info("another service answers", source=watch.source.name)
                if self.chronicle is not None:
                    name, was_demo = watch.source.name, watch.health.demo
                    await self.chronicle.begin_anew(name, watch.source.area, was_demo, batch.demo)
            async with watch.lock:
                write, recovered = watch.taken_in(batch, datetime.now(UTC), self.limits.complaint_window)
                if recovered:
                    self.log.info("recovered", source=watch.source.name)
                await self.write(watch, write)
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

    async def keep_taking(self) -> None:
        """Take in what sources send by themselves, as it comes and in its order."""
        sending = [name for name, watch in self.watches.items() if not watch.source.asked]
        while sending:
            for name, entries in (await self.inbox.waiting(sending)).items():
                for entry, raw in entries:
                    await self.take_in(self.watches[name], entry, raw)

    async def keep_counting(self, watch: Watch) -> None:
        """Count the time of a source that is never asked: it may send nothing for ever."""
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            async with watch.lock:
                await self.write(watch, watch.left_alone(datetime.now(UTC)))

    async def take_in(self, watch: Watch, entry: str, raw: bytes) -> None:
        """One push as if it were an answer. A fault of our own is state, and the push is not tried for ever."""
        now = datetime.now(UTC)
        async with watch.lock:
            try:
                pushed = pushed_from(watch.source.area, raw)
                write, recovered = watch.pushed(pushed, now, self.limits.complaint_window)
                if recovered:
                    self.log.info("recovered", source=watch.source.name)
            except CollectError as error:
                write, began = watch.failed(error, now)
                if began:
                    self.log.warning("failing", source=watch.source.name, error=watch.health.error)
            except Exception as error:
                self.log.exception("push not understood", source=watch.source.name)
                fault = CollectError(f"what it sent could not be taken in: {type(error).__name__}", fault="ours")
                write, _ = watch.failed(fault, now)
            await self.write(watch, replace(write, taken=(entry,)))

    def turned(self, watch: Watch) -> None:
        """A source's pause is about to begin or to end: what was until now is counted, and its area has news."""
        watch.reliability.observe(watch.health, datetime.now(UTC))
        self.dirty[watch.source.area].set()

    async def failure(self, watch: Watch, error: CollectError, *, told: bool = False) -> None:
        async with watch.lock:
            write, began = watch.failed(error, datetime.now(UTC))
            if began and not told:
                self.log.warning("failing", source=watch.source.name, error=watch.health.error)
            await self.write(watch, write)

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
            await self.write(watch, write)
        self.log.info("replayed", source=watch.source.name, read=len(write.released), of=len(kept))

    async def write(self, watch: Watch, write: Write) -> None:
        await self.commits.write(write)
        watch.keep(write)
        self.dirty[watch.source.area].set()

    async def commit(self, writes: Sequence[Write]) -> None:
        await self.store.write(writes, self.epoch, datetime.now(UTC), KEEP_EVENTS)

    async def keep_lease(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if await self.store.lease(self.owner, LEASE_MS) != self.epoch:
                raise LostLeaseError("the lease went to another process")
            honour_cancellation()
            for name in await self.store.replays() & self.watches.keys():
                await self.replay(self.watches[name])

    async def keep_reading(self, area: Area) -> None:
        """Compute an area's reading at once when something changed, and every minute for what changes by time alone; at
        most once a second, and that of an area of thousands of sources less often, as it tells of every one of them."""
        changed = self.dirty[area]
        sources = sum(watch.source.area == area for watch in self.watches.values())
        gap = max(READING_GAP, READING_GAP_PER_SOURCE * sources)
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(READING_AGES):
                    await changed.wait()
            changed.clear()
            reading = self.computed(area)
            if reading is not None:
                self.previous[area] = reading
                self.stage = stage_after(self.stage, self.previous.values(), datetime.now(UTC))
                await self.store.save_reading(area, reading, self.epoch, self.stage)
                honour_cancellation()
            await asyncio.sleep(gap)

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
