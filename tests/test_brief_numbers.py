"""The brief's numbers are those of the page that each of them leads to, and what was so on a day in the past."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.brief.indicators import Known, indicators
from collectors.brief.periods import Number, PeriodQuestions, lived
from collectors.brief.shape import PERIODS, Indicator, Measured
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.facts import Row, stamp, when
from collectors.owners import Owners
from collectors.past import Past
from collectors.questions.apps import AppQuestions
from collectors.questions.beds import BedQuestions
from collectors.questions.complaints import ComplaintQuestions
from collectors.questions.scope import Scope, scope_from
from collectors.questions.traffic import TrafficQuestions
from collectors.questions.water import WaterQuestions
from collectors.readings.limits import Limits
from collectors.records import Complaint
from collectors.source import EVERY_AREA, Area
from tests.past import ZONE, Fact, Told, past
from tests.records import NOON, complaint, report

pytestmark = pytest.mark.patient

LIMITS = Limits(complaint_age=7 * 86400.0)
OWNERS = Owners((), "Kota Tangerang")
NOW = NOON + timedelta(minutes=7)


def reports(luck: random.Random) -> list[Complaint]:
    """A hundred and twenty days of reports: finished soon, late or not at all."""
    found = []
    for number in range(900):
        requested = NOW - timedelta(hours=luck.randrange(1, 120 * 24), minutes=luck.randrange(60))
        took = timedelta(hours=luck.choice([3, 30, 120, 167, 169, 300, 700]))
        finished = requested + took
        answered = requested + timedelta(hours=luck.choice([1, 5, 7, 20]))
        done = finished <= NOW
        taken_up = luck.random() < 0.8 and answered <= NOW
        status = "done" if done else "in_progress" if taken_up else "waiting"
        found.append(
            complaint(
                f"c{number}", requested=requested, status=status, finished=finished if done else None,
                answered=answered if taken_up and luck.random() < 0.9 else None,
                agency=luck.choice(["DPUPR", "Dishub"]),
            )
        )  # fmt: skip
    return found


def looks(area: Area, luck: random.Random) -> list[Row]:
    """What is always there, as it was seen now and then over a hundred days."""
    rows: list[Row] = []
    for back in range(100 * 2):
        at = (NOW - timedelta(hours=12 * back, minutes=20)).replace(second=0)
        common: Row = {"moment": stamp(at), **when(at, ZONE), "demo": True}
        if area == "beds":
            for unit, code in (("icu", "ICU"), ("inpatient", "III")):
                capacity = luck.choice([10, 20, None])
                rows.append(
                    {
                        **common, "hospital_id": "R1", "hospital": "RS 1", "source": "s", "unit": unit,
                        "bed_class": code, "class_name": code, "capacity": capacity, "free": None,
                        "occupied": luck.randrange(10), "rooms_unknown": 0, "reporting": luck.random() < 0.9,
                        "updated": stamp(at),
                    }
                )  # fmt: skip
        elif area == "water":
            rows += [
                {
                    **common, "post": post, "name": post, "river": None, "level_cm": 100, "reporting": True,
                    "siaga": luck.choice([4, 4, 4, 4, 4, 4, 4, 3, None]) if post == "a" else luck.choice([4, None]),
                }
                for post in ("a", "b", "c")
            ]  # fmt: skip
        else:
            rows += [
                {"moment": stamp(at), "app": app, "status": luck.choice(["up", "up", "up", "down", "maintenance"]),
                 "latency_ms": 90, "demo": True}
                for app in ("one", "two")
            ]  # fmt: skip
    return rows[::-1]


def told(seed: int) -> Told:
    luck = random.Random(seed)
    roads = []
    for number in range(300):
        started = NOW - timedelta(hours=luck.randrange(1, 110 * 24))
        over = started + timedelta(minutes=luck.randrange(1, 400))
        lasts = luck.random() < 0.05
        roads.append(Fact("waze", report(f"t{number}", started=started), None if lasts else min(NOW, over)))
    samples: dict[Area, Sequence[Row]] = {area: looks(area, luck) for area in ("beds", "water", "apps")}
    facts = {"complaints": [Fact("laksa", one) for one in reports(luck)], "traffic": roads}
    return Told(samples, NOW.replace(minute=0) - timedelta(hours=8), NOW - timedelta(days=3), facts)  # type: ignore[arg-type]


def scope_of(link: str, area: Area) -> Scope:
    path, _, query = link.partition("?")
    assert path == f"/explore/{area}"
    return scope_from(area, parse_qs(query), NOW, ZONE, {})


async def on_its_page(one: Indicator, number: Measured, found: Past) -> tuple[Any, ...]:
    """What the page behind a number says: value, part, whole."""
    assert number["link"] is not None
    scope = scope_of(number["link"], one["area"])
    if one["area"] == "complaints":
        total = (await ComplaintQuestions(found, OWNERS, LIMITS).answer(scope)).total
        if one["name"] == "overdue":
            return float(total.n), total.n, None
        of = (total.on_time, total.due) if one["name"] == "on_time" else (total.answered_in, total.answered)
        return of[0] / of[1], *of
    if one["area"] == "beds":
        units = (await BedQuestions(found).answer(scope)).units
        unit = units["icu" if one["name"] == "icu" else "inpatient"]
        return unit.share, None, None
    if one["area"] == "apps":
        return (await AppQuestions(found, OWNERS, ()).answer(scope)).total.availability, None, None
    if one["area"] == "water":
        return float(len((await WaterQuestions(found).answer(scope)).posts)), None, None
    clear = (await TrafficQuestions(found).answer(scope)).total
    return clear.cleared_median, clear.ended, clear.n


async def test_every_number_of_the_past_is_that_of_the_page_it_leads_to(
    redis_server: EmbeddedRedis, districts: Districts
) -> None:
    async with past(told(1), redis_server, districts) as found:
        numbers = await PeriodQuestions(found, OWNERS, LIMITS, ()).all(EVERY_AREA, NOW)
        known = Known({}, numbers, LIMITS, EVERY_AREA, NOW, ZONE)
        compared = 0
        for one in indicators(known, EVERY_AREA):
            for period in PERIODS:
                number: Measured = one[period]
                if number["value"] is None or (one["name"] == "overdue" and period != "day"):
                    continue  # the most of any day is on no page
                value, part, whole = await on_its_page(one, number, found)
                assert number["value"] == pytest.approx(value), (one["name"], period)
                assert part is None or number["part"] == part, (one["name"], period)
                assert whole is None or number["whole"] == whole, (one["name"], period)
                compared += 1
    assert compared > 20


async def test_reports_over_their_limit_are_as_many_as_a_straight_count_of_every_day(
    redis_server: EmbeddedRedis, districts: Districts
) -> None:
    each = reports(random.Random(3))
    facts = {"complaints": [Fact("laksa", one) for one in each]}
    async with past(Told(facts=facts), redis_server, districts) as found:  # type: ignore[arg-type]
        numbers = await PeriodQuestions(found, OWNERS, LIMITS, ()).overdue(NOW)
    limit = timedelta(seconds=LIMITS.complaint_age)

    def late(at: datetime) -> tuple[int, int]:
        open_ones = [one for one in each if one.requested < at and (one.finished is None or one.finished > at)]
        return sum(one.requested + limit < at for one in open_ones), len(open_ones)

    days = [late(NOW - timedelta(days=back)) for back in range(90)]
    assert (numbers["day"].part, numbers["day"].whole) == days[0]
    assert (numbers["before"].part, numbers["before"].whole) == days[1]
    assert [numbers[period].part for period in PERIODS] == [max(days[:n])[0] for n in (1, 7, 30, 90)]
    new = [one for one in each if one.finished is None and NOW - timedelta(days=1) <= one.requested + limit < NOW]
    assert numbers["new"].part == len(new)


Lives = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9), st.integers(-1, 9), st.integers(1, 4)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(Lives)
def test_lives_of_reports_are_counted_on_every_day_they_were_open(lives: list[tuple[int, int, int, int]]) -> None:
    rows: list[Mapping[str, int]] = [
        {"closed": closed, "opened": max(opened, closed), "late": min(late, max(opened, closed)), "n": n}
        for closed, opened, late, n in lives
    ]
    straight = [
        (
            sum(row["n"] for row in rows if row["closed"] <= day <= row["late"]),
            sum(row["n"] for row in rows if row["closed"] <= day <= row["opened"]),
        )
        for day in range(7)
    ]
    assert lived(rows, 7) == straight


async def test_what_was_never_seen_is_unknown_and_not_zero(redis_server: EmbeddedRedis, districts: Districts) -> None:
    async with past(Told(), redis_server, districts) as found:
        questions = PeriodQuestions(found, OWNERS, LIMITS, ())
        numbers = await questions.all(("beds", "traffic", "apps", "water"), NOW)
        assert await questions.first("beds") is None
    for one in indicators(Known({}, numbers, LIMITS, (), NOW, ZONE), ("beds", "traffic", "apps", "water")):
        assert [one[period]["value"] for period in PERIODS] == [None] * 4, one["name"]
        assert one["verdict"] == "unknown"


def test_of_few_reports_nothing_is_claimed_and_of_many_only_what_is_sure() -> None:
    def judged(part: int, whole: int) -> str:
        numbers = {"on_time": {period: Number(part, whole) for period in (*PERIODS, "before")}}
        known = Known({}, numbers, Limits(on_time=0.95), (), NOW, ZONE)
        return indicators(known, ["complaints"])[0]["day"]["verdict"]

    assert (judged(0, 29), judged(27, 30), judged(20, 30), judged(95, 100)) == ("few", "met", "missed", "met")


NIGHT = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
"""Half past midnight of the 25th in the city."""


async def test_days_are_the_citys_not_those_of_utc(redis_server: EmbeddedRedis, districts: Districts) -> None:
    yesterday = [complaint(f"y{n}", requested=NIGHT - timedelta(hours=2 + n), answered=NIGHT) for n in range(3)]
    today = [complaint("t", requested=NIGHT - timedelta(minutes=10), answered=NIGHT)]
    facts = {"complaints": [Fact("laksa", one) for one in (*yesterday, *today)]}
    async with past(Told(facts=facts), redis_server, districts) as found:  # type: ignore[arg-type]
        numbers = await PeriodQuestions(found, OWNERS, LIMITS, ()).rates(NIGHT)
    assert (numbers["answered"]["day"].whole, numbers["answered"]["before"].whole) == (3, 0)
