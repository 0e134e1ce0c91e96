"""Counts of complaints, and how long they took: from rows of files and of Redis, and from digests of whole months."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from collectors.complaint_counts import (
    ANSWERED,
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
Rows = list[dict[str, Any]]
EVER: tuple[None, None] = (None, None)
MOMENT, DAY = timedelta(microseconds=1), timedelta(days=1)
KNOWN = relation("complaints", COMPLAINTS, name="rows")
SPELLED = "LEFT JOIN (SELECT unnest($spellings::VARCHAR[]) AS agency, unnest($slugs::VARCHAR[]) AS slug) USING (agency)"
GROUPS = {
    "agency": ("agency", "slug", SPELLED), "district": ("place", "district", ""),
    "subdistrict": ("place", "subdistrict", ""), "category": ("category", "category_code", ""),
    "channel": ("channel", "channel", ""), "day": ("day", "''", ""), "weekday": ("week", "''", ""),
}  # fmt: skip
"""Of each group the set of counts it comes from, its key in it, and what that needs beside."""
MORE = (("day", "day"), ("weekday", "weekday"), ("weekday", "hour"))
"""The groups that have other keys."""
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
    nothing but a status is chosen, of months whose reports are all older than the limit.

    Every method raises HistoryError.
    """

    past: Past
    limits: Limits
    scope: Scope
    chosen: Conditions
    slugs: Mapping[str, str]

    async def totals(self, span: Times, names: Sequence[str] = tuple(SETS), by: tuple[str, ...] = PLACES) -> Rows:
        """Counts by all groups that come from some sets: `g`, and its `key`, or `day`, or `weekday` and `hour`; always
        "total" and "status". And how long it took to finish and to answer (QUANTILES, in seconds), of "times total",
        and by some of PLACES "times agency" and "times district"."""
        rows, found = self.rows(span)
        classes = class_of(self.limits.complaint_age, self.limits.complaint_answer, "due")
        sets = {name: SETS[name] for name in names}
        columns = ", ".join(dict.fromkeys([*(one for each in sets.values() for one in each), *by]))
        each = [group_of(group, *rest) for group, rest in GROUPS.items() if rest[0] in sets]
        each += [group_of("total", names[0], "''"), group_of("status", names[0], STATUS_NAME)]
        keys = "".join(f", {one}" for group, one in MORE if GROUPS[group][0] in sets)
        timed = [f"{what} {one}" for what in ("finish", "answer") for one in by or ("agency",)]
        question = f"""
            WITH counted AS MATERIALIZED (
                {counts(f"{rows} WHERE {found}", sets, classes, by)}
                UNION ALL BY NAME
                SELECT g, {columns}, CASE WHEN bin IS NULL THEN class + {DUE} ELSE class END AS class, bin, n, seconds
                FROM {self.told([*names, *timed])}
            )
            SELECT g, key{keys}, {SUMS}, bool_or(class & {DEMO} > 0) AS demo
            FROM ({" UNION ALL BY NAME ".join(each)}) GROUP BY g, key{keys}
            UNION ALL BY NAME FROM ({quantiles(bins_of(by), "g, key", QUANTILES)})"""
        return await self.past.ask(question, found.values, self.files(span))

    async def finished(self) -> dict[date, int]:
        """Reports finished on each day, whenever they came in."""
        rows, found = self.rows(EVER)
        found.that("status = 'done'")
        days = f"finished_day BETWEEN '{self.scope.first_day}' AND '{self.scope.last_day}'"
        question = f"""
            SELECT finished_day AS day, sum(n)::BIGINT AS n FROM (
                SELECT finished_day, count(*) AS n FROM {rows} WHERE {found} AND {days} GROUP BY finished_day
                UNION ALL SELECT finished_day, n FROM {self.told(["finished"])} AND class & {STATUS} = 2 AND {days}
            ) GROUP BY finished_day"""
        each = await self.past.ask(question, found.values, self.files((None, self.scope.end)))
        return {row["day"]: row["n"] for row in each}

    async def waits(self, bucket: str, soon: str, count: int, spans: Mapping[str, Times]) -> Rows:
        """What waits at present: of "bucket" how many, and how many of them are `soon`, by agency and `bucket`; of
        "row" the reports that wait longest; and of each of `spans` when the report was requested that waits longest,
        of the groups of OLDEST, as "NAME GROUP". An agency is by its spelling."""
        rows, found = self.rows(EVER)
        each = [
            f"SELECT 'bucket' AS g, agency, {bucket} AS bucket, count(*) AS n, count(*) FILTER ({soon}) AS soon "
            "FROM waits GROUP BY ALL",
            f"SELECT 'row' AS g, * FROM (FROM waits ORDER BY requested, source, id LIMIT {count})",
        ]
        name, sets = grouping(OLDEST)
        columns = "".join(f"{one}, " for each in OLDEST.values() for one in each)
        for of, span in spans.items():
            inside = Conditions(values=found.values).within("requested", *span)
            each.append(
                f"SELECT '{of} ' || {name} AS g, {columns}min(requested) AS oldest "
                f"FROM waits WHERE {inside} GROUP BY {sets}"
            )
        question = f"""
            WITH waits AS MATERIALIZED (
                FROM (
                    SELECT * FROM {rows} WHERE status = 'waiting' UNION ALL BY NAME SELECT * FROM {{digests}}
                ) WHERE {found}
            )
            {" UNION ALL BY NAME ".join(f"FROM ({one})" for one in each)}"""
        values = found.values | {"now": stamp(self.scope.now)}
        return await self.past.ask(question, values, self.waiting_files())

    async def named(self) -> Rows:
        """Every agency, category and channel that was ever named, the most frequent first."""
        rows, found = self.rows(EVER)
        columns = "agency, category_code, category, channel"
        question = f"""
            SELECT g, {columns}, sum(n)::BIGINT AS n FROM (
                {counts(rows, NAMED, "0")} UNION ALL BY NAME SELECT g, {columns}, n FROM {self.told(tuple(NAMED))}
            ) GROUP BY g, {columns} ORDER BY n DESC, {columns}"""
        return await self.past.ask(question, found.values, self.files(EVER))

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

    def told(self, sets: Sequence[str]) -> str:
        """Some sets of the digests."""
        names = ", ".join(f"'{name}'" for name in sets)
        places = ", ".join(str(STATUSES.index(one)) for one in self.scope.chosen("status") if one in STATUSES)
        return f"{{digests}} WHERE g IN ({names})" + (f" AND class & {STATUS} IN ({places})" if places else "")

    def files(self, span: Span) -> dict[str, Files]:
        """Those of `rows`, and the digests of all that is in none of them."""
        digest = complaint_counts(self.limits.complaint_age, self.limits.complaint_answer)
        plain = set(self.scope.filters) <= {"status"}
        return self.read(digest, span, lambda part: plain and self.is_settled(part, span))

    def waiting_files(self) -> dict[str, Files]:
        """Those of what waits, and the digests of the rest."""
        return self.read(waiting(), EVER, lambda _: True)

    def is_settled(self, part: Part, span: Span) -> bool:
        """Whether all of a file lies in a time, and has passed its limit."""
        start, end = span
        return part.end <= self.settled and (start is None or start <= part.start) and (end is None or part.end <= end)

    def read(self, digest: Digest, span: Span, suits: Callable[[Part], bool]) -> dict[str, Files]:
        """The files of a time by how they are read: those of which something changed; those of which, where it suits,
        there is a digest; those that are settled; and the rest."""

        def kind(part: Part, path: Path | None) -> str:
            if self.past.is_changed(part):
                return f"rows{CHANGED}"
            if path is not None and suits(part):
                return "digests"
            return "settled" if self.is_settled(part, span) else "rows"

        def chosen(name: str) -> Choose:
            return lambda part, path: (path if name == "digests" else part.path) if kind(part, path) == name else None

        files = Files(COMPLAINTS, *span, digest.name)
        names = ("rows", f"rows{CHANGED}", "settled", "digests")
        found = {name: replace(files, choose=chosen(name)) for name in names}
        return found | {"digests": replace(found["digests"], columns=digest.columns)}


def group_of(group: str, name: str, key: str, beside: str = "") -> str:
    """One group's counts, from the set of counts of a name."""
    more = "".join(f", {one}" for of, one in MORE if of == group)
    return f"SELECT '{group}' AS g, coalesce({key}, '') AS key{more}, class, n FROM counted {beside} WHERE g = '{name}'"


def bins_of(by: tuple[str, ...]) -> str:
    """What `quantiles` asks for, in all and by some of PLACES."""
    groups = [("total", "''", "", "NOT LIKE '% district'")]
    if by:
        groups += [("agency", "slug", SPELLED, "LIKE '% agency'"), ("district", "district", "", "LIKE '% district'")]
    return " UNION ALL ".join(
        f"SELECT 'times {group}' AS g, coalesce({key}, '') AS key, split_part(g, ' ', 1) AS what, bin, n, seconds "
        f"FROM counted {beside} WHERE bin IS NOT NULL AND g {like}"
        for group, key, beside, like in groups
    )
