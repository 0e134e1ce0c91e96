"""The indicators: each with its target, its value over every period, and what it means against the target.

A share that was counted (reports in time) misses its target only where the whole interval does; of few it says so. A
share of what is all there (beds, applications) is no sample: it misses as soon as it is over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import cast

from collectors.brief.periods import Number, Numbers, complete, due_days, shifted
from collectors.brief.shape import PERIODS, Form, Indicator, Measured, Period, Target, Verdict, When
from collectors.questions.scope import Scope, Span, scope_from
from collectors.questions.shares import SMALL, interval
from collectors.readings.limits import Limits
from collectors.readings.shape import AppsReading, BedsReading, BedSum, Reading
from collectors.readings.stage import DOUBTFUL
from collectors.readings.water_shape import WaterReading
from collectors.source import Area

SPANS: Mapping[Period, Span] = {"day": "today", "week": "7d", "month": "30d", "quarter": "90d"}
NOWHERE = Number()


@dataclass(frozen=True, slots=True)
class Kind:
    """What an indicator is. `counted`: over complete days, the last of them yesterday; else as it is now."""

    name: str
    area: Area
    form: Form
    target: Target
    counted: bool = False
    limit: float | None = None


def kinds(limits: Limits) -> tuple[Kind, ...]:
    """All of them, in the order in which they are shown."""
    return (
        Kind("on_time", "complaints", "share", at_least(limits.on_time), True, limits.complaint_age),
        Kind("answered", "complaints", "share", at_least(limits.on_time), True, limits.complaint_answer),
        Kind("overdue", "complaints", "count", at_most(0), limit=limits.complaint_age),
        Kind("icu", "beds", "share", at_most(limits.bed_occupancy)),
        Kind("wards", "beds", "share", {"least": limits.bed_bands.ideal, "most": limits.bed_occupancy}),
        Kind("apps", "apps", "share", at_least(limits.availability)),
        Kind("water", "water", "count", at_most(0), limit=float(limits.water_watch)),
        Kind("cleared", "traffic", "duration", {"least": None, "most": None}, True),
    )


def at_least(share: float) -> Target:
    return {"least": share, "most": None}


def at_most(number: float) -> Target:
    return {"least": None, "most": number}


@dataclass(frozen=True, slots=True)
class Known:
    """What the indicators are made of. `pages` are the areas that have a page of their past."""

    readings: Mapping[Area, Reading]
    numbers: Mapping[str, Numbers]
    limits: Limits
    pages: Collection[Area]
    now: datetime
    zone: tzinfo

    def scope(self, area: Area) -> Scope:
        return scope_from(area, {}, self.now, self.zone, {})

    def link(self, scope: Scope) -> str:
        """To the page of the scope, or to the card of the area's tile where there is no such page."""
        return scope.address() if scope.area in self.pages else f"/card/{scope.area}"


def indicators(known: Known, areas: Collection[Area]) -> list[Indicator]:
    return [indicator(kind, known) for kind in kinds(known.limits) if kind.area in areas]


def indicator(kind: Kind, known: Known) -> Indicator:
    numbers = known.numbers.get(kind.name, {})
    if kind.name == "overdue" and never_heard(kind, known):
        numbers = {name: number for name, number in numbers.items() if number.whole}
    each = {period: numbers.get(period, NOWHERE) for period in PERIODS}
    if not kind.counted:
        each["day"] = present(kind, known, numbers)
    said: When = "yesterday" if kind.counted else "now"
    found: dict[Period, Measured] = {
        period: measured(kind, each[period], said if period == "day" else None, link(kind, period, known), known)
        for period in PERIODS
    }
    before = measured(kind, numbers.get("before", NOWHERE), None, None, known)
    day = found["day"]
    unsure = day["verdict"] in ("few", "unknown")
    return {
        "name": kind.name,
        "area": kind.area,
        "form": kind.form,
        "target": kind.target,
        "limit": kind.limit,
        "day": day,
        "week": found["week"],
        "month": found["month"],
        "quarter": found["quarter"],
        "before": before,
        "verdict": found["week"]["verdict"] if unsure else day["verdict"],
    }


def never_heard(kind: Kind, known: Known) -> bool:
    """Whether no source has ever said anything: that there is nothing is then not known."""
    reading = known.readings.get(kind.area)
    return reading is None or reading["freshness"] == "never"


def present(kind: Kind, known: Known, numbers: Numbers) -> Number:
    """What is so now: from the readings, but for reports beyond their limit, of which readings know only a part."""
    if kind.name == "overdue":
        return numbers.get("day", NOWHERE)
    if never_heard(kind, known):
        return NOWHERE
    reading = known.readings[kind.area]
    if kind.area == "beds":
        beds = cast("BedsReading", reading)
        return of_beds(beds["icu"] if kind.name == "icu" else beds["inpatient"])
    if kind.area == "apps":
        apps = cast("AppsReading", reading)
        states = [apps["up"], apps["degraded"], apps["down"]]
        return (
            Number(apps["up"], sum(state for state in states if state is not None)) if None not in states else NOWHERE
        )
    posts = cast("WaterReading", reading)
    return Number(posts["raised"], posts["posts_reporting"])


def of_beds(beds: BedSum) -> Number:
    if beds["occupied"] is None or not beds["capacity"]:
        return NOWHERE
    return Number(beds["occupied"], beds["capacity"])


def measured(kind: Kind, number: Number, when: When | None, to: str | None, known: Known) -> Measured:
    value = worth(kind.form, number)
    return {
        "value": value,
        "part": number.part,
        "whole": number.whole,
        "looks": number.looks,
        "when": when,
        "verdict": verdict(kind, replace(number, value=value), known, when == "now"),
        "link": to if value is not None else None,
    }


def worth(form: Form, number: Number) -> float | None:
    if number.value is not None:
        return number.value
    if form == "count":
        return None if number.part is None else float(number.part)
    return number.part / number.whole if form == "share" and number.part is not None and number.whole else None


def verdict(kind: Kind, number: Number, known: Known, at_present: bool) -> Verdict:
    if number.value is None:
        return "unknown"
    if at_present:
        return at_this_moment(kind, number.value, known)
    if kind.form == "duration":
        return "few" if (number.part or 0) < SMALL else "free"
    if kind.counted:
        return of_sample(number.part or 0, number.whole or 0, kind.target["least"] or 0.0)
    return against(number.value, kind.target)


def at_this_moment(kind: Kind, value: float, known: Known) -> Verdict:
    """What is so now: an alarm stays one however old it is, but nothing old vouches for anything."""
    if alarms(kind, known):
        return "alarm"
    found = against(value, kind.target)
    return "doubt" if found != "missed" and doubtful(known.readings.get(kind.area)) else found


def of_sample(part: int, whole: int, least: float) -> Verdict:
    if whole < SMALL:
        return "few"
    return "missed" if interval(part, whole)[1] < least else "met"


def against(value: float, target: Target) -> Verdict:
    least, most = target["least"], target["most"]
    if most is not None and value > most:
        return "missed"
    if least is not None and value < least:
        return "below" if most is not None else "missed"
    return "met"


def alarms(kind: Kind, known: Known) -> bool:
    """Whether what is so now is an alarm on the wall, as far as this indicator is the reason."""
    reading = known.readings.get(kind.area)
    if reading is None or reading["level"] != "alarm":
        return False
    if kind.name == "icu":
        free = cast("BedsReading", reading)["icu"]["free"]
        return free is not None and free <= known.limits.icu_free
    return kind.name in ("water", "apps")


def link(kind: Kind, period: Period, known: Known) -> str:
    """The page whose time and filters make this very number."""
    scope = known.scope(kind.area)
    if kind.counted:
        spans = complete(known.now, known.zone)
        if kind.name == "on_time":
            spans = shifted(spans, due_days(known.limits))
        start, end = spans[period]
        return known.link(replace(scope, span="custom", start=start, end=end))
    if kind.name == "overdue":
        late = scope.over("all").choosing("status", "waiting", "in_progress").choosing("late", "1")
        return known.link(replace(late, sort="oldest"))
    scope = scope.over(SPANS[period])
    if kind.area == "beds":
        scope = scope.choosing("unit", "icu" if kind.name == "icu" else "inpatient")
    if kind.area == "water":
        stages = [str(stage) for stage in range(1, known.limits.water_watch + 1)]
        scope = scope.choosing("siaga", *stages)
    return known.link(scope)


def doubtful(reading: Reading | None) -> bool:
    return reading is None or reading["freshness"] in DOUBTFUL
