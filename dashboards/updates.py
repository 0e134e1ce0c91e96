"""Dash's address for callbacks. It is asked one thing, by our own page: what stands at the page's address."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.body import MEGABYTE, RefusedError, whole_body

ADDRESS = "/_dash-update-component"


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class Children(Strict):
    id: Literal["page"]
    property: Literal["children"]


class Path(Strict):
    id: Literal["address"]
    property: Literal["pathname"]
    value: str


class Search(Strict):
    id: Literal["address"]
    property: Literal["search"]
    value: str | None = None


class Asked(Strict):
    """What Dash's renderer sends for the callback of dashboards/pages.py."""

    output: Literal["page.children"]
    outputs: Children
    inputs: Annotated[list[Path], Field(min_length=1, max_length=1)]
    state: Annotated[list[Search], Field(min_length=1, max_length=1)]
    changed: list[str] = Field(default=[], alias="changedPropIds")


class Updates:
    """Hands to Dash what it can answer; to anything else it would answer 500."""

    def __init__(self, dash: ASGIApp, pages: Collection[str]) -> None:
        self.dash = dash
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await whole_body(Request(scope, receive), MEGABYTE)
            self.check(body)
        except RefusedError as error:
            await JSONResponse({"error": str(error)}, error.status)(scope, receive, send)
            return
        told = False

        async def told_once() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body}

        await self.dash(scope, told_once, send)

    def check(self, body: bytes) -> None:
        """Raises RefusedError."""
        try:
            asked = Asked.model_validate_json(body)
        except ValidationError:
            raise RefusedError(400, "this is nothing that a page of ours asks") from None
        if asked.inputs[0].value not in self.pages:
            raise RefusedError(400, "there is no page at this address")
