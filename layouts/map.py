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

from collectors.readings.shape import ComplaintsReading, Reading, TrafficReading
from collectors.readings.stage import DOUBTFUL
from collectors.readings.water_shape import WaterReading
from layouts.called import Called, called_out, mark, other_posts, other_reports
from layouts.frame import Props, Readings, Slots, data, frame, hidden, icon, named, present, show_sources
from layouts.map_svg import DISTRICT, MARKS, draw_svg
from layouts.words import UNKNOWN, Words

TILE = "map"
STEPS = 5
INCIDENTS = 4
NEWEST = 4

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
            html.P(
                [
                    html.Span([icon("c-waiting"), html.Span(words["newest_marks"])]),
                    slot.row("posts", "", icon("k-water"), html.Span(words["water_marks"]), tag=html.Span),
                ]
            ),
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
    props = _sources(present(readings, "complaints", "traffic", "water"), words)
    shown = traffic if traffic is not None and traffic["on_map"] else complaints
    if shown is not None:
        props |= _shade(shown, words)
    water = cast("WaterReading | None", readings.get("water"))
    called = called_out(traffic, water, words)
    reports = other_reports(traffic, called, words) if traffic is not None else []
    posts = other_posts(water, called, words) if water is not None else []
    marks: list[list[object]] = []
    if complaints is not None:
        marks = [
            [
                report["lon"],
                report["lat"],
                "report",
                "",
                words.join(words.name("report", report["category"]), report["place"]),
                "",
            ]
            for report in complaints["newest"][:NEWEST]
            if report["lat"] is not None and report["lon"] is not None
        ]
    marks += [mark(one) for one in (*posts, *reversed(reports)) if one.lat is not None]
    marks += [mark(one, f"incident{called.index(one)}") for one in reversed(called) if one.lat is not None]
    if traffic is not None or water is not None:
        props |= _incidents(traffic, called, reports, words)
    outside = traffic["outside"] if traffic is not None else 0
    return {
        **props,
        "posts": {"hidden": hidden(water is None or not water["posts"])},
        MARKS: {"marks": json.dumps(marks, ensure_ascii=False, separators=(",", ":"))},
        "outside": {"text": words.fill("outside", n=words.number(outside)), "hidden": hidden(not outside)},
    }


def _sources(known: Sequence[Reading], words: Words) -> Props:
    """All sources by name; of their many owners, who are named on their own tiles, the first."""
    owners = list(dict.fromkeys(source["owner"] for reading in known for source in reading["sources"]))
    more = words.fill("more", n=words.number(len(owners) - 1)) if len(owners) > 1 else None
    return show_sources(known, words) | {"owner": words.join(*owners[:1], more)}


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


def _incidents(
    reading: TrafficReading | None, called: Sequence[Called], others: Sequence[Called], words: Words
) -> Props:
    """What is called out, then what else is on the roads besides jams, by name."""
    found = [*called, *(one for one in others if one.kind != "jam")]
    unheard = reading is not None and reading["open"] is None
    props: Props = {
        "quiet": {"text": UNKNOWN if unheard else words["no_incidents"], "hidden": hidden(bool(found))},
    }
    for i in range(INCIDENTS):
        if i >= len(found):
            props[f"incident{i}"] = {"hidden": ""}
            continue
        one = found[i]
        props |= {
            f"incident{i}": {"hidden": None, "class": f"incident {one.level}".strip()},
            f"incident{i}-shape": {"class": f"i i-k-{one.kind.partition(' ')[0]}"},
            f"incident{i}-name": named(one.name, {"by_hand": one.by_hand}, words),
            f"incident{i}-place": one.place,
        }
    return props
