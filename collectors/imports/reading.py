"""Rows of an exported table, read column by column: the columns of the history's table, and which rows are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import compress
from typing import Any

from collectors.imports.csv_file import Rows
from collectors.imports.fields import Bad, Place, Texts
from collectors.imports.kinds import Kind
from collectors.imports.rows import Made


class Reading:
    """Reads the rows of one export, some at a time. `columns` is where each field stands; `doubt` hears of each value
    that cannot be read in a row that can: its field, line and why. `count` rows are read and not `taken` yet."""

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
        self.count = 0
        self.given: dict[str, list[Any]] = {name: [] for name in columns}
        self.seen: dict[tuple[Any, ...], int] = {}

    def taken(self) -> Made:
        """The columns of the table for what was read; nothing of that is kept. None where nothing was."""
        count, given = self.count, self.given
        self.count, self.given, self.seen = 0, {name: [] for name in self.columns}, {}
        if not count:
            return {}
        made = self.kind.rows({**dict.fromkeys(self.kind.fields, [None] * count), **given}, count, self.place)
        rows = max(map(len, made.values()))
        return {**made, "source": [self.source] * rows, "demo": [self.place.demo] * rows}

    def add(self, rows: Rows) -> dict[int, str]:
        """Read some rows, column by column; by line why one is left out. Few at once are read faster than many."""
        kind, refused = self.kind, dict[int, str]()
        given: dict[str, list[Any]] = {}
        for name, position in self.columns.items():
            texts = self.texts[name]
            given[name] = texts.all([cells[position] for cells in rows.cells])
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
        if kind.once:
            self.refuse_twice(rows, given, refused)
        if refused:
            keep = [line not in refused for line in rows.lines]
            given = {name: list(compress(values, keep)) for name, values in given.items()}
        for name, values in given.items():
            self.given[name] += values
        self.count += len(rows.lines) - len(refused)
        return refused

    def refuse_twice(self, rows: Rows, given: Mapping[str, list[Any]], refused: dict[int, str]) -> None:
        """Refuse the second of two rows that say something of the same."""
        keys = list(zip(*(given[name] for name in self.kind.once if name in given), strict=True))
        if self.seen.keys().isdisjoint(keys) and len(set(keys)) == len(keys):
            self.seen.update(zip(keys, rows.lines, strict=True))
            return
        for key, line in zip(keys, rows.lines, strict=True):
            first = self.seen.setdefault(key, line)
            if first != line:
                refused.setdefault(line, f"the same {', '.join(self.kind.once)} as in line {first}")
