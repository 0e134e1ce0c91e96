"""Whose health a source tells: one of the city's applications, or one that only the source knows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import Field

from collectors.records import AppGroup
from collectors.source import Application, City, Settings, Source
from collectors.text import plain

_PORTS = {"http": 80, "https": 443}
_KEY = re.compile(r"(?=.*[0-9])[\w.~=+-]{16,}", re.ASCII)


class ListedSettings(Settings):
    """`known_as` leads from what the source calls an application to its id in the city's file.

    Those that are not in the file are of `group`, and of the source's owner.
    """

    group: AppGroup = "public"
    known_as: dict[str, str] = Field(default_factory=dict)

    def named_applications(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        yield from ((("known_as", name), id_) for name, id_ in self.known_as.items())


@dataclass(frozen=True, slots=True)
class Identity:
    """`listed`: whether it is one of the city's file; `retired`: whether that says that it is no more."""

    id: str
    name: str
    group: AppGroup
    owner: str
    listed: bool
    retired: bool = False


class Listed:
    """Finds the application of a source's words: by `known_as`, by id, by address."""

    def __init__(self, source: Source, city: City, settings: ListedSettings) -> None:
        self._source = source
        self._set = settings
        every = (*city.applications, *city.retired)
        self._retired = frozenset(one.id for one in city.retired)
        self._by_id = {one.id: one for one in every}
        self._by_address: dict[str, Application] = {}
        for one in every:
            self._by_address.setdefault(_address(one.url) or one.id, one)

    def identity(self, words: Iterable[str], name: str) -> Identity:
        """Which application is meant by any of the words.

        One that is not in the file is called by `name`, without anything secret in it.
        """
        told = [word for word in words if word]
        for word in told:
            found = self._by_id.get(self._set.known_as.get(word, word)) or self._by_address.get(_address(word) or "")
            if found is not None:
                retired = found.id in self._retired
                return Identity(found.id, found.name, found.group, found.owner, listed=True, retired=retired)
        raw = told[0] if told else name
        shown = _shown(name) or "unnamed"
        own = shown if shown == raw else f"{shown}~{hashlib.sha256(raw.encode(errors='replace')).hexdigest()[:8]}"
        return Identity(f"{self._source.name}/{own}", shown, self._set.group, self._source.owner, listed=False)


def _address(text: str) -> str | None:
    """An http address in the form by which two are compared, None for any other text. A bare host is taken as http."""
    bare = text.strip()
    try:
        parts = urlsplit(bare if "://" in bare else f"http://{bare}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or bare.split() != [bare]:
        return None
    place = host if port in {None, _PORTS[parts.scheme]} else f"{host}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{place}{parts.path.rstrip('/')}{query}"


def _shown(name: str) -> str | None:
    """A name as it may be shown: of an address only host and path, since the rest and long keys may be secret."""
    address = _address(name) if "://" in name else None
    if address is None:
        return plain(name, 80)
    parts = urlsplit(address)
    path = "/".join("…" if _KEY.fullmatch(part) else part for part in parts.path.split("/"))
    return plain(parts.netloc + path, 80)
