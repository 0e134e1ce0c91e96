"""The reading of the applications area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import get_args

from collectors.health import iso, iso_or_none
from collectors.readings.app_states import AppState, app_states
from collectors.readings.limits import Limits
from collectors.readings.present import Present, entered
from collectors.readings.shape import AbnormalApp, AppCell, AppGroupCount, AppsReading, Level
from collectors.records import AppGroup, AppStatus

WORST_FIRST: tuple[AppStatus, ...] = ("down", "degraded", "up", "unknown", "maintenance")


def apps_reading(present: Present) -> AppsReading:
    """Every application with its state; one that was never checked is unknown, not up."""
    states = app_states(present)
    cells = [cell(one) for one in states]
    counts = Counter(one.status for one in states)
    known = present.known
    timed = [one for one in cells if one["latency_ms"] is not None and one["status"] in ("up", "degraded")]
    latencies = [one["latency_ms"] for one in timed if one["latency_ms"] is not None]
    expiring = sum(one.expires for one in states)
    return {
        **present.reading(counts["up"] if known else None, level(counts, expiring, present.limits)),
        "up": counts["up"] if known else None,
        "degraded": counts["degraded"] if known else None,
        "down": counts["down"] if known else None,
        "unknown": counts["unknown"] if known else None,
        "maintenance": counts["maintenance"] if known else None,
        "expiring": expiring if known else None,
        "total": len(cells),
        "groups": [group_count(group, cells, known) for group in get_args(AppGroup)],
        "cells": cells,
        "abnormal": abnormal(states, present) if known else [],
        "median_ms": round(median(latencies)) if latencies else None,
        "slowest": max(timed, key=lambda one: one["latency_ms"] or 0, default=None),
    }


def level(counts: Counter[AppStatus], expiring: int, limits: Limits) -> Level:
    """All is well where some answer, none fails but as planned and no certificate is about to end; where none was ever
    checked nothing is known."""
    if counts["down"] >= limits.apps_down:
        return "alarm"
    if counts["down"] or counts["degraded"] or expiring:
        return "watch"
    return "normal" if counts["up"] else "unknown"


def cell(one: AppState) -> AppCell:
    return {
        "id": one.id,
        "name": one.name,
        "group": one.group,
        "status": one.status,
        "latency_ms": one.latency_ms,
        "category": one.category,
        "stage": one.stage,
        "certificate_days": one.certificate_days,
        **entered(one.by_hand),
    }


def group_count(group: AppGroup, cells: Sequence[AppCell], known: bool) -> AppGroupCount:
    mine = [one for one in cells if one["group"] == group]
    return {"group": group, "total": len(mine), "up": sum(one["status"] == "up" for one in mine) if known else None}


def abnormal(states: Sequence[AppState], present: Present) -> list[AbnormalApp]:
    """Everything that is not up, or not for long, by name, since when this status has lasted."""
    before: dict[tuple[str, str], str | None] = {}
    if present.previous is not None:
        before = {(one["id"], one["status"]): one["since"] for one in present.previous.get("abnormal", [])}  # type: ignore[attr-defined]
    found: list[AbnormalApp] = [
        {
            "id": one.id,
            "name": one.name,
            "owner": one.owner,
            "status": one.status,
            "reason": one.reason,
            "since": before.get((one.id, one.status)) or iso(present.now),
            "stage": one.stage,
            "until": iso_or_none(one.until),
            "certificate_days": one.certificate_days,
            **entered(one.by_hand),
        }
        for one in states
        if one.status != "up" or one.expires
    ]
    return sorted(found, key=lambda one: (WORST_FIRST.index(one["status"]), one["since"] or "", one["name"]))
