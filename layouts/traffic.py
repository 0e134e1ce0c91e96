"""Traffic: what is open on the roads, by kind; the worst jams, the newest reports, and who has checked them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import TrafficItem, TrafficReading
from layouts.frame import Props, Readings, Slots, figure, frame, hidden, icon, named, show_doubt, show_sources, show_tag
from layouts.words import Words

TILE = "traffic"
JAMS = 2
REPORTS = 2
LEVELS = 5
KINDS = ("jam", "accident", "flood", "other")
OTHERS = ("closure", "works", "hazard", "other")


def draw(words: Words) -> Component:
    slot = Slots(TILE)
    kinds = html.Div(
        [
            html.Div([slot("open", "big"), html.Span(words["open"])], className="sum"),
            *(
                html.Div(
                    [html.B([icon(f"k-{kind}"), slot(kind)]), html.Span(words[f"kind_{kind}"])],
                    id=slot.id(f"kind-{kind}"),
                    className="k",
                )
                for kind in KINDS
            ),
        ],
        className="kinds",
    )
    jams = _column("jam", words["worst_jams"], slot("levels", "", ""), JAMS, _jam)
    newest = _column("report", words["newest_reports"], slot("verified", "", ""), REPORTS, _report)
    nothing = slot("nothing", "nothing", words["no_jams"], html.P, hidden=True)
    jams.children.append(nothing)
    return frame(TILE, words, [kinds, html.Div([jams, newest], className="roads")])


def _column(name: str, head: str, beside: Component, rows: int, draw_row: Callable[[str], Component]) -> html.Div:
    heading = html.Div([html.Span(head), beside], className="sub")
    return html.Div([heading, *(draw_row(f"{name}{i}") for i in range(rows))])


def _jam(row: str) -> Component:
    """A jam: its road; under it its level and delay, and its queue or whether somebody checked it."""
    slot = Slots(TILE)
    return slot.row(
        row,
        "road",
        slot(f"{row}-road", "name snug", "", html.Div),
        html.Div(
            [
                slot(f"{row}-bars", "lv", [html.Span() for _ in range(LEVELS)], html.Div),
                slot(f"{row}-level", "level", ""),
                slot(f"{row}-delay", "r", ""),
                slot(f"{row}-queue", "q", ""),
                _check(row),
            ]
        ),
    )


def _report(row: str) -> Component:
    """A report: what and where; under it when, and whether somebody checked it."""
    slot = Slots(TILE)
    return slot.row(
        row,
        "road",
        html.Div([slot(f"{row}-shape", "i", "", html.I), slot(f"{row}-road", "name snug", "")]),
        html.Div([slot(f"{row}-at", "q", ""), _check(row)]),
    )


def _check(row: str) -> Component:
    slot = Slots(TILE)
    return html.Span([slot(f"{row}-mark", "i", "", html.I), slot(f"{row}-checked", "", "")], className="checked")


def urgent(reading: TrafficReading) -> TrafficItem | None:
    """The report that names what is wrong, if anything is."""
    return reading["raised"][0] if reading["raised"] and reading["level"] in ("watch", "alarm") else None


def show(readings: Readings, words: Words) -> Props:
    reading = cast("TrafficReading | None", readings.get("traffic"))
    if reading is None:
        return {}
    item = urgent(reading)
    counts: dict[str, int | None] = {}
    for kind in KINDS:
        kinds = OTHERS if kind == "other" else (kind,)
        found = sum(count for name, count in reading["by_kind"].items() if name in kinds)
        counts[kind] = None if reading["open"] is None else found
    jams = reading["jams"][:JAMS]
    newest = [one for one in reading["newest"] if one not in jams]
    newest.sort(key=lambda one: one["kind"] == "jam" and one["verified"] is None)
    checked = words.part(reading["verified"], reading["open"])
    props: Props = {
        **show_sources([reading], words),
        **show_doubt(reading, words),
        "tag": show_tag(reading["level"], words[f"kind_{item['kind']}"].capitalize() if item else "", words),
        "open": figure(reading["open"], words),
        "levels": words["jam_levels"],
        "verified": words.fill("verified_of", n=checked),
        "nothing": {"hidden": hidden(bool(reading["jams"]) or reading["open"] is None)},
    }
    for kind, count in counts.items():
        props[kind] = figure(count, words)
        raised = item is not None and (item["kind"] == kind or (kind == "other" and item["kind"] in OTHERS))
        props[f"kind-{kind}"] = {"class": f"k {reading['level']}" if raised else "k"}
    for i in range(JAMS):
        props |= _show_jam(f"jam{i}", jams[i] if i < len(jams) else None, reading, words)
    for i in range(REPORTS):
        props |= _show_report(f"report{i}", newest[i] if i < len(newest) else None, reading, words)
    return props


def _show_jam(row: str, jam: TrafficItem | None, reading: TrafficReading, words: Words) -> Props:
    if jam is None:
        return {row: {"hidden": ""}}
    known = jam["verified"] is not None
    delay = "" if known else words.number(None)
    if jam["delay_s"] is not None:
        delay = f"+{words.minutes(jam['delay_s'])}"
    elif jam["level"] == LEVELS:
        delay = words["blocked"]
    return {
        row: {"hidden": None, "class": _look(jam, reading)},
        **_show_road(row, jam, words),
        f"{row}-bars": {"data-jam": str(jam["level"] or 0)},
        f"{row}-level": words.number(jam["level"]),
        f"{row}-delay": delay,
        f"{row}-queue": "" if known else words.length(jam["length_m"]),
    }


def _show_report(row: str, report: TrafficItem | None, reading: TrafficReading, words: Words) -> Props:
    if report is None:
        return {row: {"hidden": ""}}
    return {
        row: {"hidden": None, "class": _look(report, reading)},
        **_show_road(row, report, words),
        f"{row}-shape": {"class": f"i i-k-{report['kind']}", "title": words[f"kind_{report['kind']}"]},
        f"{row}-at": words.time(report["at"], reading["received"]),
    }


def _show_road(row: str, item: TrafficItem, words: Words) -> Props:
    """Its road, and whether somebody checked it; nothing is said where its source says nothing."""
    road = words.road(item["road"] or item["headline"] or words[f"kind_{item['kind']}"].capitalize())
    said = {True: "verified", False: "unverified", None: ""}[item["verified"]]
    return {
        f"{row}-road": named(road, item, words),
        f"{row}-mark": {"class": f"i i-{said}" if said else "i"},
        f"{row}-checked": words[said] if said else "",
    }


def _look(item: TrafficItem, reading: TrafficReading) -> str:
    raised = item in reading["raised"] and reading["level"] in ("watch", "alarm")
    return f"road {reading['level']}" if raised else "road"
