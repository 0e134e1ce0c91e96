"""The newest complaints as strangers may see them: category and subdistrict, nothing personal; and how they come in."""

from __future__ import annotations

from typing import cast

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import ComplaintsReading
from layouts.frame import Props, Readings, Slots, frame, hidden, named, show_sources
from layouts.words import Words

TILE = "newest"
ROWS = 4
CHANNELS = 8
"""Where channels are known they take the place of the last row."""


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
    channels = slot.row(
        "channels",
        "channels",
        html.Div(
            [
                slot("channels-head", "", "", html.Span),
                *(
                    slot.row(
                        f"channel{i}",
                        "item",
                        slot(f"channel{i}-name", "", ""),
                        slot(f"channel{i}-n", "", "", html.B),
                        tag=html.Span,
                    )
                    for i in range(CHANNELS)
                ),
                html.Span("", className="more"),
            ],
            id=slot.id("channel-names"),
            className="fit",
        ),
    )
    return frame(TILE, words, [html.Div([*rows, nothing], className="rows"), channels])


def show(readings: Readings, words: Words) -> Props:
    reading = cast("ComplaintsReading | None", readings.get("complaints"))
    if reading is None:
        return {}
    props: Props = {
        **show_sources([reading], words),
        "owner": words["masked"],
        "nothing": {"hidden": hidden(bool(reading["newest"]) or reading["total"] is None)},
    }
    props |= _channels(reading, words)
    places = ROWS - 1 if reading["channels"] else ROWS
    for i in range(ROWS):
        if i >= min(len(reading["newest"]), places):
            props[f"row{i}"] = {"hidden": ""}
            continue
        report = reading["newest"][i]
        props |= {
            f"row{i}": {"hidden": None},
            f"row{i}-at": {"text": words.time(report["at"], reading["received"]), "datetime": report["at"]},
            f"row{i}-category": named(words.name("report", report["category"]), report, words),
            f"row{i}-status": {
                "class": f"i i-c-{report['status']}",
                "title": words[f"status_{report['status']}"],
                "aria-label": words[f"status_{report['status']}"],
            },
            f"row{i}-place": report["place"] or words["place_unknown"],
        }
    return props


def _channels(reading: ComplaintsReading, words: Words) -> Props:
    """Every way reports came in, and how many; those of which no source says it are counted too."""
    found = list(reading["channels"].items())
    rest = (reading["total"] or 0) - sum(count for _, count in found)
    if found and rest > 0:
        found.insert(CHANNELS - 1, (words["channel_unknown"], rest))
    props: Props = {
        "channels": {"hidden": hidden(not found)},
        "channels-head": words.fill("channels", n=words.number(reading["window_days"])),
        "channel-names": {"data-fit": str(len(found))},
    }
    for i in range(CHANNELS):
        if i >= len(found):
            props[f"channel{i}"] = {"hidden": ""}
            continue
        name, count = found[i]
        props |= {
            f"channel{i}": {"hidden": None},
            f"channel{i}-name": words.name("channel", name),
            f"channel{i}-n": words.number(count),
        }
    return props
