"""Applications: how many answer, one cell per application in fixed order, and every one that does not, by name."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import cast

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import AbnormalApp, AppCell, AppsReading
from layouts.app_words import app_status, expires
from layouts.frame import Props, Readings, Slots, figure, frame, hidden, icon, named, show_doubt, show_sources, show_tag
from layouts.words import Words

TILE = "apps"
GROUPS = ("public", "government")
NAMES = 40
MANY = 6
"""More abnormal applications than these, and their names take the room of the cells."""
CELLS_WIDE = {False: 3.8, True: 7.2}
SLOW_MS = (400, 1000)
MARKS = {"up": "", "degraded": "d", "down": "x", "unknown": "u", "maintenance": "m"}
SHAPES = {"degraded": "watch", "down": "watch", "unknown": "never", "maintenance": "maintenance"}
AGING = ("down", "degraded")


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
        slot("calm-now", "vouch", ""),
        slot("calm-last", "doubted", ""),
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
    planned = [app for app in abnormal if app["status"] == "maintenance"]
    many = _room(abnormal) > MANY
    calm = len(planned) == len(abnormal) and reading["up"] is not None and reading["total"] > 0
    slowest = reading["slowest"]
    speed = words.join(
        words.fill("median", time=words.latency(reading["median_ms"])) if reading["median_ms"] is not None else None,
        words.fill("slowest", name=words.name("app", slowest["name"]), time=words.latency(slowest["latency_ms"]))
        if slowest
        else None,
    )
    props: Props = {
        **show_sources([reading], words),
        **show_doubt(reading, words),
        "tag": show_tag(reading["level"], _counts(reading, words), words),
        "up": figure(reading["up"], words),
        "total": words.fill("of_n", n=words.number(reading["total"])),
        "calm": {"hidden": hidden(not calm)},
        "calm-now": words["others_answering" if planned else "all_answering"],
        "calm-last": words["last_others_answering" if planned else "last_all_answering"],
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
        props |= _name(f"name{i}", abnormal[i] if i < len(abnormal) else None, reading, words)
    return props


def mark(cell: AppCell) -> str:
    """One character per cell: 1 quick, 2 and 3 slower, d degraded, or up with a certificate about to end, x down,
    u unknown, m in maintenance."""
    if expires(cell):
        return MARKS["degraded"]
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


def _room(abnormal: Sequence[AbnormalApp]) -> int:
    """How many names' room they ask for: a certificate's words are as long as a name, and what is planned can wait."""
    return sum(1 + expires(app) for app in abnormal if app["status"] != "maintenance")


def _counts(reading: AppsReading, words: Words) -> str:
    """A certificate about to end is counted apart: its application still answers."""
    expiring = reading.get("expiring") or 0
    counts = [
        words.fill(f"apps_{what}", n=words.number(number))
        for what, number in (
            ("down", reading["down"]),
            ("degraded", reading["degraded"]),
            ("expiring" if expiring > 1 else "expiring_one", expiring),
        )
        if number
    ]
    return ", ".join(counts)


def _name(slot: str, app: AbnormalApp | None, reading: AppsReading, words: Words) -> Props:
    """One that is down is a square where the tile alarms, else a diamond: the tile says how grave it is."""
    if app is None:
        return {slot: {"hidden": ""}}
    status, level = "degraded" if expires(app) else app["status"], reading["level"]
    shape = "alarm" if status == "down" and level == "alarm" else SHAPES[status]
    ages = status in AGING and not expires(app)
    trial = words["stage_trial"] if app.get("stage") == "trial" else None
    return {
        slot: {
            "hidden": None,
            "class": f"item {'certificate ' if expires(app) else ''}{status}",
            "title": words.join(app["owner"], app["reason"]),
        },
        f"{slot}-shape": {"class": f"i i-{shape}"},
        f"{slot}-name": named(words.name("app", app["name"]), app, words),
        f"{slot}-status": words.join(app_status(app, reading["received"], words), trial),
        f"{slot}-age": {"data-since": app["since"] if ages else None},
    }
