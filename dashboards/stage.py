"""The address of the city's stage: what it is, and what a person declares it to be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypedDict

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from collectors.health import iso
from collectors.personal import is_personal
from collectors.readings.stage import DeclaredStage
from collectors.store import Store, StoreDownError
from dashboards.api import json
from dashboards.body import RefusedError, whole_body
from dashboards.live import Hub
from dashboards.remote import from_our_page

NOBODY = "must name nobody: no e-mail address, no telephone number, no NIK; everybody can read it"
LONGEST_REASON = 80
LONGEST_MINUTES = 7 * 24 * 60
SHAPE = '{"stage": 1 to 5, "reason": "...", "minutes": n}, or {"stage": null} to take it back'


def plain(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("plain", "must be one line of plain text")
    if is_personal(text):
        raise PydanticCustomError("personal", "must name nobody")
    return text


class Declaration(BaseModel):
    """`minutes`: how long it holds. It ends by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    stage: Annotated[int, Field(ge=1, le=5)]
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_REASON), AfterValidator(plain)
    ]
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MINUTES)]


class Withdrawal(BaseModel):
    """The rule decides again. The two other keys may stay in the form; they say nothing here."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    stage: Literal[None]
    reason: str | None = None
    minutes: int | None = None


class Declared(TypedDict):
    """What is declared now, None where the rule decides."""

    declared: DeclaredStage | None


def read(body: bytes) -> Declaration | None:
    """What was asked, None for taking back. Raises RefusedError, orjson.JSONDecodeError."""
    asked = orjson.loads(body)
    if not isinstance(asked, dict) or "stage" not in asked:
        raise RefusedError(422, f"send {SHAPE}")
    kind = Withdrawal if asked["stage"] is None else Declaration
    try:
        found = kind.model_validate(asked)
    except ValidationError as error:
        raise RefusedError(422, "; ".join(sentence(detail) for detail in error.errors())) from error
    return found if isinstance(found, Declaration) else None


def sentence(error: ErrorDetails) -> str:
    key = ".".join(str(part) for part in error["loc"])
    rules = {
        "stage": "must be a whole number from 1 to 5, or null",
        "reason": f"must be one line of 1 to {LONGEST_REASON} letters: it is shown on the wall",
        "minutes": f"must be a whole number from 1 to {LONGEST_MINUTES}: a declared stage ends by itself",
    }
    if error["type"] == "extra_forbidden":
        return f"unknown key {key}; send {SHAPE}"
    if error["type"] == "personal":
        return f"{key} {NOBODY}"
    return f"{key} is missing; it {rules[key]}" if error["type"] == "missing" else f"{key} {rules[key]}"


async def declare(store: Store, asked: Declaration | None, now: datetime) -> DeclaredStage | None:
    """Keep it. A stage that is declared again, for longer or with another reason, has been in force all along."""
    if asked is None:
        await store.declare(None)
        return None
    _, before = await store.stages()
    since = before["since"] if before is not None and before["stage"] == asked.stage else iso(now)
    until = now + timedelta(minutes=asked.minutes)
    stage: DeclaredStage = {"stage": asked.stage, "reason": asked.reason, "since": since, "until": iso(until)}
    await store.declare(stage, asked.minutes * 60_000)
    return stage


def stage_routes(hub: Hub) -> APIRouter:
    router = APIRouter()

    @router.get("/api/v1/stage")
    async def stage() -> Response:
        return json(hub.stage)

    @router.post("/api/v1/stage")
    async def post_stage(request: Request) -> Response:
        if not from_our_page(request):
            return json({"error": "send application/json, from a page of this very host"}, 403)
        try:
            declared = await declare(hub.store, read(await whole_body(request)), datetime.now(UTC))
        except RefusedError as error:
            return json({"error": str(error)}, error.status)
        except orjson.JSONDecodeError:
            return json({"error": f"the body is not JSON; send {SHAPE}"}, 400)
        except StoreDownError as error:
            return json({"error": str(error)}, 503)
        if declared is None:
            hub.log.info("stage taken back")
        else:
            hub.log.info("stage declared", **declared)
        return json(Declared(declared=declared))

    return router
