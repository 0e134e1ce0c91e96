"""Water: every post with its level, its siaga and its course, the gravest first; and the posts that are silent."""

from __future__ import annotations

from typing import cast

from dash import html
from dash.development.base_component import Component

from collectors.readings.water_shape import WaterPost, WaterReading
from layouts.frame import Props, Readings, Slots, data, figure, frame, hidden, named, show_doubt, show_sources, show_tag
from layouts.silent import draw_silent, show_silent
from layouts.words import UNKNOWN, Words

TILE = "water"
ROWS = 24
TICKS = (3, 2, 1)
ABOVE = 1.1
"""The bars end so far above the gravest threshold."""
SHAPES = {"alarm": "alarm", "watch": "watch", "normal": "live", "unknown": "never"}


def draw(words: Words) -> Component:
    slot = Slots(TILE)
    count = html.Div(
        [
            html.Div([slot("raised", "big"), slot("total", "of", "")], className="lead"),
            slot("unit", "unit", "", html.Div),
            html.Div(words["siaga_scale"], className="q"),
        ],
        id=slot.id("sum"),
        className="sum",
    )
    highest = html.Div(
        [
            html.Div(words["highest_post"], className="q"),
            slot("highest-post", "name snug", "", html.Div),
            slot("highest-level", "n", "", html.Div),
            slot("highest-next", "q", "", html.Div),
            html.Div(
                [
                    html.Div(words["last_day"], className="q"),
                    slot("highest-trend", "spark", "", html.Div, **data(width="310", height="104")),
                ],
                className="day",
            ),
        ],
        className="highest",
    )
    rows = html.Div(
        [
            *(_row(slot, f"row{i}") for i in range(ROWS)),
            slot("nothing", "nothing", words["no_posts"], html.P, hidden=True),
            html.Div("", className="more"),
        ],
        id=slot.id("rows"),
        className="fit posts",
    )
    return frame(TILE, words, [html.Div([count, highest], className="waters"), rows, draw_silent(slot)])


def _row(slot: Slots, row: str) -> Component:
    """A post: its name and river, its level on the way to siaga 1 with a tick at each threshold, its course."""
    ticks = [slot(f"{row}-tick{stage}", "limit", "") for stage in TICKS]
    return slot.row(
        row,
        "post item",
        slot(f"{row}-shape", "i", "", html.I),
        html.Div(
            [
                html.Div(
                    [
                        slot(f"{row}-post", "name snug", "", html.B),
                        slot(f"{row}-where", "where", "", hidden=True),
                    ]
                ),
                slot(f"{row}-river", "q", ""),
            ],
            className="who",
        ),
        html.Div([slot(f"{row}-bar", "full", ""), *ticks], className="bar"),
        slot(f"{row}-level", "r", ""),
        slot(f"{row}-siaga", "stage-of", ""),
        html.Span([slot(f"{row}-arrow", "i", "", html.I), slot(f"{row}-course", "", "")], className="course"),
    )


def show(readings: Readings, words: Words) -> Props:
    reading = cast("WaterReading | None", readings.get("water"))
    if reading is None:
        return {}
    rows = [one for one in reading["posts"] if one["reporting"] or one["level"] in ("watch", "alarm")]
    reporting = words.part(reading["posts_reporting"], reading["posts_total"])
    watched = words.number(reading["watch_from"])
    first = rows[0] if rows else None
    tag = words.fill("siaga", n=words.number(first["siaga"])).capitalize() if first and first["siaga"] else ""
    props: Props = {
        **show_sources([reading], words, words.fill("posts_reporting", n=reporting)),
        **show_doubt(reading, words),
        "tag": show_tag(reading["level"], tag, words),
        "raised": figure(reading["raised"], words),
        "total": f"/{words.number(reading['posts_total'])}",
        "unit": words.fill("posts_raised", n=watched),
        "sum": {"class": f"sum {reading['level']}"},
        "rows": {"data-fit": str(len(rows))},
        "nothing": {"hidden": hidden(reading["posts_total"] != 0)},
        **_highest(first, words),
        **_silent(reading, words),
    }
    for i in range(ROWS):
        props |= _show_row(f"row{i}", rows[i], reading, words) if i < len(rows) else {f"row{i}": {"hidden": ""}}
    return props


def hourly(post: WaterPost, words: Words) -> str | None:
    """What the last hour brought, with its sign; only the word where no more is known, or where it is steady."""
    course, change = post["course"], post["change_cm"]
    if course is None:
        return None
    if not change or course == "steady" or (change > 0) != (course == "rising"):
        return words[f"course_{course}"]
    return words.fill("per_hour", n=("+" if change > 0 else "\N{MINUS SIGN}") + words.number(abs(change)))


def to_next(post: WaterPost, words: Words) -> str | None:
    """How far the level is below the next graver stage, or above the gravest; None where that is unknown."""
    level, siaga = post["level_cm"], post["siaga"]
    if level is None or siaga is None:
        return None
    following = next((stage for stage in range(siaga - 1, 0, -1) if post["steps"].get(str(stage), level) > level), None)
    if following is not None:
        left = words.number(post["steps"][str(following)] - level)
        return words.fill("to_siaga", n=left, siaga=words.number(following))
    if siaga == 1 and "1" in post["steps"] and level >= post["steps"]["1"]:
        return words.fill("above_siaga", n=words.number(level - post["steps"]["1"]), siaga=words.number(1))
    return None


def _highest(post: WaterPost | None, words: Words) -> Props:
    if post is None:
        return {
            "highest-post": {"text": UNKNOWN, "title": None, "data-hand": None},
            "highest-level": "",
            "highest-next": "",
            "highest-trend": {"spark": ""},
        }
    siaga = words.fill("siaga", n=words.number(post["siaga"])) if post["siaga"] else words["siaga_unknown"]
    return {
        "highest-post": named(words.name("post", post["post"]), post, words),
        "highest-level": words.join(words.centimetres(post["level_cm"]), siaga),
        "highest-next": words.join(hourly(post, words), to_next(post, words)),
        "highest-trend": {"spark": ",".join(str(value) for _, value in post["trend"])},
    }


def _show_row(row: str, post: WaterPost, reading: WaterReading, words: Words) -> Props:
    level, steps = post["level_cm"], post["steps"]
    known = level is not None and bool(steps)
    bottom = min(0, level or 0, *steps.values()) if steps else 0
    top = bottom + ABOVE * (max(steps.values(), default=1) - bottom)

    def share(cm: int) -> str:
        return f"{min(1.0, max(0.0, (cm - bottom) / (top - bottom))) if top > bottom else 0.0:.4g}"

    props: Props = {
        row: {"hidden": None, "class": f"post item {post['level']}{'' if post['reporting'] else ' silent'}"},
        f"{row}-shape": {"class": f"i i-{SHAPES[post['level']]}"},
        f"{row}-post": named(words.name("post", post["post"]), post, words),
        f"{row}-where": {
            "text": words["upstream" if post["where"] == "upstream" else "outside_city"] if post["where"] else "",
            "hidden": hidden(post["where"] is None),
        },
        f"{row}-river": {"text": post["river"] or "", "title": post["river"]},
        f"{row}-bar": {"--share": share(level or 0) if known else "0", "class": "full" if known else "full unknown"},
        f"{row}-level": words.centimetres(level),
        f"{row}-siaga": words.fill("siaga", n=words.number(post["siaga"])),
        f"{row}-arrow": {"class": f"i i-w-{post['course']}" if post["course"] else "i"},
        f"{row}-course": _course(post, reading, words),
    }
    for stage in TICKS:
        step = steps.get(str(stage))
        props[f"{row}-tick{stage}"] = {"hidden": hidden(step is None), "--limit": share(step or 0)}
    return props


def _course(post: WaterPost, reading: WaterReading, words: Words) -> str:
    """Its course; of a post that fell silent since when it has been."""
    if not post["reporting"]:
        return words.fill("since", time=words.time(post["updated"], reading["received"]))
    return hourly(post, words) or UNKNOWN


def _silent(reading: WaterReading, words: Words) -> Props:
    """The posts that do not report, by name, those never heard of first."""
    silent, seen = reading["not_reporting"], reading["received"]
    never = all(post["since"] is None for post in silent)
    count = words.part(len(silent), reading["posts_total"])

    def said(since: str | None) -> str:
        return words["yet_never"] if since is None else words.fill("since", time=words.time(since, seen))

    head = words.fill("posts_never" if never else "posts_silent", n=count)
    names = [words.name("post", one["post"]) for one in silent]
    if not never:
        names = [f"{name} ({said(one['since'])})" for name, one in zip(names, silent, strict=True)]
    return show_silent(head, names)
