"""What a request carries, held only as far as it may be long and for as long as it may take."""

from __future__ import annotations

import asyncio
from typing import NotRequired, TypedDict

from starlette.requests import ClientDisconnect, Request

BODY_SECONDS = 30.0
MEGABYTE = 1024 * 1024
SMALL = 4096
"""Bytes of what a person asks from a page."""


class Refusal(TypedDict):
    """Why a request is not taken in, in one sentence. `code` names a reason for which our pages have words of their
    own, `wait` is in how many seconds to try again."""

    error: str
    code: NotRequired[str]
    wait: NotRequired[int]


class RefusedError(Exception):
    """A request that is not taken in: HTTP status, one sentence that repeats nothing of it, and when to try again.

    `code` names a reason for which our pages have words of their own.
    """

    def __init__(self, status: int, sentence: str, retry_after: float | None = None, code: str | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.retry_after = retry_after
        self.code = code


async def whole_body(request: Request, most: int = SMALL) -> bytes:
    """Raises RefusedError for one of more than `most` bytes, at once, or that does not come to an end."""
    size = f"{most} bytes" if most < MEGABYTE else f"{most // MEGABYTE} MB"
    too_long = RefusedError(413, f"the body is longer than {size}: send less at once")
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdigit() and (len(said) > 12 or int(said) > most):
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise too_long
    except ClientDisconnect:
        raise RefusedError(400, "the sender hung up before the body was whole") from None
    except TimeoutError:
        raise RefusedError(408, f"the body did not come within {BODY_SECONDS:.0f} s") from None
    return bytes(body)
