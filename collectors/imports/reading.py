"""Rows of an exported table, read column by column: the columns of the history's table, and which rows are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from typing import Any

from collectors.imports.csv_file import Rows
from collectors.imports.fields import Bad, Place, Texts
from collectors.imports.kinds import Kind
from collectors.imports.rows import Made


class Reading:
    """Reads the rows of one export. `columns` is where each field stands; `doubt` hears of each value that cannot be
    read in a row that can: its field, line and why."""

    def __init__(
        self,
        kind: Kind,
        columns: Mapping[str, int],
        source: str,
        place: Place,
        doubt: Callable[[str, int, str], None],
    ) -> None:
        self.kind = kind
        self.columns = columns
        self.source = source
        self.place = place
        self.doubt = doubt
        self.texts = {name: Texts(kind.fields[name], place) for name in columns}

    def columns_of(self, rows: Rows) -> tuple[Made, dict[int, str]]:
        """The columns of the table, none where no row can be read; and by line why a row cannot."""
        given, refused, count = self.read(rows)
        if not count:
            return {}, refused
        made = self.kind.rows(given, count, self.place)
        rows_made = max(map(len, made.values()))
        return {**made, "source": [self.source] * rows_made, "demo": [self.place.demo] * rows_made}, refused

    def read(self, rows: Rows) -> tuple[dict[str, Sequence[Any]], dict[int, str], int]:
        """The fields of the rows that can be read, by line why the others cannot, and how many can."""
        kind, refused = self.kind, dict[int, str]()
        given: dict[str, list[Any]] = {}
        columns = list(zip(*rows.cells, strict=True)) if rows.cells else [()] * (1 + max(self.columns.values()))
        for name, position in self.columns.items():
            texts = self.texts[name]
            given[name] = list(map(texts.__getitem__, columns[position]))
            needed = name in kind.needs
            if not texts.unread and not (needed and None in given[name]):
                continue
            for n, value in enumerate(given[name]):
                if value is None and needed:
                    refused.setdefault(rows.lines[n], f"no {name}")
                elif isinstance(value, Bad):
                    if needed:
                        refused.setdefault(rows.lines[n], f"{name}: {value.reason}")
                    else:
                        self.doubt(name, rows.lines[n], value.reason)
                        given[name][n] = None
        self.refuse_twice(rows, given, refused)
        if refused:
            keep = [line not in refused for line in rows.lines]
            given = {name: list(compress(values, keep)) for name, values in given.items()}
        count = len(rows.lines) - len(refused)
        return {**dict.fromkeys(kind.fields, [None] * count), **given}, refused, count

    def refuse_twice(self, rows: Rows, given: Mapping[str, list[Any]], refused: dict[int, str]) -> None:
        """Refuse the second of two rows that say something of the same."""
        once = [given[name] for name in self.kind.once if name in given]
        if len(set(zip(*once, strict=True))) == len(rows.lines):
            return
        seen: dict[tuple[Any, ...], int] = {}
        for n, key in enumerate(zip(*once, strict=True)):
            first = seen.setdefault(key, rows.lines[n])
            if first != rows.lines[n]:
                refused.setdefault(rows.lines[n], f"the same {', '.join(self.kind.once)} as in line {first}")
