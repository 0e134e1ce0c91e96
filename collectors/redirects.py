"""Where a redirect may lead (RFC 9110, section 15.4): nowhere but to the host that the city's file names.

A source that sends us on could have us ask, with its keys or ours, what only this machine can reach.
"""

from __future__ import annotations

from collections.abc import Mapping

from yarl import URL

from collectors.answer import Answer
from collectors.failures import SourceError

_STATUSES = frozenset({301, 302, 303, 307, 308})
_LONGEST_NAME = 80


class LedAwayError(SourceError):
    """A redirect that is not followed; `answer` is the redirect itself, which some count as an answer."""

    def __init__(self, answer: Answer, reason: str) -> None:
        super().__init__(answer.host, reason, fault="redirected")
        self.answer = answer


def location(status: int, headers: Mapping[str, str]) -> str | None:
    """What an answer says of where to go on, None where it sends nobody on."""
    return headers.get("Location", "").strip() or None if status in _STATUSES else None


def own_address(to: str, here: URL, home: URL) -> URL:
    """The address that `to` names for an answer of `here`, where it is the configured address's (`home`) own host.

    It may change to https, and between the usual ports; a port that the configured address names is kept to, and so are
    its user and password. Raises ValueError with a few words for the rest.
    """
    try:
        there = here.join(URL(to))
        port = there.port
    except ValueError:
        raise ValueError("redirects to an address that is not valid") from None
    if there.scheme not in {"http", "https"} or not there.host:
        raise ValueError("redirects to something that is no web address")
    if there.host != home.host or not (port == home.port or (there.is_default_port() and home.is_default_port())):
        name = there.host if there.is_default_port() else f"{there.host}:{port}"
        raise ValueError(f"redirects to another address ({name[:_LONGEST_NAME]})")
    if home.scheme == "https" and there.scheme == "http":
        raise ValueError("redirects from https to http")
    return there.with_user(home.user).with_password(home.password)
