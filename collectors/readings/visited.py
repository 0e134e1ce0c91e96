"""What visitors are told of each area.

A text of a source is told only where it does not look as if it named anybody (collectors/personal.py), and how a report
is called only where several are called so. "" stands for a name that is not told: a tile has a word of its own for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from collectors.districts import Districts, Subdistrict
from collectors.personal import is_discreet, road_alone
from collectors.readings.agencies import NO_AGENCY
from collectors.readings.few_patients import without_few
from collectors.readings.shape import (
    AppsReading,
    BedsReading,
    ComplaintsReading,
    NewestComplaint,
    TrafficItem,
    TrafficReading,
)
from collectors.readings.water_shape import WaterReading
from collectors.source import Area

SEVERAL = 5
"""So many reports of a kind tell nobody which of them is whose."""


def told(name: str) -> str:
    """A name where it looks like nobody's, else ""."""
    return name if is_discreet(name) else ""


def told_or_none(name: str | None) -> str | None:
    return name if name is not None and is_discreet(name) else None


def complaints(reading: ComplaintsReading, districts: Districts) -> ComplaintsReading:
    often = _often(reading.get("by_category", {}))
    totals = {
        one["agency"]: one["waiting"] + one["in_progress"] + one["done"] + one["unknown"]
        for one in reading["by_agency"]
    }
    agencies = {NO_AGENCY: 0, **_often(totals)}
    channels = _often(reading["channels"])
    other = sum(reading["channels"].values()) - sum(channels.values())
    middles = {one.code: one for one in districts.each}

    def category(name: str) -> str:
        return name if name in often else ""

    def agency(name: str) -> str:
        return name if name in agencies else ""

    return {
        **reading,
        "oldest": [{**one, "agency": agency(one["agency"])} for one in reading["oldest"]],
        "by_agency": [
            {
                **one,
                "agency": agency(one["agency"]),
                "open": [{**report, "category": category(report["category"])} for report in one["open"]],
            }
            for one in reading["by_agency"]
        ],
        "channels": {**channels, "": other} if other else channels,
        "by_category": often,
        "newest": [
            _placed({**one, "category": category(one["category"])}, middles.get(one["subdistrict"] or ""))
            for one in reading["newest"]
        ],
    }


def _often(counts: Mapping[str, int]) -> dict[str, int]:
    """What is named several times, and looks like nobody's name."""
    return {name: count for name, count in counts.items() if name and count >= SEVERAL and is_discreet(name)}


def _placed(report: NewestComplaint, place: Subdistrict | None) -> NewestComplaint:
    """In the middle of its subdistrict, or nowhere."""
    return {
        **report,
        "place": f"{place.name}, {place.district}" if place else None,
        "subdistrict": place.code if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
    }


def beds(reading: BedsReading, districts: Districts) -> BedsReading:
    found = without_few(reading)
    for bed_class in found["classes"]:
        bed_class["code"], bed_class["name"] = told(bed_class["code"]), told(bed_class["name"])
    for hospital in found["hospitals"]:
        hospital["id"], hospital["name"] = told(hospital["id"]), told(hospital["name"])
    found["not_reporting"] = [
        {**one, "id": told(one["id"]), "name": told(one["name"])} for one in reading["not_reporting"]
    ]
    return found


def traffic(reading: TrafficReading, districts: Districts) -> TrafficReading:
    def item(one: TrafficItem) -> TrafficItem:
        place = districts.at(one["lat"], one["lon"])
        return {
            **one,
            "headline": "",
            "road": road_alone(one["road"]),
            "lat": place.lat if place else None,
            "lon": place.lon if place else None,
        }

    return {
        **reading,
        "jams": [item(one) for one in reading["jams"]],
        "newest": [item(one) for one in reading["newest"]],
        "raised": [item(one) for one in reading["raised"]],
    }


def apps(reading: AppsReading, districts: Districts) -> AppsReading:
    slowest = reading["slowest"]
    return {
        **reading,
        "cells": [{**one, "id": told(one["id"]), "name": told(one["name"])} for one in reading["cells"]],
        "abnormal": [
            {
                **one,
                "id": told(one["id"]),
                "name": told(one["name"]),
                "owner": told(one["owner"]),
                "reason": None,
            }
            for one in reading["abnormal"]
        ],
        "slowest": {**slowest, "id": told(slowest["id"]), "name": told(slowest["name"])} if slowest else None,
    }


def water(reading: WaterReading, districts: Districts) -> WaterReading:
    places = [districts.at(one["lat"], one["lon"]) for one in reading["posts"]]
    return {
        **reading,
        "posts": [
            {
                **one,
                "id": told(one["id"]),
                "post": told(one["post"]),
                "river": told_or_none(one["river"]),
                "lat": place.lat if place else None,
                "lon": place.lon if place else None,
            }
            for one, place in zip(reading["posts"], places, strict=True)
        ],
        "not_reporting": [
            {**one, "id": told(one["id"]), "post": told(one["post"])} for one in reading["not_reporting"]
        ],
    }


VISITED: dict[Area, Callable[[Any, Districts], Any]] = {
    "complaints": complaints,
    "beds": beds,
    "traffic": traffic,
    "apps": apps,
    "water": water,
}
"""What each area leaves out for visitors."""
