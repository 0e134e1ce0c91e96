"""/replay: what plays where, a day on a line with its alarms, and the buttons; assets/replay.js fills it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts import TILES
from layouts.card import Visit
from layouts.fields import Input
from layouts.frame import data, icon
from layouts.paper import aria, paper
from layouts.words import Words

SPEEDS = (1, 5, 15, 60)
SAYS = (
    "replay_none", "replay_plays", "replay_paused", "replay_times", "replay_lasted", "replay_lasts", "replay_this",
    "replay_drill", "replay_kept", "replay_refused", "replay_lost", "replay_nothing", "replay_no_alarms", "replay_stop",
    "replay_pause", "replay_play", "replay_unrecorded", "replay", "drill", "replay_script", "replay_begin",
    "replay_no_scripts",
)  # fmt: skip


def draw_replay(screens: Sequence[str], hours: int, demo: bool, visit: Visit) -> list[Component]:
    """`hours` is for how long is recorded, 0 where nothing is."""
    words = visit.words
    say = {key: words[key] for key in SAYS} | {f"tile_{name}": words[name] for name in TILES}
    why = words.fill("replay_why", n=words.number(hours)) if hours else words["replay_off"]
    title = html.Section([html.H1(words["replay_page"]), html.P(why, className="why")], className="title")
    now = html.Section(
        [html.H2(words["replay_now"]), html.Ul([], className="plays"), html.P("", className="lost", role="status")],
        className="block now",
    )
    head = html.Div(
        [
            choice("on", words["replay_on"], [(name, name) for name in screens]),
            choice("of", words["replay_of"], [(name, name) for name in screens]),
            choice("kind", words["replay_kind"], [(one, words[f"replay_as_{one}"]) for one in ("replay", "drill")]),
        ],
        className="choices",
    )
    desk = html.Section(
        [
            head,
            timeline(words),
            html.Div(
                [
                    press("play", words["replay_play"], "first"),
                    press("pause", words["replay_pause"]),
                    html.Div(
                        [
                            html.Span(words["replay_speed"], className="of"),
                            *(
                                html.Button(words.fill("replay_times", n=one), type="button", **data(speed=str(one)))
                                for one in SPEEDS
                            ),
                        ],
                        className="speeds",
                        role="group",
                        **aria(label=words["replay_speed"]),
                    ),
                    press("before", words["replay_before"]),
                    press("after", words["replay_after"]),
                    press("today", words["replay_today"]),
                    press("stop", words["replay_stop"], "end"),
                ],
                className="orders",
            ),
            html.P("", className="answer", role="alert"),
        ],
        className="block desk",
        id="replay",
        **data(say=json.dumps(say, ensure_ascii=False)),
    )
    alarms = html.Section(
        [
            html.Header([html.H2(words["replay_alarms"]), html.Span("", className="kept")]),
            html.Table(html.Tbody([]), className="list alarms"),
            html.P(words["replay_visitors"], className="foot-of"),
        ],
        className="block",
    )
    scripts = html.Section(
        [
            html.H2(words["replay_scripts"]),
            html.P(words["replay_scripts_why"], className="foot-of"),
            html.Ul([], className="scripts"),
        ],
        className="block",
    )
    return paper([title, now, desk, alarms, scripts], "/replay", "", demo, "/api/v1/replays", visit, NAV)


NAV = (("/screens", "remote"), ("/replay", "nav_replay"), ("/sources", "nav_sources"))


def choice(name: str, label: str, options: Sequence[tuple[str, str]]) -> Component:
    made = [html.Option(text, value=value) for value, text in options]
    return html.Label([html.Span(label), html.Select(made, **data(choice=name))])


def press(act: str, text: str, classes: str = "") -> Component:
    return html.Button(text, type="button", className=classes, **data(act=act))


def timeline(words: Words) -> Component:
    """The last day: what is recorded, where an alarm began, and the moment that is chosen."""
    return html.Div(
        [
            html.Div([html.B("–", className="at"), html.Span("", className="date")], className="moment"),
            html.Div(
                [
                    html.Div([], className="stretches", **aria(hidden="true")),
                    html.Div([], className="marks"),
                    Input(type="range", className="slider", **aria(label=words["replay_moment"])),
                    html.Div([], className="hours", **aria(hidden="true")),
                ],
                className="line",
            ),
            html.P([icon("alarm"), html.Span(words["replay_alarms"])], className="key"),
        ],
        className="timeline",
    )
