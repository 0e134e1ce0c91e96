"""Every address for other programs: what is sent there, what it answers, and when it refuses.

tests/test_openapi.py compares this table with what the server really serves, and tries each example.
"""

from __future__ import annotations

from typing import Any

from collectors.adoption import AdoptionBoard
from collectors.brief.shape import Brief
from collectors.history_state import HistoryState
from collectors.mapped_areas import AREAS, MappedArea
from collectors.notes import CardNote
from collectors.readings.shape import Reading, SourceState
from collectors.readings.stage import Stage
from collectors.source import EVERY_AREA
from dashboards.address import FORM, NONE_SUCH, ORDERED, STORE, Address
from dashboards.addresses_of_visits import VISITS
from dashboards.explore_shape import Explored
from dashboards.fleet import Order
from dashboards.fleet_shape import ScreenOrder, Screens
from dashboards.notes import NewNoteBody, NoteAnswer, RemovalBody
from dashboards.owners_shape import OwnerDetail, OwnerSummary, ReliabilityMonth
from dashboards.push import PushAnswer
from dashboards.source_orders import AskedNow, AskedPause, PausedNow
from dashboards.stage import Declaration, Declared, Withdrawal
from layouts import TILES
from layouts.card import Card


def row(area: str, known: MappedArea) -> dict[str, Any]:
    """The schema of a row that is pushed; what a row may be in full: docs/protocols/mapped_json.md."""
    fields: dict[str, Any] = {name: {"type": ["string", "number", "boolean", "null"]} for name in known.fields}
    for name, words in (("status", known.statuses), ("unit" if area == "beds" else "kind", known.kinds)):
        if words:
            told = f"{', '.join(words)}, a word that every source may use, or one that config.yaml explains"
            fields[name] = {**fields[name], "description": told}
    one_of = {"anyOf": [{"required": [name]} for name in known.one_of]} if known.one_of else {}
    about = f"A row of {area}; other fields are not read."
    return {"type": "object", "description": about, "properties": fields, "required": list(known.needs), **one_of}


ROW = {"anyOf": [row(area, known) for area, known in AREAS.items()]}
PUSHED = {
    "description": "A list of rows, or one row; where config.yaml names other fields, rows hold those.",
    "anyOf": [{"type": "array", "items": ROW}, ROW, {"type": "object"}],
}
ENTERED = {
    "type": "object",
    "description": "Who enters it, the source's key, and each field of the form that is filled in.",
    "properties": {"by": {"type": "string"}, "token": {"type": "string"}, "report": {"type": "string"}},
    "required": ["by", "token"],
    "additionalProperties": {"type": "string"},
}


ADDRESSES = (
    Address("/api/v1/openapi.json", "This document", dict[str, Any]),
    Address("/api/v1/sources", "Every source with its owner, freshness, error, pause and next try", list[SourceState]),
    Address(
        "/api/v1/readings/{area}",
        "The present reading of an area",
        Reading,
        inside={"area": EVERY_AREA},
        refused=NONE_SUCH,
    ),
    Address("/api/v1/owners", "Every agency with what it has", list[OwnerSummary]),
    Address(
        "/api/v1/owners/{slug}",
        "One agency's reports, applications and sources",
        OwnerDetail,
        inside={"slug": None},
        refused=NONE_SUCH,
    ),
    Address(
        "/api/v1/reliability",
        "How reliable every owner's sources were in a month",
        ReliabilityMonth,
        query={"month": "a month of the city's, such as 2026-11; the present one where it is missing"},
        refused={422: "there is no such month, or nothing was counted then", **STORE},
    ),
    Address(
        "/api/v1/explore/{area}",
        "The numbers of a page of the past; takes the page's own query, and notes what of it could not be followed",
        Explored,
        inside={"area": EVERY_AREA},
        refused={**NONE_SUCH, 503: "the history cannot be read"},
    ),
    Address("/api/v1/history", "How far back the room looks, how its files are, and what was brought in", HistoryState),
    Address("/api/v1/cards", "What the numbers of every tile are made of", list[Card]),
    Address(
        "/api/v1/cards/{name}",
        "What the numbers of one tile are made of",
        Card,
        inside={"name": list(TILES)},
        refused=NONE_SUCH,
    ),
    Address("/api/v1/brief", "What the city's leaders read first: stage, decisions, indicators, changes", Brief),
    Address(
        "/api/v1/notes",
        "The notes on the cards of a page",
        list[CardNote],
        query={"page": "the page's path, such as /explore/beds; /brief where it is missing"},
        refused={422: "no such page has cards that take notes", **STORE},
    ),
    Address(
        "/api/v1/notes",
        "Leave a note on a card of a page",
        NoteAnswer,
        "post",
        201,
        body=NewNoteBody,
        example={"page": "/brief", "card": "stage", "query": "", "text": "Seen at nine.", "by": "Sekda"},
        refused={**ORDERED, **NONE_SUCH, 429: "many notes were left just now; Retry-After says when to try again"},
    ),
    Address(
        "/api/v1/notes/{id}/remove",
        "Take a note off its card",
        NoteAnswer,
        "post",
        inside={"id": None},
        body=RemovalBody,
        example={"page": "/brief", "by": "Sekda"},
        refused={**ORDERED, **NONE_SUCH, 429: "many notes were left just now; Retry-After says when to try again"},
    ),
    Address("/api/v1/adoption", "Which regions took over which applications, and how far", AdoptionBoard),
    Address("/api/v1/stage", "The city's stage", Stage),
    Address(
        "/api/v1/stage",
        "Declare a stage, or take it back",
        Declared,
        "post",
        body=Declaration | Withdrawal,
        example={"stage": 2, "reason": "heavy rain is forecast", "minutes": 120},
        refused=ORDERED,
    ),
    Address("/api/v1/screens", "The browsers that show the wall, and what each screen follows", Screens, refused=STORE),
    Address(
        "/api/v1/screens/{name}",
        "Ask a screen for exactly one thing: a board, a tile, back, or a fresh page",
        ScreenOrder,
        "post",
        202,
        inside={"name": None},
        body=Order,
        example={"tile": "beds"},
        refused={**ORDERED, **NONE_SUCH},
    ),
    *VISITS,
    Address(
        "/api/v1/sources/{name}/{what}",
        "Have a source asked now (try), leave it alone (pause, which alone needs a body), or go on (resume)",
        AskedNow | PausedNow,
        "post",
        202,
        inside={"name": None, "what": ["try", "pause", "resume"]},
        body=AskedPause | dict[str, Any],
        example={"reason": "moves to another server", "by": "Diskominfo, shift B", "minutes": 90},
        refused={
            **ORDERED,
            404: "there is no such source, or nothing of this name can be asked of one",
            409: "it sends by itself, or it is paused and cannot be tried",
            429: "it was asked within the last seconds: `wait` says how many are left, and so does Retry-After",
        },
    ),
    Address(
        "/api/v1/push/{name}",
        "What a source sends by itself; it is written in a moment",
        PushAnswer,
        "post",
        202,
        inside={"name": None},
        headers={
            "Idempotency-Key": "1 to 200 characters; what comes with the same again is answered as before and not done",
            "X-Push-Timestamp": "seconds since 1970, where the source signs what it sends",
            "X-Push-Signature": "HMAC-SHA256 in hex of the timestamp, a dot and the body",
            "Live-Room-Demo": "names a pretend city: its values are marked DEMO",
        },
        body=PUSHED,
        example=[{"hospital_id": "3671001", "hospital": "RSUD Contoh", "class": "ICU", "capacity": 12, "free": 3}],
        refused={
            401: "no token, or none that is known",
            403: "another source's token; no signature, a wrong one, or one older than five minutes",
            404: "there is no such source, or none that sends",
            408: "the body did not come within 30 seconds",
            409: "this very signature was accepted before",
            413: "the body is too long: send it in parts",
            415: "it is not application/json (or +json), or compressed",
            422: "no row can be read, or too many are there; an Idempotency-Key came with another body before",
            429: "more than the source may send in a minute: wait for Retry-After",
            503: "the store does not answer, the token is not set here, or too much waits to be written",
        },
        keyed=True,
    ),
    Address(
        "/enter/{name}",
        "The form of a source that people fill in",
        None,
        inside={"name": None},
        refused={404: "no source of this name has a form"},
    ),
    Address(
        "/enter/{name}",
        "Send what was typed into the form; the page says what became of it. A program sends a push",
        None,
        "post",
        inside={"name": None},
        body=ENTERED,
        takes=FORM,
        refused={
            400: "this is not the form",
            403: "not sent by the form's own page, or not with the source's key",
            404: "no source of this name has a form",
            408: "the body did not come within 30 seconds",
            411: "it does not say how long it is",
            413: "the body is too long",
            422: "what is wrong is said at each field",
            429: "more than thirty forms, or wrong keys, in a minute",
            503: "the store does not answer, the key is not set here, or too much waits to be written",
        },
    ),
)
