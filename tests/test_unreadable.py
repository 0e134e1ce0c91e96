"""What cannot be read ends nothing: an answer is no proof that what it does not name is over."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from aiohttp import web

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.fetch import Http
from collectors.health import SourceHealth
from collectors.open511 import Open511
from collectors.records import Batch, Rejected
from collectors.reliability import Reliability
from collectors.source import City
from collectors.store import Store
from collectors.watch import NothingReadError, Watch
from tests import sources
from tests.collecting import collecting, quick, until
from tests.records import NOON, ago, batch, report, source
from tests.sources import serving

WEEK = 7 * 86400.0
ONE = source("like-lantas", "traffic")
BAD = Rejected("no id", "kind=JAM")


def knowing(*ids: str) -> Watch:
    mine = Watch(Open511(ONE, sources.city()), SourceHealth(ONE), Http(), Reliability("x", UTC))
    take(mine, batch(*(report(id_) for id_ in ids), complete=True))
    return mine


def take(mine: Watch, said: Batch) -> None:
    write, _ = mine.taken_in(said, NOON, WEEK)
    mine.keep(write)


def test_a_record_that_is_missing_may_be_the_row_that_could_not_be_read() -> None:
    mine = knowing("a", "b")
    take(mine, batch(report("a"), complete=True, rejected=(BAD,)))
    assert mine.records.keys() == {"a", "b"}
    take(mine, batch(report("a"), complete=True))
    assert mine.records.keys() == {"a"}, "as soon as all of it can be read, what is missing is over"


def test_what_is_said_to_be_over_is_over_whatever_else_could_not_be_read() -> None:
    mine = knowing("a", "b")
    take(mine, batch(report("a", open=False), complete=True, rejected=(BAD,)))
    assert mine.records.keys() == {"b"}


def test_a_whole_answer_of_nothing_ends_everything() -> None:
    mine = knowing("a", "b")
    take(mine, batch(complete=True))
    assert mine.records == {}


@pytest.mark.parametrize("complete", [True, False])
def test_where_no_row_can_be_read_the_last_good_answer_stays_and_ages(complete: bool) -> None:
    mine = knowing("a", "b")
    received = mine.health.received
    with pytest.raises(NothingReadError, match="none of its 2 rows could be read: no id") as raised:
        mine.taken_in(batch(complete=complete, rejected=(BAD, BAD)), ago(minutes=-5), WEEK)
    write, began = mine.failed(raised.value, ago(minutes=-5))
    mine.keep(write)
    assert (began, mine.health.fault, mine.health.received) == (True, "broken", received)
    assert mine.records.keys() == {"a", "b"}
    counts = mine.health.ledger.counts()
    assert (counts["runs"], counts["failed"], counts["total"]["rejected"], counts["total"]["fetched"]) == (1, 1, 2, 4)
    assert [one.reason for one in write.aside] == ["no id"]


def test_a_source_that_sends_fewer_and_fewer_readable_rows_is_still_doubted() -> None:
    mine = knowing()
    for _ in range(20):
        take(mine, batch(*(report(str(n)) for n in range(100)), complete=True))
    for _ in range(5):
        take(mine, batch(report("1"), complete=True, rejected=(BAD,)))
    assert "rows_collapsed" in [doubt["code"] for doubt in mine.health.drift.doubts]


async def test_a_publisher_who_renames_the_id_leaves_the_wall_with_what_it_knew_and_says_why(
    store: Store, redis_server: EmbeddedRedis, districts: Districts, city: City
) -> None:
    name = "id"

    async def handler(request: web.Request) -> web.Response:
        rows: list[Any] = [
            {name: str(n), "status": "ACTIVE", "headline": "Banjir", "event_type": "INCIDENT",
             "created": "2026-11-20T00:00:00Z", "updated": "2026-11-20T00:00:00Z",
             "geography": {"type": "Point", "coordinates": [106.63, -6.17]}}
            for n in range(3)
        ]  # fmt: skip
        return web.json_response({"events": rows, "pagination": {"offset": 0}})

    async with serving(handler) as base:
        one = quick(sources.source("open511", base, area="traffic"))
        async with collecting(redis_server.url, [one], city, districts) as run:
            mine = run.collecting.watches[one.name]
            await until("all three are known", lambda: len(mine.records) == 3)
            name = "identifier"
            await until("it is failing", lambda: mine.health.error)
            assert "none of its 3 rows could be read" in str(mine.health.error)
            assert len(mine.records) == len(await store.records("traffic")) == 3
            await until("they are set aside", lambda: store.quarantine(one.name))
            name = "id"
            await until("it recovered", lambda: mine.health.error is None)
