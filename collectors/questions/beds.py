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
from collectors.questions.extent import Extent, aware, extent
from collectors.questions.scope import Scope
from collectors.questions.sql import Conditions, chosen, grouped, grouping, nothing
from collectors.records import BedUnit
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
Place = tuple[str, BedUnit, str]


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Sums over `samples` looks; `left_out` are those at which it was not known, or the hospital silent."""

    samples: int = 0
    left_out: int = 0
    occupied: int = 0
    capacity: int = 0

    @property
    def share(self) -> float | None:
        return self.occupied / self.capacity if self.capacity else None


@dataclass(frozen=True, slots=True)
class Look:
    """One class of one hospital as it was seen at a moment; `updated` is when the hospital last said so."""

    moment: datetime
    hospital_id: str
    hospital: str
    source: str
    unit: BedUnit
    bed_class: str
    class_name: str
    capacity: int | None
    free: int | None
    occupied: int | None
    rooms_unknown: int | None
    reporting: bool
    updated: datetime | None
    demo: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """A time in which a hospital was silent: as it was seen, within the time asked. `told` is its last word, None where
    it never said any; `ended` None where it still is, at the end of the time asked."""

    hospital_id: str
    hospital: str
    began: datetime
    ended: datetime | None
    told: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything the page of beds shows. Groups are by code. `reporting` is by day how many hospitals said anything of
    how many; `latest` every class of every hospital as of the end of the time asked, or `as_of`; `silences` the newest
    of `silent` of them; `names` are of hospitals by id, `class_names` by unit and class."""

    units: Mapping[BedUnit, Occupancy]
    before: Mapping[BedUnit, Occupancy] | None
    classes: Mapping[tuple[BedUnit, str], Occupancy]
    hospitals: Mapping[tuple[str, BedUnit], Occupancy]
    cells: Mapping[Place, Occupancy]
    days: Mapping[tuple[BedUnit, date], Occupancy]
    days_before: Mapping[tuple[BedUnit, date], Occupancy]
    hours: Mapping[tuple[BedUnit, int, int], Occupancy]
    reporting: Mapping[date, tuple[int, int]]
    latest: Sequence[Look]
    silences: Sequence[Silence]
    silent: int
    names: Mapping[str, str]
    class_names: Mapping[tuple[BedUnit, str], str]
    rows: Sequence[Look]
    demo: bool
    first: date | None
    as_of: datetime | None

    @property
    def n(self) -> int:
        """How many looks there are behind it, those left out too."""
        return sum(one.samples + one.left_out for one in self.units.values())

    @property
    def free(self) -> Mapping[BedUnit, int | None]:
        """The free beds of each unit in `latest`, of hospitals that report; None where none says."""
        found: dict[BedUnit, int | None] = {}
        for look in self.latest:
            known = found.setdefault(look.unit, None)
            if look.reporting and look.free is not None:
                found[look.unit] = (known or 0) + look.free
        return found

    @property
    def silent_now(self) -> Sequence[Silence]:
        """Hospitals that are silent in `latest`, those that never said a word first, then by how long."""
        told: dict[str, Silence] = {}
        for look in self.latest:
            if not look.reporting:
                before = told.get(look.hospital_id)
                words = [one for one in (look.updated, before.told if before else None) if one]
                last = max(words, default=None)
                told[look.hospital_id] = Silence(look.hospital_id, look.hospital, look.moment, None, last)
        return sorted(told.values(), key=lambda one: (one.told is not None, one.told or one.began, one.hospital))


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
