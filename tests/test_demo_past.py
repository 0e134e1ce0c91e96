"""The pretend city has a past: the same for the same seed, up to its start, in the form of a city's own exports."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from demo.city import build
from demo.clock import Clock
from demo.past import CLASS_NAMES, HEADS, LENGTH, Past
from tests.conftest import PretendCity

START = datetime(2026, 11, 25, 9, 40, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def past(seed: int = 36, start: datetime = START) -> Past:
    return Past(seed, build(seed, Clock(start, 10.0, lambda: start)))


def rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


WHEN = {"beds": "moment", "traffic": "started", "apps": "moment", "outages": "began", "water": "moment"}


@pytest.mark.parametrize("name", list(HEADS))
def test_a_day_is_the_same_whenever_the_city_started_and_another_with_another_seed(name: str) -> None:
    day = (START - timedelta(days=20)).date()
    one = past().table(name, day, day, "waze")
    assert one == past(start=START + timedelta(days=3, hours=2)).table(name, day, day, "waze")
    assert one != past(seed=37).table(name, day, day, "waze")
    assert len(rows(one)) > 20


@pytest.mark.parametrize("name", list(HEADS))
def test_it_ends_before_the_hour_in_which_the_city_starts_and_begins_ninety_days_earlier(name: str) -> None:
    city = past()
    last = rows(city.table(name, START.date(), START.date() + timedelta(days=3)))
    moments = [at(row[WHEN[name]]) for row in last]
    assert min(moments) >= START.replace(hour=0, minute=0)
    assert max(moments) < START.replace(minute=0)
    assert all(at(row["ended"]) <= START.replace(minute=0) for row in last if row.get("ended"))
    first = (START - LENGTH).date()
    assert rows(city.table(name, first, first))
    assert not rows(city.table(name, first - timedelta(days=9), first - timedelta(days=1)))


def test_hours_and_outages_of_applications_agree_to_the_minute_and_some_nights_are_bad() -> None:
    city, first, last = past(), (START - timedelta(days=8)).date(), (START - timedelta(days=2)).date()
    hours, outages = rows(city.table("apps", first, last)), rows(city.table("outages", first, last))
    bad: dict[str, Counter[str]] = defaultdict(Counter)
    for row in outages:
        bad[row["app"]][row["status"]] += round((at(row["ended"]) - at(row["began"])) / MINUTE)
    for row in hours:
        counts = [int(row[name]) for name in ("up", "degraded", "down", "maintenance")]
        assert sum(counts) == int(row["checks"]) == 60
        assert min(counts) >= 0
        assert (row["latency_mean"] == "") == (row["up"] == "0")
        bad[row["app"]]["down"] -= int(row["down"])
        bad[row["app"]]["degraded"] -= int(row["degraded"])
    assert all(not any(each.values()) for each in bad.values())
    assert (
        len({(row["moment"], row["app"]) for row in hours}) == len(hours) == 7 * 24 * len(city._city.apps.applications)
    )
    nights = [at(row["began"]).hour for row in outages if row["status"] == "down"]
    assert sum(17 <= hour <= 20 for hour in nights) > 2


def test_beds_of_the_past_are_those_of_the_present_city_and_some_hospitals_are_silent() -> None:
    city = past()
    found = rows(city.table("beds", START.date(), START.date()))
    live = city._city.beds
    for row in [row for row in found if row["class"]][:400]:
        named = {room: CLASS_NAMES.get(room.bed_class, room.bed_class) for room in live.rooms(row["hospital_id"])}
        rooms = [room for room, name in named.items() if name == row["class"]]
        assert int(row["capacity"]) == sum(room.capacity for room in rooms)
        assert int(row["free"]) == sum(live.free(room, at(row["moment"])) for room in rooms)
    silent = {row["hospital_id"] for row in found if not row["capacity"]}
    assert live.stopped in silent
    assert len(silent) > 1
    assert len({(row["moment"], row["hospital_id"], row["class"]) for row in found}) == len(found)


def test_rivers_rise_now_and_then_and_one_post_never_reported() -> None:
    city = past()
    found = rows(city.table("water", (START - timedelta(days=30)).date(), START.date()))
    assert {row["siaga"] for row in found} >= {"4", "3"}
    assert {row["post"] for row in found if not row["level_cm"]} == {city._city.water.never}


def test_reports_from_the_road_begin_and_end() -> None:
    city, day = past(), (START - timedelta(days=5)).date()
    for of, least in (("waze", 200), ("like-lantas", 40)):
        found = rows(city.table("traffic", day, day, of))
        assert len({row["id"] for row in found}) == len(found) > least
        assert all(at(row["started"]) < at(row["ended"]) for row in found)


async def test_it_is_served_as_csv_marked_like_everything_else(demo_city: PretendCity) -> None:
    async def asked(path: str) -> tuple[int, str, Mapping[str, str]]:
        async with demo_city.session.get(f"{demo_city.url}/past/{path}") as answer:
            return answer.status, await answer.text(), answer.headers

    status, text, headers = await asked("water.csv")
    assert status == 200
    assert text.partition("\n")[0] == HEADS["water"]
    assert len(rows(text)) > 100
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Live-Room-Demo"]
    for path, expected, said in (
        ("complaints.csv", 404, "there is one of beds"),
        ("water.csv?from=yesterday", 400, "days such as"),
        ("water.csv?from=2026-01-01&to=2026-11-01", 400, "1 to 31 days"),
        ("water.csv?from=2026-11-02&to=2026-11-01", 400, "1 to 31 days"),
    ):
        status, text, _ = await asked(path)
        assert (status, said in text) == (expected, True)
