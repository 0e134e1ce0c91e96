"""Beds: what is free in intensive care and on the wards, by class, always n/N; and who does not report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from dash import html
from dash.development.base_component import Component

from collectors.readings.shape import BedClass, BedsReading, BedSum, Level
from layouts.frame import Props, Readings, Slots, data, figure, frame, hidden, show_doubt, show_sources, show_tag
from layouts.silent import draw_silent, show_silent
from layouts.words import UNKNOWN, Words

TILE = "beds"
ICU_ROWS = 3
WARD_ROWS = 5
BANDS = ("low", "ideal", "high", "full")


def draw(words: Words) -> Component:
    slot = Slots(TILE)
    columns = html.Div(
        [
            html.Div([_lead("icu", words["icu_free"]), *(_row(f"icu{i}", "icu") for i in range(ICU_ROWS))]),
            html.Div(
                [
                    _lead("inpatient", words["inpatient_free"]),
                    html.Div([_row(f"ward{i}", "cls") for i in range(WARD_ROWS)], className="classes"),
                ]
            ),
        ],
        className="two",
    )
    rate = html.Div(
        [
            html.Span([html.Span(words["bed_rate"]), slot("occupied", "", "", html.B)]),
            html.Span(
                [slot("band-scale", "scale", [html.I() for _ in BANDS]), slot("band", "", "", html.B)],
                id=slot.id("rate"),
                className="band",
            ),
        ],
        className="sub",
    )
    trend = html.Div(
        [
            html.Div(words["free_24h"], className="q"),
            slot("trend", "spark wide", "", html.Div, **data(width="390", height="52")),
        ],
        id=slot.id("calm"),
        className="trend",
    )
    return frame(TILE, words, [columns, rate, trend, draw_silent(slot)])


def _lead(name: str, unit: str) -> Component:
    slot = Slots(TILE)
    return html.Div(
        [
            html.Div([slot(f"{name}-free", "big"), slot(f"{name}-capacity", "of", "")], className="lead"),
            html.Div(unit, className="unit"),
        ],
        id=slot.id(name),
        className="sum",
    )


def _row(name: str, classes: str) -> Component:
    """A class of beds: its name, the occupied share as a bar with a tick at the limit, n/N right."""
    slot = Slots(TILE)
    return slot.row(
        name,
        classes,
        slot(f"{name}-name", "name snug", ""),
        html.Div([slot(f"{name}-bar", "full", ""), html.Span(className="limit")], className="bar"),
        html.Span([slot(f"{name}-occupied", "n"), slot(f"{name}-of", "of-n", "")], className="r"),
    )


def show(readings: Readings, words: Words) -> Props:
    reading = cast("BedsReading | None", readings.get("beds"))
    if reading is None:
        return {}
    level = reading["level"]
    icu = [bed_class for bed_class in reading["classes"] if bed_class["unit"] == "icu"]
    other = [bed_class for bed_class in reading["classes"] if bed_class["unit"] != "icu"]
    wards = sorted(other, key=lambda bed_class: bed_class["unit"] != "inpatient")
    heard = reading["as_of"] is not None
    reporting = words.part(reading["hospitals_reporting"], reading["hospitals_total"]) if heard else UNKNOWN
    limit = words.fill("limit_share", share=words.percent(round(reading["limit"] * 100), 100))
    mismatched = words.fill("mismatched", n=words.number(reading["mismatched"])) if reading["mismatched"] else None
    doubt = show_doubt(reading, words)
    also = None if doubt["doubt-said"] else mismatched or limit
    return {
        **show_sources([reading], words, words.join(words.fill("hospitals_reporting", n=reporting), also)),
        **doubt,
        "tag": show_tag(level, words["icu"] if level == "alarm" else words["wards"], words),
        **_sum("icu", reading["icu"], level if level == "alarm" else "normal", words),
        **_sum("inpatient", reading["inpatient"], "normal", words),
        **_classes("icu", icu, ICU_ROWS, "icu", reading, words),
        **_classes("ward", wards, WARD_ROWS, "cls", reading, words),
        **_silent(reading, words),
        "trend": {"spark": ",".join(str(value) for _, value in reading["trend"])},
        "occupied": untold(_occupied(reading["inpatient"], words), reading["inpatient"], words),
        "band-scale": {"data-band": reading["band"]},
        "band": words[f"band_{reading['band']}"] if reading["band"] else UNKNOWN,
    }


def _sum(name: str, beds: BedSum, level: Level, words: Words) -> Props:
    """The leading number, on a plate at alarm."""
    return {
        name: {"class": f"sum {level}"},
        f"{name}-free": figure(beds["free"], words),
        f"{name}-capacity": untold(f"/{words.number(beds['capacity'])}", beds, words),
    }


def _classes(
    prefix: str, classes: Sequence[BedClass], rows: int, look: str, reading: BedsReading, words: Words
) -> Props:
    """Where there are more classes than rows, the ones that need a human come first.

    A class is never louder than its tile: one full class of a calm city stays grey.
    """
    chosen = list(classes)
    if len(chosen) > rows:
        chosen.sort(key=lambda bed_class: ("alarm", "watch", "normal", "unknown").index(bed_class["level"]))
        chosen = [bed_class for bed_class in classes if bed_class in chosen[:rows]]
    props: Props = {}
    for i in range(rows):
        name = f"{prefix}{i}"
        if i >= len(chosen):
            props[name] = {"hidden": ""}
            continue
        beds = chosen[i]
        level = min(beds["level"], reading["level"], key=("unknown", "normal", "watch", "alarm").index)
        known = beds["occupied"] is not None and bool(beds["capacity"])
        share = min(1.0, (beds["occupied"] or 0) / (beds["capacity"] or 1)) if known else 0.0
        props |= {
            name: {"hidden": None, "class": f"{look} {level}", "--limit": f"{reading['limit']:.4g}"},
            f"{name}-name": dict.fromkeys(("text", "title"), words.name("class", beds["name"])),
            f"{name}-bar": {"--share": f"{share:.4g}", "class": "full" if known else "full unknown"},
            f"{name}-occupied": untold(words.number(beds["occupied"]), beds, words),
            f"{name}-of": f"/{words.number(beds['capacity'])}",
        }
    return props


def untold(text: str, beds: BedSum, words: Words) -> dict[str, str | None]:
    """A number of beds as a slot; where visitors are not told it, its title says why."""
    return {"text": text, "title": words["untold_patients"] if beds.get("withheld") else None}


def _occupied(beds: BedSum, words: Words) -> str:
    """A percentage never without its n/N."""
    share = words.percent(beds["occupied"], beds["capacity"])
    return f"{words.part(beds['occupied'], beds['capacity'])} · {share}"


def _silent(reading: BedsReading, words: Words) -> Props:
    """The hospitals that do not report take the place of the trend: as many names as fit, the never heard of first."""
    silent, seen = reading["not_reporting"], reading["received"]
    never = all(hospital["since"] is None for hospital in silent)
    count = words.part(len(silent), reading["hospitals_total"])
    names = [words.name("hospital", one["name"]) for one in silent]
    names = [
        name if one["since"] is None else f"{name} ({words.fill('since', time=words.time(one['since'], seen))})"
        for name, one in zip(names, silent, strict=True)
    ]
    if silent and silent[0]["since"] is None and not never:
        names[0] = f"{words['yet_never']} {names[0]}"
    head = words.fill("never_reported" if never else "not_reporting", n=count)
    return {**show_silent(head, names), "calm": {"hidden": hidden(bool(silent))}}
