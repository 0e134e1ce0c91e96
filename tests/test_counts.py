"""Every row is accounted for: the parts add up to what was fetched, whatever a source sends and in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from collectors.counts import MOST_REASONS, OTHER, PARTS, Counted, Ledger, ledger_from, nothing
from collectors.fetch import Http
from collectors.health import SourceHealth
from collectors.open511 import Open511
from collectors.records import Batch, CollectError, Rejected
from collectors.rejects import rejected
from collectors.reliability import Reliability
from collectors.source import Source
from collectors.watch import NothingReadError, Watch
from tests import sources
from tests.records import NOON, ago, batch, complaint, report, source

WINDOW = 90 * 86400.0
ONE, LAKSA = source("like-lantas", "traffic"), source("laksa", "complaints")


def watch(one: Source = ONE) -> Watch:
    return Watch(Open511(one, sources.city()), SourceHealth(one), Http(), Reliability("x", UTC))


def taken(mine: Watch, *batches: Batch) -> list[Counted]:
    """What each batch was counted as, taken in and written one after the other."""
    found = []
    for each in batches:
        write, _ = mine.taken_in(each, NOON, WINDOW)
        mine.keep(write)
        assert mine.health.ledger.last is not None
        found.append(mine.health.ledger.last)
    return found


def some(**parts: int) -> Counted:
    return Counted(**{**nothing(), **parts})  # type: ignore[typeddict-item]


def test_new_then_updated_then_unchanged_and_ended() -> None:
    first, same, changed = report("a", updated=ago(minutes=3)), report("b"), report("a", updated=NOON, level=3)
    assert taken(
        watch(), batch(first, same), batch(changed, same), batch(changed, same), batch(report("a", open=False)), batch()
    ) == [
        some(fetched=2, new=2, unplaced=2),
        some(fetched=2, updated=1, unchanged=1, unplaced=2),
        some(fetched=2, unchanged=2, unplaced=2),
        some(fetched=1, updated=1, unplaced=1),
        nothing(),
    ]


def test_older_news_and_what_was_over_before_we_heard_of_it_change_nothing() -> None:
    mine = watch()
    taken(mine, batch(report("a", updated=NOON)))
    assert taken(mine, batch(report("a", updated=ago(minutes=9), level=1), report("z", open=False)))[0] == some(
        fetched=2, unchanged=2, unplaced=2
    )


def test_the_same_id_twice_is_a_duplicate_wherever_it_was_noticed() -> None:
    twice = batch(report("a", lat=-6.2, lon=106.6), report("a", lat=-6.2, lon=106.6), repeated=3)
    assert taken(watch(), twice)[0] == some(fetched=5, new=1, duplicates=4)


def test_a_finished_complaint_older_than_the_window_is_not_news() -> None:
    old = complaint("a", status="done", requested=ago(days=91), lat=-6.2, lon=106.6)
    mine = watch(LAKSA)
    assert taken(mine, batch(old), batch(old)) == [some(fetched=1, unchanged=1)] * 2
    assert mine.records == {}


def test_rejects_are_told_by_reason_with_the_last_sample_and_nobodys_name() -> None:
    row = {"id": 7, "status": "OPEN", "reporter_name": "Somebody", "description": "at home"}
    mine = watch()
    taken(
        mine,
        batch(report("a"), rejected=(rejected("no id", {}), rejected("no type", row))),
        batch(report("a"), rejected=(Rejected("no id", ""),)),
    )
    counts = mine.health.ledger.counts()
    assert [(one["reason"], one["count"]) for one in counts["rejects"]] == [("no id", 2), ("no type", 1)]
    assert counts["rejects"][1]["sample"] == "id=7, status=OPEN"
    assert "Somebody" not in str(counts)


def test_reasons_that_never_repeat_are_counted_without_being_kept() -> None:
    ledger = Ledger()
    ledger.take(some(fetched=99, rejected=99), [Rejected(f"reason {n}", "") for n in range(99)], NOON)
    rejects = ledger.counts()["rejects"]
    assert len(rejects) == MOST_REASONS + 1
    assert (rejects[0]["reason"], rejects[0]["count"]) == (OTHER, 99 - MOST_REASONS)


def test_sums_go_on_after_a_restart_and_begin_anew_with_another_service() -> None:
    mine = watch()
    taken(mine, batch(report("a")), batch(report("b")))
    mine.failed(CollectError("down"), NOON)
    mine.health.ledger.answers = 3
    again = watch()
    again.restore(mine.health.fields())
    assert again.health.ledger.counts() == mine.health.ledger.counts()
    assert (again.health.ledger.runs, again.health.ledger.failed, again.health.ledger.total["new"]) == (2, 1, 2)
    again.records = mine.records
    taken(again, batch(report("a"), demo="another city"))
    assert (datetime.fromisoformat(again.health.ledger.since), again.health.ledger.total["fetched"]) == (NOON, 1)


def test_sums_of_another_version_begin_anew() -> None:
    for text in (None, "", "{}", "[1]", '{"since": 3}', "not json"):
        assert ledger_from(text).total == nothing()


MOMENTS = st.one_of(st.none(), st.integers(0, 3).map(lambda minutes: ago(minutes=minutes)))
ROWS = st.one_of(
    st.builds(
        lambda key, at, open_, place: report(key, updated=at, open=open_, lat=place, lon=place),
        st.sampled_from("abcd"), MOMENTS, st.booleans(), st.sampled_from([None, 1.0]),
    ),
    st.builds(
        lambda key, at, days, status: complaint(key, updated=at, requested=ago(days=days), status=status),
        st.sampled_from("abcd"), MOMENTS, st.sampled_from([1, 100]), st.sampled_from(["waiting", "done"]),
    ),
)  # fmt: skip
BATCHES = st.builds(
    lambda rows, complete, rejects, repeated, demo: batch(
        *rows, complete=complete, rejected=(Rejected("no id", ""),) * rejects, repeated=repeated, demo=demo
    ),
    st.lists(ROWS, max_size=8), st.booleans(), st.integers(0, 2), st.integers(0, 2), st.sampled_from([None, "x"]),
)  # fmt: skip


@given(st.sampled_from([ONE, LAKSA]), st.lists(BATCHES, min_size=1, max_size=6))
def test_the_parts_add_up_to_what_was_fetched_in_every_run_and_in_sum(one: Source, batches: list[Batch]) -> None:
    mine = watch(one)
    sums = nothing()
    for each in batches:
        if each.rejected and not each.records:
            rows = len(each.rejected)
            mine.failed(NothingReadError(each), NOON)
            sums["fetched"] += rows + each.repeated
            sums["rejected"] += rows
            sums["duplicates"] += each.repeated
            assert mine.health.ledger.total == sums
            continue
        anew = mine.health.is_another(each)
        before = {} if anew else dict(mine.records)
        [run] = taken(mine, each)
        assert all(run[part] >= 0 for part in PARTS)
        assert run["fetched"] == sum(run[part] for part in PARTS)
        assert run["fetched"] == len(each.records) + len(each.rejected) + each.repeated
        if run["new"] == run["updated"] == 0 and not each.complete:
            assert mine.records == before
        sums = some(**{name: run[name] + (0 if anew else sums[name]) for name in sums})  # type: ignore[literal-required]
        assert mine.health.ledger.total == sums
