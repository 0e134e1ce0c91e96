"""What is asked about beds: parts equal the whole, rows equal counts, and files and Redis together equal the truth."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.facts import Row, stamp, when
from collectors.past import Past
from collectors.questions.bed_answers import Occupancy, Silence
from collectors.questions.beds import BedQuestions
from collectors.questions.scope import Scope, scope_from
from tests.past import ZONE, Pasts, Told, pasts
from tests.records import NOON

pytestmark = pytest.mark.patient

DAYS = 3
FIRST = NOON - timedelta(days=DAYS)
EVERY = timedelta(minutes=15)
PLACES = [
    ("R1", "inpatient", "III"), ("R1", "inpatient", "VIP"), ("R1", "icu", "ICU"), ("R2", "inpatient", "III"),
    ("R2", "icu", "ICU"), ("R3", "unreported", ""),
]  # fmt: skip


@cache
def truth(seed: int) -> tuple[Row, ...]:
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
    return tuple(rows)


MIDNIGHT = FIRST.replace(hour=0)
MONTH = timedelta(days=31)
PAST = [
    Told({"beds": truth(0)}, FIRST + timedelta(hours=DAYS * 24 - 20), MIDNIGHT + timedelta(days=2)),
    Told({"beds": truth(1)}, FIRST + timedelta(hours=DAYS * 24), MIDNIGHT + timedelta(days=1), tidied=NOON),
    Told({"beds": truth(2)}, NOON - timedelta(hours=1), MIDNIGHT + timedelta(days=DAYS), tidied=NOON + MONTH),
]
"""With much of it in Redis still, and tidied into days with digests, and into a month."""


@pytest.fixture(scope="module")
def known(redis_server: EmbeddedRedis, districts: Districts) -> Iterator[Pasts]:
    with pasts(PAST, redis_server, districts) as found:
        yield found


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
        st.integers(19, 24), st.integers(19, 24),
    ),
)  # fmt: skip


def silences(rows: Sequence[Row], scope: Scope) -> list[Silence]:
    """The times in which a hospital was silent at every look that there was."""
    mine = asked_of(rows, scope.choosing("hour").choosing("weekday"), scope.start, scope.end)
    newest = max((moment(row) for row in rows if moment(row) < scope.end), default=scope.end)
    found: list[Silence] = []
    for hospital, looks in groupby(sorted(mine, key=lambda row: (row["hospital_id"], row["moment"])), key=hospital_of):
        spells: list[list[Row]] = []
        for row in (row for row in looks if not row["reporting"]):
            if not spells or moment(row) - moment(spells[-1][-1]) > 2 * EVERY:
                spells.append([])
            spells[-1].append(row)
        for spell in spells:
            ended = moment(spell[-1]) + EVERY
            told = max((moment({"moment": row["updated"]}) for row in spell if row["updated"]), default=None)
            still = ended > newest
            found.append(Silence(hospital, f"RS {hospital}", moment(spell[0]), None if still else ended, told))
    return found


def hospital_of(row: Row) -> str:
    return str(row["hospital_id"])


@settings(max_examples=24, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, len(PAST) - 1), TIMES, FILTERS)
def test_whatever_is_asked_the_parts_equal_the_whole_and_the_whole_the_truth(
    known: Pasts, number: int, time: dict[str, list[str]], filters: dict[str, list[str]]
) -> None:
    rows = truth(number)
    scope = scope_from("beds", time | filters, NOON, ZONE, {})

    async def check(found: Past) -> None:
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
        told = {(row["day"], row["hospital_id"]) for row in mine if row["reporting"]}
        there = {(row["day"], row["hospital_id"]) for row in mine}
        assert {str(day): each for day, each in answer.reporting.items()} == {
            day: (sum(one[0] == day for one in told), sum(one[0] == day for one in there)) for day, _ in there
        }
        if scope.before:
            assert answer.before == counted(asked_of(rows, scope, *scope.before), lambda row: row["unit"])

    known.run(number, check)


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, len(PAST) - 1), TIMES, FILTERS)
def test_who_is_silent_and_what_was_seen_last_is_as_it_was(
    known: Pasts, number: int, time: dict[str, list[str]], filters: dict[str, list[str]]
) -> None:
    rows = truth(number)
    scope = scope_from("beds", time | filters, NOON, ZONE, {})

    async def check(found: Past) -> None:
        answer = await BedQuestions(found).answer(scope)
        spells = silences(rows, scope)
        assert answer.silent == len(spells) == len(answer.silences)
        assert set(answer.silences) == set(spells)
        assert [one.began for one in answer.silences] == sorted((one.began for one in spells), reverse=True)
        last = max((moment(row) for row in rows if moment(row) < scope.end), default=None)
        now = asked_of(rows, scope.choosing("hour").choosing("weekday"), FIRST, scope.end)
        looks = {(row["hospital_id"], row["unit"], row["bed_class"], row["free"]) for row in now if moment(row) == last}
        assert {(look.hospital_id, look.unit, look.bed_class, look.free) for look in answer.latest} == looks
        assert {look.moment for look in answer.latest} <= {last}

    known.run(number, check)
