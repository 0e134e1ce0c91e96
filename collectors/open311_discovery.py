"""GeoReport v2 service discovery: where a server's endpoint is and which forms it speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from collectors.failures import SourceError
from collectors.fetch import Http
from collectors.links import own_link
from collectors.open311_answer import xml_object
from collectors.text import plain

Form = Literal["json", "xml"]

_DISCOVERY = re.compile(r"/discovery(?:\.(json|xml))?$")


def is_discovery(url: str) -> bool:
    return _DISCOVERY.search(url) is not None


async def discovered(http: Http, url: str, params: Mapping[str, str], form: Form, limit: float) -> tuple[str, Form]:
    """The base address of the production endpoint, and `form` or the one it speaks instead. Raises CollectError."""
    found = _DISCOVERY.search(url)
    suffix = found[1] if found else None
    answer = await http.get(url if suffix else f"{url}.{form}", params=params, limit=limit)
    answer.require_success()
    document = xml_object(answer.xml()) if (suffix or form) == "xml" else answer.json()
    for endpoint in _listed(document, "endpoints", "endpoint"):
        if not isinstance(endpoint, Mapping) or not _is_ours(endpoint):
            continue
        try:
            base = own_link(plain(endpoint.get("url")) or "", url, url).rstrip("/")
        except ValueError:
            words = "discovery names an endpoint on another host; write its own address into the file"
            raise SourceError(answer.host, words, fault="settings") from None
        return base, _spoken(endpoint, form)
    raise SourceError(answer.host, "discovery names no GeoReport v2 endpoint for production", fault="settings")


def _is_ours(endpoint: Mapping[str, object]) -> bool:
    specification = (plain(endpoint.get("specification")) or "").lower()
    return "georeport_v2" in specification and (plain(endpoint.get("type")) or "production").lower() == "production"


def _spoken(endpoint: Mapping[str, object], form: Form) -> Form:
    formats = " ".join(plain(each) or "" for each in _listed(endpoint, "formats", "format")).lower()
    other: Form = "xml" if form == "json" else "json"
    return other if other in formats and form not in formats else form


def _listed(given: object, outer: str, inner: str) -> list[object]:
    """The members of a list: bare as in JSON, or as XML's one or several inner elements."""
    found = given.get(outer) if isinstance(given, Mapping) else None
    if isinstance(found, Mapping):
        found = found.get(inner)
    if isinstance(found, list):
        return found
    return [] if found is None else [found]
