"""/explore/traffic: where, when and what, and how long until it was cleared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from collectors.questions.traffic import ROWS, Answer, Report, Sums
from layouts.explore.charts import Line, bars, by_day, by_hour, days_between
from layouts.explore.page import Choice, Frame, explore_page
from layouts.explore.parts import (
    age_since,
    card,
    cell,
    change,
    drop_one,
    kpi,
    moved_on,
    pages,
    shown_days,
    span_of,
    table,
    void,
)
from layouts.explore.places import place_map
from layouts.frame import data, icon
from layouts.map_svg import Drawing
from layouts.words import UNKNOWN

STATES = ("open", "ended", "unknown")


@dataclass(frozen=True, slots=True)
class Places:
    """The city's map, and its places by code."""

    city: Drawing
    districts: Mapping[str, str]
    subdistricts: Mapping[str, str]

    def name(self, one: Report) -> str | None:
        names = (self.subdistricts.get(one.subdistrict or ""), self.districts.get(one.district or ""))
        return ", ".join(name for name in names if name) or None


def traffic_page(frame: Frame, answer: Answer, places: Places) -> list[Component]:
    return explore_page(
        frame,
        [
            html.Div(kpis(frame, answer), className="kpis five"),
            html.Div([flow(frame, answer), where(frame, answer, places)], className="row wide-left"),
            html.Div([kinds(frame, answer), when(frame, answer)], className="row wide-left even"),
            html.Div([cleared(frame, answer), roads(frame, answer)], className="row halves"),
            listed(frame, answer, places),
        ],
    )


def kpis(frame: Frame, answer: Answer) -> list[Component]:
    words, total, before = frame.words, answer.total, answer.before
    oldest = answer.open_now.oldest[0] if answer.open_now.oldest else None
    since = [html.Span(words["oldest"]), age_since(oldest.started)] if oldest else words["no_target"]
    checked = words.part(total.verified, total.n)
    return [
        kpi(
            words["kpi_open"], words.number(answer.open_now.n), since, of=words["now"],
            link=frame.link(frame.scope.over("all").choosing("state", "open")),
        ),
        kpi(
            words["kpi_reports"], words.number(total.n), words["no_target"],
            change(words, total.n, before.n if before else None), of=span_of(frame),
        ),
        kpi(
            words["kpi_cleared"], words.lasted(total.cleared_median), words["no_target"],
            words.fill("was", n=words.lasted(before.cleared_median)) if before and before.ended else None,
            of=words.fill("n", n=words.number(total.ended)),
        ),
        kpi(
            words["kpi_cleared_90"], words.lasted(total.cleared_p90), words["no_target"],
            words.fill("was", n=words.lasted(before.cleared_p90)) if before and before.ended else None,
            of=words.fill("n", n=words.number(total.ended)),
        ),
        kpi(
            words["kpi_verified"], words.share(total.verified, total.n), words["no_target"],
            words.fill("was", n=words.share(before.verified, before.n)) if before and before.n else None, of=checked,
        ),
    ]  # fmt: skip


def flow(frame: Frame, answer: Answer) -> Component:
    words = frame.words
    first, last = shown_days(frame, answer.first)
    counts = {day: float(answer.days[day].n) if day in answer.days else 0.0 for day in days_between(first, last)}
    lines = [Line("main", words["line_reports"], dict(counts))]
    if answer.days_before:
        n = words.number(sum(one.n for one in answer.days_before.values()))
        moved = moved_on({day: float(one.n) for day, one in answer.days_before.items()}, frame)
        lines.append(Line("ghost", words.fill("line_before_n", n=n), moved))
    body = [by_day(frame, lines, first, last)] if answer.total.n else [void(words, link=drop_one(frame))]
    n = words.fill("n", n=words.number(answer.total.n))
    return card(frame, "flow", words["reports_by_day"], body, words["def_traffic"], n)


def where(frame: Frame, answer: Answer, places: Places) -> Component:
    words = frame.words
    outside = answer.districts.get("", Sums()).n
    counts = {code: one.n for code, one in answer.subdistricts.items() if code}
    districts = {code: one.n for code, one in answer.districts.items() if code}
    unplaced = words.fill("unplaced_n", n=words.number(outside)) if outside else None
    n = words.join(words.fill("n", n=words.number(answer.total.n)), unplaced)
    shown = place_map(frame, places.city, counts, districts, words["per_subdistrict"])
    return card(frame, "where", words["where"], [shown], words["def_where"], n, how=words["where_traffic"])


def kinds(frame: Frame, answer: Answer) -> Component:
    words = frame.words
    ordered = sorted(answer.kinds.items(), key=lambda one: -one[1].n)
    rows = [Choice(kind, words[f"kind_{kind}"], one.n) for kind, one in ordered if kind]
    body = [bars(frame, "kind", rows) if rows else void(words, link=drop_one(frame))]
    n = words.fill("n", n=words.number(answer.total.n))
    return card(frame, "kinds", words["by_kind"], body, words["def_traffic"], n)


def when(frame: Frame, answer: Answer) -> Component:
    words = frame.words
    n = words.fill("n", n=words.number(answer.total.n))
    shown = by_hour(frame, answer.hours, words["line_reports"])
    return card(frame, "when", words["when_traffic"], [shown], words["def_when_traffic"], n)


def cleared(frame: Frame, answer: Answer) -> Component:
    """How long until cleared, by kind."""
    words = frame.words
    rows = []
    for kind, one in sorted(answer.kinds.items(), key=lambda each: -(each[1].cleared_median or 0)):
        if not one.n:
            continue
        name = html.A(words[f"kind_{kind}"], href=frame.link(frame.scope.toggling("kind", kind)))
        rows.append(
            html.Tr(
                [
                    html.Th([icon(f"k-{kind}"), name], scope="row"),
                    cell(words, "head_reports", words.number(one.n)),
                    cell(words, "head_open", words.number(one.open), "" if one.open else "zero"),
                    cell(words, "head_median_cleared", words.lasted(one.cleared_median), "key-of"),
                    cell(words, "head_p90", words.lasted(one.cleared_p90), "key-of"),
                    cell(words, "head_ended", words.number(one.ended), "key-of of"),
                ]
            )
        )
    columns = ("head_reports", "head_open", "head_median_cleared", "head_p90", "head_ended")
    shown = table(words, [("head_kind", ""), *((key, "n") for key in columns)], rows, "league-of")
    body = [shown if rows else void(words, link=drop_one(frame))]
    unknown = words.fill("end_unknown", n=words.number(answer.total.unknown)) if answer.total.unknown else None
    n = words.join(words.fill("n", n=words.number(answer.total.ended)), unknown)
    return card(frame, "cleared", words["until_cleared"], body, words["def_cleared"], n)


def roads(frame: Frame, answer: Answer) -> Component:
    words = frame.words
    rows = [
        html.Tr(
            [
                html.Th(words.road(road) if road else words["not_said"], scope="row"),
                cell(words, "head_reports", words.number(one.n), "key-of"),
                cell(words, "head_open", words.number(one.open), "key-of" if one.open else "key-of zero"),
                cell(words, "head_median_cleared", words.lasted(one.cleared_median), "key-of"),
            ]
        )
        for road, one in list(answer.roads.items())[:12]
    ]
    heads = [("head_road", ""), ("head_reports", "n"), ("head_open", "n"), ("head_median_cleared", "n")]
    body = [table(words, heads, rows, "league-of") if rows else void(words, link=drop_one(frame))]
    n = words.fill("n", n=words.number(answer.total.n))
    return card(frame, "roads", words["by_road"], body, words["def_traffic"], n)


def listed(frame: Frame, answer: Answer, places: Places) -> Component:
    words, scope, total = frame.words, frame.scope, answer.total.n
    n = words.fill("n", n=words.number(total))
    if not answer.rows:
        return card(
            frame, "reports", words["traffic_reports"], [void(words, link=drop_one(frame))], words["def_reports"], n
        )
    keys = (
        "head_began",
        "head_kind",
        "head_road",
        "head_place",
        "head_level",
        "head_checked",
        "head_source",
        "head_cleared",
    )
    rows = [row(frame, one, places) for one in answer.rows]
    shown = table(words, [(key, "n" if key == "head_cleared" else "") for key in keys], rows, "reports-of")
    turn = pages(frame, (scope.page - 1) * ROWS + 1, len(answer.rows), total)
    return card(frame, "reports", words["traffic_reports"], [shown, turn], words["def_reports"], n)


def row(frame: Frame, one: Report, places: Places) -> Component:
    words, now = frame.words, frame.visit.at.isoformat()
    checked = "unknown" if one.verified is None else "yes" if one.verified else "no"
    lasted = words.lasted(one.open_s) if one.state == "ended" else words[f"state_{one.state}"]
    return html.Tr(
        [
            html.Td(words.time(one.started.isoformat(), now), **data(label=words["head_began"])),
            html.Th([icon(f"k-{one.kind}"), words[f"kind_{one.kind}"]], scope="row"),
            html.Td(words.road(one.road) if one.road else UNKNOWN, **data(label=words["head_road"])),
            html.Td(places.name(one) or words["place_unknown"], **data(label=words["head_place"])),
            html.Td(words.number(one.level), **data(label=words["head_level"])),
            html.Td(
                [icon("verified" if one.verified else "unverified"), words[f"checked_{checked}"]], className="status"
            ),
            html.Td(one.source, **data(label=words["head_source"])),
            html.Td(lasted, className="n", **data(label=words["head_cleared"])),
        ]
    )
