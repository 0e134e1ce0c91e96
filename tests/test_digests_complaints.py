"""Months that are told by their digests say what their reports say, whatever happens to either."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import isclose
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from collectors.digesting import digests_of, keep_digests, look_through_digests
from collectors.districts import Districts
from collectors.facts import COMPLAINTS, Row, complaint_row
from collectors.history import History, columns_of
from collectors.owners import Owners
from collectors.parts import digests_in
from collectors.past import Past
from collectors.questions.complaints import ComplaintQuestions
from collectors.questions.scope import scope_from
from collectors.readings.limits import Limits
from collectors.records import Complaint
from collectors.store import StoreDownError
from collectors.writing import Writing
from tests.chronicling import damaged

ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
FIRST = datetime(2026, 7, 1, tzinfo=UTC)
LIMITS = Limits()
DIGESTS = digests_of(ZONE, LIMITS)
FILTERS: tuple[dict[str, list[str]], ...] = (
    {}, {"district": ["36.71.01"]}, {"agency": ["dishub"]}, {"category": ["7"], "status": ["done"]},
    {"agency": ["dishub"], "district": ["36.71.01"]},
)  # fmt: skip
Truth = dict[str, Row]


class Nowhere:
    """A store that does not answer."""

    def __getattr__(self, name: str) -> Any:
        raise StoreDownError(name)


def report(number: int, luck: Random, districts: Districts, start: datetime = FIRST) -> Row:
    """One report as it may be at NOW; the same number was always requested at the same moment."""
    at = start + timedelta(minutes=Random(number).randrange(int((NOW - start).total_seconds() // 60)))
    answered = at + timedelta(minutes=luck.randrange(1, 900))
    finished = answered + timedelta(minutes=luck.randrange(1, 20_000))
    done = finished <= NOW and luck.random() < 0.7
    lat, lon = luck.choice([(-6.19, 106.66), (-6.17, 106.63), (-6.23, 106.71)])
    one = Complaint(
        id=str(number), status="done" if done else luck.choice(["waiting", "in_progress", "unknown"]), status_given="",
        category="Jalan", category_code=luck.choice(["7", "8"]), requested=at, lat=lat, lon=lon,
        agency=luck.choice(["Dishub", "DISHUB", "Dinas Kesehatan", None]), channel=luck.choice(["112", None]),
        answered=answered if answered <= NOW else None, finished=finished if done else None,
    )  # fmt: skip
    return complaint_row("laksa", one, districts, ZONE, False)


def told(history: Writing, truth: Truth, rows: list[Row]) -> None:
    truth |= {row["id"]: row for row in rows}
    history.merge(COMPLAINTS, columns_of(rows, COMPLAINTS), "large", now=NOW)


def past(folder: Path, districts: Districts) -> Past:
    store: Any = Nowhere()
    return Past(store, History(folder), districts, ZONE)


def chosen(truth: Truth, filters: Mapping[str, list[str]]) -> list[Row]:
    columns = {"district": "district", "category": "category_code", "status": "status"}
    return [
        row
        for row in truth.values()
        if all(row[columns[name]] in values for name, values in filters.items() if name in columns)
        and ("agency" not in filters or (row["agency"] or "").lower() == "dishub")
    ]


async def check(found: Past, truth: Truth, luck: Random) -> None:
    for filters in luck.sample(FILTERS, 2):
        scope = scope_from("complaints", {"range": ["all"], **filters}, NOW, ZONE, {})
        answer = await ComplaintQuestions(found, Owners(), LIMITS).answer(scope)
        mine = chosen(truth, filters)
        assert answer.total.n == len(mine)
        assert {name: one.n for name, one in answer.statuses.items()} == Counter(row["status"] for row in mine)
        assert {name: one.n for name, one in answer.districts.items()} == Counter(row["district"] or "" for row in mine)
        assert {str(day): one.n for day, one in answer.days.items()} == Counter(row["day"] for row in mine)
        assert answer.hours == Counter((row["weekday"], row["hour"]) for row in mine)
        assert {str(day): n for day, n in answer.finished.items()} == Counter(
            row["finished_day"] for row in mine if row["status"] == "done"
        )
        assert answer.waiting.n == sum(row["status"] == "waiting" for row in mine)
        assert answer.total.oldest == min(
            (moment(row) for row in mine if row["status"] == "waiting"), default=None
        )  # fmt: skip
        finishes = [row["finish_s"] for row in mine if row["status"] == "done"]
        due = [row for row in mine if (NOW - moment(row)).total_seconds() > LIMITS.complaint_age]
        assert (answer.total.done, answer.total.due) == (len(finishes), len(due))
        assert answer.total.late == sum(row["status"] == "waiting" for row in due)
        assert answer.total.on_time == sum(
            row["status"] == "done" and row["finish_s"] <= LIMITS.complaint_age for row in due
        )
        assert isclose(answer.total.finish_median or 0, median(finishes or [0]), rel_tol=0.02, abs_tol=1)


def moment(row: Row) -> datetime:
    return datetime.fromisoformat(row["requested"]).replace(tzinfo=UTC)


def happen(what: str, history: Writing, truth: Truth, luck: Random, districts: Districts) -> None:
    folder = history.folder / COMPLAINTS.name
    match what:
        case "digest":
            keep_digests(history, DIGESTS, 1000)
        case "some digests":
            keep_digests(history, DIGESTS, 3)
        case "late":
            told(history, truth, [report(luck.randrange(1000, 2000), luck, districts)])
        case "changed":
            told(history, truth, [report(int(luck.choice(sorted(truth))), luck, districts) for _ in range(3)])
        case "swept":
            history.sweep(COMPLAINTS)
        case "looked through":
            look_through_digests(history, DIGESTS)
        case "pruned":
            edge = datetime(2026, 8, 1, tzinfo=UTC)
            history.prune(COMPLAINTS, edge)
            for row in [row for row in truth.values() if moment(row) < edge]:
                del truth[row["id"]]
        case _ if digests_in(folder):
            path = luck.choice(sorted(digests_in(folder)))
            path.unlink() if what == "lost" else damaged(path, what)


HAPPENING = st.sampled_from(
    ["digest", "some digests", "late", "changed", "swept", "looked through", "pruned", "lost", "empty", "garbage"]
)


@settings(max_examples=2, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, 1000), st.lists(HAPPENING, min_size=2, max_size=4))
@example(1, ["digest", "changed", "late", "digest", "pruned"])
@example(2, ["digest", "garbage", "changed", "looked through", "digest", "lost"])
def test_whatever_happens_to_digests_and_files_the_answer_is_a_straight_count(
    districts: Districts, seed: int, happening: list[str]
) -> None:
    luck = Random(seed)
    truth: Truth = {}
    with tempfile.TemporaryDirectory() as name, asyncio.Runner() as runner:
        history = Writing(Path(name))
        told(history, truth, [report(number, luck, districts) for number in range(150)])
        staying = past(Path(name), districts)
        for what in happening:
            happen(what, history, truth, luck, districts)
            coming = past(Path(name), districts)
            runner.run(check(staying, truth, luck))
            runner.run(check(coming, truth, luck))
            assert not coming.history.broken
            coming.history.close()
        staying.history.close()
        history.close()


async def test_months_that_are_settled_are_told_by_digests_alone(tmp_path: Path, districts: Districts) -> None:
    truth: Truth = {}
    history, luck = Writing(tmp_path), Random(7)
    told(history, truth, [report(number, luck, districts) for number in range(150)])
    keep_digests(history, DIGESTS, 1000)
    history.close()
    for path in (tmp_path / COMPLAINTS.name).glob("202609*.parquet"):
        path.write_bytes(b"nobody reads this for its counts")
    found = past(tmp_path, districts)
    scope = scope_from("complaints", {"from": ["2026-08-20"], "to": ["2026-10-10"]}, NOW, ZONE, {})
    sums = ComplaintQuestions(found, Owners(), LIMITS).sums(scope, {})
    rows = await sums.groups((scope.start, scope.end))
    assert not found.history.broken
    n = sum(row["n"] for row in rows if row["g"] == "day" and f"{row['day']:%Y%m}" == "202609")
    assert n == sum(row["day"].startswith("2026-09") for row in truth.values())
    found.history.close()


async def test_days_too_young_for_anything_to_be_late_are_told_by_digests_alone(
    tmp_path: Path, districts: Districts
) -> None:
    truth: Truth = {}
    history, luck = Writing(tmp_path), Random(8)
    told(history, truth, [report(number, luck, districts, NOW - timedelta(days=9)) for number in range(150)])
    keep_digests(history, DIGESTS, 1000)
    history.close()
    for day in range(19, 23):
        for path in (tmp_path / COMPLAINTS.name).glob(f"202611{day}*.parquet"):
            path.write_bytes(b"nobody reads this for its counts")
    found = past(tmp_path, districts)
    scope = scope_from("complaints", {"from": ["2026-11-19"], "to": ["2026-11-23"]}, NOW, ZONE, {})
    sums = ComplaintQuestions(found, Owners(), LIMITS).sums(scope, {})
    rows = [row for row in await sums.groups((scope.start, scope.end)) if row["g"] == "day"]
    assert not found.history.broken
    inside = [row for row in truth.values() if "2026-11-19" <= row["day"] <= "2026-11-23"]
    assert sum(row["n"] for row in rows) == len(inside) > 50
    assert sum(row["due"] for row in rows) == 0
    found.history.close()
