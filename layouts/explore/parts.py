"""The parts of these pages: cards, leading numbers, bars, the interval of a share, ages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from dash import html
from dash.development.base_component import Component

from collectors.questions import shares
from layouts.card import state_line
from layouts.explore.page import Frame
from layouts.frame import data, icon
from layouts.notes import notes_here, notes_list
from layouts.paper import aria
from layouts.raw import Raw
from layouts.words import UNKNOWN, Words

SMALL, interval = shares.SMALL, shares.interval


def card(
    frame: Frame,
    name: str,
    title: str,
    body: Sequence[Component | None],
    defined: str,
    n: str,
    *,
    how: str | None = None,
    level: str = "normal",
) -> Component:
    """A chart with everything it owes: how to read it, what it means, how much it is, its source and its age."""
    words = frame.words
    as_of = words.time(frame.at["as_of"], frame.visit.at.isoformat(), seconds=True) if frame.at["as_of"] else UNKNOWN
    return html.Section(
        [
            html.Header(
                [html.H2(title, id=f"h-{name}"), notes_list(frame.noted, name, title), state_line(frame.at, words)]
            ),
            html.P(how, className="how") if how else None,
            *body,
            notes_here(frame.noted, name),
            html.Footer([html.Span(defined), html.Span(words.join(n, frame.sources, as_of), className="src")]),
        ],
        className=f"x-card c-{name}",
        **data(**{"as-of": frame.at["as_of"] or ""}, tile=name, level=level, freshness=frame.at["freshness"]),
        **aria(labelledby=f"h-{name}"),
    )


def void(words: Words, said: str | None = None, link: tuple[str, str] | None = None) -> Component:
    """Nothing to show, on purpose: zero is no fault."""
    return html.Div(
        [
            html.B(said or words["empty_title"]),
            html.P(words["empty_why"]),
            html.A(link[0], href=link[1]) if link else None,
        ],
        className="void",
    )


def kpi(
    label: str,
    number: str,
    said: Any,
    before: str | None = None,
    *,
    of: str = "",
    unit: str = "",
    level: str = "normal",
    link: str | None = None,
) -> Component:
    """A leading number: what it is of, what it means against its target, and what it was before."""
    name = html.A(label, href=link) if link else label
    return html.Div(
        [
            html.H2([html.Span(name), html.Em(of)]),
            html.P([html.B(number), html.Small(unit) if unit else None], className="number"),
            html.P(said, className="against"),
            html.P(before, className="before") if before else html.P("\u00a0", className="before"),
        ],
        className="kpi",
        **data(level=level),
    )


def table(words: Words, heads: Sequence[tuple[str, str]], rows: Sequence[Component], classes: str = "") -> Component:
    """`heads` are keys of words and classes of columns; it scrolls by itself where it is wider than the page."""
    head = html.Tr([html.Th(words[key], scope="col", className=kind) for key, kind in heads])
    inside = html.Table([html.Thead(head), html.Tbody(list(rows))], className=f"list {classes}".strip())
    return html.Div(inside, className="scroll")


def cell(words: Words, key: str, value: Any, kind: str = "") -> Component:
    """A number in a row; on a phone, where it is the one to show (`key-of`), under its column's name."""
    return html.Td(value, className=f"n {kind}".strip(), **data(label=words[key]))


def pages(frame: Frame, first: int, shown: int, total: int) -> Component:
    """Where one is in a long table, and the way to the pages before and after."""
    words, scope = frame.words, frame.scope
    last = first + shown - 1
    said = words.fill("rows_shown", first=words.number(first), last=words.number(last), n=words.number(total))
    before = html.A(
        words["page_before"], href=frame.link(replace(scope, page=scope.page - 1)), className="go", rel="prev"
    )
    after = html.A(
        words["page_after"], href=frame.link(replace(scope, page=scope.page + 1)), className="go", rel="next"
    )
    return html.Nav(
        [html.Span(said), before if scope.page > 1 else None, after if last < total else None],
        className="pages-of",
        **aria(label=words["pages"]),
    )


def missed(said: str) -> list[Any]:
    return [icon("watch"), html.Span(said)]


def reached(said: str) -> list[Any]:
    return [icon("calm"), html.Span(said)]


def dot(part: int, whole: int, target: float, low: float = 0.5) -> Component:
    """A share as a dot, its interval as a bar, the target as a dashed line; from `low` to 100 %."""
    if not whole:
        return html.Span(UNKNOWN)
    width = 180.0

    def x(share: float) -> float:
        return max(0.0, min(1.0, (share - low) / (1 - low))) * (width - 12) + 6

    left, right = interval(part, whole)
    at, small, bad = x(part / whole), whole < SMALL, right < target
    mark = (
        f'<path class="bad" d="M{at:.1f} 2.5l6.5 6.5-6.5 6.5-6.5-6.5z"/>'
        if bad and not small
        else f'<circle class="{"few" if small else "dot"}" cx="{at:.1f}" cy="9" r="5"/>'
    )
    kind = "few" if small else "bad" if bad else "dot"
    return Raw(
        f'<svg class="dots" width="{width:.0f}" height="18" viewBox="0 0 {width:.0f} 18" aria-hidden="true">'
        f'<path class="axis" d="M0 9H{width:.0f}"/><path class="aim" d="M{x(target):.1f} 0V18"/>'
        f'<path class="span {kind}" d="M{x(left):.1f} 9H{x(right):.1f}"/>{mark}</svg>'
    )


def spark(values: Sequence[float | None], width: int = 104, height: int = 26) -> Component | None:
    """A line without axes; a gap stays a gap."""
    known = [value for value in values if value is not None]
    if len(known) < 2 or len(values) < 2:
        return None
    low, high = min(known), max(known)
    scale = (height - 6) / (high - low or 1)
    points = [
        None if value is None else (3 + i * (width - 6) / (len(values) - 1), height - 3 - (value - low) * scale)
        for i, value in enumerate(values)
    ]
    line, pen = "", "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        line += f"{pen}{point[0]:.1f} {point[1]:.1f}"
        pen = "L"
    last = next(point for point in reversed(points) if point is not None)
    return Raw(
        f'<svg class="spark-of" width="{width}" height="{height}" viewBox="0 0 {width} {height}" aria-hidden="true">'
        f'<path d="{line}"/><circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.6"/></svg>'
    )


def age_since(moment: datetime) -> Component:
    """How long ago something was, which the script counts on."""
    return html.Span("", className="ago", **data(age=moment.isoformat()))


def text(said: str) -> str:
    """Something for a drawing."""
    return escape(said, {'"': "&quot;"})


def change(words: Words, now: float | None, before: float | None) -> str | None:
    """ "before 940 (+6 %)"."""
    if before is None:
        return None
    if now is None or not before:
        return words.fill("was", n=words.number(before))
    share = (now - before) / before
    sign = "+" if share > 0 else "−" if share < 0 else "±"
    return words.join(words.fill("was", n=words.number(before)), f"{sign}{words.number(abs(share) * 100)}%")


def drop_one(frame: Frame) -> tuple[str, str] | None:
    """The one filter whose absence would show something: the last that was chosen, else a longer time."""
    words, scope = frame.words, frame.scope
    if scope.filters:
        name = list(scope.filters)[-1]
        return words.fill("drop_filter", name=words[f"filter_{name}"]), frame.link(scope.choosing(name))
    if scope.span != "all":
        return words["widen"], frame.link(scope.over("all"))
    return None


def span_of(frame: Frame) -> str:
    words, scope = frame.words, frame.scope
    return words[f"span_{scope.span}"] if scope.span != "custom" else words.days_from(scope.first_day, scope.last_day)


def shown_days(frame: Frame, known: date | None) -> tuple[date, date]:
    """The first and last day that are shown: none to come, and of a very long time those of which anything is known."""
    scope = frame.scope
    today = frame.visit.at.astimezone(frame.words.timezone).date()
    first = max(scope.first_day, known) if known and known <= scope.last_day else scope.first_day
    return first, min(scope.last_day, today)


def moved_on(days: Mapping[date, float], frame: Frame) -> dict[date, float | None]:
    """The days of the time compared with, as those of the time asked."""
    before = frame.scope.before
    if before is None:
        return {}
    shift = (frame.scope.start - before[0]).days
    return {day + timedelta(days=shift): value for day, value in days.items()}
