"""Complaints: how many wait, their parts, and the agencies whose report has waited longest."""

from __future__ import annotations

from typing import cast

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import AgencyQueue, ComplaintsReading
from layouts.frame import Props, Readings, Slots, data, figure, frame, hidden, icon, show_doubt, show_sources, show_tag
from layouts.words import Words

TILE = "complaints"
ROWS = 5
SECONDS_A_DAY = 86_400


def draw(words: Words) -> Component:
    slot = Slots(TILE)
    lead = html.Div(
        [
            slot("waiting", "big"),
            html.Div([html.Div(words["waiting"], className="unit"), slot("total", "q")], className="st"),
            html.Div(
                [
                    slot("hours", "spark", "", html.Div, **data(width="150", height="52")),
                    slot("today", "q"),
                ],
                className="beside",
            ),
        ],
        className="lead",
    )
    parts = html.Div(
        [
            *(
                html.Div([*shape, slot(part, tag=html.B), html.Span(words[part])])
                for part, shape in (
                    ("in_progress", [icon("c-in_progress")]),
                    ("done", [icon("c-done")]),
                    ("other", []),
                )
            ),
        ],
        className="parts",
    )
    head = html.Div([html.Span(words["oldest_by_agency"]), slot("limit", "", "")], className="sub")
    rows = [
        slot.row(
            f"row{i}",
            "row opd",
            slot(f"row{i}-pie", "pie", ""),
            slot(f"row{i}-agency", "name snug", ""),
            slot(f"row{i}-count", "r q", ""),
            slot(f"row{i}-age", "r age-of", ""),
        )
        for i in range(ROWS)
    ]
    nothing = slot("nothing", "nothing", words["none_waiting"], html.P, hidden=True)
    return frame(TILE, words, [lead, parts, head, html.Div([*rows, nothing], className="rows")])


def show(readings: Readings, words: Words) -> Props:
    reading = cast("ComplaintsReading | None", readings.get("complaints"))
    if reading is None:
        return {}
    doubt = show_doubt(reading, words)
    window = words.fill("window", n=words.number(reading["window_days"]))
    props: Props = {
        **show_sources([reading], words, None if doubt["doubt-said"] else window),
        **doubt,
        "tag": show_tag(reading["level"], words["overdue"], words),
        "waiting": figure(reading["waiting"], words),
        "total": words.fill("of_total", n=words.number(reading["total"])),
        "hours": {"spark": ",".join(str(count) for count in reading["by_hour"])},
        "today": words.fill("today", n=words.number(reading["today"])),
        "in_progress": words.number(reading["in_progress"]),
        "done": words.number(reading["done"]),
        "other": words.number(reading["unknown"]),
        "limit": words.fill("limit_days", n=words.number(reading["limit_days"], 1)),
        "nothing": {
            "text": words["no_reports"] if reading["total"] == 0 else words["none_waiting"],
            "hidden": hidden(reading["waiting"] != 0),
        },
    }
    limit = str(reading["limit_days"] * SECONDS_A_DAY)
    queues: list[AgencyQueue | None] = [*reading["oldest"][:ROWS]]
    queues += [None] * (ROWS - len(queues))
    for i, queue in enumerate(queues):
        props |= _row(f"row{i}", queue, limit, words)
    return props


def _row(row: str, queue: AgencyQueue | None, limit: str, words: Words) -> Props:
    """One agency. The script counts the age of its oldest report and fills the pie up to the limit."""
    if queue is None:
        return {row: {"hidden": ""}}
    return {
        row: {"hidden": None, "class": "row opd overdue" if queue["overdue"] else "row opd"},
        f"{row}-pie": {"data-since": queue["oldest"], "data-limit": limit},
        f"{row}-agency": {"text": words.agency(queue["agency"]), "title": queue["agency"] or words.agency("")},
        f"{row}-count": words.number(queue["waiting"]),
        f"{row}-age": {"data-since": queue["oldest"]},
    }
