"""What is computed of files once: it is read instead of them, and never says anything else than they do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from collectors.digesting import digests_of, keep_digests, look_through_digests
from collectors.districts import Districts
from collectors.facts import BEDS, Row
from collectors.history import History, columns_of
from collectors.parts import DIGEST, digests_in
from collectors.past import Past
from collectors.questions.beds import BedQuestions
from collectors.questions.scope import Scope, scope_from
from collectors.readings.limits import Limits
from collectors.store import StoreDownError
from collectors.writing import Writing
from tests.chronicling import bed_row, damaged, names

ZONE = ZoneInfo("Asia/Jakarta")
DIGESTS = digests_of(ZONE, Limits())
NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
MONTH = datetime(2026, 9, 1, tzinfo=UTC)


class Nowhere:
    """A store that does not answer."""

    def __getattr__(self, name: str) -> Any:
        raise StoreDownError(name)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[Writing]:
    found = Writing(tmp_path)
    yield found
    found.close()


def beds(history: Writing, *rows: Row) -> None:
    history.merge(BEDS, columns_of(rows, BEDS), "large", now=NOW)


def september(history: Writing) -> None:
    """Two looks a day, half of the ten beds free."""
    beds(history, *(bed_row(MONTH + timedelta(hours=12 * number)) for number in range(60)))
    assert names(history.folder, BEDS) == ["202609.parquet"]


def scope() -> Scope:
    return scope_from("beds", {"from": ["2026-08-20"], "to": ["2026-10-10"]}, NOW, ZONE, {})


async def occupied(history: History, districts: Districts) -> int:
    """The sum of occupied beds, as somebody reads who has just come."""
    reading = History(history.folder)
    questions = BedQuestions(Past(Nowhere(), reading, districts, ZONE))  # type: ignore[arg-type]
    rows = await questions.cube(scope(), (scope().start, scope().end), ("unit",))
    assert not reading.broken
    reading.close()
    return sum(row["occupied"] for row in rows)


def digest(history: Writing) -> Path:
    [found] = digests_in(history.folder / BEDS.name)
    return found


async def test_a_digest_is_read_instead_of_its_file(history: Writing, districts: Districts) -> None:
    september(history)
    assert keep_digests(history, DIGESTS, 10) == 1
    assert await occupied(history, districts) == 300
    (history.folder / BEDS.name / "202609.parquet").write_bytes(b"nobody reads this")
    assert await occupied(history, districts) == 300


async def test_what_is_written_anew_is_read_itself_until_it_has_a_digest(
    history: Writing, districts: Districts
) -> None:
    september(history)
    keep_digests(history, DIGESTS, 10)
    first = digest(history)
    beds(history, bed_row(MONTH, free=0), bed_row(MONTH + timedelta(hours=1), free=9))
    assert await occupied(history, districts) == 306
    assert keep_digests(history, DIGESTS, 10) == 1
    assert await occupied(history, districts) == 306
    history.sweep(BEDS)
    assert digest(history).name == "202609-2.sums1.digest" != first.name
    assert await occupied(history, districts) == 306
    assert keep_digests(history, DIGESTS, 10) == 0


@pytest.mark.parametrize("how", ["empty", "cut", "without its end", "garbage"])
async def test_a_digest_that_cannot_be_read_is_no_loss_and_is_written_anew(
    history: Writing, districts: Districts, how: str
) -> None:
    september(history)
    keep_digests(history, DIGESTS, 10)
    damaged(digest(history), how)
    assert await occupied(history, districts) == 300
    look_through_digests(history, DIGESTS)
    assert not history.broken
    assert keep_digests(history, DIGESTS, 10) == 1
    (history.folder / BEDS.name / "202609.parquet").write_bytes(b"nobody reads this")
    assert await occupied(history, districts) == 300


async def test_a_digest_half_written_is_none_and_is_swept_one_day(history: Writing, districts: Districts) -> None:
    september(history)
    keep_digests(history, DIGESTS, 10)
    left = digest(history).rename(history.folder / BEDS.name / f".202609.sums1{DIGEST}.77")
    assert await occupied(history, districts) == 300
    history.sweep(BEDS)
    assert left.exists()


def test_a_kind_that_is_computed_no_more_is_removed(history: Writing) -> None:
    september(history)
    keep_digests(history, DIGESTS, 10)
    digest(history).rename(history.folder / BEDS.name / f"202609.sums0{DIGEST}")
    look_through_digests(history, DIGESTS)
    assert not digests_in(history.folder / BEDS.name)


def test_other_limits_and_another_zone_are_other_digests() -> None:
    names_of = [{one.name for one in digests_of(zone, limits)} for zone, limits in (
        (ZONE, Limits()), (ZONE, Limits(complaint_age=86400.0)), (ZoneInfo("Asia/Makassar"), Limits()),
    )]  # fmt: skip
    assert {name.partition("-")[0] for name in names_of[0] - names_of[1]} == {"counts2"}
    assert {name.partition("-")[0] for name in names_of[0] - names_of[2]} == {"days1"}


def test_files_of_an_hour_have_none(history: Writing) -> None:
    history.merge(BEDS, columns_of([bed_row(NOW - timedelta(hours=3))], BEDS))
    assert keep_digests(history, DIGESTS, 10) == 0
