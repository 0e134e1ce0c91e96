"""Answers a little or very wrong: valid documents with a few changes that keep most of their structure."""

from __future__ import annotations

import copy
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring, tostring

from tests.seeds import Seed

ODD: list[Any] = [
    None, True, False, -1, 0, 1, 7, 10**9, 10**30, 1e308, -0.5, float("nan"), float("inf"), "", " ", "-", "NA",
    "\ud800", "\x00\x07\x1b[2J", "\u202eBanjir\u2066", "\u0085\u2028", "\u200d", "e" + "\u0301" * 300, "x" * 5000,
    "1.000" * 2000,
    "2.929", "<b>", "<script>", "&lt;b", [], [[]], {}, [None], {"a": {}}, "2026-99-99", "9" * 30, "9" * 6000, "١٢",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "31/02/2026 25:61", "99999999999999 hari", "se jam", 1e11,
    "http://127.0.0.2/", "//x", "http://[", "{", "Tue Sep 31 10:25:02 +9999 2025", "-6.18", 106.63, [106.63, -6.18],
    [[[[[[[[[[[1]]]]]]]]]]], {"coordinates": {"coordinates": []}}, ["a", 1, None, {}], "true", "COMPLETE", "1e999",
]  # fmt: skip

PIECES = [b"\x00", b"\xed\xa0\x80", b"\xff\xfe", b"]]>", b"<!--", b"&x;", b"\\ud800", b"NaN", b"1e999"]
Place = tuple[Any, ...]

MOST, DEEPEST = 1500, 100


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """The path of everything in a document, the document itself first."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


def at(value: Any, path: Place) -> Any:
    for key in path:
        value = value[key]
    return value


def changed(document: Any, path: Place, to: Any) -> Any:
    """The document with something else at a path."""
    if not path:
        return to
    result = copy.deepcopy(document)
    at(result, path[:-1])[path[-1]] = to
    return result


def without(document: Any, path: Place) -> Any:
    if not path:
        return document
    result = copy.deepcopy(document)
    del at(result, path[:-1])[path[-1]]
    return result


def renamed(document: Any, path: Place, odd: Any) -> Any:
    """With another key, where it is in an object."""
    if not path or not isinstance(path[-1], str):
        return changed(document, path, odd)
    result = copy.deepcopy(document)
    inner = at(result, path[:-1])
    inner[odd if isinstance(odd, str) else json.dumps(odd)] = inner.pop(path[-1])
    return result


def nested(depth: int, inner: Any) -> Any:
    for number in range(depth):
        inner = [inner] if number % 2 else {"a": inner}
    return inner


def _edits(document: Any, random: Random) -> Any:
    paths = list(places(document))
    path, other = random.choice(paths), random.choice(paths)
    here, odd = at(document, path), random.choice(ODD)
    edits: list[Callable[[], Any]] = [
        lambda: changed(document, path, copy.deepcopy(odd)),
        lambda: changed(document, path, copy.deepcopy(odd)),
        lambda: changed(document, path, copy.deepcopy(at(document, other))),
        lambda: without(document, path),
        lambda: renamed(document, path, odd),
        lambda: changed(document, path, [here] * random.choice([1, 2, 60])),
        lambda: changed(document, path, {"a": here, "": here}),
        lambda: changed(document, path, str(here)),
        lambda: changed(document, path, nested(random.choice([2, 30]), here)),
    ]
    return random.choice(edits)()


def edited(document: Any, random: Random) -> Any:
    """The document after one to four changes; one that has grown beyond use is given up."""
    for _ in range(random.randint(1, 4)):
        after = _edits(document, random)
        some = [len(path) for path, _ in zip(places(after), range(MOST), strict=False)]
        if len(some) < MOST and max(some) < DEEPEST:
            document = after
    return document


def edited_xml(text: str, random: Random) -> str:
    """The same for XML; what is none is left as it is."""
    try:
        root = fromstring(text)
        for _ in range(random.randint(1, 4)):
            _edit_element(root, random)
        return tostring(root, encoding="unicode").encode("utf-8", "replace").decode()
    except (ParseError, TypeError, ValueError):
        return text


def _edit_element(root: Element, random: Random) -> None:
    everyone = list(root.iter())
    one, other = random.choice(everyone), random.choice(everyone)
    parent = random.choice([each for each in everyone if len(each)] or [root])
    odd = random.choice(ODD)
    said = odd if isinstance(odd, str) else json.dumps(odd)
    way = random.randrange(8)
    if way == 0:
        one.text = said
    elif way == 1:
        one.set(random.choice(["id", "type", "lang", "nil", *one.keys()]), said)
    elif way == 2 and len(parent):
        parent.remove(random.choice(list(parent)))
    elif way in {3, 4} and len(everyone) < MOST:
        parent.append(copy.deepcopy(one))
    elif way == 5:
        one.tag = other.tag
    elif way == 6:
        one.text = other.text
    else:
        one.tail = said


def edited_csv(text: str, random: Random) -> str:
    rows = edited([list(row) for row in csv.reader(io.StringIO(text))], random)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=random.choice([",", ",", ";", "\t"]))
    for row in rows if isinstance(rows, list) else [rows]:
        writer.writerow(row if isinstance(row, list) else [row])
    return out.getvalue()


def edited_lines(text: str, random: Random) -> str:
    """Lines of names, signs and numbers, some of them something else."""
    words = re.split(r"(\s|[{}=,\"])", text)
    for _ in range(random.randint(1, 4)):
        odd = random.choice(ODD)
        at, to = random.randrange(len(words)), random.randrange(len(words))
        words[at] = random.choice([words[to], "", "\n", "{", "NaN", odd if isinstance(odd, str) else str(odd)])
    return "".join(words)


def scrambled(body: bytes, random: Random) -> bytes:
    """Bytes cut off, turned, repeated, put in or encoded in another way; mostly as they are."""
    cut = random.randint(0, len(body))
    bit = random.randint(0, 255)
    ways: list[Callable[[], bytes]] = [
        lambda: body[:cut],
        lambda: body[:cut] + bytes([bit]) + body[cut + 1 :],
        lambda: body[:cut] + random.choice(PIECES) + body[cut:],
        lambda: body[:cut] + body[cut // 2 :],
        lambda: b"\xef\xbb\xbf" + body,
        lambda: body.decode("utf-8", "replace").encode(random.choice(["utf-16", "utf-16-le", "utf-32", "utf-7"])),
        lambda: b"<!DOCTYPE html>" + body,
    ]
    return random.choice(ways)() if random.random() < 0.25 else body


def serialised(document: Any, random: Random) -> bytes:
    text = json.dumps(document, ensure_ascii=random.random() < 0.7)
    return text.encode("utf-8", "surrogatepass")


def hostile(seed: Seed, document: Any, random: Random) -> tuple[Any, bytes]:
    """A changed document of the seed's kind, and the body that is sent for it."""
    if isinstance(document, str):
        edit = edited_csv if "csv" in seed.content_type else edited_xml if "xml" in seed.content_type else edited_lines
        text = edit(document, random)
        return text, scrambled(text.encode("utf-8", "replace"), random)
    document = edited(document, random)
    return document, scrambled(serialised(document, random), random)
