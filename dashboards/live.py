"""The hub: one reader of Redis per process; every change is shown once, encoded once and sent to every socket.

A screen that connects gets a complete picture, then numbered changes. The first change after a quiet moment goes out
at once; further ones are coalesced, the newest per slot wins. A viewer whose socket is full is skipped until it has
drained and then gets a complete picture: it costs the server one buffer, never more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypedDict, get_args

import orjson
import structlog

from collectors.orders import SourceOrders
from collectors.pause import Pause
from collectors.readings.shape import Reading
from collectors.readings.stage import DeclaredStage, RuledStage, Stage, in_force
from collectors.source import EVERY_AREA, Area
from collectors.store import Store, StoreDownError
from collectors.store_keys import ASKED, ORDERED, PAUSED, STAGED
from collectors.times import iso
from dashboards.screen import Language, Screen
from dashboards.wire import frame
from layouts import TILES
from layouts.frame import Props
from layouts.state import TileState, aged, tile_state
from layouts.words import Words

Pace = Literal["wall", "desk", "phone"]
TICK: dict[Pace, float] = {"wall": 0.05, "desk": 0.1, "phone": 1.0}
NEWS = (*EVERY_AREA, ORDERED, STAGED, PAUSED)
BEAT_SECONDS = 2.0
READ_GAP = 0.05
FULL_BUFFER = 256 * 1024
SLICE = 100


class Change(TypedDict, total=False):
    """What a browser is told of one tile: its whole state, and the slots that changed."""

    state: TileState
    props: Props


@dataclass(slots=True, eq=False)
class Viewer:
    """One socket. `behind` means it has missed changes and waits for a complete picture."""

    transport: asyncio.Transport
    behind: bool = True


@dataclass(eq=False)
class Group:
    """Viewers who see the same: the same screen in the same language at the same pace, so the same bytes."""

    screen: str
    tiles: Collection[str]
    language: Language
    pace: Pace
    n: int = 0
    viewers: set[Viewer] = field(default_factory=set)
    pending: dict[str, Change] = field(default_factory=dict)
    complete: orjson.Fragment | None = None
    flushed: float = 0.0
    timer: asyncio.TimerHandle | None = None


class Hub:
    """Holds the present readings of the areas that have a source, and everyone who watches them."""

    def __init__(
        self,
        store: Store,
        screens: Mapping[str, Screen],
        words: Mapping[Language, Words],
        build: str,
        areas: Collection[Area] = EVERY_AREA,
    ) -> None:
        self.store = store
        self.screens = screens
        self.words = words
        self.build = build
        self.areas = areas
        self.began = iso(datetime.now(UTC))
        self.readings: dict[Area, Reading] = {}
        self.stages: tuple[RuledStage | None, DeclaredStage | None] = (None, None)
        self.stage: Stage = in_force(None, None, [], datetime.now(UTC))
        self.pictures: dict[Language, dict[str, Change]] = {language: {} for language in words}
        self.groups: dict[tuple[str, Language, Pace], Group] = {}
        self.pauses: dict[str, Pause] = {}
        self.store_up: bool | None = None
        self.dirty: set[str] = set()
        self.orders: dict[str, bytes] = {}
        self.notice: str | None = None
        self.wake = asyncio.Event()
        self.sent = 0
        self.dropped = 0
        self.log = structlog.get_logger("hub")
        self.broken: dict[str, str] = {}
        self.slices: set[asyncio.Task[None]] = set()

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
                    if name == ASKED:
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
            except StoreDownError as error:
                self.dirty |= news
                self.set_store(False, str(error))
                await asyncio.sleep(0.5)
                continue
            self.take(found)  # type: ignore[arg-type]
            if orders is not None:
                self.obey(orders)
            self.set_store(True)
            await asyncio.sleep(READ_GAP)

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
        """Send what is about whole screens, at once."""
        for group in groups:
            group.n += 1
            self.send(group, self.message(group, "set", tiles={}, **self.about(group)))

    def about(self, group: Group) -> dict[str, Any]:
        """What is about a whole screen: the order it follows, and a sentence about the room."""
        notice = self.words[group.language].fill("notice", text=self.notice) if self.notice else None
        order = self.orders.get(group.screen)
        return {"show": orjson.Fragment(order) if order else None, "notice": notice}

    def adopt(
        self,
        screens: Mapping[str, Screen],
        words: Mapping[Language, Words],
        build: str,
        areas: Collection[Area] = EVERY_AREA,
    ) -> None:
        """Go on with another configuration. The screens are let go; they come back, see another build and load it. What
        was read of an area that has no source any more is forgotten."""
        self.screens, self.words, self.build, self.areas = screens, words, build, areas
        self.readings = {area: reading for area, reading in self.readings.items() if area in areas}
        self.pictures = {language: {} for language in words}
        self.take(dict(self.readings))
        for group in self.groups.values():
            for viewer in group.viewers:
                viewer.transport.close()
        self.groups = {}

    def take(self, found: Mapping[Area, Reading]) -> None:
        """New readings: show each tile they touch once per language, and pass on what differs."""
        now = datetime.now(UTC)
        news = {area for area, reading in found.items() if self.is_news(area, reading, now)}
        stage = in_force(*self.stages, [reading["level"] for reading in self.readings.values()], now)
        staged, self.stage = stage != self.stage, stage
        for language, picture in self.pictures.items():
            changed = {
                name: change
                for name, tile in TILES.items()
                if (news & set(tile.areas) or name not in picture or (staged and tile.show_staged))
                and (change := self.attempted(name, language, picture, now)) is not None
            }
            for group in self.groups.values():
                if group.language == language:
                    self.add(group, changed)
        for pace in get_args(Pace):
            for group in list(self.groups.values()):
                if group.pace == pace and group.pending:
                    self.flush_soon(group)

    def is_news(self, area: Area, reading: Reading, now: datetime) -> bool:
        """Whether a reading, as fresh as it is now, differs from the one held; it is held from here on."""
        try:
            new = aged(reading, now)
        except (KeyError, TypeError, ValueError):
            self.log.exception("reading not understood", area=area)
            return False
        if self.readings.get(area) == new:
            return False
        self.readings[area] = new
        return True

    def attempted(self, name: str, language: Language, picture: dict[str, Change], now: datetime) -> Change | None:
        """Show a tile, or keep it as it is where its reading cannot be shown; that is said once, and stops no other."""
        try:
            change = self.shown(name, language, picture, now)
        except Exception as error:
            if self.broken.get(name) != repr(error):
                self.broken[name] = repr(error)
                self.log.exception("tile broken", tile=name)
            return None
        self.broken.pop(name, None)
        return change

    def shown(self, name: str, language: Language, picture: dict[str, Change], now: datetime) -> Change | None:
        """Draw one tile again; what differs from its picture, None where nothing does."""
        tile = TILES[name]
        mine = [self.readings[area] for area in tile.areas if area in self.readings]
        words = self.words[language]
        state = tile_state(mine, now, tile.raises, words)
        staged = tile.show_staged
        props = staged(self.readings, self.stage, words) if staged else tile.show(self.readings, words)
        before = picture.get(name)
        picture[name] = {"state": state, "props": props}
        if before is None:
            return {"state": state, "props": props}
        differing = {slot: value for slot, value in props.items() if before["props"].get(slot) != value}
        if not differing and state == before["state"]:
            return None
        return {"state": state, "props": differing}

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
        wait = group.flushed + TICK[group.pace] - loop.time()
        if wait <= 0:
            self.flush(group)
        else:
            group.timer = loop.call_later(wait, self.flush, group)

    def flush(self, group: Group) -> None:
        group.timer = None
        group.flushed = asyncio.get_running_loop().time()
        pending, group.pending = group.pending, {}
        group.n += 1
        if group.viewers:
            self.send(group, self.message(group, "set", tiles=pending))

    def message(self, group: Group, kind: str, **more: Any) -> bytes:
        now = round(datetime.now(UTC).timestamp() * 1000)
        return frame(orjson.dumps({"t": kind, "n": group.n, "at": now, "store": bool(self.store_up), **more}))

    def beat_frame(self, group: Group) -> bytes:
        return self.message(group, "beat")

    def complete(self, group: Group) -> bytes:
        """Everything the group's screens show, as one frame. The tiles are encoded once until one changes."""
        if group.complete is None:
            picture = self.pictures[group.language]
            tiles = {name: picture[name] for name in group.tiles if name in picture}
            group.complete = orjson.Fragment(orjson.dumps(tiles))
        return self.message(group, "all", build=self.build, tiles=group.complete, **self.about(group))

    def send(self, group: Group, message: bytes) -> None:
        """The same bytes to every socket of a group; large groups in slices, so that walls never wait for phones."""
        if len(group.viewers) <= SLICE or group.pace == "wall":
            for viewer in group.viewers:
                self.write(group, viewer, message)
            return
        task = asyncio.get_running_loop().create_task(self.send_sliced(group, message))
        self.slices.add(task)
        task.add_done_callback(self.slices.discard)

    async def send_sliced(self, group: Group, message: bytes) -> None:
        for index, viewer in enumerate(list(group.viewers)):
            if index % SLICE == 0:
                await asyncio.sleep(0)
            self.write(group, viewer, message)

    def write(self, group: Group, viewer: Viewer, message: bytes) -> None:
        transport = viewer.transport
        if transport.is_closing():
            return
        waiting = transport.get_write_buffer_size()
        if viewer.behind:
            if waiting == 0:
                viewer.behind = False
                transport.write(self.complete(group))
                self.sent += 1
        elif waiting > FULL_BUFFER:
            viewer.behind = True
            self.dropped += 1
        else:
            transport.write(message)
            self.sent += 1

    async def beat(self) -> None:
        """Every two seconds a sign of life, so that a screen notices within five that nobody speaks any more."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            self.grow_old()
            for group in self.groups.values():
                self.send(group, self.beat_frame(group))

    def grow_old(self) -> None:
        """Show again what has changed by time alone: a source that fell silent sends no news of it."""
        self.take(dict(self.readings))

    def join(self, screen: str, language: Language, pace: Pace, transport: asyncio.Transport) -> tuple[Group, Viewer]:
        """A new viewer, who has its complete picture when this returns."""
        key = (screen, language, pace)
        if key not in self.groups:
            tiles = self.screens[screen].tiles if screen else tuple(TILES)
            self.groups[key] = Group(screen, tiles, language, pace)
        group, viewer = self.groups[key], Viewer(transport)
        group.viewers.add(viewer)
        self.write(group, viewer, b"")
        return group, viewer
