"""The address that sources send to: `POST /api/v1/push/<source>`.

A push is checked here, token to rows, and then waits for the collecting process, which alone writes records. 202 means
that it will be written; whatever does not get that far is answered with a sentence.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NotRequired, TypedDict

import orjson
import structlog
from fastapi import APIRouter, Request, Response

from collectors.inbox import Inbox, InboxFullError, SentBeforeError, Signature
from collectors.merge import changes
from collectors.push import Push, PushSettings, UnreadableError
from collectors.pushed import Pushed, pushed_json
from collectors.response import DEMO_HEADER
from collectors.source import City, Source
from collectors.store import StoreDownError
from collectors.stored import record_from
from collectors.text import plain
from collectors.weight import MOST, weight
from dashboards.api import json
from dashboards.body import MEGABYTE, RefusedError, whole_body
from dashboards.sender import bearer, check_signature, check_token, hmac_key, secret

MOST_NAMED = 100
LONGEST_KEY = 200
FULL_PAUSE = 30.0


class RejectedRow(TypedDict):
    """A row that could not be read: its number, from 1, and why."""

    row: int
    reason: str


class PushAnswer(TypedDict):
    """What becomes of a push: rows that are new or changed, rows that change nothing, and those that were rejected, of
    which a hundred are named and `more_rejected` are not."""

    accepted: int
    unchanged: int
    rejected: list[RejectedRow]
    more_rejected: NotRequired[int]


class Pushes:
    """Takes in pushes of the sources that send. `environment` holds their tokens."""

    def __init__(
        self, inbox: Inbox, sources: Sequence[Source], city: City, environment: Mapping[str, str] = os.environ
    ) -> None:
        self.inbox = inbox
        self.all = {source.name: source for source in sources}
        self.environment = environment
        self.readers = {
            source.name: Push(source, city) for source in sources if isinstance(source.settings, PushSettings)
        }
        self.log = structlog.get_logger("push")
        self.refused: set[str] = set()

    async def answer(self, name: str, request: Request) -> Response:
        """Any push's answer."""
        try:
            said = await self.taken(name, request)
        except RefusedError as error:
            self.note(name, error)
            return refusal(error)
        except StoreDownError as error:
            return refusal(RefusedError(503, str(error), FULL_PAUSE))
        self.refused.discard(name)
        return json(said, 202)

    def note(self, name: str, error: RefusedError) -> None:
        """Say once that a known source is refused, until it is heard again. Never what it sent."""
        if name in self.readers and name not in self.refused:
            self.refused.add(name)
            self.log.warning("push refused", source=name, status=error.status, reason=str(error))

    async def taken(self, name: str, request: Request) -> Any:
        """Accept one push; what to answer. Raises RefusedError, StoreDownError."""
        source, reader, settings = self.sender(name)
        self.check_sender(source, settings, request)
        pause = await self.inbox.pause(name, settings.per_minute)
        if pause:
            raise RefusedError(429, f"more than {settings.per_minute} pushes a minute", pause)
        check_kind(request)
        body = await whole_body(request, settings.megabytes * MEGABYTE)
        key = hmac_key(self.environment, settings)
        signature = check_signature(request.headers, key, body) if key else None
        repeated = idempotency(request)
        digest = sha256(body).hexdigest()
        if repeated and (before := await self.inbox.answered(name, repeated)):
            if before["digest"] != digest:
                raise RefusedError(422, "this Idempotency-Key was sent with another body")
            return before["answer"]
        pushed = await self.read(reader, body, plain(request.headers.get(DEMO_HEADER), 60))
        said = await self.said(source, pushed)
        remembered = (repeated, orjson.dumps({"digest": digest, "answer": said})) if repeated else None
        await self.accept(name, pushed, signature, remembered)
        return said

    def sender(self, name: str) -> tuple[Source, Push, PushSettings]:
        """Raises RefusedError where there is no such source, or none that sends."""
        source = self.all.get(name)
        if source is None:
            raise RefusedError(404, "there is no source of this name")
        if not isinstance(source.settings, PushSettings):
            raise RefusedError(404, "this source does not send to here")
        return source, self.readers[name], source.settings

    def check_sender(self, source: Source, settings: PushSettings, request: Request) -> None:
        mine = secret(self.environment, settings.token_env)
        variables = {one.settings.token_env for one in self.all.values() if isinstance(one.settings, PushSettings)}
        others = [held for name in variables if (held := self.environment.get(name, "").strip()) and held != mine]
        check_token(bearer(request.headers.get("authorization")), mine, others)

    async def read(self, reader: Push, body: bytes, demo: str | None) -> Pushed:
        """Raises RefusedError where nothing in the body can be read."""
        if weight(body) > MOST:
            raise RefusedError(413, "the body holds more than is read at once: send it in parts")
        try:
            pushed = await reader.sent(orjson.loads(body), datetime.now(UTC), demo)
        except orjson.JSONDecodeError:
            raise RefusedError(422, "the body is not JSON") from None
        except UnreadableError as error:
            raise RefusedError(422, str(error)) from None
        if pushed.refused and not pushed.records:
            number, first = pushed.refused[0]
            raise RefusedError(422, f"no row can be read; row {number}: {first.reason}")
        return pushed

    async def said(self, source: Source, pushed: Pushed) -> PushAnswer:
        """The counts, against what is written at this moment."""
        known = await self.inbox.known(source.area, source.name, [record.id for record in pushed.records])
        records = {}
        for key, stored in known.items():
            try:
                records[key] = record_from(source.area, stored)
            except (TypeError, ValueError):
                # another version's record: the new one is news
                continue
        changed, ended = changes(records, pushed.batch())
        accepted = len(changed) + len(ended & {record.id for record in pushed.records})
        named = [RejectedRow(row=number, reason=each.reason) for number, each in pushed.refused]
        unchanged = len(pushed.records) - accepted
        said: PushAnswer = {"accepted": accepted, "unchanged": unchanged, "rejected": named[:MOST_NAMED]}
        return {**said, "more_rejected": len(named) - MOST_NAMED} if len(named) > MOST_NAMED else said

    async def accept(
        self, name: str, pushed: Pushed, signature: Signature | None, remembered: tuple[str, bytes] | None
    ) -> None:
        try:
            await self.inbox.add(name, pushed_json(pushed), signature, remembered)
        except InboxFullError:
            raise RefusedError(503, "so much waits to be written that no more is accepted now", FULL_PAUSE) from None
        except SentBeforeError:
            raise RefusedError(409, "this signature was used before: sign it anew") from None


def check_kind(request: Request) -> None:
    """Raises RefusedError unless the body is said to be plain JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise RefusedError(415, "send JSON, with Content-Type: application/json")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError(415, "send it as it is, without Content-Encoding")


def idempotency(request: Request) -> str | None:
    """The fingerprint of the Idempotency-Key, None where there is none. Raises RefusedError."""
    given = request.headers.get("idempotency-key")
    if given is None:
        return None
    if not given.strip() or len(given) > LONGEST_KEY:
        raise RefusedError(422, f"an Idempotency-Key has 1 to {LONGEST_KEY} characters")
    return sha256(given.encode("utf-8", "replace")).hexdigest()


def refusal(error: RefusedError) -> Response:
    answer = json({"error": str(error)}, error.status)
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def push_routes(pushes: Pushes) -> APIRouter:
    router = APIRouter()

    @router.post("/api/v1/push/{name}")
    async def push(name: str, request: Request) -> Response:
        return await pushes.answer(name, request)

    return router
