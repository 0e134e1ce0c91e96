"""The hub: one reader of Redis per process; every change is shown once, encoded once and sent to every socket.

A screen that connects gets a complete picture, then numbered changes. The first change after a quiet moment goes out
at once; further ones are coalesced, the newest per slot wins. A viewer whose socket is full is skipped until it has
drained and then gets a complete picture: it costs the server one buffer, never more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import orjson
import structlog

from collectors.orders import SourceOrders
from collectors.pause import Pause
from collectors.readings.shape import Reading
from collectors.readings.stage import Stage
from collectors.readings.visitors import Audience
from collectors.source import EVERY_AREA, Area
from collectors.store import Store, StoreDownError
from collectors.store_keys import ASKED, ORDERED, PAUSED, REPLAYED, STAGED, TOURED
from collectors.times import iso
from collectors.tours import Tours
from dashboards.groups import Change, Group, Pace, Sending, Transport, Viewer
from dashboards.pictures import Pictures, Stages
from dashboards.screen import Language, Screen
from dashboards.touring import Touring
from dashboards.wire import frame
from layouts import TILES
from layouts.words import Words

NEWS = (*EVERY_AREA, ORDERED, STAGED, PAUSED, TOURED)
BEAT_SECONDS = 2.0
READ_GAP = 0.05
ORDER_GAP = 0.01
"""After news that are of no area: a step of a tour must not make a number wait."""


class Hub:
    """Holds the present readings of the areas that have a source, and everyone who watches them."""

    def __init__(
        self,
        store: Store,
        screens: Mapping[str, Screen],
        words: Mapping[Language, Words],
        build: str,
        mask: Callable[[Reading], Reading],
        areas: Collection[Area] = EVERY_AREA,
        touring: Touring | None = None,
    ) -> None:
        self.store = store
        self.screens = screens
        self.words = words
        self.build = build
        self.areas = areas
        self.began = iso(datetime.now(UTC))
        self.pictures = Pictures(words, mask)
        self.stages: Stages = (None, None)
        self.touring = touring or Touring({})
        self.groups: dict[tuple[str, Language, Pace], Group] = {}
        self.sending = Sending(self.complete)
        self.pauses: dict[str, Pause] = {}
        self.store_up: bool | None = None
        self.replayed: set[str] = set()
        self.dirty: set[str] = set()
        self.orders: dict[str, bytes] = {}
        self.notice: str | None = None
        self.wake = asyncio.Event()
        self.log = structlog.get_logger("hub")

    @property
    def readings(self) -> dict[Area, Reading]:
        """The present readings, for operators."""
        return self.pictures.readings

    @property
    def stage(self) -> Stage:
        return self.pictures.stage

    async def run(self) -> None:
        """Read and send until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.listen())
            tasks.create_task(self.read())
            tasks.create_task(self.beat())

    async def listen(self) -> None:
        """Note what has news. A lost connection is told to every screen at once, and tried again for ever."""
        while True:
            try:
                async for name in self.store.news():
                    if name in (ASKED, REPLAYED):
                        continue
                    self.dirty.update([name] if name in NEWS else NEWS)
                    self.wake.set()
            except StoreDownError as error:
                self.set_store(False, str(error))
                await asyncio.sleep(0.5)

    async def read(self) -> None:
        """Fetch what has news: at once, then at most every 50 ms."""
        while True:
            await self.wake.wait()
            self.wake.clear()
            news, self.dirty = self.dirty, set()
            try:
                found = await self.store.readings([area for area in self.areas if area in news])
                self.stages = await self.store.stages()
                orders = await self.store.orders() if ORDERED in news else None
                if PAUSED in news:
                    self.pauses = await SourceOrders(self.store).pauses(datetime.now(UTC))
                if TOURED in news:
                    await self.touring.read(Tours(self.store), datetime.now(UTC))
            except StoreDownError as error:
                self.dirty |= news
                self.set_store(False, str(error))
                await asyncio.sleep(0.5)
                continue
            if TOURED in news:
                self.tour()  # first: a screen must be known to be the visitors' before it is sent what was read
            self.take(found)  # type: ignore[arg-type]
            if orders is not None:
                self.obey(orders)
            self.set_store(True)
            await asyncio.sleep(READ_GAP if found else ORDER_GAP)

    def set_store(self, up: bool, reason: str = "") -> None:
        before, self.store_up = self.store_up, up
        if up == before:
            return
        if not up:
            self.log.error("store down", reason=reason)
        elif before is not None:
            self.log.info("store back")
        for group in self.groups.values():
            self.send(group, self.beat_frame(group))

    def obey(self, orders: Mapping[str, bytes]) -> None:
        """Tell the screens that were asked to show something else."""
        changed = {name for name, order in orders.items() if self.orders.get(name) != order}
        self.orders = dict(orders)
        self.tell(group for group in self.groups.values() if group.screen in changed)

    def set_notice(self, notice: str | None) -> None:
        """Show a sentence about the room itself on every screen; None takes it away."""
        if notice != self.notice:
            self.notice = notice
            self.tell(self.groups.values())

    def tell(self, groups: Iterable[Group]) -> None:
        """Send what is about whole screens, or the step of a tour to its phones, at once, where it is another."""
        for group in list(groups):
            about = self.about(group)
            if told(about) != group.told:
                group.n += 1
                self.send(group, self.message(group, "set", tiles={}, **about))
                group.told = told(about)
                if group.tour:
                    group.complete, group.facts = None, self.facts(group)

    def about(self, group: Group) -> dict[str, Any]:
        """What is about a whole screen: for whom it is, what it is asked to show, the tour that has it, and a sentence
        about the room, which no visitor needs. To phones, the step of their tour."""
        words = self.words[group.language]
        if group.tour:
            return {"phone": self.touring.phone(group.tour, self.pictures.for_audience("visitor"), words)}
        notice = self.notice if group.audience == "operator" else None
        order = self.touring.order(group.screen) or self.orders.get(group.screen)
        return {
            "show": orjson.loads(order) if order else None,
            "notice": words.fill("notice", text=notice) if notice else None,
            "audience": group.audience,
            "tour": self.touring.wall(group.screen, self.joined(), words),
        }

    def joined(self) -> dict[str, int]:
        """How many phones follow each tour in this process, by code."""
        found: dict[str, int] = {}
        for group in self.groups.values():
            if group.tour:
                found[group.tour] = found.get(group.tour, 0) + len(group.viewers)
        return found

    def looking(self, code: str) -> int:
        """How many visitors of a tour look around by themselves."""
        return sum(viewer.looking for group in self.groups.values() if group.tour == code for viewer in group.viewers)

    def tour(self) -> None:
        """The tours, or the guests before screens, are others: show every screen to whom it may be shown now, and let
        the phones go whose tour is over."""
        for key, group in list(self.groups.items()):
            if group.tour and group.tour not in self.touring.tours:
                group.forget()
                group.n += 1
                self.sending.dismiss(group, self.message(group, "set", tiles={}, **self.about(group)))
                del self.groups[key]
            elif group.screen and group.audience != self.touring.audience(group.screen):
                group.audience = self.touring.audience(group.screen)
                self.renew(group)
        self.watch()
        self.tell(self.groups.values())

    def watch(self) -> None:
        """Have pictures of what somebody watches, and of nothing else."""
        before = set(self.pictures.tiles)
        self.pictures.watch({(group.language, group.audience) for group in self.groups.values() if group.tiles})
        if set(self.pictures.tiles) - before:
            self.take({})

    def renew(self, group: Group) -> None:
        """Give every viewer of a group a complete picture before anything else."""
        group.forget()
        for viewer in group.viewers:
            viewer.behind = True
        self.watch()
        for viewer in group.viewers:
            if viewer.behind:
                self.sending.write(group, viewer, b"")

    def adopt(
        self,
        screens: Mapping[str, Screen],
        words: Mapping[Language, Words],
        build: str,
        mask: Callable[[Reading], Reading],
        areas: Collection[Area] = EVERY_AREA,
        touring: Touring | None = None,
    ) -> None:
        """Go on with another configuration. The screens are let go; they come back, see another build and load it. What
        was read of an area that has no source any more is forgotten."""
        self.screens, self.words, self.build, self.areas = screens, words, build, areas
        before = {area: reading for area, reading in self.readings.items() if area in areas}
        self.pictures = Pictures(words, mask)
        self.touring = (touring or Touring({})).after(self.touring)
        self.dirty.add(TOURED)  # whoever reads the tours now reads them into those of before
        self.wake.set()
        self.take(before)
        for group in self.groups.values():
            for viewer in group.viewers:
                viewer.transport.close()
        self.groups = {}

    def take(self, found: Mapping[Area, Reading]) -> None:
        """New readings: show each tile they touch once per language, and pass on what differs."""
        now = datetime.now(UTC)
        changes = self.pictures.take(found, self.stages, now)
        for group in self.groups.values():
            self.add(group, changes.get((group.language, group.audience), {}))
        news = any(changes.values())
        for pace in get_args(Pace):
            for group in list(self.groups.values()):
                if group.pace == pace and (group.pending or (news and group.tour)):
                    self.flush_soon(group)

    def add(self, group: Group, changed: Mapping[str, Change]) -> None:
        for name, change in changed.items():
            if name in group.tiles:
                group.complete = None
                before = group.pending.get(name)
                merged = {**before["props"], **change["props"]} if before else change["props"]
                group.pending[name] = {"state": change["state"], "props": merged}

    def flush_soon(self, group: Group) -> None:
        """At once after a quiet moment, else when the group's tick is over."""
        if group.timer is not None:
            return
        loop = asyncio.get_running_loop()
        wait = group.flushed + group.tick - loop.time()
        if wait <= 0:
            self.flush(group)
        else:
            group.timer = loop.call_later(wait, self.flush, group)

    def flush(self, group: Group) -> None:
        group.timer = None
        group.flushed = asyncio.get_running_loop().time()
        if group.tour:
            self.flush_facts(group)
            return
        pending, group.pending = group.pending, {}
        group.n += 1
        if group.viewers:
            self.send(group, self.message(group, "set", tiles=pending))

    def flush_facts(self, group: Group) -> None:
        """The numbers of the step that phones show, where they are others."""
        facts = self.facts(group)
        changed = {name: fact for name, fact in facts.items() if group.facts.get(name) != fact}
        if not changed:
            return
        group.facts, group.complete = facts, None
        group.n += 1
        self.send(group, self.message(group, "set", facts=changed))

    def facts(self, group: Group) -> dict[str, Any]:
        return self.touring.facts(group.tour, self.pictures.for_audience("visitor"), self.words[group.language])

    def message(self, group: Group, kind: str, **more: Any) -> bytes:
        now = round(datetime.now(UTC).timestamp() * 1000)
        return frame(orjson.dumps({"t": kind, "n": group.n, "at": now, "store": bool(self.store_up), **more}))

    def beat_frame(self, group: Group) -> bytes:
        return self.message(group, "beat")

    def complete(self, group: Group) -> bytes:
        """Everything the group's screens show, as one frame. It is encoded once until it changes."""
        if group.tour:
            if group.complete is None:
                about = self.about(group)
                group.told, group.facts = told(about), group.facts or self.facts(group)
                group.complete = orjson.Fragment(orjson.dumps(about["phone"]))
            return self.message(group, "all", build=self.build, phone=group.complete)
        if group.complete is None:
            picture = self.pictures.tiles[group.language, group.audience]
            tiles = {name: picture[name] for name in group.tiles if name in picture}
            group.complete = orjson.Fragment(orjson.dumps(tiles))
        about = self.about(group)
        group.told = group.told or told(about)
        return self.message(group, "all", build=self.build, tiles=group.complete, **about)

    def picture(self, screen: str, language: Language, audience: Audience) -> bytes:
        """What a screen would be told in its first message, as JSON, were it for this audience."""
        now = datetime.now(UTC)
        tiles = self.pictures.whole(self.screens[screen].tiles, (language, audience), now)
        about = {"show": None, "notice": None, "audience": audience, "tour": None}
        at = round(now.timestamp() * 1000)
        told = {"t": "all", "n": 0, "at": at, "store": bool(self.store_up), "build": self.build, "tiles": tiles}
        return orjson.dumps(told | about)

    def send(self, group: Group, message: bytes) -> None:
        self.sending.send(group, message)

    async def beat(self) -> None:
        """Every two seconds a sign of life, so that a screen notices within five that nobody speaks any more."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            self.grow_old()
            if self.touring.drop_over(datetime.now(UTC)):
                self.tour()
            self.tell(group for group in self.groups.values() if self.touring.tour_of(group.screen))
            for group in self.groups.values():
                self.send(group, self.beat_frame(group))

    def grow_old(self) -> None:
        """Show again what has changed by time alone: a source that fell silent sends no news of it."""
        self.take(dict(self.readings))

    def join(
        self, screen: str, language: Language, pace: Pace, transport: Transport, tour: str = ""
    ) -> tuple[Group, Viewer]:
        """A new viewer, who has its complete picture when this returns, unless a recording plays on its screen. Who
        follows a tour watches no screen."""
        key = (f"/t/{tour}" if tour else screen, language, pace)
        if key not in self.groups:
            tiles: Collection[str] = () if tour else self.screens[screen].tiles if screen else tuple(TILES)
            audience = "visitor" if tour else self.touring.audience(screen)
            replayed = screen in self.replayed
            self.groups[key] = Group(screen, tiles, language, pace, audience, tour, replayed=replayed)
            self.watch()
        group, viewer = self.groups[key], Viewer(transport)
        group.viewers.add(viewer)
        self.sending.write(group, viewer, b"")
        return group, viewer


def told(about: dict[str, Any]) -> dict[str, Any]:
    """By what two things that a group may be told differ: the card of a step holds numbers, which go their own way."""
    phone = about.get("phone")
    return {"phone": {**phone, "html": ""}} if phone else about
