"""Reading numbers as sources write them. Unknown is None and never zero; true and false are not numbers."""

from __future__ import annotations

import math
import re

_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+")
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
_TOO_MANY = 10**9
_LONGEST = 40


def count(value: object) -> int | None:
    """A number of things: 7, "7", 7.0, "2.929" (2929, thousands point). Negative ones mean unknown."""
    if isinstance(value, str):
        value = value.strip()
        if len(value) <= _LONGEST and _THOUSANDS.fullmatch(value):
            value = int(value.replace(".", "").replace(",", ""))
    number = measure(value)
    if number is None or not number.is_integer() or not 0 <= number < _TOO_MANY:
        return None
    return int(number)


def measure(value: object) -> float | None:
    """A measured number, with either decimal sign, possibly negative; not finite or not a number is None."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _finite(value)
    if isinstance(value, str):
        text = value.strip()
        if len(text) <= _LONGEST and _DECIMAL.fullmatch(text):
            return _finite(float(text.replace(",", ".")))
    return None


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
