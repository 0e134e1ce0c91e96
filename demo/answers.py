"""What every protocol file needs to answer: the city, the moment it speaks of, JSON and XML bodies."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
from aiohttp import web

from demo.city import City

CITY = web.AppKey("city", City)
MOMENT = web.RequestKey("moment", datetime)
"""The real moment an answer speaks of: now, or the moment a frozen source stopped."""


def json_answer(body: object, status: int = 200, content_type: str = "application/json") -> web.Response:
    """A JSON answer in UTF-8."""
    return web.Response(body=orjson.dumps(body), status=status, content_type=content_type, charset="utf-8")


def iso(moment: datetime) -> str:
    """A time as `2026-11-23T12:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_iso(text: str) -> datetime:
    """An ISO 8601 time with its zone. Raises ValueError without one. A blank stands for a plus that was not escaped."""
    moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return moment.astimezone(UTC)
