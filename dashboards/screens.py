"""The page /screens: every browser that shows the wall, and the remote control of each screen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from dashboards.screen import Language, Screen
from layouts.frame import data
from layouts.words import Words

KEYS = (
    "alive", "dead", "board", "up", "silent", "painted", "heap", "skew", "build", "panel", "none", "shows", "turns",
    "lost", "refused",
)  # fmt: skip


def screens_page(screens: Mapping[str, Screen], words: Words, languages: Sequence[Language]) -> Component:
    """The frame of it; assets/remote.js and guests.js ask every two seconds and fill it."""
    other = [html.A(language.upper(), href=f"/screens?lang={language}", lang=language) for language in languages]
    said = {key: words[f"remote_{key}"] for key in KEYS} | {mode: words[mode] for mode in ("replay", "drill")}
    return html.Main(
        [
            html.Header([html.H1(words["remote"]), html.P(words.city), html.Nav(other)]),
            html.P(words["remote_hint"], className="hint"),
            html.P("", className="lost", hidden=True, role="status"),
            html.Div(
                [
                    html.Button(words["guests_all"], type="button", **data(guests="")),
                    html.Span(words["guests_hint"], className="hint"),
                ],
                className="orders guests",
            ),
            *(_screen(screen, words) for screen in screens.values()),
        ],
        id="remote",
        className="start remote",
        lang=words.language,
        **data(say=json.dumps(said, ensure_ascii=False), words=words.browser()),
    )


def _screen(screen: Screen, words: Words) -> Component:
    boards = [_button(screen, board.name, "board", board.name) for board in screen.boards]
    tiles = [_button(screen, words[name], "tile", name) for name in screen.tiles if name not in ("band", "foot")]
    always = [
        _button(screen, words["remote_back"], "back", ""),
        _button(screen, words["remote_reload"], "reload", ""),
        html.Button(words["guests_here"], type="button", **data(guests=screen.name)),
    ]
    return html.Section(
        [
            html.H2([html.A(screen.name, href=f"/wall/{screen.name}"), html.Span("", className="shows")]),
            html.Div("", className="browsers"),
            html.Div([html.H3(words["remote_boards"]), *boards, *always], className="orders"),
            html.Div([html.H3(words["remote_tiles"]), *tiles], className="orders"),
            html.P("", className="answer", role="status"),
        ],
        **data(screen=screen.name),
    )


def _button(screen: Screen, text: str, what: str, name: str) -> Component:
    return html.Button(text, type="button", **data(order=what, name=name, on=screen.name))
