"""Plays recordings on screens: what the state in Redis says is played there instead of the present.

A screen that is replayed gets nothing live; it gets a complete picture of a recorded moment, then each recorded message
when its time has come, and twice a second where the replay is. When it is over it gets a complete picture of now.
Nothing of this is a reading: it goes to browsers alone.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import structlog

from collectors.replays import Replay
from collectors.replays import Replays as Kept
from collectors.store import StoreDownError
from collectors.store_keys import REPLAYED
from dashboards.live import FULL_BUFFER, Group, Hub, Viewer
from dashboards.player import OWN, Player, merge, merged
from dashboards.recorded import Message, Recording
from dashboards.wire import frame
from layouts.state import never

TICK_SECONDS = 0.5
GAP_SECONDS = 0.05
"""The pause between two changes, as the walls have it live: what comes faster is put together."""
AHEAD_SECONDS = 4.0
AT_MOST_AHEAD_MS = 900_000
AGAIN = 0.5


class Replays:
    """Follows what is to be played and has it played. `playing` are the screens and what is played there."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        self.hub = hub
        self.folder = folder
        self.kept = Kept(hub.store)
        self.playing: dict[str, tuple[Replay, asyncio.Task[None]]] = {}
        self.alone = asyncio.Lock()
        self.log = structlog.get_logger("replay")

    async def run(self) -> None:
        """Until cancelled; every screen then shows the present again."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.listen())
                tasks.create_task(self.sweep())
        finally:
            for screen in list(self.playing):
                await self.stop(screen)

    async def listen(self) -> None:
        while True:
            try:
                async for name in self.kept.store.news():
                    if name in (None, REPLAYED):
                        wanted = await self.kept.all()
                        async with self.alone:
                            await self.follow(wanted)
            except StoreDownError:
                await asyncio.sleep(AGAIN)  # the hub says so; what plays goes on

    async def sweep(self) -> None:
        """Show the present again where a replay has come to its end by itself."""
        while True:
            await asyncio.sleep(AGAIN)
            async with self.alone:
                for screen, (replay, task) in list(self.playing.items()):
                    if task.done() or screen not in self.hub.screens:
                        await self.stop(screen)
                        await self.forget(screen, replay)

    async def follow(self, wanted: Mapping[str, Replay]) -> None:
        """Play what is wanted now, and nothing else."""
        now = datetime.now(UTC)
        for screen, replay in wanted.items():
            before = self.playing.get(screen)
            if before is not None and before[0] == replay:
                continue
            if screen not in self.hub.screens or replay.is_over(now):
                await self.forget(screen, replay)
                continue
            await ended(before)
            self.hub.replayed.add(screen)
            self.playing[screen] = replay, asyncio.create_task(self.play(screen, replay))
        for screen in self.playing.keys() - wanted.keys():
            await self.stop(screen)

    async def forget(self, screen: str, replay: Replay) -> None:
        """Nobody needs to know any more of one that is over, unless another has taken its place."""
        with contextlib.suppress(StoreDownError):  # by its own times it is over for everyone who reads it
            if (await self.kept.all()).get(screen) == replay:
                await self.kept.put(screen, None)

    async def stop(self, screen: str) -> None:
        """End what plays on a screen, and show it the present."""
        await ended(self.playing.pop(screen, None))
        self.hub.replayed.discard(screen)
        for group in self.groups(screen):
            group.replayed = False
            for viewer in group.viewers:
                if not viewer.always:
                    viewer.behind = True
                    self.hub.write(group, viewer, b"")

    def groups(self, screen: str) -> list[Group]:
        return [group for group in self.hub.groups.values() if group.screen == screen]

    async def play(self, screen: str, replay: Replay) -> None:
        """Until it is over. One that cannot be read, or that we cannot play, is over at once."""
        try:
            await self.played(screen, replay)
        except OSError as error:
            self.log.error("not replayed", screen=screen, reason=error.strerror)
        except Exception:
            self.log.exception("replay broken", screen=screen)

    async def played(self, screen: str, replay: Replay) -> None:
        at = ms(replay.position(datetime.now(UTC)))
        player = await asyncio.to_thread(lambda: Player(Recording(self.folder / replay.of), at))
        if player.picture is None:
            return
        show = Showing(self.hub, screen, replay, player.picture)
        show.all(self.groups(screen), at)
        waiting: list[Message] = []
        read = at
        loop = asyncio.get_running_loop()
        ticked = loop.time()
        while not replay.is_over(now := datetime.now(UTC)):
            at = ms(replay.position(now))
            ahead = min(round(AHEAD_SECONDS * replay.speed * 1000), AT_MOST_AHEAD_MS)
            if replay.speed and read < at + ahead // 2:
                read = at + ahead
                waiting += await asyncio.to_thread(player.upto, read)
            count = next((i for i, one in enumerate(waiting) if one["at"] > at), len(waiting))
            due, waiting = waiting[:count], waiting[count:]
            groups = self.groups(screen)
            if due:
                show.change(groups, merged(due))
            if loop.time() - ticked >= TICK_SECONDS:
                ticked = loop.time()
                show.tick(groups, at)
            wait = ticked + TICK_SECONDS - loop.time()
            if waiting and replay.speed:
                wait = min(wait, (waiting[0]["at"] - at) / 1000 / replay.speed)
            await asyncio.sleep(max(wait, GAP_SECONDS))


class Showing:
    """What one screen is told while a recording plays on it. `picture` is what it shows."""

    def __init__(self, hub: Hub, screen: str, replay: Replay, picture: Message) -> None:
        self.hub = hub
        self.screen = screen
        self.replay = replay
        self.picture = {**picture, "tiles": dict(picture["tiles"])}
        self.n = 0
        self.at = 0

    def all(self, groups: Iterable[Group], at: int) -> None:
        """A complete picture to everyone."""
        self.at = at
        for group in groups:
            group.replayed = True
            for viewer in group.viewers:
                viewer.behind = viewer.behind or not viewer.always
        self.send(groups, b"")

    def change(self, groups: Iterable[Group], message: Message) -> None:
        """What was sent then, at its time."""
        self.at = message["at"]
        if message["t"] == "all":
            self.picture = {**message, "tiles": dict(message["tiles"])}
            self.all(groups, self.at)
            return
        merge(self.picture["tiles"], message.get("tiles", {}))
        self.picture |= {key: value for key, value in message.items() if key not in OWN}
        self.picture["store"] = message["store"]
        self.n += message["t"] == "set"
        self.send(groups, self.message(message))

    def tick(self, groups: Iterable[Group], at: int) -> None:
        """Where it is by now."""
        self.at = at
        self.send(groups, self.message({"t": "beat", "store": self.picture["store"]}))

    def complete(self, group: Group) -> bytes:
        """Everything as it was; tiles of which the recording knows nothing say so."""
        unknown = {name: {"state": never(), "props": {}} for name in group.tiles}
        tiles = unknown | self.picture["tiles"]
        return self.message({**self.picture, "t": "all", "build": self.hub.build, "tiles": tiles})

    def message(self, recorded: Mapping[str, Any]) -> bytes:
        now = round(datetime.now(UTC).timestamp() * 1000)
        told: dict[str, Any] = {**recorded, "n": self.n, "at": self.at}
        if "show" in told:
            told["show"] = self.order(told["show"])
        told["replay"] = {
            "kind": self.replay.kind,
            "at": self.at,
            "speed": self.replay.speed,
            "now": now,
            "store": bool(self.hub.store_up),
        }
        return frame(orjson.dumps(told))

    def order(self, recorded: Mapping[str, Any] | None) -> dict[str, Any]:
        """The board or tile of then; a fresh page that somebody asked for is not asked for again."""
        now = orjson.loads(self.hub.orders.get(self.screen, b"{}"))
        shown = {key: value for key, value in (recorded or {}).items() if key != "reload"}
        return shown | ({"reload": now["reload"]} if "reload" in now else {})

    def send(self, groups: Iterable[Group], message: bytes) -> None:
        """To everyone but who records; who came late or could not follow gets a complete picture."""
        for group in groups:
            group.replayed = True
            complete = b""
            for viewer in group.viewers:
                if viewer.always or viewer.transport.is_closing():
                    continue
                if viewer.behind and viewer.transport.get_write_buffer_size() == 0:
                    complete = complete or self.complete(group)
                    viewer.behind = False
                    viewer.transport.write(complete)
                elif not viewer.behind and message:
                    self.write(viewer, message)

    @staticmethod
    def write(viewer: Viewer, message: bytes) -> None:
        if viewer.transport.get_write_buffer_size() > FULL_BUFFER:
            viewer.behind = True
        else:
            viewer.transport.write(message)


async def ended(playing: tuple[Replay, asyncio.Task[None]] | None) -> None:
    if playing is not None:
        playing[1].cancel()
        await asyncio.wait([playing[1]])


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
