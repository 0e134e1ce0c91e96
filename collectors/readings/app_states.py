"""Each application as of now: one state from all sources that speak of it, its maintenance and its certificate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from collectors.health import SourceHealth
from collectors.maintenance import Window, ends
from collectors.readings.present import Present
from collectors.records import AppGroup, AppHealth, AppStage, AppStatus
from collectors.together import together

LEAST_SILENCE = timedelta(minutes=5)
"""Prometheus, too, forgets a series that was not told for so long."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AppState:
    """`certificate_days` is None for a certificate that lasts; `until` is when its maintenance is to end."""

    id: str
    name: str
    group: AppGroup
    owner: str
    status: AppStatus
    category: str | None = None
    stage: AppStage = "live"
    reason: str | None = None
    latency_ms: int | None = None
    certificate_days: int | None = None
    until: datetime | None = None
    by_hand: bool = False

    @property
    def expires(self) -> bool:
        """Whether it answers well, as long as its certificate lasts, which is not long."""
        return self.status == "up" and self.certificate_days is not None


def app_states(present: Present) -> list[AppState]:
    """Every application of the city's file, in its order, then by name those that only a source knows.

    One that was never checked is unknown, not up.
    """
    told = said(present)
    found = []
    for app in present.applications:
        one = AppState(app.id, app.name, app.group, app.owner, "unknown", app.category, app.stage)
        found.append(as_checked(one, told[app.id], app.maintenance, present) if app.id in told else one)
    own = [known for known in told.values() if not known[0].listed]
    for check, by_hand in sorted(own, key=lambda known: (known[0].name, known[0].id)):
        one = AppState(check.id, check.name, check.group, check.owner, "unknown")
        found.append(as_checked(one, (check, by_hand), (), present))
    return found


def said(present: Present) -> dict[str, tuple[AppHealth, bool]]:
    """What is known of each application by id, and whether only people said it. Only sources that are fresh count, as
    long as any of them knows it.

    Where none does, what was checked last stays, ageing with its tile. What a fresh source has not repeated for long is
    not known any more.
    """
    fresh = present.alive
    silent = {health.source.name: silent_before(health) for health in present.sources}
    checks = defaultdict[str, list[tuple[str, AppHealth]]](list)
    for (source, _), record in present.records.items():
        if isinstance(record, AppHealth):
            known = source not in fresh or record.checked >= silent[source]
            checks[record.id].append((source, record if known else unknown(record)))
    found = {}
    for id, each in checks.items():
        counting = [one for one in each if one[0] in fresh] or [max(each, key=lambda one: one[1].checked)]
        one = together(record for _, record in counting)
        by_hand = present.by_hand.issuperset(source for source, record in counting if record.status == one.status)
        found[id] = one, by_hand
    return found


def silent_before(health: SourceHealth) -> datetime:
    """What a source checked before this moment it has not repeated since, though it tells of others."""
    limit = max(2 * timedelta(seconds=health.source.cadence), LEAST_SILENCE)
    return LONG_AGO if health.as_of is None else health.as_of - limit


def unknown(check: AppHealth) -> AppHealth:
    return replace(check, status="unknown", reason=None, latency_ms=None, http_status=None, certificate_days=None)


def as_checked(one: AppState, known: tuple[AppHealth, bool], planned: Sequence[Window], present: Present) -> AppState:
    """Down or degraded within a window is maintenance; a certificate about to end makes no other status of one that
    answers."""
    check, by_hand = known
    status, until = check.status, check.until
    if status in {"down", "degraded", "maintenance"} and (end := ends(planned, present.now, present.zone)) is not None:
        status, until = "maintenance", end
    days = check.certificate_days
    soon = days if days is not None and days <= present.limits.certificate_days else None
    return replace(
        one,
        status=status,
        reason=check.reason,
        latency_ms=check.latency_ms,
        certificate_days=soon,
        until=until if status == "maintenance" else None,
        by_hand=by_hand,
    )
