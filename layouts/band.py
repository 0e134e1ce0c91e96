"""The top band: the city's stage, what needs a human, and the clock.

It never vouches for what it does not know: the tick and "nothing needs action" give way to "not certain" while
anything is stale, failed, never reported or cut off (assets/25-band.css, by the band's own attributes).
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.frame import DECORATION, Props, Readings, Slots, hidden, icon, present, tile_attributes
from layouts.needs import Need, needs, stage
from layouts.words import UNKNOWN, Words

TILE = "band"
NEEDS = 2
STAGES = 5


def draw(words: Words) -> Component:
    slot = Slots(TILE)
    return html.Section([_stage(slot, words), _need(slot, words), _clock()], className="top", **tile_attributes(TILE))


def _stage(slot: Slots, words: Words) -> Component:
    ladder = html.Div([html.Span() for _ in range(STAGES)], className="ladder", **DECORATION)
    said = [
        html.Span(words.city, className="t2 city"),
        slot("word", "", words["loading"], html.B),
        html.Span([slot("counts", "vouch", ""), html.Span(words["unsure"], className="doubted")], className="why"),
    ]
    return html.Div(
        [slot("stage", "n", UNKNOWN, html.Div), html.Div(said, className="w"), ladder],
        id=slot.id("box"),
        className="stage",
    )


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
        className="a cut hatch",
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
        )
        for i in range(NEEDS)
    ]
    more = html.Div("", className="more")
    return html.Div([calm, doubt, waiting, cut, *named, more], id=slot.id("need"), className="need fit none")


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
    known = present(readings, "complaints", "beds", "traffic", "apps")
    levels = [reading["level"] for reading in known]
    now = stage(levels)
    wanted = needs(readings, words)
    doubted = [
        words.join(source["name"], words.source_state(source), source["owner"])
        for reading in known
        for source in reading["sources"]
        if source["freshness"] in ("stale", "failed", "never")
    ]
    areas = [words[reading["area"]] for reading in known if reading["level"] == "normal"]
    counts = words.fill("stage_counts", alarms=levels.count("alarm"), watches=levels.count("watch"))
    more = len(doubted) - 2
    props: Props = {
        "box": {"data-s": str(now) if now else None},
        "stage": words.number(now),
        "word": words[f"stage_{now}"] if now else words["stage_unknown"],
        "counts": counts if now else "",
        "need": {"class": "need fit some" if wanted else "need fit none", "data-fit": str(len(wanted))},
        "calm": words.fill("within_limits", areas=", ".join(areas)),
        "doubt": words.join("; ".join(doubted[:2]), words.fill("more", n=more) if more > 0 else None),
    }
    for i in range(NEEDS):
        props |= _show_need(f"need{i}", wanted[i] if i < len(wanted) else None, words)
    return props


def _show_need(slot: str, need: Need | None, words: Words) -> Props:
    if need is None:
        return {slot: {"hidden": ""}}
    return {
        slot: {"hidden": None, "class": f"a item {need.level}"},
        f"{slot}-shape": {"class": f"i i-{need.level}"},
        f"{slot}-level": words[need.level].upper(),
        f"{slot}-owner": need.owner,
        f"{slot}-head": {"text": need.head, "title": need.head},
        f"{slot}-detail": {"text": need.detail, "title": need.detail},
    }
