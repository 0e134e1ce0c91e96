"""The rows of an answer whose shape only the city's file knows: a list somewhere in JSON, or CSV with a header."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from io import StringIO
from itertools import islice
from typing import Any, get_args

from collectors.answer import Answer
from collectors.failures import SourceError
from collectors.numbers import count
from collectors.records import CollectError, TotalOf
from collectors.rows import MOST_ROWS, require_few
from collectors.text import plain

_SAYS = ("message", "error", "error_message", "errors", "pesan", "detail", "msg")
_SEPARATORS = ",;\t|"


def at(given: object, path: str) -> Any:
    """What stands at a path of names and list positions joined by dots; None where there is nothing.

    A name that itself holds dots is found too.
    """
    while path:
        if isinstance(given, Mapping):
            if path in given:
                return given[path]
            name, _, path = path.partition(".")
            given = given.get(name)
        elif isinstance(given, list):
            name, _, path = path.partition(".")
            given = given[int(name)] if name.isascii() and name.isdigit() and int(name) < len(given) else None
        else:
            return None
    return given


def stated(document: object, paths: Mapping[str, str]) -> dict[TotalOf, int]:
    """The totals that a document states, by what they are of; `paths` says where."""
    found = {of: count(at(document, path)) for of in get_args(TotalOf) if (path := paths.get(of))}
    return {of: number for of, number in found.items() if number is not None}


def json_rows(answer: Answer, document: object, path: str, secrets: Collection[str]) -> list[object]:
    """The list at `path`; with an empty path the document itself, or the only list in it. Raises CollectError."""
    found = at(document, path)
    if not path and isinstance(found, Mapping):
        lists = [value for value in found.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else None
    where = f"a list at {path}" if path else "one list"
    if not isinstance(found, list):
        raise SourceError(answer.host, f"answered JSON without {where}{_because(said(document, secrets))}")
    require_few(answer.host, found)
    if found and not any(isinstance(row, Mapping) for row in found):
        raise SourceError(answer.host, f"answered JSON without {where} of objects")
    return found


def csv_rows(answer: Answer) -> list[object]:
    """One object per line under the header; the separator is the one the header has most of. Raises CollectError."""
    text = answer.text().lstrip("\ufeff\r\n")
    if text.lstrip()[:1] == "<":
        raise SourceError(answer.host, f"answered a page instead of CSV (status {answer.status})", fault="html")
    header = text.partition("\n")[0]
    if not header.strip():
        raise SourceError(answer.host, f"answered nothing instead of CSV (status {answer.status})")
    separator = max(_SEPARATORS, key=header.count)
    try:
        lines = list(islice(csv.reader(StringIO(text, newline=""), delimiter=separator), MOST_ROWS + 2))
    except csv.Error:
        raise SourceError(answer.host, "answered something that is not CSV") from None
    require_few(answer.host, lines[1:])
    names = [name.strip() for name in lines[0]]
    # a line with more cells than names is no row: which cell belongs where is anybody's guess
    return [
        dict(zip(names, cells, strict=False)) if len(cells) <= len(names) else cells
        for cells in lines[1:]
        if any(cells)
    ]


def refusal(answer: Answer, secrets: Collection[str]) -> CollectError:
    """The error of an answer without success, with what its body says of it."""
    try:
        document = answer.json()
    except CollectError:
        # another body than JSON: the status is the whole sentence
        return answer.problem()
    return answer.problem(said(document, secrets))


def said(document: object, secrets: Collection[str]) -> str | None:
    """What a document says in place of rows, without any secret it may repeat."""
    words = next((text for key in _SAYS if (text := plain(at(document, key), 150))), None)
    for secret in secrets:
        words = words.replace(secret, "...") if words else None
    return words


def _because(words: str | None) -> str:
    return f": {words}" if words else ""
