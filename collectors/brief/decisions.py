"""What needs a decision, by rule, the most pressing first.

A rule says what is wrong, whose it is, and what follows by arithmetic or from what is known: who has free beds, when a
level will be reached, which reports are the oldest. It proposes nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from collectors.brief.indicators import Known, doubtful
from collectors.brief.shape import Decision, Proposal, Severity
from collectors.health import iso
from collectors.owners import Owners
from collectors.readings.shape import (
    AgencyReports,
    AppsReading,
    BedsReading,
    ComplaintsReading,
    Freshness,
    HospitalBeds,
    Reading,
    TrafficReading,
)
from collectors.readings.water_shape import WaterPost, WaterReading
from collectors.source import Area

NAMED = 3
"""So many names are told at most; the others are counted."""
URGENT: tuple[Severity, ...] = ("alarm", "watch", "doubt")
ORDER = ("water", "icu", "apps", "traffic", "wards", "complaints", "source", "certificates")
NO_TIME = "9999-01-01T00:00:00+00:00"
OUT_OF_DATE: tuple[Freshness, ...] = ("stale", "failed", "never")


def decisions(known: Known, owners: Owners) -> list[Decision]:
    found = [
        *water(known), *beds(known), *apps(known), *traffic(known), *complaints(known, owners), *sources(known),
    ]  # fmt: skip
    return sorted(found, key=lambda one: (URGENT.index(one["severity"]), ORDER.index(one["kind"])))


def decision(
    kind: str,
    reading: Reading,
    severity: Severity,
    values: dict[str, Any],
    link: str,
    proposal: Proposal | None = None,
    **given: Any,
) -> Decision:
    """What is known of it may be old: then its age is told with it."""
    owners = dict.fromkeys(source["owner"] for source in reading["sources"])
    return {
        "kind": kind,
        "severity": severity,
        "area": reading["area"],
        "owner": given.get("owner") or ", ".join(owners),
        "values": values,
        "proposal": proposal,
        "until": given.get("until"),
        "stale": reading["as_of"] if doubtful(reading) else None,
        "link": link,
    }


def propose(kind: str, **values: Any) -> Proposal:
    return {"kind": kind, "values": values}


def grave(known: Known, area: Area) -> Reading | None:
    reading = known.readings.get(area)
    return reading if reading is not None and reading["level"] in ("watch", "alarm") else None


def water(known: Known) -> Iterator[Decision]:
    reading = cast("WaterReading | None", grave(known, "water"))
    raised = [post for post in reading["posts"] if post["level"] in ("watch", "alarm")] if reading else []
    if reading is None or not raised:
        return
    first = raised[0]
    following = next_step(first)
    until, proposal = None, None
    if following is not None and first["change_cm"] is not None and first["level_cm"] is not None:
        stage, level_cm = following
        hours = (level_cm - first["level_cm"]) / first["change_cm"]
        if hours <= 24:
            until = iso(known.now + timedelta(hours=hours))
            proposal = propose("water", siaga=stage, cm=level_cm, change=first["change_cm"])
    values = {
        "post": first["post"],
        "river": first["river"],
        "cm": first["level_cm"],
        "siaga": first["siaga"],
        "change": first["change_cm"],
        "watch": known.limits.water_watch,
        "raised": len(raised),
        "reporting": reading["posts_reporting"],
        "silent": len(reading["not_reporting"]),
    }
    severity: Severity = "alarm" if first["level"] == "alarm" else "watch"
    link = known.link(known.scope("water").over("24h").choosing("post", first["id"]))
    yield decision("water", reading, severity, values, link, proposal, until=until)


def next_step(post: WaterPost) -> tuple[int, int] | None:
    """The next graver stage and its level, where a post rises towards one."""
    if not post["change_cm"] or post["change_cm"] <= 0 or post["level_cm"] is None or post["siaga"] is None:
        return None
    level_cm = post["steps"].get(str(post["siaga"] - 1))
    return (post["siaga"] - 1, level_cm) if level_cm is not None and level_cm > post["level_cm"] else None


def beds(known: Known) -> Iterator[Decision]:
    reading = cast("BedsReading | None", grave(known, "beds"))
    if reading is None:
        return
    icu, wards, limits = reading["icu"], reading["inpatient"], known.limits
    silent = {"silent": len(reading["not_reporting"]), "hospitals": reading["hospitals_total"]}
    scope = known.scope("beds").over("24h")
    if icu["free"] is not None and icu["free"] <= limits.icu_free:
        values = {**icu, "limit": limits.icu_free, **silent}
        yield decision(
            "icu", reading, "alarm", values, known.link(scope.choosing("unit", "icu")), free_beds(reading, "icu")
        )
    if reading["share"] is not None and reading["share"] > limits.bed_occupancy:
        values = {**wards, "share": reading["share"], "limit": limits.bed_occupancy, **silent}
        link = known.link(scope.choosing("unit", "inpatient"))
        yield decision("wards", reading, "watch", values, link, free_beds(reading, "wards"))


def free_beds(reading: BedsReading, kind: str) -> Proposal:
    """Those that still have beds, as they report; where none does, that."""

    def free(one: HospitalBeds) -> int:
        return (one["icu"] if kind == "icu" else one["inpatient"])["free"] or 0

    silent = {one["id"] for one in reading["not_reporting"]}
    having = sorted((one for one in reading["hospitals"] if free(one) and one["id"] not in silent), key=free)[::-1]
    if not having:
        return propose(f"{kind}_none")
    return propose(kind, names=[f"{one['name']} ({free(one)})" for one in having[:NAMED]], n=len(having))


def apps(known: Known) -> Iterator[Decision]:
    reading = cast("AppsReading | None", grave(known, "apps"))
    if reading is None:
        return
    down = [one for one in reading["abnormal"] if one["status"] in ("down", "degraded")]
    link = known.link(known.scope("apps").over("24h"))
    if down:
        first = down[0]
        values = {
            "down": reading["down"],
            "degraded": reading["degraded"],
            "total": reading["total"],
            "app": first["name"],
            "status": first["status"],
            "since": first["since"],
            "reason": first["reason"],
            "n": len(down),
        }
        severity: Severity = "alarm" if (reading["down"] or 0) >= known.limits.apps_down else "watch"
        others = sorted({one["owner"] for one in down} - {first["owner"]})
        proposal = (
            propose("apps_first", app=first["name"], owner=first["owner"], others=len(others)) if others else None
        )
        yield decision("apps", reading, severity, values, link, proposal, owner=first["owner"])
    ending = [one for one in reading["abnormal"] if one["status"] == "up" and one.get("certificate_days") is not None]
    if ending:
        days = min(one.get("certificate_days") or 0 for one in ending)
        listed: dict[str, Any] = {"names": [one["name"] for one in ending[:NAMED]], "n": len(ending), "days": days}
        until = iso(known.now + timedelta(days=max(0, days)))
        owner = ", ".join(dict.fromkeys(one["owner"] for one in ending[:NAMED]))
        yield decision("certificates", reading, "watch", listed, link, until=until, owner=owner)


def traffic(known: Known) -> Iterator[Decision]:
    reading = cast("TrafficReading | None", grave(known, "traffic"))
    if reading is None or not reading["raised"]:
        return
    first = reading["raised"][0]
    values = {
        "kind": first["kind"],
        "road": first["road"] or first["headline"],
        "district": first["district"],
        "at": first["at"],
        "level": first["level"],
        "n": len(reading["raised"]),
        "open": reading["open"],
    }
    proposal = propose("traffic_unverified") if not first["verified"] else None
    severity: Severity = "alarm" if reading["level"] == "alarm" else "watch"
    told = {source["name"]: source["owner"] for source in reading["sources"]}
    owner = next((told[name] for name in first["seen_by"] if name in told), None)
    link = known.link(known.scope("traffic").over("24h").choosing("state", "open"))
    yield decision("traffic", reading, severity, values, link, proposal, owner=owner)


def complaints(known: Known, owners: Owners) -> Iterator[Decision]:
    """The agency with most reports beyond the limit, by all its spellings; others that have some are counted."""
    reading = cast("ComplaintsReading | None", grave(known, "complaints"))
    late = [one for one in queues(reading["by_agency"], owners) if one["overdue"]] if reading else []
    if reading is None or not late:
        return
    first = max(late, key=lambda one: (one["overdue"], -datetime.fromisoformat(one["oldest"] or NO_TIME).timestamp()))
    values = {
        "agency": first["agency"],
        "late": first["overdue"],
        "waiting": first["waiting"],
        "oldest": first["oldest"],
        "limit": known.limits.complaint_age,
        "soon": first["by_age"][-2],
        "within": known.limits.complaint_age / (len(first["by_age"]) - 1),
        "others": len(late) - 1,
    }
    scope = known.scope("complaints").over("all").choosing("status", "waiting").choosing("late", "1")
    scope = scope.choosing("agency", owners.slug(first["agency"]))
    yield decision(
        "complaints", reading, "watch", values, known.link(replace(scope, sort="oldest")),
        propose("complaints", n=first["overdue"], oldest=first["oldest"]), owner=first["agency"],
    )  # fmt: skip


def queues(each: Sequence[AgencyReports], owners: Owners) -> list[AgencyReports]:
    """Each agency once: what its spellings have together, by the name that is shown."""
    named = owners.known(one["agency"] for one in each)
    found: dict[str, AgencyReports] = {}
    for one in each:
        slug = owners.slug(one["agency"])
        before = found.get(slug)
        name = named[slug].name if slug in named else one["agency"]
        found[slug] = (
            {**one, "agency": name}
            if before is None
            else {
                **before,
                "waiting": before["waiting"] + one["waiting"],
                "overdue": before["overdue"] + one["overdue"],
                "by_age": [mine + other for mine, other in zip(before["by_age"], one["by_age"], strict=True)],
                "oldest": min(filter(None, (before["oldest"], one["oldest"])), default=None),
            }
        )
    return list(found.values())


def sources(known: Known) -> Iterator[Decision]:
    """Sources that nobody hears of: what they know is in doubt, so that no rule sees what happens there."""
    for reading in known.readings.values():
        silent = [one for one in reading["sources"] if one["freshness"] in OUT_OF_DATE and not one.get("paused")]
        for one in sorted(silent, key=lambda source: source["failing_since"] or source["as_of"] or ""):
            since = one["failing_since"] or one["as_of"]
            values = {
                "source": one["name"],
                "area": reading["area"],
                "since": since,
                "fault": one.get("fault"),
                "as_of": one["as_of"],
            }
            contact = one.get("contact")
            proposal = propose("source", contact=contact) if contact else None
            yield decision("source", reading, "doubt", values, "/sources", proposal, owner=one["owner"])


def three(found: Sequence[Decision]) -> list[Decision]:
    """Those that are shown: the most pressing of each kind before the second of any."""
    first = {one["kind"]: one for one in reversed(found)}
    chosen = [one for one in found if first[one["kind"]] is one]
    chosen += [one for one in found if first[one["kind"]] is not one]
    return sorted(chosen[:3], key=found.index)
