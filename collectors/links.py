"""Addresses that a source names itself: they may lead nowhere but to the source."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit, urlunsplit


def own_link(link: str, page: str, own: str) -> str:
    """The address `link` names on a page at `page`, with the scheme, host and port of the address `own`.

    A server behind another may not know by which scheme and port it is reached. Raises ValueError for another host
    and for what is no address.
    """
    to, home = urlsplit(urljoin(page, link.strip())), urlsplit(own)
    if to.hostname != home.hostname:
        raise ValueError("another host")
    return urlunsplit((home.scheme, home.netloc, to.path, to.query, ""))
