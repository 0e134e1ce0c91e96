"""The numbers of this moment that a tour speaks of, by name. Every one of them says how old it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, cast

from collectors.readings.shape import AppsReading, BedsReading, ComplaintsReading, TrafficReading
from collectors.readings.stage import DOUBTFUL
from collectors.readings.water_shape import WaterReading
from collectors.source import Area
from layouts.frame import Readings
from layouts.words import UNKNOWN, Words


class FactNow(TypedDict):
    """A number as it is said; `since` is the time its source gives, `stale` that nobody knows if it still holds."""

    text: str
    since: str | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """`area` is where the number comes from, `words` the key of what it counts."""

    area: Area
    words: str
    value: Callable[[Any, Words], str]


def newest_report(reading: ComplaintsReading, words: Words) -> str:
    """What the newest report is about, where and how far it is; whose it is nobody is told."""
    if not reading["newest"]:
        return UNKNOWN
    newest = reading["newest"][0]
    status = words[f"status_{newest['status']}"]
    return words.join(
        words.name("report", newest["category"]), newest["place"], status, words.time(newest["at"], reading["received"])
    )


def oldest_report(reading: ComplaintsReading, words: Words) -> str:
    """Since when the report that has waited longest waits."""
    return words.time(reading["oldest"][0]["oldest"], reading["received"]) if reading["oldest"] else UNKNOWN


def apps_of(group: str) -> Callable[[AppsReading, Words], str]:
    def count(reading: AppsReading, words: Words) -> str:
        found = [one for one in reading["groups"] if one["group"] == group]
        return words.part(found[0]["up"], found[0]["total"]) if found else UNKNOWN

    return count


def gravest(reading: WaterReading, words: Words) -> str:
    """The post that is nearest to a flood."""
    post = next((one for one in reading["posts"] if one["reporting"]), None)
    if post is None:
        return UNKNOWN
    siaga = words.fill("siaga", n=words.number(post["siaga"])) if post["siaga"] else words["siaga_unknown"]
    return words.join(words.name("post", post["post"]), words.centimetres(post["level_cm"]), siaga)


def worst_jam(reading: TrafficReading, words: Words) -> str:
    if not reading["jams"]:
        return UNKNOWN
    jam = reading["jams"][0]
    return words.join(words.road(jam["road"] or jam["headline"]) or jam["district"], words.length(jam["length_m"]))


FACTS: Mapping[str, Fact] = {
    "reports_waiting": Fact("complaints", "fact_waiting", lambda r, w: w.number(r["waiting"])),
    "reports_in_progress": Fact("complaints", "fact_in_progress", lambda r, w: w.number(r["in_progress"])),
    "reports_done": Fact("complaints", "fact_done", lambda r, w: w.part(r["done"], r["total"])),
    "reports_today": Fact("complaints", "fact_today", lambda r, w: w.number(r["today"])),
    "newest_report": Fact("complaints", "fact_newest", newest_report),
    "oldest_report": Fact("complaints", "fact_oldest", oldest_report),
    "beds_free": Fact("beds", "fact_beds", lambda r, w: bed_sum(r, "inpatient", w)),
    "icu_free": Fact("beds", "fact_icu", lambda r, w: bed_sum(r, "icu", w)),
    "hospitals_reporting": Fact(
        "beds", "fact_hospitals", lambda r, w: w.part(r["hospitals_reporting"], r["hospitals_total"])
    ),
    "traffic_open": Fact("traffic", "fact_traffic", lambda r, w: w.number(r["open"])),
    "traffic_verified": Fact("traffic", "fact_verified", lambda r, w: w.part(r["verified"], r["open"])),
    "worst_jam": Fact("traffic", "fact_jam", worst_jam),
    "apps_up": Fact("apps", "fact_apps", lambda r, w: w.part(r["up"], r["total"])),
    "apps_public": Fact("apps", "fact_apps_public", apps_of("public")),
    "apps_government": Fact("apps", "fact_apps_government", apps_of("government")),
    "water_raised": Fact("water", "fact_water", lambda r, w: w.part(r["raised"], r["posts_total"])),
    "water_gravest": Fact("water", "fact_gravest", gravest),
}


def bed_sum(reading: BedsReading, unit: str, words: Words) -> str:
    beds = reading["icu"] if unit == "icu" else reading["inpatient"]
    return words.part(beds["free"], beds["capacity"])


def fact_now(name: str, readings: Readings, words: Words) -> FactNow:
    """One number; "–" where nothing is known of it. Raises KeyError for a name that is not in FACTS."""
    fact = FACTS[name]
    reading = readings.get(fact.area)
    if reading is None or reading["as_of"] is None:
        return {"text": UNKNOWN, "since": None, "stale": True}
    try:
        text = fact.value(cast(Any, reading), words)
    except (KeyError, TypeError):  # a reading that another version of the program stored: nothing is known of it
        return {"text": UNKNOWN, "since": None, "stale": True}
    return {"text": text, "since": reading["as_of"], "stale": reading["freshness"] in DOUBTFUL}


def facts_of(names: Iterable[str], readings: Readings, words: Words) -> dict[str, FactNow]:
    return {name: fact_now(name, readings, words) for name in names}
