"""What counts as the address of a service, and what of it may be shown."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from config.sheet import VARIABLE, Place, Sheet

ADDRESS_RULE = "must be an address that begins with http:// or https://"
HIDDEN = "…"
KEY = re.compile(r"[0-9A-Fa-f-]{16,}|(?=.*[0-9])[\w.~=+-]{20,}", re.ASCII)


def is_address(url: str) -> bool:
    """Whether this is a whole http or https address: a host, a port that can be, nothing blank in it."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and url.split() == [url]
    except ValueError:
        return False


def public_address(sheet: Sheet, place: Place, url: str) -> str | None:
    """The address without what may be secret, None where it is none.

    Hidden are user names, queries, parts of the path that look like keys, and all that a variable holds but the host
    it begins with.
    """
    if not is_address(url):
        return None
    written = sheet.written.get(place, url)
    first = VARIABLE.match(written)
    if first is not None:
        written = origin(sheet.substituted(first[0])[0]) + written[first.end() :]
    parts = urlsplit(VARIABLE.sub(HIDDEN, written))
    path = "/".join(HIDDEN if KEY.fullmatch(part) else part for part in parts.path.split("/"))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}{'?' + HIDDEN if parts.query else ''}"


def origin(url: str) -> str:
    """Scheme, host and port, with a mark where there is more."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    if not parts.scheme or not parts.netloc:
        return HIDDEN
    more = "/" + HIDDEN if parts.path.strip("/") or parts.query else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{more}"
