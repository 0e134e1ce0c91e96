"""Going through the rows of an answer: no more than any honest one has, and others have their turn in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sized
from typing import TypeVar

from collectors.failures import SourceError

MOST_ROWS = 50_000
_TURN = 0.02

Row = TypeVar("Row")


def require_few(host: str, rows: Sized) -> None:
    """Raises CollectError for a list that nobody is meant to read."""
    if len(rows) > MOST_ROWS:
        raise SourceError(host, f"answered more than {MOST_ROWS:,} rows at once", fault="too_large")


async def in_turns(rows: Iterable[Row]) -> AsyncIterator[Row]:
    """The rows. A long list, or one of long rows, must not hold up the other sources."""
    began = time.perf_counter()
    for row in rows:
        yield row
        if time.perf_counter() - began > _TURN:
            await asyncio.sleep(0)
            began = time.perf_counter()
