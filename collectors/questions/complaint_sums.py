"""Counts of complaints, and how long they took: from rows of files and of Redis, and from digests of whole months."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from collectors.complaint_counts import (
    ANSWERED,
    BY,
    DEMO,
    DUE,
    IN_TIME,
    NAMED,
    PLACES,
    REOPENED,
    SETS,
    STATUS,
    STATUSES,
    WITHIN,
    class_of,
    complaint_counts,
    counts,
    durations,
    waiting,
)
from collectors.digests import Digest
from collectors.facts import COMPLAINTS, stamp
from collectors.parts import Part
from collectors.past import CHANGED, Past, Span, relation
from collectors.questions.quantiles import quantiles
from collectors.questions.scope import Scope
from collectors.questions.sql import Conditions, grouping
from collectors.readings.limits import Limits
from collectors.relations import Choose, Files

Times = tuple[datetime, datetime]
Suits = Callable[[Part, Span], bool]
DIGESTS = ("digests", "fresh")
"""Of reports that are all past their limit, and of those of which none is."""
Rows = list[dict[str, Any]]
EVER: tuple[None, None] = (None, None)
MOMENT, DAY = timedelta(microseconds=1), timedelta(days=1)
KNOWN = relation("complaints", COMPLAINTS, name="rows")
SPELLED = "LEFT JOIN (SELECT unnest($spellings::VARCHAR[]) AS agency, unnest($slugs::VARCHAR[]) AS slug) USING (agency)"
OLDEST = {
    "total": (), "agency": ("agency",), "district": ("district",), "subdistrict": ("subdistrict",),
    "category": ("category_code",), "channel": ("channel",), "day": ("day",),
}  # fmt: skip
CLASSES = {
    "n": "true", "done": f"class & {STATUS} = 2", "in_progress": f"class & {STATUS} = 1",
    "waiting": f"class & {STATUS} = 0", "unknown": f"class & {STATUS} = 3", "due": f"class & {DUE} > 0",
    "on_time": f"class & {DUE | WITHIN} = {DUE | WITHIN}", "late": f"class & {DUE | STATUS} = {DUE}",
    "answered": f"class & {ANSWERED} > 0", "answered_in": f"class & {IN_TIME} > 0",
    "reopened": f"class & {REOPENED} > 0",
}  # fmt: skip
SUMS = ", ".join(f'coalesce(sum(n) FILTER ({each}), 0)::BIGINT AS "{name}"' for name, each in CLASSES.items())
STATUS_NAME = f"{list(STATUSES)}[(class & {STATUS}) + 1]"
QUANTILES = {
    "finish_median": ("finish", 0.5), "finish_p90": ("finish", 0.9),
    "answer_median": ("answer", 0.5), "answer_p90": ("answer", 0.9),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ComplaintSums:
    """Of the reports that are `chosen`, whatever their time; `slugs` are the agencies by spelling. Digests count where
    no more is chosen than a status and one of BY, of months whose reports are all older than the limit.

    Every method raises HistoryError.
    """

    past: Past
    limits: Limits
    scope: Scope
    chosen: Conditions
    slugs: Mapping[str, str]

    async def groups(self, span: Times, names: Sequence[str] = tuple(SETS)) -> Rows:
        """Counts by some of SETS, as `g`, with the columns of that (an agency is a `slug`), and by "status"."""
        rows, found = self.rows(span)
        classes = class_of(self.limits.complaint_age, self.limits.complaint_answer, "due")
        sets = {name: SETS[name] for name in names}
        columns = list(dict.fromkeys(one for each in sets.values() for one in each))
        slugged = ", ".join("slug" if one == "agency" else one for one in columns)
        question = f"""
            WITH counted AS MATERIALIZED (
                FROM ({counts(f"{rows} WHERE {found}", sets, classes)}) UNION ALL BY NAME
                FROM ({self.told(names, (*columns, "class"))})
            )
            SELECT g, {slugged}, {SUMS}, bool_or(class & {DEMO} > 0) AS demo
            FROM counted {SPELLED if "agency" in columns else ""} GROUP BY g, {slugged}
            UNION ALL BY NAME
            SELECT 'status' AS g, {STATUS_NAME} AS status, {SUMS} FROM counted WHERE g = '{names[0]}' GROUP BY status"""
        return await self.past.ask(question, found.values, self.files(span))

    async def durations(self, span: Times, by: tuple[str, ...] = PLACES) -> Rows:
        """How long it took to finish and to answer (QUANTILES, in seconds): `g` is "" for all, or one of PLACES, with
        its `key` (of an agency the slug)."""
        rows, found = self.rows(span)
        sets = [f"{what} {one}" for what in ("finish", "answer") for one in by] or ["finish", "answer"]
        question = f"""
            WITH counted AS MATERIALIZED (
                FROM ({durations(f"{rows} WHERE {found}", by)}) UNION ALL BY NAME
                FROM ({self.told(sets, (*by, "bin"))})
            )
            FROM ({quantiles(bins_of(by), "g, key", QUANTILES)})"""
        return await self.past.ask(question, found.values, self.files(span))

    async def finished(self) -> dict[date, int]:
        """Reports finished on each day, whenever they came in."""
        rows, found = self.rows(EVER)
        found.that("status = 'done'")
        days = f"finished_day BETWEEN '{self.scope.first_day}' AND '{self.scope.last_day}'"
        question = f"""
            SELECT finished_day AS day, sum(n)::BIGINT AS n FROM (
                SELECT finished_day, count(*) AS n FROM {rows} WHERE {found} AND {days} GROUP BY finished_day
                UNION ALL BY NAME
                SELECT finished_day, n FROM ({self.told(("finished",), ("finished_day", "class"))})
                WHERE class & {STATUS} = 2 AND {days}
            ) GROUP BY finished_day"""
        each = await self.past.ask(question, found.values, self.files((None, self.scope.end)))
        return {row["day"]: row["n"] for row in each}

    async def oldest(self, span: Times, names: Sequence[str] = tuple(OLDEST)) -> Rows:
        """Of some groups when the report was requested that waits longest. An agency is by its spelling."""
        rows, found = self.waits(span)
        name, sets = grouping({each: OLDEST[each] for each in names})
        columns = "".join(f"{one}, " for each in names for one in OLDEST[each])
        question = f"SELECT {name} AS g, {columns}min(requested) AS oldest FROM {rows} WHERE {found} GROUP BY {sets}"
        return await self.past.ask(question, found.values, self.waiting_files(span))

    async def waiting(self, bucket: str, soon: str) -> Rows:
        """What waits at present by agency (its spelling) and `bucket`; of them those that are `soon`."""
        rows, found = self.waits(EVER)
        question = f"""SELECT agency, {bucket} AS bucket, count(*) AS n, count(*) FILTER ({soon}) AS soon
            FROM {rows} WHERE {found} GROUP BY agency, bucket"""
        values = found.values | {"now": stamp(self.scope.now)}
        return await self.past.ask(question, values, self.waiting_files(EVER))

    async def waiting_longest(self, count: int) -> Rows:
        rows, found = self.waits(EVER)
        question = f"SELECT * FROM {rows} WHERE {found} ORDER BY requested, source, id LIMIT {count}"
        return await self.past.ask(question, found.values, self.waiting_files(EVER))

    async def named(self) -> Rows:
        """Every agency, category and channel that was ever named, the most frequent first."""
        rows, found = self.rows(EVER)
        columns = "agency, category_code, category, channel"
        question = f"""
            SELECT g, {columns}, sum(n)::BIGINT AS n FROM (
                FROM ({counts(rows, NAMED, "0")})
                UNION ALL BY NAME {self.told(tuple(NAMED), columns.split(", "))}
            ) GROUP BY g, {columns} ORDER BY n DESC, {columns}"""
        return await self.past.ask(question, found.values, self.files(EVER))

    @property
    def by(self) -> str | None:
        """By which of BY the digests are that answer what is asked; "" where none is chosen, None where none do."""
        chosen = [name for name in self.scope.filters if name != "status"]
        return chosen[0] if len(chosen) == 1 and chosen[0] in BY else None if chosen else ""

    @property
    def settled(self) -> datetime:
        """When a report was requested whose limit passes now."""
        return self.scope.now - timedelta(seconds=self.limits.complaint_age)

    def rows(self, span: Span) -> tuple[str, Conditions]:
        """The reports of a time as SQL, each with whether its limit has passed (`due`), and what they must be. Of files
        that lie in that time wholly, and are settled, that needs not be read."""
        found = Conditions(list(self.chosen.texts), dict(self.chosen.values))
        slugs = {"spellings": list(self.slugs), "slugs": list(self.slugs.values())}
        found.values |= {**slugs, "due": stamp(self.settled)}
        inside = Conditions(values=found.values)
        if span[0] is not None and span[1] is not None:
            inside.within("requested", span[0], span[1])
        late = f"SELECT *, requested < $due::TIMESTAMP AS due FROM {KNOWN} WHERE {inside}"
        return f"(SELECT *, true AS due FROM {{settled}} UNION ALL BY NAME {late})", found

    def waits(self, span: Span) -> tuple[str, Conditions]:
        """The same of those that wait."""
        rows, found = self.rows(span)
        if span[0] is not None and span[1] is not None:
            found.within("requested", span[0], span[1])
        return f"(SELECT * FROM {rows} WHERE status = 'waiting' UNION ALL BY NAME SELECT * FROM {{digests}})", found

    def told(self, names: Sequence[str], columns: Sequence[str]) -> str:
        """Some sets of the digests as SQL, by some of their columns."""
        listed, chosen = ", ".join(columns), self.chosen if self.by is not None else "false"
        sets = ", ".join(f"'{name}'" for name in names)
        return f"""SELECT g, {listed}, sum(n)::BIGINT AS n, sum(seconds) AS seconds
            FROM (SELECT *, {STATUS_NAME} AS status FROM (
                SELECT * REPLACE ((class + {DUE})::UTINYINT AS class) FROM {{digests}} WHERE g IN ({sets})
                UNION ALL BY NAME SELECT * FROM {{fresh}} WHERE g IN ({sets})
            )) WHERE {chosen}
            GROUP BY g, {listed}"""

    def files(self, span: Span) -> dict[str, Files]:
        """Those of `rows`, and the digests of all that is in none of them."""
        by = self.by or ""
        digest = complaint_counts(self.limits.complaint_age, self.limits.complaint_answer, by)
        suits = self.is_settled if self.by is not None else self.is_none
        fresh = self.is_fresh if self.by is not None else self.is_none
        return self.read(digest, span, suits, fresh)

    def waiting_files(self, span: Span) -> dict[str, Files]:
        """Those of `waits`."""
        return self.read(waiting(), span, lambda *_: True, self.is_none)

    def is_settled(self, part: Part, span: Span) -> bool:
        """Whether all of a file lies in a time, and has passed its limit."""
        start, end = span
        return part.end <= self.settled and (start is None or start <= part.start) and (end is None or part.end <= end)

    def is_fresh(self, part: Part, span: Span) -> bool:
        """The same of one of which nothing has."""
        start, end = span
        return (
            part.start >= self.settled and (start is None or start <= part.start) and (end is None or part.end <= end)
        )

    def is_none(self, part: Part, span: Span) -> bool:
        return False

    def read(self, digest: Digest, span: Span, suits: Suits, fresh: Suits) -> dict[str, Files]:
        """The files of a time by how they are read: those of which something changed; those of which, where it suits,
        there is a digest; those that are settled; and the rest."""

        def kind(part: Part, path: Path | None) -> str:
            if self.past.is_changed(part):
                return f"rows{CHANGED}"
            if path is not None and (suits(part, span) or fresh(part, span)):
                return "digests" if suits(part, span) else "fresh"
            return "settled" if self.is_settled(part, span) else "rows"

        def chosen(name: str) -> Choose:
            return lambda part, path: (path if name in DIGESTS else part.path) if kind(part, path) == name else None

        files = Files(COMPLAINTS, *span, digest.name)
        names = ("rows", f"rows{CHANGED}", "settled", *DIGESTS)
        found = {name: replace(files, choose=chosen(name)) for name in names}
        return found | {name: replace(found[name], columns=digest.columns) for name in DIGESTS}


def bins_of(by: tuple[str, ...]) -> str:
    """What `quantiles` asks for, in all and by some of PLACES."""
    rows = "split_part(g, ' ', 1) AS what, bin, n, seconds FROM counted"
    each = [f"SELECT '' AS g, '' AS key, {rows} WHERE g NOT LIKE '% agency'"]
    if by:
        key = "CASE WHEN g LIKE '% agency' THEN slug ELSE district END"
        each.append(f"SELECT split_part(g, ' ', 2) AS g, coalesce({key}, '') AS key, {rows} {SPELLED}")
    return " UNION ALL ".join(each)
