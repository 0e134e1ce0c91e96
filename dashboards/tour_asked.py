"""What is asked of tours, and how: a tour to begin, an order to one, visitors before a screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypedDict, TypeVar

import orjson
from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboards.body import RefusedError, whole_body
from dashboards.remote import from_our_page

Doing = Literal[
    "go", "pause", "resume", "pull", "open_poll", "close_poll", "show_poll", "hand_over", "take_back", "end"
]
POLLS: Mapping[str, str] = {"open_poll": "open", "close_poll": "closed", "show_poll": "shown"}
SHAPE_OF_START = '{"script": "...", "screens": ["..."], "language": "id"}'
SHAPE_OF_GUESTS = '{"screen": "..." or null, "on": true}'
SHAPE_OF_ORDER = '{"do": "go", "step": n}, or "do" alone: ' + ", ".join(("pause", "resume", "pull", *POLLS, "end"))


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class AskedStart(Strict):
    """A tour to begin."""

    script: str
    screens: Annotated[list[str], Field(min_length=1)]
    language: str


class AskedOrder(Strict):
    """What the guide asks of a tour. `step` is the one to go to, from 0."""

    do: Doing
    step: Annotated[int, Field(ge=0)] | None = None


class AskedGuests(Strict):
    """Whether visitors stand before a screen; None is every screen."""

    screen: str | None
    on: bool


class StartBody(TypedDict):
    script: str
    screens: list[str]
    language: str


class OrderBody(TypedDict, total=False):
    do: Doing
    step: int | None


class GuestsBody(TypedDict):
    screen: str | None
    on: bool


class Ended(TypedDict):
    """The tour that is over."""

    code: str
    ended: bool


class Guests(TypedDict):
    """The screens before which visitors stand without a tour, each with since when."""

    screens: dict[str, str]


Asked = TypeVar("Asked", bound=Strict)


async def asked_of(request: Request, kind: type[Asked], shape: str) -> Asked:
    """Raises RefusedError."""
    if not from_our_page(request):
        raise RefusedError(403, "send application/json, from a page of this very host")
    body = await whole_body(request)
    try:
        return kind.model_validate(orjson.loads(body))
    except orjson.JSONDecodeError:
        raise RefusedError(400, f"the body is not JSON; send {shape}") from None
    except ValidationError:
        raise RefusedError(422, f"send {shape}") from None
