"""The blocks `owners` and `api`: which spellings are one agency, and whose pages may read what we know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from collectors.owners import Owner, slug
from config.address import is_address
from config.blocks import NAME_RULE, block, is_name
from config.keys import ApiKeys, OwnerKeys
from config.sheet import Place, Sheet

ORIGIN_RULE = "must be a site alone, such as https://data.example.id: without a path, and without a slash at its end"


def read_owners(sheet: Sheet, found: Mapping[str, Any], city: str) -> tuple[Owner, ...]:
    """The owners that are good; the mistakes of the others are noted."""
    read: list[Owner] = []
    taken: dict[str, str] = {}
    for key, given in found.items():
        place: Place = ("owners", key)
        if not is_name(key):
            sheet.wrong(place, f"an owner's key is {NAME_RULE}")
            continue
        keys = block(sheet, OwnerKeys, place, given)
        if keys is None:
            continue
        spelled: list[tuple[Place, str]] = [(place, key), ((*place, "name"), keys.name)]
        spelled += [((*place, "aliases", number), alias) for number, alias in enumerate(keys.aliases)]
        for where, name in spelled:
            plain = slug(name, city)
            if not plain:
                sheet.wrong(where, f"found {sheet.shown(where, name)}; must hold a letter or a digit")
            elif taken.setdefault(plain, key) != key:
                sheet.wrong(where, f"found {sheet.shown(where, name)}, which is {taken[plain]} already")
        read.append(Owner(slug=key, name=keys.name, aliases=tuple(keys.aliases), contact=keys.contact))
    return tuple(read)


def read_cors(sheet: Sheet, found: Mapping[str, Any]) -> tuple[str, ...]:
    """The origins, each a scheme and a host (RFC 6454)."""
    keys = block(sheet, ApiKeys, ("api",), found)
    for number, origin in enumerate(keys.cors if keys else ()):
        place: Place = ("api", "cors", number)
        if place not in sheet.unset and not is_origin(origin):
            sheet.wrong(place, f"found {sheet.shown(place, origin)}; {ORIGIN_RULE}")
    return tuple(keys.cors) if keys else ()


def is_origin(text: str) -> bool:
    if not is_address(text):
        return False
    parts = urlsplit(text)
    return text == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc and text == text.lower()
