"""Checks of applications, a minute each, put together: by the hour, and as the times in which one did not answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from collectors.facts import Row

STEP = timedelta(minutes=1)
LONGEST_GAP = timedelta(minutes=2)
"""Checks of one outage may miss a minute or two: a collecting process that takes over needs a few seconds."""
BAD = ("down", "degraded")


def hours(checks: Iterable[Row]) -> list[Row]:
    """One row per application and hour; `checks` counts those of which something was known."""
    each: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for check in checks:
        each[check["app"], check["moment"][:13]].append(check)
    return [hour(app, f"{at}:00:00", mine) for (app, at), mine in sorted(each.items())]


def hour(app: str, at: str, checks: Sequence[Row]) -> Row:
    counted = {status: sum(one["status"] == status for one in checks) for status in ("up", *BAD, "maintenance")}
    latencies = sorted(one["latency_ms"] for one in checks if one["latency_ms"] is not None)
    return {
        "moment": at,
        "app": app,
        "checks": sum(counted.values()),
        **counted,
        "latency_n": len(latencies),
        "latency_sum": min(sum(latencies), 2**31 - 1),
        "latency_p95": latencies[max(0, -(-len(latencies) * 95 // 100) - 1)] if latencies else None,
        "latency_max": latencies[-1] if latencies else None,
        "demo": any(one["demo"] for one in checks),
    }


def outages(checks: Iterable[Row]) -> list[Row]:
    """The times in which an application was down or degraded; `ended` is the first moment after the last such check."""
    bad: dict[str, list[Row]] = defaultdict(list)
    for check in checks:
        if check["status"] in BAD:
            bad[check["app"]].append(check)
    found: list[Row] = []
    for app, mine in sorted(bad.items()):
        mine.sort(key=lambda one: str(one["moment"]))
        for check in mine:
            at = datetime.fromisoformat(check["moment"])
            last = found[-1] if found and found[-1]["app"] == app else None
            if last is None or at - datetime.fromisoformat(last["ended"]) > LONGEST_GAP:
                found.append(begun(check))
                continue
            last["ended"] = text(at + STEP)
            last["checks"] += 1
            last["status"] = "down" if "down" in (last["status"], check["status"]) else "degraded"
    return found


def cut(app: str, began: datetime, ended: datetime, status: str) -> list[Row]:
    """An outage that somebody else saw, as checks would have: pieces of an hour, a check a minute. Moments in UTC."""
    found, at, end = [], began.replace(second=0), ended.replace(second=0)
    while at < end:
        until = min(end, at.replace(minute=0) + timedelta(hours=1))
        piece = {"app": app, "began": text(at), "ended": text(until), "status": status}
        found.append({**piece, "checks": round((until - at) / STEP)})
        at = until
    return found


def begun(check: Mapping[str, object]) -> Row:
    at = datetime.fromisoformat(str(check["moment"]))
    return {
        "app": check["app"],
        "began": text(at),
        "ended": text(at + STEP),
        "status": check["status"],
        "checks": 1,
        "demo": check["demo"],
    }


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
