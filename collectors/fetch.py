"""Asking over HTTP: one session for all sources, every request bounded in time, size and redirects.

Every failure is a CollectError with one sentence that names the source's host and nothing else of its address: paths,
queries and user names may be secrets.
"""

from __future__ import annotations

import math
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from collectors.answer import Answer, origin_time
from collectors.conditional import Remembered, question
from collectors.failures import SourceError, reason

MEGABYTE = 1 << 20
DEMO_HEADER = "Live-Room-Demo"

Into = Callable[[bytes], Awaitable[None]]
"""What takes a body piece by piece; it may raise CollectError to give the rest up."""

# aiohttp rounds limits from 5 s on up to whole seconds of its clock, which makes 8 s up to 9
_EXACT = 3600.0


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

    def heard_by(self, heard: Callable[[Answer], None]) -> Http:
        """The same session for one source alone: `heard` is told every answer that brings its data."""
        mine = copy(self)
        mine._heard = heard
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
        options: dict[str, Any] = {"params": params, "allow_redirects": follow}
        if not data or into is not None:
            answer = await self._ask("GET", url, limit, body_limit, into, headers=headers, **options)
            return self._told(answer) if data else answer
        remembered, key = self._shared.remembered, question(url, params, headers)
        held = remembered.find(key, datetime.now(UTC))
        asked = {**(headers or {}), **held.conditions} if held else headers
        answer = await self._ask("GET", url, limit, body_limit, headers=asked, **options)
        if held and answer.status == HTTPStatus.NOT_MODIFIED:
            answer = held.confirmed_by(answer)
        else:
            remembered.keep(key, answer)
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
        asked: dict[str, Any] = {"json": json, "data": form, "headers": headers, "allow_redirects": follow}
        try:
            answer = await self._ask("POST", url, limit, None, **asked)
        except _Closed:
            # the source closed a connection kept alive just as we used it; aiohttp repeats only GET by itself
            answer = await self._ask("POST", url, limit, None, **asked)
        return self._told(answer) if data else answer

    def _told(self, answer: Answer) -> Answer:
        if self._heard is not None:
            self._heard(answer)
        return answer

    async def _ask(
        self, method: str, url: str, limit: float, body_limit: int | None, into: Into | None = None, **asked: Any
    ) -> Answer:
        at_most = self._body_limit if body_limit is None else body_limit
        address: URL | str
        try:
            address = URL(url)
        except ValueError:
            address = url  # which the request itself will say
        host = host_of(address)
        started = time.perf_counter()
        # not `connect`, which would blame a source for the time we wait for a connection of our own to be free
        connect_limit = min(self._connect_limit, limit)
        timeout = aiohttp.ClientTimeout(total=limit, sock_connect=connect_limit, ceil_threshold=_EXACT)
        try:
            async with self._session().request(
                method, address, timeout=timeout, max_redirects=self._redirect_limit, **asked
            ) as response:
                if into is not None and not 200 <= response.status < 300:
                    into, at_most = None, self._body_limit
                body = await _body(response, at_most, host, into)
                received = datetime.now(UTC)
                return Answer(
                    host=host,
                    url=str(response.url),
                    status=response.status,
                    headers=response.headers,
                    body=body,
                    received=received,
                    elapsed_ms=round((time.perf_counter() - started) * 1000),
                    date=origin_time(response.headers, received),
                    demo=response.headers.get(DEMO_HEADER),
                    certificate_days=_days_left(response, received),
                )
        except (aiohttp.ServerDisconnectedError, ConnectionResetError):
            raise _Closed(host, "connection closed without an answer", fault="unreachable") from None
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as problem:
            words, fault = reason(problem, limit, connect_limit)
            raise SourceError(host, words, fault=fault) from None

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
                response_class=_CertifiedResponse,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
            )
        return self._shared.session


class _Closed(SourceError):
    """The connection was closed before any answer."""


class _CertifiedResponse(aiohttp.ClientResponse):
    """Remembers the end of the peer's certificate: a short answer gives its connection back before we could ask."""

    not_after: str | None = None

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        transport = connection.transport
        certificate = transport.get_extra_info("peercert") if transport is not None else None
        if certificate:
            self.not_after = certificate.get("notAfter")
        return await super().start(connection)


async def _body(response: aiohttp.ClientResponse, at_most: int, host: str, into: Into | None) -> bytes:
    """The body after decompression, given up at the first chunk too many; b"" where it went `into` something."""
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal():
        if int(announced) > at_most:
            response.close()
            raise _too_large(host, at_most)
        if into is None and "Content-Encoding" not in response.headers:
            return await response.read()
    chunks: list[bytes] = []
    held = 0
    async for chunk in response.content.iter_any():
        held += len(chunk)
        if held > at_most:
            response.close()
            raise _too_large(host, at_most)
        if into is None:
            chunks.append(chunk)
        else:
            await into(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(host: str, limit: int) -> SourceError:
    size = f"{limit // MEGABYTE} MB" if limit >= MEGABYTE else f"{limit} bytes"
    return SourceError(host, f"answer larger than {size}", fault="too_large")


def host_of(url: URL | str) -> str:
    """Host and port: the only part of an address that is never secret."""
    try:
        address = URL(url)
        port = address.explicit_port
    except ValueError:
        return "the source"
    if not address.host:
        return "the source"
    return f"{address.host}:{port}" if port else address.host


def _days_left(response: aiohttp.ClientResponse, now: datetime) -> int | None:
    not_after = response.not_after if isinstance(response, _CertifiedResponse) else None
    if not_after is None:
        return None
    try:
        return math.floor((ssl.cert_time_to_seconds(not_after) - now.timestamp()) / 86400)
    except ValueError:
        return None
