"""The stream of an area's events holds what has happened: looking again is no event, and it stays small."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from collectors.fetch import Http
from collectors.health import SourceHealth
from collectors.http_health import HttpHealth
from collectors.open511 import Open511
from collectors.records import FIELDS, Record
from collectors.reliability import Reliability
from collectors.source import Area
from collectors.store import Store
from collectors.store_keys import EVENTS
from collectors.watch import Watch
from collectors.write import MOST_EVENTS, commands
from tests import sources
from tests.records import NOON, ago, batch, beds, check, complaint, level, report, source

WEEK = 7 * 86400.0


def events(area: Area, *looks: Record) -> int:
    """How many entries the same thing has, looked at so often."""
    one = source("one", area)
    mine = Watch(Open511(one, sources.city()), SourceHealth(one), Http(), Reliability("x", UTC))
    count = 0
    for each in looks:
        write, _ = mine.taken_in(batch(each), NOON, WEEK)
        assert list(write.changed.values()) == [each], "it is kept, event or not"
        mine.keep(write)
        count += sum(command[:2] == ("XADD", EVENTS + area) for command in commands(write))
    return count


@pytest.mark.parametrize(
    ("area", "make", "moves", "news"),
    [
        ("apps", check, {"checked": NOON, "latency_ms": 7}, {"status": "down"}),
        ("beds", beds, {"updated": NOON}, {"free": 3}),
        ("traffic", report, {}, {"updated": NOON}),
        ("water", level, {"updated": NOON}, {"siaga": 3}),
        ("complaints", complaint, {}, {"updated": NOON}),
    ],
)
def test_what_only_moves_at_every_look_is_no_event_and_what_has_happened_is(
    area: Area, make: Any, moves: dict[str, Any], news: dict[str, Any]
) -> None:
    first = make("a")
    assert FIELDS[type(first)].restless == moves.keys()
    if moves:
        assert events(area, first, make("a", **moves)) == 1
    assert events(area, first, make("a", **{**moves, **news})) == 2


async def test_the_applications_of_a_quiet_night_fill_no_memory(store: Store) -> None:
    epoch = await store.lease("one", 5000)
    one = source("applications", "apps")
    mine = Watch(HttpHealth(one, sources.city()), SourceHealth(one), Http(), Reliability("x", UTC))
    for seconds in range(50, 0, -5):
        looked = batch(*(check(str(n), checked=ago(seconds=seconds), latency_ms=seconds) for n in range(174)))
        write, _ = mine.taken_in(looked, NOON, WEEK)
        await store.write([write], epoch, NOON, WEEK)
        mine.keep(write)
    assert await store.redis.xlen(EVENTS + "apps") == 174


async def test_events_are_trimmed_by_number(store: Store) -> None:
    epoch = await store.lease("one", 60_000)
    pipe = store.redis.pipeline(transaction=False)
    for _ in range(MOST_EVENTS + 1_000):
        pipe.xadd(EVENTS + "apps", {"source": "old"})
    await pipe.execute()
    one = source("applications", "apps")
    mine = Watch(HttpHealth(one, sources.city()), SourceHealth(one), Http(), Reliability("x", UTC))
    write, _ = mine.taken_in(batch(check("a")), NOON, WEEK)
    await store.write([write], epoch, datetime.now(UTC), WEEK)
    assert MOST_EVENTS <= await store.redis.xlen(EVENTS + "apps") <= MOST_EVENTS + 100
