"""Who keeps the limit: a table of agencies or places, those with few due reports apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from collectors.questions.complaint_answers import Sums
from collectors.readings.limits import Limits
from layouts.explore.page import Frame
from layouts.explore.parts import SMALL, age_since, card, dot, drop_one, interval, void
from layouts.frame import data, icon
from layouts.words import UNKNOWN

PER = 10_000
PARTS = ("done", "process", "unknown", "waiting")
KEY = ("head_waiting", "head_oldest", "head_on_time")
"""The columns that a phone has room for."""


def table_card(
    frame: Frame,
    name: str,
    filter_name: str,
    each: Sequence[tuple[str, str, Sums]],
    total: Sums,
    limits: Limits,
    defined: str,
    residents: Mapping[str, int] | None,
) -> Component:
    words = frame.words
    title = words[f"table_{name}"]
    if not each:
        return card(frame, name, title, [void(words, link=drop_one(frame))], defined, words.fill("n", n="0"))
    keys = ("received", "done", "process", "unknown", "waiting", "late", "oldest", "median")
    heads = [("", "rank"), (f"head_{filter_name}", "name"), *((f"head_{key}", "n") for key in keys)]
    if residents is not None:
        heads.append(("head_per_10000", "n"))
    heads += [("head_target", "dots-of"), ("head_on_time", "n"), ("head_due", "n")]
    ranked = sorted((one for one in each if one[2].due >= SMALL), key=lambda one: (one[2].on_time / one[2].due, one[1]))
    few = sorted((one for one in each if one[2].due < SMALL), key=lambda one: (-one[2].n, one[1]))
    rows = [table_row(frame, filter_name, one, str(place), limits, residents) for place, one in enumerate(ranked, 1)]
    if few:
        note = html.Tr(html.Td(words.fill("few_due", n=SMALL), colSpan=len(heads)), className="divider")
        rows += [note, *(table_row(frame, filter_name, one, "", limits, residents) for one in few)]
    everyone = sum(residents.values()) if residents else 0
    foot = table_row(
        frame, filter_name, ("", words["all_city"], total), "", limits, {"": everyone} if residents else residents
    )
    target = words.fill("head_target", share=words.share(limits.on_time, 1))
    head = html.Tr(
        [
            html.Th(target if key == "head_target" else words[key] if key else "", className=kind, scope="col")
            for key, kind in heads
        ]
    )
    table = html.Table([html.Thead(head), html.Tbody(rows), html.Tfoot(foot)], className="list league-of")
    bad = any(one.due >= SMALL and interval(one.on_time, one.due)[1] < limits.on_time for _, _, one in each)
    return card(
        frame, name, title, [html.Div(table, className="scroll")], defined, words.fill("n", n=words.number(total.n)),
        how=words["league_how"], level="watch" if bad else "normal",
    )  # fmt: skip


def table_row(
    frame: Frame,
    filter_name: str,
    one: tuple[str, str, Sums],
    rank: str,
    limits: Limits,
    residents: Mapping[str, int] | None,
) -> Component:
    words, scope = frame.words, frame.scope
    code, name, sums = one
    title = html.A(name, href=frame.link(scope.toggling(filter_name, code))) if code else html.Span(name)
    few = sums.due < SMALL
    bad = not few and interval(sums.on_time, sums.due)[1] < limits.on_time
    late = [icon("watch"), words.number(sums.late)] if sums.late else "0"
    oldest = age_since(sums.oldest) if sums.oldest else UNKNOWN
    parts = zip(PARTS, (sums.done, sums.in_progress, sums.unknown, sums.waiting), strict=True)
    cells: list[tuple[str, Any, str]] = [
        ("head_received", words.number(sums.n), ""),
        *((f"head_{key}", words.number(n), "" if n else "zero") for key, n in parts),
        ("head_late", late, "bad" if sums.late else "zero"),
        ("head_oldest", oldest, "bad" if sums.late else ""),
        ("head_median", words.lasted(sums.finish_median), ""),
    ]  # fmt: skip
    if residents is not None:
        people = residents.get(code)
        cells.append(("head_per_10000", words.number(sums.n / people * PER, 1) if people else UNKNOWN, ""))
    tail: list[tuple[str, Any, str]] = [
        (
            "head_on_time",
            words["small_n"] if few and sums.due else words.share(sums.on_time, sums.due),
            "bad" if bad else "few" if few else "",
        ),
        ("head_due", words.part(sums.on_time, sums.due), "of"),
    ]
    return html.Tr(
        [
            html.Td(rank, className="rank"),
            html.Th(title, scope="row", className="name"),
            *(
                html.Td(value, className=f"n {kind}{' key-of' if key in KEY else ''}", **data(label=words[key]))
                for key, value, kind in cells
            ),
            html.Td(dot(sums.on_time, sums.due, limits.on_time), className="dots-of"),
            *(
                html.Td(value, className=f"n {kind}{' key-of' if key in KEY else ''}", **data(label=words[key]))
                for key, value, kind in tail
            ),
        ],
        className="few" if few else "",
    )
