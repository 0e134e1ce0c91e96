"""What was read of an export as columns of the history's tables; a field that it lacks is unknown in every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from collectors.bed_counts import bed_unit, class_code
from collectors.facts import COMPLAINTS, OUTAGES, TRAFFIC, seconds, stamp, when
from collectors.imports.fields import Place
from collectors.places import place as placed
from collectors.rollup import cut

Given = Mapping[str, Sequence[Any]]
Made = dict[str, list[Any]]
BED_NUMBERS = ("capacity", "free", "occupied")
BED_UNITS = ("icu", "inpatient", "emergency")


def complaints(given: Given, count: int, place: Place) -> Made:
    """As complaint_row of facts.py has them; what was done without a time of its own was when it last changed."""
    made: Made = {name: [None] * count for name in COMPLAINTS.columns}
    for n in range(count):
        asked: datetime = given["created"][n]
        closed, answered, told = given["closed"][n], given["answered"][n], given["status"][n]
        status = told or ("done" if closed else "unknown")
        finished = (closed or given["updated"][n]) if status == "done" else None
        latest = max((each for each in (given["updated"][n], closed, answered) if each), default=None)
        code = given["category_code"][n] or given["category"][n]
        district = located(given, n, place)
        row = {
            "id": given["id"][n], "category": given["category"][n] or code, "category_code": code,
            "agency": given["agency"][n], "channel": given["channel"][n], "status": status,
            "requested": stamp(asked), "updated": stamp(latest), "answered": stamp(answered),
            "finished": stamp(finished), "answer_s": seconds(asked, answered), "finish_s": seconds(asked, finished),
            "finished_day": finished.astimezone(place.zone).date().isoformat() if finished else None,
            "reopened": given["reopened"][n] or 0, "subdistrict": district and district.code,
            "district": district and district.district_code, **when(asked, place.zone),
        }  # fmt: skip
        for name, value in row.items():
            made[name][n] = value
    return made


def traffic(given: Given, count: int, place: Place) -> Made:
    made: Made = {name: [None] * count for name in TRAFFIC.columns}
    for n in range(count):
        started, ended, district = given["started"][n], given["ended"][n], located(given, n, place)
        row = {
            "id": given["id"][n], "kind": given["kind"][n] or "other", "level": given["level"][n],
            "road": given["road"][n], "verified": given["verified"][n], "started": stamp(started),
            "ended": stamp(ended), "open_s": seconds(started, ended), "subdistrict": district and district.code,
            "district": district and district.district_code, **when(started, place.zone),
        }  # fmt: skip
        for name, value in row.items():
            made[name][n] = value
    return made


def located(given: Given, n: int, place: Place) -> Any:
    """The subdistrict that is named, else the one around the point."""
    named = given["subdistrict"][n]
    if named is not None:
        return named
    point = placed(given["lat"][n], given["lon"][n], place.bounds)
    return place.districts.at(*point) if point else None


def beds(given: Given, count: int, place: Place) -> Made:
    units: dict[tuple[str, str], str] = {}
    made: Made = {name: [None] * count for name in ("capacity", "free", "occupied", "rooms_unknown", "unit")}
    classes = [each or "" for each in given["class"]]
    for n, (told, named) in enumerate(zip(given["unit"], classes, strict=True)):
        key = told or "", named
        if key not in units:
            units[key] = key[0] if key[0] in BED_UNITS else bed_unit(*key)
        capacity, free, occupied = given["capacity"][n], given["free"][n], given["occupied"][n]
        if capacity is None and free is not None and occupied is not None:
            capacity = free + occupied
        elif capacity is not None and free is None and occupied is not None:
            free = max(0, capacity - occupied)
        elif capacity is not None and occupied is None and free is not None:
            occupied = max(0, capacity - free)
        made["unit"][n], made["rooms_unknown"][n] = units[key], int(capacity is None or free is None)
        made["capacity"][n], made["free"][n], made["occupied"][n] = capacity, free, occupied
    silent = [triple == (None, None, None) for triple in zip(*(made[name] for name in BED_NUMBERS), strict=True)]
    return {
        **made,
        **moments(given["moment"], place),
        "unit": ["unreported" if none else unit for none, unit in zip(silent, made["unit"], strict=True)],
        "reporting": [not none for none in silent],
        "hospital_id": list(given["hospital_id"]),
        "hospital": [name or id for name, id in zip(given["hospital"], given["hospital_id"], strict=True)],
        "bed_class": [class_code(each) for each in classes],
        "class_name": classes,
        "updated": [stamp(each) for each in given["updated"]],
    }


def checks(given: Given, count: int, place: Place) -> Made:
    """To the minute."""
    return {
        "moment": stamps(given["moment"], second=0),
        "app": list(given["app"]),
        "status": list(given["status"]),
        "latency_ms": list(given["latency_ms"]),
    }


def hours(given: Given, count: int, place: Place) -> Made:
    """The mean and the number of those that were up stand for their sum."""
    sums = [
        mean * up if mean is not None and up else None
        for mean, up in zip(given["latency_mean"], given["up"], strict=True)
    ]
    return {
        "moment": stamps(given["moment"], minute=0, second=0),
        "app": list(given["app"]),
        **{name: [each or 0 for each in given[name]] for name in ("checks", "up", "degraded", "down", "maintenance")},
        "latency_n": [up if total is not None else 0 for up, total in zip(given["up"], sums, strict=True)],
        "latency_sum": [total or 0 for total in sums],
        "latency_p95": list(given["latency_p95"]),
        "latency_max": list(given["latency_max"]),
    }


def outages(given: Given, count: int, place: Place) -> Made:
    """Cut at full hours, as the program's own are; a check a minute."""
    made: Made = {name: [] for name in OUTAGES.columns}
    for n in range(count):
        for row in cut(given["app"][n], given["began"][n], given["ended"][n], given["status"][n] or "down"):
            for name, value in row.items():
                made[name].append(value)
    return made


def water(given: Given, count: int, place: Place) -> Made:
    levels = [cm if cm is not None else m for cm, m in zip(given["level_cm"], given["level_m"], strict=True)]
    return {
        **moments(given["moment"], place),
        "post": list(given["post"]),
        "name": [name or id for name, id in zip(given["name"], given["post"], strict=True)],
        "river": list(given["river"]),
        "level_cm": levels,
        "siaga": list(given["siaga"]),
        "reporting": [pair != (None, None) for pair in zip(levels, given["siaga"], strict=True)],
    }


def moments(given: Sequence[datetime], place: Place) -> Made:
    """The columns of a moment; each is worked out once, however many rows it has."""
    known = {at: {"moment": stamp(at), **when(at, place.zone)} for at in set(given)}
    return {name: [known[at][name] for at in given] for name in ("moment", "day", "hour", "weekday")}


def stamps(given: Sequence[datetime], **coarse: int) -> list[str | None]:
    """Moments as the history writes them, without what is finer; each is worked out once."""
    known = {at: stamp(at.replace(**coarse)) for at in set(given)}  # type: ignore[arg-type]
    return [known[at] for at in given]
