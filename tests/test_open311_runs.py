"""Open311 over several runs: the whole window once, then what is new and what was closed, from every kind of server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from collectors.fetch import Http
from collectors.open311 import Open311, Open311Settings
from collectors.records import Batch, CollectError, Complaint, Known
from collectors.times import iso
from tests.sources import city, collected, serving, source

NOW = datetime.now(UTC).replace(microsecond=0)


def row(number: int, hours: float, **fields: Any) -> dict[str, Any]:
    moment = iso(NOW - timedelta(hours=hours))
    given = {"service_request_id": f"LK-{number:05}", "status": "open", "service_code": "1", "service_name": "Sampah"}
    return {**given, "requested_datetime": moment, "updated_datetime": moment, **fields}


class Server:
    """A GeoReport server. `pages`: it knows page and page_size (`largest` is its own cap); `updates`: it knows
    updated_after; `most` rows at most in one answer; `dates`: it looks at start_date and end_date."""

    def __init__(
        self,
        rows: Sequence[dict[str, Any]],
        *,
        pages: bool = True,
        updates: bool = True,
        dates: bool = True,
        most: int = 1000,
        largest: int = 1000,
    ) -> None:
        self.rows = list(rows)
        self.pages, self.updates, self.dates, self.most, self.largest = pages, updates, dates, most, largest
        self.asked: list[dict[str, str]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        self.asked.append(query)
        chosen = sorted(self.rows, key=lambda each: str(each["requested_datetime"]), reverse=True)
        if "service_request_id" in query:
            wanted = query["service_request_id"].split(",")
            return web.json_response([each for each in chosen if each["service_request_id"] in wanted])
        if self.dates and "start_date" in query:
            start, end = query["start_date"], query["end_date"]
            assert start.endswith("Z") and end.endswith("Z")
            assert datetime.fromisoformat(end) - datetime.fromisoformat(start) <= timedelta(days=90)
            chosen = [each for each in chosen if start <= each["requested_datetime"] <= end]
        if self.updates and "updated_after" in query:
            chosen = [each for each in chosen if each["updated_datetime"] >= query["updated_after"]]
        if self.pages:
            size = min(int(query["page_size"]), self.largest)
            first = (int(query["page"]) - 1) * size
            chosen = chosen[first : first + size]
        return web.json_response(chosen[: self.most])

    def close(self, number: int) -> None:
        for each in self.rows:
            if each["service_request_id"] == f"LK-{number:05}":
                each.update(status="closed", updated_datetime=iso(datetime.now(UTC)))


async def first(server: Server, page_size: int = 100) -> Batch:
    return await collected("open311", server, Open311Settings(page_size=page_size))


def done(batch: Batch) -> set[str]:
    return {each.id for each in batch.records if isinstance(each, Complaint) and each.status == "done"}


async def test_all_pages_of_the_window_are_read() -> None:
    server = Server([row(number, number / 10) for number in range(250)])
    batch = await first(server)
    assert len(batch.records) == 250
    assert [asked["page"] for asked in server.asked] == ["1", "2", "3"]


async def test_a_server_with_a_smaller_page_of_its_own_is_read_to_the_end() -> None:
    server = Server([row(number, number / 10) for number in range(130)], largest=50)
    assert len((await first(server)).records) == 130


@pytest.mark.parametrize("largest", [20, 33])
async def test_a_page_of_whatever_size_is_not_taken_for_the_last(largest: int) -> None:
    server = Server([row(number, number / 10) for number in range(130)], largest=largest)
    async with serving(server) as base, Http() as http:
        collector = Open311(source("open311", base), city())
        batch = await collector.collect(http, Known())
        assert len(batch.records) == 130
        for number in range(90, 90 + largest):
            server.close(number)
        server.asked.clear()
        again = await collector.collect(http, Known(batch.cursor))
        assert {f"LK-{number:05}" for number in range(90, 90 + largest)} <= done(again)
        server.asked.clear()
        for each in server.rows:
            each["updated_datetime"] = each["requested_datetime"]
        await collector.collect(http, Known(again.cursor))
    assert len(server.asked) == 2, "few rows of a server whose pages hold more are one page"


async def test_one_page_of_a_server_that_minds_no_page_is_asked_for_twice_and_not_in_halves() -> None:
    server = Server([row(number, number) for number in range(20)], pages=False)
    assert len((await first(server)).records) == 20
    assert [asked["page"] for asked in server.asked] == ["1", "2"]


async def test_a_server_that_has_no_page_after_its_last_is_read_all_the_same() -> None:
    class Strict(Server):
        async def __call__(self, request: web.Request) -> web.StreamResponse:
            if request.query["page"] == "2":
                raise web.HTTPNotFound
            return await super().__call__(request)

    assert len((await first(Strict([row(number, number) for number in range(20)]))).records) == 20


async def test_a_server_without_pages_that_cuts_is_asked_in_halves() -> None:
    server = Server([row(number, number / 2) for number in range(2300)], pages=False, most=1000)
    batch = await first(server, page_size=500)
    assert len(batch.records) == 2300
    assert len(server.asked) < 40


async def test_exactly_a_full_page_and_no_further_one_is_asked_again_in_halves() -> None:
    server = Server([row(number, number) for number in range(100)])
    assert len((await first(server)).records) == 100
    assert len({asked["start_date"] for asked in server.asked}) > 1


async def test_a_server_that_minds_neither_pages_nor_dates_is_not_asked_for_ever() -> None:
    server = Server([row(number, number) for number in range(100)], pages=False, dates=False)
    assert len((await first(server)).records) == 100
    assert len(server.asked) <= 20


async def test_a_server_that_never_gives_a_complete_list_is_a_failure() -> None:
    class Endless(Server):
        async def __call__(self, request: web.Request) -> web.StreamResponse:
            base = len(self.asked) * 100
            self.asked.append({})
            return web.json_response([row(base + number, 1) for number in range(100)])

    with pytest.raises(CollectError, match="no complete list"):
        await first(Endless([]))


async def test_later_runs_ask_for_little_and_find_new_and_closed() -> None:
    server = Server([row(number, number * 5) for number in range(1, 300)])
    async with serving(server) as base, Http() as http:
        collector = Open311(source("open311", base), city())
        batch = await collector.collect(http, Known())
        server.asked.clear()
        server.close(290)
        server.rows.append(row(999, 0))
        again = await collector.collect(http, Known(batch.cursor, frozenset({"LK-00290"})))
    assert done(again) == {"LK-00290"}
    assert "LK-00999" in {record.id for record in again.records}
    assert len(again.records) < 10
    assert len(server.asked) == 2
    assert again.cursor is not None and not again.complete


async def test_closings_are_found_where_updated_after_is_not_known() -> None:
    server = Server([row(number, number) for number in range(1, 141)], updates=False)
    waiting = {f"LK-{number:05}" for number in range(1, 141)}
    async with serving(server) as base, Http() as http:
        collector = Open311(source("open311", base, every=100), city())
        cursor = (await collector.collect(http, Known())).cursor
        server.close(3)
        server.close(77)
        server.close(140)
        for _ in range(4):
            batch = await collector.collect(http, Known(cursor, frozenset(waiting)))
            cursor = batch.cursor
            waiting -= done(batch)
    assert waiting.isdisjoint({"LK-00003", "LK-00077", "LK-00140"})
    asked = [each for each in server.asked if "service_request_id" in each]
    assert len(asked) == 4, "three chunks make a round of five minutes at one run in 100 s"
    assert all(len(each["service_request_id"].split(",")) <= 50 for each in asked)
    assert sum("updated_after" in each for each in server.asked) == 1, "the server is not tried in every run"


async def test_a_server_that_refuses_updated_after_is_read_the_other_way() -> None:
    class Strict(Server):
        async def __call__(self, request: web.Request) -> web.StreamResponse:
            if "updated_after" in request.query:
                return web.json_response([{"code": 400, "description": "unknown parameter"}], status=400)
            return await super().__call__(request)

    server = Strict([row(number, number * 5) for number in range(1, 30)])
    async with serving(server) as base, Http() as http:
        collector = Open311(source("open311", base), city())
        batch = await collector.collect(http, Known())
        server.close(20)
        again = await collector.collect(http, Known(batch.cursor, frozenset({"LK-00020"})))
    assert done(again) == {"LK-00020"}


@pytest.mark.parametrize("cursor", ["", "{}", "nonsense", '{"since": "x"}', "[]"])
async def test_a_strange_cursor_reads_the_whole_window(cursor: str) -> None:
    server = Server([row(1, 24 * 80)])
    async with serving(server) as base, Http() as http:
        batch = await Open311(source("open311", base), city()).collect(http, Known(cursor))
    assert len(batch.records) == 1


async def test_settings_reach_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRETEND_KEY", "k")
    server = Server([])
    settings = Open311Settings(jurisdiction_id="kota", status="open,closed", api_key_env="PRETEND_KEY", window_days=30)
    await collected("open311", server, settings)
    asked = server.asked[0]
    assert {
        "jurisdiction_id": "kota",
        "status": "open,closed",
        "api_key": "k",
        "extensions": "true",
    }.items() <= asked.items()
    span = datetime.fromisoformat(asked["end_date"]) - datetime.fromisoformat(asked["start_date"])
    assert span == timedelta(days=30)
