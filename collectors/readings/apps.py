"""The reading of the applications area."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import get_args

from collectors.health import iso
from collectors.readings.limits import Limits
from collectors.readings.present import Present
from collectors.readings.shape import AbnormalApp, AppCell, AppGroupCount, AppsReading, Level
from collectors.records import AppGroup, AppHealth, AppStatus

WORST_FIRST: tuple[AppStatus, ...] = ("down", "degraded", "unknown")


def apps_reading(present: Present) -> AppsReading:
    """Every application of the city's file, in its order; one that was never checked is unknown, not up."""
    checks = {record.id: record for record in present.records.values() if isinstance(record, AppHealth)}
    cells: list[AppCell] = [
        {
            "id": app.id,
            "name": app.name,
            "group": app.group,
            "status": checks[app.id].status if app.id in checks else "unknown",
            "latency_ms": checks[app.id].latency_ms if app.id in checks else None,
        }
        for app in present.applications
    ]
    counts = Counter(cell["status"] for cell in cells)
    known = present.known
    timed = [cell for cell in cells if cell["latency_ms"] is not None and cell["status"] in ("up", "degraded")]
    latencies = [cell["latency_ms"] for cell in timed if cell["latency_ms"] is not None]
    return {
        **present.reading(counts["up"] if known else None, level(counts, present.limits)),
        "up": counts["up"] if known else None,
        "degraded": counts["degraded"] if known else None,
        "down": counts["down"] if known else None,
        "unknown": counts["unknown"] if known else None,
        "total": len(cells),
        "groups": [group_count(group, cells, known) for group in get_args(AppGroup)],
        "cells": cells,
        "abnormal": abnormal(cells, checks, present) if known else [],
        "median_ms": round(median(latencies)) if latencies else None,
        "slowest": max(timed, key=lambda cell: cell["latency_ms"] or 0, default=None),
    }


def level(counts: Counter[AppStatus], limits: Limits) -> Level:
    """All is well where some answer and none fails; where none was ever checked nothing is known."""
    if counts["down"] >= limits.apps_down:
        return "alarm"
    if counts["down"] or counts["degraded"]:
        return "watch"
    return "normal" if counts["up"] else "unknown"


def group_count(group: AppGroup, cells: list[AppCell], known: bool) -> AppGroupCount:
    mine = [cell for cell in cells if cell["group"] == group]
    return {"group": group, "total": len(mine), "up": sum(cell["status"] == "up" for cell in mine) if known else None}


def abnormal(cells: list[AppCell], checks: dict[str, AppHealth], present: Present) -> list[AbnormalApp]:
    """Everything that is not up, by name, since when this status has lasted."""
    before: dict[tuple[str, str], str | None] = {}
    if present.previous is not None:
        before = {(one["id"], one["status"]): one["since"] for one in present.previous.get("abnormal", [])}  # type: ignore[attr-defined]
    owners = {app.id: app.owner for app in present.applications}
    found: list[AbnormalApp] = [
        {
            "id": cell["id"],
            "name": cell["name"],
            "owner": owners[cell["id"]],
            "status": cell["status"],
            "reason": checks[cell["id"]].reason if cell["id"] in checks else None,
            "since": before.get((cell["id"], cell["status"])) or iso(present.now),
        }
        for cell in cells
        if cell["status"] != "up"
    ]
    return sorted(found, key=lambda one: (WORST_FIRST.index(one["status"]), one["since"] or "", one["name"]))
