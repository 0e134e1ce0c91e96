"""What counts as the address of a service."""

from __future__ import annotations

from urllib.parse import urlsplit

ADDRESS_RULE = "must be an address that begins with http:// or https://"


def is_address(url: str) -> bool:
    """Whether this is a whole http or https address: a host, a port that can be, nothing blank in it."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and url.split() == [url]
    except ValueError:
        return False
