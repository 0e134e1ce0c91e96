"""Reports counted by what they are of and how they stand, in SQL: of rows, and as digests of a month (digests.py).

How a report stands is its `class`, a sum of bits, so that one count per class gives every sum that is asked for. How
long things took is counted in bins that are 3.5 % wide, with the sum of each (questions/quantiles.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from collectors.digests import Digest
from collectors.facts import COMPLAINTS
from collectors.questions.sql import grouping

STATUS, DUE, WITHIN, ANSWERED, IN_TIME, REOPENED, DEMO = 3, 4, 8, 16, 32, 64, 128
"""The bits of a class; those of its status are its place in STATUSES."""
STATUSES = ("waiting", "in_progress", "done", "unknown")
STATUS_OF = "CASE status WHEN 'waiting' THEN 0 WHEN 'in_progress' THEN 1 WHEN 'done' THEN 2 ELSE 3 END"
SETS = {
    "agency": ("agency",), "place": ("district", "subdistrict"), "category": ("category_code",),
    "channel": ("channel",), "day": ("day",), "week": ("weekday", "hour"),
}  # fmt: skip
NAMED = {"agency": ("agency",), "named": ("category_code", "category"), "channel": ("channel",)}
OF_FILE = {**SETS, **NAMED, "finished": ("finished_day",)}
PLACES = ("agency", "district")
BY = {"district": "district", "agency": "agency", "category": "category_code"}
"""The filters of which one is answered by digests, and the columns of their values."""
BINS_PER_OCTAVE = 20
COLUMNS = {
    "g": "VARCHAR", "agency": "VARCHAR", "district": "VARCHAR", "subdistrict": "VARCHAR", "category_code": "VARCHAR",
    "category": "VARCHAR", "channel": "VARCHAR", "day": "DATE", "weekday": "UTINYINT", "hour": "UTINYINT",
    "finished_day": "DATE", "class": "UTINYINT", "bin": "SMALLINT", "n": "INTEGER", "seconds": "DOUBLE",
}  # fmt: skip


def class_of(age: float, answer: float, due: str = "false") -> str:
    """A report's class. `due` is a condition in SQL; `age` and `answer` are the seconds to finish and to answer it."""
    return f"""({STATUS_OF}
        + CASE WHEN {due} THEN {DUE} ELSE 0 END
        + CASE WHEN status = 'done' AND finish_s <= {age:.0f} THEN {WITHIN} ELSE 0 END
        + CASE WHEN answer_s <= {answer:.0f} THEN {ANSWERED + IN_TIME} WHEN answer_s IS NULL THEN 0 ELSE {ANSWERED} END
        + CASE WHEN reopened > 0 THEN {REOPENED} ELSE 0 END + CASE WHEN demo THEN {DEMO} ELSE 0 END)::UTINYINT"""


def counts(rows: str, sets: Mapping[str, tuple[str, ...]], classes: str) -> str:
    """How many rows there are of each class in each of some sets, `g`."""
    name, grouped = grouping({each: (*columns, "class") for each, columns in sets.items()})
    columns = ", ".join(dict.fromkeys(one for each in sets.values() for one in each))
    return f"""SELECT {name} AS g, {columns}, class, count(*)::INTEGER AS n
        FROM (SELECT {columns}, {classes} AS class FROM {rows}) GROUP BY {grouped}"""


def durations(rows: str, by: tuple[str, ...], more: tuple[str, ...] = ()) -> str:
    """How often `finish` (of what is done) and `answer` took how long, by each of some columns and all of `more`; in
    all without any. The class is a status alone."""
    sets: dict[str, tuple[str, ...]] = {}
    for what in ("finish", "answer"):
        of = ("class", f"{what}_bin")
        sets |= {f"{what} {one}": tuple(dict.fromkeys((*more, one, *of))) for one in by} or {what: (*more, *of)}
    name, grouped = grouping(sets)
    columns = "".join(f"{one}, " for one in dict.fromkeys((*more, *by)))
    return f"""
        SELECT g, {columns}class, coalesce(finish_bin, answer_bin) AS bin, n,
            CASE WHEN finish_bin IS NULL THEN answer_s ELSE finish_s END AS seconds
        FROM (
            SELECT {name} AS g, {columns}class, finish_bin, answer_bin, count(*)::INTEGER AS n,
                sum(finish_s)::DOUBLE AS finish_s, sum(answer_s)::DOUBLE AS answer_s
            FROM (
                SELECT {columns}({STATUS_OF})::UTINYINT AS class, finish_s, answer_s,
                    CASE WHEN status = 'done' THEN {bin_of("finish_s")} END AS finish_bin,
                    {bin_of("answer_s")} AS answer_bin
                FROM {rows}
            ) GROUP BY {grouped}
        ) WHERE finish_bin IS NOT NULL OR answer_bin IS NOT NULL"""


def bin_of(column: str) -> str:
    return f"floor({BINS_PER_OCTAVE} * log2(1 + {column} / 60))::SMALLINT"


def complaint_counts(age: float, answer: float, by: str = "") -> Digest:
    """All of that of one file, where asked each by a column of BY too; nothing in it is due."""
    more = (BY[by],) if by else ()
    sets = {name: tuple(dict.fromkeys((*more, *columns))) for name, columns in OF_FILE.items()}
    long = [durations("{rows}", by_place, more) for by_place in (PLACES, ())]
    each = counts("{rows}", sets, class_of(age, answer)), *long
    question = " UNION ALL BY NAME ".join(f"FROM ({one})" for one in each)
    name = f"counts2-{by}{'-' if by else ''}{age:.0f}-{answer:.0f}"
    return Digest(name, COMPLAINTS, COLUMNS, lambda _: question, ", ".join((*more, "g", "class", "bin")))


def waiting() -> Digest:
    """What waits of one file: little of an old one, wherever in it."""
    question = "SELECT * FROM {rows} WHERE status = 'waiting'"
    return Digest("waiting1", COMPLAINTS, COMPLAINTS.columns, lambda _: question, "requested")
