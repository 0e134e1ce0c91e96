"""What names a person in a text: e-mail addresses, telephone numbers of Indonesia, and NIK (16 digits).

A source may put them into any field. Those that tiles, pages and the API show are masked as soon as they are read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from operator import is_
from typing import Any

from collectors.records import FIELDS, Batch, Record, Rejected

MASK = "•••"
_EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
_NIK = r"(?<!\d)(?<!\d\.)\d{16}(?!\d)(?!\.\d)"
_MOBILE = r"(?:\+?62|0)[\s.-]?8\d{1,2}(?:[\s.-]?\d{2,5}){2,3}"
_FIXED = r"(?:\+?62[\s.-]?\d{2,3}|\(?0\d{2,3}\)?)[\s.-]?\d{3,4}[\s.-]?\d{3,4}"
_TELEPHONE = rf"(?<!\w)(?<!\d[.:])(?:{_MOBILE}|{_FIXED})(?!\w)"
_PERSONAL = re.compile(f"{_EMAIL}|{_NIK}|{_TELEPHONE}")


def is_personal(text: str) -> bool:
    return _PERSONAL.search(text) is not None


def masked(text: str) -> str:
    """The text with a mask in place of what names a person."""
    return _PERSONAL.sub(MASK, text)


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
