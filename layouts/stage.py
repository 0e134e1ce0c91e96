"""The city's stage in the band: the number, its word, since when and why; a declared one says so, and until when."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from collectors.brief.shape import AreaLevel
from collectors.readings.shape import Reading
from collectors.readings.stage import HIGHEST, Stage, ruled
from layouts.frame import DECORATION, Props, Slots, hidden, icon
from layouts.words import UNKNOWN, Words


def by_rule(readings: Sequence[Reading]) -> Stage:
    """What the rule says of these readings, where nobody kept since when."""
    stage = ruled([reading["level"] for reading in readings])
    return {"stage": stage, "since": None, "declared": False, "reason": None, "until": None, "ruled": stage}


def draw_box(slot: Slots, words: Words) -> Component:
    """The number, the words and the ladder."""
    said = [
        slot("word", "", words["loading"], html.B),
        slot("since", "since", "", html.Span),
        html.Span([icon("declared"), words["declared"]], id=slot.id("declared"), className="declared", hidden=True),
        html.Span(
            [slot("why", "vouch", ""), html.Span(words["unsure"], className="doubted")],
            id=slot.id("whole-why"),
            className="why",
        ),
    ]
    return html.Div(
        [
            slot("stage", "n", UNKNOWN, html.Div),
            html.Div(said, className="w"),
            html.Div([html.Span() for _ in range(HIGHEST)], className="ladder", **DECORATION),
        ],
        id=slot.id("box"),
        className="stage",
    )


def draw_reason(slot: Slots) -> Component:
    """Why a person declared the stage: it stands first among what needs action."""
    return slot.row(
        "order",
        "a item",
        html.Div(
            [html.B([icon("declared"), slot("order-stage", "", "")]), slot("order-until", "", "", html.Em)],
            className="k",
        ),
        slot("order-reason", "h snug", "", html.Div),
        slot("order-rule", "s", "", html.Div),
    )


def show_box(stage: Stage, readings: Sequence[Reading], words: Words) -> Props:
    number = stage["stage"]
    return {
        "box": {"data-s": str(number) if number else None, "data-declared": hidden(stage["declared"])},
        "stage": words.number(number),
        "word": words[f"stage_{number}"] if number else words["stage_unknown"],
        "since": words.fill("since", time=words.time(stage["since"], _seen(readings))) if stage["since"] else "",
        "why": why(stage, readings, words),
        "whole-why": {"hidden": hidden(stage["declared"])},
        "declared": {"hidden": hidden(not stage["declared"])},
    }


def show_reason(stage: Stage, words: Words) -> Props:
    if not stage["declared"]:
        return {"order": {"hidden": ""}}
    reason = stage["reason"] or words["untold_reason"]
    said = words.fill("by_rule", stage=named(stage["ruled"], words))
    return {
        "order": {"hidden": None, "class": "a item order", "data-s": str(stage["stage"])},
        "order-stage": words.fill("declared_stage", n=words.number(stage["stage"])).upper(),
        "order-until": words.fill("until", time=words.time(stage["until"], stage["since"])),
        "order-reason": {"text": reason, "title": reason},
        "order-rule": said,
    }


def why(stage: Stage, readings: Sequence[AreaLevel] | Sequence[Reading], words: Words) -> str:
    """One sentence: which areas make it this stage."""
    number = stage["ruled"]
    if number is None:
        return words["why_unknown"]
    level = "watch" if number == 2 else "alarm"
    areas = [words[reading["area"]] for reading in readings if reading["level"] == level]
    unknown = [words[reading["area"]] for reading in readings if reading["level"] == "unknown"]
    if number == 1 and unknown:
        return words.fill("why_1_partly", areas=", ".join(unknown))
    return words.fill(f"why_{number}", areas=", ".join(areas), n=words.number(len(areas)))


def named(number: int | None, words: Words) -> str:
    return f"{words.number(number)} {words[f'stage_{number}']}" if number else words["stage_unknown"]


def _seen(readings: Sequence[Reading]) -> str | None:
    """The moment of the newest reading, so that a time of another day has its date."""
    return max((reading["received"] for reading in readings if reading["received"]), default=None)
