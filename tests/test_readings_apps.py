"""The applications reading: every application of the city's file, what is not up by name, and since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from collectors.districts import Districts
from collectors.readings.apps import apps_reading
from collectors.readings.limits import Limits
from collectors.readings.shape import AppsReading
from collectors.records import AppHealth
from collectors.source import City
from tests.records import NOON, application, check, health, present, source

NAMES = ("a", "b", "c", "d")
FILE = [application(name, group="government" if name == "d" else "public") for name in NAMES]


def reading(city: City, districts: Districts, *records: AppHealth, **given_: Any) -> AppsReading:
    return apps_reading(present("apps", records, city, districts, **{"applications": FILE, **given_}))


def statuses(*each: str) -> list[AppHealth]:
    return [check(name, status=status) for name, status in zip(NAMES, each, strict=True)]


def test_while_nothing_is_known_no_number_is_zero(city: City, districts: Districts) -> None:
    found = reading(city, districts, sources=[health(source("a", "apps"), None)])
    assert [found["value"], found["up"], found["degraded"], found["down"], found["unknown"]] == [None] * 5
    assert [(one["total"], one["up"]) for one in found["groups"]] == [(3, None), (1, None)]
    assert ({cell["status"] for cell in found["cells"]}, found["abnormal"]) == ({"unknown"}, [])
    assert (found["level"], found["total"], found["median_ms"], found["slowest"]) == ("unknown", 4, None, None)


def test_parts_add_up_to_the_citys_file_in_its_order(city: City, districts: Districts) -> None:
    found = reading(city, districts, check("d"), check("b", status="down"), check("stranger"))
    assert [found["up"], found["degraded"], found["down"], found["unknown"]] == [1, 0, 1, 2]
    assert [(cell["id"], cell["status"]) for cell in found["cells"]] == [
        ("a", "unknown"),
        ("b", "down"),
        ("c", "unknown"),
        ("d", "up"),
    ]
    assert [(one["group"], one["up"], one["total"]) for one in found["groups"]] == [
        ("public", 0, 3),
        ("government", 1, 1),
    ]


@pytest.mark.parametrize(
    ("each", "level"),
    [
        (("up", "up", "up", "up"), "normal"),
        (("up", "up", "up", "degraded"), "watch"),
        (("up", "up", "up", "down"), "watch"),
        (("up", "down", "down", "down"), "alarm"),
        (("unknown", "unknown", "unknown", "unknown"), "unknown"),
    ],
)
def test_the_level_is_how_many_fail(city: City, districts: Districts, each: tuple[str, ...], level: str) -> None:
    assert reading(city, districts, *statuses(*each), limits=Limits(apps_down=3))["level"] == level


def test_what_is_not_up_is_named_the_worst_first(city: City, districts: Districts) -> None:
    found = reading(city, districts, *statuses("degraded", "up", "unknown", "down"))
    assert [(one["id"], one["status"]) for one in found["abnormal"]] == [
        ("d", "down"),
        ("a", "degraded"),
        ("c", "unknown"),
    ]


def test_since_is_when_this_status_began_and_not_when_it_was_last_checked(city: City, districts: Districts) -> None:
    found: Any = None
    for minute, each in enumerate([("up", "down"), ("down", "down"), ("down", "degraded"), ("down", "down")]):
        found = reading(
            city,
            districts,
            *statuses(*each, "up", "up"),
            previous=found,
            now=NOON + timedelta(minutes=minute),
        )
    assert {one["id"]: one["since"] for one in found["abnormal"]} == {
        "a": "2026-11-24T05:01:00.000Z",
        "b": "2026-11-24T05:03:00.000Z",
    }


def test_the_median_and_the_slowest_are_of_those_that_answered(city: City, districts: Districts) -> None:
    found = reading(
        city,
        districts,
        check("a", latency_ms=100),
        check("b", latency_ms=300, status="degraded"),
        check("c", latency_ms=9000, status="down"),
        check("d", latency_ms=None),
    )
    assert found["median_ms"] == 200
    assert found["slowest"] is not None
    assert found["slowest"]["id"] == "b"


def test_reasons_and_owners_are_told_but_no_address(city: City, districts: Districts) -> None:
    found = reading(city, districts, check("a", status="down", reason="status 500"))
    assert (found["abnormal"][0]["reason"], found["abnormal"][0]["owner"]) == ("status 500", "Dinas")
    assert "http://" not in str(found)


def test_what_a_source_says_of_others_alone_does_not_keep_an_application_alive(
    city: City, districts: Districts
) -> None:
    one = health(source("agency", "apps", cadence=300.0))
    two = health(source("probe", "apps", cadence=300.0))
    told = [check("a"), check("b", checked=NOON - timedelta(minutes=9)), check("c", checked=NOON - timedelta(hours=1))]
    found = reading(city, districts, *told, sources=[one])
    assert [cell["status"] for cell in found["cells"]] == ["up", "up", "unknown", "unknown"]
    assert found["cells"][2]["latency_ms"] is None and found["level"] == "normal"
    about = present("apps", told, city, districts, sources=[one, two], applications=FILE)
    both = replace(about, records={**about.records, ("probe", "c"): check("c", status="degraded")})
    assert apps_reading(both)["cells"][2]["status"] == "degraded", "another source knows"
    old = health(source("agency", "apps", cadence=300.0), NOON - timedelta(hours=1))
    last = reading(city, districts, *told, sources=[old])
    assert [cell["status"] for cell in last["cells"]] == ["up", "up", "up", "unknown"], "all of it ages with the tile"


def test_an_application_is_a_persons_word_where_only_people_say_what_counts(city: City, districts: Districts) -> None:
    probe, desk = source("probe", "apps"), source("desk", "apps", collector="manual")
    about = present("apps", [], city, districts, sources=[health(probe), health(desk)], applications=FILE)
    told = {
        ("probe", "a"): check("a"), ("desk", "a"): check("a", status="down"),
        ("probe", "b"): check("b", status="down"), ("desk", "b"): check("b", status="down"),
        ("probe", "c"): check("c"), ("desk", "d"): check("d"),
    }  # fmt: skip
    found = apps_reading(replace(about, records=told))
    assert [cell.get("by_hand", False) for cell in found["cells"]] == [True, False, False, True]
    assert [(one["id"], one.get("by_hand", False)) for one in found["abnormal"]] == [("a", True), ("b", False)]
