"""What may be asked about the city's applications.

The definitions, which every chart states: *availability* is the checks that found an application up, of all checks but
those in a planned maintenance; checks of which nothing is known do not count, and their share of the minutes asked is
told. An *incident* is a time in which an application was down or degraded at every check; checks that are missing for
more than two minutes end it. Latency is that of checks that found it up: their mean, the mean of the hours' 95th
percentiles, and the worst hour's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from collectors.digests import Split, app_days, whole_hours
from collectors.facts import CHECKS, HOURS, Table
from collectors.owners import Owners
from collectors.parts import hour_of
from collectors.past import Past, relation
from collectors.questions.app_answers import Answer, App, Check, Sums
from collectors.questions.extent import aware, extent
from collectors.questions.incidents import Incident, IncidentQuestions
from collectors.questions.local import local
from collectors.questions.scope import Scope, midnight
from collectors.questions.sql import Conditions, grouped, grouping, nothing
from collectors.records import AppHealth, AppStatus
from collectors.relations import Files
from collectors.rollup import STEP
from collectors.source import Application
from collectors.store import StoreDownError
from collectors.stored import record_from

SETS = {"app": ("app",), "day": ("day",)}
LONGEST_DETAIL = timedelta(days=7)
HOUR = timedelta(hours=1)
HALF = HOUR / 2
ROWS = 25
COUNTED = ("checks", "up", "degraded", "down", "maintenance", "latency_n", "latency_sum", "p95_n", "p95_sum")


@dataclass(frozen=True, slots=True)
class AppQuestions:
    """Asks the past. `applications` are those of the city's file, the retired too. Methods raise HistoryError."""

    past: Past
    owners: Owners
    applications: Sequence[Application]

    async def answer(self, scope: Scope) -> Answer:
        known, hours, checks = await asyncio.gather(
            self.known(), extent(self.past, "apps", HOURS), extent(self.past, "apps", CHECKS)
        )
        apps, before, newest = self.chosen(scope, known), scope.before, checks.newest
        span = scope.start, scope.end
        asked = IncidentQuestions(self.past)
        counted = asyncio.gather(
            self.cube(scope, span, apps),
            self.cube(scope, before, apps) if before else nothing(),
            self.now(apps, newest),
        )
        others = asyncio.gather(
            asked.counts(scope, span, apps, newest),
            asked.counts(scope, before, apps, newest) if before else nowhere(),
            asked.rows(scope, apps, newest, ROWS, (scope.page - 1) * ROWS),
        )
        (cube, past_cube, now), (incidents, incidents_before, rows) = await asyncio.gather(counted, others)

        def told() -> Answer:
            groups, past_groups = grouped(cube, SETS), grouped(past_cube, SETS)
            each = applications(groups["app"], minutes(scope, span, hours.first))
            past_each = applications(past_groups["app"], minutes(scope, before, hours.first)) if before else {}
            known.update({id: App(id, id) for id in (each.keys() | incidents.apps.keys()) - known.keys()})
            return Answer(
                total=added(each.values()),
                before=added(past_each.values()) if before else None,
                apps=each,
                owners=by((known[id].owner, one) for id, one in each.items()),
                groups=by((known[id].group or "", one) for id, one in each.items()),
                days=by_day(groups["day"], minutes(scope, span, hours.first), len(each)),
                days_before=by_day(past_groups["day"], minutes(scope, before, hours.first), len(past_each))
                if before
                else {},
                incidents=incidents,
                incidents_before=incidents_before,
                rows=rows,
                hours={key: seconds // 60 for key, seconds in incidents.hours.items()},
                now=now,
                known=known,
                owner_names=self.owners.known(app.owner for app in self.applications),
                demo=checks.demo or any(row["demo"] for row in cube),
                first=hours.day(self.past),
                as_of=newest,
            )

        return await asyncio.to_thread(told)

    async def known(self) -> dict[str, App]:
        """Every application of the city's file, and those that only a source knows."""
        found = {
            app.id: App(app.id, app.name, app.group, self.owners.slug(app.owner), app.category)
            for app in self.applications
        }
        try:
            stored = await self.past.past.store.records("apps")
        except StoreDownError:
            return found
        for fields_of in stored.values():
            one = record_from("apps", fields_of) if fields_of.get("id") not in found else None
            if isinstance(one, AppHealth):
                found[one.id] = App(one.id, one.name, one.group, self.owners.slug(one.owner))
        return found

    def chosen(self, scope: Scope, known: Mapping[str, App]) -> set[str] | None:
        """The applications that the filters choose, None for all."""
        wanted = {name: set(scope.chosen(name)) for name in ("app", "owner", "group")}
        if not any(wanted.values()):
            return None
        found = set(wanted["app"]) if not wanted["owner"] | wanted["group"] else set(known)
        return {
            id
            for id in found
            if (not wanted["app"] or id in wanted["app"])
            and (not wanted["owner"] or known[id].owner in wanted["owner"])
            and (not wanted["group"] or known[id].group in wanted["group"])
        }

    async def cube(
        self, scope: Scope, span: tuple[datetime, datetime], apps: Iterable[str] | None
    ) -> list[dict[str, Any]]:
        """All sums of one time: from days, from the hours of those that are in it in part, from the checks of such
        hours."""
        found = Conditions()
        if apps is not None:
            each = sorted(apps)
            found.among("app", each) if each else found.that("false")
        told = Conditions(list(found.texts), found.values)
        weekdays = [int(value) for value in scope.chosen("weekday")]
        here = local("moment", *span, scope.zone)
        found.among(f"hour({here})", [int(value) for value in scope.chosen("hour")])
        found.among(f"isodow({here})", weekdays)
        sources, tables = [], {}
        for number, (table, start, end) in enumerate(pieces(*span)):
            mine = Conditions(list(found.texts), found.values).within("moment", start, end)
            if table is CHECKS:
                name = f"piece{number}"
                source = of_checks(f"{relation('apps', CHECKS, name=name)} WHERE {mine}")
                tables[name] = Files(CHECKS, start, end)
            else:
                split = self.split(scope, (start, end))
                source = f"SELECT * FROM {split.rows()} WHERE {mine}"
                told.that(split.days).among("isodow(day)", weekdays)
                tables |= split.files()
            sources.append(source)
        facts = f"""SELECT *, {here}::DATE AS day, (latency_p95 IS NOT NULL)::INTEGER AS p95_n, latency_p95 AS p95_sum,
            latency_p95 AS latency_worst, moment AS worst FROM ({" UNION ALL BY NAME ".join(sources)})"""
        if "rows_digests" in tables:
            facts += f" UNION ALL BY NAME SELECT * FROM {{rows_digests}} WHERE {told}"
        name, sets = grouping(SETS)
        added = ", ".join(f"coalesce(sum({one}), 0)::BIGINT AS {one}" for one in COUNTED)
        question = f"""
            SELECT {name} AS g, app, day, {added}, max(latency_worst) AS latency_worst,
                arg_max(worst, latency_worst) AS worst, bool_or(demo) AS demo
            FROM ({facts}) GROUP BY {sets}"""
        return await self.past.ask(question, found.values, tables)

    def split(self, scope: Scope, span: tuple[datetime, datetime]) -> Split:
        split = Split.of("apps", app_days(scope.zone), span, scope.zone, self.past.seams)
        return split if whole_hours(span, scope.zone) and not scope.chosen("hour") else split.bare

    async def now(self, apps: Iterable[str] | None, newest: datetime | None) -> dict[str, AppStatus]:
        """What the newest look found of each application."""
        if newest is None:
            return {}
        span = newest, newest + STEP
        found = Conditions().within("moment", *span)
        question = f"SELECT app, status FROM {relation('apps', CHECKS)} WHERE {found}"
        rows = await self.past.ask(question, found.values, {"checks": (CHECKS, span)})
        return {row["app"]: row["status"] for row in rows if apps is None or row["app"] in apps}

    async def rows(self, scope: Scope, count: int, skip: int = 0) -> list[Incident]:
        """The incidents behind the numbers, in the scope's order."""
        known, checks = await asyncio.gather(self.known(), extent(self.past, "apps", CHECKS))
        asked = IncidentQuestions(self.past)
        return await asked.rows(scope, self.chosen(scope, known), checks.newest, count, skip)

    async def checks(self, app: str, start: datetime, end: datetime) -> list[Check]:
        """Every look at one application in a time, the last LONGEST_DETAIL of it."""
        span = max(start, end - LONGEST_DETAIL), end
        found = Conditions().among("app", [app]).within("moment", *span)
        question = f"SELECT moment, status, latency_ms FROM {relation('apps', CHECKS)} WHERE {found} ORDER BY moment"
        rows = await self.past.ask(question, found.values, {"checks": (CHECKS, span)})
        return [Check(row["moment"].replace(tzinfo=UTC), row["status"], row["latency_ms"]) for row in rows]


def of_checks(source: str) -> str:
    """Checks as rows of hours, in SQL."""
    counted = ", ".join(
        f"count(*) FILTER (status = '{status}') AS {status}" for status in ("up", "degraded", "down", "maintenance")
    )
    return f"""SELECT app, date_trunc('hour', moment) AS moment, {counted},
        up + degraded + down + maintenance AS checks,
        count(latency_ms) AS latency_n, coalesce(sum(latency_ms), 0) AS latency_sum,
        quantile_disc(latency_ms, 0.95) AS latency_p95, bool_or(demo) AS demo
        FROM {source} GROUP BY app, date_trunc('hour', moment)"""


def pieces(start: datetime, end: datetime) -> list[tuple[Table, datetime, datetime]]:
    """A time as its whole hours, and what is left of it before and after them."""
    first, last = hour_of(start + HOUR - timedelta(microseconds=1)), hour_of(end)
    if first >= last:
        return [(CHECKS, start, end)]
    each = [(CHECKS, start, first), (HOURS, first, last), (CHECKS, last, end)]
    return [(table, a, b) for table, a, b in each if a < b]


def minutes(scope: Scope, span: tuple[datetime, datetime], first: datetime | None) -> dict[date, int]:
    """How many minutes of each day are asked about, up to now, since anything is known."""
    start, end = max(span[0], first or span[0]), min(span[1], scope.now)
    hours = [int(value) for value in scope.chosen("hour")]
    weekdays = [int(value) for value in scope.chosen("weekday")]
    found, day = {}, start.astimezone(scope.zone).date()
    while (opens := midnight(day, scope.zone)) < end:
        closes = midnight(day + timedelta(days=1), scope.zone)
        if not weekdays or day.isoweekday() in weekdays:
            each = parts_of(opens, closes, hours, scope.zone) if hours else [(opens, closes)]
            found[day] = sum(marks(max(a, start), min(b, end)) for a, b in each)
        day += timedelta(days=1)
    return found


def parts_of(start: datetime, end: datetime, hours: Sequence[int], zone: tzinfo) -> list[tuple[datetime, datetime]]:
    """The halves of hours of a day that are in some hours of the clock, which it may pass twice or not at all."""
    each = [start + number * HALF for number in range(-(-(end - start) // HALF))]
    return [(at, min(at + HALF, end)) for at in each if at.astimezone(zone).hour in hours]


def marks(start: datetime, end: datetime) -> int:
    """How many full minutes begin in a time."""
    return max(0, -int(-end.timestamp() // 60) + int(-start.timestamp() // 60))


def applications(rows: Mapping[tuple[Any, ...], Mapping[str, Any]], asked: Mapping[date, int]) -> dict[str, Sums]:
    expected = sum(asked.values())
    return {key[0]: sums(row, expected) for key, row in rows.items()}


def by_day(
    rows: Mapping[tuple[Any, ...], Mapping[str, Any]], asked: Mapping[date, int], count: int
) -> dict[date, Sums]:
    """Every day that is asked about; one of which nothing is known is known to be so."""
    each = {key[0]: row for key, row in rows.items()}
    return {day: sums(each.get(day, {}), asked.get(day, 0) * count) for day in sorted(asked.keys() | each.keys())}


def sums(row: Mapping[str, Any], expected: int) -> Sums:
    found = {one.name: row[one.name] for one in fields(Sums) if row.get(one.name) is not None}
    return Sums(**found | {"expected": expected, "worst": aware(row.get("worst"))})


def added(each: Iterable[Sums]) -> Sums:
    """Several together; the worst hour is that of the worst."""
    total: dict[str, int] = dict.fromkeys((*COUNTED, "expected"), 0)
    worst: Sums | None = None
    for one in each:
        for name in total:
            total[name] += getattr(one, name)
        if one.latency_worst is not None and (worst is None or one.latency_worst > (worst.latency_worst or -1)):
            worst = one
    return Sums(**total, latency_worst=worst.latency_worst if worst else None, worst=worst.worst if worst else None)


def by(each: Iterable[tuple[str, Sums]]) -> dict[str, Sums]:
    found: dict[str, list[Sums]] = {}
    for key, one in each:
        found.setdefault(key, []).append(one)
    return {key: added(mine) for key, mine in found.items()}


async def nowhere() -> None:
    return None
