"""How the history is, on the page of sources: what is kept and for how long, what cannot be written or read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from collectors.history_state import BroughtIn, HistoryState, KeptTable
from layouts.card import Visit
from layouts.frame import data, icon
from layouts.paper import cell
from layouts.vocabulary import VOCABULARY
from layouts.words import Words

SHOWN_ASIDE = 5
SHOWN_BROUGHT = 8


def draw_history(state: HistoryState, visit: Visit) -> Component:
    words, now = visit.words, visit.at.isoformat()
    kept = words.fill("history_kept", days=words.number(state["days"]), minute_days=words.number(state["minute_days"]))
    head = html.Header([html.H2(words["history"]), html.Span(kept, className="of")])
    return html.Section(
        [
            head,
            html.P(said(state, words, now), className="history-is"),
            *troubles(state, words, now),
            table(state["tables"], words) if state["tables"] else html.P(words["history_none"], className="empty"),
            *brought(state["imports"], words, now),
        ],
        className="block",
        id="history",
        **data(fault="" if state["fault"] is None else "1"),
    )


def said(state: HistoryState, words: Words, now: str) -> list[Component]:
    """When it was written last; while it cannot be, since when."""
    fault, folded, tidied = state["fault"], state["folded"], state["tidied"]
    if fault is not None:
        return [icon("failed"), html.B(words.fill("history_fault", time=words.time(fault["since"], now)))]
    if folded is None:
        return [icon("never"), html.B(words["history_never"])]
    parts = [words.fill("history_well", time=words.time(folded, now))]
    parts += [words.fill("history_tidied", time=words.time(tidied, now))] if tidied else []
    return [icon("live"), html.Span(words.join(*parts))]


def troubles(state: HistoryState, words: Words, now: str) -> list[Component]:
    found: list[Component] = []
    if state["fault"] is not None:
        reason = html.Span(state["fault"]["reason"], className="detail")
        found.append(html.P([html.Span(words["history_waits"]), reason], className="why"))
    if state["alone"]:
        found.append(html.P(words["history_files_alone"], className="why"))
    if state["aside"]:
        shown = ", ".join(state["aside"][:SHOWN_ASIDE])
        more = len(state["aside"]) - SHOWN_ASIDE
        listed = words.join(shown, words.fill("more", n=words.number(more)) if more > 0 else None)
        told = html.B(words.fill("history_aside", n=words.number(len(state["aside"]))))
        found.append(html.P([icon("stale"), told, html.Span(listed, className="detail")], className="why"))
    return found


def table(tables: Sequence[KeptTable], words: Words) -> Component:
    heads = ("history_is", "history_time", "history_files", "history_size")
    first = [
        html.Th(words[key], className="n" if key in heads[2:] else "", scope="col") for key in heads
    ]  # fmt: skip
    rows = [
        html.Tr(
            [
                cell("what", words["history_is"], html.B(named(one["name"], words))),
                cell("when", words["history_time"], covered(one, words)),
                cell("n", words["history_files"], words.number(one["files"])),
                cell("n", words["history_size"], size(one["bytes"], words)),
            ]
        )
        for one in tables
    ]
    return html.Table([html.Thead(html.Tr(first)), html.Tbody(rows)], className="list history-list")


def size(number: int, words: Words) -> str:
    if number < 100_000:
        return f"{words.number(number / 1000)} {words['kilobytes']}"
    return f"{words.number(number / 1e6, 1)} {words['megabytes']}"


def named(table: str, words: Words) -> str:
    """A table by what is in it; one that only another version of the program knows by its name."""
    key = f"kept_{table}"
    return words[key] if key in VOCABULARY else table


def covered(one: KeptTable, words: Words) -> str:
    first, last = (datetime.fromisoformat(text).astimezone(words.timezone) for text in (one["first"], one["last"]))
    return words.days_from(first.date(), last.date())


def brought(imports: Sequence[BroughtIn], words: Words, now: str) -> list[Component]:
    """The newest first."""
    if not imports:
        return []
    lines = []
    for one in reversed(imports[-SHOWN_BROUGHT:]):
        rows = words.fill("history_rows", n=words.number(one["rows"]))
        refused = words.fill("history_rejected", n=words.number(one["rejected"])) if one["rejected"] else None
        over = words.time(one["over"], now) if one["over"] else words["history_under_way"]
        lines.append(html.Li([html.B(one["name"]), " ", html.Span(words.join(one["source"], rows, refused, over))]))
    return [html.H3(words["history_brought"]), html.Ul(lines, className="brought")]
