"""The charts: a line by the day, counts by hour and weekday, bars. SVG with the numbers beside it as a table.

On a wide screen assets/explore.js replaces the line by Plotly's, drawn when the page is idle; a phone keeps this one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.explore.page import Choice, Frame
from layouts.explore.parts import text
from layouts.frame import data
from layouts.paper import aria
from layouts.raw import Raw

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860.0, 250.0, 44.0, 96.0, 14.0, 26.0
CLASSES = 5
BAND = 3
"""Hours that stand together above their columns: one alone would be too narrow to press."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart by the day: its class (main, second, ghost), its name and its values, None where unknown."""

    kind: str
    name: str
    values: Mapping[date, float | None]


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def by_day(
    frame: Frame, lines: Sequence[Line], first: date, last: date, *, share: bool = False, low: bool = False
) -> Component:
    """Lines over the days from the first to the last. `share`: values from 0 to 1, else counts; `low`: shares that are
    all near 1 begin where they do, and the axis says so."""
    words, today = frame.words, frame.visit.at.astimezone(frame.words.timezone).date()
    days = days_between(first, last)
    most = max((value for line in lines for day in days if (value := line.values.get(day)) is not None), default=0)
    top = 1.0 if share else nice(most)
    least = min((value for line in lines for day in days if (value := line.values.get(day)) is not None), default=0.0)
    floor = math.floor(least * 20) / 20 if low and least < 1 else 0.95 if low else 0.0
    width = WIDTH - LEFT - RIGHT

    def x(day: date) -> float:
        return LEFT + (width * (day - first).days / max(1, len(days) - 1) if len(days) > 1 else width / 2)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - floor) / (top - floor))

    step = width / max(1, len(days) - 1)
    bands = "".join(
        f'<rect class="weekend" x="{max(LEFT, x(day) - step / 2):.1f}" y="{TOP:.0f}"'
        f' width="{max(1.0, min(step, LEFT + width - x(day) + step / 2)):.1f}" height="{HEIGHT - TOP - BOTTOM:.0f}"/>'
        for day in days
        if day.isoweekday() >= 6 and len(days) <= 100
    )
    marks = [floor, (floor + top) / 2, top]
    grid = "".join(
        f'<path class="grid" d="M{LEFT:.0f} {y(mark):.1f}H{LEFT + width:.0f}"/>'
        f'<text x="{LEFT - 8:.0f}" y="{y(mark) + 4:.1f}" text-anchor="end">{said(frame, mark, share)}</text>'
        for mark in marks
    )
    ticks = "".join(
        f'<text x="{x(day):.1f}" y="{HEIGHT - 6:.0f}" text-anchor="middle">{text(words.day(day))}</text>'
        for day in labelled(days)
    )
    drawn, ends = "", []
    for line in lines:
        drawn += path(line, days, x, y, today)
        known = [day for day in days if line.values.get(day) is not None]
        if known and line.kind != "ghost":
            end = line.values[known[-1]] or 0.0
            ends.append([y(end), x(known[-1]), line, end])
    labels = ends_of(frame, ends, share)
    tall = f'y="{TOP:.0f}" height="{HEIGHT - TOP - BOTTOM:.0f}"'
    hits = "".join(
        f'<a href="{text(frame.link(frame.scope.on(day)))}" tabindex="-1">'
        f'<rect class="hit" x="{x(day) - step / 2:.1f}" {tall} width="{step:.1f}">'
        f"<title>{text(day_said(frame, day, lines, share))}</title></rect></a>"
        for day in days
        if len(days) <= 400
    )
    label = text(words["chart_by_day"])
    svg = (
        f'<svg class="by-day" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="group" aria-label="{label}">'
        f"{bands}{grid}{ticks}{drawn}{labels}{hits}</svg>"
    )
    key = html.P(
        [html.Span([html.I(className=line.kind), line.name]) for line in lines], className="key", **aria(hidden="true")
    )
    studied = json.dumps(
        {**figure(frame, lines, days, share), "floor": floor}, ensure_ascii=False, separators=(",", ":")
    )
    plot = html.Div(
        Raw(svg),
        className="plot",
        tabIndex=0,
        role="region",
        **aria(label=label),
        **data(figure=studied, address=frame.link(frame.scope.on(first))),
    )
    return html.Figure([key, plot, numbers(frame, lines, days, share)])


def figure(frame: Frame, lines: Sequence[Line], days: Sequence[date], share: bool) -> dict[str, Any]:
    """The same lines for Plotly: names, days, values and how each is written; the looks are assets/explore.js's."""
    words = frame.words
    return {
        "language": words.language,
        "share": share,
        "days": [day.isoformat() for day in days],
        "said": [f"{words.weekday(day.isoweekday())} {words.day(day)}" for day in days],
        "lines": [
            {
                "kind": line.kind,
                "name": line.name,
                "y": [line.values.get(day) for day in days],
                "text": ["–" if (one := line.values.get(day)) is None else said(frame, one, share) for day in days],
            }
            for line in lines
        ],
    }


def nice(most: float) -> float:
    """A round number not below the largest value, whose half is round too."""
    if most <= 2:
        return 2.0
    size = 10 ** math.floor(math.log10(most))
    return float(next(step * size for step in (1, 2, 4, 5, 6, 8, 10) if step * size >= most))


def said(frame: Frame, value: float, share: bool) -> str:
    return frame.words.share(value, 1) if share else frame.words.number(value)


def day_said(frame: Frame, day: date, lines: Sequence[Line], share: bool) -> str:
    known = [
        f"{line.name} {said(frame, value, share)}" for line in lines if (value := line.values.get(day)) is not None
    ]
    return frame.words.join(f"{frame.words.weekday(day.isoweekday())} {frame.words.day(day, year=True)}", *known)


def labelled(days: Sequence[date]) -> list[date]:
    """The days whose name stands below: the first, then Mondays or firsts of months, never closer than they fit."""
    if len(days) <= 9:
        return list(days)
    mondays = (
        [day for day in days if day.isoweekday() == 1] if len(days) <= 120 else [day for day in days if day.day == 1]
    )
    every = max(1, -(-len(mondays) // 9))
    return mondays[::every]


def path(line: Line, days: Sequence[date], x: Callable[[date], float], y: Callable[[float], float], today: date) -> str:
    """The line with its gaps; its last stretch, to a day that is not over, is dotted."""
    solid, open_day, pen, last = "", "", "M", ""
    for day in days:
        value = line.values.get(day)
        if value is None:
            pen = "M"
            continue
        at = f"{x(day):.1f} {y(value):.1f}"
        if day == today and last and pen == "L":
            open_day = f'<path class="{line.kind} today" d="M{last}L{at}"/>'
        else:
            solid += f"{pen}{at}"
        if day == today or len(days) == 1:
            open_day += f'<circle class="{line.kind} today" cx="{x(day):.1f}" cy="{y(value):.1f}" r="4"/>'
        pen, last = "L", at
    return f'<path class="{line.kind}" d="{solid}"/>{open_day}' if solid or open_day else ""


def ends_of(frame: Frame, ends: list[list], share: bool) -> str:  # type: ignore[type-arg]
    """Names at the ends of lines, kept apart."""
    ends.sort(key=lambda one: one[0])
    for before, after in pairwise(ends):
        after[0] = max(after[0], before[0] + 34)
    return "".join(
        f'<text class="end {line.kind}" x="{at + 12:.1f}" y="{high + 2:.1f}">{text(line.name)}'
        f'<tspan x="{at + 12:.1f}" dy="16">{said(frame, value, share)}</tspan></text>'
        for high, at, line, value in ends
    )


def numbers(frame: Frame, lines: Sequence[Line], days: Sequence[date], share: bool) -> Component:
    """The same as a table, for whoever does not see the picture."""
    words = frame.words
    heads = [html.Th(words["head_day"], scope="col"), *(html.Th(line.name, scope="col") for line in lines)]
    shown = [day for day in days if any(line.values.get(day) is not None for line in lines)][-400:]
    rows = [
        html.Tr(
            [
                html.Th(words.day(day, year=True), scope="row"),
                *(
                    html.Td("–" if (value := line.values.get(day)) is None else said(frame, value, share))
                    for line in lines
                ),
            ]
        )
        for day in shown
    ]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="list numbers")
    return html.Details([html.Summary(words["as_table"]), html.Div(table, className="scroll")], className="as-table")


def steps(counts: Sequence[int]) -> list[int]:
    """The upper ends of the classes above zero, so that each holds about as many of the values."""
    known = sorted(count for count in counts if count > 0)
    if not known:
        return []
    return sorted({known[-(-len(known) * part // CLASSES) - 1] for part in range(1, CLASSES + 1)})


def shade(count: int, limits: Sequence[int]) -> int:
    """0 for none, then the class."""
    if count <= 0:
        return 0
    spread = CLASSES - len(limits)
    return next((i for i, limit in enumerate(limits) if count <= limit), len(limits) - 1) + 1 + spread


def ramp(frame: Frame, limits: Sequence[int], unit: str) -> Component:
    """The classes in words."""
    words, spans, low = frame.words, [("0", 0)], 1
    spread = CLASSES - len(limits)
    for i, limit in enumerate(limits):
        spans.append(
            (words.number(limit) if limit == low else f"{words.number(low)}–{words.number(limit)}", i + 1 + spread)
        )
        low = limit + 1
    return html.P(
        [*(html.Span([html.I(className=f"h{step}"), said_]) for said_, step in spans), html.Span(unit)],
        className="ramp-of",
    )


def by_hour(frame: Frame, counts: Mapping[tuple[int, int], int], unit: str, *, total: bool = True) -> Component:
    """Seven rows of 24 cells; rows, columns and cells are links that choose them. `total`: they may be added up."""
    words, scope = frame.words, frame.scope
    limits = steps(list(counts.values()))
    most = sorted(counts.values(), reverse=True)[:4]
    heads = [html.Th("")]
    for first in range(0, 24, BAND):
        band = [str(hour) for hour in range(first, first + BAND)]
        label = words.fill("at_hours", first=f"{first:02}", last=f"{first + BAND - 1:02}")
        chosen_band = scope.chosen("hour") == tuple(band)
        there = scope.choosing("hour") if chosen_band else scope.choosing("hour", *band)
        link = html.A(f"{first:02}", href=frame.link(there), **aria(label=label))
        heads.append(html.Th(link, scope="colgroup", colSpan=BAND))
    rows = []
    for weekday in range(1, 8):
        mine = [counts.get((weekday, hour), 0) for hour in range(24)]
        cells = []
        for hour, count in enumerate(mine):
            both = scope.choosing("weekday", str(weekday)).choosing("hour", str(hour))
            label = f"{words.weekday(weekday)} {hour:02}: {words.number(count)}"
            shown = words.number(count) if count and most and count >= most[-1] and count < 1000 else ""
            cells.append(
                html.Td(
                    html.A(shown, href=frame.link(both), title=label, tabIndex=-1, **aria(label=label)),
                    className=f"h{shade(count, limits)}",
                )
            )
        name = html.A(words.weekday(weekday), href=frame.link(scope.toggling("weekday", str(weekday))))
        summed = html.Td(words.number(sum(mine)) if total else "", className="sum")
        rows.append(html.Tr([html.Th(name, scope="row"), *cells, summed]))
    heads.append(html.Th(words["sum"] if total else "", scope="col", className="sum"))
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)])
    return html.Figure([html.Div(table, className="hours"), ramp(frame, limits, unit)])


def bars(frame: Frame, name: str, counts: Sequence[Choice], unit: str = "") -> Component:
    """One bar a value, the longest first; each chooses its value."""
    words, scope = frame.words, frame.scope
    most = max((choice.n or 0 for choice in counts), default=0) or 1
    rows = [
        html.Li(
            html.A(
                [
                    html.Span(choice.label),
                    html.I(style={"--w": f"{(choice.n or 0) / most:.4f}"}, **aria(hidden="true")),
                    html.B(words.number(choice.n)),
                ],
                href=frame.link(scope.toggling(name, choice.value)),
                **(aria(current="true") if choice.value in scope.chosen(name) else {}),
            )
        )
        for choice in counts
    ]
    return html.Ol(rows, className="bars-of", **data(unit=unit))
