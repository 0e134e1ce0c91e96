"""The box of a tile that names who does not report, as many as fit."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.frame import Props, Slots, data, hidden

NAMES = 12


def draw_silent(slot: Slots) -> Component:
    return slot.row(
        "silent",
        "never-box",
        html.Div(
            [
                slot("silent-head", "", "", html.B),
                *(slot(f"silent{i}", "item", "", hidden=True) for i in range(NAMES)),
                html.Span("", className="more"),
            ],
            id=slot.id("silent-names"),
            className="fit names-text",
            **data(least="0"),
        ),
    )


def show_silent(head: str, names: Sequence[str]) -> Props:
    """`names` are all of them, each with since when; without any there is no box."""
    props: Props = {
        "silent": {"hidden": hidden(not names)},
        "silent-head": f"{head}: ",
        "silent-names": {"data-fit": str(len(names))},
    }
    for i in range(NAMES):
        props[f"silent{i}"] = {"text": names[i], "hidden": None} if i < len(names) else {"hidden": ""}
    return props
