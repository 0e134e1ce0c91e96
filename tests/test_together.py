"""One application seen by several: counted once, by the worst of those that are fresh; planned is never alarming."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from collectors.districts import Districts
from collectors.health import SourceHealth, iso
from collectors.pause import Pause
from collectors.readings.apps import apps_reading
from collectors.readings.limits import Limits
from collectors.readings.shape import AppsReading
from collectors.records import AppHealth, CollectError
from collectors.source import City
from collectors.together import together
from tests.records import NOON, ago, application, check, health, present, source

TOGETHER = [
    ("up", "up", "up"),
    ("up", "degraded", "degraded"),
    ("up", "down", "down"),
    ("degraded", "down", "down"),
    ("up", "unknown", "up"),
    ("degraded", "unknown", "degraded"),
    ("down", "unknown", "down"),
    ("unknown", "unknown", "unknown"),
    ("up", "maintenance", "up"),
    ("degraded", "maintenance", "maintenance"),
    ("down", "maintenance", "maintenance"),
    ("unknown", "maintenance", "maintenance"),
    ("maintenance", "maintenance", "maintenance"),
]


@pytest.mark.parametrize(("one", "other", "expected"), TOGETHER)
def test_the_worst_counts_whoever_says_it_first(one: Any, other: Any, expected: str) -> None:
    for first, second in permutations([check("a", status=one), check("a", status=other)]):
        assert together([first, second]).status == expected


def test_numbers_that_the_worst_lacks_are_taken_from_the_others() -> None:
    found = together([
        check("a", status="down", latency_ms=None, certificate_days=40),
        check("a", latency_ms=70, certificate_days=3),
    ])  # fmt: skip
    assert (found.status, found.latency_ms, found.certificate_days) == ("down", 70, 3)


HTTP, PROM = source("http", "apps"), source("kuma", "apps", collector="prometheus")
FILE = [application("a"), application("b")]


def reading(
    city: City, districts: Districts, told: dict[str, list[AppHealth]], sources: list[SourceHealth], **given: Any
) -> AppsReading:
    here = present("apps", (), city, districts, sources=sources, **{"applications": FILE, **given})
    records = {(name, one.id): one for name, each in told.items() for one in each}
    return apps_reading(type(here)(**{name: getattr(here, name) for name in here.__slots__} | {"records": records}))


def test_an_application_seen_by_two_sources_is_counted_once_by_the_worse(city: City, districts: Districts) -> None:
    told = {"http": [check("a"), check("b")], "kuma": [check("a", status="down", reason="probe failed"), check("b")]}
    found = reading(city, districts, told, [health(HTTP), health(PROM)])
    assert (found["total"], found["up"], found["down"], found["level"]) == (2, 1, 1, "watch")
    assert [(one["id"], one["reason"]) for one in found["abnormal"]] == [("a", "probe failed")]


@pytest.mark.parametrize(("age", "status"), [(60, "down"), (120, "down"), (121, "up")])
def test_the_word_of_a_stale_source_does_not_count(city: City, districts: Districts, age: int, status: str) -> None:
    told = {"http": [check("a"), check("b")], "kuma": [check("a", status="down")]}
    found = reading(city, districts, told, [health(HTTP), health(PROM, ago(seconds=age))])
    assert found["cells"][0]["status"] == status


def test_the_word_of_a_source_that_fails_does_not_count(city: City, districts: Districts) -> None:
    failing = health(PROM, ago(seconds=90))
    failing.failed(CollectError("connection refused"), NOON)
    told = {"http": [check("a"), check("b")], "kuma": [check("a", status="down")]}
    assert reading(city, districts, told, [health(HTTP), failing])["down"] == 0


def test_a_source_that_nobody_asks_does_not_count_while_another_is_asked(city: City, districts: Districts) -> None:
    paused, asked = health(source("paused", "apps")), health(source("asked", "apps"))
    paused.set_pause(Pause(since=iso(NOON), until=None, reason="moved", by="shift"))
    found = present("apps", [], city, districts, sources=[paused, asked], applications=[application("a")])
    said = {("paused", "a"): check("a", status="down"), ("asked", "a"): check("a", status="up")}
    assert apps_reading(replace(found, records=said))["up"] == 1
    alone = replace(found, sources=[paused], records={("paused", "a"): check("a", status="down")})
    assert apps_reading(alone)["down"] == 1, "where nobody is asked, what was checked last stays"


def test_where_no_source_is_fresh_what_was_checked_last_stays(city: City, districts: Districts) -> None:
    old = [health(HTTP, ago(hours=2)), health(PROM, ago(hours=1))]
    told = {"http": [check("a", checked=ago(hours=2))], "kuma": [check("a", status="down", checked=ago(hours=1))]}
    found = reading(city, districts, told, old)
    assert (found["cells"][0]["status"], found["cells"][1]["status"]) == ("down", "unknown")
    assert found["freshness"] == "stale"


def test_what_only_a_source_knows_follows_the_citys_file_by_name(city: City, districts: Districts) -> None:
    own = [check("kuma/z", name="Z", listed=False, status="down"), check("kuma/y", name="Y", listed=False)]
    told = {"http": [check("a"), check("b"), check("gone")], "kuma": own}
    found = reading(city, districts, told, [health(HTTP), health(PROM)])
    assert [one["id"] for one in found["cells"]] == ["a", "b", "kuma/y", "kuma/z"]
    assert (found["total"], found["up"], found["down"]) == (4, 3, 1)


# maintenance; NOON is a Tuesday, 12.00 in the city


PLANNED = application("a", maintenance="Tue 11:00-13:00", category="Health", stage="trial")


def planned(city: City, districts: Districts, status: Any, **given: Any) -> AppsReading:
    told = {"http": [check("a", status=status), check("b")]}
    return reading(city, districts, told, [health(HTTP)], applications=[PLANNED, application("b")], **given)


@pytest.mark.parametrize("status", ["down", "degraded"])
def test_down_within_its_window_is_maintenance_and_raises_nothing(
    city: City, districts: Districts, status: str
) -> None:
    found = planned(city, districts, status, limits=Limits(apps_down=1))
    counts = [found[key] for key in ("up", "degraded", "down", "unknown", "maintenance")]
    assert (counts, found["level"], found["value"]) == ([1, 0, 0, 0, 1], "normal", 1)
    (one,) = found["abnormal"]
    assert (one["status"], one["until"], one["stage"]) == ("maintenance", "2026-11-24T06:00:00.000Z", "trial")
    assert [(each["total"], each["up"]) for each in found["groups"]] == [(2, 1), (0, 0)]


def test_up_within_its_window_is_up_and_unknown_stays_unknown(city: City, districts: Districts) -> None:
    assert planned(city, districts, "up")["up"] == 2
    assert planned(city, districts, "unknown")["unknown"] == 1


def test_after_its_window_it_is_down(city: City, districts: Districts) -> None:
    later = NOON + timedelta(hours=1)
    told = {"http": [check("a", status="down", checked=later), check("b", checked=later)]}
    found = reading(
        city, districts, told, [health(HTTP, later)], applications=[PLANNED, application("b")], now=later
    )  # fmt: skip
    assert (found["down"], found["maintenance"], found["level"]) == (1, 0, "watch")


def test_where_all_are_in_maintenance_nothing_is_vouched_for(city: City, districts: Districts) -> None:
    told = {"http": [check("a", status="down")]}
    found = reading(city, districts, told, [health(HTTP)], applications=[PLANNED])
    assert (found["up"], found["level"]) == (0, "unknown")


def test_the_cell_tells_the_category_and_the_stage(city: City, districts: Districts) -> None:
    first, second = planned(city, districts, "up")["cells"]
    assert (first["category"], first["stage"]) == ("Health", "trial")
    assert (second["category"], second["stage"]) == (None, "live")


# certificates


@pytest.mark.parametrize(("days", "soon"), [(None, False), (15, False), (14, True), (0, True), (-1, True)])
def test_a_certificate_that_ends_soon_is_watched_and_its_application_answers(
    city: City, districts: Districts, days: Any, soon: bool
) -> None:
    found = reading(city, districts, {"http": [check("a", certificate_days=days), check("b")]}, [health(HTTP)])
    assert (found["up"], found["value"], found["degraded"], found["expiring"]) == (2, 2, 0, soon)
    assert sum(group["up"] or 0 for group in found["groups"]) == 2
    assert (found["cells"][0]["status"], found["cells"][0]["certificate_days"]) == ("up", days if soon else None)
    assert found["level"] == ("watch" if soon else "normal")
    assert [(one["id"], one["status"], one["certificate_days"]) for one in found["abnormal"]] == (
        [("a", "up", days)] if soon else []
    )


def test_one_that_is_degraded_is_not_counted_as_a_certificate_too(city: City, districts: Districts) -> None:
    told = {"http": [check("a", status="degraded", certificate_days=3), check("b")]}
    found = reading(city, districts, told, [health(HTTP)])
    assert (found["up"], found["degraded"], found["expiring"]) == (1, 1, 0)


def test_how_soon_is_the_citys_own(city: City, districts: Districts) -> None:
    told = {"http": [check("a", certificate_days=14), check("b")]}
    assert reading(city, districts, told, [health(HTTP)], limits=Limits(certificate_days=13))["level"] == "normal"


def test_maintenance_hides_no_certificate_of_one_that_answers(city: City, districts: Districts) -> None:
    told = {"http": [check("a", certificate_days=3), check("b")]}
    found = reading(city, districts, told, [health(HTTP)], applications=[PLANNED, application("b")])
    assert (found["up"], found["expiring"], found["maintenance"]) == (2, 1, 0)
