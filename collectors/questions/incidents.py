"""Times in which applications were down or degraded: pieces of an hour, kept apart, put together where they touch.

Counts and durations are of the time asked alone. When an incident that reaches over its edge really began or ended is
looked up for those that are shown, up to FARTHEST away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from collectors.facts import OUTAGES, stamp
from collectors.past import Listing, Past, relation
from collectors.questions.extent import aware
from collectors.questions.local import local
from collectors.questions.scope import Scope
from collectors.questions.sql import Conditions
from collectors.rollup import LONGEST_GAP, STEP

TABLE = relation("apps", OUTAGES)
APART = f"INTERVAL {LONGEST_GAP.total_seconds():.0f} SECOND"
HOUR = timedelta(hours=1)
GAP = LONGEST_GAP + STEP
FARTHEST = timedelta(days=400)
SORTS = {"oldest": "began", "newest": "began DESC", "longest": "seconds DESC, began"}
MERGED = f"""
    begun AS (
        SELECT *, coalesce(began - lag(ended) OVER (PARTITION BY app ORDER BY began) > {APART}, true) AS begins
        FROM pieces
    ), numbered AS (
        SELECT *, sum(begins::INTEGER) OVER (PARTITION BY app ORDER BY began) AS spell FROM begun
    ), merged AS (
        SELECT app, spell, min(began) AS began, max(ended) AS ended, bool_or(demo) AS demo,
            CASE WHEN bool_or(status = 'down') THEN 'down' ELSE 'degraded' END AS status,
            sum(seconds)::BIGINT AS seconds
        FROM numbered GROUP BY app, spell
    )"""


@dataclass(frozen=True, slots=True)
class Incident:
    """`ended` is None while it lasts, `status` the worst it was, `seconds` a minute for each check of the time asked
    that found it so."""

    app: str
    began: datetime
    ended: datetime | None
    status: Literal["down", "degraded"]
    seconds: int
    demo: bool


@dataclass(frozen=True, slots=True)
class Outages:
    """How many incidents, how many of them last, and how long they were: a minute for each check that found one."""

    n: int = 0
    still: int = 0
    seconds: int = 0

    def __add__(self, other: Outages) -> Outages:
        return Outages(self.n + other.n, self.still + other.still, self.seconds + other.seconds)


@dataclass(frozen=True, slots=True)
class Incidents:
    """By application; by the day on which they began (those that had, on the first day); the seconds of outage by
    weekday (1 Monday) and hour."""

    total: Outages
    apps: Mapping[str, Outages]
    days: Mapping[date, int]
    hours: Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class IncidentQuestions:
    """Asks the past, of some applications or (None) of all. Methods raise HistoryError."""

    past: Past

    def merged(
        self,
        scope: Scope,
        span: tuple[datetime, datetime],
        apps: Collection[str] | None,
        newest: datetime | None,
    ) -> tuple[str, Conditions]:
        """The incidents of a time as SQL: `chosen`, and the `numbered` pieces they are made of."""
        found = Conditions().that("ended > began")
        start, end = (f"{found.named(stamp(moment))}::TIMESTAMP" for moment in span)
        last = f"{found.named(stamp(newest))}::TIMESTAMP"
        if apps is not None:
            found.that("false") if not apps else found.among("app", sorted(apps))
        here = local("began", *span, scope.zone)
        wanted = Conditions(values=found.values)
        wanted.among("status", scope.chosen("status"))
        wanted.among("state", scope.chosen("state"))
        wanted.among(f"hour({here})", [int(value) for value in scope.chosen("hour")])
        wanted.among(f"isodow({here})", [int(value) for value in scope.chosen("weekday")])
        text = f"""
            WITH pieces AS (
                SELECT * REPLACE (greatest(began, {start}) AS began, least(ended, {end}) AS ended),
                    60 * least(checks, ceil((epoch(least(ended, {end})) - epoch(greatest(began, {start}))) / 60))
                        AS seconds
                FROM {TABLE} WHERE ended > {start} AND began < {end} AND {found}
            ), {MERGED}, chosen AS (
                SELECT * FROM (
                    SELECT *, CASE WHEN ended > {last} THEN 'open' ELSE 'over' END AS state FROM merged
                ) WHERE {wanted}
            )"""
        return text, found

    async def counts(
        self, scope: Scope, span: tuple[datetime, datetime], apps: Collection[str] | None, newest: datetime | None
    ) -> Incidents:
        text, found = self.merged(scope, span, apps, newest)
        here = local("began", *span, scope.zone)
        question = f"""{text}
            SELECT 'app' AS g, app, NULL::DATE AS day, NULL::BIGINT AS weekday, NULL::BIGINT AS hour, count(*) AS n,
                count(*) FILTER (state = 'open') AS still, sum(seconds)::BIGINT AS seconds FROM chosen GROUP BY app
            UNION ALL BY NAME
            SELECT 'day' AS g, {here}::DATE AS day, count(*) AS n FROM chosen GROUP BY day
            UNION ALL BY NAME
            SELECT 'hour' AS g, isodow({here}) AS weekday, hour({here}) AS hour,
                sum(seconds)::BIGINT AS seconds
            FROM numbered SEMI JOIN chosen USING (app, spell) GROUP BY weekday, hour"""
        rows = await self.ask(question, found.values, span)
        each = {row["app"]: Outages(row["n"], row["still"], row["seconds"]) for row in rows if row["g"] == "app"}
        return Incidents(
            total=sum(each.values(), Outages()),
            apps=each,
            days={row["day"]: row["n"] for row in rows if row["g"] == "day"},
            hours={(row["weekday"], row["hour"]): row["seconds"] for row in rows if row["g"] == "hour"},
        )

    async def rows(
        self, scope: Scope, apps: Collection[str] | None, newest: datetime | None, count: int, skip: int = 0
    ) -> list[Incident]:
        """The incidents of the time asked, in the scope's order, with their true beginning and end."""
        listing = self.listing(scope, apps, newest)
        rows = await self.past.ask(listing.part(count, skip), listing.values, listing.tables)
        shown = [incident(row) for row in rows]
        whole = await self.whole(scope, shown)
        return [ending(fitting(one, whole), newest) for one in shown]

    def listing(self, scope: Scope, apps: Collection[str] | None, newest: datetime | None) -> Listing:
        """They are as far as they lie in the time asked; `whole` has what is known of the rest."""
        span = scope.start, scope.end
        text, found = self.merged(scope, span, apps, newest)
        order = SORTS.get(scope.sort, SORTS["newest"])
        question = f"{text} SELECT * FROM chosen ORDER BY {order}, app, spell"
        return Listing(question, found.values, {"outages": (OUTAGES, (span[0] - HOUR, span[1]))})

    async def near(self, scope: Scope, apps: Collection[str] | None, newest: datetime | None) -> list[Incident]:
        """Those that may reach over an edge of the time asked, from their beginning to their end: a few of each
        application."""
        text, found = self.merged(scope, (scope.start, scope.end), apps, newest)
        low, high = (f"{found.named(stamp(one))}::TIMESTAMP" for one in (scope.start + GAP, scope.end - GAP))
        question = f"{text} SELECT * FROM chosen WHERE began < {low} OR ended > {high}"
        shown = [incident(row) for row in await self.ask(question, found.values, (scope.start, scope.end))]
        return await self.whole(scope, shown)

    async def whole(self, scope: Scope, shown: Sequence[Incident]) -> list[Incident]:
        """Those of the shown that may reach over an edge of the time asked, from their beginning to their end."""
        near = [scope.start + GAP, scope.end - GAP]
        apps = {one.app for one in shown if one.began < near[0] or (one.ended or scope.end) > near[1]}
        if not apps:
            return []
        found = Conditions().among("app", sorted(apps))
        span = scope.start - FARTHEST, scope.end + FARTHEST
        found.within("began", *span)
        edges = []
        for edge in (scope.start, scope.end):
            low, high = (f"{found.named(stamp(moment))}::TIMESTAMP" for moment in (edge - GAP, edge + GAP))
            edges.append(f"(began < {high} AND ended > {low})")
        question = f"""WITH pieces AS (SELECT *, 60 * checks AS seconds FROM {TABLE} WHERE {found}), {MERGED}
            SELECT * FROM merged WHERE {" OR ".join(edges)}"""
        return [incident(row) for row in await self.ask(question, found.values, span)]

    async def ask(
        self, question: str, values: Mapping[str, Any], span: tuple[datetime, datetime]
    ) -> list[dict[str, Any]]:
        return await self.past.ask(question, values, {"outages": (OUTAGES, (span[0] - HOUR, span[1]))})


def incident(row: Mapping[str, Any]) -> Incident:
    found = {name: row[name] for name in Incident.__dataclass_fields__}
    return Incident(**found | {name: aware(row[name]) for name in ("began", "ended")})


def fitting(one: Incident, whole: Sequence[Incident]) -> Incident:
    """One as the whole of which it is a part."""
    for other in whole:
        if other.app == one.app and other.began <= one.began and (other.ended or one.began) >= (one.ended or one.began):
            return replace(other, seconds=one.seconds)
    return one


def ending(one: Incident, newest: datetime | None) -> Incident:
    """One without an end where the newest check still found it so."""
    lasts = one.ended is not None and newest is not None and one.ended > newest
    return replace(one, ended=None) if lasts else one
