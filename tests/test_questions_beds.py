"""What is asked about beds: parts equal the whole, rows equal counts, and files and Redis together equal the truth."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.facts import Row, stamp, when
from collectors.questions.beds import BedQuestions, Occupancy
from collectors.questions.scope import Scope, scope_from
from tests.past import ZONE, Told, past
from tests.records import NOON

pytestmark = pytest.mark.patient

DAYS = 4
FIRST = NOON - timedelta(days=DAYS)
EVERY = timedelta(minutes=15)
PLACES = [
    ("R1", "inpatient", "III"), ("R1", "inpatient", "VIP"), ("R1", "icu", "ICU"), ("R2", "inpatient", "III"),
    ("R2", "icu", "ICU"), ("R3", "unreported", ""),
]  # fmt: skip


def truth(seed: int) -> list[Row]:
    """Looks at three hospitals: one misses some, one is silent for hours, one never says anything."""
    luck = random.Random(seed)
    rows: list[Row] = []
    at = FIRST
    silent = [FIRST + timedelta(hours=luck.randrange(DAYS * 24)) for _ in range(3)]
    while at <= NOON:
        missed = luck.random() < 0.05
        for hospital, unit, code in PLACES if not missed else ():
            capacity = luck.choice([None, 0, 10, 20])
            known = unit != "unreported" and luck.random() < 0.9
            quiet = hospital == "R3" or (
                hospital == "R2" and any(since <= at < since + timedelta(hours=3) for since in silent)
            )
            rows.append(
                {
                    "moment": stamp(at), "hospital_id": hospital, "hospital": f"RS {hospital}", "source": "s",
                    "unit": unit, "bed_class": code, "class_name": f"Kelas {code}",
                    "capacity": capacity if known else None, "free": luck.randrange(9) if known else None,
                    "occupied": luck.randrange(11) if known else None, "rooms_unknown": 0, "reporting": not quiet,
                    "updated": stamp(at - timedelta(minutes=7)) if hospital != "R3" else None, **when(at, ZONE),
                    "demo": True,
                }
            )  # fmt: skip
        at += EVERY
    return rows


def moment(row: Row) -> datetime:
    return datetime.fromisoformat(row["moment"]).replace(tzinfo=UTC)


def asked_of(rows: Sequence[Row], scope: Scope, start: datetime, end: datetime) -> list[Row]:
    columns = {"hospital": "hospital_id", "class": "bed_class", "unit": "unit", "hour": "hour", "weekday": "weekday"}
    return [
        row
        for row in rows
        if start <= moment(row) < end
        and all(not (chosen := scope.chosen(name)) or str(row[column]) in chosen for name, column in columns.items())
    ]


def counted(rows: Sequence[Row], key: Callable[[Row], Any]) -> dict[Any, Occupancy]:
    found: dict[Any, Counter[str]] = {}
    for row in rows:
        mine = found.setdefault(key(row), Counter())
        if row["reporting"] and row["occupied"] is not None and row["capacity"]:
            mine.update(samples=1, occupied=row["occupied"], capacity=row["capacity"])
        else:
            mine.update(left_out=1)
    return {name: Occupancy(**mine) for name, mine in found.items()}


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "hospital": st.sampled_from([["R1"], ["R2,R3"], ["R9"]]),
        "class": st.sampled_from([["III"], ["ICU,VIP"]]),
        "unit": st.sampled_from([["icu"], ["inpatient"], ["unreported"]]),
        "hour": st.sampled_from([["8"], ["0,13,23"]]),
        "weekday": st.sampled_from([["1"], ["2,7"]]),
    },
)
TIMES = st.one_of(
    st.sampled_from([{"range": [name]} for name in ("today", "24h", "7d", "year", "all")]),
    st.builds(
        lambda a, b: {"from": [f"2026-11-{min(a, b):02}"], "to": [f"2026-11-{max(a, b):02}"]},
        st.integers(19, 25), st.integers(19, 25),
    ),
)  # fmt: skip


QUESTIONS = st.lists(st.builds(lambda time, filters: time | filters, TIMES, FILTERS), min_size=6, max_size=6)
"""A past is dear to write and cheap to ask."""


@settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, 9), st.integers(DAYS * 24 - 20, DAYS * 24), st.integers(0, DAYS + 1), QUESTIONS)
def test_whatever_is_asked_the_parts_equal_the_whole_and_the_whole_the_truth(
    redis_server: EmbeddedRedis,
    districts: Districts,
    seed: int,
    sealed: int,
    joined: int,
    asked: list[dict[str, list[str]]],
) -> None:
    rows = truth(seed)
    scopes = [scope_from("beds", one, NOON, ZONE, {}) for one in asked]
    midnight = FIRST.replace(hour=0)
    told = Told({"beds": rows}, FIRST.replace(minute=0) + timedelta(hours=sealed), midnight + timedelta(days=joined))

    async def check() -> None:
        async with past(told, redis_server, districts) as found:
            for scope in scopes:
                answer = await BedQuestions(found).answer(scope)
                mine = asked_of(rows, scope, scope.start, scope.end)
                assert answer.units == counted(mine, lambda row: row["unit"])
                assert answer.classes == counted(mine, lambda row: (row["unit"], row["bed_class"]))
                assert answer.hospitals == counted(mine, lambda row: (row["hospital_id"], row["unit"]))
                assert answer.cells == counted(mine, lambda row: (row["hospital_id"], row["unit"], row["bed_class"]))
                days = counted(mine, lambda row: (row["unit"], row["day"]))
                assert {(unit, str(day)): one for (unit, day), one in answer.days.items()} == days
                assert answer.hours == counted(mine, lambda row: (row["unit"], row["weekday"], row["hour"]))
                assert answer.n == len(mine) == len(await BedQuestions(found).rows(scope, len(rows) + 1))
                if scope.before:
                    assert answer.before == counted(asked_of(rows, scope, *scope.before), lambda row: row["unit"])
                last = max((moment(row) for row in rows if moment(row) < scope.end), default=None)
                now = asked_of(rows, scope.choosing("hour").choosing("weekday"), FIRST, scope.end)
                assert {
                    (look.hospital_id, look.unit, look.bed_class, look.free, look.moment) for look in answer.latest
                } == {
                    (row["hospital_id"], row["unit"], row["bed_class"], row["free"], last)
                    for row in now
                    if moment(row) == last
                }

    asyncio.run(check())
