"""The audit archive: what every source sent, as it was sent, for some days.

    FOLDER/<source>/<date>/<time>-<hash>.http.gz     (UTC; `zcat` shows it)

A file holds the status, a few harmless headers and the body, in the form of an HTTP message (RFC 9112); never what was
asked with, which may hold secrets. A payload that a source sends again and again is kept once a day. The files may hold
what citizens wrote: only the program's own user may read them.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import shutil
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import structlog

from collectors.answer import Answer

MOST_WAITING = 16 << 20
MOST_KNOWN = 50_000
ROOMY = 0.9
BLOCK = 4096

_HEADERS = (
    "Date", "Age", "Content-Type", "Content-Language", "ETag", "Last-Modified", "Retry-After", "Live-Room-Demo",
)  # fmt: skip
_ENDING = ".http.gz"


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many days, and how many megabytes at most; no days is no archive."""

    days: int = 7
    megabytes: int = 500


class Archive:
    """One folder of payloads. `keep` costs a hash; `run` does the writing, in a thread.

    `dropped` counts payloads given up because they came faster than they could be written, or could not be.
    """

    def __init__(self, folder: Path, keeping: Keeping) -> None:
        self.folder = folder
        self.days = keeping.days
        self.most = keeping.megabytes << 20
        self.dropped = 0
        self._log = structlog.get_logger("archive")
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._waiting: list[tuple[Path, Answer]] = []
        self._bytes_waiting = 0
        self._news = asyncio.Event()
        self._bytes = 0
        self._sick: dict[str, str | None] = {}

    def keep(self, source: str, answer: Answer) -> None:
        """Have the payload written, unless this source has sent the same today."""
        day = answer.received.astimezone(UTC)
        digest = hashlib.blake2b(answer.body, digest_size=8).hexdigest()
        key = _key(source, f"{day:%Y-%m-%d}", digest)
        if key in self._known:
            self._known.move_to_end(key)
            return
        if self._waiting and self._bytes_waiting + len(answer.body) > MOST_WAITING:
            self.dropped += 1
            return
        self._remember(key)
        name = f"{day:%H%M%S}.{day.microsecond // 1000:03}Z-{digest}{_ENDING}"
        self._waiting.append((self.folder / source / f"{day:%Y-%m-%d}" / name, answer))
        self._bytes_waiting += len(answer.body)
        self._news.set()

    async def run(self) -> None:
        """Write what is to be kept until cancelled. A full disk costs the archive, never the collecting."""
        await self._tried("read", self.look)
        while True:
            await self._news.wait()
            self._news.clear()
            several, self._waiting, self._bytes_waiting = self._waiting, [], 0
            if not await self._tried("written", self.write, several):
                self.dropped += len(several)

    async def _tried(self, done: str, work: Callable[..., None], *given: object) -> bool:
        """Whether it could be done, in a thread; a reason why not is told once, until it can."""
        try:
            await asyncio.to_thread(work, *given)
        except OSError as error:
            if self._sick.get(done) != error.strerror:
                self._log.error(f"archive not {done}", reason=error.strerror)
            self._sick[done] = error.strerror
            return False
        self._sick.pop(done, None)
        return True

    def write(self, several: list[tuple[Path, Answer]]) -> None:
        """Each under another name first, so that a file that is there is whole."""
        for path, answer in several:
            packed = gzip.compress(_message(answer), compresslevel=3, mtime=0)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = path.with_name(f"{path.name}.part")
            unfinished.touch(mode=0o600)
            unfinished.write_bytes(packed)
            unfinished.rename(path)
            self._bytes += _room(len(packed))
        if self._bytes > self.most:
            self.prune(datetime.now(UTC))

    def look(self) -> None:
        """How much there is, and which payloads of today, when the program starts."""
        today = f"{datetime.now(UTC):%Y-%m-%d}"
        self._bytes = 0
        for path, size in self._files():
            self._bytes += _room(size)
            if path.parent.name == today:
                digest = path.name.removesuffix(_ENDING).rpartition("-")[2]
                self._remember(_key(path.parent.parent.name, today, digest))

    async def prune_now(self) -> None:
        await self._tried("pruned", self.prune, datetime.now(UTC))

    def prune(self, now: datetime) -> None:
        """End the days that are over, and then the oldest files until there is room again."""
        first = f"{now.astimezone(UTC) - timedelta(days=self.days):%Y-%m-%d}"
        for day in self.folder.glob("*/*"):
            if day.name < first:
                shutil.rmtree(day, ignore_errors=True)
        sizes = {path: _room(size) for path, size in self._files()}
        self._bytes = sum(sizes.values())
        for path in sorted(sizes, key=lambda one: (one.parent.name, one.name)):
            if self._bytes <= self.most * ROOMY:
                break
            path.unlink(missing_ok=True)
            self._bytes -= sizes[path]

    def _files(self) -> Iterator[tuple[Path, int]]:
        """Every file and its bytes; one that somebody else ends meanwhile is none."""
        for path in self.folder.glob(f"*/*/*{_ENDING}"):
            try:
                size = path.stat().st_size
            except FileNotFoundError:
                continue
            yield path, size

    def _remember(self, key: bytes) -> None:
        self._known[key] = None
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


def _room(size: int) -> int:
    """What a file of so many bytes takes on a disk."""
    return -(-size // BLOCK) * BLOCK


def _key(source: str, day: str, digest: str) -> bytes:
    return hashlib.blake2b(f"{source} {day} {digest}".encode(), digest_size=8).digest()


def _message(answer: Answer) -> bytes:
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {answer.status} {phrase}"]
    lines += [f"{name}: {answer.headers[name]}" for name in _HEADERS if name in answer.headers]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "replace") + answer.body
