"""Notes on a card: those that were left for this very address, and a list of all with a form to leave one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from collectors.notes import LONGEST_BY, LONGEST_TEXT, CardNote
from layouts.fields import Input
from layouts.frame import data, icon
from layouts.words import Words

SHOWN = 2
"""So many stand on the card itself; the others are in its list."""
TOLD = ("note_wait", "note_failed", "note_no_link")


@dataclass(frozen=True, slots=True)
class NotedPage:
    """A page whose cards take notes: its path, what its address says beside it, and all its notes, the newest first."""

    path: str
    query: str
    notes: Sequence[CardNote]
    words: Words
    at: datetime

    def on(self, card: str) -> list[CardNote]:
        return [note for note in self.notes if note["card"] == card]

    def here(self, card: str) -> list[CardNote]:
        """Those for what the page shows now."""
        return [note for note in self.on(card) if note["removed"] is None and note["query"] == self.query]


def notes_list(page: NotedPage, card: str, title: str) -> Component:
    """Opens to every note of a card and the form for another."""
    words = page.words
    mine = page.on(card)
    left = sum(note["removed"] is None for note in mine)
    said = words.fill("notes_n", n=words.number(left)) if left else words["notes"]
    rows = [one_note(page, note) for note in mine]
    return html.Details(
        [
            html.Summary([icon("hand"), html.Span(said)], title=words.fill("notes_on", card=title)),
            html.Div(
                [
                    html.H3(words.fill("notes_on", card=title)),
                    html.Ul(rows or [html.Li(words["notes_none"], className="none")]),
                    form(page, card),
                ],
                className="notes-panel",
            ),
        ],
        className="f notes-of",
        **data(card=card, page=page.path),
    )


def one_note(page: NotedPage, note: CardNote) -> Component:
    words = page.words
    time = words.time(note["at"], page.at.isoformat())
    removed = note["removed"]
    if removed is not None:
        then = words.time(removed["at"], page.at.isoformat())
        said = words.fill("note_removed", by=note["by"], time=time, then=then, who=removed["by"])
        return html.Li(said, className="removed", **data(note=note["id"]))
    elsewhere = html.A(
        words["note_elsewhere"], href=f"{page.path}?{note['query']}{'&' * bool(note['query'])}lang={words.language}"
    )
    return html.Li(
        [
            html.P(note["text"]),
            html.P(
                [
                    html.Span(words.fill("note_said", by=note["by"], time=time)),
                    elsewhere if note["query"] != page.query else None,
                ],
                className="by",
            ),
            html.Details(
                [
                    html.Summary(words["note_remove"]),
                    html.Form(
                        [
                            html.Label([html.Span(words["note_removing"]), by_input()]),
                            html.Button(words["note_remove"], type="submit"),
                            html.P("", className="wrong", role="alert"),
                        ],
                        className="forget",
                        **data(own=""),
                    ),
                ],
                className="forgetting",
            ),
        ],
        **data(note=note["id"]),
    )


def form(page: NotedPage, card: str) -> Component:
    """What is typed stays while the page asks for itself again (assets/card.js, data-own)."""
    words = page.words
    say = json.dumps({key: words[key] for key in TOLD}, ensure_ascii=False)
    return html.Form(
        [
            html.Label(
                [
                    html.Span(words["note_text"]),
                    html.Textarea(name="text", required=True, maxLength=LONGEST_TEXT, rows=3),
                ]
            ),
            html.Label([html.Span(words["note_by"]), by_input()]),
            html.P(words["note_why"], className="why"),
            html.Button(words["note_save"], type="submit", className="main"),
            html.P("", className="wrong", role="alert"),
        ],
        className="leave",
        **data(own="", query=page.query, card=card, say=say),
    )


def by_input() -> Component:
    return Input(type="text", name="by", required=True, maxLength=LONGEST_BY, autoComplete="off")


def notes_here(page: NotedPage, card: str) -> Component | None:
    """The newest for what is shown, on the card itself."""
    words = page.words
    mine = page.here(card)[:SHOWN]
    if not mine:
        return None
    return html.Ul(
        [html.Li([icon("hand"), html.Span(note_line(note, page.at, words))]) for note in mine], className="notes-here"
    )


def note_line(note: CardNote, at: datetime, words: Words) -> str:
    """A note in one line: what, who, when."""
    time = words.time(note["at"], at.isoformat())
    return f"{note['text']} — {words.fill('note_said', by=note['by'], time=time)}"
