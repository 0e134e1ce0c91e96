"""The sums and outages of a day's hours, counted again from its checks after more of these came in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from collectors import rollup
from collectors.facts import CHECKS, HOURS, OUTAGES, stamp
from collectors.history import columns_of
from collectors.writing import Writing

DAY = timedelta(days=1)


def recount(history: Writing, day: datetime) -> None:
    """`day` is its beginning in UTC. Raises HistoryError."""
    span = f"BETWEEN '{stamp(day)}' AND '{stamp(day + DAY - timedelta(seconds=1))}'"
    question = f"SELECT * FROM {{checks}} WHERE moment {span} ORDER BY app, moment"
    checks: list[dict[str, Any]] = history.ask(question, {}, {"checks": (CHECKS, day, day + DAY)})
    by_hour: dict[str, list[dict[str, Any]]] = {}
    for check in checks:
        check["moment"] = rollup.text(check["moment"])
        by_hour.setdefault(check["moment"][:13], []).append(check)
    history.forget(OUTAGES, f"o.began {span}")
    history.merge(HOURS, columns_of(rollup.hours(checks), HOURS), "large")
    pieces = [piece for mine in by_hour.values() for piece in rollup.outages(mine)]
    history.merge(OUTAGES, columns_of(pieces, OUTAGES), "large")
