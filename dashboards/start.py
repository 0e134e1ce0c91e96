"""The start page: where to go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from collectors.source import EVERY_AREA
from dashboards.screen import Language, Screen
from layouts.words import Words

MACHINES = (
    "/api/v1/screens",
    "/api/v1/openapi.json",
    "/api/v1/sources",
    "/api/v1/owners",
    "/api/v1/reliability",
    "/api/v1/history",
    "/api/v1/brief",
    "/api/v1/adoption",
    "/api/v1/readings/complaints",
    "/metrics",
    "/version",
    "/healthz",
    "/readyz",
)


def start_page(screens: Mapping[str, Screen], words: Words, languages: Sequence[Language]) -> Component:
    """Every address a person may want, in the order they will want it."""
    walls = [
        html.Li(html.A([html.B(words.fill("start_wall", name=name)), html.Span(f"/wall/{name}")], href=f"/wall/{name}"))
        for name in screens
    ]
    walls.append(html.Li(html.A([html.B(words["remote"]), html.Span("/screens")], href="/screens")))
    led = linked([("guide_title", "/tour"), ("replay_page", "/replay")], words)
    past = [(area, f"/explore/{area}") for area in EVERY_AREA]
    lead = [
        ("nav_brief", "/brief"),
        ("nav_adoption", "/adoption"),
        ("sources_page", "/sources"),
        ("league", "/owners"),
        ("cards", "/cards"),
    ]
    machines = [html.Li(html.A(html.Span(address), href=address)) for address in MACHINES]
    other = [html.A(language.upper(), href=f"/?lang={language}", lang=language) for language in languages]
    return html.Main(
        [
            html.Header([html.H1("Live Room"), html.P(words.city), html.Nav(other)]),
            html.Section([html.H2(words["start_walls"]), html.Ul([*walls, *led])]),
            html.Section([html.H2(words["start_past"]), html.Ul(linked(past, words))], className="pages past"),
            html.Section([html.H2(words["start_pages"]), html.Ul(linked(lead, words))], className="pages"),
            html.Section([html.H2(words["start_machines"]), html.Ul(machines)]),
        ],
        className="start",
        lang=words.language,
    )


def linked(pages: Sequence[tuple[str, str]], words: Words) -> list[Component]:
    """Pages by name and address."""
    return [
        html.Li(html.A([html.B(words[key]), html.Span(path)], href=f"{path}?lang={words.language}"))
        for key, path in pages
    ]
