"""The reports behind the numbers, and one of them with its life."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from collectors.questions.complaint_answers import Answer, Report
from collectors.questions.complaints import ROWS
from layouts.explore.page import Frame
from layouts.explore.parts import age_since, card, drop_one, pages, void
from layouts.explore.told import Told, frame_slug, report_link
from layouts.frame import data, icon
from layouts.words import UNKNOWN


def listed(frame: Frame, answer: Answer, told: Told) -> Component:
    """The reports behind the numbers, a page at a time."""
    words, scope, total = frame.words, frame.scope, answer.total.n
    if not answer.rows:
        body: list[Component | None] = [void(words, link=drop_one(frame))]
        return card(
            frame, "reports", words["reports"], body, words["def_reports"], words.fill("n", n=words.number(total))
        )
    heads = [
        html.Th(sort_link(frame, "head_age", "oldest", "newest"), scope="col"),
        *(
            html.Th(words[key], scope="col")
            for key in ("head_category", "head_number", "head_place", "head_agency", "head_channel", "head_status")
        ),
        html.Th(sort_link(frame, "head_finished_in", "longest", "newest"), scope="col", className="n"),
    ]
    rows = [report_row(frame, one, told) for one in answer.rows]
    turn = pages(frame, (scope.page - 1) * ROWS + 1, len(answer.rows), total)
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="list reports-of")
    return card(
        frame, "reports", words["reports"], [html.Div(table, className="scroll"), turn], words["def_reports"],
        words.fill("n", n=words.number(total)), how=words["reports_masked"],
    )  # fmt: skip


def sort_link(frame: Frame, key: str, sort: str, other: str) -> Component:
    scope = frame.scope
    turned = replace(scope, sort=other if scope.sort == sort else sort, page=1)
    usual = not scope.sort and other == "newest" and key == "head_age"
    sign = " ↓" if scope.sort == sort else " ↑" if scope.sort == other or usual else ""
    return html.A(f"{frame.words[key]}{sign}", href=frame.link(turned))


def report_row(frame: Frame, one: Report, told: Told) -> Component:
    words, scope, limit = frame.words, frame.scope, told.limits.complaint_age
    waits = one.status == "waiting" and (scope.now - one.requested).total_seconds() > limit
    took = (one.finished - one.requested).total_seconds() if one.finished else None
    return html.Tr(
        [
            html.Td(age_since(one.requested), className="bad" if waits else "", **data(label=words["head_age"])),
            html.Th(html.A(one.category or words["not_said"], href=report_link(frame, one)), scope="row"),
            html.Td(one.id, className="id", **data(label=words["head_number"])),
            html.Td(told.place(one) or words["place_unknown"], **data(label=words["head_place"])),
            html.Td(told.agency(frame_slug(frame, one), words), **data(label=words["head_agency"])),
            html.Td(one.channel or words["not_said"], **data(label=words["head_channel"])),
            html.Td([icon(f"c-{one.status}"), words[f"status_{one.status}"]], className="status"),
            html.Td(
                words.lasted(took) if took is not None else UNKNOWN,
                className="n bad" if took and took > limit else "n",
                **data(label=words["head_finished_in"]),
            ),
        ]
    )


def report_card(frame: Frame, one: Report, told: Told) -> Component:
    """One report's life, with nothing personal."""
    words, now = frame.words, frame.visit.at.isoformat()
    moments: list[tuple[str, datetime | None]] = [
        ("life_received", one.requested), ("life_answered", one.answered), ("life_finished", one.finished),
    ]  # fmt: skip

    def since(moment: datetime) -> str:
        return words.fill("after", time=words.lasted((moment - one.requested).total_seconds()))

    steps = [
        html.Li(
            [
                icon("c-done" if moment else "c-waiting"),
                html.B(words[key]),
                html.Span(
                    words.time(moment.isoformat(), now)
                    if moment
                    else words["life_unknown" if one.status == "done" else "life_not_yet"]
                ),
                html.Em(since(moment)) if moment and key != "life_received" else None,
            ]
        )
        for key, moment in moments
    ]
    facts: list[tuple[str, Any]] = [
        ("head_status", [icon(f"c-{one.status}"), words[f"status_{one.status}"]]),
        ("head_agency", told.agency(frame_slug(frame, one), words)),
        ("head_place", told.place(one) or words["place_unknown"]),
        ("head_channel", one.channel or words["not_said"]),
        ("head_source", html.A(one.source, href=f"/card/complaints?lang={words.language}")),
        ("head_changed", words.time((one.updated or one.requested).isoformat(), now)),
    ]
    late = one.status == "waiting" and (frame.scope.now - one.requested).total_seconds() > told.limits.complaint_age
    return html.Section(
        [
            html.Header(
                [
                    html.Div([html.H2(f"{one.category or words['not_said']}"), html.P(one.id)]),
                    html.A(words["close"], href=frame.link(replace(frame.scope, report="")), className="go"),
                ]
            ),
            html.P(
                [
                    html.Span(words["waits_since"] if one.status == "waiting" else words["came_in"]),
                    age_since(one.requested),
                ],
                className="plate over" if late else "plate",
            ),
            html.Ol(steps, className="life"),
            html.Dl([html.Div([html.Dt(words[key]), html.Dd(value)]) for key, value in facts]),
            html.P(words["reports_masked"], className="how"),
        ],
        className="x-card c-report",
        id="report",
        tabIndex=-1,
    )
