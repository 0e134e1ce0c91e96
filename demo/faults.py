"""Faults on demand: what a source does instead of its work, set and cleared over HTTP while it runs."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from aiohttp import web

Kind = Literal["down", "slow", "garbage", "html", "truncated", "frozen", "limited", "huge", "drip"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SLOW_SECONDS = 30.0
DRIP_SECONDS = 3.0
RETRY_AFTER = "2"
CHUNK = b" " * 65536
HUGE_BYTES = 512 * 1024 * 1024
"""Where even the huge answer gives up, without an end."""
ERROR_PAGE = """<!doctype html>
<html lang="en"><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>
"""


@dataclass(frozen=True)
class Fault:
    """One fault: its kind, the real moment it began, and the event that is set when it ends."""

    kind: Kind
    since: datetime
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Faults:
    """The faults there are, by name of source or id of application."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}

    def set(self, name: str, fault: Fault) -> None:
        """Begin a fault; one that was there before ends."""
        self.clear(name)
        self._faults[name] = fault

    def clear(self, name: str) -> None:
        """End a fault; nothing happens where there is none."""
        if fault := self._faults.pop(name, None):
            fault.ended.set()

    def of(self, *names: str) -> Fault | None:
        """The fault of the first of these names that has one."""
        return next((self._faults[name] for name in names if name in self._faults), None)

    def all(self) -> dict[str, Fault]:
        """Every fault there is."""
        return dict(self._faults)


FAULTS = web.AppKey("faults", Faults)


async def wait(fault: Fault, seconds: float) -> bool:
    """Wait so long, or until the fault ends. True when it ended."""
    try:
        async with asyncio.timeout(seconds):
            await fault.ended.wait()
    except TimeoutError:
        return False
    return True


def replacement(fault: Fault) -> web.Response | None:
    """The answer that a fault gives instead of the source's, where it needs nothing from the source."""
    if fault.kind == "down":
        return web.Response(status=503, text="503 service unavailable")
    if fault.kind == "limited":
        return web.Response(status=429, text="429 too many requests", headers={"Retry-After": RETRY_AFTER})
    if fault.kind == "html":
        return web.Response(text=ERROR_PAGE, content_type="text/html")
    return None


async def spoil(request: web.Request, fault: Fault, answer: web.Response, before: bytes | None) -> web.StreamResponse:
    """What a fault makes of the source's answer. `before` is the text that a page is cut before."""
    if fault.kind == "garbage":
        noise = b"\x00\xff" + random.Random(fault.since.timestamp()).randbytes(3000)
        return web.Response(body=noise, headers=answer.headers)
    if fault.kind == "truncated":
        return web.Response(body=cut(_body(answer), before), status=answer.status, headers=answer.headers)
    if fault.kind in {"huge", "drip"}:
        return await _pour(request, fault, answer)
    return answer


def cut(body: bytes, before: bytes | None) -> bytes:
    """The beginning of a body: up to a text where that is given and found, else its first half."""
    at = body.find(before) if before else -1
    return body[:at] if at >= 0 else body[: len(body) // 2]


async def _pour(request: web.Request, fault: Fault, answer: web.Response) -> web.StreamResponse:
    """An answer that begins right and does not end: too large (huge) or too slow (drip).

    It stops when the client leaves or the fault ends; the connection is then cut, never closed as if it were complete.
    """
    beginning = cut(_body(answer), None)
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.headers.popall("Content-Length", None)
    await response.prepare(request)
    try:
        if fault.kind == "huge":
            await _flood(response, fault, beginning)
        else:
            await _drip(response, fault, beginning)
    except ConnectionResetError:  # the client has had enough, which is what these faults wait for
        return response
    finally:
        response.force_close()
        if request.transport is not None:
            request.transport.abort()
    return response


async def _flood(response: web.StreamResponse, fault: Fault, beginning: bytes) -> None:
    await response.write(beginning)
    sent = 0
    while sent < HUGE_BYTES and not fault.ended.is_set():
        await response.write(CHUNK)
        sent += len(CHUNK)
        await asyncio.sleep(0)


async def _drip(response: web.StreamResponse, fault: Fault, beginning: bytes) -> None:
    position = 0
    while not fault.ended.is_set():
        await response.write(beginning[position : position + 1] or b" ")
        position += 1
        await wait(fault, DRIP_SECONDS)


def _body(answer: web.Response) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""
