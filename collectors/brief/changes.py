"""What crossed its limit since this time yesterday, or came back: indicators, and open things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from collectors.brief.decisions import NAMED, OUT_OF_DATE
from collectors.brief.indicators import Known
from collectors.brief.shape import Change, Indicator, Severity, Verdict
from collectors.readings.shape import AppsReading, BedsReading
from collectors.readings.stage import LOWEST, Stage
from collectors.readings.water_shape import WaterPost, WaterReading

DAY = timedelta(days=1)
BAD: tuple[Verdict, ...] = ("missed", "alarm")
GOOD: tuple[Verdict, ...] = ("met", "below")
ORDER: tuple[Severity | None, ...] = ("alarm", "watch", "doubt", None)


def changes(known: Known, found: Sequence[Indicator], stage: Stage) -> list[Change]:
    """The gravest first, what came back last."""
    each = [
        *staged(known, stage), *crossed(found), *late(known), *apps(known), *posts(known), *hospitals(known),
        *sources(known),
    ]  # fmt: skip
    return sorted(each, key=lambda one: (one["back"], ORDER.index(one["severity"])))


def change(kind: str, severity: Severity | None, link: str | None, back: bool = False, **values: Any) -> Change:
    return {"kind": kind, "severity": severity, "back": back, "values": values, "link": link}


def lately(moment: str | None, known: Known) -> bool:
    """Whether something began in the last 24 hours."""
    return moment is not None and datetime.fromisoformat(moment) > known.now - DAY


def staged(known: Known, stage: Stage) -> Iterator[Change]:
    number = stage["stage"]
    if number is not None and lately(stage["since"], known):
        severity: Severity | None = "alarm" if number > 2 else "watch" if number > LOWEST else None
        yield change("stage", severity, None, back=number == LOWEST, stage=number, since=stage["since"])


def crossed(found: Sequence[Indicator]) -> Iterator[Change]:
    for one in found:
        day, before = one["day"], one["before"]
        values: dict[str, Any] = {"name": one["name"], "form": one["form"], "limit": one["limit"]}
        values |= {"value": day["value"], "before": before["value"]}
        if before["verdict"] in GOOD and day["verdict"] in BAD:
            severity: Severity = "alarm" if day["verdict"] == "alarm" else "watch"
            yield change("crossed", severity, day["link"], **values)
        elif before["verdict"] in BAD and day["verdict"] in GOOD:
            yield change("recovered", None, day["link"], back=True, **values)


def late(known: Known) -> Iterator[Change]:
    new = known.numbers.get("overdue", {}).get("new")
    if new is not None and new.part:
        scope = known.scope("complaints").over("all").choosing("status", "waiting", "in_progress").choosing("late", "1")
        yield change("late", "watch", known.link(scope), n=new.part, limit=known.limits.complaint_age)


def apps(known: Known) -> Iterator[Change]:
    reading = cast("AppsReading | None", known.readings.get("apps"))
    down = [one for one in reading["abnormal"] if one["status"] == "down"] if reading else []
    new = [one for one in down if lately(one["since"], known)]
    if new:
        names = [one["name"] for one in new[:NAMED]]
        severity: Severity = "alarm" if len(new) >= known.limits.apps_down else "watch"
        link = known.link(known.scope("apps").over("24h").choosing("status", "down"))
        yield change("apps", severity, link, n=len(new), names=names, since=new[0]["since"])


def posts(known: Known) -> Iterator[Change]:
    reading = cast("WaterReading | None", known.readings.get("water"))
    for post in reading["posts"] if reading else ():
        raised = post["level"] in ("watch", "alarm")
        before = raised_before(post, known)
        if raised and before is False:
            severity: Severity = "alarm" if post["level"] == "alarm" else "watch"
            link = known.link(known.scope("water").over("24h").choosing("post", post["id"]))
            yield change("post", severity, link, post=post["post"], siaga=post["siaga"], cm=post["level_cm"])
        elif before and post["level"] == "normal":
            yield change("post_back", None, None, back=True, post=post["post"], cm=post["level_cm"])


def raised_before(post: WaterPost, known: Known) -> bool | None:
    """Whether its level of a day ago was at a stage that is watched, None where that is not known."""
    step = post["steps"].get(str(known.limits.water_watch))
    first = post["trend"][0] if post["trend"] else None
    if step is None or first is None or datetime.fromisoformat(first[0]) > known.now - DAY + timedelta(hours=2):
        return None
    return first[1] >= step


def hospitals(known: Known) -> Iterator[Change]:
    reading = cast("BedsReading | None", known.readings.get("beds"))
    silent = timedelta(seconds=known.limits.hospital_silent)
    new = [
        one["name"]
        for one in (reading["not_reporting"] if reading else ())
        if one["since"] is not None and known.now - DAY < datetime.fromisoformat(one["since"]) + silent
    ]
    if new:
        yield change("hospitals", "doubt", known.link(known.scope("beds").over("24h")), n=len(new), names=new[:NAMED])


def sources(known: Known) -> Iterator[Change]:
    for reading in known.readings.values():
        for one in reading["sources"]:
            if one["freshness"] in OUT_OF_DATE and lately(one["failing_since"], known):
                yield change("source", "doubt", "/sources", source=one["name"], since=one["failing_since"])
