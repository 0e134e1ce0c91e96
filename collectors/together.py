"""Several checks of one application, as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from collectors.records import AppHealth, AppStatus

_WORST_FIRST: tuple[AppStatus, ...] = ("down", "degraded", "up", "unknown", "maintenance")


def together(records: Iterable[AppHealth]) -> AppHealth:
    """The worst of at least one. Who does not know does not outvote who does.

    Where any of them says maintenance, whatever is not up is in maintenance.
    """
    each = sorted(records, key=lambda record: _WORST_FIRST.index(record.status))
    worst = each[0]
    if worst.status != "up" and each[-1].status == "maintenance":
        worst = each[-1]
    latencies = [record.latency_ms for record in (worst, *each) if record.latency_ms is not None]
    certificates = [record.certificate_days for record in each if record.certificate_days is not None]
    return replace(
        worst,
        latency_ms=next(iter(latencies), None),
        certificate_days=min(certificates, default=None),
    )
