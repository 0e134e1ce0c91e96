"""What may be asked about complaints.

The definitions, which every chart states: *received* are reports whose time of request lies in the asked time, and
they are all of done, in progress, waiting and unknown. *Due* are those whose limit (`limits.complaint_age`) has passed,
*on time* the due ones finished within it. Times to answer and to finish run from the request. *Waiting now* are all
reports that wait at present, whenever they came in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from collectors.facts import COMPLAINTS, stamp
from collectors.owners import Owners
from collectors.past import Listing, Past, Span, relation
from collectors.questions.extent import aware, extent
from collectors.questions.scope import Scope
from collectors.questions.sql import Conditions, chosen
from collectors.readings.limits import Limits
from collectors.records import ComplaintStatus

TABLE = relation("complaints", COMPLAINTS)
COLUMNS = {
    "district": "district", "subdistrict": "subdistrict", "category": "category_code", "status": "status",
    "channel": "coalesce(channel, '')", "hour": "hour", "weekday": "weekday",
}  # fmt: skip
PARTS = ("done", "in_progress", "waiting", "unknown")
ROWS = 25
NEWEST = "greatest(requested, updated, answered, finished)"
TICKS = 500
BUCKETS = 8
NOBODY = ""
SORTS = {"oldest": "requested", "newest": "requested DESC", "longest": "finish_s DESC NULLS LAST"}


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts of received reports; `oldest` is the request of the one that waits longest, `late` those that wait too
    long, `answered_in` those answered within the target of `answered`. Medians and ninetieth percentiles in seconds."""

    n: int = 0
    done: int = 0
    in_progress: int = 0
    waiting: int = 0
    unknown: int = 0
    due: int = 0
    on_time: int = 0
    late: int = 0
    answered: int = 0
    answered_in: int = 0
    reopened: int = 0
    oldest: datetime | None = None
    finish_median: float | None = None
    finish_p90: float | None = None
    answer_median: float | None = None
    answer_p90: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One report, with nothing personal. `late`: it waits, or was finished, beyond the limit."""

    source: str
    id: str
    category: str
    agency: str | None
    channel: str | None
    status: ComplaintStatus
    requested: datetime
    updated: datetime | None
    answered: datetime | None
    finished: datetime | None
    reopened: int
    subdistrict: str | None
    district: str | None
    demo: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at present: by agency (slug) and age (`BUCKETS` equal parts, the last of them beyond the limit), and
    the oldest reports, at most `TICKS`."""

    n: int
    late: int
    soon: int
    by_agency: Mapping[str, tuple[int, ...]]
    oldest: Sequence[Report]

    @property
    def by_age(self) -> tuple[int, ...]:
        return tuple(map(sum, zip(*self.by_agency.values(), strict=True))) if self.by_agency else (0,) * BUCKETS


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything the page of complaints shows. Groups are by code; "" is unknown. `days` and `finished` by day; `as_of`
    is the newest change."""

    total: Sums
    before: Sums | None
    agencies: Mapping[str, Sums]
    districts: Mapping[str, Sums]
    subdistricts: Mapping[str, Sums]
    categories: Mapping[str, Sums]
    channels: Mapping[str, Sums]
    statuses: Mapping[str, Sums]
    days: Mapping[date, Sums]
    days_before: Mapping[date, Sums]
    finished: Mapping[date, int]
    hours: Mapping[tuple[int, int], int]
    names: Mapping[str, str]
    waiting: Waiting
    rows: Sequence[Report]
    demo: bool
    first: date | None
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen: agencies by slug and the slug of each spelling, categories by code, channels."""

    agencies: Mapping[str, str]
    spellings: Mapping[str, str]
    categories: Mapping[str, str]
    channels: Sequence[str]


@dataclass(frozen=True, slots=True)
class ComplaintQuestions:
    """Asks the past. Every method raises HistoryError."""

    past: Past
    owners: Owners
    limits: Limits

    async def answer(self, scope: Scope) -> Answer:
        spellings = await self.spellings()
        chosen_ones = self.conditions(scope, spellings)
        span = scope.start, scope.end
        before = scope.before
        counted = asyncio.gather(
            self.cube(scope, spellings, span),
            self.quantiles(scope, spellings, span),
            self.cube(scope, spellings, before) if before else nothing(),
            self.quantiles(scope, spellings, before) if before else nothing(),
        )
        others = asyncio.gather(
            self.finished(scope, chosen_ones),
            self.waiting(scope, spellings),
            self.rows(scope, ROWS, (scope.page - 1) * ROWS),
            extent(self.past, "complaints", COMPLAINTS, NEWEST),
        )
        cube, quantiles, past_cube, past_quantiles = await counted
        finished, waiting, rows, known = await others
        groups, medians = grouped(cube), grouped(quantiles)
        total = sums(groups["total"].get((), {}) | medians["total"].get((), {}))
        past_groups, past_medians = grouped(past_cube), grouped(past_quantiles)
        names: dict[str, str] = {}
        for row in cube:
            if row["g"] == "category":
                names[row["category"]] = row["named"] or row["category"]
        return Answer(
            total=total,
            before=sums(past_groups["total"].get((), {}) | past_medians["total"].get((), {})) if before else None,
            agencies=joined(groups["agency"], medians["agency"]),
            districts=joined(groups["district"], medians["district"]),
            subdistricts=joined(groups["subdistrict"], {}),
            categories=joined(groups["category"], {}),
            channels=joined(groups["channel"], {}),
            statuses=joined(groups["status"], {}),
            days={key[0]: sums(row) for key, row in groups["day"].items()},
            days_before={key[0]: sums(row) for key, row in past_groups["day"].items()},
            finished=finished,
            hours={(key[0], key[1]): row["n"] for key, row in groups["weekday"].items()},
            names=names,
            waiting=waiting,
            rows=rows,
            demo=known.demo or any(row["demo"] for row in cube),
            first=known.day(self.past),
            as_of=known.newest,
        )

    async def choices(self) -> Choices:
        """Every agency, category and channel that was ever named, those with most reports first."""
        question = f"""SELECT agency, category_code, any_value(category) AS category, channel, count(*) AS n,
            grouping_id(agency, category_code, channel) AS bits
            FROM {TABLE} GROUP BY GROUPING SETS ((agency), (category_code), (channel)) ORDER BY n DESC"""
        rows = await self.ask(question, {})
        agencies = [row["agency"] for row in rows if row["bits"] == 3 and row["agency"] is not None]
        known = self.owners.known(agencies)
        return Choices(
            agencies={self.owners.slug(name): known[self.owners.slug(name)].name for name in agencies},
            spellings={name: self.owners.slug(name) for name in agencies},
            categories={
                row["category_code"]: row["category"] for row in rows if row["bits"] == 5 and row["category_code"]
            },
            channels=[row["channel"] for row in rows if row["bits"] == 6 and row["channel"]],
        )

    async def spellings(self) -> dict[str, list[str]]:
        """The names by which each agency (slug) goes in what is kept."""
        question = f"SELECT DISTINCT agency FROM {TABLE}"
        found: dict[str, list[str]] = {}
        for row in await self.ask(question, {}):
            if row["agency"] is not None:
                found.setdefault(self.owners.slug(row["agency"]), []).append(row["agency"])
        return found

    def conditions(self, scope: Scope, spellings: Mapping[str, list[str]]) -> Conditions:
        found = chosen(scope, COLUMNS)
        wanted = scope.chosen("agency")
        if wanted:
            names = [name for slug in wanted for name in spellings.get(slug, [])]
            found.that("false") if not names else found.among("agency", names)
        limit = f"{self.limits.complaint_age:.0f}"
        age = f"(epoch(${self.now(found, scope)}::TIMESTAMP) - epoch(requested))"
        if "1" in scope.chosen("late"):
            found.that(f"(status IN ('waiting', 'in_progress') AND {age} > {limit}) OR finish_s > {limit}")
        ages = [int(value) for value in scope.chosen("age") if value.isdecimal() and int(value) < BUCKETS]
        if ages:
            step = self.limits.complaint_age / (BUCKETS - 1)
            parts = [
                f"{age} >= {bucket * step:.0f}"
                + ("" if bucket == BUCKETS - 1 else f" AND {age} < {(bucket + 1) * step:.0f}")
                for bucket in ages
            ]
            found.that("status = 'waiting' AND (" + " OR ".join(f"({part})" for part in parts) + ")")
        return found

    @staticmethod
    def now(found: Conditions, scope: Scope) -> str:
        found.values.setdefault("now", stamp(scope.now))
        return "now"

    def agency(self, spellings: Mapping[str, list[str]], found: Conditions) -> str:
        """An agency's slug as SQL: one spelling of many stands for all."""
        cases = []
        for slug, names in spellings.items():
            listed = ", ".join(found.named(name) for name in names)
            cases.append(f"WHEN agency IN ({listed}) THEN {found.named(slug)}")
        return f"CASE {' '.join(cases)} ELSE '' END" if cases else "''"

    async def cube(
        self, scope: Scope, spellings: Mapping[str, list[str]], span: tuple[datetime, datetime]
    ) -> list[dict[str, Any]]:
        """All counts of one time in one reading of it."""
        found = self.conditions(scope, spellings).within("requested", *span)
        limit, answer = f"{self.limits.complaint_age:.0f}", f"{self.limits.complaint_answer:.0f}"
        now = f"epoch(${self.now(found, scope)}::TIMESTAMP)"
        agency = self.agency(spellings, found)
        question = f"""
            WITH facts AS (
                SELECT agency, coalesce(district, '') AS district, coalesce(subdistrict, '') AS subdistrict,
                    coalesce(category_code, '') AS category, category AS named, coalesce(channel, '') AS channel,
                    status, day, hour, weekday, finish_s, answer_s, reopened, requested, demo,
                    {now} - epoch(requested) > {limit} AS due
                FROM {TABLE} WHERE {found}
            ), counted AS (
                SELECT agency, district, subdistrict, category, channel, status, day, weekday, hour,
                    grouping_id(agency, district, subdistrict, category, channel, status, day, weekday, hour) AS bits,
                    min(named) AS named, count(*) AS n,
                    count(*) FILTER (status = 'done') AS done,
                    count(*) FILTER (status = 'in_progress') AS in_progress,
                    count(*) FILTER (status = 'waiting') AS waiting,
                    count(*) FILTER (status NOT IN ('done', 'in_progress', 'waiting')) AS "unknown",
                    count(*) FILTER (due) AS due,
                    count(*) FILTER (due AND status = 'done' AND finish_s <= {limit}) AS on_time,
                    count(*) FILTER (due AND status = 'waiting') AS late,
                    count(answer_s) AS answered, count(*) FILTER (answer_s <= {answer}) AS answered_in,
                    count(*) FILTER (reopened > 0) AS reopened,
                    min(requested) FILTER (status = 'waiting') AS oldest, bool_or(demo) AS demo
                FROM facts
                GROUP BY GROUPING SETS ((agency), (district), (subdistrict), (category), (channel), (status), (day),
                    (weekday, hour), ())
            )
            SELECT * EXCLUDE (agency, bits), {agency} AS agency, {self.group_name()} AS g FROM counted"""
        return await self.ask(question, found.values, span)

    @staticmethod
    def group_name() -> str:
        order = ("agency", "district", "subdistrict", "category", "channel", "status", "day")
        cases = [f"WHEN bits = {511 - 2 ** (8 - place)} THEN '{name}'" for place, name in enumerate(order)]
        return f"CASE {' '.join(cases)} WHEN bits = 508 THEN 'weekday' ELSE 'total' END"

    async def quantiles(
        self, scope: Scope, spellings: Mapping[str, list[str]], span: tuple[datetime, datetime]
    ) -> list[dict[str, Any]]:
        found = self.conditions(scope, spellings).within("requested", *span)
        agency = self.agency(spellings, found)
        question = f"""
            WITH facts AS (
                SELECT {agency} AS agency, coalesce(district, '') AS district, finish_s, answer_s, status
                FROM {TABLE} WHERE {found}
            )
            SELECT agency, district, CASE grouping_id(agency, district) WHEN 1 THEN 'agency' WHEN 2 THEN 'district'
                ELSE 'total' END AS g,
                quantile_cont(finish_s, 0.5) FILTER (status = 'done') AS finish_median,
                quantile_cont(finish_s, 0.9) FILTER (status = 'done') AS finish_p90,
                median(answer_s) AS answer_median, quantile_cont(answer_s, 0.9) AS answer_p90
            FROM facts GROUP BY GROUPING SETS ((agency), (district), ())"""
        return await self.ask(question, found.values, span)

    async def finished(self, scope: Scope, found: Conditions) -> dict[date, int]:
        """Reports finished on each day, whenever they came in."""
        first, last = found.named(scope.first_day), found.named(scope.last_day)
        question = f"""SELECT finished_day AS day, count(*) AS n FROM {TABLE}
            WHERE {found} AND status = 'done' AND finished_day BETWEEN {first} AND {last} GROUP BY ALL"""
        return {row["day"]: row["n"] for row in await self.ask(question, found.values)}

    async def waiting(self, scope: Scope, spellings: Mapping[str, list[str]]) -> Waiting:
        """By the scope's filters, whatever its time."""
        found = self.conditions(scope, spellings).that("status = 'waiting'")
        step = self.limits.complaint_age / (BUCKETS - 1)
        now = f"epoch(${self.now(found, scope)}::TIMESTAMP)"
        agency = self.agency(spellings, found)
        bucket = f"least({BUCKETS - 1}, greatest(0, floor(({now} - epoch(requested)) / {step})))::INTEGER"
        soon = self.limits.complaint_age - 86400
        question = f"""SELECT {agency} AS agency, {bucket} AS bucket, count(*) AS n,
            count(*) FILTER ({now} - epoch(requested) BETWEEN {soon} AND {self.limits.complaint_age}) AS soon
            FROM {TABLE} WHERE {found} GROUP BY ALL"""
        counted, oldest = await asyncio.gather(self.ask(question, found.values), self.oldest(scope, spellings))
        by_agency: dict[str, list[int]] = {}
        for row in counted:
            by_agency.setdefault(row["agency"], [0] * BUCKETS)[row["bucket"]] += row["n"]
        return Waiting(
            n=sum(row["n"] for row in counted),
            late=sum(row["n"] for row in counted if row["bucket"] == BUCKETS - 1),
            soon=sum(row["soon"] for row in counted),
            by_agency={slug: tuple(each) for slug, each in by_agency.items()},
            oldest=oldest,
        )

    async def oldest(self, scope: Scope, spellings: Mapping[str, list[str]]) -> list[Report]:
        found = self.conditions(scope, spellings).that("status = 'waiting'")
        question = f"SELECT * FROM {TABLE} WHERE {found} ORDER BY requested, source, id LIMIT {TICKS}"
        return [report(row) for row in await self.ask(question, found.values)]

    async def rows(self, scope: Scope, count: int, skip: int = 0) -> list[Report]:
        """The reports behind the numbers, in the scope's order."""
        listing = await self.listing(scope)
        rows = await self.past.ask(listing.part(count, skip), listing.values, listing.tables)
        return [report(row) for row in rows]

    async def listing(self, scope: Scope) -> Listing:
        found = self.conditions(scope, await self.spellings()).within("requested", scope.start, scope.end)
        order = SORTS.get(scope.sort, SORTS["newest"])
        question = f"SELECT * FROM {TABLE} WHERE {found} ORDER BY {order}, source, id"
        return Listing(question, found.values, {"complaints": (COMPLAINTS, (scope.start, scope.end))})

    async def report(self, source: str, id: str) -> Report | None:
        """One report by its source and its id."""
        question = f"SELECT * FROM {TABLE} WHERE source = $source AND id = $id ORDER BY requested DESC LIMIT 1"
        rows = await self.ask(question, {"source": source, "id": id})
        return report(rows[0]) if rows else None

    async def ask(self, question: str, values: Mapping[str, Any], span: Span = (None, None)) -> list[dict[str, Any]]:
        return await self.past.ask(question, values, {"complaints": (COMPLAINTS, span)})


async def nothing() -> list[dict[str, Any]]:
    return []


def grouped(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
    """Rows of grouping sets by the group's name, then by key."""
    keys = {
        "total": (), "agency": ("agency",), "district": ("district",), "subdistrict": ("subdistrict",),
        "category": ("category",), "channel": ("channel",), "status": ("status",), "day": ("day",),
        "weekday": ("weekday", "hour"),
    }  # fmt: skip
    found: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {name: {} for name in keys}
    for row in rows:
        key = tuple(row[name] for name in keys[row["g"]])
        known = found[row["g"]].get(key)
        found[row["g"]][key] = dict(row) if known is None else added(known, row)
    return found


def added(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The counts of two spellings of one agency together."""
    found = dict(one)
    for name, value in other.items():
        if name == "oldest":
            found[name] = min((each for each in (one[name], value) if each is not None), default=None)
        elif isinstance(value, int) and not isinstance(value, bool):
            found[name] = one[name] + value
    return found


def joined(
    groups: Mapping[tuple[Any, ...], Mapping[str, Any]], medians: Mapping[tuple[Any, ...], Mapping[str, Any]]
) -> dict[str, Sums]:
    return {key[0] or NOBODY: sums({**row, **medians.get(key, {})}) for key, row in groups.items()}


def sums(row: Mapping[str, Any]) -> Sums:
    found = {name: row[name] for name in Sums.__dataclass_fields__ if row.get(name) is not None}
    if "oldest" in found:
        found["oldest"] = aware(found["oldest"])
    return Sums(**found)


def report(row: Mapping[str, Any]) -> Report:
    found = {name: row[name] for name in Report.__dataclass_fields__}
    for name in ("requested", "updated", "answered", "finished"):
        found[name] = aware(found[name])
    return Report(**found)
