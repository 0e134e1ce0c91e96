"""What may be asked about beds.

The definitions, which every chart states: the occupancy (BOR) of a time is the beds that were occupied, of all beds,
summed over the looks at a hospital's class (every 15 minutes) at which both were known and the hospital was reporting;
the other looks are *left out*, and counted. Wards, intensive care and emergency are never added together. A hospital
is *silent* while its last word is older than `limits.hospital_silent`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from collectors.digests import BED_SUMS, Split, bed_sums
from collectors.facts import BEDS, stamp
from collectors.past import Listing, Past, Span, relation
from collectors.questions.bed_answers import Answer, Look, Occupancy, Silence
from collectors.questions.extent import Extent, aware, extent
from collectors.questions.scope import Scope
from collectors.questions.sql import Conditions, chosen, grouped, grouping, nothing
from collectors.samples import SAMPLED

TABLE = relation("beds", BEDS)
COLUMNS = {"hospital": "hospital_id", "class": "bed_class", "unit": "unit", "hour": "hour", "weekday": "weekday"}
PLACES = ("hospital", "class", "unit")
SETS = {
    "unit": ("unit",), "class": ("unit", "bed_class"), "hospital": ("hospital_id", "unit"),
    "cell": ("hospital_id", "unit", "bed_class"), "day": ("unit", "day"),
}  # fmt: skip
DIGEST = bed_sums()
DIGEST_COLUMNS = {**COLUMNS, "weekday": "isodow(day)"}
ADDED = """sum(samples)::BIGINT AS samples, sum(left_out)::BIGINT AS left_out, sum(occupied)::BIGINT AS occupied,
    sum(capacity)::BIGINT AS capacity"""
ROWS = 25
SPELLS = 200
RECENT = timedelta(days=2)
EVERY = SAMPLED["beds"].every
SORTS = {"oldest": "moment", "newest": "moment DESC", "fullest": "occupied / nullif(capacity, 0) DESC NULLS LAST"}
IN_TIME = {SORTS["newest"]: True, SORTS["oldest"]: False}


@dataclass(frozen=True, slots=True)
class BedQuestions:
    """Asks the past. Every method raises HistoryError."""

    past: Past

    async def answer(self, scope: Scope) -> Answer:
        before = scope.before
        span = scope.start, scope.end
        known = await extent(self.past, "beds", BEDS)
        counted = asyncio.gather(
            self.cube(scope, span),
            self.cube(scope, before, ("unit", "day")) if before else nothing(),
            self.hours(scope, span),
        )
        others = asyncio.gather(
            self.reporting(scope, span),
            self.latest(scope, known),
            self.silences(scope, known),
            self.rows(scope, ROWS, (scope.page - 1) * ROWS),
        )
        (cube, past_cube, hours), (reporting, latest, silences, rows) = await asyncio.gather(counted, others)
        groups, past_groups = grouped(cube, SETS), grouped(past_cube, SETS)

        def by(name: str) -> dict[Any, Occupancy]:
            return {key if len(key) > 1 else key[0]: occupancy(row) for key, row in groups[name].items()}

        return Answer(
            units=by("unit"),
            before={key[0]: occupancy(row) for key, row in past_groups["unit"].items()} if before else None,
            classes=by("class"),
            hospitals=by("hospital"),
            cells=by("cell"),
            days=by("day"),
            days_before={(key[0], key[1]): occupancy(row) for key, row in past_groups["day"].items()},
            hours={(row["unit"], row["weekday"], row["hour"]): occupancy(row) for row in hours},
            reporting=reporting,
            latest=latest,
            silences=silences[0],
            silent=silences[1],
            names={key[0]: row["hospital"] for key, row in groups["hospital"].items()},
            class_names={(key[0], key[1]): row["class_name"] for key, row in groups["class"].items()},
            rows=rows,
            demo=known.demo or any(row["demo"] for row in cube),
            first=known.day(self.past),
            as_of=known.newest,
        )

    async def cube(
        self, scope: Scope, span: tuple[datetime, datetime], names: Sequence[str] = tuple(SETS)
    ) -> list[dict[str, Any]]:
        """All sums of one time in one reading of it."""
        name, sets = grouping({each: SETS[each] for each in names})
        columns = ", ".join(dict.fromkeys(one for each in names for one in SETS[each]))
        each, found, split = self.by_day(scope, span)
        question = f"""
            SELECT {name} AS g, {columns}, {ADDED}, min(hospital) AS hospital, min(class_name) AS class_name,
                bool_or(demo) AS demo
            FROM ({each}) GROUP BY {sets}"""
        return await self.past.ask(question, found.values, split.files())

    def by_day(self, scope: Scope, span: tuple[datetime, datetime]) -> tuple[str, Conditions, Split]:
        """The sums of each hospital's class on each day as SQL."""
        split = Split.of("beds", DIGEST, span, scope.zone, self.past.seams)
        if scope.chosen("hour"):
            split = split.bare
        found = chosen(scope, COLUMNS).within("moment", *span)
        told = chosen(scope, DIGEST_COLUMNS, (*PLACES, "weekday"), found.values).that(split.days)
        keys = "hospital_id, unit, bed_class, day"
        return (
            f"""SELECT {keys}, {BED_SUMS} FROM {split.rows()} WHERE {found} GROUP BY {keys}
            UNION ALL BY NAME SELECT * EXCLUDE (weekday, hour) FROM {{rows_digests}} WHERE {told}""",
            found,
            split,
        )

    async def hours(self, scope: Scope, span: tuple[datetime, datetime]) -> list[dict[str, Any]]:
        split = replace(Split.of("beds", DIGEST, span, scope.zone, self.past.seams), whole=True)
        found = chosen(scope, COLUMNS).within("moment", *span)
        told = chosen(scope, COLUMNS, values=found.values).that("day IS NULL")
        question = f"""
            SELECT unit, weekday, hour, {ADDED} FROM (
                SELECT unit, weekday, hour, {BED_SUMS} FROM {split.rows()} WHERE {found} GROUP BY unit, weekday, hour
                UNION ALL BY NAME SELECT * FROM {{rows_digests}} WHERE {told}
            ) GROUP BY unit, weekday, hour"""
        return await self.past.ask(question, found.values, split.files())

    async def reporting(self, scope: Scope, span: tuple[datetime, datetime]) -> dict[date, tuple[int, int]]:
        """By day how many hospitals reported at any look, of how many there were."""
        each, found, split = self.by_day(scope, span)
        question = f"""SELECT day, count(*) FILTER (told) AS n, count(*) AS hospitals FROM (
                SELECT hospital_id, day, bool_or(told) AS told FROM ({each}) GROUP BY hospital_id, day
            ) GROUP BY day"""
        rows = await self.past.ask(question, found.values, split.files())
        return {row["day"]: (row["n"], row["hospitals"]) for row in rows}

    async def latest(self, scope: Scope, known: Extent) -> list[Look]:
        """What was seen last, before the time asked is over."""
        if known.newest is None:
            return []
        end = min(scope.end, known.newest + timedelta(seconds=1))
        found = chosen(scope, COLUMNS, PLACES).within("moment", end - RECENT, end)
        question = f"""WITH recent AS (SELECT * FROM {TABLE} WHERE moment < {found.named(stamp(end))}::TIMESTAMP)
            SELECT * FROM recent WHERE {found} AND moment = (SELECT max(moment) FROM recent)
            ORDER BY hospital, hospital_id, unit, bed_class"""
        return [look(row) for row in await self.ask(question, found.values, (end - RECENT, end))]

    async def silences(self, scope: Scope, known: Extent) -> tuple[list[Silence], int]:
        """The times in which hospitals were silent, the newest first, and how many there are. A look that was missed
        does not end one."""
        found = chosen(scope, COLUMNS, PLACES).within("moment", scope.start, scope.end).that("NOT reporting")
        end = min(scope.end, known.newest + timedelta(seconds=1)) if known.newest else scope.end
        last = Conditions(values=found.values).within("moment", end - RECENT, end)
        every = f"INTERVAL {EVERY.total_seconds():.0f} SECOND"
        question = f"""
            WITH silent AS (
                SELECT hospital_id, moment, min(hospital) AS hospital, max(updated) AS told
                FROM {TABLE} WHERE {found} GROUP BY hospital_id, moment
            ), begun AS (
                SELECT *, coalesce(moment - lag(moment) OVER each > 2 * {every}, true) AS begins
                FROM silent WINDOW each AS (PARTITION BY hospital_id ORDER BY moment)
            ), numbered AS (
                SELECT *, sum(begins::INTEGER) OVER (PARTITION BY hospital_id ORDER BY moment) AS spell FROM begun
            ), spells AS (
                SELECT hospital_id, min(hospital) AS hospital, min(moment) AS began, max(moment) + {every} AS ended,
                    max(told) AS told
                FROM numbered GROUP BY hospital_id, spell
            )
            SELECT *, count(*) OVER () AS n, ended > (SELECT max(moment) FROM {TABLE} WHERE {last}) AS still
            FROM spells ORDER BY began DESC, hospital_id LIMIT {SPELLS}"""
        rows = await self.ask(question, found.values, (scope.start, scope.end))
        return [silence(row) for row in rows], rows[0]["n"] if rows else 0

    async def rows(self, scope: Scope, count: int, skip: int = 0) -> list[Look]:
        """The looks behind the numbers, in the scope's order."""
        listing = self.listing(scope)
        rows = await self.past.some(listing, count, skip)
        return [look(row) for row in rows]

    def listing(self, scope: Scope) -> Listing:
        found = chosen(scope, COLUMNS).within("moment", scope.start, scope.end)
        order = SORTS.get(scope.sort, SORTS["newest"])
        question = f"SELECT * FROM {TABLE} WHERE {found} ORDER BY {order}, hospital_id, unit, bed_class, moment"
        return Listing(question, found.values, {"beds": (BEDS, (scope.start, scope.end))}, IN_TIME.get(order))

    async def ask(self, question: str, values: Mapping[str, Any], span: Span = (None, None)) -> list[dict[str, Any]]:
        return await self.past.ask(question, values, {"beds": (BEDS, span)})


def occupancy(row: Mapping[str, Any]) -> Occupancy:
    return Occupancy(**{name: int(row[name]) for name in Occupancy.__dataclass_fields__})


def look(row: Mapping[str, Any]) -> Look:
    found = {name: row[name] for name in Look.__dataclass_fields__}
    return Look(**found | {name: aware(row[name]) for name in ("moment", "updated")})


def silence(row: Mapping[str, Any]) -> Silence:
    found = {name: row[name] for name in Silence.__dataclass_fields__}
    ended = None if row["still"] else aware(row["ended"])
    return Silence(**found | {"began": aware(row["began"]), "ended": ended, "told": aware(row["told"])})
