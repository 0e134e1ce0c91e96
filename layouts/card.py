"""A tile's card: where its numbers come from, whose they are, how old, and what the leading one means.

The inside of a page of its own, for a phone or a desk; assets/card.js keeps it fresh and counts its ages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from dash import html
from dash.development.base_component import Component

from collectors.doubt import Doubt
from collectors.readings.limits import Limits
from collectors.readings.shape import Paused, SourceState
from collectors.source import BY_HAND
from layouts import TILES
from layouts.contact import breakable, contact_link
from layouts.doubts import sentence
from layouts.frame import Readings, credited, data, icon
from layouts.state import TileState
from layouts.words import UNKNOWN, Words

LEADING: dict[str, tuple[str, str | None]] = {
    "band": ("stage", "word"),
    "complaints": ("waiting", "total"),
    "beds": ("icu-free", "icu-capacity"),
    "traffic": ("open", None),
    "apps": ("up", "total"),
    "water": ("raised", "total"),
    "sources": ("live", "of"),
}
"""The slots of a tile that show its leading number and what it is a part of."""


class SourceCard(SourceState):
    """A source with what the city's file says of it. `address` is without secrets; `standard` names its protocol;
    `entered_by` is the office that typed its values, where somebody does.
    """

    standard: str
    address: str | None
    licence: str | None
    entered_by: NotRequired[str | None]


class Card(TypedDict):
    """What the card of a tile says; `title` and `meaning` by language.

    `quality` is what does not add up in what the tile shows, whatever its sources sent.
    """

    tile: str
    title: Mapping[str, str]
    meaning: Mapping[str, str]
    state: TileState
    quality: Sequence[Doubt]
    sources: Sequence[SourceCard]


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks, and when: the words, the other languages there are, the build, the server's time."""

    words: Words
    others: Sequence[str]
    build: str
    at: datetime


def meaning(tile: str, limits: Limits, words: Words) -> str:
    """One sentence on the tile's leading number."""
    days = words.number(limits.complaint_window / 86400)
    numbers = {name: words.number(value) for name, value in asdict(limits).items() if isinstance(value, int | float)}
    return words.fill(f"meaning_{tile}", window_days=days, **numbers)


def leading(tile: str, readings: Readings, words: Words) -> tuple[str, str]:
    """The leading number as the wall shows it and what stands behind it; "" where there is none."""
    if tile not in LEADING:
        return "", ""
    props = TILES[tile].show(readings, words)
    shown = [props.get(slot, UNKNOWN) if slot else "" for slot in LEADING[tile]]
    number, of = (one if isinstance(one, str) else one.get("text") or "" for one in shown)
    return number, of


def draw_card(card: Card, readings: Readings, visit: Visit) -> list[Component]:
    """The page of one card."""
    words, tile = visit.words, card["tile"]
    number, of = leading(tile, readings, words)
    head = html.Section(
        [
            html.H1(card["title"][words.language]),
            state_line(card["state"], words),
            html.P([html.B(number), html.Span(of)], className="lead") if number else None,
            html.P(card["meaning"][words.language], className="meaning"),
            _doubts(card["quality"], visit.at.isoformat(), words),
        ],
        className="head",
        **_tile(card),
    )
    qr = html.Figure(
        [
            html.Img(src=f"/qr/{tile}.svg?lang={words.language}", alt=words["card_qr"]),
            html.Figcaption(words["card_qr"]),
        ]
    )
    sources = html.Div([_source(source, visit) for source in card["sources"]], className="cards-of")
    demo = any(source["demo"] for source in card["sources"])
    return _page([html.Div([head, qr], className="about"), sources], f"/card/{tile}", demo, visit)


def draw_cards(cards: Sequence[Card], visit: Visit) -> list[Component]:
    """The page of all cards."""
    words = visit.words
    rows = [
        html.A(
            [
                html.H2(card["title"][words.language]),
                state_line(card["state"], words),
                html.P(card["meaning"][words.language], className="meaning"),
                html.P(words.join(*(source["name"] for source in card["sources"])), className="names"),
            ],
            href=f"/card/{card['tile']}?lang={words.language}",
            **_tile(card),
        )
        for card in cards
    ]
    head = html.Section([html.H1(words["cards"]), html.P(words["cards_why"], className="meaning")], className="head")
    demo = any(card["state"]["demo"] for card in cards)
    return _page([head, html.Div(rows, className="index")], "/cards", demo, visit)


def _page(body: Sequence[Component], path: str, demo: bool, visit: Visit) -> list[Component]:
    words = visit.words
    all_cards = html.A(words["cards_all"], href=f"/cards?lang={words.language}")
    languages = [html.A(words[f"language_{one}"], href=f"{path}?lang={one}", lang=one) for one in visit.others]
    machine = "/api/v1/cards" if path == "/cards" else f"/api/v1/cards/{path.removeprefix('/card/')}"
    return [
        html.Header(
            [
                html.A("Live Room", href=f"/?lang={words.language}", className="home"),
                html.Span(words.city, className="city"),
                html.Span(words["demo"], className="demo") if demo else None,
                html.Nav([all_cards if path != "/cards" else None, *languages]),
            ]
        ),
        html.P([html.B("", className="since"), html.Span(words["card_link"])], className="cut"),
        html.Main(list(body), **data(words=words.browser(), at=str(round(visit.at.timestamp() * 1000)))),
        html.Footer(
            [html.A(words["card_machine"], href=machine), html.Span(words.fill("card_build", build=visit.build))]
        ),
    ]


def _tile(card: Card) -> dict[str, Any]:
    """What says of an element which tile it is about, and how fresh that is."""
    state = card["state"]
    attributes = data(tile=card["tile"], freshness=state["freshness"], level=state["level"])
    return {**attributes, "data-as-of": state["as_of"] or ""}


def state_line(state: TileState, words: Words, paused: Paused | None = None) -> Component:
    """Shape and word; the script puts the age there, and counts it by the state's own rule. A paused source counts
    nothing: it says since when."""
    if paused is not None:
        since = words.fill("paused_since", time=words.time(paused["since"]))
        return html.P(
            [icon("paused"), html.Span(since)], className="state", **data(freshness=state["freshness"], paused="")
        )
    counted = {key: value for key, value in state.items() if key not in ("level", "reason", "demo")}
    said = words[f"source_{state['freshness']}"] if state["freshness"] != "failed" else words["failed_now"]
    known = words.time(state["as_of"]) if state["as_of"] else None
    return html.P(
        [icon("state"), html.Span(words.join(said, known), className="age")],
        className="state",
        **data(state=json.dumps(counted, separators=(",", ":")), freshness=state["freshness"]),
    )


def _source(source: SourceCard, visit: Visit) -> Component:
    words, now = visit.words, visit.at.isoformat()
    rows: list[tuple[str, Any]] = [
        ("owner", source["owner"]),
        ("contact", contact_link(source.get("contact"), words)),
        ("last_success", _moment(source["received"], now, words)),
        ("rows", _rows(source, words)),
        ("data_as_of", _moment(source["as_of"], now, words)),
        ("pace", _pace(source, words)),
        ("protocol", words.join(source["standard"], source["collector"])),
        ("address", _address(source, words)),
        ("licence", source["licence"] or words["not_stated"]),
    ]
    if credit := credited(source, words):
        rows.append(("attribution", credit))
    by_hand = source["collector"] == BY_HAND
    if by_hand:
        rows.insert(0, ("entered_by", source.get("entered_by") or UNKNOWN))
    head = [
        html.H2(source["name"]),
        html.Span([icon("hand"), html.Span(words["by_hand"])], className="hand") if by_hand else None,
        html.Span(words["demo"], className="demo") if source["demo"] else None,
        state_line(counting(source), words, source.get("paused")),
    ]
    facts = html.Dl([html.Div([html.Dt(words[key]), html.Dd(value)], className=key) for key, value in rows])
    return html.Section(
        [html.Header(head), _trouble(source, now, words), _doubts(source.get("quality", []), now, words), facts],
        className="source",
        **data(source=source["name"]),
    )


def _trouble(source: SourceState, now: str, words: Words) -> Component | None:
    """What is wrong in plain words, since when, when it is tried again, and the sentence that came with it."""
    paused = source.get("paused")
    if paused is not None:
        until = paused["until"]
        end = words.fill("paused_until", time=words.time(until, now)) if until else words["paused_open"]
        return html.Div([html.B(paused["reason"]), html.Span(end)], className="trouble")
    if not source["error"]:
        return None
    since, again = source["failing_since"], source["next_try"]
    told = words.join(
        words.fill("failed", time=words.time(since, now)) if since else None,
        words.fill("next_try", time=words.time(again, now, seconds=True)) if again else None,
    )
    said = [html.B(words.fault(source)), html.Span(told), html.Span(source["error"], className="detail")]
    return html.Div(said, className="trouble")


def _doubts(doubts: Sequence[Doubt], now: str, words: Words) -> Component | None:
    """What is to be doubted of data that come all the same."""
    if not doubts:
        return None
    said = [
        html.Li([sentence(doubt, words), html.Span(words.fill("since", time=words.time(doubt["since"], now)))])
        for doubt in doubts
    ]
    said += [html.Li(words.fill("more", n=words.number(doubt["others"]))) for doubt in doubts if "others" in doubt]
    return html.Div([html.B([icon("doubt"), html.Span(words["data_in_doubt"])]), html.Ul(said)], className="doubts")


def counting(source: SourceState) -> TileState:
    """One source as a tile's state, so that the browser counts both by the same rule."""
    return {
        "freshness": source["freshness"],
        "level": "unknown",
        "as_of": source["as_of"],
        "late_after": source["cadence"],
        "stale_after": 2 * source["cadence"],
        "failed_after": source["cadence"] if source["error"] else None,
        "failing_since": source["failing_since"],
        "reason": source["error"],
        "demo": source["demo"],
    }


def _moment(iso: str | None, now: str, words: Words) -> str | list[Component]:
    """A time of day, and beside it how long ago, which the script counts."""
    if iso is None:
        return words["source_never"]
    at = html.Time(words.time(iso, now, seconds=True), dateTime=iso)
    return [at, html.Span("", className="ago", **data(since=iso))]


def _address(source: SourceCard, words: Words) -> Any:
    """A form is a page to go to; all other addresses are for programs."""
    address = source["address"]
    if address is None:
        return UNKNOWN
    if source["collector"] == BY_HAND:
        return html.A(address, href=f"{address}?lang={words.language}")
    return breakable(address, "/")


def _rows(source: SourceCard, words: Words) -> str:
    counts, more = source.get("counts"), None
    if counts is not None and counts["total"]["rejected"]:
        since = words.time(counts["since"], source["received"])
        more = words.fill("rejected", n=words.number(counts["total"]["rejected"]), time=since)
    return words.join(words.number(source.get("rows")), more)


def _pace(source: SourceState, words: Words) -> str:
    asked = words.fill("asked_every", time=words.span(source["every"])) if source["every"] else words["sends_itself"]
    return words.join(
        asked,
        words.fill("due_every", time=words.span(source["cadence"])),
    )
