"""The form for values entered by hand: `/enter/<source>`. What is typed waits with the pushes to be written."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from collectors.districts import Districts
from collectors.forms import Answers, Form, Row
from collectors.inbox import ENTERED_BY, Inbox, InboxFullError
from collectors.manual import Manual, ManualSettings
from collectors.personal import is_personal
from collectors.pushed import pushed_json
from collectors.records import Record
from collectors.source import Area, City, Source
from collectors.store import StoreDownError
from collectors.stored import record_from
from collectors.text import plain
from collectors.typed import Where, WrongError, answered
from dashboards.body import RefusedError, whole_body
from dashboards.paper import FRESH, paper_page, visit_of
from dashboards.remote import from_our_host
from dashboards.screen import Language
from dashboards.sender import same, secret
from layouts.card import Visit
from layouts.enter import LONGEST_BY, Entry, draw_entry, entry_title
from layouts.words import Words

LONGEST_BODY = 65_536
MOST_FIELDS = 200
PER_MINUTE = 30
REPORT = re.compile(r"[0-9a-f]{16}")


def entry_addresses(sources: Sequence[Source]) -> list[str]:
    """Every address of a form; whatever is not among them is 404."""
    return [source.address for source in sources if source.address and isinstance(source.settings, ManualSettings)]


@dataclass(frozen=True, slots=True)
class Entries:
    """The forms of all sources that are entered by hand. `environment` holds their keys."""

    inbox: Inbox
    sources: Mapping[str, Source]
    city: City
    districts: Districts
    words: Mapping[Language, Words]
    build: str
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def settings(self, name: str) -> ManualSettings:
        settings = self.sources[name].settings
        assert isinstance(settings, ManualSettings)
        return settings

    async def form(self, name: str, now: datetime, report: str = "") -> Entry:
        """The form with what is known; where the store is silent, without. The office is typed anew."""
        source, manual = self.sources[name], Manual(self.sources[name], self.city)
        known: dict[str, Record] = {}
        fields: Mapping[str, str] = {}
        try:
            known = understood(source.area, await self.inbox.all_known(source.area, name))
            fields = (await self.inbox.store.source_fields([name]))[name]
        except StoreDownError:
            pass
        rows, more = manual.rows(known, report or secrets.token_hex(8), now)
        reports = {row.name: row.record for row in rows if not row.title}
        return Entry(
            source=source,
            heading=self.settings(name).hospital or source.owner,
            rows=rows,
            report=next((str(row.given["id"]) for row in rows if row.is_new), ""),
            places=self.districts.each,
            at={
                key: self.districts.at(getattr(one, "lat", None), getattr(one, "lon", None))
                for key, one in reports.items()
            },
            values={row.field(ask): manual.stands(row, ask) for row in rows for ask in row.asks},
            more=more,
            last=datetime.fromisoformat(fields["as_of"]) if "as_of" in fields else None,
            last_by=fields.get(ENTERED_BY),
        )

    async def sent(self, name: str, typed: Mapping[str, str], visit: Visit) -> tuple[Entry, int]:
        """The form after what was typed: accepted, or with what is wrong; and the HTTP status."""
        words, now = visit.words, visit.at
        given = typed.get("report", "")
        entry = replace(await self.form(name, now, given if REPORT.fullmatch(given) else ""), values=typed)
        manual = Manual(self.sources[name], self.city)
        where = Where({one.code: one for one in self.districts.each}, now, self.city.timezone)
        told, errors = checked(entry.rows, manual.form, typed, where, words)
        if manual.form.rows and not errors and not any(answers for _, answers in told):
            first = entry.rows[0]
            errors[first.field(first.asks[0])] = words[f"wrong_nothing_{entry.source.area}"]
        by = checked_by(typed, errors, words)
        try:
            if not await self.has_key(name, typed.get("token", "").strip(), words):
                errors["token"] = words["wrong_token"]
            if errors:
                return replace(entry, errors=errors), 403 if list(errors) == ["token"] else 422
            await self.inbox.add(name, pushed_json(manual.entered(told, by, now)))
        except RefusedError as error:
            return replace(entry, problem=str(error)), error.status
        except StoreDownError:
            return replace(entry, problem=words["enter_store_down"]), 503
        except InboxFullError:
            return replace(entry, problem=words["enter_full"]), 503
        if not manual.form.rows:
            # the next report is another, and what was just changed is known in a moment
            entry = await self.form(name, now)
            changed = {row.name for row, _ in told}
            entry = replace(entry, rows=[row for row in entry.rows if row.is_new or row.name not in changed])
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

    def page(self, entry: Entry, visit: Visit, status: int = 200) -> Response:
        title, body = entry_title(entry, visit.words), draw_entry(entry, visit)
        return paper_page(body, title, visit, "62-enter.css", classes="entry-page", status=status, typed=True)


def understood(area: Area, known: Mapping[str, dict[str, object]]) -> dict[str, Record]:
    """The stored records; one of another version of the program is none."""
    found: dict[str, Record] = {}
    for key, stored in known.items():
        try:
            found[key] = record_from(area, stored)
        except (TypeError, ValueError):
            continue
    return found


def checked(
    rows: Sequence[Row], form: Form, typed: Mapping[str, str], where: Where, words: Words
) -> tuple[list[tuple[Row, Answers]], dict[str, str]]:
    """What was answered of each row of which anything is told, and what is wrong, by field in the form's order."""
    told: list[tuple[Row, Answers]] = []
    errors: dict[str, str] = {}
    for row in rows:
        texts = {ask: typed.get(row.field(ask), "") for ask in row.asks}
        if row.is_new and all(text.strip() in ("", ask.usual) for ask, text in texts.items()):
            continue
        answers: dict[str, object] = {}
        for ask, text in texts.items():
            try:
                answers |= answered(ask, text, where)
            except WrongError as wrong:
                told_most = {key: words.number(value) for key, value in wrong.told.items()}
                errors[row.field(ask)] = words.fill(wrong.key, **told_most)
        if doubt := form.doubt(answers):
            errors[f"{doubt[0]}-{row.name}"] = words[doubt[1]]
        if answers or row.title:
            told.append((row, answers))
    return told, errors


def checked_by(typed: Mapping[str, str], errors: dict[str, str], words: Words) -> str:
    """The office; what is wrong with it is put among the errors."""
    by = plain(typed.get("by"), 10 * LONGEST_BY) or ""
    if not 0 < len(by) <= LONGEST_BY:
        errors["by"] = words.fill("wrong_by", most=LONGEST_BY)
    elif is_personal(by):
        errors["by"] = words["wrong_personal"]
    return by


def entry_routes(entries: Entries) -> APIRouter:
    router = APIRouter()

    def visit(request: Request) -> Visit:
        return visit_of(request, entries.words, entries.build)

    @router.get("/enter/{name}")
    async def form(name: str, request: Request) -> Response:
        asked = visit(request)
        return entries.page(await entries.form(name, asked.at), asked)

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
        asked = visit(request)
        entry, status = await entries.sent(name, typed, asked)
        return entries.page(entry, asked, status)

    return router
