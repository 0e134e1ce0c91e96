"""The past the bench makes is one the product could have written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from collectors.facts import TABLES
from collectors.history import History
from collectors.records import AppStatus, BedUnit, ComplaintStatus, TrafficKind
from tests.bench.made_past import MadePast, Size

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
ALLOWED = {
    ("complaints", "status"): ComplaintStatus, ("traffic", "kind"): TrafficKind, ("checks", "status"): AppStatus,
    ("beds", "unit"): BedUnit,
}  # fmt: skip


def test_every_row_is_of_its_table_and_says_what_may_be_said(tmp_path: Path) -> None:
    size = Size(days=20, complaints_a_day=50, apps=10, hospitals=2, posts=1, reports_a_day=20)
    MadePast(tmp_path, NOW, size).write()
    history = History(tmp_path)
    for name, table in TABLES.items():
        kinds = {one["column_name"]: one["column_type"] for one in ask(history, f"DESCRIBE FROM {{{name}}}", name)}
        assert kinds == dict(table.columns), name
        keys = ", ".join(table.key)
        outside = f"SELECT count(*) AS n, count(DISTINCT ({keys})) AS facts, max({table.at}) AS newest FROM {{{name}}}"
        [row] = ask(history, outside, name)
        assert row["n"] == row["facts"] > 0, name
        assert row["newest"].replace(tzinfo=UTC) <= NOW, name
    for (name, column), kind in ALLOWED.items():
        found = {row[column] for row in ask(history, f"SELECT DISTINCT {column} FROM {{{name}}}", name)}
        assert found <= set(get_args(kind)), name
    history.close()


def ask(history: History, question: str, name: str) -> list[dict[str, Any]]:
    return history.ask(question, {}, {name: (TABLES[name], None, None)})
