"""Saying which record was left out, without repeating what citizens wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from xml.etree.ElementTree import Element

from collectors.records import Rejected
from collectors.text import plain

_LONGEST = 200
_PART = 40
_FIELDS = 50
_PRIVATE = (
    "name", "email", "phone", "telp", "account", "device", "description", "notes", "title", "detail", "address",
    "media", "image", "token", "key", "nama", "pelapor", "reporter", "author", "creator", "requestor", "user", "nik",
    "alamat", "keterangan", "deskripsi", "uraian", "judul", "telepon", "ponsel", "foto", "link", "url",
)  # fmt: skip


def rejected(reason: object, given: object, row: object = None) -> Rejected:
    """The reason, and the beginning of what was sent: short plain fields only, none that may name a person.

    Of an XML element the fields are its attributes and its children. `row` is what was sent, where `given` is only a
    part or another form of it.
    """
    fields = _fields(given) if isinstance(given, Element) else given
    if isinstance(fields, Mapping):
        shown = {
            plain(key, _PART) or "": _said(value)
            for key, value in islice(fields.items(), _FIELDS)
            if isinstance(value, str | int | float) and not any(word in str(key).lower() for word in _PRIVATE)
        }
        sample = ", ".join(f"{key}={value}" for key, value in shown.items())
    else:
        sample = type(given).__name__
    return Rejected(str(reason)[:_LONGEST], sample[:_LONGEST], given if row is None else row)


def _fields(element: Element) -> dict[str, str | None]:
    """The texts of an element by name, without namespaces; what has children of its own is no plain field."""
    texts = {child.tag: child.text for child in islice(element, _FIELDS) if not len(child)}
    return {name.rpartition("}")[2]: text for name, text in {**element.attrib, **texts}.items()}


def public_reason(reason: str) -> str:
    """The reason without what was sent, which stands in quotes after a colon."""
    return re.sub(r": ['\"].*", "", reason, flags=re.DOTALL)


def _said(value: str | int | float) -> str:
    return plain(value, _PART) or "" if isinstance(value, str) else str(value)[:_PART]
