"""Readings as tiles get them, for the tests of the layouts: a calm city, and the same with one thing changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from collectors.readings.shape import Freshness, Level, Reading, SourceState
from collectors.source import Area

SEEN = "2025-12-16T07:07:26Z"
MINUTES_AGO = "2025-12-16T07:01:00Z"
LONG_AGENCY = "Dinas Perumahan, Permukiman dan Pertanahan Kota Tangerang"


def source(name: str, area: Area, owner: str, freshness: Freshness = "live", error: str | None = None) -> SourceState:
    as_of = None if freshness == "never" else MINUTES_AGO
    return {
        "name": name, "area": area, "owner": owner, "collector": "x", "every": 10.0, "cadence": 60.0,
        "freshness": freshness, "as_of": as_of, "received": SEEN, "changed": as_of, "error": error,
        "failing_since": MINUTES_AGO if error else None, "next_try": None, "overruns": 0, "rejected": 0, "demo": False,
    }  # fmt: skip


def common(area: Area, sources: list[SourceState], level: Level, freshness: Freshness) -> dict[str, Any]:
    return {
        "area": area, "as_of": None if freshness == "never" else MINUTES_AGO, "received": SEEN, "changed": SEEN,
        "freshness": freshness, "late_after": 60.0, "stale_after": 120.0, "failed_after": None, "value": 1,
        "level": level, "demo": False, "sources": sources, "trend": [(SEEN, 300), (SEEN, 361)],
    }  # fmt: skip


def complaints(level: Level = "normal", freshness: Freshness = "live", **more: Any) -> Reading:
    queue = {"agency": "DPUPR", "waiting": 71, "oldest": "2025-12-09T00:00:00Z", "overdue": level != "normal"}
    newest = {
        "at": MINUTES_AGO, "category": "<script>alert(1)</script>", "status": "waiting", "place": "Petir, Cipondoh",
        "subdistrict": "36.71.05.1006", "lat": -6.2, "lon": 106.69,
    }  # fmt: skip
    reading = {
        **common("complaints", [source("laksa", "complaints", "Diskominfo", freshness)], level, freshness),
        "waiting": 193, "in_progress": 19, "done": 11668, "unknown": 200, "total": 12080, "window_days": 365,
        "today": 37, "limit_days": 7.0, "oldest": [queue], "unplaced": 2, "by_hour": [1] * 24, "channels": {},
        "by_district": [{"code": "36.71.05", "name": "Cipondoh", "waiting": 22, "total": 900}],
        "by_subdistrict": {"36.71.05.1006": 15, "36.71.05.1001": 1, "36.71.05.1002": 0}, "newest": [newest],
        "on_map": True,
    }  # fmt: skip
    return cast(Reading, reading | more)


def bed_sum(free: int | None, capacity: int | None) -> dict[str, Any]:
    occupied = None if free is None or capacity is None else capacity - free
    return {"free": free, "occupied": occupied, "capacity": capacity, "rooms_unknown": 0}


def bed_class(name: str, unit: str, free: int | None, capacity: int | None, level: Level) -> dict[str, Any]:
    return {**bed_sum(free, capacity), "code": name, "name": name, "unit": unit, "level": level}


def beds(level: Level = "normal", freshness: Freshness = "live", **more: Any) -> Reading:
    free = 1 if level == "alarm" else 14
    reading = {
        **common("beds", [source("aplicares", "beds", "Dinkes", freshness)], level, freshness),
        "icu": bed_sum(free, 58), "inpatient": bed_sum(361, 1404), "emergency": bed_sum(None, None), "limit": 0.85,
        "share": 1043 / 1404, "band": "ideal",
        "classes": [
            bed_class("ICU", "icu", 0, 41, "alarm"),
            bed_class("Kelas 1", "inpatient", 64, 252, "normal"),
            bed_class("Isolasi", "inpatient", None, 72, "unknown"),
        ],
        "hospitals": [], "hospitals_total": 35, "hospitals_reporting": 35, "not_reporting": [], "mismatched": 0,
    }  # fmt: skip
    return cast(Reading, reading | more)


def road_item(kind: str, road: str | None, level: int | None, **more: Any) -> dict[str, Any]:
    return {
        "at": MINUTES_AGO, "kind": kind, "headline": "headline", "road": road, "district": "Batuceper", "level": level,
        "length_m": 3200, "delay_s": 1440, "verified": True, "seen_by": ["waze"], "lat": -6.166, "lon": 106.668, **more,
    }  # fmt: skip


def traffic(level: Level = "normal", freshness: Freshness = "live", **more: Any) -> Reading:
    jam = road_item("jam", "Jl. MH Thamrin", 2)
    crash = [road_item("accident", "Jl. Daan Mogot", 5)] if level == "alarm" else []
    reading = {
        **common("traffic", [source("waze", "traffic", "Dishub", freshness)], level, freshness),
        "open": 1 + len(crash), "merged": 0, "by_kind": {"jam": 1, "accident": len(crash)}, "by_level": {},
        "verified": 1, "unverified": 0, "jams": [jam], "newest": [*crash, jam], "outside": 0,
        "raised": crash or ([jam] if level == "watch" else []), "by_subdistrict": {"36.71.05.1006": 3},
        "by_district": {"36.71.05": 3}, "on_map": False,
    }  # fmt: skip
    return cast(Reading, reading | more)


def apps(level: Level = "normal", freshness: Freshness = "live", bad: int = 0, **more: Any) -> Reading:
    statuses = ["down"] * bad + ["up"] * (174 - bad)
    cells = [
        {"id": f"a{i}", "name": f"App {i}", "group": "public" if i < 111 else "government", "status": status,
         "latency_ms": 300}
        for i, status in enumerate(statuses)
    ]  # fmt: skip
    abnormal = [
        {"id": f"a{i}", "name": f"App {i}", "owner": "Dinas", "status": "down", "reason": "503", "since": MINUTES_AGO}
        for i in range(bad)
    ]
    reading = {
        **common("apps", [source("applications", "apps", "Diskominfo", freshness)], level, freshness),
        "up": 174 - bad, "degraded": 0, "down": bad, "unknown": 0, "total": 174, "groups": [], "cells": cells,
        "abnormal": abnormal, "median_ms": 400, "slowest": {**cells[-1], "latency_ms": 1900},
    }  # fmt: skip
    return cast(Reading, reading | more)


def not_up(id_: str, status: str, **more: Any) -> dict[str, Any]:
    fields = {"owner": "Dinas", "reason": None, "since": MINUTES_AGO, "stage": "live", "until": None}
    return {"id": id_, "name": id_.title(), "status": status, "certificate_days": None, **fields, **more}


def post(name: str, cm: int | None = 96, siaga: int | None = 4, level: Level = "normal", **more: Any) -> dict[str, Any]:
    steps = {"4": 60, "3": 150, "2": 200, "1": 250}
    return {
        "id": name, "post": name, "river": "Kali Contoh", "level_cm": cm, "siaga": siaga, "level": level,
        "steps": steps, "change_cm": 0, "course": "steady", "where": None, "updated": MINUTES_AGO, "reporting": True,
        "lat": -6.17, "lon": 106.6, "trend": [[MINUTES_AGO, 90], [SEEN, 96]], **more,
    }  # fmt: skip


def water(level: Level = "normal", freshness: Freshness = "live", **more: Any) -> Reading:
    first = {"normal": (96, 4), "watch": (160, 3), "alarm": (231, 2)}.get(level, (None, None))
    posts = [
        post("Bulakan", first[0], first[1], level, change_cm=12 if level == "alarm" else 0, course="rising"),
        post("Batu Beulah", where="upstream", lat=-6.455, lon=106.685),
    ]
    reading = {
        **common("water", [source("water", "water", "DPUPR", freshness)], level, freshness), "value": 0,
        "raised": sum(one["level"] in ("watch", "alarm") for one in posts), "by_siaga": {"4": 2}, "posts": posts,
        "posts_total": 2, "posts_reporting": 2, "not_reporting": [], "outside": 1, "watch_from": 3, "alarm_from": 2,
    }  # fmt: skip
    return cast(Reading, reading | more)


def city(**changed: Reading) -> Mapping[Area, Reading]:
    calm = {"complaints": complaints(), "beds": beds(), "traffic": traffic(), "apps": apps(), "water": water()}
    return cast("Mapping[Area, Reading]", calm | changed)


def unknown_city() -> Mapping[Area, Reading]:
    """Every source is configured and none has ever answered."""
    none = bed_sum(None, None)
    empty: dict[str, Any] = {"value": None, "trend": []}
    counts = dict.fromkeys(("waiting", "in_progress", "done", "unknown", "total", "today", "unplaced"))
    return city(
        complaints=complaints(
            "unknown", "never", **empty, **counts, oldest=[], by_district=[], by_subdistrict={}, by_hour=[], newest=[]
        ),
        beds=beds(
            "unknown", "never", **empty, icu=none, inpatient=none, emergency=none, classes=[], hospitals_total=0,
            hospitals_reporting=0, share=None, band=None,
        ),
        traffic=traffic("unknown", "never", **empty, open=None, merged=None, by_kind={}, jams=[], newest=[], raised=[],
            by_subdistrict={}, by_district={}, verified=None, unverified=None, outside=None,
        ),
        apps=apps(
            "unknown", "never", **empty, up=None, degraded=None, down=None, unknown=None, median_ms=None, slowest=None
        ),
        water=water(
            "unknown", "never", **empty, raised=None, by_siaga={}, posts=[], posts_total=None, posts_reporting=None,
            outside=None,
        ),
    )  # fmt: skip
