"""Traffic: what is open on the roads, by kind, and the worst jams."""

from __future__ import annotations

from typing import cast

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import TrafficItem, TrafficReading
from layouts.frame import Props, Readings, Slots, figure, frame, hidden, icon, show_sources, show_tag
from layouts.words import Words

TILE = "traffic"
ROWS = 3
LEVELS = 5
KINDS = ("jam", "accident", "flood", "other")
OTHERS = ("closure", "works", "hazard", "other")


def draw(words: Words) -> Component:
    slot = Slots(TILE)
    kinds = html.Div(
        [
            html.Div([slot("open", "big"), html.Span(words["open"])], className="sum"),
            *(
                html.Div(
                    [html.B([icon(f"k-{kind}"), slot(kind)]), html.Span(words[f"kind_{kind}"])],
                    id=slot.id(f"kind-{kind}"),
                    className="k",
                )
                for kind in KINDS
            ),
        ],
        className="kinds",
    )
    head = html.Div([html.Span(words["jam_level"]), html.Span(words["queue_delay"])], className="sub")
    rows = [
        slot.row(
            f"row{i}",
            "row jam",
            slot(f"row{i}-road", "name snug", ""),
            slot(f"row{i}-bars", "lv", [html.Span() for _ in range(LEVELS)], html.Div),
            slot(f"row{i}-level", "r", ""),
            slot(f"row{i}-queue", "r q", ""),
            slot(f"row{i}-delay", "r q", ""),
        )
        for i in range(ROWS)
    ]
    nothing = slot("nothing", "nothing", words["no_jams"], html.P, hidden=True)
    return frame(TILE, words, [kinds, head, html.Div([*rows, nothing], className="rows")])


def urgent(reading: TrafficReading) -> TrafficItem | None:
    """The report that names what is wrong: the gravest crash, flood or closure, of equals the newest; else a jam.

    A closure that is not blocking is planned: it never gives a watch its name.
    """
    kinds = ("accident", "flood", "closure") if reading["level"] == "alarm" else ("accident", "flood")
    grave = [item for item in reading["newest"] if item["kind"] in kinds]
    if grave:
        return max(grave, key=lambda item: item["level"] or 0)
    return reading["jams"][0] if reading["jams"] else None


def show(readings: Readings, words: Words) -> Props:
    reading = cast("TrafficReading | None", readings.get("traffic"))
    if reading is None:
        return {}
    item = urgent(reading) if reading["level"] in ("watch", "alarm") else None
    counts: dict[str, int | None] = {}
    for kind in KINDS:
        kinds = OTHERS if kind == "other" else (kind,)
        found = sum(count for name, count in reading["by_kind"].items() if name in kinds)
        counts[kind] = None if reading["open"] is None else found
    props: Props = {
        **show_sources([reading], words),
        "tag": show_tag(reading["level"], words[f"kind_{item['kind']}"].capitalize() if item else "", words),
        "open": figure(reading["open"], words),
        "nothing": {"hidden": hidden(bool(reading["jams"]) or reading["open"] is None)},
    }
    for kind, count in counts.items():
        props[kind] = figure(count, words)
        raised = item is not None and (item["kind"] == kind or (kind == "other" and item["kind"] in OTHERS))
        props[f"kind-{kind}"] = {"class": f"k {reading['level']}" if raised else "k"}
    for i in range(ROWS):
        jam = reading["jams"][i] if i < len(reading["jams"]) else None
        raised = jam is not None and item is jam
        props |= _row(f"row{i}", jam, f"row jam {reading['level']}" if raised else "row jam", words)
    return props


def _row(row: str, jam: TrafficItem | None, look: str, words: Words) -> Props:
    if jam is None:
        return {row: {"hidden": ""}}
    road = jam["road"] or jam["headline"] or words["road_unknown"]
    delay = f"+{words.minutes(jam['delay_s'])}" if jam["delay_s"] is not None else words["blocked"]
    return {
        row: {"hidden": None, "class": look},
        f"{row}-road": {"text": road, "title": road},
        f"{row}-bars": {"data-jam": str(jam["level"] or 0)},
        f"{row}-level": words.number(jam["level"]),
        f"{row}-queue": words.length(jam["length_m"]),
        f"{row}-delay": delay if jam["level"] == LEVELS or jam["delay_s"] is not None else words.number(None),
    }
