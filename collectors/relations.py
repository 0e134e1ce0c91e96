"""Files of the history as relations in SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from collectors.facts import Table
from collectors.parts import Part

Choose = Callable[[Part, Path | None], Path | None]


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a table for a time. Where it is told of a kind of `digest` (digests.py), `choose` says of each file
    and of the digest beside it, None where there is none, which is read; `columns` are those of digests then."""

    table: Table
    start: datetime | None = None
    end: datetime | None = None
    digest: str = ""
    choose: Choose | None = None
    columns: Mapping[str, str] | None = None


Asked = Files | tuple[Table, datetime | None, datetime | None]


def relation(files: Files, paths: Sequence[Path]) -> str:
    return scan(paths) if paths else f"({empty(files.columns or files.table.columns)})"


def scan(paths: Sequence[Path], named: bool = False) -> str:
    """The rows of some files; with `named`, each with its `filename`."""
    listed = ", ".join(text(str(path)) for path in paths)
    return f"read_parquet([{listed}], union_by_name = true{', filename = true' if named else ''})"


def empty(columns: Mapping[str, str]) -> str:
    heads = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in columns.items())
    return f"SELECT {heads} WHERE false"


def text(value: str) -> str:
    """A text in SQL."""
    quotes = value.replace("'", "''")
    return f"'{quotes}'"
