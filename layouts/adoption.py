"""/adoption: which regions took over which applications, and how far: counts kept apart, each fact with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_date
from dash import html
from dash.development.base_component import Component

from collectors.adoption import OF_REGIONS, STAGES, Adopted, Region, StageCount, applications_of, counted, regions_of
from layouts.card import Visit
from layouts.explore.page import NAV, tabs
from layouts.explore.parts import kpi
from layouts.frame import data
from layouts.paper import aria, paper
from layouts.raw import Raw
from layouts.words import UNKNOWN, Words

BARS = 5


def draw_adoption(facts: Sequence[Adopted], names: Mapping[str, str], visit: Visit) -> list[Component]:
    """`names` are of applications by id."""
    words = visit.words
    regions = regions_of(facts)
    head = html.Div(
        [
            html.H1(words["adoption"]),
            html.P(words["adoption_why"], className="adopt-why"),
            html.Div(
                html.Button(words["page_print"], type="button", className="print", id="print"), className="acts-of"
            ),
        ],
        className="x-head",
    )
    if facts:
        body: list[Component] = [
            head,
            html.Div([count(one, words) for one in counted(regions)], className="kpis stages"),
            matrix(regions, names, words),
            listed(facts, names, words),
        ]
    else:
        void = html.Div([html.B(words["adopt_empty"]), html.P(words["adopt_empty_why"])], className="void")
        body = [head, html.Section(void, className="x-card")]
    return paper(body, "/adoption", "", False, "/api/v1/adoption", visit, NAV, tabs(words))


def count(one: StageCount, words: Words) -> Component:
    """A stage's number, and of what it is one. Where no source tells of any that is unknown, not 0."""
    stage = one["stage"]
    of_regions = stage in OF_REGIONS or stage is None
    unit = "adopt_of_named" if stage is None else "adopt_of_regions" if of_regions else "adopt_of_pairs"
    if not one["regions"]:
        return kpi(words[f"adopt_{stage}"], UNKNOWN, [html.Span(words["adopt_none"]), ladder(stage)])
    more = None if of_regions else words.fill("adopt_also_regions", n=words.number(one["regions"]))
    return kpi(
        words[f"adopt_{stage}"], words.number(one["regions" if of_regions else "pairs"]),
        [html.Span(words[unit]), ladder(stage)], more,
    )  # fmt: skip


def ladder(stage: str | None) -> Component:
    """How far it is, as a shape: the more bars are filled, the further; crossed where over, dashed where not said."""
    filled = BARS if stage == "stopped" else 0 if stage is None else STAGES.index(stage) + 1
    bars = "".join(
        f'<path class="{"on" if bar < filled else ""}" d="M{1.5 + bar * 6} {15 - bar * 2.6:.1f}h4V17h-4z"/>'
        for bar in range(BARS)
    )
    over = '<path class="over" d="M0 17L32 2"/>' if stage == "stopped" else ""
    return Raw(
        f'<svg class="ladder-of of-{stage}" width="32" height="19" viewBox="0 0 32 19" aria-hidden="true">'
        f"{bars}{over}</svg>"
    )


def since(text: str | None, words: Words) -> str:
    """A year, a month or a day, as exact as it is known."""
    if text is None:
        return UNKNOWN
    whole = date.fromisoformat(f"{text}-01-01"[:10] if len(text) < 10 else text)
    pattern = {4: "y", 7: "MMM y"}.get(len(text), "d MMM y")
    return str(format_date(whole, pattern, locale=words.language))


def matrix(regions: Sequence[Region], names: Mapping[str, str], words: Words) -> Component:
    each = applications_of(regions)
    columns: list[str | None] = [*each]
    if any(None in region.at for region in regions):
        columns.append(None)
    label = {id: names.get(id, id) if id is not None else words["adopt_no_app"] for id in columns}
    heads = [html.Th(words["adopt_region"], scope="col"), *(html.Th(label[id], scope="col") for id in columns)]
    rows = [
        html.Tr(
            [
                html.Th([html.Span(region.name), html.Small(region.code or words["adopt_code_unknown"])], scope="row"),
                *(stage_cell(region, id, label[id], words) for id in columns),
            ]
        )
        for region in regions
    ]
    sums = [
        html.Td(
            words.fill("adopt_regions_n", n=words.number(sum(region.at[id].stage == "live" for region in having))),
            **data(label=label[id]),
        )
        for id in each
        if (having := [region for region in regions if id in region.at])
    ]
    rest = [html.Td()] if None in columns else []
    table = html.Table(
        [
            html.Thead(html.Tr(heads)),
            html.Tbody(rows),
            html.Tfoot(html.Tr([html.Th(words["adopt_live_sum"], scope="row"), *sums, *rest])) if each else None,
        ],
        className="list adopt-matrix",
    )
    return panel(
        "matrix",
        words["adopt_matrix"],
        html.Div(table, className="scroll"),
        words["adopt_def"],
        words["adopt_matrix_how"],
    )


def stage_cell(region: Region, id: str | None, label: str, words: Words) -> Component:
    fact = region.at.get(id)
    if fact is None:
        return html.Td(html.Span("·", **aria(label=UNKNOWN)), className="none", **data(label=label))
    said = html.A(words[f"adopt_{fact.stage}"], href=f"#{anchor(fact)}")
    return html.Td([ladder(fact.stage), said, html.Small(since(fact.since, words))], **data(label=label))


def listed(facts: Sequence[Adopted], names: Mapping[str, str], words: Words) -> Component:
    heads = ("adopt_region", "adopt_application", "adopt_stage", "adopt_since", "adopt_sources")
    rows = [
        html.Tr(
            [
                html.Th(
                    [html.Span(fact.region), html.Small(fact.region_code or words["adopt_code_unknown"])], scope="row"
                ),
                html.Td(names.get(fact.application, fact.application) if fact.application else words["adopt_no_app"]),
                html.Td([ladder(fact.stage), words[f"adopt_{fact.stage}"]], className="stage-of"),
                html.Td(since(fact.since, words)),
                html.Td([html.A(host(one), href=one, rel="noreferrer") for one in fact.sources], className="from-of"),
            ],
            id=anchor(fact),
        )
        for fact in sorted(facts, key=lambda one: (one.region.casefold(), one.since or ""))
    ]
    table = html.Table(
        [html.Thead(html.Tr([html.Th(words[head], scope="col") for head in heads])), html.Tbody(rows)],
        className="list adopt-facts",
    )
    n = words.fill("adopt_facts_n", n=words.number(len(facts)), regions=words.number(len({one.key for one in facts})))
    return panel("facts", words["adopt_facts"], html.Div(table, className="scroll"), n)


def panel(name: str, title: str, body: Component, foot: str, how: str | None = None) -> Component:
    parts: list[Any] = [
        html.Header(html.H2(title, id=f"h-{name}")),
        html.P(how, className="how") if how else None,
        body,
        html.Footer(html.Span(foot)),
    ]
    return html.Section(parts, className=f"x-card c-{name}", **aria(labelledby=f"h-{name}"))


def anchor(fact: Adopted) -> str:
    parts = (fact.key, fact.application or "", fact.stage or "", fact.since or "")
    return "-".join(["fact", *("".join(one for one in part if one.isalnum()) for part in parts)])


def host(address: str) -> str:
    return (urlsplit(address).hostname or address).removeprefix("www.")
