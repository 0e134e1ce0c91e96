"""The form for values entered by hand: a hospital without any system of its own types the beds it has.

For a phone first, with labels that are read out, and it works without a script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from layouts.fields import field as labelled
from layouts.frame import icon
from layouts.words import Words

LONGEST_BY = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in the form of one source. `values` by the fields' names, `errors` by those that are wrong.

    `last` and `last_by` are when and by which office it was filled in before; `accepted` is set once it has been sent;
    `problem` is what keeps it from being sent that no field can help.
    """

    source: str
    hospital: str
    cadence: float
    rooms: Sequence[str]
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    last: datetime | None = None
    last_by: str | None = None
    accepted: datetime | None = None
    problem: str | None = None


def name_of(room: int, what: str) -> str:
    """The name of one number's field: "free-0"."""
    return f"{what}-{room}"


def draw_entry(entry: Entry, words: Words, others: Sequence[str]) -> list[Component]:
    """The page."""
    path = f"/enter/{entry.source}"
    languages = [html.A(words[f"language_{one}"], href=f"{path}?lang={one}", lang=one) for one in others]
    head = html.Section(
        [
            html.H1(entry.hospital),
            html.P([icon("hand"), html.Span(words["by_hand"])], className="hand"),
            html.P(words["enter_why"], className="meaning"),
            html.P(words.join(_last(entry, words), words.fill("enter_due", time=words.span(entry.cadence)))),
        ],
        className="head",
    )
    form = html.Form(
        [
            *(_room(entry, number, words) for number in range(len(entry.rooms))),
            html.Div([_by(entry, words), _token(entry, words)], className="who"),
            html.Button(words["enter_send"], type="submit"),
        ],
        method="post",
        action=f"{path}?lang={words.language}",
        autoComplete="off",
        noValidate=True,
    )
    return [
        html.Header(
            [
                html.A("Live Room", href=f"/?lang={words.language}", className="home"),
                html.Span(words.city, className="city"),
                html.Nav(languages),
            ]
        ),
        html.Main([head, _told(entry, words), form], className="entry"),
    ]


def _last(entry: Entry, words: Words) -> str:
    if entry.last is None:
        return words["enter_never"]
    now = entry.accepted or datetime.now(entry.last.tzinfo)
    time = words.time(entry.last.isoformat(), now.isoformat())
    return words.fill("enter_last", time=time, by=entry.last_by or "–")


def _told(entry: Entry, words: Words) -> Component | None:
    """What became of it, before everything else: said aloud when the page opens."""
    if entry.accepted is not None:
        time = words.time(entry.accepted.isoformat(), seconds=True)
        return html.P(
            [icon("calm"), html.Span(words.fill("enter_accepted", time=time))], className="done", role="status"
        )
    if entry.problem is not None:
        said = [html.B([icon("alarm"), html.Span(words["enter_not_sent"])]), html.P(entry.problem)]
        return html.Div(said, className="wrong", role="alert")
    if not entry.errors:
        return None
    count = len(entry.errors)
    head = words["enter_refused_one"] if count == 1 else words.fill("enter_refused", n=words.number(count))
    links = [
        html.Li(html.A(f"{_label(entry, name, words)}: {why}", href=f"#{name}")) for name, why in entry.errors.items()
    ]
    return html.Div([html.B([icon("alarm"), html.Span(head)]), html.Ul(links)], className="wrong", role="alert")


def _label(entry: Entry, name: str, words: Words) -> str:
    what, _, number = name.partition("-")
    if what in ("by", "token"):
        return words[f"enter_{what}"]
    return f"{entry.rooms[int(number)]}, {words[f'enter_{what}'].lower()}"


def _room(entry: Entry, number: int, words: Words) -> Component:
    return html.Fieldset(
        [
            html.Legend(entry.rooms[number]),
            html.Div([_count(entry, number, what, words) for what in ("free", "capacity")]),
        ]
    )


def _count(entry: Entry, number: int, what: str, words: Words) -> Component:
    name = name_of(number, what)
    return labelled(
        name, words[f"enter_{what}"], entry.values.get(name, ""), entry.errors.get(name),
        type="text", inputMode="numeric", autoComplete="off", maxLength="5", autoFocus=_first(entry, name),
    )  # fmt: skip


def _by(entry: Entry, words: Words) -> Component:
    return labelled(
        "by", words["enter_by"], entry.values.get("by", ""), entry.errors.get("by"), words["enter_by_hint"],
        type="text", required=True, maxLength=str(LONGEST_BY), autoComplete="organization-title",
        autoFocus=_first(entry, "by"),
    )  # fmt: skip


def _token(entry: Entry, words: Words) -> Component:
    """Never filled in: what was typed is not sent back."""
    return labelled(
        "token", words["enter_token"], "", entry.errors.get("token"),
        type="password", required=True, autoComplete="current-password", autoFocus=_first(entry, "token"),
    )  # fmt: skip


def _first(entry: Entry, name: str) -> bool:
    """Whether the keyboard begins here: at the first field that is wrong."""
    return name == next(iter(entry.errors), None)
