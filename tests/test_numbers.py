"""Numbers as sources write them: unknown is never zero."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from collectors.numbers import count, measure


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (7, 7),
        ("7", 7),
        (" 7 ", 7),
        (7.0, 7),
        ("7.0", 7),
        ("2.929", 2929),
        ("1.002.929", 1002929),
        ("2,929", 2929),
        (0, 0),
        ("0", 0),
    ],
)
def test_counts_are_read(written: object, expected: int) -> None:
    assert count(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        None,
        "NA",
        "null",
        "-",
        -1,
        "-1",
        -999999,
        True,
        False,
        7.5,
        "7.5",
        "many",
        [],
        {},
        10**400,
        "9" * 400,
        float("nan"),
        float("inf"),
        10**12,
    ],
)
def test_sentinels_and_non_numbers_are_unknown(written: object) -> None:
    assert count(written) is None


def test_measures_keep_their_sign_and_decimals() -> None:
    assert measure("-6,17") == -6.17
    assert measure("106.63") == 106.63
    assert measure(".5") == 0.5
    assert measure("1e400") is None
    assert measure(True) is None


@given(strategies.one_of(strategies.text(), strategies.floats(), strategies.integers(), strategies.none()))
def test_anything_is_a_count_or_unknown(written: object) -> None:
    number = count(written)
    assert number is None or (type(number) is int and number >= 0)
