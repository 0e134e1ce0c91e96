"""What may be asked about traffic.

The definitions, which every chart states: what is counted are *reports* as their sources give them, in the time in
which they began; two sources may report one event. One that a source no longer gives is *ended*; *open* is one that a
source gives now; of the rest the end is *unknown*: nobody looked when it came. How long until cleared runs from a
report's beginning to its end, of those that are ended. *Open now* are all reports open at present, whenever they began.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from collectors.facts import TRAFFIC
from collectors.past import Listing, Past, Span, relation
from collectors.questions.extent import aware, extent
from collectors.questions.scope import Scope
from collectors.questions.sql import Conditions, chosen, grouped, grouping, nothing
from collectors.records import TrafficKind

TABLE = f"""(SELECT t.*, CASE WHEN t.ended IS NOT NULL THEN 'ended' WHEN here THEN 'open' ELSE 'unknown' END AS state,
    CASE WHEN verified THEN 'yes' WHEN NOT verified THEN 'no' ELSE '' END AS checked
    FROM {relation("traffic", TRAFFIC)} t
    LEFT JOIN (SELECT source, id, started, true AS here FROM traffic_now WHERE ended IS NULL) n
    ON n.source = t.source AND n.id = t.id AND n.started = t.started)"""
COLUMNS = {
    "district": "district", "subdistrict": "subdistrict", "kind": "kind", "verified": "checked", "state": "state",
    "level": "level", "hour": "hour", "weekday": "weekday",
}  # fmt: skip
SETS = {
    "total": (), "district": ("district",), "subdistrict": ("subdistrict",), "kind": ("kind",), "level": ("level",),
    "verified": ("checked",), "state": ("state",), "road": ("road",), "day": ("day",), "weekday": ("weekday", "hour"),
}  # fmt: skip
State = Literal["open", "ended", "unknown"]
ROWS = 25
ROADS = 25
OPEN_ROWS = 200
SORTS = {"oldest": "started", "newest": "started DESC", "longest": "open_s DESC NULLS LAST, started"}
IN_TIME = {SORTS["newest"]: True, SORTS["oldest"]: False}


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts of reports; of `n` each is open, ended or of unknown end, and verified, unverified or neither. How long
    until cleared, in seconds, is over the `ended`."""

    n: int = 0
    open: int = 0
    ended: int = 0
    unknown: int = 0
    verified: int = 0
    unverified: int = 0
    cleared_median: float | None = None
    cleared_p90: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `open_s` is None while it is open, and where its end is unknown."""

    source: str
    id: str
    kind: TrafficKind
    level: int | None
    road: str | None
    verified: bool | None
    started: datetime
    ended: datetime | None
    open_s: int | None
    state: State
    subdistrict: str | None
    district: str | None
    demo: bool


@dataclass(frozen=True, slots=True)
class OpenNow:
    """What is open at present by the scope's filters, whatever its time: by kind, and the oldest, at most OPEN_ROWS."""

    n: int
    by_kind: Mapping[str, int]
    oldest: Sequence[Report]


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything the page of traffic shows. Groups are by code; "" is unknown, and -1 an unknown level. `verified` is
    by "yes", "no" and ""; `roads` are the ROADS with most reports; `hours` by weekday (1 Monday) and hour."""

    total: Sums
    before: Sums | None
    districts: Mapping[str, Sums]
    subdistricts: Mapping[str, Sums]
    kinds: Mapping[str, Sums]
    levels: Mapping[int, Sums]
    verified: Mapping[str, Sums]
    states: Mapping[str, Sums]
    roads: Mapping[str, Sums]
    days: Mapping[date, Sums]
    days_before: Mapping[date, Sums]
    hours: Mapping[tuple[int, int], int]
    open_now: OpenNow
    rows: Sequence[Report]
    demo: bool
    first: date | None
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class TrafficQuestions:
    """Asks the past. Every method raises HistoryError."""

    past: Past

    async def answer(self, scope: Scope) -> Answer:
        before = scope.before
        counted = asyncio.gather(
            self.cube(scope, (scope.start, scope.end)),
            self.cube(scope, before, ("total", "day")) if before else nothing(),
        )
        others = asyncio.gather(
            self.open_now(scope),
            self.rows(scope, ROWS, (scope.page - 1) * ROWS),
            extent(self.past, "traffic", TRAFFIC, "greatest(started, ended)"),
        )
        (cube, past_cube), (open_now, rows, known) = await asyncio.gather(counted, others)
        groups, past_groups = grouped(cube, SETS), grouped(past_cube, SETS)
        roads = sorted(groups["road"].items(), key=lambda one: (-one[1]["n"], one[0]))

        def by(name: str) -> dict[Any, Sums]:
            return {key[0]: sums(row) for key, row in groups[name].items()}

        return Answer(
            total=sums(groups["total"].get((), {})),
            before=sums(past_groups["total"].get((), {})) if before else None,
            districts=by("district"),
            subdistricts=by("subdistrict"),
            kinds=by("kind"),
            levels=by("level"),
            verified=by("verified"),
            states=by("state"),
            roads={key[0]: sums(row) for key, row in roads[:ROADS] if key[0]},
            days=by("day"),
            days_before={key[0]: sums(row) for key, row in past_groups["day"].items()},
            hours={(key[0], key[1]): row["n"] for key, row in groups["weekday"].items()},
            open_now=open_now,
            rows=rows,
            demo=known.demo or any(row["demo"] for row in cube),
            first=known.day(self.past),
            as_of=known.newest,
        )

    async def cube(
        self, scope: Scope, span: tuple[datetime, datetime], names: Sequence[str] = tuple(SETS)
    ) -> list[dict[str, Any]]:
        """All counts of one time in one reading of it."""
        found = chosen(scope, COLUMNS).within("started", *span)
        name, sets = grouping({each: SETS[each] for each in names})
        question = f"""
            WITH facts AS (
                SELECT coalesce(district, '') AS district, coalesce(subdistrict, '') AS subdistrict, kind,
                    coalesce(level, -1)::TINYINT AS level, checked, state, coalesce(road, '') AS road, day, weekday,
                    hour, open_s, demo
                FROM {TABLE} WHERE {found}
            )
            SELECT {name} AS g, {", ".join(dict.fromkeys(one for each in names for one in SETS[each]))},
                count(*) AS n, count(*) FILTER (state = 'open') AS open, count(*) FILTER (state = 'ended') AS ended,
                count(*) FILTER (state = 'unknown') AS "unknown", count(*) FILTER (checked = 'yes') AS verified,
                count(*) FILTER (checked = 'no') AS unverified,
                quantile_cont(open_s, 0.5) AS cleared_median, quantile_cont(open_s, 0.9) AS cleared_p90,
                bool_or(demo) AS demo
            FROM facts GROUP BY {sets}"""
        return await self.ask(question, found.values, span)

    async def open_now(self, scope: Scope) -> OpenNow:
        found = chosen(scope, COLUMNS).that("state = 'open'")
        counted, oldest = await asyncio.gather(
            self.ask_now(f"SELECT kind, count(*) AS n FROM {TABLE} WHERE {found} GROUP BY ALL", found),
            self.ask_now(f"SELECT * FROM {TABLE} WHERE {found} ORDER BY started, source, id LIMIT {OPEN_ROWS}", found),
        )
        by_kind = {row["kind"]: row["n"] for row in counted}
        return OpenNow(sum(by_kind.values()), by_kind, [report(row) for row in oldest])

    async def ask_now(self, question: str, found: Conditions) -> list[dict[str, Any]]:
        """What is open is in Redis: no file is read."""
        return await self.past.ask(question.replace("{traffic}", "traffic_now"), found.values, {})

    async def rows(self, scope: Scope, count: int, skip: int = 0) -> list[Report]:
        """The reports behind the numbers, in the scope's order."""
        listing = self.listing(scope)
        rows = await self.past.some(listing, count, skip)
        return [report(row) for row in rows]

    def listing(self, scope: Scope) -> Listing:
        found = chosen(scope, COLUMNS).within("started", scope.start, scope.end)
        order = SORTS.get(scope.sort, SORTS["newest"])
        question = f"SELECT * FROM {TABLE} WHERE {found} ORDER BY {order}, source, id"
        return Listing(question, found.values, {"traffic": (TRAFFIC, (scope.start, scope.end))}, IN_TIME.get(order))

    async def ask(self, question: str, values: Mapping[str, Any], span: Span = (None, None)) -> list[dict[str, Any]]:
        return await self.past.ask(question, values, {"traffic": (TRAFFIC, span)})


def sums(row: Mapping[str, Any]) -> Sums:
    return Sums(**{name: row[name] for name in Sums.__dataclass_fields__ if row.get(name) is not None})


def report(row: Mapping[str, Any]) -> Report:
    found = {name: row[name] for name in Report.__dataclass_fields__}
    return Report(**found | {name: aware(row[name]) for name in ("started", "ended")})
