"""The history's files: whatever happens to them, a fact stands once, and what can be read is answered."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.facts import BEDS, CHECKS, COMPLAINTS, OUTAGES, TABLES, TRAFFIC, Row
from collectors.history import History, HistoryError, columns_of
from collectors.parts import covering, part_of, parts_in
from collectors.writing import Writing
from tests.chronicling import bed_row, check_row, damaged, filed, names, put

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def fact(id_: str, at: datetime = NOW - DAY, **given_: Any) -> Row:
    row: Row = dict.fromkeys(COMPLAINTS.columns)
    given_ = {"status": "waiting", "demo": False, **given_}
    return {**row, "source": "one", "id": id_, "requested": f"{at:%Y-%m-%d %H:%M:%S}", **given_}


def road(id_: str, at: datetime, ended: datetime | None = None) -> Row:
    row: Row = dict.fromkeys(TRAFFIC.columns)
    end = f"{ended:%Y-%m-%d %H:%M:%S}" if ended else None
    return {**row, "source": "one", "id": id_, "started": f"{at:%Y-%m-%d %H:%M:%S}", "ended": end, "demo": False}


@pytest.fixture
def history(tmp_path: Path) -> Writing:
    return Writing(tmp_path)


def test_a_fact_stands_once_as_it_was_last_told_however_often_it_is_told(history: Writing) -> None:
    put(history, COMPLAINTS, fact("a"), fact("b"), fact("a", status="in_progress"))
    put(history, COMPLAINTS, fact("a", status="done"), fact("c"))
    for _ in range(2):
        put(history, COMPLAINTS, fact("c"), fact("d", NOW - 3 * DAY))
    told = [("a", "done"), ("b", "waiting"), ("c", "waiting"), ("d", "waiting")]
    assert filed(history, COMPLAINTS, "id, status") == told


def test_a_report_whose_time_is_corrected_is_no_second_report(history: Writing) -> None:
    put(history, COMPLAINTS, fact("a", NOW - 5 * DAY), fact("b", NOW - 5 * DAY))
    put(history, COMPLAINTS, fact("a", NOW - 2 * DAY))
    put(history, COMPLAINTS, fact("b", NOW - 5 * DAY + timedelta(hours=1)))
    assert filed(history, COMPLAINTS, "id, day(requested)") == [("a", 23), ("b", 20)]
    put(history, TRAFFIC, road("x", NOW - 2 * DAY))
    put(history, TRAFFIC, road("x", NOW - DAY))
    assert filed(history, TRAFFIC, "id, day(started)") == [("x", 24)]


def test_a_road_report_that_is_over_stays_when_its_id_is_given_to_another(history: Writing) -> None:
    put(history, TRAFFIC, road("x", NOW - 2 * DAY, NOW - 2 * DAY + timedelta(hours=1)))
    put(history, TRAFFIC, road("x", NOW - DAY))
    assert filed(history, TRAFFIC, "id, ended IS NULL") == [("x", False), ("x", True)]


def test_what_does_not_fit_is_unknown_and_what_has_no_moment_is_no_row(history: Writing) -> None:
    odd = bed_row(NOW, capacity=10**12, hospital="RS 'a' \x00 \"b\"\n", updated="yesterday", hour=-1) | {"free": "many"}
    put(history, BEDS, odd, bed_row(NOW, moment=None), bed_row(NOW, moment="nonsense"))
    assert filed(history, BEDS, "capacity, free, hospital, updated, hour") == [
        (None, None, "RS 'a' \x00 \"b\"\n", None, None)
    ]


def test_files_of_the_same_time_are_one_and_others_are_none(tmp_path: Path) -> None:
    for name in (
        "202611.parquet", "202611-2.parquet", "20261125.parquet", "20261125T10.parquet", "20261201.parquet",
        "20261201-10.parquet", "20261201-9.parquet", ".20261202.parquet.17", "20261301.parquet", "202611T10.parquet",
        "20261203.parquet.broken", "notes.txt",
    ):  # fmt: skip
        (tmp_path / name).touch()
    assert [part.path.name for part in covering(parts_in(tmp_path))] == ["202611-2.parquet", "20261201-10.parquet"]
    assert part_of(tmp_path / "20261301.parquet") is None


samples = st.lists(
    st.tuples(st.integers(0, 110 * 24), st.sampled_from("abc"), st.integers(0, 9)), min_size=1, max_size=20
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(samples, st.randoms(use_true_random=False))
def test_joining_files_changes_no_answer_whenever_it_is_done(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, str, int]], luck: random.Random
) -> None:
    """Hours become days and days months, swept or not, some of it more than once, and late hours come in between."""
    folder = tmp_path_factory.mktemp("history")
    history, truth = Writing(folder), {}
    for hours_ago, hospital, free in told:
        at = NOW - timedelta(hours=hours_ago)
        put(history, BEDS, bed_row(at, free, hospital_id=hospital))
        truth[at.replace(tzinfo=None), hospital] = free
        if luck.random() < 0.2:
            history.compact(BEDS, NOW)
        if luck.random() < 0.1:
            history.sweep(BEDS)
    expected = sorted((at, hospital, free) for (at, hospital), free in truth.items())
    for _ in range(2):
        assert filed(history, BEDS, "moment, hospital_id, free") == expected
        history.compact(BEDS, NOW)
        assert filed(History(folder), BEDS, "moment, hospital_id, free") == expected
        history.sweep(BEDS)
    stems = [part.stem for part in history.parts(BEDS)]
    assert all(len(stem) <= 8 or stem.startswith(f"{NOW:%Y%m%d}") for stem in stems), "the days that are over are one"
    assert len(names(folder, BEDS)) == len(stems), "and nothing else is left"


def test_killed_before_the_joined_files_are_removed_nothing_counts_twice(history: Writing, tmp_path: Path) -> None:
    rows = [bed_row(NOW - 2 * DAY + timedelta(hours=hour), hour) for hour in range(6)]
    for row in rows:
        put(history, BEDS, row)
    before = filed(history, BEDS)
    assert history.compact(BEDS, NOW) > 0
    assert len(names(tmp_path, BEDS)) == 6 + len(history.parts(BEDS)), "the joined ones are still there"
    again = Writing(tmp_path)
    assert filed(again, BEDS) == before
    put(again, BEDS, rows[3])
    again.compact(BEDS, NOW)
    again.sweep(BEDS)
    assert filed(again, BEDS) == before
    assert len(names(tmp_path, BEDS)) == len(again.parts(BEDS))


DAMAGES = ("empty", "cut", "without its end", "garbage", "rotten inside")


def three_days(history: Writing) -> list[Path]:
    for back in (3, 2, 1):
        put(history, COMPLAINTS, *(fact(f"{back}-{each}", NOW - back * DAY) for each in range(300)))
    return [part.path for part in history.parts(COMPLAINTS)]


@pytest.mark.parametrize("how", DAMAGES)
def test_a_broken_file_is_left_out_and_named_by_who_reads(history: Writing, tmp_path: Path, how: str) -> None:
    paths = three_days(history)
    old = History(tmp_path)
    assert filed(old, COMPLAINTS, "count(*)") == [(900,)]
    damaged(paths[1], how)
    for reader in (old, History(tmp_path)):
        assert len(set(filed(reader, COMPLAINTS))) == 600
        assert filed(reader, COMPLAINTS, "DISTINCT day(requested)") == [(22,), (24,)]
        assert reader.summary()["aside"] == [f"complaints/{paths[1].name}"]
        assert paths[1].exists(), "who only reads renames nothing"


@pytest.mark.parametrize("how", DAMAGES)
def test_a_broken_file_is_set_aside_by_who_writes(history: Writing, tmp_path: Path, how: str) -> None:
    paths = three_days(history)
    reader = History(tmp_path)
    for number, path in enumerate(paths):
        damaged(path, how)
        if number == 0:
            put(history, COMPLAINTS, fact("new", NOW - 3 * DAY))
        elif number == 1:
            assert history.verify(COMPLAINTS) == 1
        else:
            history.compact(COMPLAINTS, NOW + 100 * DAY)
        assert path.with_name(path.name + ".broken").exists()
        assert not path.exists()
    assert filed(reader, COMPLAINTS, "id") == [("new",)]
    assert [part.stem for _, part in history.lost] == ["20261122", "20261123", "20261124"]
    assert reader.summary()["aside"] == [f"complaints/{path.name}.broken" for path in paths]
    put(history, COMPLAINTS, fact("newer", NOW - DAY))
    assert filed(reader, COMPLAINTS, "id") == [("new",), ("newer",)], "a good file in its place is read"


def test_where_the_newest_file_is_broken_the_one_before_it_answers(history: Writing, tmp_path: Path) -> None:
    put(history, COMPLAINTS, fact("a"))
    put(history, COMPLAINTS, fact("b"))
    newest = history.parts(COMPLAINTS)[0].path
    damaged(newest, "cut")
    assert filed(History(tmp_path), COMPLAINTS, "id") == [("a",)]
    put(history, COMPLAINTS, fact("c"))
    assert filed(History(tmp_path), COMPLAINTS, "id") == [("a",), ("c",)]


def test_who_reads_an_old_list_of_files_reads_again(history: Writing, tmp_path: Path) -> None:
    for hour in range(20):
        put(history, BEDS, bed_row(NOW - 2 * DAY + timedelta(hours=hour)))

    class Late(History):
        """Between its look at the folder and its question everything is joined and removed."""

        looks = 0

        def parts(self, *given_: Any) -> Any:
            found = super().parts(*given_)
            self.looks += 1
            if self.looks == 1:
                history.compact(BEDS, NOW)
                history.sweep(BEDS)
                assert not any(part.path.exists() for part in found)
            return found

    reader = Late(tmp_path)
    assert filed(reader, BEDS, "count(*)") == [(20,)]
    assert (reader.looks, reader.broken) == (2, {})


def test_only_what_is_too_old_is_deleted(history: Writing, tmp_path: Path) -> None:
    days = [NOW - back * DAY for back in (1, 9, 10, 11, 100)]
    put(history, CHECKS, *(check_row(day) for day in days))
    put(history, OUTAGES, {"app": "a", "began": f"{days[-1]:%Y-%m-%d %H:%M:%S}", "checks": 1, "demo": False})
    history.compact(CHECKS, NOW)
    before = NOW - 10 * DAY
    assert history.prune(CHECKS, before) > 0
    left = [moment.replace(tzinfo=UTC) for (moment,) in filed(history, CHECKS, "moment")]
    assert left == sorted(day for day in days if day >= before.replace(hour=0))
    assert all(part.end > before for part in parts_in(tmp_path / "checks"))
    assert len(filed(history, OUTAGES)) == 1, "another table's are another matter"
    assert history.prune(CHECKS, before) == 0


HOLD = """
    import sys
    from pathlib import Path
    from collectors.writing import Writing
    with Writing(Path(sys.argv[1])).alone():
        print("held", flush=True)
        sys.stdin.read()
"""


def test_two_processes_never_write_at_once(tmp_path: Path) -> None:
    words = [sys.executable, "-c", textwrap.dedent(HOLD), str(tmp_path)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        mine = Writing(tmp_path, patience=0.1)
        for write in (
            lambda: put(mine, COMPLAINTS, fact("a")),
            lambda: mine.compact(COMPLAINTS, NOW),
            lambda: mine.prune(COMPLAINTS, NOW),
            lambda: mine.forget(COMPLAINTS, "o.demo"),
            lambda: mine.sweep(COMPLAINTS),
        ):
            with pytest.raises(HistoryError, match="another process"):
                write()
        assert filed(mine, COMPLAINTS) == []
        mine.patience = 30.0
        other.stdin.close()
        put(mine, COMPLAINTS, fact("a"))
        assert filed(mine, COMPLAINTS, "id") == [("a",)]


def test_who_was_stopped_and_wakes_up_after_another_took_over_writes_nothing(tmp_path: Path) -> None:
    old, new = Writing(tmp_path), Writing(tmp_path)
    old.epoch, new.epoch = 1_700_000_000_000, 1_700_000_000_001
    put(old, COMPLAINTS, fact("a", status="waiting"))
    put(new, COMPLAINTS, fact("a", status="done"))
    with pytest.raises(HistoryError, match="taken over"):
        put(old, COMPLAINTS, fact("a", status="waiting"))
    assert filed(new, COMPLAINTS, "status") == [("done",)]


def test_a_clock_that_was_once_wrong_does_not_stop_the_writing_for_ever(tmp_path: Path) -> None:
    ahead, after = Writing(tmp_path), Writing(tmp_path)
    ahead.epoch, after.epoch = 9_000_000_000_000, 1_700_000_000_000
    put(ahead, COMPLAINTS, fact("a"))
    put(after, COMPLAINTS, fact("b"))
    assert filed(after, COMPLAINTS, "id") == [("a",), ("b",)]


def test_what_a_person_brings_never_replaces_what_is_newer(history: Writing) -> None:
    put(history, COMPLAINTS, fact("a", updated="2026-11-24 10:00:00", status="done"), fact("b"))
    brought = [
        fact("a", updated="2026-11-24 09:00:00"), fact("b", status="done", updated="2026-11-24 09:00:00"), fact("c"),
    ]  # fmt: skip
    for _ in range(2):
        history.merge(
            COMPLAINTS, columns_of(brought, COMPLAINTS), "large", "coalesce(o.updated > n.updated, false)", NOW
        )
        told = [("a", "done"), ("b", "done"), ("c", "waiting")]
        assert filed(history, COMPLAINTS, "id, status") == told


def test_much_of_the_past_goes_into_few_files_that_cover_none_that_is_there(history: Writing) -> None:
    put(history, BEDS, bed_row(NOW - 110 * DAY), bed_row(NOW - 3 * DAY), bed_row(NOW))
    much = [bed_row(NOW - timedelta(hours=6 * number), 7, hospital_id="R2") for number in range(4 * 120)]
    history.merge(BEDS, columns_of(much, BEDS), "large", now=NOW)
    counts = filed(history, BEDS, "count(*) FILTER (hospital_id = 'R1'), count(*) FILTER (hospital_id = 'R2')")
    assert counts == [(3, 480)]
    stems = [part.stem for part in history.parts(BEDS)]
    assert {len(stem) for stem in stems} == {6, 8, 11}


READ = """
    import sys, time
    from pathlib import Path
    from collectors.facts import BEDS
    from collectors.history import History
    history, end, asked, last = History(Path(sys.argv[1]), 1), time.monotonic() + 2, 0, 0
    while time.monotonic() < end:
        question = "SELECT count(*) AS n, count(DISTINCT moment) AS m FROM {beds}"
        [row] = history.ask(question, {}, {"beds": (BEDS, None, None)})
        assert row["n"] == row["m"] >= last, (row, last)
        asked, last = asked + 1, row["n"]
    assert not history.broken, history.broken
    print(asked, last)
"""


@pytest.mark.patient
def test_many_processes_read_while_one_writes_and_none_sees_less_than_before(history: Writing, tmp_path: Path) -> None:
    put(history, BEDS, bed_row(NOW - 30 * DAY))
    words = [sys.executable, "-c", textwrap.dedent(READ), str(tmp_path)]
    readers = [subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for hour in range(1, 40):
        put(history, BEDS, bed_row(NOW - 30 * DAY + timedelta(hours=hour)))
        if hour % 10 == 0:
            history.compact(BEDS, NOW - 30 * DAY + timedelta(hours=hour))
            history.sweep(BEDS)
    for reader in readers:
        told, _ = reader.communicate(timeout=60)
        assert reader.returncode == 0
        asked, last = map(int, told.split())
        assert asked > 0
        assert 0 < last <= 40


def test_every_table_can_be_written_and_read_empty_and_with_a_row(history: Writing) -> None:
    for table in TABLES.values():
        assert filed(history, table) == []
        row = dict.fromkeys(table.columns) | {table.at: "2026-11-25 10:00:00"}
        put(history, table, row)
        [found] = filed(history, table)
        assert len(found) == len(table.columns)
    kept = history.summary()["tables"]
    assert kept.keys() == TABLES.keys()
    assert all(one["bytes"] > 0 and one["files"] == 1 for one in kept.values())
