"""The long history: Parquet files by hour, day and month (parts.py), asked by DuckDB. The only file that knows duckdb.

One process writes (writing.py), any number read. A file that cannot be read is left out, named, and the rest answers.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy

from collectors.facts import TABLES, Row, Table
from collectors.parts import ASIDE, DIGEST, Part, covering, digest_of, digests_in, parts_in, within
from collectors.relations import Asked, Files, relation, scan, text

VALUE = re.compile(r"\$([a-z]\w*)")
TRIES = 5
EXPORT = ".export-"
SPILL = ".spill"
"""How the folders begin in which what somebody downloads is written."""
COMPRESSION = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"

PLAIN: Mapping[frozenset[type], str] = {frozenset({int}): "int64", frozenset({bool}): "bool"}

Columns = Mapping[str, Sequence[Any]]
Stamp = tuple[int, int, int]
Seen = tuple[list[Part], frozenset[Path]]


class HistoryError(Exception):
    """A question could not be answered, or a file not be written; one sentence."""


class BrokenFileError(Exception):
    """One of the files that were read is broken, or gone."""


def step_back(nice: int = 10) -> None:
    """Let everybody else on the machine go first, where the system can do that for one thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)


class History:
    """Asks the files of a folder; every thread has a cursor of its own. A page asks many questions at once, so each has
    one of DuckDB's threads: more do the same work in more of the processor's time. `memory` is what DuckDB may use, in
    megabytes.

    `broken` has the files that cannot be read, as they were when that was found, and why; `spoiled` the digests, which
    are no loss.
    """

    def __init__(self, folder: Path, threads: int = 1, memory: int = 256) -> None:
        self.folder = folder
        with suppress(OSError):  # DuckDB makes only the last folder of a path; without it nothing large can be asked
            (folder / SPILL).mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(1, initializer=step_back) as aside:  # DuckDB's own threads come to be in it
            self.connection = aside.submit(self.connected, threads, memory).result()
        # all that we hand over comes as text or as it is, and is cast to the column's type
        self.connection.execute(
            "LOAD parquet; SET TimeZone = 'UTC'; SET GLOBAL parquet_metadata_cache = true;"
            "SET GLOBAL pandas_analyze_sample = 0"
        )
        self.broken: dict[Path, tuple[Stamp, str]] = {}
        self.spoiled: dict[Path, tuple[Stamp, str]] = {}

    def connected(self, threads: int, memory: int) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(
            ":memory:",
            config={
                "threads": threads,
                "memory_limit": f"{memory}MB",
                "preserve_insertion_order": False,
                "temp_directory": str(self.folder / SPILL / f"{os.getpid()}-{secrets.token_hex(4)}"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )

    def parts(self, table: Table, start: datetime | None = None, end: datetime | None = None) -> list[Part]:
        """The files that count for a time, but for those known to be broken."""
        found = [part for part in parts_in(self.folder / table.name) if not self.is_broken(part.path)]
        return within(covering(found), start, end)

    def is_broken(self, path: Path) -> bool:
        known = self.broken.get(path) or self.spoiled.get(path)
        return known is not None and known[0] == stamp_of(path)

    def ask(
        self,
        question: str,
        values: Mapping[str, Any],
        tables: Mapping[str, Asked],
    ) -> list[dict[str, Any]]:
        """The answer to a question in SQL, a row a dict. Each `{name}` in it stands for a table's files of a time.

        Raises HistoryError. A file that vanished was joined with others meanwhile; one that cannot be read is left out.
        """
        [rows] = self.chunks(question, values, tables)
        return rows

    def chunks(
        self,
        question: str,
        values: Mapping[str, Any],
        tables: Mapping[str, Asked],
        size: int | None = None,
    ) -> Iterator[list[dict[str, Any]]]:
        """The answer `size` rows at a time, all of it at once where no size is given. Raises HistoryError, and once the
        first rows are handed over does not ask again."""
        begun = False
        for _ in range(TRIES):
            seen: dict[str, Seen] = {}
            asked = {name: one if isinstance(one, Files) else Files(*one) for name, one in tables.items()}
            used = {name: self.paths(files, seen) for name, files in asked.items()}
            sql = question.format(**{name: relation(asked[name], paths) for name, paths in used.items()})
            read = [path for paths in used.values() for path in paths]
            used_values = {name: values[name] for name in set(VALUE.findall(sql))}
            try:
                with self.heeding(read, "asked"), self.cursor() as cursor:
                    found = cursor.execute(sql, used_values or None)
                    heads = [one[0] for one in found.description or ()]
                    if size is None:
                        yield [dict(zip(heads, row, strict=True)) for row in found.fetchall()]
                        return
                    while rows := found.fetchmany(size):
                        begun = True
                        yield [dict(zip(heads, row, strict=True)) for row in rows]
                    return
            except BrokenFileError:
                if begun:
                    break
        raise HistoryError("the history changes faster than it can be read")

    def paths(self, files: Files, seen: dict[str, Seen]) -> list[Path]:
        """What is to be read for some files. `seen` is each table's folder as it was at the first look."""
        folder = self.folder / files.table.name
        if files.table.name not in seen:
            digests = frozenset(path for path in digests_in(folder) if not self.is_broken(path))
            seen[files.table.name] = self.parts(files.table), digests
        parts, digests = seen[files.table.name]
        found = []
        for part in within(parts, files.start, files.end):
            beside = digest_of(part, files.digest)
            digest = beside if beside in digests else None
            path = files.choose(part, digest) if files.choose else part.path
            found += [path] if path else []
        return found

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self.connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    @contextmanager
    def heeding(self, read: Sequence[Path], done: str) -> Iterator[None]:
        """What DuckDB refuses as HistoryError; as BrokenFileError where one of the files that are read is broken, which
        is noted, or gone."""
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise HistoryError("the question needs more memory than it may use; ask for a shorter time") from error
        except duckdb.Error as error:
            if self.look_through(read):
                raise BrokenFileError(str(error)) from error
            raise HistoryError(f"the history could not be {done}: {self.reason(error)}") from error

    def save(self, lines: Path, columns: Mapping[str, str], path: Path, told: Mapping[str, str]) -> None:
        """Lines of JSON as one Parquet file, in the order of their `row`; `columns` have DuckDB's types, and `told` is
        what the file says of itself. Raises HistoryError."""
        kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in {"row": "BIGINT", **columns}.items())
        rows = f"read_json({text(str(lines))}, format = 'newline_delimited', columns = {{{kinds}}})"
        about = ", ".join(f"{text(name)}: {text(value)}" for name, value in told.items())
        with self.heeding([], "written"), self.cursor() as cursor:
            cursor.execute(
                f"COPY (SELECT * EXCLUDE (row) FROM {rows} ORDER BY row) TO {text(str(path))} "
                f"({COMPRESSION}, KV_METADATA {{{about}}})"
            )

    def look_through(self, paths: Sequence[Path]) -> bool:
        """Note the files that cannot be read; whether any of these is broken or gone."""
        found = False
        for path in paths:
            before = stamp_of(path)
            reason = self.fault(path) if before is not None else None
            if before is not None and reason is not None:
                (self.spoiled if path.suffix == DIGEST else self.broken)[path] = (before, reason)
            found = found or before is None or reason is not None
        return found

    def fault(self, path: Path) -> str | None:
        """Why a file cannot be read to its end, None where it can."""
        try:
            with self.cursor() as cursor:
                # a count is answered from the file's end alone; a hash needs every byte of it
                cursor.execute(f"SELECT bit_xor(hash(t)) FROM {scan([path])} t").fetchall()
        except duckdb.Error as error:
            return self.reason(error)
        return None

    def reason(self, error: Exception) -> str:
        """What went wrong, in a line, without where we are kept."""
        lines = str(error).replace(f"{self.folder}/", "").splitlines()
        return lines[0][:200] if lines else type(error).__name__

    def put_rows(self, name: str, table: Table, rows: Sequence[Row]) -> None:
        """Rows that are in no file yet, as a table of this name; in place of those that were. Raises HistoryError."""
        with (
            self.heeding([], "asked"),
            self.cursor() as cursor,
            given(cursor, table, columns_of(rows, table)) as source,
        ):
            cursor.execute(f"CREATE OR REPLACE TABLE {name} AS {source}")

    def summary(self) -> dict[str, Any]:
        """What is kept: files, bytes, and the first and last moment of each table (ISO); the files that were set aside,
        and those found broken that still stand there. Raises HistoryError."""
        found: dict[str, Any] = {"tables": {}, "aside": []}
        for table in TABLES.values():
            parts = self.parts(table)
            sizes = [stamp[1] for part in parts if (stamp := stamp_of(part.path))]
            if parts:
                first, last = self.extent(table, parts)
                found["tables"][table.name] = {
                    "files": len(parts), "bytes": sum(sizes), "from": first.isoformat(), "to": last.isoformat(),
                }  # fmt: skip
            aside = sorted((self.folder / table.name).glob(f"*{ASIDE}*"))
            aside += sorted(path for path in self.broken if path.parent.name == table.name and self.is_broken(path))
            found["aside"] += [f"{table.name}/{path.name}" for path in aside]
        return found

    def extent(self, table: Table, parts: Sequence[Part]) -> tuple[datetime, datetime]:
        """The first and the last moment of which there are rows; those of the files where there are none."""
        edges = {"first": parts[0], "last": parts[-1]}
        at = table.at
        question = f"SELECT (SELECT min({at}) FROM {{first}}) AS first, (SELECT max({at}) FROM {{last}}) AS last"
        [row] = self.ask(question, {}, {name: (table, part.start, part.end) for name, part in edges.items()})
        first, last = row["first"], row["last"]
        return (
            first.replace(tzinfo=UTC) if first else parts[0].start,
            last.replace(tzinfo=UTC) if last else parts[-1].end,
        )

    def close(self) -> None:
        self.connection.close()


@contextmanager
def given(cursor: duckdb.DuckDBPyConnection, table: Table, columns: Columns) -> Iterator[str]:
    """A question for rows that we have, with the table's columns and types, and `n`, their order. What does not fit a
    column's type is unknown; a row without a moment is none. Whatever a column lacks is unknown."""
    count = max(map(len, columns.values()), default=0)
    none = numpy.full(count, None, dtype=object)
    held = {name: as_array(columns[name]) if name in columns else none for name in table.columns}
    cursor.register("given_rows", {**held, "n": numpy.arange(count)})
    heads = ", ".join(f'TRY_CAST("{name}" AS {kind}) AS "{name}"' for name, kind in table.columns.items())
    try:
        yield f'SELECT * EXCLUDE n FROM (SELECT {heads}, n FROM given_rows) WHERE "{table.at}" IS NOT NULL'
    finally:
        cursor.unregister("given_rows")


def as_array(values: Sequence[Any]) -> Any:
    """Values as DuckDB takes them over: those of one plain kind are cheap."""
    plain = PLAIN.get(frozenset(map(type, values)))
    if plain is not None:
        with suppress(OverflowError):
            return numpy.array(values, dtype=plain)
    found = numpy.empty(len(values), dtype=object)
    found[:] = values
    return found


def columns_of(rows: Sequence[Row], table: Table) -> Columns:
    return {name: [row.get(name) for row in rows] for name in table.columns}


def stamp_of(path: Path) -> Stamp | None:
    """What tells a file from another of its name; None for one that is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
