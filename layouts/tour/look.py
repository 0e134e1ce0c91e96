"""What a visitor finds who looks around: the numbers of every area, where they come from, and the applications."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import AppCell, AppsReading, BedsReading, ComplaintsReading, SourceState, TrafficReading
from collectors.readings.water_shape import WaterReading
from collectors.source import Area
from layouts.fields import Input
from layouts.frame import Readings, data, icon
from layouts.tour.facts import FACTS
from layouts.tour.phone import draw_fact
from layouts.tour.visit import Follower
from layouts.words import UNKNOWN, Words

AREAS: tuple[Area, ...] = ("complaints", "beds", "traffic", "apps", "water")
ORDER = ("down", "degraded", "maintenance", "unknown", "up")
STATUS_SHAPES = {
    "up": "c-done",
    "degraded": "late",
    "down": "failed",
    "unknown": "never",
    "maintenance": "maintenance",
}
Part = tuple[str, str]
"""What is counted, and how many."""


def draw_look(who: Follower, readings: Readings, known: Sequence[Area]) -> list[Component]:
    """Every area that has a source, with its numbers; first of all the applications, which one can search."""
    words = who.words
    areas = [area for area in AREAS if area in known]
    cards = [
        html.Section(
            [
                html.H2(words[area]),
                html.Dl([draw_fact(name, readings, words) for name in facts_in(area)], className="facts"),
                html.P(
                    [
                        html.A([html.Span(words["tour_apps"]), icon("right")], href=who.at("/apps"))
                        if area == "apps"
                        else None,
                        html.A([html.Span(words["tour_from"]), icon("right")], href=who.at(f"/from/{area}")),
                    ],
                    className="ways",
                ),
            ],
            className="card",
        )
        for area in areas
    ]
    return [html.H1(words["tour_look_title"]), html.P(words["tour_look_text"], className="lead"), *cards]


def facts_in(area: Area) -> list[str]:
    return [name for name, fact in FACTS.items() if fact.area == area]


def draw_from(who: Follower, area: Area, readings: Readings, sources: Sequence[SourceState]) -> list[Component]:
    """What an area's numbers are made of, and who says so."""
    words = who.words
    parts = parts_of(area, readings, words)
    table = html.Dl([html.Div([html.Dt(name), html.Dd(html.B(count))]) for name, count in parts], className="parts")
    return [
        html.P(html.A([icon("left"), html.Span(words["tour_looking"])], href=who.at("/look")), className="up"),
        html.H1(words[area]),
        html.Section(
            html.Dl([draw_fact(name, readings, words) for name in facts_in(area)], className="facts"), className="card"
        ),
        *([html.Section([html.H2(words[f"tour_parts_{area}"]), table], className="card")] if parts else []),
        html.Section(
            [
                html.H2(words["tour_from"]),
                html.P(words["tour_from_text"]),
                html.Ul([source_line(source, words) for source in sources], className="sources"),
            ],
            className="card",
        ),
    ]


def parts_of(area: Area, readings: Readings, words: Words) -> list[Part]:
    """The parts of an area's number; none while nothing is known, or where another version of the program stored it."""
    reading = readings.get(area)
    if reading is None or reading["as_of"] is None:
        return []
    try:
        return PARTS[area](cast(Any, reading), words)
    except (KeyError, TypeError):
        return []


def source_line(source: SourceState, words: Words) -> Component:
    state = words["tour_source_paused"] if source.get("paused") else words[f"tour_source_{source['freshness']}"]
    return html.Li(
        [
            html.P([html.B(source["name"]), html.Span([icon("state"), html.Span(state)], className="state")]),
            html.P(words.fill("tour_from_owner", owner=source["owner"])),
            html.P(words.fill("tour_from_due", time=words.span(source["cadence"]))),
            html.P(
                [
                    html.Span(f"{words['tour_from_as_of']}: "),
                    html.Span("", className="ago", **data(since=source["as_of"] or "")),
                ]
            ),
        ],
        **data(freshness=source["freshness"]),
    )


def draw_apps(who: Follower, reading: AppsReading | None, asked: str) -> list[Component]:
    """The applications whose name holds what was asked for, all of them for "", those in trouble first."""
    words = who.words
    cells = list(reading["cells"]) if reading is not None and reading["as_of"] is not None else []
    found = [cell for cell in cells if all(part in wanted(cell) for part in asked.casefold().split())]
    found.sort(key=lambda cell: (ORDER.index(cell["status"]), cell["name"].casefold()))
    search = html.Form(
        [
            html.Label(words["tour_apps_search"], htmlFor="q", className="unseen"),
            Input(id="q", name="q", type="search", value=asked, placeholder=words["tour_apps_hint"], maxLength="60",
                  autoComplete="off"),
            Input(name="lang", type="hidden", value=words.language),
            html.Button(words["tour_apps_find"], type="submit"),
        ],
        action=f"/t/{who.code}/apps",
        method="get",
        className="search",
        role="search",
    )  # fmt: skip
    up, total = (reading["up"], reading["total"]) if cells and reading is not None else (None, None)
    lines = [app_line(cell, words) for cell in found]
    since = reading["as_of"] if reading is not None else None
    told = [
        html.Span(words.fill("tour_apps_found", n=words.number(len(found)))),
        html.A(words["tour_apps_all"], href=who.at("/apps")) if asked else None,
    ]
    return [
        html.P(html.A([icon("left"), html.Span(words["tour_looking"])], href=who.at("/look")), className="up"),
        html.H1(words["tour_apps"]),
        html.P(
            [
                html.Span(words.fill("tour_apps_up", up=words.number(up), total=words.number(total))),
                html.Span("", className="ago", **data(since=since or "")),
            ],
            className="lead",
        ),
        search,
        html.Section(
            [html.P(told, className="told"), html.Ul(lines, className="apps")]
            if found
            else [html.P(words["tour_apps_none"]), html.P(html.A(words["tour_apps_all"], href=who.at("/apps")))],
            className="card",
        ),
    ]


def wanted(cell: AppCell) -> str:
    return f"{cell['name']} {cell.get('category') or ''}".casefold()


def app_line(cell: AppCell, words: Words) -> Component:
    status = cell["status"]
    return html.Li(
        [
            html.Div([html.B(words.name("app", cell["name"])), html.Span(words[f"tour_apps_{cell['group']}"])]),
            html.Span([icon(STATUS_SHAPES[status]), html.Span(words[f"tour_app_{status}"])], className="state"),
        ],
        **data(status=status),
    )


def complaint_parts(reading: ComplaintsReading, words: Words) -> list[Part]:
    return [(one["name"], words.number(one["waiting"])) for one in reading["by_district"]]


def bed_parts(reading: BedsReading, words: Words) -> list[Part]:
    return [
        (words.name("class", one["name"] or one["code"]), words.part(one["free"], one["capacity"]))
        for one in reading["classes"]
    ]


def traffic_parts(reading: TrafficReading, words: Words) -> list[Part]:
    kinds = sorted(reading["by_kind"].items(), key=lambda one: -one[1])
    return [(words[f"kind_{kind}"], words.number(count)) for kind, count in kinds]


def app_parts(reading: AppsReading, words: Words) -> list[Part]:
    counts: Mapping[str, int | None] = {
        "up": reading["up"],
        "degraded": reading["degraded"],
        "down": reading["down"],
        "maintenance": reading.get("maintenance"),
        "unknown": reading["unknown"],
    }
    return [(words[f"tour_app_{status}"], words.number(count)) for status, count in counts.items()]


def water_parts(reading: WaterReading, words: Words) -> list[Part]:
    return [
        (
            words.name("post", post["post"]),
            words.join(
                words.centimetres(post["level_cm"]) if post["reporting"] else UNKNOWN,
                words.fill("siaga", n=words.number(post["siaga"])) if post["siaga"] and post["reporting"] else None,
            ),
        )
        for post in reading["posts"]
    ]


PARTS: Mapping[Area, Callable[[Any, Words], list[Part]]] = {
    "complaints": complaint_parts,
    "beds": bed_parts,
    "traffic": traffic_parts,
    "apps": app_parts,
    "water": water_parts,
}
