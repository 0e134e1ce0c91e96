"""Contract drift: what a source quietly stopped or began to send is noticed, and what is only its nature is not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.doubt import Doubt
from collectors.drift import Drift, drift_from
from collectors.records import Record, Total
from tests.records import NOON, batch, beds, check, complaint, report

HALF_MINUTE = timedelta(seconds=30)


class Telling:
    """A source that answers every half minute."""

    def __init__(self) -> None:
        self.drift = Drift()
        self.now: datetime = NOON

    def answers(self, *records: Record, times: int = 1, **given: Any) -> list[Doubt]:
        for _ in range(times):
            self.now += HALF_MINUTE
            self.drift.learn(batch(*records, **given), self.now)
        return self.drift.doubts

    def codes(self) -> list[str]:
        return [doubt["code"] for doubt in self.drift.doubts]


def many(count: int, **given: Any) -> list[Record]:
    return [complaint(str(number), **given) for number in range(count)]


def test_a_field_that_nearly_all_rows_had_and_none_has_any_more_is_noticed_and_named() -> None:
    one = Telling()
    assert one.answers(*many(19, agency="DLH"), *many(1), times=10) == []
    assert one.answers(*many(10), times=1) == []
    [doubt] = one.answers(*many(10), times=1)
    assert (doubt["code"], doubt["field"]) == ("field_vanished", "agency")
    assert doubt["since"] == "2026-11-24T05:05:30Z", "when the first row without it came"
    assert one.answers(*many(1, agency="DLH")) == []


@pytest.mark.parametrize("share", [0, 50, 90])
def test_a_field_that_many_rows_never_had_may_be_absent(share: int) -> None:
    one = Telling()
    one.answers(*many(share, agency="DLH"), *many(100 - share), times=10)
    assert one.answers(*many(50), times=20) == []


def test_a_small_source_is_judged_by_rows_not_by_answers() -> None:
    one = Telling()
    one.answers(*many(2, agency="DLH"), times=50)
    assert one.answers(*many(2), times=9) == []
    assert [doubt["code"] for doubt in one.answers(*many(2))] == ["field_vanished"]


def test_a_place_that_vanished_is_one_doubt_not_two() -> None:
    one = Telling()
    one.answers(*many(100, lat=-6.2, lon=106.6), times=2)
    assert [doubt["field"] for doubt in one.answers(*many(100))] == ["lat"]


def test_what_has_lasted_a_week_is_the_new_custom() -> None:
    one = Telling()
    one.answers(*many(100, agency="DLH"), times=2)
    assert one.answers(*many(100))
    one.now += timedelta(days=7)
    assert one.answers(*many(100)) == []
    assert one.answers(*many(100), times=5) == []


def test_a_status_nobody_knows_is_told_with_its_word_and_is_forgotten_after_a_day() -> None:
    one = Telling()
    [doubt] = one.answers(complaint("a", status="unknown", status_given="eskalasi"))
    assert (doubt["code"], doubt["field"], doubt["word"]) == ("word_unknown", "status", "eskalasi")
    one.now += timedelta(hours=23)
    assert one.answers(complaint("a"))
    one.now += timedelta(hours=2)
    assert one.answers(complaint("a")) == []


def test_a_kind_that_is_none_of_ours_from_the_start_is_custom_and_a_later_one_is_not() -> None:
    one = Telling()
    usual = [report(str(number), kind="other", kind_given="MISC") for number in range(50)]
    assert one.answers(*usual, times=3) == []
    [doubt] = one.answers(*usual, report("x", kind="other", kind_given="METEOR"))
    assert (doubt["field"], doubt["word"]) == ("kind", "METEOR")


def test_words_without_end_are_bounded_and_the_newest_are_shown() -> None:
    one = Telling()
    for number in range(200):
        one.answers(complaint("a", status="unknown", status_given=f"word {number}" * 20))
    assert len(one.drift.doubts) == 5
    assert len(one.drift.words) <= 50
    assert len(one.drift.text()) < 20_000


def test_a_state_of_a_fifth_of_the_usual_rows_is_noticed_after_several_runs_with_both_numbers() -> None:
    one = Telling()
    one.answers(*(beds(str(number)) for number in range(100)), times=20, complete=True)
    few = [beds(str(number)) for number in range(19)]
    assert one.answers(*few, times=2, complete=True) == []
    [doubt] = one.answers(*few, complete=True)
    assert (doubt["code"], doubt["rows"], doubt["usual"]) == ("rows_collapsed", 19, 100)
    assert one.answers(complete=True)[0]["rows"] == 0
    assert one.answers(*(beds(str(number)) for number in range(90)), complete=True) == []


def test_one_poor_answer_a_slow_night_and_a_source_of_few_rows_are_no_collapse() -> None:
    one = Telling()
    one.answers(*(report(str(number)) for number in range(60)), times=20, complete=True)
    assert one.answers(complete=True, times=2) == []
    for left in range(60, -1, -1):
        assert one.answers(*(report(str(number)) for number in range(left)), times=12, complete=True) == []
    small = Telling()
    small.answers(*(report(str(number)) for number in range(5)), times=20, complete=True)
    assert small.answers(complete=True, times=20) == []


def test_an_answer_that_is_only_what_changed_and_a_list_of_ours_cannot_collapse() -> None:
    one = Telling()
    one.answers(*many(100), times=20)
    assert one.answers(times=20) == []
    apps = Telling()
    apps.answers(*(check(str(number)) for number in range(100)), times=20, complete=True)
    assert apps.answers(check("1"), times=20, complete=True) == []


def test_a_total_that_differs_from_what_was_sent_is_told_with_both_numbers_from_when_it_began() -> None:
    one = Telling()
    assert one.answers(totals=(Total("hospitals", 35, 35),)) == []
    one.answers(totals=(Total("hospitals", 35, 33), Total("rows", 1, 1)), times=3)
    [doubt] = one.drift.doubts
    assert (doubt["code"], doubt["of"], doubt["stated"], doubt["counted"]) == ("total_differs", "hospitals", 35, 33)
    assert doubt["since"] == "2026-11-24T05:01:00Z"


def test_what_was_learned_survives_the_store_and_another_versions_is_learned_anew() -> None:
    one = Telling()
    one.answers(*many(100, agency="DLH", status="unknown", status_given="x"), times=3, totals=(Total("rows", 1, 2),))
    assert drift_from(one.drift.text()) == one.drift
    for text in (None, "", "[]", "{}", '{"fields": 1}', '{"fields": {}, "words": {}, "colour": 1}'):
        assert drift_from(text) == Drift()


def test_a_source_that_stays_as_it_is_soon_writes_nothing_new() -> None:
    one = Telling()
    rows = [beds(str(number)) for number in range(30)]
    one.answers(*rows, times=60, complete=True)
    before = one.drift.text()
    one.answers(*rows, complete=True)
    assert one.drift.text() == before


ROWS = st.lists(
    st.builds(
        lambda status, agency, word: complaint("a", status=status, agency=agency, status_given=word),
        st.sampled_from(["waiting", "unknown"]), st.sampled_from([None, "DLH"]), st.text(max_size=60),
    ), max_size=30,
)  # fmt: skip


@given(st.lists(st.tuples(ROWS, st.booleans()), max_size=12))
def test_whatever_comes_shares_stay_shares_and_the_state_can_be_kept(answers: list[tuple[list[Record], bool]]) -> None:
    one = Telling()
    for rows, complete in answers:
        one.answers(*rows, complete=complete)
        assert all(0 <= field.share <= 1.001 for field in one.drift.fields.values())
        assert drift_from(one.drift.text()) == one.drift
