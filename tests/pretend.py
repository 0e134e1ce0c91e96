"""A pretend city on a free port of this machine, with a clock that the test turns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from demo.server import application

Client = TestClient[web.Request, web.Application]

TUESDAY_MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
"""08:30 in the city."""


class Now:
    """A clock that stands still until it is turned."""

    def __init__(self, moment: datetime = TUESDAY_MORNING) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> datetime:
        """Go on by so many hours, minutes, ..."""
        self.moment += timedelta(**by)
        return self.moment


@asynccontextmanager
async def pretend(
    now: Now | None = None, *, seed: int = 36, speed: float = 1.0, replay: Path | None = None
) -> AsyncIterator[Client]:
    """A client of a running pretend city."""
    app = application(seed=seed, speed=speed, replay=replay, now=now or Now())
    async with TestClient(TestServer(app)) as client:
        yield client
