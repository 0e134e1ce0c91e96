"""Writing the history: one process at a time, each file whole or not at all, doing it again changes nothing.

A file is written beside its place and renamed into it, under a name that was never used (parts.py).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from collectors.facts import Table, stamp
from collectors.history import COMPRESSION, EXPORT, SPILL, BrokenFileError, Columns, History, HistoryError, given
from collectors.parts import (
    ASIDE,
    DAY,
    DIGEST,
    HOUR,
    MONTH,
    Part,
    covering,
    digests_in,
    following,
    next_path,
    parts_in,
    span_of,
)
from collectors.relations import scan, text

PATIENCE = 20.0
FORGOTTEN = 86_400.0
MOVES_WITHIN = timedelta(days=100)
AGAIN = 20

Cursor = Any
"""One of DuckDB's, which history.py alone knows."""

Grain = Literal["usual", "large"]
"""How much goes into a file that is new: what is usual for a table, or all that one may hold."""


class Writing(History):
    """The history as the one process that may write it sees it.

    `epoch` is that of its lease: of two processes that think they have it, the older one's writes are refused. It is 0
    for one that needs none, because what it writes replaces nothing newer. `lost` has the files that were set aside.
    """

    def __init__(self, folder: Path, threads: int = 2, memory: int = 256, patience: float = PATIENCE) -> None:
        super().__init__(folder, threads, memory)
        self.patience = patience
        self.epoch = 0
        self.lost: list[tuple[str, Part]] = []

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder; another process that does is waited for. Raises HistoryError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("a+") as lock:
            self.wait_for(lock.fileno())
            lock.seek(0)
            text = lock.read().strip()
            held = int(text) if text.isdecimal() else 0
            # an epoch is a time; one of the future was given by a clock that was wrong
            if self.epoch and self.epoch < held <= time.time() * 1000:
                raise HistoryError("another process has taken over the writing of the history")
            if self.epoch and self.epoch != held:
                lock.truncate(0)
                lock.write(str(self.epoch))
                lock.flush()
            yield

    def wait_for(self, lock: int) -> None:
        end = time.monotonic() + self.patience
        while True:
            try:
                return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= end:
                    raise HistoryError("another process has been writing the history for too long") from error
            time.sleep(0.02)

    def merge(
        self, table: Table, columns: Columns, grain: Grain = "usual", stays: str = "false", now: datetime | None = None
    ) -> int:
        """Take facts in, each in place of what was known of it; the last of several of one key counts. The number of
        files written. Raises HistoryError.

        `stays` is a condition in SQL on what is known, `o`, and what is new, `n`, under which the known one stays.
        """
        for _ in range(AGAIN):
            with suppress(BrokenFileError), self.alone():
                return self.merge_now(table, columns, grain, stays, now or datetime.now(UTC))
        raise HistoryError(f"{table.name}: one file after the other is broken")

    def merge_now(self, table: Table, columns: Columns, grain: Grain, stays: str, now: datetime) -> int:
        key, at = ", ".join(table.key), table.at
        same = " AND ".join(f"n.{name} IS NOT DISTINCT FROM o.{name}" for name in table.key)
        moved = table.moved if grain == "usual" else ""
        known = self.parts(table)
        with self.cursor() as cursor:
            with self.heeding([], "written"), given(cursor, table, columns) as rows:
                newest = f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY n DESC) = 1"
                cursor.execute(f"CREATE TEMP TABLE new AS {rows} {newest}")
                hours = cursor.execute(f"SELECT DISTINCT date_trunc('hour', {at}) FROM new ORDER BY 1").fetchall()
            targets = dict(target(table, hour.replace(tzinfo=UTC), known, grain, now) for (hour,) in hours)
            for stem, old in targets.items():
                start, end = span_of(stem)
                mine = f"SELECT n.* FROM new n WHERE {at} >= '{stamp(start)}' AND {at} < '{stamp(end)}'"
                if old is not None:
                    before = scan([old.path])
                    mine += f" AND NOT EXISTS (FROM {before} o WHERE {same} AND ({stays}))"
                    kept = f"SELECT o.* FROM {before} o WHERE NOT EXISTS (FROM mine n WHERE {same})"
                    if moved:
                        kept += f" AND NOT EXISTS (FROM new n WHERE {moved})"
                    mine = f"WITH mine AS MATERIALIZED ({mine}) FROM mine UNION ALL BY NAME {kept}"
                self.write(table, stem, mine, [old] if old else [], cursor)
            if moved:
                others = [part for part in known if part.stem not in targets and part.end > now - MOVES_WITHIN]
                self.drop(table, others, f"EXISTS (FROM new n WHERE {moved})", cursor)
        return len(targets)

    def forget(self, table: Table, condition: str) -> None:
        """Drop the rows `o` of which a condition in SQL is true. Raises HistoryError."""
        for _ in range(AGAIN):
            with suppress(BrokenFileError), self.alone(), self.cursor() as cursor:
                return self.drop(table, self.parts(table), condition, cursor)
        raise HistoryError(f"{table.name}: one file after the other is broken")

    def drop(self, table: Table, parts: Sequence[Part], condition: str, cursor: Cursor) -> None:
        if not parts:
            return
        files = scan([part.path for part in parts], named=True)
        with self.heeding_of(table, parts):
            found = cursor.execute(f"SELECT DISTINCT filename FROM {files} o WHERE {condition}").fetchall()
        for part in (part for part in parts if (str(part.path),) in found):
            rest = f"SELECT o.* FROM {scan([part.path])} o WHERE ({condition}) IS NOT TRUE"
            self.write(table, part.stem, rest, [part], cursor)

    def write(self, table: Table, stem: str, question: str, read: Sequence[Part], cursor: Cursor) -> None:
        """The answer to a question that reads some files as a new file. Raises HistoryError, and BrokenFileError once
        those of them that cannot be read are set aside."""
        path = next_path(self.folder / table.name, stem)
        self.copy(table, path, f"SELECT * FROM ({question}) ORDER BY {', '.join(table.order)}", read, cursor)
        # the one before stays a while, for those who are reading it
        for part in parts_in(path.parent):
            if part.stem == stem and part.path not in (path, *(one.path for one in read)):
                part.path.unlink(missing_ok=True)

    def copy(self, table: Table, path: Path, question: str, read: Sequence[Part], cursor: Cursor) -> None:
        """The same, where nothing of this name is yet."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with self.heeding_of(table, read):
                cursor.execute(f"COPY ({question}) TO {text(str(unfinished))} ({COMPRESSION})")
            with unfinished.open("rb") as written:
                os.fsync(written.fileno())
            unfinished.rename(path)
            synced(path.parent)
        finally:
            unfinished.unlink(missing_ok=True)

    @contextmanager
    def heeding_of(self, table: Table, read: Sequence[Part]) -> Iterator[None]:
        """As `heeding`; what is found broken is set aside."""
        try:
            with self.heeding([part.path for part in read], "written"):
                yield
        except BrokenFileError:
            for part in read:
                self.set_aside(table, part)
            raise

    def set_aside(self, table: Table, part: Part) -> None:
        """Rename a file that was found broken, so that a person finds it and nobody reads it."""
        if self.is_broken(part.path):
            part.path.rename(part.path.with_name(part.path.name + ASIDE))
            self.lost.append((table.name, part))

    def compact(self, table: Table, now: datetime) -> int:
        """Join the hours of past days into days, and the days of months that are over for long into months.

        The number of files written. What they cover stays until the next `sweep`. Raises HistoryError.
        """
        for _ in range(AGAIN):
            with suppress(BrokenFileError), self.alone():
                groups: dict[str, list[Part]] = {}
                for part in self.parts(table):
                    if len(part.stem) > 6 and is_over(table, part.start, now):
                        groups.setdefault(part.stem[:6], []).append(part)
                    elif "T" in part.stem and part.start.date() < (now - timedelta(hours=2)).date():
                        groups.setdefault(part.stem[:8], []).append(part)
                with self.cursor() as cursor:
                    for stem, mine in groups.items():
                        self.write(table, stem, f"FROM {scan([part.path for part in mine])}", mine, cursor)
                return len(groups)
        raise HistoryError(f"{table.name}: one file after the other is broken")

    def verify(self, table: Table) -> int:
        """Read every file to its end, and set those aside that cannot be; how many. Raises HistoryError."""
        before = len(self.lost)
        for part in self.parts(table):
            with self.alone():
                if part.path.exists() and self.look_through([part.path]):
                    self.set_aside(table, part)
        return len(self.lost) - before

    def sweep(self, table: Table) -> None:
        """Remove what other files cover, and what a process that died left behind."""
        with self.alone():
            folder = self.folder / table.name
            found = [part for part in parts_in(folder) if not self.is_broken(part.path)]
            for path in {one.path for one in found} - {one.path for one in covering(found)}:
                path.unlink(missing_ok=True)
            there = {part.path.stem for part in covering(found)}
            for path in digests_in(folder):
                if path.name.partition(".")[0] not in there:
                    path.unlink(missing_ok=True)
            for path in [
                *folder.glob(".*.parquet.*"),
                *folder.glob(f".*{DIGEST}.*"),
                *(self.folder / SPILL).glob("*"),
                *self.folder.glob(f"{EXPORT}*"),
            ]:
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < time.time() - FORGOTTEN:
                        shutil.rmtree(path) if path.is_dir() else path.unlink()

    def prune(self, table: Table, before: datetime) -> int:
        """Delete the files that end before a moment; how many."""
        with self.alone():
            old = [part.path for part in parts_in(self.folder / table.name) if part.end <= before]
            for path in old:
                path.unlink(missing_ok=True)
        return len(old)


def is_over(table: Table, moment: datetime, now: datetime) -> bool:
    """Whether the month of a moment is one file."""
    return following(moment.replace(day=1, hour=0)) + timedelta(days=table.settled) <= now


def target(table: Table, hour: datetime, known: list[Part], grain: Grain, now: datetime) -> tuple[str, Part | None]:
    """The name of the file for an hour's rows, and the file that they are to be joined with: the one that covers that
    hour, else a new one, which must not cover a finer one that is there."""
    part = next((one for one in known if one.start <= hour < one.end), None)
    if part is not None:
        return part.stem, part
    month, day = f"{hour:{MONTH}}", f"{hour:{DAY}}"
    if grain == "large" and is_over(table, hour, now) and not any(one.stem.startswith(month) for one in known):
        return month, None
    over = hour.date() < (now - timedelta(hours=2)).date()
    by_day = not table.sampled or (grain == "large" and over)
    if by_day and not any(one.stem.startswith(day) for one in known):
        return day, None
    return f"{hour:{HOUR}}", None


def synced(folder: Path) -> None:
    """Have the disk know the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
