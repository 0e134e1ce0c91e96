"""The form for values entered by hand: `/enter/<source>`. What is typed waits with the pushes to be written."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape
from typing import cast
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from collectors.inbox import ENTERED_BY, Inbox, InboxFullError
from collectors.manual import Beds, Manual, ManualSettings
from collectors.personal import is_personal
from collectors.pushed import pushed_json
from collectors.records import BedCount
from collectors.source import City, Source
from collectors.store import StoreDownError
from collectors.stored import record_from
from collectors.text import plain
from dashboards.body import RefusedError, whole_body
from dashboards.drawn import markup
from dashboards.remote import from_our_host
from dashboards.screen import Language
from dashboards.sender import same, secret
from layouts.enter import LONGEST_BY, Entry, draw_entry, name_of
from layouts.words import Words

LONGEST_BODY = 32_768
MOST_FIELDS = 200
MOST_BEDS = 9999
PER_MINUTE = 30
FRESH = {"Cache-Control": "no-store"}
PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · Live Room</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/10-palette.css">
<link rel="stylesheet" href="/assets/30-icons.css">
<link rel="stylesheet" href="/assets/60-card.css">
<link rel="stylesheet" href="/assets/62-enter.css">
</head>
<body class="card-page entry-page paper" data-link="up">
{body}
</body>
</html>
"""


def entry_addresses(sources: Sequence[Source]) -> list[str]:
    """Every address of a form; whatever is not among them is 404."""
    return [source.address for source in sources if source.address and isinstance(source.settings, ManualSettings)]


@dataclass(frozen=True, slots=True)
class Entries:
    """The forms of all sources that are entered by hand. `environment` holds their keys."""

    inbox: Inbox
    sources: Mapping[str, Source]
    city: City
    words: Mapping[Language, Words]
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def settings(self, name: str) -> ManualSettings:
        settings = self.sources[name].settings
        assert isinstance(settings, ManualSettings)
        return settings

    async def form(self, name: str) -> Entry:
        """The form with what was typed last; where the store is silent, without. The office is typed anew."""
        source, settings = self.sources[name], self.settings(name)
        entry = Entry(name, settings.hospital, source.cadence, settings.rooms, {})
        try:
            known = await self.inbox.all_known(source.area, name)
            fields = (await self.inbox.store.source_fields([name]))[name]
        except StoreDownError:
            return entry
        beds, last = Manual(source, self.city).last(understood(known))
        shown = {
            name_of(number, what): "" if value is None else str(value)
            for number, room in enumerate(settings.rooms)
            for what, value in zip(("free", "capacity"), beds.get(room, (None, None)), strict=True)
        }
        return replace(entry, values=shown, last=last, last_by=fields.get(ENTERED_BY))

    async def sent(self, name: str, typed: Mapping[str, str], words: Words) -> tuple[Entry, int]:
        """The form after what was typed: accepted, or with what is wrong; and the HTTP status."""
        entry = replace(await self.form(name), values=typed)
        beds, by, errors = checked(typed, self.settings(name).rooms, words)
        try:
            if not await self.has_key(name, typed.get("token", "").strip(), words):
                errors["token"] = words["enter_token_wrong"]
            if errors:
                return replace(entry, errors=errors), 403 if list(errors) == ["token"] else 422
            now = datetime.now(UTC)
            await self.inbox.add(name, pushed_json(Manual(self.sources[name], self.city).entered(beds, by, now)))
        except RefusedError as error:
            return replace(entry, problem=str(error)), error.status
        except StoreDownError:
            return replace(entry, problem=words["enter_store_down"]), 503
        except InboxFullError:
            return replace(entry, problem=words["enter_full"]), 503
        return replace(entry, accepted=now, last=now, last_by=by), 200

    async def has_key(self, name: str, given: str, words: Words) -> bool:
        """Whether this is the source's key. Raises RefusedError where that is not set, or was tried too often.

        Wrong keys are counted apart: whoever tries them locks nobody out who has the right one.
        """
        try:
            held = secret(self.environment, self.settings(name).token_env)
        except RefusedError as error:
            raise RefusedError(error.status, words["enter_token_unset"]) from None
        right = same(given, held)
        if await self.inbox.pause(name if right else f"{name}:wrong", PER_MINUTE):
            raise RefusedError(429, words["enter_too_many"])
        return right

    def speaking(self, request: Request) -> Words:
        asked = cast("Language", request.query_params.get("lang", ""))
        return self.words.get(asked) or next(iter(self.words.values()))

    def page(self, entry: Entry, words: Words, status: int = 200) -> Response:
        others = [language for language in self.words if language != words.language]
        title = escape(f"{words['enter_title']} · {entry.hospital}")
        body = markup(draw_entry(entry, words, others))
        return HTMLResponse(PAGE.format(language=words.language, title=title, body=body), status, FRESH)


def understood(known: Mapping[str, Mapping[str, object]]) -> dict[str, BedCount]:
    """The stored records; one of another version of the program is none."""
    found: dict[str, BedCount] = {}
    for key, stored in known.items():
        try:
            record = record_from("beds", dict(stored))
        except (TypeError, ValueError):
            continue
        if isinstance(record, BedCount):
            found[key] = record
    return found


def checked(
    typed: Mapping[str, str], rooms: Sequence[str], words: Words
) -> tuple[dict[str, Beds], str, dict[str, str]]:
    """The beds by room, the office, and what is wrong, by field in the form's order."""
    beds: dict[str, Beds] = {}
    errors: dict[str, str] = {}
    for number, room in enumerate(rooms):
        values = []
        for what in ("free", "capacity"):
            text = typed.get(name_of(number, what), "").strip()
            good = text == "" or (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= MOST_BEDS)
            if not good:
                errors[name_of(number, what)] = words.fill("enter_number", most=words.number(MOST_BEDS))
            values.append(int(text) if good and text else None)
        free, capacity = values
        if free is not None and capacity is not None and free > capacity:
            errors[name_of(number, "free")] = words["enter_more_free"]
        beds[room] = (free, capacity)
    if not errors and all(pair == (None, None) for pair in beds.values()):
        errors[name_of(0, "free")] = words["enter_nothing"]
    by = plain(typed.get("by"), 10 * LONGEST_BY) or ""
    if not 0 < len(by) <= LONGEST_BY:
        errors["by"] = words.fill("enter_by_missing", most=LONGEST_BY)
    elif is_personal(by):
        errors["by"] = words["enter_by_personal"]
    return beds, by, errors


def entry_routes(entries: Entries) -> APIRouter:
    router = APIRouter()

    @router.get("/enter/{name}")
    async def form(name: str, request: Request) -> Response:
        return entries.page(await entries.form(name), entries.speaking(request))

    @router.post("/enter/{name}")
    async def send(name: str, request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip()
        if kind != "application/x-www-form-urlencoded" or not from_our_host(request):
            return Response("Send the form from its own page.\n", 403, FRESH, "text/plain")
        if not request.headers.get("content-length", "").isdigit():
            return Response("Say how long the form is.\n", 411, FRESH, "text/plain")
        try:
            text = (await whole_body(request, LONGEST_BODY)).decode("ascii")
            typed = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
        except RefusedError as error:
            return Response(f"{error}\n", error.status, FRESH, "text/plain")
        except ValueError:
            return Response("This is not the form.\n", 400, FRESH, "text/plain")
        words = entries.speaking(request)
        entry, status = await entries.sent(name, typed, words)
        return entries.page(entry, words, status)

    return router
