"""Asking over HTTP: one session for all sources, every request bounded in time, size and redirects.

Every failure is a CollectError with one sentence that names the source's host and nothing else of its address: paths,
queries and user names may be secrets.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from collectors.answer import Answer
from collectors.conditional import Remembered, question
from collectors.failures import SourceError, reason
from collectors.redirects import LedAwayError, location, own_address
from collectors.response import CertifiedResponse, Into, answer_of, body_of
from collectors.weight import MOST, weight

MEGABYTE = 1 << 20

# aiohttp rounds limits from 5 s on up to whole seconds of its clock, which makes 8 s up to 9
_EXACT = 3600.0
# aiohttp takes 0 s for no limit
_SHORTEST = 0.001
_AS_GET = (301, 302)


def time_limit(every: float) -> float:
    """Seconds one request may take for a source asked every so many seconds."""
    return max(1.0, min(every * 0.8, 10.0))


@dataclass(slots=True)
class _Shared:
    """What every source's Http has in common."""

    session: aiohttp.ClientSession | None = None
    remembered: Remembered = field(default_factory=Remembered)


class Http:
    """The one session of a collecting process. Use `async with Http() as http`, or call `close`.

    `per_host` is high because one host may serve every source of a city; collectors bound their own requests.
    `body_limit` is bytes after decompression; `tls` replaces the system's certificate authorities.
    """

    def __init__(
        self,
        *,
        connections: int = 200,
        per_host: int = 140,
        body_limit: int = 32 * MEGABYTE,
        connect_limit: float = 3.0,
        redirect_limit: int = 5,
        user_agent: str = "live-room/0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._connections, self._per_host = connections, per_host
        self._body_limit, self._connect_limit, self._redirect_limit = body_limit, connect_limit, redirect_limit
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        self._tls: ssl.SSLContext | bool = tls or True
        self._shared = _Shared()
        self._heard: Callable[[Answer], None] | None = None
        self._read: int | None = None

    def heard_by(self, heard: Callable[[Answer], None]) -> Http:
        """The same session for one source alone: `heard` is told every answer that brings its data."""
        mine = copy(self)
        mine._heard = heard
        return mine

    def afresh(self) -> Http:
        """The same for one run of a source, whose answers may take up only so much memory together."""
        mine = Http.__new__(type(self))
        mine.__dict__.update(self.__dict__, _read=0)
        return mine

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the session and its connections."""
        if self._shared.session is not None:
            await self._shared.session.close()
            self._shared.session = None

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        limit: float = 8.0,
        body_limit: int | None = None,
        follow: bool = True,
        data: bool = True,
        into: Into | None = None,
    ) -> Answer:
        """GETs `url`; any status is an answer. `limit` is seconds for everything. Raises CollectError.

        `data` is false for a mere check, whose body is no data of the source. Data are asked for by condition where the
        source gave a validator, so that it need not send them again. The body of a success goes `into` something as it
        arrives, where that is given: then the answer's is empty, and is never asked for by condition.
        """
        options: dict[str, Any] = {"params": params, "follow": follow}
        if not data or into is not None:
            answer = await self._ask("GET", url, limit, body_limit, into, headers=headers, **options)
            return self._told(answer) if data else answer
        remembered, key = self._shared.remembered, question(url, params, headers)
        held = remembered.find(key, datetime.now(UTC))
        asked = {**(headers or {}), **held.conditions} if held else headers
        answer = await self._ask("GET", url, limit, body_limit, headers=asked, **options)
        if held and answer.status == HTTPStatus.NOT_MODIFIED:
            answer = self._weighed(held.confirmed_by(answer))
        else:
            remembered.keep(key, self._weighed(answer))
        return self._told(answer)

    async def post(
        self,
        url: str,
        *,
        json: object = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        limit: float = 8.0,
        follow: bool = True,
        data: bool = True,
    ) -> Answer:
        """POSTs `json` or `form` to `url`, for protocols that read by POST. Raises CollectError.

        `data` is false where a secret is asked for, which nobody is to be told.
        """
        asked: dict[str, Any] = {"json": json, "data": form, "headers": headers, "follow": follow}
        try:
            answer = await self._ask("POST", url, limit, None, **asked)
        except _Closed:
            # the source closed a connection kept alive just as we used it; aiohttp repeats only GET by itself
            answer = await self._ask("POST", url, limit, None, **asked)
        return self._told(self._weighed(answer)) if data else answer

    def _weighed(self, answer: Answer) -> Answer:
        """Raises SourceError for what would be too much in memory, together with what this run has read before."""
        read = (self._read or 0) + weight(answer.body)
        if read > MOST:
            raise SourceError(answer.host, "answer too large to be read at once", fault="too_large")
        if self._read is not None:
            self._read = read
        return answer

    def _told(self, answer: Answer) -> Answer:
        if self._heard is not None:
            self._heard(answer)
        return answer

    async def _ask(
        self,
        method: str,
        url: str,
        limit: float,
        body_limit: int | None,
        into: Into | None = None,
        *,
        follow: bool,
        **asked: Any,
    ) -> Answer:
        started = time.perf_counter()
        connect = min(self._connect_limit, limit)
        host = "the source"
        try:
            home = here = URL(url)
            host = host_of(home)
            for _ in range(self._redirect_limit + 1):
                left = max(limit - (time.perf_counter() - started), _SHORTEST)
                timeout = aiohttp.ClientTimeout(total=left, connect=min(connect, left), ceil_threshold=_EXACT)
                asking = self._session().request(method, here, timeout=timeout, allow_redirects=False, **asked)
                async with asking as response:
                    to = location(response.status, response.headers) if follow else None
                    if to is None:
                        return answer_of(response, host, started, await self._body(response, host, body_limit, into))
                    try:
                        here = own_address(to, here, home)
                    except ValueError as why:
                        raise LedAwayError(answer_of(response, host, started, b""), str(why)) from None
                    asked["params"] = None
                    if response.status == HTTPStatus.SEE_OTHER or (method == "POST" and response.status in _AS_GET):
                        method, asked = "GET", {"headers": asked["headers"]}
            raise SourceError(host, "too many redirects", fault="redirected")
        except (aiohttp.ServerDisconnectedError, ConnectionResetError):
            raise _Closed(host, "connection closed without an answer", fault="unreachable") from None
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as problem:
            words, fault = reason(problem, limit, connect)
            raise SourceError(host, words, fault=fault) from None

    async def _body(
        self, response: aiohttp.ClientResponse, host: str, body_limit: int | None, into: Into | None
    ) -> bytes:
        at_most = self._body_limit if body_limit is None else body_limit
        if into is not None and not 200 <= response.status < 300:
            into, at_most = None, self._body_limit
        return await body_of(response, at_most, host, into)

    def _session(self) -> aiohttp.ClientSession:
        if self._shared.session is None:
            self._shared.session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections,
                    limit_per_host=self._per_host,
                    ttl_dns_cache=60,
                    keepalive_timeout=60,
                    ssl=self._tls,
                ),
                response_class=CertifiedResponse,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
            )
        return self._shared.session


class _Closed(SourceError):
    """The connection was closed before any answer."""


def host_of(url: str | URL) -> str:
    """Host and port: the only part of an address that is never secret."""
    try:
        address = URL(url)
        port = address.explicit_port
    except ValueError:
        return "the source"
    if not address.host:
        return "the source"
    return f"{address.host}:{port}" if port else address.host
