"""Secrets come from the environment; `config.yaml` names the variable only."""

from __future__ import annotations

import os
from base64 import b64encode

from yarl import URL

from collectors.records import CollectError

_SHORTEST = 4


def secret(name: str) -> str:
    """The value of an environment variable. Raises CollectError where it is not set or empty."""
    if not (found := os.environ.get(name)):
        raise CollectError(f"the environment variable {name} with the key of this source is not set", fault="settings")
    return found


def hidden(said: str | None, *secrets: str | None) -> str | None:
    """What a server said, without the secrets it was asked with: some repeat them. Cut it afterwards, never before."""
    for each in secrets:
        said = said.replace(each, "...") if said and each else said
    return said


def logins(url: str) -> tuple[str, ...]:
    """What an address with a user and a password sends of them, longest first; what is too short to tell is not cut."""
    try:
        address = URL(url)
    except ValueError:
        return ()
    user, password = address.user or "", address.password or ""
    both = f"{user}:{password}"
    sent = (b64encode(both.encode()).decode(), both, password, user) if user or password else ()
    return tuple(each for each in sent if len(each) >= _SHORTEST)
