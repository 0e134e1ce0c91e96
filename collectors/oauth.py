"""OAuth 2.0 client credentials (RFC 6749, section 4.4): a token for a client, kept until shortly before it expires."""

from __future__ import annotations

import base64
import time
from typing import Literal
from urllib.parse import parse_qs, quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from collectors.answer import Answer
from collectors.environment import hidden, secret
from collectors.failures import SourceError
from collectors.fetch import Http
from collectors.numbers import count
from collectors.records import CollectError
from collectors.text import plain

_UNSTATED_SECONDS = 300
_SPARE_SECONDS = 60.0


class TokenKeys(BaseModel):
    """Where a token is had: `url` is the token endpoint, the client's id and secret are in environment variables.

    They are sent in the form (`body`), or as user and password (`basic`) to servers that want it so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    client_id_env: str = Field(min_length=1)
    client_secret_env: str = Field(min_length=1)
    scope: str | None = None
    sent_as: Literal["body", "basic"] = "body"

    @field_validator("url")
    @classmethod
    def is_address(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")) or not urlsplit(url).hostname:
            raise ValueError("must be an address such as https://example.org/token")
        return url


class Token:
    """The present token of one source."""

    def __init__(self, keys: TokenKeys, limit: float) -> None:
        self._keys, self._limit = keys, limit
        self._token, self._until = "", 0.0

    async def header(self, http: Http) -> dict[str, str]:
        """The header that every request carries. Raises CollectError where no token is to be had."""
        if time.monotonic() >= self._until:
            await self._renew(http)
        return {"Authorization": f"Bearer {self._token}"}

    def forget(self) -> None:
        """The next request asks for a new one."""
        self._until = 0.0

    def hide(self, said: str) -> str:
        """What a server said, without the token it may have repeated."""
        return hidden(said, self._token) or ""

    async def _renew(self, http: Http) -> None:
        keys = self._keys
        client, password = secret(keys.client_id_env), secret(keys.client_secret_env)
        form = {"grant_type": "client_credentials"}
        if "grant_type" in parse_qs(urlsplit(keys.url).query):
            form = {}
        if keys.scope:
            form["scope"] = keys.scope
        headers = {"Accept": "application/json"}
        if keys.sent_as == "basic":
            pair = f"{quote(client, safe='')}:{quote(password, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client, "client_secret": password}
        answer = await http.post(keys.url, form=form, headers=headers, limit=self._limit, follow=False, data=False)
        if not 200 <= answer.status < 300:
            raise answer.problem(f"no token: {hidden(_error(answer), client, password) or ''}"[:100])
        given = answer.json()
        token = given.get("access_token") if isinstance(given, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise SourceError(answer.host, "answered no access_token")
        stated = count(given.get("expires_in"))
        lifetime = _UNSTATED_SECONDS if stated is None else stated
        self._token = token
        self._until = time.monotonic() + lifetime - min(_SPARE_SECONDS, lifetime / 10)


def _error(answer: Answer) -> str:
    """The error code of RFC 6749, section 5.2."""
    try:
        given = answer.json()
    except CollectError:
        # a refusal with another body: its status is the whole sentence
        given = None
    return (plain(given.get("error")) if isinstance(given, dict) else None) or "no reason given"
