"""The top band: the city's stage, what needs a human, and the clock.

It never vouches for what it does not know: the tick and "nothing needs action" give way to "not certain" while
anything is stale, failed, never reported or cut off (assets/25-band.css, by the band's own attributes).
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from collectors.readings.stage import DOUBTFUL, Stage
from collectors.source import EVERY_AREA
from layouts.frame import Props, Readings, Slots, hidden, icon, named, present, tile_attributes
from layouts.needs import Need, needs
from layouts.stage import by_rule, draw_box, draw_reason, show_box, show_reason
from layouts.words import UNKNOWN, Words

TILE = "band"
NEEDS = 2


def draw(words: Words) -> Component:
    slot = Slots(TILE)
    return html.Section([draw_box(slot, words), _need(slot, words), _clock()], className="top", **tile_attributes(TILE))


def _need(slot: Slots, words: Words) -> Component:
    rules = [
        html.P([html.B(str(number)), html.Span(words[f"rule_{number}"])], className="rule") for number in (2, 3, 4)
    ]
    calm = html.Div(
        [
            icon("calm"),
            html.Div(
                [html.Div(words["nothing_to_do"], className="h"), slot("calm", "s", "", html.Div)], className="say"
            ),
            html.Div(rules, className="rules"),
        ],
        className="a calm",
    )
    doubt = html.Div(
        [
            icon("stale"),
            html.Div(
                [
                    html.Div(words["cannot_vouch"], className="h"),
                    html.Div(
                        [slot("doubt", "told", ""), html.Span(words["cannot_vouch_why"], className="untold")],
                        className="s",
                    ),
                ],
                className="say",
            ),
        ],
        className="a off hatch",
    )
    waiting = html.Div([icon("never"), html.Div(words["loading"], className="h")], className="a wait")
    cut = html.Div(
        [
            icon("off"),
            html.Div(
                [
                    html.Div(words["no_link_head"], className="h no-link-since"),
                    html.Div(words["no_link_why"], className="s"),
                ],
                className="say",
            ),
        ],
        className="a lost hatch",
    )
    named = [
        slot.row(
            f"need{i}",
            "a item",
            html.Div(
                [
                    html.B([slot(f"need{i}-shape", "i", "", html.I), slot(f"need{i}-level", "", "")]),
                    slot(f"need{i}-owner", "", "", html.Em),
                ],
                className="k",
            ),
            slot(f"need{i}-head", "h snug", "", html.Div),
            slot(f"need{i}-detail", "s", "", html.Div),
            slot(f"need{i}-credit", "credit", "", html.Div, hidden=True),
        )
        for i in range(NEEDS)
    ]
    more = html.Div("", className="more")
    return html.Div(
        [calm, doubt, waiting, cut, draw_reason(slot), *named, more], id=slot.id("need"), className="need fit none"
    )


def _clock() -> Component:
    """The script fills it once a second, in the city's own time zone."""
    return html.Div(
        [
            html.Div([html.Span(UNKNOWN, className="hm"), html.Span("", className="ss")], className="t"),
            html.Div("", className="d"),
        ],
        className="clock",
    )


def show(readings: Readings, words: Words) -> Props:
    """The band by the rule alone."""
    return show_staged(readings, by_rule(present(readings, *EVERY_AREA)), words)


def show_staged(readings: Readings, stage: Stage, words: Words) -> Props:
    """The band with the stage in force. A declared one takes a place among the needs, before all others."""
    known = present(readings, *EVERY_AREA)
    wanted = needs(readings, words)
    doubted = [
        words.join(source["name"], words.source_state(source), source["owner"])
        for reading in known
        for source in reading["sources"]
        if source["freshness"] in DOUBTFUL
    ]
    areas = [words[reading["area"]] for reading in known if reading["level"] == "normal"]
    more = len(doubted) - 2
    total = len(wanted) + stage["declared"]
    props: Props = {
        **show_box(stage, known, words),
        **show_reason(stage, words),
        "need": {"class": "need fit some" if total else "need fit none", "data-fit": str(total)},
        "calm": words.fill("within_limits", areas=", ".join(areas)),
        "doubt": words.join("; ".join(doubted[:2]), words.fill("more", n=more) if more > 0 else None),
    }
    places = NEEDS - stage["declared"]
    for i in range(NEEDS):
        props |= _show_need(f"need{i}", wanted[i] if i < min(len(wanted), places) else None, words)
    return props


def _show_need(slot: str, need: Need | None, words: Words) -> Props:
    if need is None:
        return {slot: {"hidden": ""}}
    return {
        slot: {"hidden": None, "class": f"a item {need.level}{' credited' * bool(need.credit)}"},
        f"{slot}-shape": {"class": f"i i-{need.level}"},
        f"{slot}-level": words[need.level].upper(),
        f"{slot}-owner": need.owner,
        f"{slot}-head": named(need.head, {"by_hand": need.by_hand}, words),
        f"{slot}-detail": {"text": need.detail, "title": need.detail},
        f"{slot}-credit": {"text": need.credit, "hidden": hidden(not need.credit)},
    }
