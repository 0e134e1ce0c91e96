"""The map tile: subdistricts shaded by one reading's numbers, districts by name and number, what is open on the roads.

The picture itself is one SVG (layouts/map_svg.py) that the page fetches once; the slots recolour and label it. What
raises the traffic's level is called out by name, with a line to its mark. The map repeats alarms, it never raises them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import ComplaintsReading, TrafficItem, TrafficReading
from collectors.readings.stage import DOUBTFUL
from layouts.frame import Props, Readings, Slots, data, frame, hidden, icon, present, show_sources
from layouts.map_svg import DISTRICT, MARKS, draw_svg
from layouts.words import UNKNOWN, Words

TILE = "map"
STEPS = 5
INCIDENTS = 4
CALLOUTS = 3
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
            slot("shows", "", "", html.P),
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
    shown = traffic if traffic is not None and traffic["on_map"] else complaints
    if shown is not None:
        props |= _shade(shown, words)
    marks: list[list[object]] = []
    outside: int | None = 0
    if complaints is not None:
        marks = [
            [report["lon"], report["lat"], "report", "", words.join(report["category"], report["place"]), ""]
            for report in complaints["newest"][:NEWEST]
            if report["lat"] is not None and report["lon"] is not None
        ]
    if traffic is not None:
        outside = traffic["outside"]
        marks = [*marks, *_roads(traffic, words)]
        props |= _incidents(traffic, words)
    return {
        **props,
        MARKS: {"marks": json.dumps(marks, ensure_ascii=False, separators=(",", ":"))},
        "outside": {"text": words.fill("outside", n=words.number(outside)), "hidden": hidden(not outside)},
    }


def _shade(reading: ComplaintsReading | TrafficReading, words: Words) -> Props:
    """Every subdistrict's step and every district's number, of the reading that the map shows."""
    counts = reading["by_subdistrict"]
    known = reading["value"] is not None
    old = reading["freshness"] in DOUBTFUL
    most = words.number(max(counts.values(), default=0))
    props: Props = {
        "fills": {"fills": " ".join(f"{code}:{step}" for code, step in ramp(counts).items()) if known else ""},
        "range": f"0–{most}" if known else UNKNOWN,
        "shows": words[f"map_shows_{reading['area']}"],
        "old": {"text": words[f"old_{reading['freshness']}"] if old else "", "hidden": hidden(not old)},
    }
    for code, number in _by_district(reading).items():
        props[f"{DISTRICT}{code}"] = words.number(number) if known else UNKNOWN
    return props


def _by_district(reading: ComplaintsReading | TrafficReading) -> Mapping[str, int | None]:
    if reading["area"] == "traffic":
        return cast("TrafficReading", reading)["by_district"]
    return {one["code"]: one["waiting"] for one in cast("ComplaintsReading", reading)["by_district"]}


def called_out(reading: TrafficReading) -> list[TrafficItem]:
    """What stands beside the map with a line to its mark; from north to south, so that the lines seldom cross."""
    found = reading["raised"][:CALLOUTS] if reading["level"] in ("watch", "alarm") else []
    return sorted(found, key=lambda one: -90.0 if one["lat"] is None else one["lat"], reverse=True)


def _roads(reading: TrafficReading, words: Words) -> list[list[object]]:
    """A mark per report with a place: what is called out last, so that it lies on top, with the slot of its words."""
    called = called_out(reading)
    others = [one for one in unique([*reading["jams"], *reading["newest"]]) if one not in called]
    return [
        [
            report["lon"],
            report["lat"],
            report["kind"],
            reading["level"] if report in called else "",
            words.join(words[f"kind_{report['kind']}"], words.road(report["road"] or report["headline"])),
            f"incident{called.index(report)}" if report in called else "",
        ]
        for report in [*others, *reversed(called)]
        if report["lat"] is not None and report["lon"] is not None
    ]


def unique(items: Sequence[TrafficItem]) -> list[TrafficItem]:
    found: list[TrafficItem] = []
    for one in items:
        if one not in found:
            found.append(one)
    return found


def _incidents(reading: TrafficReading, words: Words) -> Props:
    """What is on the roads besides jams, by name; what is called out first."""
    called = called_out(reading)
    others = [one for one in reading["newest"] if one["kind"] != "jam" and one not in called]
    found = [*called, *sorted(others, key=lambda one: ORDER.index(one["kind"]))]
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
        name = f"{words['kind_' + report['kind']].capitalize()} {words.road(report['road'] or report['headline'])}"
        at = words.time(report["at"], reading["received"]) if report["at"] else None
        props |= {
            f"incident{i}": {
                "hidden": None,
                "class": f"incident {reading['level'] if report in called else ''}".strip(),
            },
            f"incident{i}-shape": {"class": f"i i-k-{report['kind']}"},
            f"incident{i}-name": {"text": name, "title": name},
            f"incident{i}-place": words.join(report["district"], at),
        }
    return props
