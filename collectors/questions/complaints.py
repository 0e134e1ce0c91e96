"""What may be asked about complaints.

The definitions, which every chart states: *received* are reports whose time of request lies in the asked time, and
they are all of done, in progress, waiting and unknown. *Due* are those whose limit (`limits.complaint_age`) has passed,
*on time* the due ones finished within it. Times to answer and to finish run from the request. *Waiting now* are all
reports that wait at present, whenever they came in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collectors.facts import COMPLAINTS, stamp
from collectors.owners import Owners
from collectors.past import Listing, Past, Span, relation
from collectors.questions.complaint_answers import BUCKETS, TICKS, Answer, Choices, Report, Sums, Waiting
from collectors.questions.complaint_sums import CLASSES, OLDEST, QUANTILES, ComplaintSums
from collectors.questions.extent import aware, extent
from collectors.questions.scope import Scope, scope_from
from collectors.questions.sql import Conditions, chosen, nothing
from collectors.readings.limits import Limits

TABLE = relation("complaints", COMPLAINTS)
COLUMNS = {
    "district": "district", "subdistrict": "subdistrict", "category": "category_code", "status": "status",
    "channel": "coalesce(channel, '')", "hour": "hour", "weekday": "weekday",
}  # fmt: skip
ROWS = 25
NEWEST = "greatest(requested, updated, answered, finished)"
SORTS = {"oldest": "requested", "newest": "requested DESC", "longest": "finish_s DESC NULLS LAST"}
Row = Mapping[str, Any]
IN_TIME = {SORTS["newest"]: True, SORTS["oldest"]: False}


@dataclass(frozen=True, slots=True)
class ComplaintQuestions:
    """Asks the past. Every method raises HistoryError."""

    past: Past
    owners: Owners
    limits: Limits

    async def answer(self, scope: Scope, choices: Choices | None = None) -> Answer:
        """`choices`, where they are known already."""
        choices = choices or await self.choices(scope.now)
        slugs = choices.spellings
        sums = self.sums(scope, slugs)
        span, before = (scope.start, scope.end), scope.before
        counted = asyncio.gather(sums.groups(span), sums.durations(span), sums.oldest(span))
        compared = asyncio.gather(
            sums.groups(before, ("day",)) if before else nothing(),
            sums.durations(before, ()) if before else nothing(),
            sums.oldest(before, ("total", "day")) if before else nothing(),
        )
        others = asyncio.gather(
            self.waiting(sums, slugs),
            sums.finished(),
            self.past.some(self.listed(scope, slugs), ROWS, (scope.page - 1) * ROWS),
            extent(self.past, "complaints", COMPLAINTS, NEWEST),
        )
        each = await asyncio.gather(counted, compared, others)
        now, then, (waiting, finished, rows, known) = each

        def told() -> Answer:
            found, earlier = Groups(*now, slugs), Groups(*then, slugs)
            categories = found.by("category", "category_code")
            return Answer(
                total=found.total,
                before=earlier.total if before else None,
                agencies=found.by("agency", "slug"),
                districts=found.by("place", "district", "district"),
                subdistricts=found.by("place", "subdistrict", "subdistrict"),
                categories=categories,
                channels=found.by("channel", "channel"),
                statuses=found.by("status", "status"),
                days=found.by("day", "day"),
                days_before=earlier.by("day", "day"),
                finished=finished,
                hours={key: one.n for key, one in found.by("week", lambda row: (row["weekday"], row["hour"])).items()},
                names={code: choices.categories.get(code, code) for code in categories},
                waiting=waiting,
                rows=[report(row) for row in rows],
                demo=known.demo or any(row["demo"] for row in found.groups),
                first=known.day(self.past),
                as_of=known.newest,
            )

        return await asyncio.to_thread(told)

    def sums(self, scope: Scope, slugs: Mapping[str, str]) -> ComplaintSums:
        return ComplaintSums(self.past, self.limits, scope, self.conditions(scope, slugs), slugs)

    async def choices(self, now: datetime | None = None) -> Choices:
        """Every agency, category and channel that was ever named, those with most reports first."""
        scope = scope_from("complaints", {}, now or datetime.now(UTC), self.past.rows.zone, {})
        sums = ComplaintSums(self.past, self.limits, scope, Conditions(), {})
        rows = await self.past.once("names", "complaints", sums.named)
        agencies = [row["agency"] for row in rows if row["g"] == "agency" and row["agency"] is not None]
        known = self.owners.known(agencies)
        categories: dict[str, str] = {}
        for row in rows:
            if row["g"] == "named" and row["category_code"]:
                categories.setdefault(row["category_code"], row["category"])
        return Choices(
            agencies={self.owners.slug(name): known[self.owners.slug(name)].name for name in agencies},
            spellings={name: self.owners.slug(name) for name in agencies},
            categories=categories,
            channels=[row["channel"] for row in rows if row["g"] == "channel" and row["channel"]],
        )

    def conditions(self, scope: Scope, slugs: Mapping[str, str]) -> Conditions:
        found = chosen(scope, COLUMNS)
        wanted = scope.chosen("agency")
        if wanted:
            names = [name for name, slug in slugs.items() if slug in wanted]
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

    async def waiting(self, sums: ComplaintSums, slugs: Mapping[str, str]) -> Waiting:
        """By the scope's filters, whatever its time."""
        age, step = "(epoch($now::TIMESTAMP) - epoch(requested))", self.limits.complaint_age / (BUCKETS - 1)
        bucket = f"least({BUCKETS - 1}, greatest(0, floor({age} / {step})))::INTEGER"
        soon = f"{age} BETWEEN {self.limits.complaint_age - 86400} AND {self.limits.complaint_age}"
        counted, oldest = await asyncio.gather(sums.waiting(bucket, soon), sums.waiting_longest(TICKS))
        by_agency: dict[str, list[int]] = {}
        for row in counted:
            by_agency.setdefault(slugs.get(row["agency"], ""), [0] * BUCKETS)[row["bucket"]] += row["n"]
        return Waiting(
            n=sum(row["n"] for row in counted),
            late=sum(row["n"] for row in counted if row["bucket"] == BUCKETS - 1),
            soon=sum(row["soon"] for row in counted),
            by_agency={slug: tuple(each) for slug, each in by_agency.items()},
            oldest=[report(row) for row in oldest],
        )

    async def rows(self, scope: Scope, count: int, skip: int = 0) -> list[Report]:
        """The reports behind the numbers, in the scope's order."""
        listing = await self.listing(scope)
        rows = await self.past.some(listing, count, skip)
        return [report(row) for row in rows]

    async def listing(self, scope: Scope) -> Listing:
        return self.listed(scope, (await self.choices(scope.now)).spellings if scope.chosen("agency") else {})

    def listed(self, scope: Scope, slugs: Mapping[str, str]) -> Listing:
        found = self.conditions(scope, slugs).within("requested", scope.start, scope.end)
        order = SORTS.get(scope.sort, SORTS["newest"])
        question = f"SELECT * FROM {TABLE} WHERE {found} ORDER BY {order}, source, id"
        tables = {"complaints": (COMPLAINTS, (scope.start, scope.end))}
        return Listing(question, found.values, tables, IN_TIME.get(order))

    async def report(self, source: str, id: str) -> Report | None:
        """One report by its source and its id."""
        question = f"SELECT * FROM {TABLE} WHERE source = $source AND id = $id ORDER BY requested DESC LIMIT 1"
        rows = await self.ask(question, {"source": source, "id": id})
        return report(rows[0]) if rows else None

    async def ask(self, question: str, values: Mapping[str, Any], span: Span = (None, None)) -> list[dict[str, Any]]:
        return await self.past.ask(question, values, {"complaints": (COMPLAINTS, span)})


class Groups:
    """The sums of one time by group and key, of ComplaintSums' groups, durations and oldest."""

    def __init__(
        self, groups: Sequence[Row], times: Sequence[Row], oldest: Sequence[Row], slugs: Mapping[str, str]
    ) -> None:
        self.groups = groups
        self.times = {(row["g"], row["key"]): row for row in times}
        self.oldest: dict[tuple[str, Any], datetime] = {}
        for row in (row for row in oldest if row["oldest"] is not None):
            key = (row["g"], key_of(row, slugs))
            self.oldest[key] = min(row["oldest"], self.oldest.get(key, row["oldest"]))

    @property
    def total(self) -> Sums:
        return self.by("status", lambda _: "", "total").get("", Sums())

    def by(self, name: str, column: str | Callable[[Row], Any], group: str = "") -> dict[Any, Sums]:
        """By a column of a set of counts, "" where it has none; `group` is what else is known by it."""
        found: dict[Any, dict[str, Any]] = {}
        for row in (row for row in self.groups if row["g"] == name):
            key = column(row) if callable(column) else row[column]
            known = found.setdefault("" if key is None else key, dict.fromkeys(CLASSES, 0))
            for each in CLASSES:
                known[each] += row[each]
        return {key: self.sums(known, group or name, key) for key, known in found.items()}

    def sums(self, row: Row, group: str, key: Any) -> Sums:
        waits = ("total", "") if (group, key) == ("status", "waiting") else (group, key)
        times = self.times.get(("" if group == "total" else group, key), {})
        known = {**row, **{name: times.get(name) for name in QUANTILES}}
        oldest = aware(self.oldest.get(waits)) if row["waiting"] else None
        return Sums(**{name: value for name, value in known.items() if value is not None}, oldest=oldest)


def key_of(row: Row, slugs: Mapping[str, str]) -> Any:
    """Of a row of `ComplaintSums.oldest`."""
    columns = OLDEST[row["g"]]
    value = row[columns[0]] if columns else ""
    return slugs.get(value, "") if row["g"] == "agency" else value or ""


def report(row: Row) -> Report:
    found = {name: row[name] for name in Report.__dataclass_fields__}
    for name in ("requested", "updated", "answered", "finished"):
        found[name] = aware(found[name])
    return Report(**found)
