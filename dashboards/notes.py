"""The addresses at which people leave notes on cards, and remove them."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated, TypedDict, TypeVar

import orjson
import structlog
from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from collectors.notes import LONGEST_BY, LONGEST_QUERY, LONGEST_TEXT, CardNote, Notes
from collectors.store import Store, StoreDownError
from dashboards.api import json
from dashboards.body import RefusedError
from dashboards.source_orders import body_of, line

CARD = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
QUERY = re.compile(r"[A-Za-z0-9%=&,:./_+~-]*", re.ASCII)
SHAPE = '{"page": "/brief", "card": "...", "query": "...", "text": "...", "by": "..."}'
SHAPE_OF_REMOVAL = '{"page": "/brief", "by": "..."}'
RULES = {
    "page": "must be the path of a page whose cards take notes, such as /brief or /explore/beds",
    "card": "must be the name of a card: small letters, digits and hyphens",
    "query": f"must be what the page's address says after the question mark, at most {LONGEST_QUERY} letters",
    "text": f"must be 1 to {LONGEST_TEXT} letters of plain text",
    "by": f"must be one line of 1 to {LONGEST_BY} letters: the office or the name of whoever says so",
}


def one_line(text: object) -> object:
    """Lines become blanks: a note is a sentence or two."""
    return " ".join(text.split()) if isinstance(text, str) else text


def printable(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("plain", "must be plain text")
    return text


def matching(pattern: re.Pattern[str]) -> AfterValidator:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise PydanticCustomError("pattern", "must be written otherwise")
        return text

    return AfterValidator(check)


By = Annotated[str, BeforeValidator(one_line), line(LONGEST_BY), AfterValidator(printable)]


class NewNote(BaseModel):
    """A note to be left on a card."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    page: str
    card: Annotated[str, matching(CARD)]
    query: Annotated[str, StringConstraints(max_length=LONGEST_QUERY), matching(QUERY)] = ""
    text: Annotated[str, BeforeValidator(one_line), line(LONGEST_TEXT), AfterValidator(printable)]
    by: By


class AskedRemoval(BaseModel):
    """A note to be taken off its card, and who wants that."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    page: str
    by: By


class NewNoteBody(TypedDict):
    """What is sent to leave a note: on which card of which page, the address's query, the note, and who says so."""

    page: str
    card: str
    query: str
    text: str
    by: str


class RemovalBody(TypedDict):
    """What is sent to remove a note."""

    page: str
    by: str


class NoteAnswer(TypedDict):
    """The note as it is now."""

    note: CardNote


Asked = TypeVar("Asked", NewNote, AskedRemoval)


def asked_for(kind: type[Asked], body: bytes, shape: str) -> Asked:
    """Raises RefusedError."""
    try:
        return kind.model_validate(orjson.loads(body))
    except orjson.JSONDecodeError as error:
        raise RefusedError(400, f"the body is not JSON; send {shape}") from error
    except ValidationError as error:
        told = "; ".join(dict.fromkeys(sentence(detail, shape) for detail in error.errors()))
        raise RefusedError(422, told) from error


def sentence(error: ErrorDetails, shape: str) -> str:
    key = str(error["loc"][0]) if error["loc"] else ""
    if key not in RULES or error["type"] == "extra_forbidden":
        return f"unknown key {key}; send {shape}" if key else f"send {shape}"
    return f"{key} is missing; it {RULES[key]}" if error["type"] == "missing" else f"{key} {RULES[key]}"


class NoteTaking:
    """Takes what is asked of the notes of some pages."""

    def __init__(self, store: Store, pages: Collection[str]) -> None:
        self.notes = Notes(store)
        self.pages = frozenset(pages)
        self.log = structlog.get_logger("hub")

    async def of(self, page: str) -> list[CardNote]:
        """A page's notes; none while Redis does not answer, which the page says elsewhere."""
        try:
            return await self.notes.of(page)
        except StoreDownError:
            return []

    def check(self, page: str) -> None:
        if page not in self.pages:
            raise RefusedError(404, f"page {RULES['page']}")

    async def may(self) -> Response | None:
        wait = await self.notes.wait()
        if not wait:
            return None
        seconds = math.ceil(wait / 1000)
        answer = json({"error": f"many notes were left just now; try again in {seconds} s", "wait": seconds}, 429)
        answer.headers["Retry-After"] = str(seconds)
        return answer

    async def add(self, asked: NewNote) -> Response:
        self.check(asked.page)
        refused = await self.may()
        if refused is not None:
            return refused
        note = await self.notes.add(
            asked.page, asked.card, asked.query, asked.text, asked.by, datetime.now(UTC)
        )  # fmt: skip
        self.log.info("note left", page=asked.page, card=asked.card)
        return json({"note": note}, 201)

    async def remove(self, id: str, asked: AskedRemoval) -> Response:
        self.check(asked.page)
        refused = await self.may()
        if refused is not None:
            return refused
        note = await self.notes.remove(asked.page, id, asked.by, datetime.now(UTC))
        if note is None:
            raise RefusedError(404, "there is no such note on this page; it may have been long ago")
        self.log.info("note removed", page=asked.page, card=note["card"])
        return json({"note": note})


def note_routes(taking: NoteTaking) -> APIRouter:
    router = APIRouter()

    @router.get("/api/v1/notes")
    async def notes(request: Request) -> Response:
        page = request.query_params.get("page", "/brief")
        try:
            taking.check(page)
            return json(await taking.notes.of(page))
        except RefusedError as error:
            return json({"error": str(error)}, 422)
        except StoreDownError as error:
            return json({"error": str(error)}, 503)

    @router.post("/api/v1/notes")
    async def add(request: Request) -> Response:
        return await answered(request, taking, None)

    @router.post("/api/v1/notes/{id}/remove")
    async def remove(id: str, request: Request) -> Response:
        return await answered(request, taking, id)

    return router


async def answered(request: Request, taking: NoteTaking, id: str | None) -> Response:
    try:
        body = await body_of(request)
        if id is None:
            return await taking.add(asked_for(NewNote, body, SHAPE))
        return await taking.remove(id, asked_for(AskedRemoval, body, SHAPE_OF_REMOVAL))
    except RefusedError as error:
        return json({"error": str(error)}, error.status)
    except StoreDownError as error:
        return json({"error": str(error)}, 503)
