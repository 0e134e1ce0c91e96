"""The reading of the water area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, cast

from collectors.health import iso_or_none
from collectors.readings.limits import Limits
from collectors.readings.present import Present, entered, longer
from collectors.readings.shape import Level
from collectors.readings.water_shape import SilentPost, WaterPost, WaterReading
from collectors.records import Course, Siaga, WaterLevel
from collectors.water_stage import GRAVEST_FIRST, reached

STEP, LENGTH = timedelta(minutes=30), 48
KEPT = timedelta(hours=24)
"""For so long the last word of a post that fell silent still warns: a flood may be what silenced it."""
HOUR = timedelta(hours=1)
STEADY_CM = 2
GRAVITY: tuple[Level, ...] = ("alarm", "watch", "normal", "unknown")


def water_reading(present: Present) -> WaterReading:
    """Every post of the area's sources, those outside the city too. One that does not report is named, never normal."""
    posts = sorted(posts_of(present), key=gravity)
    raised = [one for one in posts if one["level"] in ("alarm", "watch")]
    understood = [one for one in posts if one["level"] != "unknown"]
    counts = Counter(one["siaga"] for one in understood)
    known = present.known
    value = len(raised) if known and understood else None
    return {
        **present.reading(value, level(posts)),
        "raised": value,
        "by_siaga": {str(stage): counts[stage] for stage in GRAVEST_FIRST} if known and understood else {},
        "posts": posts,
        "posts_total": len(posts) if known else None,
        "posts_reporting": sum(one["reporting"] for one in posts) if known else None,
        "not_reporting": silent(posts),
        "outside": sum(one["where"] is not None for one in posts) if known else None,
        "watch_from": present.limits.water_watch,
        "alarm_from": present.limits.water_alarm,
    }


def posts_of(present: Present) -> list[WaterPost]:
    """Every post, in no order."""
    before, answered, alive = earlier(present), present.answered, present.alive
    by_hand = present.by_hand
    return [
        {
            **post(record, record.updated or answered.get(source), source in alive, before.get(record.id, []), present),
            **entered(source in by_hand),
        }
        for (source, _), record in present.records.items()
        if isinstance(record, WaterLevel)
    ]


def level(posts: Sequence[WaterPost]) -> Level:
    """That of the gravest post; normal only where of at least half of them it is known that they are."""
    levels = Counter(one["level"] for one in posts)
    if levels["alarm"] or levels["watch"]:
        return "alarm" if levels["alarm"] else "watch"
    return "normal" if levels["normal"] and levels["normal"] >= levels["unknown"] else "unknown"


def post(
    record: WaterLevel, said: datetime | None, alive: bool, before: Sequence[tuple[str, int]], present: Present
) -> WaterPost:
    """`said` is when it spoke, which without a time of its own is its source's; `alive`, whether its source does."""
    steps = thresholds(record)
    siaga = graver(record.siaga, reached(record.level_cm, steps))
    measured = None if record.level_cm is None else round(record.level_cm)
    reporting = reports(record, said, present)
    trend = longer(before, measured if reporting and alive else None, present.now, STEP, LENGTH)
    change = hourly(trend, measured, present.now) if reporting else None
    return {
        "id": record.id,
        "post": record.post,
        "river": record.river,
        "level_cm": measured,
        "siaga": siaga,
        "level": post_level(siaga, reporting, said, present),
        "steps": {str(stage): round(steps[stage]) for stage in sorted(steps, reverse=True)},
        "change_cm": change,
        "course": (record.trend or course(change)) if reporting else None,
        "where": where(record, present),
        "updated": iso_or_none(said),
        "reporting": reporting,
        "lat": record.lat,
        "lon": record.lon,
        "trend": trend,
    }


def thresholds(record: WaterLevel) -> dict[Siaga, float]:
    """The known ones; those that do not rise with the gravity say nothing that can be relied on."""
    given = {4: record.siaga_4, 3: record.siaga_3, 2: record.siaga_2, 1: record.siaga_1}
    steps = cast("dict[Siaga, float]", {stage: found for stage, found in given.items() if found is not None})
    rising = [steps[stage] for stage in sorted(steps, reverse=True)]
    return steps if rising == sorted(rising) else {}


def graver(one: Siaga | None, other: Siaga | None) -> Siaga | None:
    """Of what the source says and what its level reaches, the graver."""
    return min((stage for stage in (one, other) if stage is not None), default=None)


def reports(record: WaterLevel, said: datetime | None, present: Present) -> bool:
    """Whether it said a level or a stage lately."""
    if record.level_cm is None and record.siaga is None:
        return False
    limit = timedelta(seconds=present.limits.water_silent)
    return said is not None and present.now - said <= limit


def post_level(siaga: Siaga | None, reporting: bool, said: datetime | None, present: Present) -> Level:
    if siaga is None:
        return "unknown"
    limits: Limits = present.limits
    found: Level = "alarm" if siaga <= limits.water_alarm else "watch" if siaga <= limits.water_watch else "normal"
    if reporting:
        return found
    recent = said is not None and present.now - said <= KEPT
    return found if found != "normal" and recent else "unknown"


def gravity(one: WaterPost) -> tuple[int, int, float, str]:
    return GRAVITY.index(one["level"]), one["siaga"] or 5, -fullness(one["level_cm"], one["steps"]), one["post"]


def fullness(level_cm: int | None, steps: Mapping[str, int]) -> float:
    """How far a level is on its way from the post's zero to its gravest known threshold; -1 where that is unknown."""
    top = max(steps.values(), default=0)
    bottom = min(0, level_cm or 0, *steps.values()) if steps else 0
    return -1.0 if level_cm is None or top <= bottom else (level_cm - bottom) / (top - bottom)


def hourly(trend: Sequence[tuple[str, int]], measured: int | None, now: datetime) -> int | None:
    """What the last hour brought, in cm: against the value an hour ago, or the oldest of that hour's second half on."""
    past = [(now - datetime.fromisoformat(moment), number) for moment, number in trend]
    since = next(((age, number) for age, number in past if STEP <= age < HOUR + STEP), None)
    return None if since is None or measured is None else round((measured - since[1]) * (HOUR / since[0]))


def course(change: int | None) -> Course | None:
    if change is None:
        return None
    return "steady" if abs(change) <= STEADY_CM else "rising" if change > 0 else "falling"


def where(record: WaterLevel, present: Present) -> Literal["upstream", "outside"] | None:
    if record.upstream:
        return "upstream"
    outside = record.lat is not None and present.districts.at(record.lat, record.lon) is None
    return "outside" if outside else None


def silent(posts: Sequence[WaterPost]) -> list[SilentPost]:
    """Those that never reported first, then by how long they have been silent."""
    found: list[SilentPost] = [
        {"id": one["id"], "post": one["post"], "since": one["updated"] if one["level_cm"] is not None else None}
        for one in posts
        if not one["reporting"]
    ]
    return sorted(found, key=lambda one: (one["since"] or "", one["post"]))


def earlier(present: Present) -> dict[str, list[tuple[str, int]]]:
    """Each post's trend so far."""
    if present.previous is None:
        return {}
    return {one["id"]: one["trend"] for one in cast("WaterReading", present.previous).get("posts", [])}
