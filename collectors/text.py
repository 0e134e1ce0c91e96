"""Reading free text: no tags, nothing that steers a screen or its direction, one line, at most 4,000 characters."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

LIMIT = 4000

_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")
# joiners hold emoji and some scripts together; all other invisible characters go, direction marks among them
_JOINERS = frozenset("\u200c\u200d")
_AT_NO_END = " \u200c\u200d"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# written above and below a letter; a tower of them would stand in the tiles around
_MARKS = frozenset({"Mn", "Me"})
_MOST_MARKS = 3


def plain(value: object, limit: int = LIMIT) -> str | None:
    """The text without markup; numbers become text; None where nothing readable is left."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value)[: 8 * limit]
    if "<" in text or "&" in text:
        text = _without_tags(html.unescape(_without_tags(text)))
    if not (text.isascii() and text.isprintable()):
        text = "".join(_kept(text))
    text = " ".join(text.split())
    return text[:limit].strip(_AT_NO_END) or None


def word(given: str) -> str:
    """A word as words of sources are compared: in lower case, with blanks for _ and -."""
    return " ".join(given.lower().replace("_", " ").replace("-", " ").split())


def _without_tags(text: str) -> str:
    return _TAG.sub(" ", _HIDDEN.sub(" ", text)) if "<" in text else text


def _kept(text: str) -> Iterator[str]:
    marks = 0
    for letter in text:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind in _MARKS else 0
        if letter.isspace():
            yield " "
        elif marks <= _MOST_MARKS and (letter in _JOINERS or kind not in _INVISIBLE):
            yield letter
