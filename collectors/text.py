"""Reading free text: no tags, no control characters, one line, at most 4,000 characters."""

from __future__ import annotations

import html
import re
import unicodedata

LIMIT = 4000

_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")
# joiners hold emoji and some scripts together; all other invisible characters go, direction marks among them
_JOINERS = frozenset("\u200c\u200d")


def plain(value: object, limit: int = LIMIT) -> str | None:
    """The text without markup; numbers become text; None where nothing readable is left."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value)[: 8 * limit]
    if "<" in text or "&" in text:
        text = _without_tags(html.unescape(_without_tags(text)))
    if not (text.isascii() and text.isprintable()):
        text = "".join(_kept(letter) for letter in text)
    text = " ".join(text.split())
    return text[:limit].rstrip() or None


def word(given: str) -> str:
    """A word as words of sources are compared: in lower case, with blanks for _ and -."""
    return " ".join(given.lower().replace("_", " ").replace("-", " ").split())


def _without_tags(text: str) -> str:
    return _TAG.sub(" ", _HIDDEN.sub(" ", text)) if "<" in text else text


def _kept(letter: str) -> str:
    if letter in _JOINERS:
        return letter
    if letter.isspace():
        return " "
    return "" if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"} else letter
