"""The source board: trouble first, whose telephone to ring, what was the error; never a source too few."""

from __future__ import annotations

from typing import Any, cast, get_args

import pytest

from collectors.doubt import Doubt
from collectors.drift import OPTIONAL
from collectors.readings.shape import Freshness, SourceState
from collectors.records import TotalOf
from layouts.doubts import sentence
from layouts.frame import Props
from layouts.sources import ROWS, show
from layouts.vocabulary import VOCABULARY
from layouts.words import Words
from tests.layout_samples import LONG_AGENCY, MINUTES_AGO, city, complaints, source

WORDS = Words("en")


def board(*sources: SourceState) -> Props:
    return show({"complaints": complaints(sources=list(sources))}, WORDS)


def text(props: Props, slot: str, key: str = "text") -> Any:
    value = props[slot]
    return value if isinstance(value, str) else value.get(key)


def one(name: str, freshness: Freshness = "live", error: str | None = None, **more: Any) -> SourceState:
    return cast("SourceState", {**source(name, "complaints", "Diskominfo", freshness, error), **more})


def test_trouble_comes_first_the_worst_of_it_at_the_top() -> None:
    props = board(
        one("a"), one("b", "late"), one("c", "stale"), one("d", error="timeout"), one("e", "never"),
        one("f", "failed", "refused"), one("g"),
    )  # fmt: skip
    assert [text(props, f"row{i}-name") for i in range(7)] == ["f", "e", "c", "b", "d", "a", "g"]
    assert (text(props, "live"), props["of"]) == ("3", "of 7 sources")
    assert props["count-failed-said"] == "1 failing"
    assert text(props, "count-stale", "hidden") is None


def test_a_calm_board_counts_no_trouble() -> None:
    props = show(city(), WORDS)
    assert text(props, "live") == props["of"].split()[1]  # type: ignore[union-attr]
    assert all(text(props, f"count-{state}", "hidden") == "" for state in ("failed", "never", "stale", "late"))


def test_a_row_says_state_age_owner_contact_error_and_next_try() -> None:
    failing = one(
        "laksa",
        "failed",
        "laksa.example.id: timed out after 8 s",
        fault="silent",
        contact="(021) 555 0100",
        next_try=MINUTES_AGO,
    )
    props = board(failing)
    assert (text(props, "row0-shape", "class"), text(props, "row0-word")) == ("i i-failed", "failing")
    assert text(props, "row0-age", "data-since") == MINUTES_AGO
    assert (text(props, "row0-owner"), text(props, "row0-contact")) == ("Diskominfo", "(021) 555 0100")
    assert text(props, "row0-cause") == "no answer"
    assert text(props, "row0-cause", "title") == "laksa.example.id: timed out after 8 s"
    assert (props["row0-due"], props["row0-next"]) == ("failing since 14:01", "next try 14:01")


@pytest.mark.parametrize("freshness", ["live", "late", "stale", "failed", "never"])
def test_every_state_has_a_shape_and_a_word_of_its_own(freshness: Freshness) -> None:
    props = board(one("laksa", freshness))
    assert text(props, "row0-shape", "class") == f"i i-{freshness}"
    others = {text(board(one("x", other)), "row0-word") for other in ("live", "late", "stale", "failed", "never")}
    assert len(others) == 5 and text(props, "row0-word") in others


def test_a_source_without_a_contact_or_with_an_older_state_says_what_is_missing() -> None:
    old = one("laksa", "stale")
    assert "contact" not in old and "rows" not in old
    props = board(old)
    assert text(props, "row0-contact") == "no contact given"
    assert text(props, "row0-cause") == "answers, but its data are old"


def test_one_that_never_answered_has_no_age() -> None:
    assert text(board(one("laksa", "never")), "row0-age", "hidden") == ""


@pytest.mark.parametrize(("sources", "tall"), [(1, 1), (5, 5), (13, 13), (20, 6), (25, 1), (40, 0)])
def test_every_source_has_its_row_and_those_that_do_not_fit_are_counted(sources: int, tall: int) -> None:
    props = board(*(one(f"source-{i}", owner=LONG_AGENCY) for i in range(sources)))
    shown = [i for i in range(ROWS) if text(props, f"row{i}", "hidden") is None]
    assert len(shown) == min(sources, ROWS)
    assert text(props, "table", "data-fit") == str(sources)
    assert sum("tall" in text(props, f"row{i}", "class") for i in shown) == tall
    assert text(props, "row0-owner") == LONG_AGENCY


DOUBTS: list[Doubt] = [
    {"code": "field_vanished", "since": MINUTES_AGO, "field": "agency"},
    {"code": "word_unknown", "since": MINUTES_AGO, "field": "status", "word": "eskalasi"},
    {"code": "rows_collapsed", "since": MINUTES_AGO, "rows": 3, "usual": 1200},
    {"code": "total_differs", "since": MINUTES_AGO, "of": "hospitals", "stated": 35, "counted": 33},
]


def test_a_live_source_in_doubt_has_a_shape_and_a_word_of_its_own_and_says_what_is_doubtful() -> None:
    props = board(one("a"), one("b", quality=DOUBTS), one("c", "late", quality=DOUBTS))
    assert [text(props, f"row{i}-name") for i in range(3)] == ["c", "b", "a"]
    assert (text(props, "row1-shape", "class"), text(props, "row1-word")) == ("i i-doubt", "in doubt")
    assert "in-doubt" in text(props, "row1", "class")
    assert text(props, "row1-cause") == (
        "agency no longer sent · unknown status: “eskalasi” · only 3 rows, usually 1,200 · "
        "33 hospitals received, 35 by the source's own count"
    )
    assert (text(props, "row0-shape", "class"), text(props, "row0-word")) == ("i i-late", "late")
    assert (props["count-doubt-said"], text(props, "count-doubt", "hidden")) == ("1 in doubt", None)
    assert text(board(one("a")), "count-doubt", "hidden") == ""


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_doubt_can_be_said_in_every_language(language: str) -> None:
    words = Words(language)
    names = {name for fields in OPTIONAL.values() for name in fields} | {"status", "kind"}
    said = {sentence({"code": "field_vanished", "since": "", "field": name}, words) for name in names}
    assert len(said) == len(names)
    assert all(f"field_{name}" in VOCABULARY for name in names)
    for of in get_args(TotalOf):
        for code in ("total_differs", "parts_differ"):
            told = sentence({"code": code, "since": "", "of": of, "stated": 35, "counted": 33}, words)
            assert "33" in told and "35" in told


def test_many_rooms_that_do_not_add_up_are_one_cause_and_how_many_more() -> None:
    first: Doubt = {"code": "parts_differ", "since": MINUTES_AGO, "of": "capacity", "stated": 12, "counted": 20}
    rooms: list[Doubt] = [{**first, "at": "RS Contoh · ICU"}, {**first, "at": "B"}, {**first, "at": "C", "others": 30}]
    props = board(one("a", quality=[*DOUBTS[:1], *rooms]))
    assert text(props, "row0-cause") == (
        "agency no longer sent · capacity: the parts add up to 20, the total is 12 · +32 more"
    )
    assert "capacity (RS Contoh · ICU): the parts add up" in text(props, "row0-cause", "title")
    wards: Doubt = {"code": "parts_differ", "since": "", "of": "free", "stated": 1, "counted": 2, "unit": "inpatient"}
    assert sentence(wards, Words("id")) == "kosong (Rawat inap): bagiannya berjumlah 2, totalnya 1"
