"""The map tile: waiting complaints per subdistrict, districts by name and number, and what is open on the roads.

The picture itself is one SVG (layouts/map_svg.py) that the page fetches once; the slots recolour and label it.
The map repeats alarms, it never raises them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import ComplaintsReading, TrafficItem, TrafficReading
from layouts.frame import Props, Readings, Slots, data, frame, hidden, icon, present, show_sources
from layouts.map_svg import DISTRICT, MARKS, draw_svg
from layouts.traffic import urgent
from layouts.words import UNKNOWN, Words

TILE = "map"
STEPS = 5
INCIDENTS = 4
NEWEST = 4
ORDER = ("accident", "flood", "closure", "hazard", "works", "other", "jam")

__all__ = ["draw", "draw_svg", "ramp", "show"]


def draw(words: Words) -> Component:
    slot = Slots(TILE)
    picture = html.Div(
        html.P(words["map_failed"], className="map-failed"),
        id=slot.id("picture"),
        className="m",
        **data(src="/map.svg"),
    )
    incidents = html.Div(
        [
            html.H3(words["incidents"]),
            *(
                slot.row(
                    f"incident{i}",
                    "incident",
                    slot(f"incident{i}-shape", "i", "", html.I),
                    slot(f"incident{i}-name", "", "", html.B),
                    slot(f"incident{i}-place", "", ""),
                )
                for i in range(INCIDENTS)
            ),
            slot("quiet", "nothing", words["no_incidents"], html.P, hidden=True),
        ],
        className="side",
    )
    legend = html.Div(
        [
            slot("outside", "", "", html.P, hidden=True),
            html.P([icon("c-waiting"), html.Span(words["newest_marks"])]),
            html.P(
                [
                    html.Span([html.I(className=f"m{step}") for step in range(1, STEPS + 1)], className="ramp"),
                    slot("range", "", ""),
                    slot("old", "doubtful", "", hidden=True),
                ]
            ),
        ],
        className="legend",
    )
    return frame(TILE, words, [picture, incidents, legend], html.Span(words["schematic"], className="schematic"))


def ramp(waiting: Mapping[str, int]) -> dict[str, int]:
    """Steps 1 to 5 by code: 1 is nothing waiting, 2 to 5 are the quarters of the subdistricts where something does."""
    busy = sorted(count for count in waiting.values() if count > 0)
    limits = [busy[-(-len(busy) * quarter // 4) - 1] for quarter in (1, 2, 3)] if busy else []
    return {
        code: 2 + sum(count > limit for limit in limits) if count > 0 else 1 for code, count in sorted(waiting.items())
    }


def show(readings: Readings, words: Words) -> Props:
    complaints = cast("ComplaintsReading | None", readings.get("complaints"))
    traffic = cast("TrafficReading | None", readings.get("traffic"))
    props: Props = show_sources(present(readings, "complaints", "traffic"), words)
    marks: list[list[object]] = []
    outside: int | None = 0
    if complaints is not None:
        props |= _districts(complaints, words)
        marks += [
            [report["lon"], report["lat"], "report", "", words.join(report["category"], report["place"])]
            for report in complaints["newest"][:NEWEST]
            if report["lat"] is not None and report["lon"] is not None
        ]
    if traffic is not None:
        outside = traffic["outside"]
        item = urgent(traffic) if traffic["level"] in ("watch", "alarm") else None
        marks = [*_roads(traffic, item, words), *marks]
        props |= _incidents(traffic, item, words)
    return {
        **props,
        MARKS: {"marks": json.dumps(marks, ensure_ascii=False, separators=(",", ":"))},
        "outside": {"text": words.fill("outside", n=words.number(outside)), "hidden": hidden(not outside)},
    }


def _districts(reading: ComplaintsReading, words: Words) -> Props:
    waiting = reading["by_subdistrict"]
    known = reading["waiting"] is not None
    old = reading["freshness"] in ("stale", "failed", "never")
    props: Props = {
        "fills": {"fills": " ".join(f"{code}:{step}" for code, step in ramp(waiting).items()) if known else ""},
        "range": words.fill("per_subdistrict", low=0, high=words.number(max(waiting.values(), default=0)))
        if known
        else UNKNOWN,
        "old": {
            "text": words[f"old_{reading['freshness']}"] if old else "",
            "hidden": hidden(not old),
        },
    }
    for district in reading["by_district"]:
        props[f"{DISTRICT}{district['code']}"] = words.number(district["waiting"]) if known else UNKNOWN
    return props


def _roads(reading: TrafficReading, item: TrafficItem | None, words: Words) -> list[list[object]]:
    """A mark per report with a place, the urgent one last so that it lies on top."""
    seen: list[TrafficItem] = []
    for report in [*reading["jams"], *reading["newest"]]:
        if report["lat"] is not None and report["lon"] is not None and report not in seen:
            seen.append(report)
    seen.sort(key=lambda report: report is item)
    return [
        [
            report["lon"],
            report["lat"],
            report["kind"],
            reading["level"] if report is item else "",
            words.join(words[f"kind_{report['kind']}"], report["road"] or report["headline"]),
        ]
        for report in seen
    ]


def _incidents(reading: TrafficReading, item: TrafficItem | None, words: Words) -> Props:
    """What is on the roads besides jams, by name; the urgent one first."""
    found = [report for report in reading["newest"] if report["kind"] != "jam" or report is item]
    found.sort(key=lambda report: (report is not item, ORDER.index(report["kind"])))
    props: Props = {
        "quiet": {
            "text": words["no_incidents"] if reading["open"] is not None else UNKNOWN,
            "hidden": hidden(bool(found)),
        }
    }
    for i in range(INCIDENTS):
        if i >= len(found):
            props[f"incident{i}"] = {"hidden": ""}
            continue
        report = found[i]
        name = f"{words['kind_' + report['kind']].capitalize()} {report['road'] or report['headline']}"
        at = words.time(report["at"], reading["received"]) if report["at"] else None
        props |= {
            f"incident{i}": {"hidden": None, "class": f"incident {reading['level'] if report is item else ''}".strip()},
            f"incident{i}-shape": {"class": f"i i-k-{report['kind']}"},
            f"incident{i}-name": {"text": name, "title": name},
            f"incident{i}-place": words.join(report["district"], at),
        }
    return props
