"""The files of one screen's recording: written in chunks, kept for so long, and no more than there is room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from dashboards.alarms import Alarms
from dashboards.recording_file import ENDING, JOINED, MORE, PICTURE, Writer
from dashboards.screen import Recorded

BEAT_MS = 60_000
PARTS = 8
"""A file is at most such a part of what a screen may take, so that ending the oldest ends little."""


class Shelf:
    """The files of one screen. `joined`: the next complete picture is the first after a pause; `sick`: why nothing
    could be written last; `apart`: it holds complete pictures alone, and each is news."""

    def __init__(self, folder: Path, apart: bool = False) -> None:
        self.folder = folder
        self.apart = apart
        self.alarms = Alarms(folder)
        self.writer: Writer | None = None
        self.hour = -1
        self.joined = True
        self.sick = ""
        self.store: bool | None = None
        self.beat = 0

    def keep(self, messages: Sequence[bytes], keeping: Recorded) -> None:
        """Write them in chunks, each beginning where a complete picture does. Raises OSError."""
        self.alarms.look()
        chunk: list[bytes] = []
        times: list[int] = []
        kind = MORE
        for text in messages:
            message = orjson.loads(text)
            if not self.is_kept(message):
                continue
            if message["t"] == "all":
                self.write(kind, times, chunk, keeping)
                kind, chunk, times = (JOINED if self.joined or self.apart else PICTURE), [], []
                self.joined = False
            chunk.append(text)
            times.append(message["at"])
            self.alarms.note(message)
        self.write(kind, times, chunk, keeping)

    def is_kept(self, message: Mapping[str, object]) -> bool:
        """Everything but the beats that say nothing new: of these one a minute, as a sign that somebody was there."""
        at = message["at"]
        assert isinstance(at, int)
        news = message["t"] != "beat" or message["store"] != self.store or abs(at - self.beat) >= BEAT_MS
        self.store = bool(message["store"])
        if news and message["t"] == "beat":
            self.beat = at
        return news

    def write(self, kind: bytes, times: Sequence[int], chunk: Sequence[bytes], keeping: Recorded) -> None:
        if not chunk:
            return
        hour = times[0] // 3_600_000
        if kind != MORE and (
            self.writer is None or hour != self.hour or self.writer.size > (keeping.megabytes << 20) // PARTS
        ):
            self.end()
            self.hour = hour
            at = datetime.fromtimestamp(times[0] / 1000, UTC)
            name = f"{at:%Y%m%dT%H%M%S}.{times[0] % 1000:03}Z{ENDING}"
            self.writer = Writer(self.folder / name)
            self.prune(at, keeping)
        if self.writer is None:
            return  # the file was given up, and the complete picture that begins another is still to come
        self.writer.write(kind, times[0], times[-1], chunk)
        self.alarms.write()

    def prune(self, now: datetime, keeping: Recorded) -> None:
        """End the files that are over for so long, then the oldest until there is room; never the one that grows."""
        before = now - timedelta(hours=keeping.hours)
        room = (keeping.megabytes << 20) * (PARTS - 2) // PARTS  # the rest is for the one that grows
        growing = self.writer.path if self.writer else None
        files = [path for path in sorted(self.folder.glob(f"*{ENDING}")) if path != growing]
        found = [path.stat() for path in files]
        total = sum(one.st_size for one in found)
        for path, one in zip(files, found, strict=True):
            if one.st_mtime >= before.timestamp() and total <= room:
                break
            path.unlink(missing_ok=True)
            total -= one.st_size
        self.alarms.prune(before)

    def end(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer = None
