"""/sources: every source with its owner, its pace, its freshness, its last seven days, and what may be asked of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from collectors.history_state import HistoryState
from collectors.readings.shape import SourceState
from collectors.reliability import Day
from collectors.source import BY_HAND
from layouts.card import Visit, counting, state_line
from layouts.contact import contact_link
from layouts.doubts import sentences
from layouts.frame import data, icon
from layouts.history import draw_history
from layouts.paper import aria, cell, first_large, paper, since, two
from layouts.sources import ORDER, cause, how_asked, standing
from layouts.words import UNKNOWN, Words

GROUPS = ("trouble", "paused", "live")
SAYS = (
    "said_asked", "said_wait", "said_paused", "said_resumed", "said_refused", "said_personal", "said_no_link", "pause",
    "pause_title", "pause_what", "pause_reason", "pause_reason_hint", "pause_by", "pause_by_hint", "pause_for",
    "pause_open", "pause_hours", "pause_days", "cancel",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceRow:
    """`owner` is the slug of its owner's page, `standard` its protocol's name, `week` what its last seven days add up
    to (None: not counted), `by` who paused it. `askable`: whether it can be asked at all."""

    state: SourceState
    owner: str
    standard: str
    week: Day | None
    by: str | None = None


def draw_sources(
    rows: Sequence[SourceRow], counted: bool, history: HistoryState | None, visit: Visit
) -> list[Component]:
    """`counted` is false where the daily counts could not be read; `history` is how what is kept of all of them is."""
    words = visit.words
    live = sum(standing(row.state) == "live" for row in rows)
    ordered = sorted(rows, key=lambda row: (GROUPS.index(group(row)), ORDER.index(standing(row.state))))
    shapes = [
        html.I(className=f"i i-{standing(row.state)} of-{group(row)}", title=row.state["name"]) for row in ordered
    ]
    head = html.Section(
        [
            html.H1(words["sources_page"]),
            html.P(words.fill("sources_live_of", n=words.part(live, len(rows))), className="told"),
            html.P(shapes, className="strip", **aria(hidden="true")),
            html.P(words["sources_why"], className="why"),
        ],
        className="title",
    )
    said = html.P("", className="said", role="status")
    missing = None if counted else html.P([icon("never"), words["store_silent"]], className="missing")
    table = source_table(ordered, visit, acts=True)
    demo = any(row.state["demo"] for row in rows)
    say = json.dumps({key: words[key] for key in SAYS}, ensure_ascii=False)
    kept = draw_history(history, visit) if history is not None else None
    body = [head, missing, html.Div(table, className="block", id="sources", **data(say=say)), kept]
    return [*paper(body, "/sources", "", demo, "/api/v1/sources", visit), said]


def group(row: SourceRow) -> str:
    """One that fails or is to be doubted is in trouble, however fresh its last data still are."""
    state = standing(row.state)
    if state == "paused":
        return state
    good = state == "live" and row.state["error"] is None and not row.state.get("quality")
    return "live" if good else "trouble"


def source_table(rows: Sequence[SourceRow], visit: Visit, *, acts: bool) -> Component:
    """The table; with `acts` in groups, and with the buttons."""
    words = visit.words
    heads = ["source_is", "source", "owner", "head_pace", "head_last", "head_answers", "head_doubt", "head_rejects"]
    numbers = ("head_answers", "head_doubt", "head_rejects")
    first = [
        html.Th([words[key], html.Small(words["last_7_days"])] if key in numbers else words[key],
                className="n" if key in numbers else "", scope="col")
        for key in heads
    ]  # fmt: skip
    if acts:
        first.append(html.Th(html.Span(words["nav_sources"], className="unseen"), scope="col"))
    parts: list[Component] = [html.Thead(html.Tr(first), **data(key="head"))]
    for name in GROUPS:
        mine = [row for row in rows if group(row) == name]
        if mine and acts:
            title = [html.B(words[f"group_{name}"]), html.Span(words.number(len(mine)))]
            parts.append(
                html.Tbody(
                    html.Tr(html.Th(title, colSpan=len(first), scope="rowgroup")),
                    className="group",
                    **data(key=f"+{name}"),
                )
            )
        parts += [draw_row(row, visit, acts) for row in mine]
    return html.Table(parts, className="list sources-list" + (" acting" if acts else ""), **data(keyed=""))


def draw_row(row: SourceRow, visit: Visit, acts: bool) -> Component:
    state, words = row.state, visit.words
    name, now = state["name"], visit.at.isoformat()
    owner = html.A(state["owner"], href=f"/owners/{row.owner}?lang={words.language}") if row.owner else state["owner"]
    contact = html.Span(contact_link(state.get("contact"), words), className="of")
    due = words.fill("due_every", time=words.span(state["cadence"]))
    last = state["received"]
    at = words.time(last, now, seconds=True) if last else words["never_answered"]
    how, typed = how_asked(state, words), state["collector"] == BY_HAND
    cells = [
        cell("is", words["source_is"], state_line(counting(state), words, state.get("paused"))),
        cell("what", words["source"], *two(name, words.join(words[state["area"]], row.standard))),
        cell("owned", words["owner"], html.B(owner), contact),
        cell(
            "pace",
            words["head_pace"],
            html.Span(html.A(how, href=f"/enter/{name}?lang={words.language}") if typed else how, className="line"),
            html.Span(due, className="of"),
        ),
        cell("last", words["head_last"], html.Span(at, className="line"), html.Span(since(last), className="of")),
        *numbers(row.week, words),
    ]
    if acts:
        cells.append(html.Td(html.Div(buttons(row, words), className="acts"), className="act"))
    lines = [html.Tr(cells)]
    why = wrong(row, now, words)
    said = [html.Td("", className="pad"), html.Td(why, colSpan=len(cells) - 1)]
    lines.append(html.Tr(said, className="why", hidden=why is None))
    return html.Tbody(lines, className=f"of-{group(row)}", **data(source=name, key=name))


def numbers(week: Day | None, words: Words) -> list[Component]:
    """How often it answered, how long its news was not fresh, how many rows could not be read."""
    if week is None or not week.asked:
        empty = two(UNKNOWN, words["none_observed"])
        return [cell("n", words[key], *empty) for key in ("head_answers", "head_doubt", "head_rejects")]
    observed = week.observed()
    doubt = observed - week.seconds.get("live", 0.0)
    answered = words.part(week.answered, week.asked)
    hours = words.fill("hours_of", time=words.hours(observed))
    rows = words.fill("rows_of", n=words.number(week.rows))
    return [
        cell("n", words["head_answers"], *two(words.share(week.answered, week.asked), answered)),
        cell("n", words["head_doubt"], *two(words.share(doubt, observed, fault=True), hours)),
        cell("n", words["head_rejects"], *two(words.share(week.rejected, week.rows, fault=True), rows)),
    ]


def wrong(row: SourceRow, now: str, words: Words) -> Component | None:
    """Why it is not live, in plain words; the sentence that came with a failure is the detail."""
    state = row.state
    paused = state.get("paused")
    if paused is not None:
        until = paused["until"]
        end = words.fill("paused_until", time=words.time(until, now)) if until else words["paused_open"]
        by = words.fill("paused_by", by=row.by) if row.by else None
        return html.P([html.B(paused["reason"]), html.Span(words.join(by, end))])
    doubts = [html.Span(said) for said in sentences(state.get("quality", []), words)]
    if not state["error"]:
        plain = cause(state, words) if state["freshness"] != "live" else words["data_in_doubt"] if doubts else None
        return html.P([html.B(first_large(plain)), *doubts]) if plain else None
    began, again = state["failing_since"], state["next_try"]
    when = words.join(
        words.fill("failed", time=words.time(began, now)) if began else None,
        words.fill("next_try", time=words.time(again, now, seconds=True)) if again else None,
    )
    fault, detail = html.B(first_large(words.fault(state))), html.Span(state["error"], className="detail")
    return html.P([fault, html.Span(when), detail, *doubts])


def buttons(row: SourceRow, words: Words) -> list[Component]:
    name = row.state["name"]
    if not row.state["every"]:  # it sends by itself
        return []
    if row.state.get("paused"):
        return [button("resume", name, words)]
    return [button("try", name, words, "try_now"), button("pause", name, words)]


def button(act: str, name: str, words: Words, key: str = "") -> Component:
    text = words[key or act]
    label = words.fill("act_on", what=text, name=name)
    return html.Button(text, type="button", **aria(label=label), **data(act=act, on=name))
