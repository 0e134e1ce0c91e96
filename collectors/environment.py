"""Secrets come from the environment; `config.yaml` names the variable only."""

from __future__ import annotations

import os

from collectors.records import CollectError


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
