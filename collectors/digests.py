"""What is computed of a file of the history once, and kept beside it: sums by day, which long questions read instead.

A digest belongs to exactly one writing of one file: where that is written anew it counts no more, and the file itself
is read until there is another. It never says anything else than the file does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path

from collectors.facts import BEDS, HOURS, Table, stamp
from collectors.parts import Part
from collectors.questions.local import local, offset
from collectors.questions.scope import midnight
from collectors.relations import Choose, Files
from collectors.source import Area

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Times = tuple[datetime, datetime]
MOMENT = timedelta(microseconds=1)
COUNTS = "reporting AND occupied IS NOT NULL AND capacity > 0"
BED_SUMS = f"""count(*) FILTER ({COUNTS}) AS samples, count(*) FILTER (NOT coalesce({COUNTS}, false)) AS left_out,
    coalesce(sum(occupied) FILTER ({COUNTS}), 0)::BIGINT AS occupied,
    coalesce(sum(capacity) FILTER ({COUNTS}), 0)::BIGINT AS capacity, min(hospital) AS hospital,
    min(class_name) AS class_name, bool_or(reporting) AS told, bool_or(demo) AS demo"""
"""The looks at beds that count, the others, and the beds of those that count (questions/beds.py)."""


COUNTED = ("checks", "up", "degraded", "down", "maintenance", "latency_n", "latency_sum")


@dataclass(frozen=True, slots=True)
class Digest:
    """One kind, of a table's files of days and months. Its name says all that it depends on beside the file: what else
    is computed has another name. `question` is for the digest of a part, whose rows are `{rows}`; `suits` says which
    files have one: what is of an hour is soon part of a day."""

    name: str
    table: Table
    columns: Mapping[str, str]
    question: Callable[[Part], str]
    order: str
    suits: Callable[[Part], bool] = lambda part: "T" not in part.stem


def bed_sums() -> Digest:
    """By hospital, class and day; and, without the day, by weekday and hour."""
    place = "hospital_id, unit, bed_class"
    question = f"""SELECT {place}, day, weekday, hour, {BED_SUMS} FROM {{rows}}
        GROUP BY GROUPING SETS (({place}, day), ({place}, weekday, hour))"""
    columns = {
        "hospital_id": "VARCHAR", "unit": "VARCHAR", "bed_class": "VARCHAR", "day": "DATE", "weekday": "UTINYINT",
        "hour": "UTINYINT", "samples": "BIGINT", "left_out": "BIGINT", "occupied": "BIGINT", "capacity": "BIGINT",
        "hospital": "VARCHAR", "class_name": "VARCHAR", "told": "BOOLEAN", "demo": "BOOLEAN",
    }  # fmt: skip
    return Digest("sums1", BEDS, columns, lambda _: question, f"day IS NULL, {place}, day, weekday, hour")


def app_days(zone: tzinfo) -> Digest:
    """By application and the day of a zone."""

    def question(part: Part) -> str:
        day = f"{local('moment', part.start, part.end, zone)}::DATE"
        sums = ", ".join(f"sum({one})::BIGINT AS {one}" for one in COUNTED)
        return f"""SELECT app, {day} AS day, {sums}, count(latency_p95) AS p95_n, sum(latency_p95)::BIGINT AS p95_sum,
            max(latency_p95) AS latency_worst, arg_max(moment, latency_p95) AS worst, bool_or(demo) AS demo
            FROM {{rows}} GROUP BY app, {day}"""

    columns = {
        "app": "VARCHAR", "day": "DATE", **dict.fromkeys(COUNTED, "BIGINT"), "p95_n": "BIGINT", "p95_sum": "BIGINT",
        "latency_worst": "INTEGER", "worst": "TIMESTAMP", "demo": "BOOLEAN",
    }  # fmt: skip
    return Digest(f"days1-{str(zone).replace('/', '-')}", HOURS, columns, question, "app, day")


@dataclass(frozen=True, slots=True)
class Split:
    """How a time is told: its whole days, `first` to `last` (excluded), by the digests of files that end before the
    area's seam; the rest, and what has no digest, by the files. With `whole` only by digests of files that lie in those
    days wholly."""

    area: Area
    digest: Digest
    start: datetime
    end: datetime
    first: date
    last: date
    zone: tzinfo
    seams: Mapping[Area, datetime]
    whole: bool = False

    @classmethod
    def of(cls, area: Area, digest: Digest, span: Times, zone: tzinfo, seams: Mapping[Area, datetime]) -> Split:
        first, last = (span[0] - MOMENT).astimezone(zone).date() + DAY, span[1].astimezone(zone).date()
        return cls(area, digest, *span, first, last, zone, seams)

    @property
    def bare(self) -> Split:
        """The same by files alone."""
        return replace(self, last=self.first)

    def tells(self, part: Part, digest: Path | None) -> bool:
        """Whether the digest of a file is read."""
        if digest is None or part.end > self.seams[self.area] or self.first >= self.last:
            return False
        opens, closes = part.start.astimezone(self.zone).date(), (part.end - MOMENT).astimezone(self.zone).date()
        if self.whole:
            return self.first <= opens and closes < self.last
        return opens < self.last and self.first <= closes

    def ragged(self, part: Part, digest: Path | None) -> bool:
        """Whether a file whose digest is read has something of the rest, too."""
        low, high = self.edges
        return self.tells(part, digest) and (
            max(part.start, self.start) < min(part.end, low) or max(part.start, high) < min(part.end, self.end)
        )

    @property
    def edges(self) -> Times:
        """Where the whole days begin and end."""
        return midnight(self.first, self.zone), midnight(self.last, self.zone)

    def rows(self, name: str = "rows") -> str:
        """What is read from files, and what Redis has, as a relation in SQL."""
        at, seam = self.digest.table.at, f"$seam_{self.area}::TIMESTAMP"
        low, high = (f"'{stamp(edge)}'" for edge in self.edges)
        rest = f"{at} < {seam} AND ({at} < {low} OR {at} >= {high})"
        return f"""(SELECT * FROM {{{name}_bare}} WHERE {at} < {seam}
            UNION ALL BY NAME SELECT * FROM {{{name}_ragged}} WHERE {rest}
            UNION ALL BY NAME SELECT * FROM {self.digest.table.name}_now)"""

    @property
    def days(self) -> str:
        """The whole days as a condition on a digest's `day`."""
        return f"day >= '{self.first}' AND day < '{self.last}'"

    def files(self, name: str = "rows") -> dict[str, Files]:
        """Those for `rows`, and the digests as `{name}_digests`."""
        return {
            f"{name}_bare": self.chosen(lambda part, digest: None if self.tells(part, digest) else part.path),
            f"{name}_ragged": self.chosen(lambda part, digest: part.path if self.ragged(part, digest) else None),
            f"{name}_digests": self.chosen(
                lambda part, digest: digest if self.tells(part, digest) else None, self.digest.columns
            ),
        }

    def chosen(self, choose: Choose, columns: Mapping[str, str] | None = None) -> Files:
        return Files(self.digest.table, self.start, self.end, self.digest.name, choose, columns)


def whole_hours(span: Times, zone: tzinfo) -> bool:
    """Whether a zone's days begin with an hour of UTC."""
    return not any(offset(moment, zone) % HOUR for moment in span)
