"""What the past says of every indicator: over a day, a week, a month, a quarter, and what the day's was a day earlier.

What happens (reports, answers, what is cleared) is counted by whole days, the last of them yesterday. What is always
there (beds, applications, posts) is looked at now by the readings, and averaged here over days up to the present one.
The numbers are those that the pages of the past show for the same time (tests/test_brief.py).
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from collectors.brief.shape import DAYS, PERIODS
from collectors.facts import BEDS, COMPLAINTS, HOURS, TRAFFIC, WATER, Table
from collectors.owners import Owners
from collectors.past import Past, relation
from collectors.questions import traffic, water
from collectors.questions.apps import AppQuestions
from collectors.questions.beds import BedQuestions
from collectors.questions.extent import extent
from collectors.questions.scope import Scope, midnight, scope_from
from collectors.questions.sql import Conditions
from collectors.readings.limits import Limits
from collectors.source import Application, Area

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
OLDEST = timedelta(days=DAYS["quarter"] + 365)
TABLES: Mapping[Area, Table] = {
    "complaints": COMPLAINTS, "beds": BEDS, "traffic": TRAFFIC, "apps": HOURS, "water": WATER,
}  # fmt: skip
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Number:
    """One number: `part` of `whole`, or a mean over `looks`, or a value alone."""

    part: int | None = None
    whole: int | None = None
    looks: int | None = None
    value: float | None = None


Numbers = Mapping[str, Number]
"""By period, and `before`; of reports beyond the limit also `new`, those that passed it in the last day."""


def complete(now: datetime, zone: tzinfo) -> dict[str, Span]:
    """Each time as whole days of the city's, the last of them yesterday; `before` is the day before that."""
    today = now.astimezone(zone).date()
    spans: dict[str, Span] = {
        period: (midnight(today - timedelta(days=DAYS[period]), zone), midnight(today, zone)) for period in PERIODS
    }
    spans["before"] = midnight(today - 2 * DAY, zone), midnight(today - DAY, zone)
    return spans


def shifted(spans: Mapping[str, Span], days: int) -> dict[str, Span]:
    by = timedelta(days=days)
    return {name: (start - by, end - by) for name, (start, end) in spans.items()}


def due_days(limits: Limits) -> int:
    """After so many whole days the limit of a report has passed."""
    return math.ceil(limits.complaint_age / 86400)


@dataclass(frozen=True, slots=True)
class PeriodQuestions:
    """Asks the past. Every method raises HistoryError."""

    past: Past
    owners: Owners
    limits: Limits
    applications: Sequence[Application]

    async def all(self, areas: Iterable[Area], now: datetime) -> dict[str, Numbers]:
        """The numbers of every indicator of these areas by its name."""
        asked = {
            "complaints": self.complaints, "beds": self.beds, "traffic": self.traffic, "apps": self.apps,
            "water": self.water,
        }  # fmt: skip
        found = await asyncio.gather(*(asked[area](now) for area in areas))
        return {name: numbers for each in found for name, numbers in each.items()}

    async def first(self, area: Area) -> date | None:
        """The first day of which anything is known."""
        return (await extent(self.past, area, TABLES[area])).day(self.past)

    def scope(self, area: Area, now: datetime) -> Scope:
        return scope_from(area, {}, now, self.past.rows.zone, {}).over("90d")

    async def complaints(self, now: datetime) -> dict[str, Numbers]:
        rates, overdue = await asyncio.gather(self.rates(now), self.overdue(now))
        return {**rates, "overdue": overdue}

    async def rates(self, now: datetime) -> dict[str, Numbers]:
        """Finished within the limit, of reports whose limit passed in a time; answered within the target, of those
        received in it and answered."""
        received = complete(now, self.past.rows.zone)
        due = shifted(received, due_days(self.limits))
        limit, answer = f"{self.limits.complaint_age:.0f}", f"{self.limits.complaint_answer:.0f}"
        found = Conditions()
        counts = []
        for name in received:
            inside = within("requested", due[name], found)
            counts.append(f"count(*) FILTER ({inside}) AS due_{name}")
            counts.append(f"count(*) FILTER ({inside} AND status = 'done' AND finish_s <= {limit}) AS on_time_{name}")
            inside = within("requested", received[name], found)
            counts.append(f"count(answer_s) FILTER ({inside}) AS answered_{name}")
            counts.append(f"count(*) FILTER ({inside} AND answer_s <= {answer}) AS answered_in_{name}")
        span = min(start for start, _ in due.values()), max(end for _, end in received.values())
        question = f"SELECT {', '.join(counts)} FROM {relation('complaints', COMPLAINTS)}"
        row = (await self.past.ask(question, found.values, {"complaints": (COMPLAINTS, span)}))[0]
        return {
            "on_time": {name: Number(row[f"on_time_{name}"], row[f"due_{name}"]) for name in received},
            "answered": {name: Number(row[f"answered_in_{name}"], row[f"answered_{name}"]) for name in received},
        }

    async def overdue(self, now: datetime) -> Numbers:
        """Reports beyond the limit and not finished, of all that are not: now, and the most of any day at this hour."""
        found = Conditions()
        at = f"epoch({found.named(now.strftime('%Y-%m-%d %H:%M:%S'))}::TIMESTAMP)"
        limit = f"{self.limits.complaint_age:.0f}"
        oldest = f"{found.named((now - OLDEST).strftime('%Y-%m-%d %H:%M:%S'))}::TIMESTAMP"
        question = f"""
            WITH lived AS (
                SELECT CASE WHEN status = 'done' THEN floor(({at} - epoch(finished)) / 86400) + 1 ELSE 0 END AS closed,
                    ceil(({at} - epoch(requested)) / 86400) - 1 AS opened,
                    ceil(({at} - epoch(requested) - {limit}) / 86400) - 1 AS late
                FROM {relation("complaints", COMPLAINTS)}
                WHERE status IN ('waiting', 'in_progress')
                    OR (status = 'done' AND finished IS NOT NULL AND requested >= {oldest})
            )
            SELECT closed::INTEGER AS closed, opened::INTEGER AS opened, late::INTEGER AS late, count(*) AS n
            FROM lived WHERE closed < {DAYS["quarter"]} AND opened >= closed GROUP BY ALL"""
        rows = await self.past.ask(question, found.values, {"complaints": (COMPLAINTS, (now - OLDEST, None))})
        each = [Number(*counts) for counts in lived(rows, DAYS["quarter"])]
        new = sum(row["n"] for row in rows if row["closed"] == 0 and row["late"] == 0)
        most: dict[str, Number] = {
            period: max(each[: DAYS[period]], key=lambda one: (one.part or 0, one.whole or 0)) for period in PERIODS
        }
        return {**most, "before": each[1], "new": Number(new)}

    async def beds(self, now: datetime) -> dict[str, Numbers]:
        """The occupied share of intensive care and of the wards, over all looks at which it was known."""
        questions, scope = BedQuestions(self.past), self.scope("beds", now)
        days, before = await asyncio.gather(
            questions.cube(scope, (scope.start, scope.end), ("day",)),
            questions.cube(scope, a_day_ago(now), ("unit",)),
        )
        found: dict[str, Numbers] = {}
        for name, unit in (("icu", "icu"), ("wards", "inpatient")):
            mine = [
                (row["day"], row["occupied"], row["capacity"], row["samples"]) for row in days if row["unit"] == unit
            ]
            past = [(None, row["occupied"], row["capacity"], row["samples"]) for row in before if row["unit"] == unit]
            found[name] = {**by_period(mine, now, self.past.rows.zone), "before": summed(past)}
        return found

    async def apps(self, now: datetime) -> dict[str, Numbers]:
        """The share of checks that found an application up, of all but those in maintenance."""
        questions = AppQuestions(self.past, self.owners, self.applications)
        scope = self.scope("apps", now)
        days, before = await asyncio.gather(
            questions.cube(scope, (scope.start, scope.end), None), questions.cube(scope, a_day_ago(now), None)
        )
        found = [[checks(row) for row in rows if row["g"] == "day"] for rows in (days, before)]
        return {"apps": {**by_period(found[0], now, self.past.rows.zone), "before": summed(found[1])}}

    async def water(self, now: datetime) -> dict[str, Numbers]:
        """Posts that were ever at a stage that is watched, of those that said one."""
        scope = self.scope("water", now)
        found = Conditions()
        days, past = within("moment", (scope.start, scope.end), found), within("moment", a_day_ago(now), found)
        raised = f"bool_or(siaga <= {self.limits.water_watch:d})"
        question = f"""SELECT post, day, {raised} AS raised, {raised[:-1]}) FILTER ({past}) AS before
            FROM {water.TABLE} WHERE {days} AND siaga IS NOT NULL GROUP BY post, day"""
        rows = await self.past.ask(question, found.values, {"water": (WATER, (scope.start, scope.end))})
        numbers: dict[str, Number] = {}
        for period in PERIODS:
            first = first_day(DAYS[period], now, self.past.rows.zone)
            mine = [row for row in rows if row["day"] >= first]
            numbers[period] = posts(mine, "raised")
        return {"water": {**numbers, "before": posts([row for row in rows if row["before"] is not None], "before")}}

    async def traffic(self, now: datetime) -> dict[str, Numbers]:
        """How long until what was reported in a time was cleared, of what is: the median."""
        spans = complete(now, self.past.rows.zone)
        found = Conditions()
        counts = []
        for name, each in spans.items():
            inside = within("started", each, found)
            counts.append(f"quantile_cont(open_s, 0.5) FILTER ({inside}) AS median_{name}")
            counts.append(f"count(*) FILTER ({inside} AND state = 'ended') AS ended_{name}")
            counts.append(f"count(*) FILTER ({inside}) AS n_{name}")
        span = spans["quarter"]
        question = f"SELECT {', '.join(counts)} FROM {traffic.TABLE} WHERE {within('started', span, found)}"
        row = (await self.past.ask(question, found.values, {"traffic": (TRAFFIC, span)}))[0]
        return {
            "cleared": {
                name: Number(row[f"ended_{name}"], row[f"n_{name}"], value=row[f"median_{name}"]) for name in spans
            }
        }


def within(column: str, span: Span, found: Conditions) -> str:
    """A moment in a time as SQL, its values among those of `found`."""
    mine = Conditions(values=found.values).within(column, *span)
    return str(mine)


def a_day_ago(now: datetime) -> Span:
    """The hour of a day ago: what is kept for long may have one look in it."""
    start = (now - DAY).replace(minute=0, second=0, microsecond=0)
    return start, start + HOUR


def first_day(days: int, now: datetime, zone: tzinfo) -> date:
    return now.astimezone(zone).date() - timedelta(days=days - 1)


def checks(row: Mapping[str, Any]) -> tuple[date | None, int, int, int]:
    counted = row["checks"] - row["maintenance"]
    return row["day"], row["up"], counted, counted


def by_period(rows: Iterable[tuple[date | None, int, int, int]], now: datetime, zone: tzinfo) -> dict[str, Number]:
    """Sums of days (day, part, whole, looks) by period, up to today."""
    each = list(rows)
    return {
        period: summed([row for row in each if row[0] is None or row[0] >= first_day(DAYS[period], now, zone)])
        for period in PERIODS
    }


def summed(rows: Sequence[tuple[date | None, int, int, int]]) -> Number:
    part, whole, looks = sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows)
    return Number(looks=looks, value=part / whole) if whole else Number()


def posts(rows: Iterable[Mapping[str, Any]], key: str) -> Number:
    each: dict[str, bool] = {}
    for row in rows:
        each[row["post"]] = each.get(row["post"], False) or bool(row[key])
    return Number(sum(each.values()), len(each)) if each else Number()


def lived(rows: Iterable[Mapping[str, Any]], days: int) -> list[tuple[int, int]]:
    """How many reports were late, and how many open, at this hour of so many days, today first. A row is `n` reports
    that were open on the days from `closed` to `opened` ago, and beyond the limit up to `late` ago."""
    late, open_ones = [0] * (days + 1), [0] * (days + 1)
    for row in rows:
        for steps, last in ((open_ones, row["opened"]), (late, row["late"])):
            if last >= row["closed"]:
                steps[row["closed"]] += row["n"]
                steps[min(last + 1, days)] -= row["n"]
    found, now_late, now_open = [], 0, 0
    for day in range(days):
        now_late, now_open = now_late + late[day], now_open + open_ones[day]
        found.append((now_late, now_open))
    return found
