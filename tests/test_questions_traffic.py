"""What is asked about traffic: parts equal the whole, and open, ended and lost reports are what they are."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from statistics import median
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.past import Past
from collectors.questions.scope import Scope, scope_from
from collectors.questions.traffic import TrafficQuestions
from collectors.records import TrafficReport
from tests.past import ZONE, Fact, Pasts, Told, pasts
from tests.records import NOON, report

pytestmark = pytest.mark.patient

DAYS = 6
PLACES = [(-6.1783, 106.6319), (-6.2300, 106.7000), (-6.1500, 106.6800), (None, None)]


@cache
def truth(seed: int) -> tuple[Fact, ...]:
    """Reports of two sources: ended ones in the files or not yet, open ones in the files, in Redis, or in both, some of
    which have changed since they came into a file; and some that were lost from sight."""
    luck = random.Random(seed)
    found = []
    for number in range(150):
        lat, lon = luck.choice(PLACES)
        began = NOON - timedelta(seconds=luck.randrange(DAYS * 86400))
        one = report(
            f"t{number}", kind=luck.choice(["jam", "accident", "flood"]), level=luck.choice([None, 2, 5]),
            verified=luck.choice([None, True, False]), road=luck.choice([None, "Jalan A", "Jalan B"]), started=began,
            lat=lat, lon=lon,
        )  # fmt: skip
        ended = min(NOON, began + timedelta(seconds=luck.randrange(1, 9000)))
        over = None if luck.random() < 0.4 else ended
        before = replace(one, level=luck.choice([None, 1, 3]), kind="jam", verified=None)
        earlier = before if luck.random() < 0.3 else None
        folded = earlier is None and luck.random() < 0.6
        lost = over is None and folded and luck.random() < 0.4
        found.append(Fact(luck.choice(["waze", "lantas"]), one, over, folded, earlier, lost=lost))
    return tuple(found)


PAST = [Told(facts={"traffic": truth(seed)}, told=seed != 1) for seed in range(3)]


@pytest.fixture(scope="module")
def known(redis_server: EmbeddedRedis, districts: Districts) -> Iterator[Pasts]:
    with pasts(PAST, redis_server, districts) as found:
        yield found


def state(fact: Fact) -> str:
    if fact.lost:
        return "unknown"
    return "open" if fact.over is None else "ended"


def asked_of(facts: Sequence[Fact], scope: Scope, districts: Districts, span: tuple[datetime, datetime]) -> list[Fact]:
    found = []
    for fact in facts:
        one = fact.record
        assert isinstance(one, TrafficReport) and one.started
        place, local = districts.at(one.lat, one.lon), one.started.astimezone(ZONE)
        each = {
            "district": place.district_code if place else None, "kind": one.kind, "level": str(one.level),
            "verified": {True: "yes", False: "no", None: ""}[one.verified], "state": state(fact),
            "hour": str(local.hour), "weekday": str(local.isoweekday()),
        }  # fmt: skip
        chosen = all(not scope.chosen(name) or value in scope.chosen(name) for name, value in each.items())
        if chosen and span[0] <= one.started.replace(microsecond=0) < span[1]:
            found.append(fact)
    return found


def tally(facts: Sequence[Fact], key: Callable[[Any, Any], Any], districts: Districts) -> Counter[Any]:
    return Counter(key(fact.record, districts.at(fact.record.lat, fact.record.lon)) for fact in facts)  # type: ignore[union-attr]


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "district": st.sampled_from([["36.71.01"], ["36.71.01,36.71.05"]]),
        "kind": st.sampled_from([["jam"], ["flood,accident"]]),
        "level": st.sampled_from([["5"], ["2,3"]]),
        "verified": st.sampled_from([["yes"], ["no"]]),
        "state": st.sampled_from([["open"], ["ended"], ["unknown"]]),
        "hour": st.sampled_from([["8,9,10,11,12,13"]]),
        "weekday": st.sampled_from([["1"], ["2,7"]]),
    },
)
TIMES = st.one_of(
    st.sampled_from([{"range": [name]} for name in ("today", "24h", "7d", "year", "all")]),
    st.builds(
        lambda a, b: {"from": [f"2026-11-{min(a, b):02}"], "to": [f"2026-11-{max(a, b):02}"]},
        st.integers(17, 24), st.integers(17, 24),
    ),
)  # fmt: skip


@settings(max_examples=30, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, len(PAST) - 1), TIMES, FILTERS)
def test_whatever_is_asked_the_parts_equal_the_whole_and_the_whole_the_truth(
    known: Pasts, districts: Districts, number: int, time: dict[str, list[str]], filters: dict[str, list[str]]
) -> None:
    facts = truth(number)
    scope = scope_from("traffic", time | filters, NOON, ZONE, {})

    async def check(found: Past) -> None:
        questions = TrafficQuestions(found)
        answer = await questions.answer(scope)
        mine = asked_of(facts, scope, districts, (scope.start, scope.end))
        total, states = answer.total, Counter(map(state, mine))
        assert (total.n, total.open, total.ended, total.unknown) == (
            len(mine), states["open"], states["ended"], states["unknown"],
        )  # fmt: skip
        assert {name: one.n for name, one in answer.states.items()} == states
        for groups, key in (
            (answer.kinds, lambda one, _: one.kind),
            (answer.levels, lambda one, _: -1 if one.level is None else one.level),
            (answer.verified, lambda one, _: {True: "yes", False: "no", None: ""}[one.verified]),
            (answer.districts, lambda _, place: place.district_code if place else ""),
            (answer.subdistricts, lambda _, place: place.code if place else ""),
            (answer.days, lambda one, _: one.started.astimezone(ZONE).date()),
        ):
            assert {name: one.n for name, one in groups.items()} == tally(mine, key, districts)
        assert sum(answer.hours.values()) == total.n
        rows = await questions.rows(scope, 1000)
        assert {(row.source, row.id, row.state) for row in rows} == {
            (fact.source, fact.record.id, state(fact)) for fact in mine
        }
        assert len(rows) == total.n
        took = [row.open_s for row in rows if row.open_s is not None]
        assert total.cleared_median == (median(took) if took else None)
        ever = asked_of(facts, scope, districts, (NOON - timedelta(days=99), NOON))
        assert answer.open_now.n == Counter(map(state, ever))["open"] == len(answer.open_now.oldest)
        if scope.before and answer.before:
            assert answer.before.n == len(asked_of(facts, scope, districts, scope.before))

    known.run(number, check)


def test_the_pasts_have_reports_of_every_kind() -> None:
    for facts in map(truth, range(len(PAST))):
        kinds = Counter(
            (state(fact), fact.folded or fact.earlier is not None, fact.earlier is not None) for fact in facts
        )
        assert min(kinds[kind] for kind in ALL_KINDS) > 0


ALL_KINDS = [
    ("open", True, True), ("open", True, False), ("open", False, False), ("ended", True, True), ("ended", True, False),
    ("ended", False, False), ("unknown", True, False),
]  # fmt: skip
"""By state, whether it is in a file, and whether it has changed since."""
