"""What the pages for officials share: the bar, the foot, and how an age stands in a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from dash import html
from dash.development.base_component import Component

from layouts.card import Visit
from layouts.frame import data
from layouts.words import UNKNOWN, Words

PAGES = (("/sources", "nav_sources"), ("/owners", "nav_owners"), ("/cards", "nav_cards"))


def paper(
    body: Sequence[Component | None],
    path: str,
    query: str,
    demo: bool,
    machine: str,
    visit: Visit,
    nav: Sequence[tuple[str, str]] = PAGES,
    tabs: Sequence[tuple[str, str]] = (),
) -> list[Component]:
    """A page's inside. `query` is what its address says beside the language, `machine` the same for programs; `nav` are
    the pages in its bar, `tabs` those that a phone shows below, each with its name."""
    words = visit.words
    pages = [
        html.A(words[key], href=f"{at}?lang={words.language}", **current(path == at or path.startswith(f"{at}/")))
        for at, key in nav
    ]
    below = [html.A(name, href=f"{at}?lang={words.language}", **current(path == at)) for at, name in tabs]
    more = f"{query}&" if query else ""
    others = [
        html.A(
            [html.Span(words[f"language_{one}"], className="wide"), html.Span(one.upper(), className="narrow")],
            href=f"{path}?{more}lang={one}",
            lang=one,
            className="language",
            **aria(label=words[f"language_{one}"]),
        )
        for one in visit.others
    ]
    moment = html.Time(
        [html.Span(day(visit.at, words), className="day"), html.B(words.time(visit.at.isoformat(), seconds=True))],
        className="clock",
    )
    return [
        html.Header(
            [
                html.A("Live Room", href=f"/?lang={words.language}", className="home"),
                html.Nav(pages, **aria(label=words["nav"])),
                html.Span(words["demo"], className="demo") if demo else None,
                html.Span(words.city, className="city"),
                moment,
                *others,
            ]
        ),
        html.P([html.B("", className="since"), html.Span(words["card_link"])], className="cut"),
        html.Main(list(body), **data(words=words.browser(), at=str(round(visit.at.timestamp() * 1000)))),
        *([html.Nav(below, className="tabs-of", **aria(label=words["nav"]))] if below else []),
        html.Footer(
            [
                html.A(words["page_api"], href=machine),
                html.Span(words.fill("printed", time=full(visit.at, words)), className="printed"),
                html.Span(words.fill("card_build", build=visit.build), className="build"),
            ]
        ),
    ]


def current(here: bool) -> dict[str, Any]:
    return aria(current="page") if here else {}


def aria(**values: str) -> dict[str, Any]:
    """`aria-*` attributes for a component."""
    return {f"aria-{name}": value for name, value in values.items()}


def day(at: datetime, words: Words) -> str:
    return format_datetime(at.astimezone(words.timezone), "EEEE, d MMM y", locale=words.language)


def full(at: datetime, words: Words) -> str:
    """A moment with its date, for paper."""
    date = format_datetime(at.astimezone(words.timezone), "d MMM y", locale=words.language)
    return f"{date} {words.time(at.isoformat())}"


def since(iso: str | None) -> Component:
    """An age that the script counts; without one nothing is claimed."""
    return html.Span("", className="ago", **data(since=iso)) if iso else html.Span(UNKNOWN)


def age(iso: str) -> Component:
    """How long something has lasted, which the script counts."""
    return html.Span("", className="ago", **data(age=iso))


def cell(key: str, label: str, *inside: Any) -> Component:
    """A cell of a table that stands as a line of its own on a phone, where it needs its column's head."""
    return html.Td(list(inside), className=key, **data(label=label))


def two(main: Any, second: str) -> list[Component]:
    """A number and, below it and quieter, what it is of."""
    return [html.B(main), html.Span(second, className="of")]


def first_large(text: str) -> str:
    """With a capital at its beginning, and nothing else changed."""
    return text[:1].upper() + text[1:]
