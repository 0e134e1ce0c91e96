"""The guide's two pages: what is needed to start a tour, and the remote that leads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts import TILES
from layouts.fields import Input
from layouts.frame import data, icon
from layouts.tour.script import Script
from layouts.tour.visit import UNREAD
from layouts.words import Words

SAID = (
    "guide_answered", "guide_close_poll", "guide_connected", "guide_end", "guide_ended", "guide_ended_text",
    "guide_handed", "guide_handed_text", "guide_last", "guide_lent", "guide_looking", "guide_lost", "guide_new",
    "guide_next", "guide_nobody_looking", "guide_on_wall", "guide_open_poll", "guide_over_time", "guide_pause",
    "guide_poll_closed", "guide_poll_open", "guide_poll_shown", "guide_pull", "guide_qr_back", "guide_qr_until",
    "guide_no_answer", "guide_refused", "guide_refused_taken", "guide_refused_many", "guide_refused_no_poll",
    "guide_refused_store", "guide_reopen", "guide_resume", "guide_show_poll", "guide_spent", "guide_start",
    "guide_start_none", "guide_tour_time", "guide_unseen", "guide_alarm", "guide_alarm_text",
    "guide_hand_over", "guide_take_back", "guide_code", "tour_n_of", "tour_no_link", "tour_poll", "tour_quiz",
    "tour_right", "tour_step",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScreenChoice:
    """A screen that a tour may have: the code of the tour that has it, "" for none, and the boards and tiles that
    scripts show and it lacks, by script."""

    name: str
    taken: str
    lacks: Mapping[str, Sequence[str]]


def draw_start(
    scripts: Mapping[str, Script],
    screens: Sequence[ScreenChoice],
    going: Sequence[tuple[str, str, str]],
    demo: bool,
    words: Words,
    languages: Sequence[str],
) -> list[Component]:
    """`going` are the tours that go on: code, name and screens."""
    others = [html.A(words[f"language_{one}"], href=f"/tour?lang={one}", lang=one, className="language")
              for one in languages if one != words.language]  # fmt: skip
    on = html.Section(
        [
            html.H2(words["guide_going"]),
            html.Ul(
                [
                    html.Li(
                        html.A(
                            [
                                html.Span([html.B(f"{code} · {name}"), html.Span(at)]),
                                html.Span(words["guide_go_on"], className="go"),
                            ],
                            href=f"/tour?code={code}&lang={words.language}",
                        )
                    )
                    for code, name, at in going
                ]
            ),
        ],
        className="going",
    )
    form = html.Form(
        [
            html.Fieldset(
                [
                    html.Legend(words["guide_script"]),
                    *(_script(name, one, i == 0, words) for i, (name, one) in enumerate(scripts.items())),
                ]
            ),
            html.Fieldset([html.Legend(words["guide_screens"]), *(_screen(one, words) for one in screens)]),
            html.Fieldset(
                [
                    html.Legend(words["guide_language"]),
                    html.Div(
                        [
                            _choice("language", one, one == words.language, [html.B(words[f"language_{one}"])])
                            for one in languages
                        ],
                        className="two",
                    ),
                ]
            ),
            html.P("", className="refused", hidden=True, role="alert"),
            html.Div(html.Button(words["guide_start"], type="submit", className="go"), className="dock"),
        ],
        className="starting",
    )
    return [
        html.Header([html.B(words["guide"]), _demo(demo, words), *others], className="bar"),
        html.Main(
            [
                html.H1(words["guide_title"]),
                html.P(words["guide_intro"], className="lead"),
                *([on] if going else []),
                form if scripts else html.P(words["guide_none"], className="refused"),
            ],
            **_said(words),
        ),
    ]


def _demo(demo: bool, words: Words) -> Component | None:
    return html.Span(words["demo"], className="demo") if demo else None


def _said(words: Words) -> dict[str, Any]:
    told = {key: words[key] for key in SAID}
    return data(say=json.dumps(told, ensure_ascii=False), words=words.browser())


def _script(name: str, script: Script, first: bool, words: Words) -> Component:
    minutes = words.number(script.minutes, 1)
    about = words.fill("guide_steps", n=len(script.steps), minutes=minutes)
    inside = [html.B(script.name.said(words)), html.Span(script.audience.said(words)), html.Span(about)]
    return _choice("script", name, first, inside)


def _screen(screen: ScreenChoice, words: Words) -> Component:
    told: list[Component] = [html.B(screen.name)]
    if screen.taken:
        told.append(html.Span(words.fill("guide_taken", code=screen.taken)))
    for script, tiles in screen.lacks.items():
        if tiles:
            named = ", ".join(words[name] if name in TILES else name for name in tiles)
            told.append(html.Span(words.fill("guide_lacks", tiles=named), **data(lacks=script)))
    return _choice("screen", screen.name, False, told, kind="checkbox", disabled=bool(screen.taken))


def _choice(
    name: str, value: str, checked: bool, inside: Sequence[Component], kind: str = "radio", disabled: bool = False
) -> Component:
    typed = Input(type=kind, name=name, value=value, checked=checked, disabled=disabled)
    return html.Label([typed, html.Span(list(inside))], className="choice")


def draw_remote(code: str, demo: bool, words: Words) -> list[Component]:
    """The remote as it stands before its first answer; guide.js fills it."""
    return [
        html.Header(
            [
                html.B(words["guide"]),
                _demo(demo, words),
                html.Span([icon("people"), html.B("–", className="joined")], className="people"),
                html.Button(words.fill("guide_code", code=code), type="button", className="show-code"),
            ],
            className="bar",
        ),
        html.Div(
            [html.Ol([], className="ticks", **UNREAD), html.Span("", className="n")],
            className="progress",
        ),
        html.Div(
            [icon("off"), html.Div([html.B("", className="since"), html.Span(words["guide_lost"])])],
            className="lost",
            hidden=True,
            role="status",
        ),
        html.Div(
            [
                icon("alarm"),
                html.Div([html.B("", className="what"), html.Span("", className="may")]),
                html.Button("", type="button", className="hand"),
            ],
            className="alarm",
            hidden=True,
        ),
        html.Main(
            [
                html.Section(
                    [
                        html.P([html.Span("", className="k"), html.Span("", className="on")], className="over"),
                        html.H1(""),
                        html.Ul([], className="notes"),
                        html.Div([], className="result"),
                        html.P([html.B("", className="spent"), html.Span("", className="planned")], className="time"),
                        html.Div(html.I(""), className="bar-of"),
                    ],
                    className="card now",
                ),
                html.P("", className="refused", hidden=True, role="alert"),
                html.Div([], className="two orders"),
                html.Ol([], className="later"),
                html.P([icon("masked"), html.Span(words["tour_masked"])], className="masked"),
                html.Div(
                    [
                        html.Button(words["guide_end"], type="button", className="end"),
                        html.Div(
                            [
                                html.P(words["guide_end_sure"]),
                                html.Button(words["guide_end_yes"], type="button", className="yes"),
                                html.Button(words["guide_end_no"], type="button", className="no"),
                            ],
                            className="sure",
                            hidden=True,
                        ),
                    ],
                    className="ending",
                ),
            ],
            className="remote",
            **_said(words),
        ),
        html.Main(
            [
                html.H1(words["guide_qr"]),
                html.Img(src=f"/qr/tour/{code}.svg", alt=words["guide_qr"]),
                html.P("", className="address"),
                html.P(code, className="digits"),
                html.P("", className="until"),
            ],
            className="qr",
            hidden=True,
        ),
        html.Footer(
            [
                html.Button([icon("left"), html.Span(words["guide_previous"])], type="button", className="previous"),
                html.Button([icon("paused"), html.Span(words["guide_pause"])], type="button", className="pause"),
                html.Button(
                    [html.Span([html.B(words["guide_next"]), html.Span("", className="to")]), icon("right")],
                    type="button",
                    className="next",
                ),
            ],
            className="dock nav",
        ),
        html.Footer(html.Button("", type="button", className="hide-code"), className="dock back-of", hidden=True),
    ]


def draw_over(words: Words) -> list[Component]:
    """Instead of the remote, where its tour is over."""
    return [
        html.Header([html.B(words["guide"])], className="bar"),
        html.Main(
            [
                html.H1(words["guide_ended"]),
                html.P(words["guide_ended_text"], className="lead"),
                html.P(html.A(words["guide_new"], href=f"/tour?lang={words.language}", className="go")),
            ]
        ),
    ]
