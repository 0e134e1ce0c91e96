"""The newest complaints as strangers may see them: the category and the subdistrict, nothing personal."""

from __future__ import annotations

from typing import cast

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import ComplaintsReading
from layouts.frame import Props, Readings, Slots, frame, hidden, show_sources
from layouts.words import Words

TILE = "newest"
ROWS = 4


def draw(words: Words) -> Component:
    slot = Slots(TILE)
    rows = [
        slot.row(
            f"row{i}",
            "rep",
            slot(f"row{i}-at", "at", "", html.Time),
            slot(f"row{i}-category", "", "", html.B),
            slot(f"row{i}-status", "i", "", html.I),
            slot(f"row{i}-place", "place", ""),
        )
        for i in range(ROWS)
    ]
    nothing = slot("nothing", "nothing", words["no_reports"], html.P, hidden=True)
    return frame(TILE, words, [html.Div([*rows, nothing], className="rows")])


def show(readings: Readings, words: Words) -> Props:
    reading = cast("ComplaintsReading | None", readings.get("complaints"))
    if reading is None:
        return {}
    props: Props = {
        **show_sources([reading], words),
        "owner": words["masked"],
        "nothing": {"hidden": hidden(bool(reading["newest"]) or reading["total"] is None)},
    }
    for i in range(ROWS):
        if i >= len(reading["newest"]):
            props[f"row{i}"] = {"hidden": ""}
            continue
        report = reading["newest"][i]
        props |= {
            f"row{i}": {"hidden": None},
            f"row{i}-at": {"text": words.time(report["at"], reading["received"]), "datetime": report["at"]},
            f"row{i}-category": {"text": report["category"], "title": report["category"]},
            f"row{i}-status": {
                "class": f"i i-c-{report['status']}",
                "title": words[f"status_{report['status']}"],
                "aria-label": words[f"status_{report['status']}"],
            },
            f"row{i}-place": report["place"] or words["place_unknown"],
        }
    return props
