"""How old what waits is: the oldest, a bar for each age, a mark for each report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from collectors.questions.complaint_answers import BUCKETS, Answer, Report
from collectors.readings.limits import Limits
from layouts.explore.page import Frame
from layouts.explore.parts import age_since, card, drop_one, void
from layouts.explore.told import Told, frame_slug, report_link
from layouts.frame import icon
from layouts.paper import aria
from layouts.raw import Raw
from layouts.words import UNKNOWN


def ageing(frame: Frame, answer: Answer, told: Told) -> Component:
    words, scope, waiting, limits = frame.words, frame.scope, answer.waiting, told.limits
    days = words.number(limits.complaint_age / 86400, 1)
    defined = words["def_waiting"]
    title = words["ageing"]
    if not waiting.n:
        empty = void(words, words["none_waiting"], drop_one(frame))
        return card(frame, "ageing", title, [empty], defined, words.fill("n", n="0"))
    first = waiting.oldest[0]
    counts = waiting.by_age
    most = max(counts) or 1
    age = (scope.now - first.requested).total_seconds()
    overdue = age > limits.complaint_age
    hero = html.Div(
        [
            html.P(words["oldest_waiting"], className="label"),
            html.P(age_since(first.requested), className="plate over" if overdue else "plate"),
            html.P(
                [
                    html.B(told.agency(frame_slug(frame, first), words)),
                    " · ",
                    words.join(first.category, told.place(first)),
                ],
                className="who",
            ),
            html.P(html.A(words.fill("open_report", id=first.id), href=report_link(frame, first))),
            html.Dl(
                [
                    row_of(frame, words.fill("over_limit", days=days), waiting.late, "late", "1", waiting.late > 0),
                    row_of(frame, words["over_soon"], waiting.soon, None, None, False),
                    row_of(frame, words["within_limit"], waiting.n - waiting.late, None, None, False),
                ]
            ),
        ],
        className="hero",
    )
    step = limits.complaint_age / 86400 / (BUCKETS - 1)
    heads = []
    for bucket, count in enumerate(counts):
        last = bucket == BUCKETS - 1
        label = (
            f">{days}"
            if last
            else f"<{words.number(step, 1)}"
            if bucket == 0
            else f"{words.number(step * bucket, 1)}–{words.number(step * (bucket + 1), 1)}"
        )
        link = frame.link(scope.over("all").choosing("status", "waiting").choosing("age", str(bucket)))
        heads.append(
            html.Li(
                html.A(
                    [html.B(words.number(count)), html.I(style={"--h": f"{count / most:.3f}"}), html.Span(label)],
                    href=link,
                    **aria(label=words.fill("bucket", n=words.number(count), days=label)),
                ),
                className="beyond" if last and count else "beyond none" if last else "",
            )
        )
    lines = []
    for slug, mine in sorted(waiting.by_agency.items(), key=lambda one: -oldest_age(one[0], frame, answer)):
        ticks = [one for one in waiting.oldest if frame_slug(frame, one) == slug]
        old = ticks[0] if ticks else None
        beyond = old is not None and (scope.now - old.requested).total_seconds() > limits.complaint_age
        lines.append(
            html.Li(
                [
                    html.A(told.agency(slug, words), href=frame.link(scope.toggling("agency", slug)))
                    if slug
                    else html.Span(told.agency(slug, words)),
                    html.Span(words.number(sum(mine)), className="n"),
                    strip_of(ticks, scope.now, limits, age),
                    html.A(age_since(old.requested), href=report_link(frame, old), className="late" if beyond else "")
                    if old
                    else html.Span(UNKNOWN),
                ]
            )
        )
    shown = len(waiting.oldest) < waiting.n
    how = words.fill("ageing_how_some", n=words.number(len(waiting.oldest))) if shown else words["ageing_how"]
    chart = html.Div(
        [
            html.Div(
                [
                    html.Span(words["all_agencies"]),
                    html.B(words.number(waiting.n)),
                    html.Ol(heads, className="ages-of"),
                    html.Span(words["oldest"]),
                ],
                className="ages-head",
            ),
            html.Ol(lines, className="ticks-of"),
            html.P(words["age_axis"], className="axis-of"),
        ],
        className="ages",
    )
    return card(
        frame, "ageing", title, [html.Div([hero, chart], className="ageing-of")], defined,
        words.fill("n", n=words.number(waiting.n)), how=how, level="watch" if waiting.late else "normal",
    )  # fmt: skip


def oldest_age(slug: str, frame: Frame, answer: Answer) -> float:
    mine = next((one for one in answer.waiting.oldest if frame_slug(frame, one) == slug), None)
    return (frame.scope.now - mine.requested).total_seconds() if mine else 0.0


def row_of(frame: Frame, label: str, n: int, name: str | None, value: str | None, bad: bool) -> Component:
    inside: Any = [icon("watch"), html.Span(label)] if bad else html.Span(label)
    if name and value and n:
        inside = html.A(
            inside, href=frame.link(frame.scope.over("all").choosing(name, value).choosing("status", "waiting"))
        )
    return html.Div([html.Dt(inside), html.Dd(frame.words.number(n))], className="bad" if bad else "")


def strip_of(ticks: Sequence[Report], now: datetime, limits: Limits, longest: float) -> Component:
    """One tick a report, over the limit's seven parts; beyond it the scale ends in one open column."""
    width, parts = 480.0, BUCKETS
    step = limits.complaint_age / (parts - 1)
    drawn = ""
    for number, one in enumerate(ticks):
        age = (now - one.requested).total_seconds()
        beyond = age > limits.complaint_age
        past = (age - limits.complaint_age) / max(1.0, longest - limits.complaint_age) if beyond else 0.0
        x = (parts - 1 + 0.12 + 0.76 * past if beyond else max(0.0, age) / step) * width / parts
        drawn += (
            f'<path class="first{" late" if beyond else ""}" d="M{x:.1f} 11h.01"/>'
            if number == 0
            else f'<path class="{"late" if beyond else ""}" d="M{x:.1f} 3V19"/>'
        )
    grid = "".join(f"M{width / parts * i:.1f} 0V22" for i in range(1, parts - 1))
    limit = width / parts * (parts - 1)
    return Raw(
        f'<svg class="ticks" viewBox="0 0 {width:.0f} 22" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="over" x="{limit:.1f}" width="{width / parts:.1f}" height="22"/><path class="grid" d="{grid}"/>'
        f'<path class="limit" d="M{limit:.1f} 0V22"/>{drawn}</svg>'
    )
