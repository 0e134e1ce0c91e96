"""What is asked about applications: hours, minutes, files and Redis together equal a straight count of the checks."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from collectors import rollup
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.facts import Row, stamp
from collectors.owners import Owners
from collectors.past import Past
from collectors.questions.app_answers import Sums
from collectors.questions.apps import AppQuestions
from collectors.questions.scope import Scope, scope_from
from tests.past import ZONE, Pasts, Told, pasts
from tests.records import NOON, application

pytestmark = pytest.mark.patient

DAYS = 3
FIRST = NOON - timedelta(days=DAYS)
MINUTE = timedelta(minutes=1)
APPS = [
    application("a1", owner="Dinas Kesehatan"), application("a2", owner="Dinas Kesehatan", group="government"),
    application("a3", owner="Dinas Perhubungan"),
]  # fmt: skip
IDS = ("a1", "a2", "a3", "other")
NOBODY_KNOWS = 0.02


@cache
def truth(seed: int) -> tuple[Row, ...]:
    """Checks of four applications, one of them in no file of the city, with outages, gaps and maintenance."""
    luck = random.Random(seed)
    rows: list[Row] = []
    state = dict.fromkeys(IDS, "up")
    state["a3"] = "down"
    at = FIRST
    while at <= NOON:
        missed = luck.random() < NOBODY_KNOWS
        for id_ in IDS if not missed else ():
            if luck.random() < (0.01 if state[id_] == "up" else 0.05):
                state[id_] = luck.choice(["up", "up", "down", "degraded", "maintenance", "unknown"])
            latency = luck.randrange(900) if state[id_] == "up" else None
            rows.append({"moment": stamp(at), "app": id_, "status": state[id_], "latency_ms": latency, "demo": True})
        at += MINUTE
    return tuple(rows)


MIDNIGHT = FIRST.replace(hour=0)
MONTH = timedelta(days=31)
PAST = [
    Told({"apps": truth(0)}, NOON - timedelta(hours=3), MIDNIGHT + timedelta(days=2)),
    Told({"apps": truth(1)}, NOON, MIDNIGHT + timedelta(days=1), tidied=NOON),
    Told({"apps": truth(2)}, NOON - timedelta(hours=1), MIDNIGHT + timedelta(days=DAYS), tidied=NOON + MONTH),
]
"""With much of it in Redis still, and tidied into days with digests, and into a month."""


@pytest.fixture(scope="module")
def known(redis_server: EmbeddedRedis, districts: Districts) -> Iterator[Pasts]:
    with pasts(PAST, redis_server, districts) as found:
        yield found


def moment(row: Row) -> datetime:
    return datetime.fromisoformat(row["moment"]).replace(tzinfo=UTC)


def wanted(scope: Scope, app: str) -> bool:
    owners = {"a1": "dinas-kesehatan", "a2": "dinas-kesehatan", "a3": "dinas-perhubungan"}
    groups = {"a1": "public", "a2": "government", "a3": "public"}
    each = {"app": app, "owner": owners.get(app), "group": groups.get(app)}
    return all(not scope.chosen(name) or value in scope.chosen(name) for name, value in each.items())


def at_hours(scope: Scope, at: datetime) -> bool:
    local = at.astimezone(ZONE)
    each = {"hour": local.hour, "weekday": local.isoweekday()}
    return all(not scope.chosen(name) or str(value) in scope.chosen(name) for name, value in each.items())


def asked_of(rows: Iterable[Row], scope: Scope, start: datetime, end: datetime) -> list[Row]:
    return [
        row for row in rows if wanted(scope, row["app"]) and start <= moment(row) < end and at_hours(scope, moment(row))
    ]


def same(found: Sums, rows: Sequence[Row]) -> None:
    statuses = Counter(row["status"] for row in rows)
    each = [found.up, found.degraded, found.down, found.maintenance]
    assert each == [statuses[name] for name in ("up", "degraded", "down", "maintenance")]
    assert found.checks == sum(each)
    latencies = [row["latency_ms"] for row in rows if row["latency_ms"] is not None]
    assert (found.latency_n, found.latency_sum) == (len(latencies), sum(latencies))


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "app": st.sampled_from([["a1"], ["a2,other"], ["nothing"]]),
        "owner": st.sampled_from([["dinas-kesehatan"], ["dinas-perhubungan"]]),
        "group": st.sampled_from([["public"], ["government"]]),
        "hour": st.sampled_from([["8"], ["0,12,13,23"]]),
        "weekday": st.sampled_from([["1"], ["2,7"]]),
    },
)
TIMES = st.one_of(
    st.sampled_from([{"range": [name]} for name in ("today", "24h", "7d", "year", "all")]),
    st.builds(
        lambda a, b: {"from": [f"2026-11-{min(a, b):02}"], "to": [f"2026-11-{max(a, b):02}"]},
        st.integers(20, 24), st.integers(20, 24),
    ),
)  # fmt: skip


@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, len(PAST) - 1), TIMES, FILTERS)
@example(1, {"from": ["2026-11-22"], "to": ["2026-11-24"]}, {})
def test_whatever_is_asked_the_parts_equal_the_whole_and_the_whole_the_truth(
    known: Pasts, number: int, time: dict[str, list[str]], filters: dict[str, list[str]]
) -> None:
    rows = truth(number)
    scope = scope_from("apps", time | filters, NOON + timedelta(seconds=20), ZONE, {})

    async def check(found: Past) -> None:
        answer = await AppQuestions(found, Owners(), APPS).answer(scope)
        mine = asked_of(rows, scope, scope.start, scope.end)
        by_app: dict[str, list[Row]] = defaultdict(list)
        for row in mine:
            by_app[row["app"]].append(row)
        assert answer.apps.keys() == by_app.keys()
        for id_, one in answer.apps.items():
            same(one, by_app[id_])
        same(answer.total, mine)
        for parts in (answer.owners, answer.groups, answer.days):
            for name in ("checks", "up", "down", "degraded", "maintenance", "expected", "latency_sum", "p95_n"):
                assert sum(getattr(one, name) for one in parts.values()) == getattr(answer.total, name)
        for day, one in answer.days.items():
            same(one, [row for row in mine if moment(row).astimezone(ZONE).date() == day])
        if scope.before and answer.before:
            same(answer.before, asked_of(rows, scope, *scope.before))

    known.run(number, check)


@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, len(PAST) - 1), TIMES, FILTERS)
def test_an_outage_is_one_incident_however_many_files_it_is_in(
    known: Pasts, number: int, time: dict[str, list[str]], filters: dict[str, list[str]]
) -> None:
    rows = truth(number)
    scope = scope_from("apps", time | filters, NOON + timedelta(seconds=20), ZONE, {})
    whole = [one for one in rollup.outages(rows) if wanted(scope, one["app"])]
    spans = [
        tuple(datetime.fromisoformat(one[name]).replace(tzinfo=UTC) for name in ("began", "ended")) for one in whole
    ]
    expected = {
        (one["app"], began, None if ended > NOON else ended, one["status"])
        for one, (began, ended) in zip(whole, spans, strict=True)
        if began < scope.end and ended > scope.start and at_hours(scope, max(began, scope.start))
    }

    async def check(found: Past) -> None:
        questions = AppQuestions(found, Owners(), APPS)
        answer = await questions.answer(scope)
        shown = await questions.rows(scope, 10_000)
        assert {(one.app, one.began, one.ended, one.status) for one in shown} == expected
        assert len(shown) == len(expected) == answer.incidents.total.n == sum(answer.incidents.days.values())
        assert answer.incidents.total.seconds == sum(one.seconds for one in shown)
        assert answer.incidents.total.seconds == sum(answer.incidents.hours.values())
        assert answer.incidents.total.still == sum(one.ended is None for one in shown)

    known.run(number, check)
