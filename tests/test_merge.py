"""What a batch changes: the newest update wins, a closing of old is found, what a whole state lacks has ended."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from collectors.merge import changes, forgotten
from collectors.records import Complaint, Record, TrafficReport
from tests.records import NOON, ago, batch, beds, check, complaint, report

DAY = 86400.0


def test_a_new_record_is_a_change_and_the_same_again_is_none() -> None:
    one = complaint("a")
    assert changes({}, batch(one)) == ({"a": one}, frozenset())
    assert changes({"a": one}, batch(one)) == ({}, frozenset())


def test_the_closing_of_an_old_request_is_found() -> None:
    waiting = complaint("a", requested=ago(days=80))
    done = replace(waiting, status="done", status_given="closed", updated=ago(minutes=1))
    known = replace(done, answered=ago(minutes=1), finished=ago(minutes=1))
    assert changes({"a": waiting}, batch(done)) == ({"a": known}, frozenset())


def test_a_closing_without_a_time_of_its_own_is_found_too() -> None:
    waiting = complaint("a", requested=ago(days=80), updated=None)
    done = replace(waiting, status="done")
    answered = replace(done, answered=NOON, finished=NOON)
    assert changes({"a": waiting}, batch(done))[0] == {"a": answered}


def after(*states: tuple[str, float]) -> Complaint:
    """A complaint that was seen in these states, each changed so many hours ago."""
    known: dict[str, Record] = {}
    for status, hours in states:
        given = complaint("a", requested=ago(days=9), status=status, updated=ago(hours=hours))
        known |= changes(known, batch(given))[0]
    found = known["a"]
    assert isinstance(found, Complaint)
    return found


def test_a_complaint_carries_when_it_was_answered_and_finished() -> None:
    found = after(("waiting", 50), ("in_progress", 40), ("in_progress", 35), ("done", 30), ("done", 20))
    assert (found.answered, found.finished, found.reopened) == (ago(hours=40), ago(hours=30), 0)


def test_one_that_is_open_again_was_reopened_and_is_not_finished() -> None:
    found = after(("waiting", 50), ("done", 40), ("waiting", 30))
    assert (found.answered, found.finished, found.reopened) == (ago(hours=40), None, 1)
    found = after(("waiting", 50), ("done", 40), ("in_progress", 30), ("done", 20))
    assert (found.finished, found.reopened) == (ago(hours=20), 1)


def test_of_one_that_is_first_seen_done_nobody_knows_when_it_was_answered() -> None:
    found = after(("done", 20))
    assert (found.answered, found.finished) == (None, ago(hours=20))


def test_a_report_without_a_beginning_keeps_the_moment_it_was_first_seen() -> None:
    first = changes({}, batch(report("a", started=None, updated=None), as_of=ago(hours=2)))[0]
    second = changes(first, batch(report("a", started=None, updated=None, level=5), as_of=ago(hours=1)))[0]
    assert [one.started for one in (first["a"], second["a"]) if isinstance(one, TrafficReport)] == [ago(hours=2)] * 2


def test_an_older_record_never_replaces_a_newer_one() -> None:
    newer = complaint("a", status="done", updated=ago(minutes=1))
    older = complaint("a", status="waiting", updated=ago(minutes=2))
    assert changes({"a": newer}, batch(older)) == ({}, frozenset())


def test_of_one_id_in_a_batch_the_newest_wins_whatever_the_order() -> None:
    each = [complaint("a", status_given=str(n), updated=ago(minutes=n)) for n in range(1, 4)]
    for order in permutations(each):
        assert changes({}, batch(*order))[0] == {"a": each[0]}


def test_what_a_complete_batch_lacks_has_ended() -> None:
    known: dict[str, Record] = {"a": beds("a"), "b": beds("b")}
    assert changes(known, batch(beds("a"), complete=True)) == ({}, frozenset({"b"}))
    assert changes(known, batch(complete=True))[1] == {"a", "b"}


def test_what_an_incomplete_batch_lacks_goes_on() -> None:
    assert changes({"a": complaint("a")}, batch())[1] == frozenset()


def test_a_traffic_report_that_is_no_longer_open_has_ended() -> None:
    closed = report("a", open=False, updated=NOON)
    assert changes({"a": report("a")}, batch(closed)) == ({}, frozenset({"a"}))
    assert changes({}, batch(closed)) == ({}, frozenset())


def test_a_source_whose_own_time_stands_still_still_has_its_changes_seen() -> None:
    """A hospital may correct a number without a new time."""
    before, after = beds("a", free=1), beds("a", free=2)
    assert changes({"a": before}, batch(after))[0] == {"a": after}


def test_a_complaint_not_known_to_be_open_is_forgotten_after_the_window_and_an_open_one_never() -> None:
    known: dict[str, Record] = {
        "old": complaint("old", status="done", requested=ago(days=91)),
        "new": complaint("new", status="done", requested=ago(days=89)),
        "open": complaint("open", status="waiting", requested=ago(days=900)),
        "begun": complaint("begun", status="in_progress", requested=ago(days=900)),
        "odd-new": complaint("odd-new", status="unknown", requested=ago(days=89)),
        "odd": complaint("odd", status="unknown", requested=ago(days=900)),
    }
    assert forgotten(known, NOON, 90 * DAY) == {"old", "odd"}


MOMENTS = st.one_of(st.none(), st.integers(0, 3).map(lambda minutes: ago(minutes=minutes)))
RECORDS = st.one_of(
    st.builds(lambda key, at, given: complaint(key, updated=at, status_given=given), st.sampled_from("ab"), MOMENTS,
              st.sampled_from("xy")),
    st.builds(lambda key, given: check(key, reason=given), st.sampled_from("ab"), st.sampled_from("xy")),
    st.builds(lambda key, at, free: beds(key, updated=at, free=free), st.sampled_from("ab"), MOMENTS, st.none()),
)  # fmt: skip


@given(st.lists(RECORDS, max_size=8), st.booleans())
def test_taking_in_the_same_batch_again_changes_nothing(records: list[Record], complete: bool) -> None:
    known: dict[str, Record] = {}
    for _ in range(2):
        changed, ended = changes(known, batch(*records, complete=complete))
        known = {key: record for key, record in {**known, **changed}.items() if key not in ended}
    assert changes(known, batch(*records, complete=complete)) == ({}, frozenset())
