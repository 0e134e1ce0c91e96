"""What is asked about the water: parts equal the whole, and files and Redis together equal the truth."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from statistics import fmean
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.facts import Row, stamp, when
from collectors.past import Past
from collectors.questions.scope import Scope, midnight, scope_from
from collectors.questions.water import Level, Stages, WaterQuestions
from tests.past import ZONE, Pasts, Told, pasts
from tests.records import NOON

pytestmark = pytest.mark.patient

DAYS = 10
FIRST = NOON - timedelta(days=DAYS)
EVERY = timedelta(minutes=10)
POSTS = ("p1", "p2", "p3")


@cache
def truth(seed: int) -> tuple[Row, ...]:
    """Looks at three posts: one without a stage, one silent now and then; some looks are missed."""
    luck = random.Random(seed)
    rows: list[Row] = []
    at = FIRST
    while at <= NOON:
        for post in POSTS if luck.random() > 0.05 else ():
            reporting = post != "p2" or luck.random() < 0.8
            rows.append(
                {
                    "moment": stamp(at), "post": post, "name": f"Pos {post}", "river": "Cisadane",
                    "level_cm": luck.randrange(400) if reporting and luck.random() < 0.9 else None,
                    "siaga": luck.randrange(1, 5) if reporting and post != "p3" else None, "reporting": reporting,
                    **when(at, ZONE), "demo": True,
                }
            )  # fmt: skip
        at += EVERY
    return tuple(rows)


MIDNIGHT = FIRST.replace(hour=0)
PAST = [
    Told({"water": truth(0)}, NOON - timedelta(hours=9), MIDNIGHT + timedelta(days=DAYS)),
    Told({"water": truth(1)}, NOON.replace(minute=0), MIDNIGHT + timedelta(days=DAYS - 2)),
]
"""With much of it in Redis still, and in files of an hour."""


@pytest.fixture(scope="module")
def known(redis_server: EmbeddedRedis, districts: Districts) -> Iterator[Pasts]:
    with pasts(PAST, redis_server, districts) as found:
        yield found


def moment(row: Row) -> datetime:
    return datetime.fromisoformat(row["moment"]).replace(tzinfo=UTC)


def asked_of(rows: Sequence[Row], scope: Scope, start: datetime, end: datetime) -> list[Row]:
    return [
        row
        for row in rows
        if start <= moment(row) < end
        and all(
            not (chosen := scope.chosen(name)) or str(row[name]) in chosen
            for name in ("post", "siaga", "hour", "weekday")
        )
    ]


def counted(rows: Sequence[Row], key: Callable[[Row], Any]) -> dict[Any, Stages]:
    each: dict[Any, list[Row]] = {}
    for row in rows:
        each.setdefault(key(row), []).append(row)
    found = {}
    for name, mine in each.items():
        stages = Counter("unknown" if row["siaga"] is None else f"siaga_{row['siaga']}" for row in mine)
        highest = max((row["level_cm"] for row in mine if row["level_cm"] is not None), default=None)
        found[name] = Stages(n=len(mine), highest=highest, **stages)
    return found


def level_of(rows: Sequence[Row]) -> Level:
    levels = [row["level_cm"] for row in rows if row["level_cm"] is not None]
    gravest = min((row["siaga"] for row in rows if row["siaga"] is not None), default=None)
    mean = pytest.approx(fmean(levels)) if levels else None
    return Level(mean, min(levels, default=None), max(levels, default=None), gravest)  # type: ignore[arg-type]


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "post": st.sampled_from([["p1"], ["p2,p3"], ["p9"]]),
        "siaga": st.sampled_from([["1"], ["2,4"]]),
        "hour": st.sampled_from([["8"], ["0,13,23"]]),
        "weekday": st.sampled_from([["1"], ["2,7"]]),
    },
)
TIMES = st.one_of(
    st.sampled_from([{"range": [name]} for name in ("today", "24h", "7d", "30d", "all")]),
    st.builds(
        lambda a, b: {"from": [f"2026-11-{min(a, b):02}"], "to": [f"2026-11-{max(a, b):02}"]},
        st.integers(13, 24), st.integers(13, 24),
    ),
)  # fmt: skip


@settings(max_examples=24, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, len(PAST) - 1), TIMES, FILTERS, st.sampled_from(["newest", "oldest", "highest"]))
def test_whatever_is_asked_the_parts_equal_the_whole_and_the_whole_the_truth(
    known: Pasts, number: int, time: dict[str, list[str]], filters: dict[str, list[str]], sort: str
) -> None:
    rows = truth(number)
    scope = scope_from("water", time | filters | {"sort": [sort]}, NOON, ZONE, {})

    async def check(found: Past) -> None:
        questions = WaterQuestions(found)
        answer = await questions.answer(scope)
        mine = asked_of(rows, scope, scope.start, scope.end)
        assert answer.total == counted(mine, lambda _: "").get("", Stages())
        assert answer.posts == counted(mine, lambda row: row["post"])
        days = {str(day): one for day, one in answer.days.items()}
        assert days == counted(mine, lambda row: row["day"])
        assert answer.hours == counted(mine, lambda row: (row["weekday"], row["hour"]))
        if scope.before:
            before = counted(asked_of(rows, scope, *scope.before), lambda _: "")
            assert answer.before == before.get("", Stages())
        steps: dict[tuple[str, datetime], list[Row]] = {}
        for row in mine:
            at = moment(row).replace(minute=0)
            begins = at if answer.step == timedelta(hours=1) else midnight(at.astimezone(ZONE).date(), ZONE)
            steps.setdefault((row["post"], begins), []).append(row)
        assert {(post, at): one for post, each in answer.levels.items() for at, one in each.items()} == {
            key: level_of(each) for key, each in steps.items()
        }
        shown = await questions.rows(scope, len(rows))
        assert [answer.rows, len(shown)] == [shown[: len(answer.rows)], len(mine)]
        assert {(look.moment, look.post, look.level_cm) for look in shown} == {
            (moment(row), row["post"], row["level_cm"]) for row in mine
        }
        order = {"newest": lambda look: -look.moment.timestamp(), "oldest": lambda look: look.moment.timestamp()}
        key = order.get(sort, lambda look: -1 if look.level_cm is None else -look.level_cm - 1)
        known_ones = [look for look in shown if sort != "highest" or look.level_cm is not None]
        assert known_ones == sorted(known_ones, key=key) == shown[: len(known_ones)]
        last = max((moment(row) for row in rows if moment(row) < scope.end), default=None)
        posts = scope.chosen("post") or POSTS
        latest = {(row["post"], row["level_cm"]) for row in rows if moment(row) == last and row["post"] in posts}
        assert {(look.post, look.level_cm) for look in answer.latest} == latest
        assert answer.as_of == moment(rows[-1])

    known.run(number, check)
