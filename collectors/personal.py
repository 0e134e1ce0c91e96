"""What names a person in a text: e-mail addresses, telephone numbers of Indonesia, and NIK (16 digits).

A source may put them into any field. Those that tiles, pages and the API show are masked as soon as they are read.
Who works in the room must see more than that (a road's number, "RT 03", a class called "B 12 A"); visitors need not:
for them number plates, exact addresses and who is spoken of as somebody ("Bpk. Budi") are masked too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from operator import is_
from typing import Any

from collectors.given_names import GIVEN_NAMES
from collectors.records import FIELDS, Batch, Record, Rejected

MASK = "•••"
_EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
_NIK = r"(?<!\d)(?<!\d\.)\d{16}(?!\d)(?!\.\d)"
_MOBILE = r"(?:\+?62|0)[\s.-]?8\d{1,2}(?:[\s.-]?\d{2,5}){2,3}"
_FIXED = r"(?:\+?62[\s.-]?\d{2,3}|\(?0\d{2,3}\)?)[\s.-]?\d{3,4}[\s.-]?\d{3,4}"
_TELEPHONE = rf"(?<!\w)(?<!\d[.:])(?:{_MOBILE}|{_FIXED})(?!\w)"
_PERSONAL = re.compile(f"{_EMAIL}|{_NIK}|{_TELEPHONE}")

_GAP = r"[\s./_-]{0,3}"
_PLATE_LETTERS = "A[ABDEG]?|B[ABDEGHKLMNPR]?|CC|CD|D[ABCDEGHKLMNRTW]?|E[ABD]?|F|G|H|K[BHTU]?|L|M|N|P[ABGSTY]?|R|S|T|W|Z"
_PLATE = rf"(?<!\w)(?:{_PLATE_LETTERS}){_GAP}\d{{1,4}}{_GAP}[A-Z]{{1,3}}(?!\w)"
_PLATE_TOLD = (
    rf"\b(?:plat|nopol|no\.?\s?pol(?:isi)?)\b\W{{0,3}}(?:nomor\s)?\w{{1,2}}{_GAP}\d{{1,4}}(?:{_GAP}\w{{1,3}})?"
)
_LONG_NUMBER = r"(?<![\d.])\d{10,}(?![\d.])|(?<!\d)(?:\d{4}[\s.-]){3}\d{4}(?!\d)"
_HOUSE = r"(?:\b(?:no|nomor|nmr|rumah\s+no)\b[\s.:]{0,3}|#\s?)\d{1,4}\s?[a-z]?(?:\s?/\s?\d{1,4})?(?!\w)"
_STREET = r"\b(?:jl|jln|jalan|gg|gang)\b\.?\s?[^\d,;]{2,40}?(?<!km)(?<!km\.)\s\d{1,4}\s?[a-z]?(?!\w)"
_BLOCK = r"\b(?:blok|kav|kavling)\b\.?\s?(?:[a-z]{1,2}(?!\w)[\s/-]{0,2})?(?:[a-z]{0,2}\d{1,4}[a-z]?(?:[/-]\d{1,4})?)?"
_NEIGHBOURS = r"\br[tw]\b[\s.:]{0,3}\d{1,3}(?:\s?/\s?\d{1,3})?|\br[tw]\d{1,3}\b"
_DEGREES = r"(?<![\d.:])-?\d{1,3}[.,]\d{4,}(?![\d.,])"
_CALLED = (
    r"\b(?:(?:bpk|bapak|ibu|sdri?|saudara|saudari|pak|bu|mas|mbak|tn|ny|nn|hj|a/n|atas\s+nama|nama)\b|an\.|a\.\s?n\.?)"
    r"[\s.:]{0,3}"
)
_NO_NAME = r"(?!(?:dan|kota|hamil|anak|bersalin|menyusui|rumah|guru|rt|rw)\b)"
_SOMEBODY = rf"{_CALLED}{_NO_NAME}[^\W\d_][\w'’]+(?-i:(?:\s+[A-Z][\w'’]*){{0,3}})"
_PRIVATE = re.compile(
    "|".join(
        (
            _EMAIL,
            _TELEPHONE,
            _LONG_NUMBER,
            _PLATE,
            _PLATE_TOLD,
            _DEGREES,
            _STREET,
            _HOUSE,
            _BLOCK,
            _NEIGHBOURS,
            _SOMEBODY,
        )
    ),
    re.IGNORECASE,
)
_INSTITUTION = re.compile(
    r"(?:rs\w{0,4}|rumah\s+sakit|klinik|puskesmas|jl|jln|jalan|gang|dinas|badan|kantor|masjid|sd\w?|smp\w?|sma\w?|stadion"
    r"|bandara|pasar|kelurahan|kecamatan|universitas|taman|simpang|jembatan|kali|sungai|pintu\s+air)\b",
    re.IGNORECASE,
)
_ROAD = re.compile(
    r"\b(?:jl|jln|jalan|gg|gang|tol|simpang|perempatan|pertigaan|bundaran|flyover|underpass|jembatan|exit|gerbang|ruas)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"[,;:()\n]|\b(?:depan|dekat|rumah|samping|sebelah|belakang|milik)\b", re.IGNORECASE)


def is_personal(text: str) -> bool:
    return _PERSONAL.search(text) is not None


def masked(text: str) -> str:
    """The text with a mask in place of what names a person."""
    return _PERSONAL.sub(MASK, text)


@lru_cache(maxsize=16384)
def discreet(text: str) -> str:
    """The text as visitors may read it, with a mask in place of what may name a person or a house."""
    return _PRIVATE.sub(MASK, text)


@lru_cache(maxsize=4096)
def is_discreet(text: str) -> bool:
    """Whether nothing in a text looks as if it named a person or a house. A bare name is known by a given name that is
    common here; of what says that it is a hospital, a road or an office a name is no person's."""
    if _PRIVATE.search(text) is not None:
        return False
    return _INSTITUTION.match(text) is not None or GIVEN_NAMES.isdisjoint(re.split(r"[\W_]+", text.casefold()))


def road_alone(text: str | None) -> str | None:
    """A road without a house's number and whatever else stands beside it; None where it is not known to be a road."""
    found = _ROAD.search(text) if text else None
    if text is None or found is None:
        return None
    road = _BESIDE.split(text[found.start() :], maxsplit=1)[0]
    private = _PRIVATE.search(road)
    if private is not None:
        cut = (
            road[: private.start()] + re.split(r"\s+(?:no\b|nomor\b|nmr\b|#|\d)", private[0], maxsplit=1, flags=re.I)[0]
        )
        road = cut if _PRIVATE.search(cut) is None else road[: private.start()]
    return road.strip() if len(road.split()) > 1 else None


def impersonal(batch: Batch) -> Batch:
    """A batch whose shown texts name nobody. An agency that does is none: it would have a page of its own."""
    records = tuple(impersonal_record(record) for record in batch.records)
    rejected = tuple(_unnamed(each) for each in batch.rejected)
    totals = tuple(replace(each, at=masked(each.at)) if each.at else each for each in batch.totals)
    if all(map(is_, records, batch.records)) and all(map(is_, rejected, batch.rejected)) and totals == batch.totals:
        return batch
    return replace(batch, records=records, rejected=rejected, totals=totals)


def impersonal_record(record: Record) -> Record:
    texts = {name: getattr(record, name) for name in FIELDS[type(record)].shown}
    found: dict[str, Any] = {name: masked(text) for name, text in texts.items() if text and is_personal(text)}
    if "agency" in found:
        found["agency"] = None
    return replace(record, **found) if found else record


def _unnamed(each: Rejected) -> Rejected:
    if not is_personal(each.reason) and not is_personal(each.sample):
        return each
    return replace(each, reason=masked(each.reason), sample=masked(each.sample))
