"""The foot: DEMO, how many sources are live, which are not and whose they are, and the screen's name."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from collectors.source import EVERY_AREA
from layouts.frame import Props, Readings, Slots, hidden, icon, present, tile_attributes
from layouts.sources import ORDER, standing
from layouts.words import Words

TILE = "foot"
NAMED = 2


def draw(words: Words) -> Component:
    slot = Slots(TILE)
    screen = words.fill("screen", name=words.screen) if words.screen else "Live Room"
    return html.Section(
        [
            slot("demo", "demo", words["demo"], hidden=True),
            html.Span(
                [
                    icon("state"),
                    slot("sources", "told", words["loading"], html.B),
                    html.B(f"{words['foot']}: {words['unsure']}", className="unsure"),
                    html.B(words["no_link_foot"], className="cut"),
                    slot("late", "late", ""),
                ],
                className="sources",
            ),
            html.Span("", className="notice", hidden=True),
            html.Span(words.join(words.city, screen), className="x"),
        ],
        className="foot",
        **tile_attributes(TILE),
    )


def show(readings: Readings, words: Words) -> Props:
    known = present(readings, *EVERY_AREA)
    sources = [source for reading in known for source in reading["sources"]]
    live = sum(source["freshness"] == "live" for source in sources)
    late = [source for source in sources if source["freshness"] != "live"]
    late.sort(key=lambda source: ORDER.index(standing(source)))
    named = [words.join(source["name"], words.source_state(source), source["owner"]) for source in late[:NAMED]]
    more = words.fill("more", n=words.number(len(late) - NAMED)) if len(late) > NAMED else None
    return {
        "demo": {"hidden": hidden(not any(reading["demo"] for reading in known))},
        "sources": words.fill("sources_live", n=words.part(live, len(sources))),
        "late": words.join("; ".join(named), more),
    }
