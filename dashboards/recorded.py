"""Reading recordings: what there is of a screen, and every message from a moment on, exactly as it was sent."""

from __future__ import annotations

import zlib
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import structlog

from dashboards.alarms import FILE, Alarm, alarms_in
from dashboards.recording_file import ENDING, JOINED, MORE, Chunk, bytes_of, chunks

GAP_MS = 90_000
"""A wall is told something every minute at least; what is longer silent was not recorded."""

Message = dict[str, Any]


@dataclass(slots=True)
class Looked:
    """What the heads of a file's chunks say, as far as they have been looked at: where streams of their own begin, each
    with its first moment, and which stretches of time there are (ms since 1970)."""

    end: int = 0
    starts: list[tuple[int, int]] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)


class Recording:
    """The files of one screen. Everything here reads files, so ask it in a thread. Raises OSError."""

    def __init__(self, folder: Path, torn: set[Path] | None = None) -> None:
        """`torn` are the files whose torn ends have been told, where several look at the same."""
        self.folder = folder
        self.looked: dict[Path, Looked] = {}
        self.torn = set() if torn is None else torn
        self.log = structlog.get_logger("replay")

    def files(self) -> list[Path]:
        """The oldest first."""
        return sorted(self.folder.glob(f"*{ENDING}"))

    def look(self) -> list[tuple[Path, Looked]]:
        """All files as they are now; only what is new in them is read."""
        paths = self.files()
        self.looked = {path: self.looked.get(path, Looked()) for path in paths}
        for path, looked in self.looked.items():
            try:
                with path.open("rb") as file:
                    for chunk in chunks(file, looked.end):
                        add(looked, chunk)
                    rest = path.stat().st_size - looked.end
            except FileNotFoundError:
                continue  # it was the oldest, and its time was over
            if rest and path != paths[-1]:
                self.tell(path, rest)
        return [(path, looked) for path, looked in self.looked.items() if looked.starts]

    def tell(self, path: Path, size: int) -> None:
        """Say once that the end of a file cannot be read."""
        if path not in self.torn:
            self.torn.add(path)
            self.log.warning("recording torn", screen=self.folder.name, file=path.name, bytes=size)

    def spans(self) -> list[tuple[int, int]]:
        """The stretches of time that were recorded, the oldest first."""
        spans: list[tuple[int, int]] = []
        for _, looked in self.look():
            for first, last in looked.spans:
                join(spans, first, last)
        return spans

    def alarms(self) -> list[Alarm]:
        return alarms_in(self.folder / FILE)

    def size(self) -> int:
        """In bytes, on the disk."""
        return sum(path.stat().st_size for path in self.files())


def add(looked: Looked, chunk: Chunk) -> None:
    if chunk.kind != MORE:
        looked.starts.append((looked.end, chunk.first))
    join(looked.spans, chunk.first, chunk.last)
    looked.end = chunk.end


def join(spans: list[tuple[int, int]], first: int, last: int) -> None:
    if spans and first - spans[-1][1] < GAP_MS:
        spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
    else:
        spans.append((first, last))


class Reader:
    """The messages of a recording from the last complete picture before a moment on, as far as they are written."""

    def __init__(self, recording: Recording, at: int) -> None:
        self.recording = recording
        self.path, self.offset = start(recording.look(), at)
        self.stream = zlib.decompressobj()
        self.rest = b""
        self.waiting: deque[tuple[Message, bool]] = deque()

    def read(self, until: int) -> list[tuple[Message, bool]]:
        """Those up to a moment that were not given before; each with whether it begins anew after a pause."""
        found: list[tuple[Message, bool]] = []
        while True:
            if not self.waiting and not self.more():
                return found
            if self.waiting and self.waiting[0][0]["at"] > until:
                return found
            if self.waiting:
                found.append(self.waiting.popleft())

    def more(self) -> bool:
        """Whether another chunk was there."""
        while self.path is not None:
            try:
                with self.path.open("rb") as file:
                    for chunk in chunks(file, self.offset):
                        if not self.take(file, chunk):
                            break
                        self.offset = chunk.end
                        return True
            except FileNotFoundError:
                pass
            after = [path for path in self.recording.files() if path > self.path]
            if not after:
                return False
            self.path, self.offset = after[0], 0
        return False

    def take(self, file: BinaryIO, chunk: Chunk) -> bool:
        packed = bytes_of(file, chunk)
        if chunk.kind != MORE:
            self.stream, self.rest = zlib.decompressobj(), b""
        try:
            text = None if packed is None else self.rest + self.stream.decompress(packed)
            lines = [] if text is None else text.split(b"\n")
            messages = [orjson.loads(line) for line in lines[:-1]]
        except (zlib.error, orjson.JSONDecodeError):
            text, messages = None, []
        if text is None:
            self.recording.tell(file_of(file), chunk.size)
            return False
        self.rest = lines[-1]
        self.waiting.extend((one, index == 0 and chunk.kind == JOINED) for index, one in enumerate(messages))
        return True


def file_of(file: BinaryIO) -> Path:
    return Path(file.name)


def start(files: list[tuple[Path, Looked]], at: int) -> tuple[Path | None, int]:
    """Where to begin to read so that everything from `at` on is had; from the first where all is later."""
    found: tuple[Path | None, int] = (files[0][0], files[0][1].starts[0][0]) if files else (None, 0)
    for path, looked in files:
        for offset, first in looked.starts:
            if first > at:
                return found
            found = (path, offset)
    return found
