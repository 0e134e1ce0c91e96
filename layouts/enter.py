"""The form for values entered by hand, drawn from the recipe of its area (collectors/forms.py).

For a phone first, with labels that are read out, and it works without a script.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from dash import html
from dash.development.base_component import Component

from collectors.districts import Subdistrict
from collectors.forms import Ask, Row
from collectors.records import Complaint, Record, TrafficReport, WaterLevel
from collectors.source import Source
from layouts.card import Visit
from layouts.fields import Input, option
from layouts.fields import field as labelled
from layouts.frame import icon
from layouts.paper import first_large
from layouts.words import Words

LONGEST_BY = 60
HINTED = ("created", "agency")
LONGEST = {"count": 5, "level": 8, "moment": 16}


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in the form of one source. `values` by the fields' names, `errors` by those that are wrong.

    `report` is the id of what is reported now; `at` is where each known report is, by its row's name; `more` is how
    many have no room. `last` and `last_by` are when and by which office it was filled in before;
    `accepted` is set once it has been sent; `problem` is what keeps it from being sent that no field can help.
    """

    source: Source
    heading: str
    rows: Sequence[Row]
    report: str
    places: Sequence[Subdistrict]
    at: Mapping[str, Subdistrict | None]
    values: Mapping[str, str]
    more: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)
    last: datetime | None = None
    last_by: str | None = None
    accepted: datetime | None = None
    problem: str | None = None


def entry_title(entry: Entry, words: Words) -> str:
    return f"{words[f'enter_title_{entry.source.area}']} · {entry.heading}"


def draw_entry(entry: Entry, visit: Visit) -> list[Component]:
    """The page."""
    words, path = visit.words, f"/enter/{entry.source.name}"
    languages = [html.A(words[f"language_{one}"], href=f"{path}?lang={one}", lang=one) for one in visit.others]
    head = html.Section(
        [
            html.H1(words[f"enter_title_{entry.source.area}"]),
            html.P([icon("hand"), html.Span(words.join(words["by_hand"], entry.heading))], className="hand"),
            html.P(words[f"enter_why_{entry.source.area}"], className="meaning"),
            html.P(words.join(_last(entry, visit), words.fill("enter_due", time=words.span(entry.source.cadence)))),
        ],
        className="head",
    )
    form = html.Form(
        [
            *_rows(entry, visit),
            Input(type="hidden", name="report", value=entry.report) if entry.report else None,
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


def _last(entry: Entry, visit: Visit) -> str:
    words = visit.words
    if entry.last is None:
        return words["enter_never"]
    time = words.time(entry.last.isoformat(), visit.at.isoformat())
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
        html.Li(html.A(f"{label}: {entry.errors[name]}", href=f"#{name}"))
        for name, label in _labels(entry, words)
        if name in entry.errors
    ]
    return html.Div([html.B([icon("alarm"), html.Span(head)]), html.Ul(links)], className="wrong", role="alert")


def _labels(entry: Entry, words: Words) -> Iterator[tuple[str, str]]:
    """Every field with what it is called where its row is not beside it, in the form's order."""
    for row in entry.rows:
        for ask in row.asks:
            label = words[f"ask_{ask.name}"]
            yield row.field(ask), label if row.is_new else f"{_title(row, words)}, {label[:1].lower()}{label[1:]}"
    yield from ((name, words[f"enter_{name}"]) for name in ("by", "token"))


def _rows(entry: Entry, visit: Visit) -> Iterator[Component]:
    """The rows; where they are reports, what is told now first, then what is still open."""
    words = visit.words
    still = [row for row in entry.rows if not row.is_new and not row.title]
    for row in entry.rows:
        if still and row is still[0]:
            head = [html.H2(words.fill("enter_still", n=words.number(len(still) + entry.more)))]
            yield html.Div([*head, html.P(words["enter_still_hint"], className="hint")], className="still")
        yield _row(entry, row, visit)
    if entry.more:
        yield html.P(words.fill("enter_more", n=words.number(entry.more)), className="hint")


def _row(entry: Entry, row: Row, visit: Visit) -> Component:
    words = visit.words
    about = _about(entry, row, visit)
    short = any(ask.kind in ("count", "level") for ask in row.asks)
    return html.Fieldset(
        [
            html.Legend(_title(row, words)),
            html.P(about, className="known") if about else None,
            html.Div([_field(entry, row, ask, words) for ask in row.asks], className="asks tight" if short else "asks"),
        ]
    )


def _title(row: Row, words: Words) -> str:
    """What a row is about."""
    record = row.record
    if row.is_new:
        return words["enter_new"]
    if isinstance(record, Complaint) and not row.title:
        return record.category
    if isinstance(record, TrafficReport) and not row.title:
        kind = first_large(words[f"kind_{record.kind}"])
        return words.join(kind, words.road(record.road or record.headline))
    return row.title


def _about(entry: Entry, row: Row, visit: Visit) -> str:
    """What is known of a row and is not in its fields; when it was known."""
    words, record = visit.words, row.record
    place = entry.at.get(row.name)
    where = f"{place.name}, {place.district}" if place else None
    if isinstance(record, Complaint):
        return words.join(where, words[f"status_{record.status}"], record.agency, _time(record, visit))
    if isinstance(record, TrafficReport):
        checked = None if record.verified is None else words["verified" if record.verified else "unverified"]
        return words.join(where, checked, _time(record, visit))
    if isinstance(record, WaterLevel):
        level = words.fill("enter_known", level=words.number(record.level_cm, 1))
        siaga = words.fill("siaga", n=words.number(record.siaga)) if record.siaga else None
        return words.join(level if record.level_cm is not None else None, siaga, _time(record, visit))
    return ""


def _time(record: Record, visit: Visit) -> str | None:
    at = record.requested if isinstance(record, Complaint) else getattr(record, "updated", None)
    return visit.words.time(at.isoformat(), visit.at.isoformat()) if at else None


def _field(entry: Entry, row: Row, ask: Ask, words: Words) -> Component:
    name = row.field(ask)
    value = entry.values.get(name, "")
    hint = words[f"hint_{ask.name}"] if ask.name in HINTED and ask.kind != "choice" else None
    choices = _choices(entry, row, ask, value, words)
    more: dict[str, Any] = {}
    if choices is None:
        # a level may be below zero, which a phone's digits do not offer
        keyboard = "numeric" if ask.kind == "count" else None
        longest = str(LONGEST.get(ask.kind, ask.most))
        more = {"type": "text", "inputMode": keyboard, "autoComplete": "off", "maxLength": longest}
    return labelled(
        name, words[f"ask_{ask.name}"], value, entry.errors.get(name), hint, choices,
        required=(ask.needed and not row.is_new) or None, autoFocus=_first(entry, name), **more,
    )  # fmt: skip


def _choices(entry: Entry, row: Row, ask: Ask, value: str, words: Words) -> list[Component] | None:
    """The words to choose from, before them that nothing is said; None where something is to be typed."""
    nothing = "enter_choose" if ask.needed else "enter_unknown" if row.is_new or row.title else "enter_as_is"
    empty = option("", words[nothing], value)
    if ask.kind == "place":
        places = sorted(entry.places, key=lambda one: (one.district, one.name))
        return [
            empty,
            *(
                html.Optgroup([option(one.code, one.name, value) for one in mine], label=district)
                for district, mine in groupby(places, key=lambda one: one.district)
            ),
        ]
    if ask.kind != "choice":
        return None
    said = [one if ask.says is None else first_large(words[f"{ask.says}{one}"]) for one in ask.options]
    each = [option(one, text, value) for one, text in zip(ask.options, said, strict=True)]
    return each if ask.usual else [empty, *each]


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
