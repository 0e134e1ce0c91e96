"""One HTTP response being read: its body bounded after decompression, its headers and certificate as an Answer."""

from __future__ import annotations

import math
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp

from collectors.answer import Answer, origin_time
from collectors.failures import SourceError
from collectors.text import plain

DEMO_HEADER = "Live-Room-Demo"

Into = Callable[[bytes], Awaitable[None]]
"""What takes a body piece by piece; it may raise CollectError to give the rest up."""

_MEGABYTE = 1 << 20


class CertifiedResponse(aiohttp.ClientResponse):
    """Remembers the end of the peer's certificate: a short answer gives its connection back before we could ask."""

    not_after: str | None = None

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        transport = connection.transport
        certificate = transport.get_extra_info("peercert") if transport is not None else None
        if certificate:
            self.not_after = certificate.get("notAfter")
        return await super().start(connection)


async def body_of(response: aiohttp.ClientResponse, at_most: int, host: str, into: Into | None) -> bytes:
    """The body after decompression, given up at the first chunk too many; b"" where it went `into` something."""
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > at_most:
        response.close()
        raise _too_large(host, at_most)
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


def answer_of(response: aiohttp.ClientResponse, host: str, started: float, body: bytes) -> Answer:
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
        demo=plain(response.headers.get(DEMO_HEADER), 60),
        certificate_days=_days_left(response, received),
    )


def _too_large(host: str, limit: int) -> SourceError:
    size = f"{limit // _MEGABYTE} MB" if limit >= _MEGABYTE else f"{limit} bytes"
    return SourceError(host, f"answer larger than {size}", fault="too_large")


def _days_left(response: aiohttp.ClientResponse, now: datetime) -> int | None:
    not_after = response.not_after if isinstance(response, CertifiedResponse) else None
    if not_after is None:
        return None
    try:
        return math.floor((ssl.cert_time_to_seconds(not_after) - now.timestamp()) / 86400)
    except ValueError:
        return None
