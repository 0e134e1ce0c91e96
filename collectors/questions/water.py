"""What may be asked about the water.

The definitions, which every chart states: levels are centimetres above a post's own zero, looked at every 10 minutes,
while the post reports; siaga 4 is normal and siaga 1 the gravest. The time spent in a stage is the looks that found a
post in it; one at which the post was silent, or its stage is not known, counts as unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from collectors.facts import WATER, stamp
from collectors.past import Listing, Past, Span, relation
from collectors.questions.extent import Extent, aware, extent
from collectors.questions.scope import Scope
from collectors.questions.sql import chosen, grouped, grouping, nothing
from collectors.records import Siaga
from collectors.samples import SAMPLED

TABLE = relation("water", WATER)
COLUMNS = {"post": "post", "siaga": "siaga", "hour": "hour", "weekday": "weekday"}
SETS = {"post": ("post",), "day": ("day",), "weekday": ("weekday", "hour")}
EVERY = SAMPLED["water"].every
BY_HOUR = timedelta(days=8)
RECENT = timedelta(days=2)
ROWS = 25
SORTS = {"oldest": "moment", "newest": "moment DESC", "highest": "level_cm DESC NULLS LAST, moment"}
IN_TIME = {SORTS["newest"]: True, SORTS["oldest"]: False}


@dataclass(frozen=True, slots=True)
class Stages:
    """The time spent in each stage, in looks EVERY so long: siaga 1 to 4, and unknown. `highest` in cm."""

    n: int = 0
    siaga_1: int = 0
    siaga_2: int = 0
    siaga_3: int = 0
    siaga_4: int = 0
    unknown: int = 0
    highest: int | None = None

    def hours(self, looks: int) -> float:
        return looks * EVERY / timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Level:
    """A post's level over an hour or a day, in cm; None where it said none. `siaga` is the gravest stage."""

    mean: float | None
    low: int | None
    high: int | None
    siaga: Siaga | None


@dataclass(frozen=True, slots=True)
class Look:
    """One post as it was seen at a moment."""

    moment: datetime
    post: str
    name: str
    river: str | None
    level_cm: int | None
    siaga: Siaga | None
    reporting: bool
    demo: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything the page of water shows. `levels` are each post's over time, by the beginning of each `step`;
    `latest` every post as of the end of the time asked, or `as_of`; `names` are of posts by id."""

    total: Stages
    before: Stages | None
    posts: Mapping[str, Stages]
    days: Mapping[date, Stages]
    hours: Mapping[tuple[int, int], Stages]
    step: timedelta
    levels: Mapping[str, Mapping[datetime, Level]]
    latest: Sequence[Look]
    names: Mapping[str, str]
    rows: Sequence[Look]
    demo: bool
    first: date | None
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class WaterQuestions:
    """Asks the past. Every method raises HistoryError."""

    past: Past

    async def answer(self, scope: Scope) -> Answer:
        span, before = (scope.start, scope.end), scope.before
        known = await extent(self.past, "water", WATER)
        counted = asyncio.gather(
            self.cube(scope, span),
            self.cube(scope, before) if before else nothing(),
            self.levels(scope),
        )
        others = asyncio.gather(self.latest(scope, known), self.rows(scope, ROWS, (scope.page - 1) * ROWS))
        (cube, past_cube, levels), (latest, rows) = await asyncio.gather(counted, others)
        groups, past_groups = grouped(cube, SETS), grouped(past_cube, SETS)
        return Answer(
            total=added(groups["post"].values()),
            before=added(past_groups["post"].values()) if before else None,
            posts={key[0]: stages(row) for key, row in groups["post"].items()},
            days={key[0]: stages(row) for key, row in groups["day"].items()},
            hours={(key[0], key[1]): stages(row) for key, row in groups["weekday"].items()},
            step=step_of(scope),
            levels=levels,
            latest=latest,
            names={key[0]: row["name"] for key, row in groups["post"].items()},
            rows=rows,
            demo=known.demo or any(row["demo"] for row in cube),
            first=known.day(self.past),
            as_of=known.newest,
        )

    async def cube(self, scope: Scope, span: tuple[datetime, datetime]) -> list[dict[str, Any]]:
        """All sums of one time in one reading of it."""
        found = chosen(scope, COLUMNS).within("moment", *span)
        name, sets = grouping(SETS)
        each = ", ".join(f"count(*) FILTER (siaga = {stage}) AS siaga_{stage}" for stage in (1, 2, 3, 4))
        question = f"""SELECT {name} AS g, post, day, weekday, hour, count(*) AS n, {each},
            count(*) FILTER (siaga IS NULL) AS "unknown", max(level_cm) AS highest, min(name) AS name,
            bool_or(demo) AS demo
            FROM {TABLE} WHERE {found} GROUP BY {sets}"""
        return await self.ask(question, found.values, span)

    async def levels(self, scope: Scope) -> dict[str, dict[datetime, Level]]:
        """By hour for a short time, by the city's day for a long one."""
        found = chosen(scope, COLUMNS).within("moment", scope.start, scope.end)
        keys = "day, hour" if step_of(scope) < timedelta(days=1) else "day"
        question = f"""SELECT post, {keys}, min(moment) AS moment, avg(level_cm) AS mean, min(level_cm) AS low,
            max(level_cm) AS high, min(siaga) AS siaga FROM {TABLE} WHERE {found} GROUP BY post, {keys}
            ORDER BY post, moment"""
        rows = await self.ask(question, found.values, (scope.start, scope.end))
        return await asyncio.to_thread(levels_of, rows, scope.zone)

    async def latest(self, scope: Scope, known: Extent) -> list[Look]:
        """What was seen last, before the time asked is over."""
        if known.newest is None:
            return []
        end = min(scope.end, known.newest + timedelta(seconds=1))
        found = chosen(scope, COLUMNS, ("post",)).within("moment", end - RECENT, end)
        question = f"""WITH recent AS (SELECT * FROM {TABLE} WHERE moment < {found.named(stamp(end))}::TIMESTAMP)
            SELECT * FROM recent WHERE {found} AND moment = (SELECT max(moment) FROM recent) ORDER BY name, post"""
        return [look(row) for row in await self.ask(question, found.values, (end - RECENT, end))]

    async def rows(self, scope: Scope, count: int, skip: int = 0) -> list[Look]:
        """The looks behind the numbers, in the scope's order."""
        listing = self.listing(scope)
        rows = await self.past.some(listing, count, skip)
        return [look(row) for row in rows]

    def listing(self, scope: Scope) -> Listing:
        found = chosen(scope, COLUMNS).within("moment", scope.start, scope.end)
        order = SORTS.get(scope.sort, SORTS["newest"])
        question = f"SELECT * FROM {TABLE} WHERE {found} ORDER BY {order}, post"
        return Listing(question, found.values, {"water": (WATER, (scope.start, scope.end))}, IN_TIME.get(order))

    async def ask(self, question: str, values: Mapping[str, Any], span: Span = (None, None)) -> list[dict[str, Any]]:
        return await self.past.ask(question, values, {"water": (WATER, span)})


def levels_of(rows: Iterable[Mapping[str, Any]], zone: tzinfo) -> dict[str, dict[datetime, Level]]:
    """By post and by the beginning of the hour or the day in which a row begins."""
    levels: dict[str, dict[datetime, Level]] = {}
    for row in rows:
        at = row["moment"].replace(tzinfo=UTC).astimezone(zone)
        begins = at.replace(minute=0, hour=row.get("hour", 0))
        levels.setdefault(row["post"], {})[begins.astimezone(UTC)] = level(row)
    return levels


def step_of(scope: Scope) -> timedelta:
    return timedelta(hours=1) if scope.end - scope.start <= BY_HOUR else timedelta(days=1)


def stages(row: Mapping[str, Any]) -> Stages:
    return Stages(**{name: row[name] for name in Stages.__dataclass_fields__})


def added(rows: Iterable[Mapping[str, Any]]) -> Stages:
    each = [stages(row) for row in rows]
    names = [name for name in Stages.__dataclass_fields__ if name != "highest"]
    counts = {name: sum(getattr(one, name) for one in each) for name in names}
    return Stages(**counts, highest=max((one.highest for one in each if one.highest is not None), default=None))


def level(row: Mapping[str, Any]) -> Level:
    return Level(row["mean"], row["low"], row["high"], row["siaga"])


def look(row: Mapping[str, Any]) -> Look:
    found = {name: row[name] for name in Look.__dataclass_fields__}
    return Look(**found | {"moment": aware(row["moment"])})
