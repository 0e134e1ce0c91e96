"""The long history: Parquet files by day and month, asked by DuckDB. The only file that knows duckdb.

    <folder>/<table>/20261125T10.parquet    one hour (UTC) of samples
    <folder>/<table>/20261125.3.parquet     one day, written for the third time
    <folder>/<table>/202611.parquet         one month

A file never changes: what is written again gets the next number, and the highest counts. A file covers the finer ones
of its time, which are ignored where it stands. So there is no moment at which both or neither count, whoever reads
meanwhile. Files are written beside their place and renamed into it; one process writes (`Writing`), any number read.
A file that cannot be read is set aside, named, and the rest still answers.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import orjson

from collectors.facts import Row, Table

NAME = re.compile(r"(\d{6})(\d{2})?(?:T(\d{2}))?(?:\.(\d{1,9}))?\.parquet")
VALUE = re.compile(r"\$([a-z]\w*)")
ASIDE = ".broken"
COMPRESSION = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"


class HistoryError(Exception):
    """A question could not be answered, or a file not be written; one sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its path, the time it covers, the end excluded, and how often that was written before."""

    path: Path
    start: datetime
    end: datetime
    number: int = 0

    @property
    def stem(self) -> str:
        """The name without its number: "202611", "20261125" or "20261125T10"."""
        return self.path.name.partition(".")[0]


def part_of(path: Path) -> Part | None:
    """None for what is no file of ours."""
    match = NAME.fullmatch(path.name)
    if match is None:
        return None
    month, day, hour, number = match.groups()
    written = int(number or 0)
    try:
        start = datetime(int(month[:4]), int(month[4:]), int(day or 1), int(hour or 0), tzinfo=UTC)
    except ValueError:
        return None
    if hour is not None:
        return Part(path, start, start + timedelta(hours=1), written) if day is not None else None
    return Part(path, start, start + timedelta(days=1) if day is not None else following(start), written)


def following(month: datetime) -> datetime:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def covering(parts: Sequence[Part]) -> list[Part]:
    """Those that count, in the order of time: neither an earlier writing nor a finer one within a coarser's time."""
    found: list[Part] = []
    for part in sorted(parts, key=lambda one: (one.start, -one.end.timestamp(), -one.number)):
        if not found or part.start >= found[-1].end:
            found.append(part)
    return found


class History:
    """Asks the files of a folder. Connections are made per thread; `memory` is what DuckDB may use, in megabytes."""

    def __init__(self, folder: Path, threads: int = 2, memory: int = 256) -> None:
        self.folder = folder
        self.connection = duckdb.connect(
            ":memory:",
            config={
                "threads": threads,
                "memory_limit": f"{memory}MB",
                "preserve_insertion_order": False,
                "temp_directory": str(folder / ".spill"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        self.connection.execute("LOAD parquet; SET TimeZone = 'UTC'; SET GLOBAL parquet_metadata_cache = true")
        self.broken: dict[Path, str] = {}
        self.lock = threading.Lock()

    def parts(self, table: Table, start: datetime | None = None, end: datetime | None = None) -> list[Part]:
        """The files that count for a time, but for those known to be broken."""
        folder = self.folder / table.name
        found = [part for path in folder.glob("*.parquet") if (part := part_of(path)) and path not in self.broken]
        return [
            part
            for part in covering(found)
            if (start is None or part.end > start) and (end is None or part.start < end)
        ]

    def ask(
        self,
        question: str,
        values: Mapping[str, Any],
        tables: Mapping[str, tuple[Table, datetime | None, datetime | None]],
    ) -> list[dict[str, Any]]:
        """The answer to a question in SQL, a row a dict. Each `{name}` in it stands for a table's files of a time.

        Raises HistoryError. A file that vanished was joined with others meanwhile; one that cannot be read is left out.
        """
        for _ in range(4):
            used = {name: self.parts(*spanned) for name, spanned in tables.items()}
            sql = question.format(**{name: relation(tables[name][0], parts) for name, parts in used.items()})
            cursor = self.connection.cursor()
            try:
                used_values = {name: values[name] for name in set(VALUE.findall(sql))}
                found = cursor.execute(sql, used_values or None)
                heads = [one[0] for one in found.description or ()]
                return [dict(zip(heads, row, strict=True)) for row in found.fetchall()]
            except duckdb.OutOfMemoryException as error:
                raise HistoryError("the question needs more memory than it may use; ask for a shorter time") from error
            except duckdb.Error as error:
                each = [part.path for parts in used.values() for part in parts]
                if not self.look_through(each):
                    raise HistoryError(f"the history could not be asked: {str(error).splitlines()[0][:200]}") from error
            finally:
                cursor.close()
        raise HistoryError("the history changes faster than it can be read")

    def look_through(self, paths: Sequence[Path]) -> bool:
        """Note the files that cannot be read; whether any of these is broken or gone."""
        found = False
        for path in paths:
            if not path.exists():
                found = True
            elif (reason := self.fault(path)) is not None:
                self.broken[path] = reason
                found = True
        return found

    def fault(self, path: Path) -> str | None:
        """Why a file cannot be read to its end, None where it can."""
        cursor = self.connection.cursor()
        try:
            heads = cursor.execute(f"DESCRIBE SELECT * FROM {scan([path])}").fetchall()
            columns = ", ".join(f'count("{head[0]}")' for head in heads)
            cursor.execute(f"SELECT {columns} FROM {scan([path])}").fetchall()
        except duckdb.Error as error:
            return str(error).splitlines()[0][:200]
        finally:
            cursor.close()
        return None

    def put_rows(self, name: str, table: Table, rows: Sequence[Row]) -> None:
        """Rows that are in no file yet, as a table of this name; in place of those that were."""
        with self.lock, self.rows_file(rows) as file:
            cursor = self.connection.cursor()
            try:
                cursor.execute("BEGIN")
                cursor.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {reading(table, file)}")
                cursor.execute("COMMIT")
            finally:
                cursor.close()

    @contextmanager
    def rows_file(self, rows: Sequence[Row]) -> Iterator[Path | None]:
        """Rows as lines of JSON in a file that is gone afterwards; None for none."""
        if not rows:
            yield None
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f".rows-{os.getpid()}-{secrets.token_hex(4)}.json"
        try:
            path.write_bytes(b"\n".join(map(orjson.dumps, rows)))
            yield path
        finally:
            path.unlink(missing_ok=True)

    def close(self) -> None:
        self.connection.close()


class Writing(History):
    """The history as the one process that may write it sees it."""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder. Raises HistoryError while another process does: it may have been stopped in the middle."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise HistoryError("another process is writing the history") from error
            yield

    def merge(self, table: Table, rows: Sequence[Row]) -> int:
        """Take facts in, each in place of what was known of it. The number of files written. Raises HistoryError."""
        by_day: dict[str, list[Row]] = {}
        for row in rows:
            by_day.setdefault(row[table.at][:10].replace("-", ""), []).append(row)
        with self.alone():
            known = {part.stem: part for part in self.parts(table)}
            targets: dict[str, list[Row]] = {}
            for day, mine in by_day.items():
                targets.setdefault(day[:6] if day[:6] in known else day, []).extend(mine)
            for stem, mine in targets.items():
                self.merge_into(stem, known.get(stem), table, mine)
        return len(targets)

    def merge_into(self, stem: str, before: Part | None, table: Table, rows: Sequence[Row]) -> None:
        newest = {tuple(row[name] for name in table.key): row for row in rows}
        with self.rows_file(list(newest.values())) as file:
            source = f"SELECT * FROM {reading(table, file)}"
            if before is not None and not self.set_aside(before.path):
                same = " AND ".join(f"n.{name} IS NOT DISTINCT FROM o.{name}" for name in table.key)
                known = scan([before.path])
                old = f"SELECT o.* FROM {known} o WHERE NOT EXISTS (FROM {reading(table, file)} n WHERE {same})"
                source = f"{source} UNION ALL BY NAME {old}"
            self.write(table, stem, f"SELECT * FROM ({source}) ORDER BY {table.at}")

    def put(self, table: Table, hour: datetime, rows: Sequence[Row]) -> None:
        """One whole hour of samples, in place of whatever was there. Raises HistoryError."""
        stem = f"{hour.astimezone(UTC):%Y%m%dT%H}"
        with self.alone(), self.rows_file(rows) as file:
            self.write(table, stem, f"SELECT * FROM {reading(table, file)} ORDER BY ALL" if rows else empty(table))

    def forget(self, table: Table, source: str) -> None:
        """Drop what a source only pretended."""
        with self.alone():
            for part in self.parts(table):
                pretended = f"demo AND source = '{source.replace(chr(39), chr(39) * 2)}'"
                question = f"SELECT count(*) FROM {scan([part.path])} WHERE {pretended}"
                if not self.set_aside(part.path) and self.connection.cursor().execute(question).fetchall()[0][0]:
                    kept = (
                        f"SELECT * FROM {scan([part.path])} WHERE NOT coalesce({pretended}, false) ORDER BY {table.at}"
                    )
                    self.write(table, part.stem, kept)

    def summary(self) -> dict[str, Any]:
        """What is kept: files, bytes, and the first and last day of each table; and the files that were set aside."""
        found: dict[str, Any] = {"tables": {}, "aside": []}
        for folder in sorted(path for path in self.folder.glob("*") if path.is_dir() and not path.name.startswith(".")):
            parts = covering([part for path in folder.glob("*.parquet") if (part := part_of(path))])
            if parts:
                found["tables"][folder.name] = {
                    "files": len(parts),
                    "bytes": sum(part.path.stat().st_size for part in parts),
                    "from": parts[0].start.date().isoformat(),
                    "to": (parts[-1].end - timedelta(seconds=1)).date().isoformat(),
                }
            found["aside"] += [f"{folder.name}/{path.name}" for path in sorted(folder.glob(f"*{ASIDE}"))]
        return found

    def write(self, table: Table, stem: str, question: str) -> None:
        """The answer to a question as a file that is there whole or not at all, in place of earlier ones."""
        folder = self.folder / table.name
        folder.mkdir(parents=True, exist_ok=True)
        earlier = [part for each in folder.glob(f"{stem}*.parquet*") if (part := part_of(whole_name(each)))]
        mine = [part for part in earlier if part.stem == stem]
        number = max((part.number for part in mine), default=-1) + 1
        path = folder / (f"{stem}.{number}.parquet" if number else f"{stem}.parquet")
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        cursor = self.connection.cursor()
        try:
            cursor.execute(f"COPY ({question}) TO '{quoted(unfinished)}' ({COMPRESSION})")
            with unfinished.open("rb") as written:
                os.fsync(written.fileno())
            unfinished.replace(path)
        except (duckdb.Error, OSError) as error:
            raise HistoryError(f"{path.name} could not be written: {str(error).splitlines()[0][:200]}") from error
        finally:
            cursor.close()
            unfinished.unlink(missing_ok=True)
        for part in mine:
            part.path.unlink(missing_ok=True)

    def set_aside(self, path: Path) -> bool:
        """Rename a file that cannot be read, so that a person finds it and nobody reads it. Whether it was one."""
        reason = self.fault(path)
        if reason is None:
            return False
        path.rename(path.with_name(path.name + ASIDE))
        self.broken[path] = reason
        return True

    def compact(self, table: Table, now: datetime, months_after: int = 40) -> int:
        """Join the hours of past days into days, and the days of months that are over for so long into months.

        The number of files written. Raises HistoryError.
        """
        with self.alone():
            before = covering(self.parts(table))
            groups: dict[str, list[Part]] = {}
            for part in before:
                stem = part.stem
                month_over = following(part.start.replace(day=1, hour=0)) + timedelta(days=months_after) <= now
                if len(stem) > 6 and month_over:
                    groups.setdefault(stem[:6], []).append(part)
                elif "T" in stem and part.start.date() < (now - timedelta(hours=2)).date():
                    groups.setdefault(stem[:8], []).append(part)
            for stem, mine in groups.items():
                good = [part.path for part in mine if not self.set_aside(part.path)]
                order = ", ".join(dict.fromkeys((*table.key[1:], table.at)) if table.at == "moment" else [table.at])
                if good:
                    self.write(table, stem, f"SELECT * FROM {scan(good)} ORDER BY {order}")
            self.sweep(table)
        return len(groups)

    def sweep(self, table: Table) -> None:
        """Remove what a coarser file covers, and what a process that died left half written."""
        folder = self.folder / table.name
        found = [part for path in folder.glob("*.parquet") if (part := part_of(path))]
        for covered in {one.path for one in found} - {one.path for one in covering(found)}:
            covered.unlink(missing_ok=True)
        for path in [*folder.glob(".*.parquet.*"), *self.folder.glob(".rows-*.json")]:
            with suppress(OSError):
                if path.stat().st_mtime < datetime.now(UTC).timestamp() - 3600:
                    path.unlink(missing_ok=True)

    def prune(self, table: Table, before: datetime) -> int:
        """Delete the files that end before a moment; how many."""
        with self.alone():
            old = [part.path for part in self.parts(table) if part.end <= before]
            for path in old:
                path.unlink(missing_ok=True)
        return len(old)


def whole_name(path: Path) -> Path:
    """A file's name as it was before it was set aside: its number is not used again."""
    return path.with_name(path.name.removesuffix(ASIDE))


def relation(table: Table, parts: Sequence[Part]) -> str:
    return scan([part.path for part in parts]) if parts else f"({empty(table)})"


def scan(paths: Sequence[Path]) -> str:
    listed = ", ".join(f"'{quoted(path)}'" for path in paths)
    return f"read_parquet([{listed}], union_by_name = true)"


def empty(table: Table) -> str:
    heads = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in table.columns.items())
    return f"SELECT {heads} WHERE false"


def reading(table: Table, file: Path | None) -> str:
    """The rows of a file of JSON lines, with a table's columns and types."""
    if file is None:
        return f"({empty(table)})"
    kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in table.columns.items())
    return f"read_json('{quoted(file)}', format = 'newline_delimited', columns = {{{kinds}}})"


def quoted(path: Path) -> str:
    return str(path).replace("'", "''")
