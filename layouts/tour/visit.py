"""The pages of a visitor's phone: the step of the guide, typing the code, and what there is to look around in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.fields import Input
from layouts.frame import data, icon
from layouts.tour.phone import Phone
from layouts.words import Words

UNREAD: dict[str, Any] = {"aria-hidden": "true"}

SAID = (
    "n_of", "no_link", "paused", "poll", "choose", "sending", "sent", "sent_text",
    "not_sent", "closed", "result", "yours", "right", "back_at", "called", "missing_digits", "join_now",
)  # fmt: skip
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Follower:
    """Whose phone it is: its words, the other languages there are, the tour's code ("" before it is known), and
    whether any number in the room is pretended."""

    words: Words
    others: Sequence[str]
    code: str
    demo: bool

    def at(self, path: str = "", **query: str) -> str:
        """An address of the tour, in the phone's language."""
        asked = "&".join(f"{key}={value}" for key, value in {"lang": self.words.language, **query}.items())
        return f"/t{'/' if self.code else ''}{self.code}{path}?{asked}"


def bar(who: Follower, path: str, query: str = "") -> Component:
    words = who.words
    here = f"/t{'/' if who.code else ''}{who.code}{path}"
    more = f"{query}&" if query else ""
    others = [
        html.A(words[f"language_{one}"], href=f"{here}?{more}lang={one}", lang=one, className="language")
        for one in who.others
    ]
    demo = html.Span(words["demo"], className="demo") if who.demo else None
    return html.Header([html.B("Live Room"), demo, *others], className="bar")


def said(words: Words) -> dict[str, Any]:
    """What the script says by itself, and the words with which it counts ages."""
    told = {key: words[f"tour_{key}"] for key in SAID}
    return data(say=json.dumps(told, ensure_ascii=False), words=words.browser())


def lost(words: Words) -> Component:
    about = [html.B("", className="since"), html.Span(words["tour_last_seen"])]
    return html.Div([icon("off"), html.Div(about)], className="lost", hidden=True, role="status")


def ticks(phone: Phone, words: Words) -> Component:
    """How far the tour is: shape and words."""
    number = phone["step"]
    marks = [html.Li(className="now" if i == number else "past" if i < number else "") for i in range(phone["of"])]
    return html.Div(
        [
            html.Ol(marks, className="ticks", **UNREAD),
            html.Span(words.fill("tour_n_of", n=number + 1, of=phone["of"])),
        ],
        className="progress",
    )


def draw_following(who: Follower, phone: Phone, card: Sequence[Component]) -> list[Component]:
    """The page that goes where the guide goes; tour.js keeps it there."""
    words = who.words
    dock = html.Footer(
        [
            html.A([icon("look"), html.Span(words["tour_look"])], href=who.at("/look"), className="look"),
            html.Button(words["tour_try_now"], type="button", className="retry", hidden=True),
        ],
        className="dock",
    )
    return [
        bar(who, ""),
        ticks(phone, words),
        lost(words),
        html.Main(
            [
                html.P("", className="word", hidden=True, role="status"),
                html.Section(list(card), className="card step"),
                html.Section([], className="card poll", hidden=True),
            ],
            **said(words),
        ),
        dock,
    ]


def draw_aside(
    who: Follower, path: str, body: Sequence[Component | None], phone: Phone, query: str = ""
) -> list[Component]:
    """A page on which one looks around: the way back to the guide, and where he is, stay at the foot."""
    words = who.words
    where = words.fill("tour_back_at", n=phone["step"] + 1, title=phone["title"])
    back = html.A(
        [html.Span([html.B(words["tour_back"]), html.Span(where, className="where")]), icon("flag")],
        href=who.at(),
        className="back",
    )
    return [
        bar(who, path, query),
        lost(words),
        html.Main([one for one in body if one is not None], **said(words)),
        html.Footer([back], className="dock"),
    ]


def draw_join(who: Follower, wrong: tuple[str, str] | None = None) -> list[Component]:
    """Where the code is typed; `wrong` says what is the matter with the last one, and what to do."""
    words = who.words
    told = (
        html.Div([icon("alarm"), html.Div([html.B(wrong[0]), html.Span(wrong[1])])], className="wrong", role="alert")
        if wrong
        else None
    )
    typed = Input(
        id="code", name="code", type="text", inputMode="numeric", autoComplete="off", pattern="[0-9]{4}",
        maxLength=str(DIGITS), required=True, autoFocus=True, className="digits",
    )  # fmt: skip
    form = html.Form(
        [
            html.Label(words["tour_code"], htmlFor="code"),
            html.Div([*(html.I("") for _ in range(DIGITS)), typed], className="code"),
            Input(name="lang", type="hidden", value=words.language),
            html.Button(words["tour_join_now"], type="submit", className="join"),
        ],
        action="/t",
        method="get",
    )
    return [
        bar(who, ""),
        html.Main(
            [
                html.H1(words["tour_join"]),
                html.P(words["tour_join_text"], className="lead"),
                told,
                form,
                html.P(words["tour_no_name"], className="small"),
            ],
            className="joining",
            **said(words),
        ),
    ]
