"""Doubts about data, said in the screen's language (collectors/doubt.py says what each code means)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from collectors.doubt import Doubt
from collectors.totals import is_total
from layouts.vocabulary import VOCABULARY
from layouts.words import Words

UNITS = {"icu": "icu", "inpatient": "wards", "emergency": "emergency"}


def sentence(doubt: Doubt, words: Words, at: bool = True) -> str:
    """What is doubtful, with both numbers where there are two; with `at`, which row it is about."""
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
        of=_of(doubt, words, at),
    )


def sentences(doubts: Iterable[Doubt], words: Words, at: bool = True) -> list[str]:
    """All of them, but of totals of the same thing the first alone, with how many more there are."""
    alike: dict[tuple[str, ...], list[Doubt]] = {}
    for place, doubt in enumerate(doubts):
        about = (doubt["code"], doubt.get("of", "")) if is_total(doubt) else (str(place),)
        alike.setdefault(about, []).append(doubt)
    return [_with_others(each, words, at) for each in alike.values()]


def brief(doubts: Sequence[Doubt], words: Words) -> str:
    """Of totals that do not reconcile the first, as short as two numbers can be told, and how many more there are."""
    if not doubts:
        return ""
    first = doubts[0]
    stated, counted = words.number(first.get("stated")), words.number(first.get("counted"))
    said = words.fill("doubt_brief", of=words[f"total_{first.get('of')}"], stated=stated, counted=counted)
    more = _more(doubts)
    return words.join(said, f"+{words.number(more)}" if more else None)


def _with_others(alike: Sequence[Doubt], words: Words, at: bool) -> str:
    more = _more(alike)
    return words.join(sentence(alike[0], words, at), words.fill("more", n=words.number(more)) if more else None)


def _more(doubts: Sequence[Doubt]) -> int:
    """How many there are besides the first."""
    return len(doubts) - 1 + sum(doubt.get("others", 0) for doubt in doubts)


def _of(doubt: Doubt, words: Words, at: bool) -> str:
    """What the numbers are of, and of which row or unit."""
    if "of" not in doubt:
        return ""
    unit = UNITS.get(doubt.get("unit", ""))
    row = doubt.get("at") if at else None
    about = row or (words[unit] if unit else "")
    return words[f"total_{doubt['of']}"] + (f" ({about})" if about else "")
