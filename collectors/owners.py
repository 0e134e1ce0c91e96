"""Whose something is: the names by which one agency goes, and the address of its page.

A name is compared without its case, accents, signs and the city's name at its end; what is left is its slug. Names that
differ in more are joined in `config.yaml` under `owners`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from zlib import crc32

from pydantic import BaseModel, ConfigDict


class Owner(BaseModel):
    """One agency. `aliases` are other spellings of its name; `contact` a telephone or an address of its office."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    contact: str | None = None


def slug(name: str, city: str = "") -> str:
    """'Dinas Kesehatan Kota Tangerang' -> 'dinas-kesehatan'; "" where there is no letter and no digit."""
    found = plain(name)
    end = plain(city)
    if end and found != end:
        found = found.removesuffix(f"-{end}")
    if found:
        return found
    return f"x{crc32(name.encode()):08x}" if any(letter.isalnum() for letter in name) else ""


def plain(name: str) -> str:
    """Small letters and digits of ASCII, joined by hyphens."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]+", "-", "".join(one for one in letters if not unicodedata.combining(one))).strip("-")


class Owners:
    """All owners that are named somewhere, by slug."""

    def __init__(self, listed: Iterable[Owner] = (), city: str = "") -> None:
        self.city = city
        self.listed = {owner.slug: owner for owner in listed}
        self.spelled: Mapping[str, str] = {
            slug(name, city): owner.slug
            for owner in self.listed.values()
            for name in (owner.slug, owner.name, *owner.aliases)
        }

    def slug(self, name: str | None) -> str:
        """The slug of an owner by any of its names, "" where nobody is named."""
        found = slug(name or "", self.city)
        return self.spelled.get(found, found)

    def known(self, names: Iterable[str | None]) -> dict[str, Owner]:
        """Everyone who is listed, and everyone who goes by one of these names; the first spelling is shown."""
        found = dict(self.listed)
        for name in names:
            key = self.slug(name)
            if key and name and key not in found:
                found[key] = Owner(slug=key, name=shortened(name, self.city))
        return found


def shortened(name: str, city: str) -> str:
    """A name without the city's at its end, which everybody in the room knows."""
    return name.removesuffix(f" {city}") if city else name
