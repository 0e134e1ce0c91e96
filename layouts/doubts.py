"""Doubts about a source's data, said in the screen's language (collectors/drift.py says what each code means)."""

from __future__ import annotations

from collectors.drift import Doubt
from layouts.vocabulary import VOCABULARY
from layouts.words import Words


def sentence(doubt: Doubt, words: Words) -> str:
    """What is doubtful, with both numbers where there are two."""
    name = doubt.get("field", "")
    key = f"field_{name}"
    return words.fill(
        f"doubt_{doubt['code']}",
        field=words[key] if key in VOCABULARY else name,
        word=doubt.get("word", ""),
        rows=words.number(doubt.get("rows")),
        usual=words.number(doubt.get("usual")),
        stated=words.number(doubt.get("stated")),
        counted=words.number(doubt.get("counted")),
        of=words[f"total_{doubt['of']}"] if "of" in doubt else "",
    )
