"""A scope as conditions of SQL. What an address says is only ever a value, never text of a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collectors.facts import stamp
from collectors.questions.scope import NUMBERS, Scope


@dataclass(slots=True)
class Conditions:
    """Conditions that all hold, and their values by name."""

    texts: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def within(self, column: str, start: datetime, end: datetime) -> Conditions:
        """A moment from `start` on and before `end`."""
        a, b = self.named(stamp(start)), self.named(stamp(end))
        self.texts.append(f"{column} >= {a}::TIMESTAMP AND {column} < {b}::TIMESTAMP")
        return self

    def among(self, column: str, values: Iterable[Any]) -> Conditions:
        """One of some values; none of them chosen is no condition."""
        names = [self.named(value) for value in values]
        if names:
            self.texts.append(f"{column} IN ({', '.join(names)})")
        return self

    def that(self, text: str) -> Conditions:
        self.texts.append(text)
        return self

    def named(self, value: Any) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def __str__(self) -> str:
        return " AND ".join(f"({text})" for text in self.texts) or "true"


def chosen(
    scope: Scope, columns: Mapping[str, str], names: Iterable[str] | None = None, values: dict[str, Any] | None = None
) -> Conditions:
    """The filters of a scope whose values are those of a column; whole numbers for those of NUMBERS. `values` are those
    of the question's other conditions."""
    found = Conditions(values={} if values is None else values)
    for name in names or columns:
        given: list[Any] = list(scope.chosen(name))
        if name in NUMBERS:
            given = [int(value) for value in given]
        found.among(columns[name], given)
    return found


def grouping(sets: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
    """Named sets of columns as SQL: the name of a row's set, and the sets to group by."""
    columns = list(dict.fromkeys(column for each in sets.values() for column in each))
    if not columns:
        return f"'{next(iter(sets))}'", "()"
    cases = []
    for name, each in sets.items():
        bits = sum(1 << place for place, column in enumerate(reversed(columns)) if column not in each)
        cases.append(f"WHEN {bits} THEN '{name}'")
    listed = ", ".join(f"({', '.join(each)})" for each in sets.values())
    return f"CASE grouping_id({', '.join(columns)}) {' '.join(cases)} END", f"GROUPING SETS ({listed})"


def grouped(
    rows: Iterable[Mapping[str, Any]], sets: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[tuple[Any, ...], Mapping[str, Any]]]:
    """Rows of named sets (column `g`) by the set's name, then by key."""
    found: dict[str, dict[tuple[Any, ...], Mapping[str, Any]]] = {name: {} for name in sets}
    for row in rows:
        found[row["g"]][tuple(row[column] for column in sets[row["g"]])] = row
    return found


async def nothing() -> list[dict[str, Any]]:
    """The answer to what is not asked."""
    return []
