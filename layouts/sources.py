"""The source board: every source, the ones in trouble first, with its age, its owner's telephone and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import Freshness, SourceState
from collectors.source import BY_HAND, EVERY_AREA
from layouts.doubts import sentences
from layouts.frame import Props, Readings, Slots, figure, frame, hidden, icon, present
from layouts.words import Words

TILE = "sources"
ROWS = 25
LINES = 26
ROOMY = 8
Standing = Freshness | Literal["paused"]
ORDER: tuple[Standing, ...] = ("failed", "never", "stale", "late", "paused", "live")
COUNTED: tuple[Standing, ...] = ORDER[:-1]


def standing(source: SourceState) -> Standing:
    """A source's freshness, or that nobody asks it because a person said so."""
    return "paused" if source.get("paused") else source["freshness"]


def draw(words: Words) -> Component:
    slot = Slots(TILE)
    heads = [words["source"], words["source_is"], words["owner_contact"], words["cause"]]
    table = html.Div(
        [
            html.Div([html.Span(), *(html.Span(head) for head in heads)], className="src heads"),
            *(_row(slot, f"row{i}") for i in range(ROWS)),
            html.Div("", className="more"),
        ],
        id=slot.id("table"),
        className="fit table",
    )
    counts = [
        slot.row(f"count-{state}", "count", icon(state), slot(f"count-{state}-said", "", "")) for state in COUNTED
    ]
    counts.append(slot.row("count-doubt", "count", icon("doubt"), slot("count-doubt-said", "", "")))
    side = html.Div(
        [
            html.Div([slot("live", "big"), html.Span(words["source_live"], className="unit")], className="lead"),
            slot("of", "q", "", html.Div),
            *counts,
            html.Figure(
                [
                    html.Img(src=f"/qr/cards.svg?lang={words.language}", alt=words["cards"]),
                    html.Figcaption(words["sources_qr"]),
                ]
            ),
        ],
        className="side",
    )
    return frame(TILE, words, [html.Div([table, side], className="board")])


def _row(slot: Slots, row: str) -> Component:
    return slot.row(
        row,
        "src item",
        slot(f"{row}-shape", "i", "", html.I),
        html.Div([slot(f"{row}-name", "n snug", "", html.B), slot(f"{row}-area", "second", "")]),
        html.Div(
            [
                html.Span([slot(f"{row}-word", "word", "", html.B), slot(f"{row}-age", "age-of", "")], className="n"),
                slot(f"{row}-due", "second", ""),
            ]
        ),
        html.Div([slot(f"{row}-owner", "n owner", ""), slot(f"{row}-contact", "second contact", "")]),
        html.Div([slot(f"{row}-cause", "n cause", ""), slot(f"{row}-next", "second", "")]),
    )


def show(readings: Readings, words: Words) -> Props:
    known = present(readings, *EVERY_AREA)
    if not known:
        return {}
    sources = [source for reading in known for source in reading["sources"]]
    sources.sort(key=lambda source: (ORDER.index(standing(source)), source["error"] is None, not source.get("quality")))
    total = len(sources)
    props: Props = {
        "table": {"data-fit": str(total), "class": "fit table roomy" if total <= ROOMY else "fit table"},
        "live": figure(_count(sources, "live"), words),
        "of": words.fill("sources_of", n=words.number(total)),
    }
    for state in COUNTED:
        count = _count(sources, state)
        props[f"count-{state}"] = {"hidden": hidden(not count)}
        props[f"count-{state}-said"] = words.fill(f"count_{state}", n=words.number(count))
    doubted = sum(_doubted(source) for source in sources)
    props["count-doubt"] = {"hidden": hidden(not doubted)}
    props["count-doubt-said"] = words.fill("count_doubt", n=words.number(doubted))
    for i in range(ROWS):
        row = f"row{i}"
        tall = i < LINES - total or total <= LINES // 2
        props |= _show(row, sources[i], tall, words) if i < total else {row: {"hidden": ""}}
    return props


def _count(sources: Sequence[SourceState], state: Standing) -> int:
    return sum(standing(source) == state for source in sources)


def _doubted(source: SourceState) -> bool:
    """Whether it answers in time what is to be doubted; one that does not is in trouble enough."""
    return source["freshness"] == "live" and source["error"] is None and bool(source.get("quality"))


def _show(row: str, source: SourceState, tall: bool, words: Words) -> Props:
    state, paused = standing(source), source.get("paused")
    failing = source["error"] is not None and not paused
    since = source["failing_since"] if failing else None
    again = source["next_try"] if failing else None
    contact = source.get("contact")
    missing = words["untold_contact" if source.get("withheld") else "contact_missing"]
    said = words[state] if state == "paused" else words["failed_now" if state == "failed" else f"source_{state}"]
    due = words.fill("due_every", time=words.span(source["cadence"]))
    if paused:
        due = words.fill("since", time=words.time(paused["since"], source["received"]))
    doubted = _doubted(source)
    if doubted:
        said = words["in_doubt"]
    why = cause(source, words)
    doubts = words.join(*sentences(source.get("quality", []), words)) if doubted else ""
    error = None if source.get("withheld") else source["error"]
    told = why if paused else error or doubts or why
    until = paused["until"] if paused else None
    then = words.fill("until", time=words.time(until, source["received"])) if until else words["paused_open"]
    following = words.fill("next_try", time=words.time(again, source["received"])) if again else ""
    return {
        row: {"hidden": None, "class": f"src item {state}{' in-doubt' * doubted}{' tall' * tall}"},
        f"{row}-shape": {"class": "i i-doubt" if doubted else f"i i-{state}"},
        f"{row}-name": {"text": source["name"], "title": source["name"]},
        f"{row}-area": words[source["area"]],
        f"{row}-word": said,
        f"{row}-age": {"data-since": source["as_of"], "hidden": hidden(source["as_of"] is None)},
        f"{row}-due": words.fill("failing_at", time=words.time(since, source["received"])) if since else due,
        f"{row}-owner": {"text": source["owner"], "title": source["owner"]},
        f"{row}-contact": {
            "text": contact or missing,
            "class": "second contact" if contact else "second contact none",
        },
        f"{row}-cause": {"text": why, "title": told},
        f"{row}-next": then if paused else following,
    }


def cause(source: SourceState, words: Words) -> str:
    """What is wrong or to be doubted, as far as it is known; for any other live source how often it is asked."""
    paused = source.get("paused")
    if paused:
        return paused["reason"] or words["untold_reason"]
    if source["error"]:
        return words.fault(source)
    sends = not source["every"]
    if source["freshness"] == "never":
        return words["nothing_sent_yet" if sends else "not_asked_yet"]
    if source["freshness"] != "live":
        age = "late" if source["freshness"] == "late" else "old"
        return words[f"silent_{age}" if sends else f"answers_{age}"]
    if doubts := source.get("quality"):
        return words.join(*sentences(doubts, words, at=False))
    asked = how_asked(source, words)
    rows = source.get("rows")
    return words.join(asked, words.fill("rows_last", n=words.number(rows)) if rows is not None else None)


def how_asked(source: SourceState, words: Words) -> str:
    """How often it is asked, or how else its values come."""
    if source["every"]:
        return words.fill("asked_every", time=words.span(source["every"]))
    return words["by_hand" if source["collector"] == BY_HAND else "sends_itself"]
