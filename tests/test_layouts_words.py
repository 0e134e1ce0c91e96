"""Words and numbers on screen: both languages, unknown as a dash, times in the city's own zone."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from layouts.vocabulary import VOCABULARY
from layouts.words import LANGUAGES, Words

INDONESIAN = Words("id")
ENGLISH = Words("en")


@pytest.mark.parametrize("key", VOCABULARY)
def test_every_word_exists_in_both_languages_with_the_same_fields(key: str) -> None:
    said = VOCABULARY[key]
    assert len(said) == len(LANGUAGES) and all(said)
    fields = [sorted(re.findall(r"\{(\w+)\}", text)) for text in said]
    assert fields[0] == fields[1]


def test_every_word_asked_for_by_name_exists() -> None:
    for path in Path("layouts").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "words":
                asked = node.slice
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fill":
                asked = node.args[0]
            else:
                continue
            if isinstance(asked, ast.Constant):
                assert asked.value in VOCABULARY, f"{path}: {asked.value!r}"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError):
        Words("xx")


def test_numbers_follow_the_language_and_unknown_is_a_dash() -> None:
    assert INDONESIAN.number(1404) == "1.404"
    assert ENGLISH.number(1404) == "1,404"
    assert INDONESIAN.number(0) == "0"
    assert INDONESIAN.number(None) == "–"
    assert INDONESIAN.part(None, 35) == "–/35"
    assert INDONESIAN.percent(3, 0) == INDONESIAN.percent(None, 4) == "–"
    assert ENGLISH.percent(1043, 1404) == "74%"


def test_lengths_delays_and_latencies_carry_their_unit() -> None:
    assert INDONESIAN.length(900) == "900 m"
    assert INDONESIAN.length(3200) == "3,2 km"
    assert ENGLISH.length(3200) == "3.2 km"
    assert INDONESIAN.minutes(61) == "2 mnt"
    assert INDONESIAN.latency(400) == "0,4 dtk"
    assert {INDONESIAN.length(None), INDONESIAN.minutes(None), INDONESIAN.latency(None)} == {"–"}


def test_times_are_of_the_city_and_carry_a_date_when_not_of_the_day_seen() -> None:
    assert INDONESIAN.time("2025-12-16T06:49:00Z") == "13.49"
    assert ENGLISH.time("2025-12-16T06:49:00Z") == "13:49"
    assert ENGLISH.time("2025-12-15T06:49:00Z", "2025-12-16T07:00:00Z") == "15\u00a0Dec\u00a013:49"
    assert INDONESIAN.time("2025-12-16T17:30:00Z", "2025-12-16T16:30:00Z") == "17\u00a0Des\u00a000.30"
    assert INDONESIAN.time(None) == "–"


def test_the_browser_gets_the_words_it_counts_ages_with() -> None:
    words = json.loads(ENGLISH.browser())
    assert words["language"] == "en"
    assert words["timezone"] == "Asia/Jakarta"
    assert words["stale"] == "stale · {age}"


def test_no_word_is_given_twice() -> None:
    """The vocabulary is put together of several files: a key of two of them would change what the other says."""
    given: dict[str, Path] = {}
    for file in sorted((Path(__file__).resolve().parent.parent / "layouts").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.AnnAssign) or ast.unparse(node.annotation) != "dict[str, tuple[str, str]]":
                continue
            assert isinstance(node.value, ast.Dict)
            for key in (one.value for one in node.value.keys if isinstance(one, ast.Constant)):
                assert key not in given, f"{key}: {given[str(key)]} and {file}"
                given[str(key)] = file
    assert len(given) > 800
