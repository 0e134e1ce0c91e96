"""The frame of every tile: heading, state, freshness and age, body, source and owner; and the ids of what changes.

What the city needs (grey when normal, amber and red for a human) and what our knowledge is worth (lilac: late, stale,
failed, never) are two attributes of one element, `data-level` and `data-freshness`; the looks: assets/21-frame.css.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import Entered, Level, Reading, SourceState
from collectors.source import BY_HAND, Area
from collectors.totals import is_total
from layouts.doubts import brief, sentences
from layouts.words import UNKNOWN, Words

Props = dict[str, str | dict[str, str | None]]
Readings = Mapping[Area, Reading]

WIDE = 4
CREDITED = ("waze",)
"""The collectors whose data may be shown only beside a credit in words of their publisher: `credit_<collector>`."""
DECORATION: dict[str, Any] = {"aria-hidden": "true"}


def slot_id(tile: str, slot: str) -> str:
    """The id of the element that shows one slot of one tile. The only place where ids are made."""
    return f"{tile}-{slot}"


@dataclass(frozen=True, slots=True)
class Slots:
    """Makes the changing elements of one tile."""

    tile: str

    def id(self, name: str) -> str:
        return slot_id(self.tile, name)

    def __call__(
        self, name: str, classes: str = "", text: Any = UNKNOWN, tag: Any = html.Span, **more: Any
    ) -> Component:
        made: Component = tag(text, id=slot_id(self.tile, name), className=classes, **more)
        return made

    def row(self, name: str, classes: str, *children: Any, tag: Any = html.Div) -> Component:
        """A row that is drawn once and hidden until it is used."""
        made: Component = tag(list(children), id=slot_id(self.tile, name), className=classes, hidden=True)
        return made


def icon(name: str, classes: str = "") -> Component:
    """A shape of assets/30-icons.css; decoration, since the words beside it say the same."""
    return html.I(className=f"i i-{name} {classes}".strip(), **DECORATION)


def frame(tile: str, words: Words, body: Sequence[Component], beside: Component | None = None) -> Component:
    """A tile as it stands before its first reading: heading at once, "–" and "waiting for data".

    `beside` stands right of the heading.
    """
    slot = Slots(tile)
    return html.Section(
        [
            html.Header(
                [
                    html.H2(html.A(words[tile], href=f"/card/{tile}?lang={words.language}")),
                    beside,
                    html.Span(
                        [icon("alarm", "at-alarm"), icon("watch", "at-watch"), slot("tag", "", "")], className="tag"
                    ),
                    html.Span([icon("state"), html.Span(words["loading"], className="age")], className="fr"),
                ]
            ),
            html.Div(list(body), className="body"),
            html.Footer(
                [
                    slot.row("doubt", "doubt", icon("doubt"), slot("doubt-said", "", ""), tag=html.Span),
                    slot("source", "source", ""),
                    html.Span("", className="reason"),
                    slot("owner", "owner", ""),
                    slot("credit", "credit", "", hidden=True),
                ]
            ),
        ],
        className=f"tile {tile}",
        **tile_attributes(tile),
    )


def data(**values: str) -> dict[str, Any]:
    """`data-*` attributes for a component: data(width="1") is data-width="1"."""
    return {f"data-{name}": value for name, value in values.items()}


def tile_attributes(tile: str) -> dict[str, Any]:
    """What every tile element carries before its first reading."""
    return {
        "id": tile,
        "style": {"gridArea": tile},
        "data-tile": tile,
        "data-freshness": "never",
        "data-level": "unknown",
        "data-as-of": "",
        "data-loading": "",
    }


def present(readings: Readings, *areas: Area) -> list[Reading]:
    return [readings[area] for area in areas if area in readings]


def show_sources(readings: Sequence[Reading], words: Words, note: str | None = None) -> Props:
    """The footer: the names of the sources left, those that are entered by hand first, their owners right, below them
    the credits that publishers ask for."""
    sources = [source for reading in readings for source in reading["sources"]]
    names = list(dict.fromkeys(source["name"] for source in sources if source["collector"] != BY_HAND))
    typed = list(dict.fromkeys(source["name"] for source in sources if source["collector"] == BY_HAND))
    owners = list(dict.fromkeys(source["owner"] for source in sources))
    credit = credits_of(sources, words)
    by_hand = f"{words['by_hand']}: {', '.join(typed)}" if typed else None
    said = words.join(by_hand, *names, note)
    return {
        "source": {"text": said, "data-hand": ""} if by_hand else said,
        "owner": words.join(*owners),
        "credit": {"text": credit, "hidden": hidden(not credit)},
    }


def show_doubt(reading: Reading, words: Words) -> Props:
    """The footer's doubt: a total of the reading or of its sources that does not reconcile, with both numbers.

    The whole sentences are its title, and stand on the tile's card.
    """
    doubts = list(reading.get("quality", []))
    said = sentences(doubts, words)
    for source in reading["sources"]:
        mine = [doubt for doubt in source.get("quality", []) if is_total(doubt)]
        said += [f"{source['name']}: {one}" for one in sentences(mine, words)]
        doubts += mine
    return {
        "doubt": {"hidden": hidden(not doubts), "title": words.join(*said) or None},
        "doubt-said": brief(doubts, words),
    }


def credits_of(sources: Sequence[SourceState], words: Words) -> str:
    """The credits to be said beside what these sources sent, each once."""
    return words.join(*dict.fromkeys(credited(source, words) for source in sources if source["as_of"]))


def credited(source: SourceState, words: Words) -> str | None:
    """What the publisher of a source's data asks to be said beside them, if anything."""
    return words[f"credit_{source['collector']}"] if source["collector"] in CREDITED else None


def named(text: str, about: Entered, words: Words) -> dict[str, str | None]:
    """The name of something as a slot, marked where a person entered what is said of it."""
    by_hand = about.get("by_hand", False)
    return {
        "text": text,
        "title": words.join(text, words["by_hand"] if by_hand else None),
        "data-hand": hidden(by_hand),
    }


def hand(about: Entered) -> dict[str, Any]:
    """As `named`, for what is drawn once."""
    return data(hand="") if about.get("by_hand", False) else {}


def figure(value: int | None, words: Words) -> dict[str, str | None]:
    """A number as a slot: "–" when unknown; a true 0 is marked, so that it can be quiet, and so is a long number."""
    text = words.number(value)
    return {"text": text, "data-zero": hidden(value == 0), "data-wide": hidden(len(text) > WIDE)}


def show_tag(level: Level, text: str, words: Words) -> str:
    """The state word beside the heading: what is wrong in a word or two, at least the level's own word."""
    return text or words[level] if level in ("watch", "alarm") else ""


def hidden(yes: bool) -> str | None:
    """The value of an attribute that is there or not, such as `hidden`."""
    return "" if yes else None
