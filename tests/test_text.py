"""Free text: what remains is one plain line."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from collectors.text import LIMIT, plain


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a\u202ab\u202bc\u202cd\u202de\u202ef\u2066g\u2067h\u2068i\u2069j\u200ek\u200fl\u061cm", "abcdefghijklm"),
        ("a\x1b[2Jb\x9bc\x85d\u2028e\u2029f\x00g\x7fh", "a[2Jbc d e fgh"),
        ("tinggi" + "\u0301" * 300, "tinggi" + "\u0301" * 3),
        ("\u200dxa\u200db\u200c ", "xa\u200db"),
        ("  jalan \r\n\r\n rusak\t ", "jalan rusak"),
        ("<p>Lampu <b>mati</b></p>", "Lampu mati"),
        ("<script>alert(1)</script>Banjir", "Banjir"),
        ("<!-- x -->Banjir<script>never closed", "Banjir"),
        ("Toko &amp; gudang", "Toko & gudang"),
        ("&lt;img src=x onerror=alert(1)&gt;Sampah", "Sampah"),
        ("a < b dan c > d", "a < b dan c > d"),
        ("bel\x07 \x00nol", "bel nol"),
        ("kanan\u202ekiri", "kanankiri"),
        ("keluarga 👨\u200d👩", "keluarga 👨\u200d👩"),
        ("\ud800rusak", "rusak"),
        (584, "584"),
    ],
)
def test_text_is_cleaned(written: object, expected: str) -> None:
    assert plain(written) == expected


@pytest.mark.parametrize("written", [None, "\u200d \u200c", "\u202e\u2066", "", " \n ", "<br/>", "\x00", True, [], {}])
def test_nothing_readable_is_none(written: object) -> None:
    assert plain(written) is None


def test_text_is_capped_and_many_open_tags_cost_little() -> None:
    assert len(plain("x" * 100_000) or "") == LIMIT
    for tag in ("<script", "<script>", "<a", "<!--"):
        assert len(plain(tag * 1_000_000) or "") <= LIMIT


@given(strategies.text())
def test_what_remains_is_one_printable_line(written: str) -> None:
    text = plain(written)
    assert text is None or (text == text.strip() and "\n" not in text and "\x00" not in text)
