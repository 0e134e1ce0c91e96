"""What the reading of the water area holds; the rules of shape.py hold here too."""

from __future__ import annotations

from typing import Literal, TypedDict

from collectors.readings.shape import Entered, Level, Reading
from collectors.records import Course, Siaga


class WaterPost(Entered):
    """One post. `steps` maps each siaga ("4" to "1") to the level in cm from which it holds, where that is known.

    `change_cm` is what the last hour brought. A post that is not `reporting` keeps what it said last. `where` says that
    it lies outside the city, upstream where its source says so. `updated` is its own time, or its source's where it has
    none. `trend` is (time, cm) every half hour for 24 hours.
    """

    id: str
    post: str
    river: str | None
    level_cm: int | None
    siaga: Siaga | None
    level: Level
    steps: dict[str, int]
    change_cm: int | None
    course: Course | None
    where: Literal["upstream", "outside"] | None
    updated: str | None
    reporting: bool
    lat: float | None
    lon: float | None
    trend: list[tuple[str, int]]


class SilentPost(TypedDict):
    """A post that does not report: `since` is its last own time, None if it never reported a level."""

    id: str
    post: str
    since: str | None


class WaterReading(Reading):
    """`value` is `raised`: the posts that are watched or alarm. `posts` has the gravest first, then the fullest.

    `by_siaga` counts the posts of each stage. `posts_reporting` said something lately, and `not_reporting` names the
    others. `watch_from` and `alarm_from` are the siaga from which on a post asks for a human.
    """

    raised: int | None
    by_siaga: dict[str, int]
    posts: list[WaterPost]
    posts_total: int | None
    posts_reporting: int | None
    not_reporting: list[SilentPost]
    outside: int | None
    watch_from: int
    alarm_from: int
