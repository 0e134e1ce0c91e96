"""What every page of the past has: the bar, where one is, the filters, the address, and what could not be followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dash import html
from dash.development.base_component import Component

from collectors.notes import CardNote
from collectors.questions.scope import SPANS, USUAL, Scope, values_text
from layouts.card import Visit
from layouts.fields import Input
from layouts.frame import data, icon
from layouts.notes import NotedPage
from layouts.paper import aria, paper
from layouts.state import TileState
from layouts.words import Words

NAV: tuple[tuple[str, str], ...] = (
    ("/brief", "nav_brief"),
    ("/explore/complaints", "nav_complaints"),
    ("/explore/beds", "nav_beds"),
    ("/explore/traffic", "nav_traffic"),
    ("/explore/apps", "nav_apps"),
    ("/explore/water", "nav_water"),
    ("/adoption", "nav_adoption"),
    ("/sources", "nav_sources"),
)
TABS = 5
EXPORTS = ("csv", "xlsx", "parquet")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter; `n` is how many there are, None where nobody counted."""

    value: str
    label: str
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What the page around the charts needs. `choices` are the values of each filter, in the order of the strip;
    `crumbs` the way from the city to here, each with its address; `asks` are ready questions."""

    scope: Scope
    visit: Visit
    at: TileState
    sources: str
    choices: Mapping[str, Sequence[Choice]]
    crumbs: Sequence[tuple[str, str]]
    asks: Sequence[tuple[str, Scope]] = ()
    demo: bool = False
    broken: Sequence[str] = ()
    alone: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    card_notes: Sequence[CardNote] = ()

    @property
    def words(self) -> Words:
        return self.visit.words

    @property
    def noted(self) -> NotedPage:
        """What was left on the cards of this page."""
        return NotedPage(f"/explore/{self.scope.area}", self.scope.query(), self.card_notes, self.words, self.visit.at)

    def link(self, scope: Scope) -> str:
        return scope.address(self.words.language)


def explore_page(frame: Frame, body: Sequence[Component | None]) -> list[Component]:
    scope, words = frame.scope, frame.words
    inside: list[Component | None] = [
        head(frame),
        strip(frame),
        address(frame),
        *notes(frame),
        doubt(frame),
        *body,
    ]
    query = scope.query()
    machine = f"/api/v1/explore/{scope.area}{f'?{query}' if query else ''}"
    return paper(inside, f"/explore/{scope.area}", query, frame.demo, machine, frame.visit, NAV, tabs(words))


def tabs(words: Words) -> Sequence[tuple[str, str]]:
    """The pages that a phone shows below."""
    return [(path, words[f"tab_{key.removeprefix('nav_')}"]) for path, key in NAV[:TABS]]


def head(frame: Frame) -> Component:
    words, scope = frame.words, frame.scope
    crumbs: list[Component] = []
    for name, link in frame.crumbs[:-1]:
        crumbs += [html.A(name, href=link), html.Span("›", **aria(hidden="true"))]
    here = html.Span(frame.crumbs[-1][0], **aria(current="page"))
    ways = [
        html.A(kind.upper(), href=scope.address(path=f"/export/{scope.area}.{kind}", lang=words.language))
        for kind in EXPORTS
    ]
    return html.Div(
        [
            html.H1(words[scope.area]),
            html.Nav([*crumbs, here], className="crumbs", **aria(label=words["crumbs"])),
            html.Div(
                [
                    html.Span([html.Span(words["export"]), *ways], className="ways"),
                    html.Button(words["page_print"], type="button", className="print", id="print"),
                ],
                className="acts-of",
            ),
        ],
        className="x-head",
    )


def strip(frame: Frame) -> Component:
    """The filters: each a label over its value, and a list of links."""
    words, scope = frame.words, frame.scope
    fields = [time_field(frame), versus_field(frame)]
    fields += [filter_field(frame, name, choices) for name, choices in frame.choices.items()]
    clear = html.A(words["filters_clear"], href=frame.link(scope.cleared()), className="clear")
    return html.Div(
        [
            html.Details(
                [
                    html.Summary([html.Span(words["filters"]), html.B(filters_said(frame))], className="all-filters"),
                    html.Div(
                        [*fields, clear if scope.filters else html.Span(clear_said(words), className="clear")],
                        className="fields",
                    ),
                ],
                open=True,
                className="filters",
            )
        ],
        className="strip-of",
    )


def clear_said(words: Words) -> str:
    return words["filters_none"]


def filters_said(frame: Frame) -> str:
    words, scope = frame.words, frame.scope
    n = len(scope.filters)
    return words.join(span_said(frame), words.fill("filters_n", n=words.number(n)) if n else None)


def span_said(frame: Frame) -> str:
    words, scope = frame.words, frame.scope
    if scope.span == "custom":
        return words.days_from(scope.first_day, scope.last_day)
    return words[f"span_{scope.span}"]


def opened(label: str, value: str, changed: bool, inside: Sequence[Component | None], wide: bool = False) -> Component:
    return html.Details(
        [
            html.Summary([html.Span(label), html.B(value)]),
            html.Div(list(inside), className="list-of wide" if wide else "list-of"),
        ],
        className="f on" if changed else "f",
        **data(field=""),
    )


def time_field(frame: Frame) -> Component:
    words, scope = frame.words, frame.scope
    usual = [
        html.A(words[f"span_{span}"], href=frame.link(scope.over(span)), **chosen(scope.span == span))
        for span in SPANS
        if span != "custom"
    ]
    rest = [
        html.Span(Input(type="hidden", name=name, value=values_text(values)))
        for name, values in {**scope.filters, "lang": (words.language,)}.items()
    ]
    if scope.versus != "before":
        rest.append(html.Span(Input(type="hidden", name="vs", value=scope.versus)))
    form = html.Form(
        [
            html.Label(
                [html.Span(words["span_from"]), Input(type="date", name="from", value=scope.first_day.isoformat())]
            ),
            html.Label([html.Span(words["span_to"]), Input(type="date", name="to", value=scope.last_day.isoformat())]),
            *rest,
            html.Button(words["show"], type="submit"),
        ],
        action=f"/explore/{scope.area}",
        method="get",
        className="days",
    )
    long = scope.span not in ("custom", "all")
    days = words.days_from(scope.first_day, scope.last_day)
    value = words.join(span_said(frame), days) if long else span_said(frame)
    return opened(words["span"], value, scope.span != USUAL, [*usual, form], wide=True)


def versus_field(frame: Frame) -> Component:
    words, scope = frame.words, frame.scope
    links = [
        html.A(words[f"versus_{one}"], href=frame.link(replaced(scope, one)), **chosen(scope.versus == one))
        for one in ("before", "year", "none")
    ]
    return opened(words["versus"], words[f"versus_{scope.versus}"], scope.versus != "before", links)


def replaced(scope: Scope, versus: Any) -> Scope:
    return replace(scope, versus=versus, page=1)


def filter_field(frame: Frame, name: str, choices: Sequence[Choice]) -> Component:
    words, scope = frame.words, frame.scope
    labels = {choice.value: choice.label for choice in choices}
    selected = scope.chosen(name)
    value = words.join(*(labels.get(one, one) for one in selected)) or words.fill(
        "filter_all", n=words.number(len(choices))
    )
    everything = html.A(words["filter_any"], href=frame.link(scope.choosing(name)), **chosen(not selected))
    links = [
        html.A(
            [html.Span(choice.label), html.Em(words.number(choice.n)) if choice.n is not None else None],
            href=frame.link(scope.choosing(name, choice.value)),
            **chosen(choice.value in selected),
        )
        for choice in choices
    ]
    return opened(words[f"filter_{name}"], value, bool(selected), [everything, *links])


def chosen(is_so: bool) -> dict[str, Any]:
    return aria(current="true") if is_so else {}


def address(frame: Frame) -> Component:
    words = frame.words
    asks = [html.A(words[key], href=frame.link(asked)) for key, asked in frame.asks]
    return html.Div(
        [
            html.Span(words["page_address"]),
            html.Code(frame.scope.address()),
            html.Button(words["address_copy"], type="button", className="copy", **data(done=words["address_copied"])),
            html.Nav([html.Span(words["asks"]), *asks], className="asks", **aria(label=words["asks"]))
            if asks
            else None,
        ],
        className="address-of",
    )


def notes(frame: Frame) -> list[Component]:
    """What the address asked for and could not be had, in sentences."""
    words = frame.words
    return [
        html.P([icon("doubt"), html.Span(words.fill(note.key, value=note.value))], className="noted", role="status")
        for note in frame.scope.notes
    ]


def doubt(frame: Frame) -> Component | None:
    """What is wrong with our knowledge of the past, where anything is."""
    words = frame.words
    said = []
    if frame.alone:
        said.append(words["history_alone"])
    if frame.broken:
        said.append(words.fill("history_broken", files=", ".join(frame.broken)))
    if frame.at["freshness"] not in ("live", "late"):
        since = words.time(frame.at["as_of"], frame.visit.at.isoformat())
        said.append(words.fill("history_old", reason=frame.at["reason"] or words["source_silent"], time=since))
    if not said:
        return None
    return html.Div([icon("stale"), html.Div([html.P(one) for one in said])], className="in-doubt", role="status")


def failed_page(frame: Frame, reason: str) -> list[Component]:
    """The page where the past does not answer: everything but the numbers."""
    words = frame.words
    void = html.Section(
        [
            icon("failed"),
            html.B(words["history_failed"]),
            html.P(reason),
            html.A(words["again"], href=frame.link(frame.scope)),
        ],
        className="void",
        role="status",
    )
    return explore_page(frame, [void])
