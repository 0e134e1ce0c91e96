"""Invented personal data, and a search for what of it is in some bytes, however it is written there."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, quote_plus


@dataclass(frozen=True)
class Personal:
    """`text` is what a source sends; none of `marks` may be left of it."""

    text: str
    marks: tuple[str, ...]


LOOKING_LIKE_IT = (
    Personal("Bpk. Zulfikri Wiryaputra", ("zulfikri", "wiryaputra")),
    Personal("a.n. Qonitah Maheswari", ("qonitah", "maheswari")),
    Personal("ibu Ngatinem Kromodimejo", ("ngatinem", "kromodimejo")),
    Personal("Siti Rahmawati", ("rahmawati",)),
    Personal("SUTRISNO BIN KARTO", ("sutrisno",)),
    Personal("3671014708990003", ("3671014708990003",)),
    Personal("NIK 3671 0147 0899 0004", ("367101470899",)),
    Personal("081298761234", ("81298761234",)),
    Personal("+62 813-9876-1235", ("81398761235",)),
    Personal("(021) 5598 7612", ("55987612",)),
    Personal("Zulfikri.W@surel.example", ("zulfikri.w", "surel.example")),
    Personal("B 7391 QZX", ("7391qzx",)),
    Personal("b7392qzx", ("7392qzx",)),
    Personal("B-7393-QZX", ("7393qzx",)),
    Personal("AB.7394.QX", ("7394qx",)),
    Personal("Jl. Cempaka No. 4711", ("no. 4711",)),
    Personal("Cempaka Wangi RT 087/RW 093", ("rt 087", "rw 093")),
    Personal("Griya Cempaka Blok Q9/4712", ("q9/4712",)),
    Personal("-6.183471, 106.634829", ("6.183471", "106.634829")),
)
"""What anybody can see to be about a person, wherever it stands."""

WRITTEN = (
    Personal("tetangga saya yang pincang itu memukul istrinya", ("pincang", "memukul")),
    Personal("Ngatinem di kamar 3 sakit jiwa", ("ngatinem", "sakit jiwa")),
    *LOOKING_LIKE_IT,
)
"""What somebody may write where they may write anything."""

SURE = 7
"""So many letters and figures are no chance, even without what separates them."""
POINT = (-6.183471, 106.634829)
POINTS = ("6.183471", "106.634829")


def leaks(data: bytes | str, marks: Iterable[str]) -> list[str]:
    """The marks that are in some bytes: in any case, with other separators, escaped for JSON, HTML or an address, or in
    base64."""
    raw = data.encode() if isinstance(data, str) else data
    low = raw.lower()
    joined = re.sub(rb"[\s._/+()-]|%20|\\u00a0", b"", low)
    return [
        mark
        for mark in dict.fromkeys(marks)
        if any(form in low for form in _forms(mark))
        or (len(_joined(mark)) >= SURE and _joined(mark) in joined)
        or any(form in raw for form in _in_base64(mark))
    ]


@cache
def _forms(mark: str) -> frozenset[bytes]:
    written = (mark, json.dumps(mark)[1:-1], html.escape(mark), quote(mark, safe=""), quote(mark), quote_plus(mark))
    return frozenset(one.lower().encode() for one in written)


@cache
def _joined(mark: str) -> bytes:
    return re.sub(r"[\s._/+()-]", "", mark.lower()).encode()


@cache
def _in_base64(mark: str) -> frozenset[bytes]:
    """The middle of its base64, at each of the three places where it may begin, in three cases."""
    found = set()
    for cased in (mark, mark.upper(), mark.title()):
        for before in range(3):
            coded = b64encode(b"\0" * before + cased.encode()).rstrip(b"=")
            middle = coded[-(-before * 8 // 6) : len(coded) - 1]
            if len(middle) >= 6:
                found.add(middle)
    return frozenset(found)
