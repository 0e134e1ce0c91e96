"""Days of 23 and of 25 hours: where clocks are changed nothing counts twice and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, takewhile
from zoneinfo import ZoneInfo

import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.facts import Row, stamp, when
from collectors.owners import Owners
from collectors.past import Past
from collectors.questions.apps import AppQuestions
from collectors.questions.beds import BedQuestions
from collectors.questions.complaints import ComplaintQuestions
from collectors.questions.scope import Scope, midnight, scope_from
from collectors.questions.traffic import TrafficQuestions
from collectors.questions.water import WaterQuestions
from collectors.readings.limits import Limits
from collectors.source import Area
from tests.past import Fact, Pasts, Told, pasts
from tests.records import application, complaint, report

pytestmark = pytest.mark.patient

BERLIN = ZoneInfo("Europe/Berlin")
CHANGES = [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
"""When Berlin's clocks are put forward, and back."""
AROUND = timedelta(hours=36)
APPS = [application("a1")]


def moments(change: datetime, minutes: int) -> list[datetime]:
    each = (change - AROUND + timedelta(minutes=minutes * number) for number in count())
    return list(takewhile(lambda at: at <= change + AROUND, each))


def samples(change: datetime) -> dict[Area, list[Row]]:
    beds, water, apps = [], [], []
    for at in moments(change, 15):
        beds.append(
            {
                "moment": stamp(at), "hospital_id": "R1", "hospital": "RS", "source": "s", "unit": "icu",
                "bed_class": "ICU", "class_name": "ICU", "capacity": 10, "free": 2, "occupied": 8,
                "rooms_unknown": 0, "reporting": True, "updated": stamp(at), **when(at, BERLIN), "demo": False,
            }
        )  # fmt: skip
    for at in moments(change, 10):
        water.append(
            {
                "moment": stamp(at), "post": "p1", "name": "Pos", "river": "Kali", "level_cm": 100, "siaga": 4,
                "reporting": True, **when(at, BERLIN), "demo": False,
            }
        )  # fmt: skip
    for at in moments(change, 1):
        status = "down" if at.minute < 5 else "up"
        apps.append({"moment": stamp(at), "app": "a1", "status": status, "latency_ms": None, "demo": False})
    return {"beds": beds, "water": water, "apps": apps}


def facts(change: datetime) -> dict[Area, list[Fact]]:
    each = list(enumerate(moments(change, 20)))
    return {
        "complaints": [Fact("laksa", complaint(f"c{n}", requested=at), None, n % 2 == 0) for n, at in each],
        "traffic": [Fact("waze", report(f"t{n}", started=at), at + timedelta(minutes=9), n % 2 == 0) for n, at in each],
    }


PAST = [
    Told(samples(change), change + timedelta(hours=3), change + timedelta(hours=3), facts(change), BERLIN, tidied)
    for tidied in (None, datetime(2026, 12, 20, tzinfo=UTC))
    for change in CHANGES
]


@pytest.fixture(scope="module")
def known(redis_server: EmbeddedRedis, districts: Districts) -> Iterator[Pasts]:
    with pasts(PAST, redis_server, districts) as found:
        yield found


def scope_of(area: Area, change: datetime, **more: list[str]) -> Scope:
    day = change.astimezone(BERLIN).date()
    time = {"from": [str(day - timedelta(1))], "to": [str(day + timedelta(1))]}
    return scope_from(area, time | more, change + AROUND, BERLIN, {})


def days(each: list[datetime]) -> Counter[object]:
    return Counter(at.astimezone(BERLIN).date() for at in each)


def week(each: list[datetime]) -> Counter[tuple[int, int]]:
    local = [at.astimezone(BERLIN) for at in each]
    return Counter((at.isoweekday(), at.hour) for at in local)


def inside(scope: Scope, each: list[datetime]) -> list[datetime]:
    return [at for at in each if scope.start <= at < scope.end]


@pytest.mark.parametrize("number", range(4), ids=["forward", "back", "forward digested", "back digested"])
def test_a_day_is_as_long_as_it_is(known: Pasts, number: int) -> None:
    change = CHANGES[number % 2]
    scope = scope_of("apps", change)
    assert (midnight(scope.first_day + timedelta(2), BERLIN) - midnight(scope.first_day + timedelta(1), BERLIN)) == (
        timedelta(hours=23 if number % 2 == 0 else 25)
    )

    async def check(found: Past) -> None:
        checks = inside(scope, moments(change, 1))
        apps = await AppQuestions(found, Owners(), APPS).answer(scope)
        assert {day: one.checks for day, one in apps.days.items()} == days(checks)
        assert {day: one.expected for day, one in apps.days.items()}[change.astimezone(BERLIN).date()] == (
            60 * (23 if number % 2 == 0 else 25)
        )
        assert apps.hours == week([at for at in checks if at.minute < 5])
        two = await AppQuestions(found, Owners(), APPS).answer(scope_of("apps", change, hour=["2"]))
        assert two.total.checks == sum(at.astimezone(BERLIN).hour == 2 for at in checks)
        assert two.total.expected == two.total.checks

        beds = await BedQuestions(found).answer(scope_of("beds", change))
        looks = inside(scope, moments(change, 15))
        assert {day: one.samples for (_, day), one in beds.days.items()} == days(looks)
        assert {key[1:]: one.samples for key, one in beds.hours.items()} == week(looks)

        water = await WaterQuestions(found).answer(scope_of("water", change))
        looks = inside(scope, moments(change, 10))
        assert {day: one.n for day, one in water.days.items()} == days(looks)
        assert {key: one.n for key, one in water.hours.items()} == week(looks)

        told = inside(scope, moments(change, 20))
        complaints = await ComplaintQuestions(found, Owners(), Limits()).answer(scope_of("complaints", change))
        assert {day: one.n for day, one in complaints.days.items()} == days(told)
        assert complaints.hours == week(told)
        traffic = await TrafficQuestions(found).answer(scope_of("traffic", change))
        assert {day: one.n for day, one in traffic.days.items()} == days(told)
        assert traffic.hours == week(told)

    known.run(number, check)
