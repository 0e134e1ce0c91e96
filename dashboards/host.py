"""By which names this site may be asked, and whose page asks it.

A page of elsewhere whose name suddenly leads to this machine (DNS rebinding) is of the same origin for a browser, and
could read and order everything; only the Host header tells (RFC 9110 section 7.2).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

HOST = re.compile(
    r"([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[1-9][0-9]{0,4})?", re.ASCII
)
REFUSED = (
    "This site is asked as localhost, by a loopback address or by the host of city.address in the city's file; "
    "this Host is none of them.\n"
)


def is_ours(hosts: Sequence[str], names: Collection[str]) -> bool:
    """Whether the Host headers of a request are one, and it names this machine or is one of `names`; any port."""
    found = HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    if found is None:
        return False
    name = found[1].strip("[]").lower()
    return name == "localhost" or name in names or is_loopback(name)


def is_loopback(name: str) -> bool:
    """The program listens on no other address (app.py, HOST)."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def names_of(address: str | None) -> frozenset[str]:
    """The host of the address where the city says it is reached."""
    host = urlsplit(address).hostname if address else None
    return frozenset([host] if host else [])


def is_own_page(origin: str | None, host: str | None) -> bool:
    """Whether a request with this Origin header is not another host's page's. Programs send none."""
    try:
        return origin is None or urlsplit(origin).netloc == host
    except ValueError:
        return False
