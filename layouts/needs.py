"""What the city needs of a human, in words: one need per area at watch or alarm, alarms first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from collectors.readings.shape import AppsReading, BedsReading, ComplaintsReading, Entered, Reading, TrafficReading
from collectors.readings.water_shape import WaterReading
from collectors.source import Area
from layouts.app_words import app_status, expires
from layouts.frame import Readings, credits_of
from layouts.traffic import urgent
from layouts.water import hourly
from layouts.words import Words


@dataclass(frozen=True, slots=True)
class Need:
    """`head` names what is wrong, `detail` where and how much, `owner` whose it is.

    `credit` is what the publishers of the data ask to be said beside them; `by_hand`, whether a person entered what the
    head names.
    """

    area: Area
    level: Literal["watch", "alarm"]
    head: str
    detail: str
    owner: str
    credit: str
    by_hand: bool


def needs(readings: Readings, words: Words) -> list[Need]:
    found = list(_each(readings, words))
    return sorted(found, key=lambda need: need.level != "alarm")


def _each(readings: Readings, words: Words) -> Iterator[Need]:
    for area, reading in readings.items():
        level = reading["level"]
        if level not in ("watch", "alarm"):
            continue
        head, detail = SAID[area](reading, words)
        owner = words.join(*dict.fromkeys(source["owner"] for source in reading["sources"]))
        one = NAMED[area](reading) if area in NAMED else None
        by_hand = one is not None and one.get("by_hand", False)
        yield Need(area, level, head, detail, owner, credit(reading, words), by_hand)


def credit(reading: Reading, words: Words) -> str:
    """The credits of the sources that are spoken of: of an event on a road those that report it, else all."""
    item = urgent(cast("TrafficReading", reading)) if reading["area"] == "traffic" else None
    return credits_of([one for one in reading["sources"] if item is None or one["name"] in item["seen_by"]], words)


def _complaints(reading: ComplaintsReading, words: Words) -> tuple[str, str]:
    overdue = [queue for queue in reading["oldest"] if queue["overdue"]]
    if not overdue:
        return words.fill("need_complaints", n=words.number(reading["waiting"])), words["complaints"]
    first = overdue[0]
    detail = words.fill(
        "need_overdue_detail",
        n=words.number(first["waiting"]),
        time=words.time(first["oldest"], reading["received"]),
    )
    more = words.fill("more", n=len(overdue) - 1) if len(overdue) > 1 else None
    return words.fill("need_overdue", agency=words.agency(first["agency"])), words.join(detail, more)


def _beds(reading: BedsReading, words: Words) -> tuple[str, str]:
    """Intensive care is what alarms, the wards are what is watched; the classes that are as full are named."""
    alarm = reading["level"] == "alarm"
    beds = reading["icu"] if alarm else reading["inpatient"]
    left = words.fill("of_pair", n=words.number(beds["free"]), total=words.number(beds["capacity"]))
    units = ("icu",) if alarm else ("inpatient",)
    full = [one for one in reading["classes"] if one["unit"] in units and one["level"] in ("watch", "alarm")]
    named = ", ".join(f"{words.name('class', one['name'])} {words.number(one['free'])}" for one in full[:3])
    more = words.fill("more", n=words.number(len(full) - 3)) if len(full) > 3 else None
    head = words.fill("need_beds", name=words["icu"] if alarm else words["wards"], n=left)
    return head, words.join(named, more) or words["beds"]


def _traffic(reading: TrafficReading, words: Words) -> tuple[str, str]:
    item = urgent(reading)
    if item is None:
        return words["traffic"], words.fill("open_reports", n=words.number(reading["open"]))
    head = f"{words['kind_' + item['kind']].capitalize()} {words.road(item['road'] or item['headline'])}".strip()
    queue = words.fill("queue", length=words.length(item["length_m"])) if item["length_m"] else None
    delay = words.fill("delay", time=words.minutes(item["delay_s"])) if item["delay_s"] else None
    at = words.time(item["at"], reading["received"]) if item["at"] and not (queue and delay) else None
    return head, words.join(item["district"], queue, delay, at) or words["traffic"]


def _apps(reading: AppsReading, words: Words) -> tuple[str, str]:
    worst: Literal["down", "degraded", "expiring"]
    worst = "down" if reading["down"] else "degraded" if reading["degraded"] else "expiring"
    found = [app for app in reading["abnormal"] if (expires(app) if worst == "expiring" else app["status"] == worst)]
    if not found:
        return words["need_apps"], words.part(reading["up"], reading["total"])
    count = reading.get(worst) or len(found)
    if count == 1:
        only = found[0]
        name = words.name("app", only["name"])
        ends = f"{name}: {app_status(only, reading['received'], words)}"
        answering = f"{words.part(reading['up'], reading['total'])} {words['answering']}"
        return ends if worst == "expiring" else words.fill(f"need_app_{worst}", name=name), answering
    more = words.fill("more", n=words.number(count - 3)) if count > 3 else None
    head = words.fill(f"need_apps_{worst}", n=words.number(count))
    return head, words.join(", ".join(words.name("app", app["name"]) for app in found[:3]), more)


def _water(reading: WaterReading, words: Words) -> tuple[str, str]:
    """The gravest post, its level and what the last hour brought; how many others ask for a human."""
    raised = [one for one in reading["posts"] if one["level"] in ("watch", "alarm")]
    if not raised:
        return words["water"], words["water_posts"]
    first = raised[0]
    head = f"{words.name('post', first['post'])} {words.fill('siaga', n=words.number(first['siaga']))}"
    more = words.fill("more", n=words.number(len(raised) - 1)) if len(raised) > 1 else None
    return head, words.join(words.centimetres(first["level_cm"]), hourly(first, words), more)


SAID: dict[Area, Callable[[Any, Words], tuple[str, str]]] = {
    "complaints": _complaints,
    "beds": _beds,
    "traffic": _traffic,
    "apps": _apps,
    "water": _water,
}
"""What is wrong and where, of a reading at watch or alarm."""

NAMED: dict[Area, Callable[[Any], Entered | None]] = {
    "traffic": urgent,
    "water": lambda reading: next(iter(reading["posts"]), None),
    "apps": lambda reading: reading["abnormal"][0] if (reading["down"] or reading["degraded"]) == 1 else None,
}
"""What the head is about, where it is about one thing: the gravest."""
