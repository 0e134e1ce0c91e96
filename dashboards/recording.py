"""The recorder: a viewer of every wall that keeps what it is sent, so that it can be shown again for a day.

    FOLDER/<screen>/<time>.recording    what the screen's walls were sent, in its own language (recording_file.py)
    FOLDER/<screen>/visitor/            what visitors would have seen, a picture a minute
    FOLDER/<screen>/alarms.jsonl        when a tile's level became alarm, and when it was none any more (alarms.py)
    FOLDER/.lock                        held by the one process that records

It costs the walls one more write of the same bytes. Everything else happens in a thread, every two seconds: a crash
loses less than that.
"""

from __future__ import annotations

import asyncio
import fcntl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

import structlog

from dashboards.groups import Group, Viewer
from dashboards.live import Hub
from dashboards.screen import Recorded
from dashboards.shelf import Shelf
from dashboards.wire import frame, unframed

FLUSH = 2.0
VISITORS = "visitor"
"""The folder, within a screen's, of what visitors might have seen of it: a complete picture a minute."""
VISITORS_SECONDS = 60.0
PICTURE_SECONDS = 300.0
MOST_WAITING = 16 << 20


@dataclass(eq=False)
class Tape:
    """What takes the place of a socket: it holds messages until they are written. A full one loses some and gets a
    complete picture, like every viewer."""

    waiting: list[bytes] = field(default_factory=list)
    size: int = 0
    closed: bool = False

    def write(self, data: bytes, /) -> None:
        self.waiting.append(data)
        self.size += len(data)

    def is_closing(self) -> bool:
        return self.closed

    def get_write_buffer_size(self) -> int:
        return self.size if self.size > MOST_WAITING else 0

    def close(self) -> None:
        self.closed = True

    def take(self) -> list[bytes]:
        taken, self.waiting, self.size = self.waiting, [], 0
        return taken


@dataclass(eq=False)
class Seat:
    """Where the recorder sits among a screen's viewers. `due` is when it wants a complete picture, `due_visitors` when
    one for visitors is due (loop time)."""

    tape: Tape
    group: Group
    viewer: Viewer
    due: float
    due_visitors: float


class Recorder:
    """Records every screen of the hub, whatever configuration it follows."""

    def __init__(self, hub: Hub, folder: Path, keeping: Recorded) -> None:
        self.hub = hub
        self.folder = folder
        self.keeping = keeping
        self.seats: dict[str, Seat] = {}
        self.shelves: dict[str, Shelf] = {}
        self.writing = threading.Lock()
        self.pruned = datetime.min.replace(tzinfo=UTC)
        self.log = structlog.get_logger("replay")

    async def run(self) -> None:
        """Record until cancelled, as soon as no other process does."""
        lock = await self.alone()
        try:
            while True:
                self.attend()
                await asyncio.sleep(FLUSH)
                taken = self.taken()
                try:
                    await asyncio.to_thread(self.keep, taken)
                except Exception:
                    self.log.exception("recording broken")  # walls must go on
        finally:
            last = self.taken()
            for seat in self.seats.values():
                seat.group.viewers.discard(seat.viewer)
            try:
                self.keep(last)
                self.end()
            finally:
                lock.close()

    async def alone(self) -> TextIO:
        """Hold the folder; wait as long as another process does, or it cannot be had."""
        told = ""
        while True:
            try:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                lock = (self.folder / ".lock").open("a")
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    lock.close()
                    raise
                return lock
            except BlockingIOError:
                pass
            except OSError as error:
                if told != (told := error.strerror or "unknown"):
                    self.log.error("nothing is recorded", reason=told)
            await asyncio.sleep(FLUSH)

    def attend(self) -> None:
        """Sit down where a screen has no recorder; after another configuration all have been sent away."""
        known = self.hub.store_up is not None  # before that, a wall of ours waits for its first picture
        wanted = self.hub.screens if self.keeping.hours and known else {}
        self.seats = {name: seat for name, seat in self.seats.items() if not seat.tape.closed}
        for name in self.seats.keys() - wanted.keys():
            seat = self.seats.pop(name)
            seat.group.viewers.discard(seat.viewer)
        now = asyncio.get_running_loop().time()
        for name in wanted.keys() - self.seats.keys():
            tape = Tape()
            group, viewer = self.hub.join(name, wanted[name].language, "wall", tape)
            viewer.always = True
            self.seats[name] = Seat(tape, group, viewer, now + PICTURE_SECONDS, now + FLUSH)
            self.shelf(name).joined = True

    def taken(self) -> dict[str, list[bytes]]:
        """What has come since; whoever is due asks for a complete picture, which is the first of what comes next."""
        now = asyncio.get_running_loop().time()
        taken = {}
        for name, seat in self.seats.items():
            taken[name] = seat.tape.take()
            if now >= seat.due or self.shelf(name).sick:
                seat.due = now + PICTURE_SECONDS
                seat.viewer.behind = True
                self.hub.sending.write(seat.group, seat.viewer, b"")
        for name, seat in self.seats.items():
            if now >= seat.due_visitors and self.hub.readings and name in self.hub.screens:
                seat.due_visitors = now + VISITORS_SECONDS
                picture = self.hub.picture(name, self.hub.screens[name].language, "visitor")
                taken[f"{name}/{VISITORS}"] = [frame(picture)]
                break  # the next screen's in two seconds: drawing takes a moment of the walls' time
        return taken

    def shelf(self, name: str) -> Shelf:
        if name not in self.shelves:
            self.shelves[name] = Shelf(self.folder / name, apart=name.endswith(f"/{VISITORS}"))
        return self.shelves[name]

    def keep(self, taken: Mapping[str, Sequence[bytes]]) -> None:
        """Write it, and end what is too old or too much. A full disk costs recordings, never the walls."""
        with self.writing:
            for name, frames in taken.items():
                shelf = self.shelf(name)
                try:
                    shelf.keep([unframed(one) for one in frames], self.share(name))
                except OSError as error:
                    shelf.end()
                    shelf.joined = True
                    if shelf.sick != error.strerror:
                        self.log.error("not recorded", screen=name, reason=error.strerror)
                    shelf.sick = error.strerror or "unknown"
                else:
                    if shelf.sick and frames:
                        self.log.info("recorded again", screen=name)
                        shelf.sick = ""
            self.prune()

    def share(self, name: str) -> Recorded:
        """How much of what a screen may take is for these of its files: a quarter is the visitors'."""
        parts = 1 if name.endswith(f"/{VISITORS}") else 3
        return replace(self.keeping, megabytes=self.keeping.megabytes * parts // 4)

    def prune(self) -> None:
        """End what is over, also of screens that are none any more."""
        now = datetime.now(UTC)
        if now < self.pruned + timedelta(seconds=PICTURE_SECONDS):
            return
        self.pruned = now
        try:
            for folder in (*self.folder.glob("*/"), *self.folder.glob(f"*/{VISITORS}/")):
                name = str(folder.relative_to(self.folder))
                self.shelf(name).prune(now, self.share(name))
        except OSError as error:
            self.log.error("recordings not pruned", reason=error.strerror)

    def end(self) -> None:
        for shelf in self.shelves.values():
            shelf.end()
