"""Plays recordings on screens: what the state in Redis says is played there instead of the present.

A screen that is replayed gets nothing live; it gets a complete picture of a recorded moment, then each recorded message
when its time has come, and twice a second where the replay is. When it is over it gets a complete picture of now.
Nothing of this is a reading: it goes to browsers alone.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from collectors.replays import Replay, in_a_minute
from collectors.replays import Replays as Kept
from collectors.store import StoreDownError
from collectors.store_keys import REPLAYED
from dashboards.acting import Acting
from dashboards.groups import Group
from dashboards.incident import Incident
from dashboards.live import Hub
from dashboards.player import Player, merged
from dashboards.recorded import Message, Recording
from dashboards.recording import VISITORS
from dashboards.showing import Showing

TICK_SECONDS = 0.5
GAP_SECONDS = 0.05
"""The pause between two changes, as the walls have it live: what comes faster is put together."""
AHEAD_SECONDS = 4.0
AT_MOST_AHEAD_MS = 900_000
AGAIN = 0.5


class Replays:
    """Follows what is to be played and has it played. `playing` are the screens and what is played there."""

    def __init__(self, hub: Hub, folder: Path, drills: Mapping[str, Incident] | None = None) -> None:
        self.hub = hub
        self.drills = drills or {}
        self.folder = folder
        self.kept = Kept(hub.store)
        self.wanted: dict[str, Replay] = {}
        self.playing: dict[str, tuple[Replay, asyncio.Task[None]]] = {}
        self.ended: dict[str, Replay] = {}
        self.days: dict[tuple[str, datetime], Replay] = {}
        self.alone = asyncio.Lock()
        self.torn: set[Path] = set()
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
                        self.wanted = await self.kept.all()
                        async with self.alone:
                            await self.follow(await self.toured() | self.wanted)
            except StoreDownError:
                await asyncio.sleep(AGAIN)  # the hub says so; what plays goes on

    async def sweep(self) -> None:
        """Show the present again where a replay has come to its end by itself; play what a tour has come to."""
        while True:
            await asyncio.sleep(AGAIN)
            async with self.alone:
                for screen, (replay, task) in list(self.playing.items()):
                    if task.done() or screen not in self.hub.screens:
                        self.ended[screen] = replay
                        await self.stop(screen)
                        await self.forget(screen, replay)
                await self.follow(await self.toured() | self.wanted)

    async def toured(self) -> dict[str, Replay]:
        """The day in a minute, where the step of a tour has it."""
        found, now, touring = dict[str, Replay](), datetime.now(UTC), self.hub.touring
        days: dict[
            tuple[str, datetime], Replay
        ] = {}  # those of the steps that are shown now, also what is over of them
        for screen in self.hub.screens:
            tour = touring.tour_of(screen)
            if tour is None or touring.script_of(tour).step(tour.step).wall.replay is None:
                continue
            key = (screen, tour.step_began)
            days[key] = self.days.get(key) or await self.day(screen, tour.step_began)
            if not days[key].is_over(now):
                found[screen] = days[key]
        self.days = days
        return found

    async def day(self, screen: str, now: datetime) -> Replay:
        """The day so far; one that is over at once where it cannot be read."""
        zone = next(iter(self.hub.words.values())).timezone
        try:
            spans = await asyncio.to_thread(Recording(self.recording(screen, screen), self.torn).spans)
        except OSError as error:
            self.log.error("not replayed", screen=screen, reason=error.strerror)
            spans = []
        return in_a_minute(screen, day_of(spans, now, zone) or now, now)

    def recording(self, screen: str, of: str) -> Path:
        """Where the recording of a screen is that another, or the same, may show: visitors get theirs."""
        folder = self.folder / of
        return folder / VISITORS if self.hub.touring.audience(screen) == "visitor" else folder

    async def follow(self, wanted: Mapping[str, Replay]) -> None:
        """Play what is wanted now, and nothing else; nothing yet where nobody knows for whom it would be."""
        if not self.hub.touring.known:
            return
        now = datetime.now(UTC)
        for screen, replay in wanted.items():
            before = self.playing.get(screen)
            if replay in (before and before[0], self.ended.get(screen)):
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
                    self.hub.sending.write(group, viewer, b"")

    def groups(self, screen: str) -> list[Group]:
        return [group for group in self.hub.groups.values() if group.screen == screen]

    async def play(self, screen: str, replay: Replay) -> None:
        """Until it is over. One that cannot be read, or that we cannot play, is over at once."""
        try:
            one = self.played if replay.script is None else self.acted
            while await one(screen, replay):
                pass
        except OSError as error:
            self.log.error("not replayed", screen=screen, reason=error.strerror)
        except Exception:
            self.log.exception("replay broken", screen=screen)

    async def played(self, screen: str, replay: Replay) -> bool:
        """Whether to begin anew, since others stand before the screen now."""
        at, folder = ms(replay.position(datetime.now(UTC))), self.recording(screen, replay.of)
        player = await asyncio.to_thread(lambda: Player(Recording(folder, self.torn), at))
        if player.picture is None:
            return False
        if folder != self.recording(screen, replay.of):
            return True
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
                if folder != self.recording(screen, replay.of):
                    return True
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
            if folder != self.recording(screen, replay.of):
                return True
        return False

    async def acted(self, screen: str, replay: Replay) -> bool:
        """The same of a drill that is written; one that the city's file does not have any more is over."""
        incident = self.drills.get(replay.script or "")
        if incident is None:
            return False
        acting, now = Acting(self.hub, screen, replay, incident), datetime.now(UTC)
        show = Showing(self.hub, screen, replay, acting.all(now))
        show.all(self.groups(screen), ms(now))
        while not replay.is_over(now := datetime.now(UTC)):
            if acting.audience != self.hub.touring.audience(screen):
                return True
            message = acting.set(now)
            if message is not None:
                show.change(self.groups(screen), message)
            else:
                show.tick(self.groups(screen), ms(now))
            await asyncio.sleep(TICK_SECONDS)
        return False


async def ended(playing: tuple[Replay, asyncio.Task[None]] | None) -> None:
    if playing is not None:
        playing[1].cancel()
        await asyncio.wait([playing[1]])


def day_of(spans: Sequence[tuple[int, int]], now: datetime, zone: ZoneInfo) -> datetime | None:
    """Since when the present day was recorded, None where it was not."""
    local = now.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    first = next((first for first, last in spans if last > ms(midnight)), None)
    return None if first is None else max(datetime.fromtimestamp(first / 1000, UTC), midnight.astimezone(UTC))


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
