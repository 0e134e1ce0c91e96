"""The addresses at which a person asks something of a source: ask it now, leave it alone, go on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypedDict

import orjson
import structlog
from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from collectors.health import iso
from collectors.orders import SourceOrders
from collectors.pause import Pause, shown
from collectors.readings.shape import Paused
from collectors.source import Source
from collectors.store import StoreDownError
from dashboards.api import json
from dashboards.body import RefusedError, whole_body
from dashboards.live import Hub
from dashboards.remote import from_our_page
from dashboards.stage import NOBODY, plain

LONGEST_REASON = 80
LONGEST_BY = 40
LONGEST_MINUTES = 90 * 24 * 60
SHAPE = '{"reason": "...", "by": "...", "minutes": n or null}'
RULES = {
    "reason": f"must be one line of 1 to {LONGEST_REASON} letters: it is shown on the wall",
    "by": f"must be one line of 1 to {LONGEST_BY} letters: the shift or office that decides",
    "minutes": f"must be a whole number from 1 to {LONGEST_MINUTES}, or null: until somebody resumes it",
}


def line(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


class AskedPause(BaseModel):
    """`minutes`: how long it holds; None is until somebody ends it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    reason: Annotated[str, line(LONGEST_REASON), AfterValidator(plain)]
    by: Annotated[str, line(LONGEST_BY), AfterValidator(plain)]
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MINUTES)] | None = None


class AskedNow(TypedDict):
    """When it was passed on that the source is to be asked."""

    asked: str


class PausedNow(TypedDict):
    """The pause that holds now, None where there is none. Who paused it is not told."""

    paused: Paused | None


def sentence(error: ErrorDetails) -> str:
    key = str(error["loc"][0]) if error["loc"] else ""
    if key not in RULES:
        return f"unknown key {key}; send {SHAPE}" if key else f"send {SHAPE}"
    if error["type"] == "personal":
        return f"{key} {NOBODY}"
    return f"{key} is missing; it {RULES[key]}" if error["type"] == "missing" else f"{key} {RULES[key]}"


async def body_of(request: Request) -> bytes:
    """What was sent by a page of ours. Raises RefusedError."""
    if not from_our_page(request):
        raise RefusedError(403, "send application/json, from a page of this very host")
    return await whole_body(request)


def pause_asked(body: bytes, now: datetime) -> Pause:
    """Raises RefusedError."""
    try:
        asked = AskedPause.model_validate(orjson.loads(body))
    except orjson.JSONDecodeError as error:
        raise RefusedError(400, f"the body is not JSON; send {SHAPE}") from error
    except ValidationError as error:
        told = "; ".join(dict.fromkeys(sentence(detail) for detail in error.errors()))
        personal = any(detail["type"] == "personal" for detail in error.errors())
        raise RefusedError(422, told, code="personal" if personal else None) from error
    until = None if asked.minutes is None else iso(now + timedelta(minutes=asked.minutes))
    return {"since": iso(now), "until": until, "reason": asked.reason, "by": asked.by}


class Asking:
    """Passes on what is asked of the sources of one configuration."""

    def __init__(self, hub: Hub, sources: Sequence[Source]) -> None:
        self.hub = hub
        self.sources = {source.name: source for source in sources}
        self.orders = SourceOrders(hub.store)
        self.log = structlog.get_logger("hub")

    def check(self, name: str) -> None:
        if name not in self.sources:
            raise RefusedError(404, f"there is no source {name!r}; /api/v1/sources lists them")
        if not self.sources[name].asked:
            raise RefusedError(409, f"{name} sends by itself; it is never asked")

    async def ask(self, name: str) -> Response:
        now = datetime.now(UTC)
        if name in await self.orders.pauses(now):
            raise RefusedError(409, f"{name} is paused; resume it first")
        wait = await self.orders.ask(name, now)
        if not wait:
            return json(AskedNow(asked=iso(now)), 202)
        seconds = math.ceil(wait / 1000)
        answer = json({"error": f"{name} was asked just now; try again in {seconds} s", "wait": seconds}, 429)
        answer.headers["Retry-After"] = str(seconds)
        return answer

    async def pause(self, name: str, pause: Pause) -> Response:
        """A pause that is given anew has been in force all along."""
        before = (await self.orders.pauses(datetime.now(UTC))).get(name)
        pause = {**pause, "since": before["since"]} if before else pause
        await self.orders.pause(name, pause)
        self.log.info("source paused", source=name, reason=pause["reason"], until=pause["until"])
        return json(PausedNow(paused=shown(pause)), 202)

    async def resume(self, name: str) -> Response:
        await self.orders.pause(name, None)
        self.log.info("source resumed", source=name)
        return json(PausedNow(paused=None), 202)


def source_order_routes(hub: Hub, sources: Sequence[Source]) -> APIRouter:
    router = APIRouter()
    asking = Asking(hub, sources)

    @router.post("/api/v1/sources/{name}/{what}")
    async def order(name: str, what: str, request: Request) -> Response:
        try:
            asking.check(name)
            body = await body_of(request)
            if what == "try":
                return await asking.ask(name)
            if what == "pause":
                return await asking.pause(name, pause_asked(body, datetime.now(UTC)))
            if what == "resume":
                return await asking.resume(name)
            raise RefusedError(404, f"a source can be asked to try, to pause or to resume, not to {what!r}")
        except RefusedError as error:
            return json({"error": str(error), **({"code": error.code} if error.code else {})}, error.status)
        except StoreDownError as error:
            return json({"error": str(error)}, 503)

    return router
