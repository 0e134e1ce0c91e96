"""An exported table into the history: some rows at a time, from where it was left, the same however often it is done.

What was done is kept beside the history, in `.imports`: so a file that was taken in is not taken in again, and one that
was stopped in the middle goes on there. Rows that cannot be read are counted and written to FILE.rejected.csv, with
their line and the columns that are read, no others.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from collectors.facts import CHECKS
from collectors.health import iso
from collectors.imports.csv_file import CsvFile, NotCsvError, Rows
from collectors.imports.fields import Place
from collectors.imports.names import kind_of
from collectors.imports.reading import Reading
from collectors.imports.recount import recount
from collectors.source import Area
from collectors.writing import Writing

BLOCK = 2_000
AT_ONCE = 50_000
FIRST_TOLD = 5
FOLDER = ".imports"


@dataclass(slots=True)
class Done:
    """How far something came that is brought in: where the next rows of a file begin, how many were read and refused,
    and of the first of these why. A source's past is asked for back to the day that is `reached` (ISO).

    `unread` counts values that could not be read in rows that could, by field, with the first reason. `days` are those
    whose hours are still to be counted again. `over` is when all was done (ISO).
    """

    name: str
    table: str
    source: str
    offset: int = 0
    line: int = 0
    rows: int = 0
    rejected: int = 0
    rejected_bytes: int = 0
    first: list[tuple[int, str]] = field(default_factory=list)
    unread: dict[str, list[Any]] = field(default_factory=dict)
    days: list[str] = field(default_factory=list)
    reached: str | None = None
    over: str | None = None


def brought_in(folder: Path) -> list[Done]:
    """Every file that was taken in, and every past that was asked for, the newest last; those under way too."""
    found = []
    for note in (folder / FOLDER).glob("*.json"):
        try:
            found.append(Done(**orjson.loads(note.read_bytes())))
        except (OSError, ValueError, TypeError):
            continue  # of another version of the program
    return sorted(found, key=lambda done: done.over or "9")


class Import:
    """One file of one area. Raises NotCsvError where it is none of these; `run` raises HistoryError, OSError."""

    def __init__(
        self, history: Writing, path: Path, area: Area, source: str, place: Place, mapped: Mapping[str, str]
    ) -> None:
        self.history = history
        self.file = CsvFile(path)
        self.source = source
        try:
            self.kind, self.columns = kind_of(self.file.heads, area, mapped)
        except ValueError as error:
            raise NotCsvError(f"{path.name}: {error}") from error
        self.reading = Reading(self.kind, self.columns, source, place, self.doubt)
        self.refusals = path.with_name(f"{path.name}.rejected.csv")
        said = orjson.dumps([self.file.key, self.kind.table.name, source, sorted(self.columns.items())])
        self.note = history.folder / FOLDER / f"{hashlib.sha256(said).hexdigest()[:16]}.json"
        fresh = Done(path.name, self.kind.table.name, source, self.file.start, self.file.line)
        self.done = done_before(self.note, fresh)

    def run(self, told: Callable[[Done], None]) -> Done:
        """Take in what is left; `told` hears how far it is after every few rows."""
        if self.done.over:
            return self.done
        self.refusals_up_to(self.done.rejected_bytes)
        for rows in self.file.rows(self.done.offset, self.done.line, BLOCK):
            refused = self.reading.add(rows)
            self.done.offset, self.done.line = rows.offset, rows.line
            self.done.rows += len(rows.cells) - len(refused)
            self.refuse(rows, sorted([*rows.refused, *refused.items()]))
            if self.reading.count >= AT_ONCE or rows.offset == self.file.size:
                self.put()
                self.keep()
                told(self.done)
        if self.kind.table is CHECKS:
            for day in list(self.done.days):
                recount(self.history, datetime.fromisoformat(day))
                self.done.days.remove(day)
                self.keep()
                told(self.done)
        self.done.over = iso(datetime.now(UTC))
        self.keep()
        return self.done

    def told(self) -> str:
        """What the file is taken for: its table, and which columns are read as what."""
        heads = self.file.heads
        read = ", ".join(f"{heads[place]} = {name}" for name, place in self.columns.items())
        unread = len(heads) - len(self.columns)
        return f"{self.kind.table.name} of {self.source}; {read}; {unread} other columns are not read"

    def report(self) -> list[str]:
        """What became of it, in lines."""
        done = self.done
        lines = [f"{done.name}: {done.rows:,} rows are in the history, {done.rejected:,} could not be read."]
        lines += [f"  line {line}: {reason}" for line, reason in done.first]
        if done.rejected:
            lines.append(f"  all of them: {self.refusals}")
        for name, (count, line, reason) in done.unread.items():
            lines.append(f"  {name}: {count:,} values could not be read and are unknown, first line {line}: {reason}")
        return lines

    def put(self) -> None:
        """Put what was read into the history."""
        columns = self.reading.taken()
        if columns:
            self.history.merge(self.kind.table, columns, "large", self.kind.stays)
        if self.kind.table is CHECKS:
            days = {f"{at[:10]}T00:00:00+00:00" for at in columns.get("moment", ())}
            self.done.days = sorted({*self.done.days, *days})

    def doubt(self, name: str, line: int, reason: str) -> None:
        known = self.done.unread.setdefault(name, [0, line, reason])
        known[0] += 1

    def refuse(self, rows: Rows, refused: Sequence[tuple[int, str]]) -> None:
        if not refused:
            return
        cells = dict(zip(rows.lines, rows.cells, strict=True))
        new = not self.done.rejected
        with self.refusals.open("a", encoding="utf-8", newline="") as file:
            self.refusals.chmod(0o600)
            writer = csv.writer(file)
            if new:
                writer.writerow(["line", "reason", *self.columns])
            for line, reason in refused:
                told = [cells[line][position] for position in self.columns.values()] if line in cells else []
                writer.writerow([line, reason, *told])
        self.done.rejected += len(refused)
        self.done.rejected_bytes = self.refusals.stat().st_size
        self.done.first = [*self.done.first, *refused][:FIRST_TOLD]

    def refusals_up_to(self, size: int) -> None:
        """Drop what was written of rows that are read again."""
        if self.refusals.exists():
            with self.refusals.open("r+b") as file:
                file.truncate(size)

    def keep(self) -> None:
        noted(self.note, self.done)


def noted(note: Path, done: Done) -> None:
    """Keep how far it is, whole or not at all."""
    note.parent.mkdir(parents=True, exist_ok=True)
    unfinished = note.with_suffix(".part")
    unfinished.write_bytes(orjson.dumps(asdict(done)))
    unfinished.replace(note)


def done_before(note: Path, fresh: Done) -> Done:
    """How far it was, or the beginning."""
    try:
        return Done(**orjson.loads(note.read_bytes()))
    except (OSError, ValueError, TypeError):
        return fresh
