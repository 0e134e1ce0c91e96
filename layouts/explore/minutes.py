"""Every check of one application: a row a day, a mark a minute that was not well, and the latency as a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from dash import html
from dash.development.base_component import Component

from collectors.questions.app_answers import Check
from layouts.explore.page import Frame
from layouts.explore.parts import text
from layouts.raw import Raw

WIDTH, TALL = 1440.0, 44.0
STATUSES = ("up", "degraded", "down", "maintenance", "unknown")


def minutes(frame: Frame, checks: Sequence[Check]) -> Component:
    words = frame.words
    by_day: dict[date, list[tuple[datetime, Check]]] = defaultdict(list)
    for check in checks:
        local = check.moment.astimezone(words.timezone)
        by_day[local.date()].append((local, check))
    most = max((check.latency_ms or 0 for check in checks), default=0) or 1
    rows = []
    for day, mine in sorted(by_day.items(), reverse=True):
        marks, line, pen, last = "", "", "M", -9.0
        for local, check in mine:
            x = local.hour * 60.0 + local.minute
            if check.status != "up":
                marks += f'<path class="{check.status}" d="M{x + 0.5:.1f} 0V{TALL:.0f}"/>'
            if check.latency_ms is None:
                pen = "M"
                continue
            pen = pen if x - last < 5 else "M"
            line += f"{pen}{x:.0f} {TALL - 2 - (TALL - 6) * check.latency_ms / most:.1f}"
            pen, last = "L", x
        name = f"{words.weekday(day.isoweekday())} {words.day(day)}"
        grid = "".join(f"M{hour * 60} 0V{TALL:.0f}" for hour in range(0, 24, 6))
        svg = (
            f'<svg class="minutes-of" viewBox="0 0 {WIDTH:.0f} {TALL:.0f}" preserveAspectRatio="none" role="img"'
            f' aria-label="{text(name)}"><path class="hours" d="{grid}"/>{marks}'
            f'<path class="latency" d="{line}"/></svg>'
        )
        rows.append(html.Li([html.Span(name), Raw(svg)]))
    present = [one for one in STATUSES if any(check.status == one for check in checks)]
    key = html.P(
        [html.Span([html.I(className=one), words[f"app_{one}"]]) for one in present], className="key minutes-key"
    )
    top = html.P(words.fill("latency_up_to", time=words.latency(most)), className="how")
    return html.Figure([key, top, html.Ol(rows, className="minutes-list")])
