"""Applications: how many answer, one cell per application in fixed order, and every one that does not, by name."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import cast

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import AbnormalApp, AppCell, AppsReading, Level
from layouts.frame import Props, Readings, Slots, figure, frame, hidden, icon, show_sources, show_tag
from layouts.words import Words

TILE = "apps"
GROUPS = ("public", "government")
NAMES = 40
MANY = 6
"""So many abnormal applications, and their names take the room of the cells."""
CELLS_WIDE = {False: 3.8, True: 7.2}
SLOW_MS = (400, 1000)
MARKS = {"up": "", "degraded": "d", "down": "x", "unknown": "u"}
SHAPES = {"degraded": "watch", "down": "watch", "unknown": "never", "up": "live"}
TOLD = ("down", "degraded")


def draw(words: Words) -> Component:
    slot = Slots(TILE)
    number = html.Div(
        [
            html.Div([slot("up", "big")], className="lead"),
            slot("total", "unit", "", html.Div),
            html.Div(words["answering"], className="q"),
        ],
        className="sum",
    )
    mosaics = html.Div(
        [
            html.Div(
                [slot(f"{group}-cells", "cells", "", html.Div), slot(f"{group}-count", "q", "", html.Div)],
                className="group",
            )
            for group in GROUPS
        ],
        id=slot.id("mosaic"),
        className="mosaic",
    )
    calm = slot.row(
        "calm",
        "calm-line",
        icon("calm", "vouch"),
        html.Span(words["all_answering"], className="vouch"),
        html.Span(words["last_all_answering"], className="doubted"),
        slot("speed", "vouch", ""),
    )
    names = slot.row(
        "names",
        "fit names",
        *(
            slot.row(
                f"name{i}",
                "item",
                slot(f"name{i}-shape", "i", "", html.I),
                slot(f"name{i}-name", "", "", html.B),
                slot(f"name{i}-status", "", "", html.Em),
                slot(f"name{i}-age", "age-of", "", html.Em),
                tag=html.Span,
            )
            for i in range(NAMES)
        ),
        html.Span("", className="more"),
    )
    return frame(TILE, words, [html.Div([number, mosaics], className="appg"), calm, names])


def show(readings: Readings, words: Words) -> Props:
    reading = cast("AppsReading | None", readings.get("apps"))
    if reading is None:
        return {}
    abnormal = reading["abnormal"]
    many = len(abnormal) > MANY
    slowest = reading["slowest"]
    speed = words.join(
        words.fill("median", time=words.latency(reading["median_ms"])) if reading["median_ms"] is not None else None,
        words.fill("slowest", name=slowest["name"], time=words.latency(slowest["latency_ms"])) if slowest else None,
    )
    props: Props = {
        **show_sources([reading], words),
        "tag": show_tag(reading["level"], _counts(reading, words), words),
        "up": figure(reading["up"], words),
        "total": words.fill("of_n", n=words.number(reading["total"])),
        "calm": {"hidden": hidden(bool(abnormal) or reading["up"] is None or reading["total"] == 0)},
        "speed": f"· {speed}" if speed else "",
        "names": {"hidden": hidden(not abnormal), "data-fit": str(len(abnormal)), "data-many": hidden(many)},
    }
    sizes = []
    for group in GROUPS:
        cells = [cell for cell in reading["cells"] if cell["group"] == group]
        sizes.append(len(cells))
        up = sum(cell["status"] == "up" for cell in cells)
        props[f"{group}-cells"] = {"cells": "".join(mark(cell) for cell in cells)}
        props[f"{group}-count"] = words.fill(
            f"group_{group}", n=words.part(None if reading["up"] is None else up, len(cells))
        )
    rows = mosaic_rows(sizes, CELLS_WIDE[many])
    columns = sum(ceil(size / rows) for size in sizes)
    props["mosaic"] = {"--rows": str(rows), "--columns": str(max(1, columns)), "data-many": hidden(many)}
    for i in range(NAMES):
        props |= _name(f"name{i}", abnormal[i] if i < len(abnormal) else None, reading["level"], words)
    return props


def mark(cell: AppCell) -> str:
    """One character per cell: 1 quick, 2 and 3 slower, d degraded, x down, u unknown."""
    if cell["status"] != "up":
        return MARKS[cell["status"]]
    latency = cell["latency_ms"] or 0
    return str(1 + sum(latency > limit for limit in SLOW_MS))


def mosaic_rows(sizes: Sequence[int], wide: float) -> int:
    """The fewest rows (at least 4) at which the groups side by side are not wider than `wide` times their height."""
    rows = 4
    while sum(ceil(size / rows) for size in sizes) + 1 > wide * rows:
        rows += 1
    return rows


def _counts(reading: AppsReading, words: Words) -> str:
    counts = [
        words.fill(f"apps_{status}", n=words.number(number))
        for status, number in (("down", reading["down"]), ("degraded", reading["degraded"]))
        if number
    ]
    return ", ".join(counts)


def _name(slot: str, app: AbnormalApp | None, level: Level, words: Words) -> Props:
    """One that is down is a square where the tile alarms, else a diamond: the tile says how grave it is."""
    if app is None:
        return {slot: {"hidden": ""}}
    shape = "alarm" if app["status"] == "down" and level == "alarm" else SHAPES[app["status"]]
    told = app["status"] in TOLD
    return {
        slot: {"hidden": None, "class": f"item {app['status']}", "title": words.join(app["owner"], app["reason"])},
        f"{slot}-shape": {"class": f"i i-{shape}"},
        f"{slot}-name": app["name"],
        f"{slot}-status": words[f"app_{app['status']}"] if told else "",
        f"{slot}-age": {"data-since": app["since"] if told else None},
    }
