"""/brief: one screen at a desk, one sheet of A4 on paper, one column on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from collectors.brief.shape import Verdict
from collectors.readings.stage import HIGHEST
from layouts.brief.shape import Cell, Row, Said, SaidChange, SaidDecision, SaidStage
from layouts.card import Visit
from layouts.explore.page import NAV, tabs
from layouts.frame import DECORATION, data, icon
from layouts.notes import NotedPage, notes_list
from layouts.paper import aria, paper

SHAPES: dict[Verdict, str] = {
    "alarm": "alarm", "missed": "watch", "met": "calm", "below": "calm", "few": "never", "unknown": "never",
    "free": "c-other", "doubt": "stale",
}  # fmt: skip
CHANGED = {"alarm": "alarm", "watch": "watch", "doubt": "stale", None: "calm"}
OWN = {"alarm": "alarm", "watch": "watch", "doubt": "stale"}


def draw_brief(said: Said, kept: Component, noted: NotedPage, visit: Visit) -> list[Component]:
    """`kept` is the list of the PDFs that are there."""
    body: list[Component | None] = [
        on_paper(said),
        head(said, kept, visit),
        stage(said.stage, said, noted),
        html.Div(
            [
                html.H2(said.decide_title),
                html.Span(said.decide_order, className="quiet"),
                notes_list(noted, "decisions", said.decide_title),
            ],
            className="sec",
        ),
        html.Div([decision(one, said, visit) for one in said.decisions], className=f"dec of-{len(said.decisions)}")
        if said.decisions
        else html.P([icon("calm" if said.sure else "never"), html.Span(said.none)], className="none-of"),
        html.Div([table(said, noted), changes(said, noted)], className="brief-row"),
        foot(said),
    ]
    return paper(body, "/brief", "", bool(said.demo), "/api/v1/brief", visit, NAV, tabs(visit.words))


def on_paper(said: Said) -> Component:
    """The head that only paper has."""
    right: list[Any] = [
        html.B(f"{said.day} · {said.at}"),
        html.Br(),
        said.by,
        html.Span(said.demo, className="demo") if said.demo else None,
    ]
    return html.Div([html.P(said.title, className="h1"), html.P(right)], className="on-paper")


def head(said: Said, kept: Component, visit: Visit) -> Component:
    words = visit.words
    acts = [
        kept,
        html.A(words["brief_pdf"], href=f"/brief.pdf?lang={words.language}", className="go"),
        html.Button(words["page_print"], type="button", className="print", id="print"),
    ]
    return html.Div(
        [html.H1(said.title), html.Span(said.at, className="quiet"), html.Div(acts, className="acts-of")],
        className="x-head",
    )


def stage(one: SaidStage, said: Said, noted: NotedPage) -> Component:
    """The number, the word, since when, and one sentence; the steps say the same as a shape."""
    steps = [html.I(className="on" if one.level and step < one.level else "") for step in range(HIGHEST)]
    why = [html.P(one.why), html.P([icon("stale"), html.Span(one.doubt)], className="doubt-of") if one.doubt else None]
    return html.Section(
        [
            html.Div(one.number, className="n"),
            html.Div([html.Span(said.stage_label, className="quiet"), html.B(one.word), html.Span(one.since)]),
            html.Div(why, className="why"),
            html.Div([notes_list(noted, "stage", said.stage_label), html.Div(steps, className="steps", **DECORATION)]),
        ],
        className="city-stage",
        **data(s=str(one.level or ""), tile="stage"),
    )


def decision(one: SaidDecision, said: Said, visit: Visit) -> Component:
    yes, wait, other = said.yes
    box = [html.P([html.I(), text]) for text in (yes, wait, other)]
    return html.Article(
        [
            html.P(
                [icon(OWN[one.severity]), html.Span(one.label), html.Em(one.until) if one.until else None],
                className="t",
            ),
            html.H3(html.A(one.question, href=one.link) if one.link else one.question),
            html.Dl([html.Div([html.Dt(label), html.Dd(text)]) for label, text in one.rows if text]),
            html.P(html.A(visit.words["brief_evidence"], href=one.link), className="proof") if one.link else None,
            html.Div([*box, html.U()], className="box", **DECORATION),
        ],
        className="dc",
        **data(severity=one.severity),
    )


def table(said: Said, noted: NotedPage) -> Component:
    name, target, *periods, since = said.heads
    heads = [
        html.Td(className="shape"),
        html.Th(name, scope="col", className="l"),
        html.Th(target, scope="col"),
        *(html.Th(period, scope="col", className="now" if place == 0 else "") for place, period in enumerate(periods)),
        html.Th(since, scope="col", className="delta"),
    ]
    body = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody([row(one, periods) for one in said.rows])], className="ind"
    )
    return html.Section(
        [
            html.Header(
                [html.H2(said.rows_title, id="h-indicators"), notes_list(noted, "indicators", said.rows_title)]
            ),
            body,
        ],
        className="x-card c-indicators",
        **aria(labelledby="h-indicators"),
        **data(tile="indicators"),
    )


def row(one: Row, heads: Sequence[str]) -> Component:
    return html.Tr(
        [
            html.Td(icon(SHAPES[one.verdict]), className="shape"),
            html.Th([html.B(one.name), html.Sup(one.mark), html.Small(one.of)], scope="row"),
            html.Td(
                [html.Span(one.target, className="v"), html.Small(one.verdict_said, className="word")], className="aim"
            ),
            *(cell(each, head, place) for place, (each, head) in enumerate(zip(one.cells, heads, strict=True))),
            html.Td([html.Span(one.since), html.Small(one.course)], className="delta"),
        ],
        **data(verdict=one.verdict),
    )


def cell(one: Cell, head: str, place: int) -> Component:
    number = html.A(one.value, href=one.link, className="v") if one.link else html.Span(one.value, className="v")
    of: list[Any] = [one.of, html.Span(f" · {one.when}", className="when") if one.when else None]
    return html.Td(
        [number, html.Small(of)], className="now" if place == 0 else "", **data(verdict=one.verdict, label=head)
    )


def changes(said: Said, noted: NotedPage) -> Component:
    each: Sequence[Component] = [html.Li(changed(one), **data(severity=one.severity or "")) for one in said.changes]
    if not said.changes:
        each = [html.Li([icon("calm"), html.Span(said.changes_none)], **data(severity=""))]
    more = html.Li(html.Span(said.changes_more), className="more-of") if said.changes_more else None
    head = [html.H2(said.changes_title, id="h-changes"), html.Span(said.changes_since, className="quiet")]
    head.append(notes_list(noted, "changes", said.changes_title))
    return html.Section(
        [html.Header(head), html.Ul([*each, more], className="changed"), left(said)],
        className="x-card c-changes",
        **aria(labelledby="h-changes"),
        **data(tile="changes"),
    )


def left(said: Said) -> Component | None:
    """The newest notes that anybody left on the brief."""
    if not said.notes:
        return None
    lines = [html.Li([icon("hand"), html.Span(note)]) for note in said.notes]
    return html.Ul(lines, className="notes-here", **aria(label=said.notes_label))


def changed(one: SaidChange) -> list[Component]:
    return [icon(CHANGED[one.severity]), html.A(one.text, href=one.link) if one.link else html.Span(one.text)]


def foot(said: Said) -> Component:
    """What every number means, where it comes from, and who has never said anything."""
    lines = [
        html.P([html.B(said.definitions_label), " ", said.definitions], className="defs"),
        html.P(
            [
                *(html.Span([icon(SHAPES[one]), text], className="key-of") for one, text in said.legend),
                " ".join(part for part in (said.legend_more, said.history) if part),
            ]
        ),
        html.P([html.B(said.sources_label), " ", said.sources]),
        html.P([html.B(said.never_label), " ", said.never]),
        html.P(said.masked, className="only-paper"),
    ]
    return html.Section(lines, className="brief-foot")
