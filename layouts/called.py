"""What the map marks: reports on the roads and posts on the rivers; and what is called out beside it by name.

The map is no louder than the tiles whose alarms it repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from collectors.readings.shape import TrafficItem, TrafficReading
from collectors.readings.water_shape import WaterPost, WaterReading
from layouts.water import hourly
from layouts.words import Words

CALLOUTS = 3
ORDER = ("accident", "flood", "closure", "hazard", "works", "other", "jam")
RAISED = ("watch", "alarm")


@dataclass(frozen=True, slots=True)
class Called:
    """What stands beside the map by name: `place` where and when, `level` as loud as it may be."""

    kind: str
    name: str
    place: str
    title: str
    level: str
    lat: float | None
    lon: float | None
    by_hand: bool = False


def called_out(traffic: TrafficReading | None, water: WaterReading | None, words: Words) -> list[Called]:
    """What has a line to its mark: of roads and posts in turn, the alarms first.

    It is listed from north to south, so that the lines seldom cross.
    """
    roads = [_road(one, traffic, words) for one in traffic["raised"] if traffic["level"] in RAISED] if traffic else []
    posts = [_post(one, words) for one in water["posts"] if one["level"] in RAISED] if water else []
    turns = [one for pair in zip_longest(roads, posts) for one in pair if one is not None]
    found = sorted(turns, key=lambda one: one.level != "alarm")[:CALLOUTS]
    return sorted(found, key=lambda one: -90.0 if one.lat is None else one.lat, reverse=True)


def other_reports(traffic: TrafficReading, called: Sequence[Called], words: Words) -> list[Called]:
    """The reports on the roads that are not called out, jams last; none is louder for it."""
    found = unique([*traffic["jams"], *traffic["newest"]])
    rows = [one for report in found if (one := _road(report, traffic, words)) not in called]
    return sorted((replace(one, level="") for one in rows), key=lambda one: ORDER.index(one.kind))


def other_posts(water: WaterReading, called: Sequence[Called], words: Words) -> list[Called]:
    """The posts that are not called out, the gravest last: small, though a raised one keeps its colour."""
    rows = [one for post in reversed(water["posts"]) if (one := _post(post, words)) not in called]
    return [replace(one, kind=f"{one.kind} {one.level}".strip(), level="") for one in rows]


def mark(one: Called, slot: str = "") -> list[object]:
    """A mark as assets/drawings.js draws it; `slot` is the row of words to which its line leads."""
    return [one.lon, one.lat, one.kind, one.level, one.title, slot]


def _road(report: TrafficItem, reading: TrafficReading, words: Words) -> Called:
    raised = reading["level"] in RAISED and report in reading["raised"]
    where = words.road(report["road"] or report["headline"])
    kind = words[f"kind_{report['kind']}"]
    at = words.time(report["at"], reading["received"]) if report["at"] else None
    return Called(
        kind=report["kind"],
        name=f"{kind.capitalize()} {where}".strip(),
        place=words.join(report["district"], at),
        title=words.join(kind, where),
        level=reading["level"] if raised else "",
        lat=report["lat"],
        lon=report["lon"],
        by_hand=report.get("by_hand", False),
    )


def _post(post: WaterPost, words: Words) -> Called:
    name, siaga = words.name("post", post["post"]), words.fill("siaga", n=words.number(post["siaga"]))
    return Called(
        kind="water" if post["level"] != "unknown" else "water silent",
        name=f"{name} {siaga}",
        place=words.join(words.centimetres(post["level_cm"]), hourly(post, words)),
        title=words.join(name, siaga, words.centimetres(post["level_cm"])),
        level=post["level"] if post["level"] in RAISED else "",
        lat=post["lat"],
        lon=post["lon"],
        by_hand=post.get("by_hand", False),
    )


def unique(items: Sequence[TrafficItem]) -> list[TrafficItem]:
    found: list[TrafficItem] = []
    for one in items:
        if one not in found:
            found.append(one)
    return found
