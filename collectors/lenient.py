"""JSON that is not quite JSON, as servers write it: NaN, halves of characters, line breaks and tabs within texts."""

from __future__ import annotations

import json
import re
from typing import Any

_HALVES = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def leniently(text: str) -> Any:
    """The document. What is no number is unknown; half a character, as of a text cut off in the middle of an emoji, is
    marked. Raises ValueError, or RecursionError for a document nested too deep.
    """
    return json.loads(_whole(text), strict=False, parse_constant=_unknown, parse_float=_number)


def _whole(text: str) -> str:
    return _HALVES.sub(lambda found: "\\ufffd" if found[1] else found[0], text) if "\\u" in text else text


def _unknown(_: str) -> None:
    """NaN, Infinity, -Infinity."""


def _number(text: str) -> float | None:
    """1e999 is none."""
    number = float(text)
    return number if abs(number) < float("inf") else None
