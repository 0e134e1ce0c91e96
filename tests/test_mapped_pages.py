"""Mapped sources page after page, in every way they turn them; headers go to the source and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from collectors.mapped_settings import MappedSettings
from collectors.records import Batch, CollectError
from tests.mapped import BEDS, LAKSA, report
from tests.sources import answering, collected, serving

SECRET = "s3cret-of-the-city"


class Server:
    """A list of so many reports in pages. `largest` is its own cap; `turns` says whether it knows pages at all."""

    def __init__(self, total: int, *, largest: int = 1000, turns: bool = True) -> None:
        self.rows = [report(number) for number in range(total)]
        self.largest, self.turns = largest, turns
        self.asked: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        self.asked.append(query)
        self.headers.append(dict(request.headers))
        if not self.turns:
            return web.json_response(self.rows)
        size = min(int(query.get("per_page", query.get("limit", 10))), self.largest)
        first = int(query["offset"]) if "offset" in query else (int(query.get("page", 1)) - 1) * size
        return web.json_response(self.document(request, first, size))

    def document(self, request: web.Request, first: int, size: int) -> Any:
        return self.rows[first : first + size]


class Linked(Server):
    """Names the next page, at `base` where given."""

    base = ""

    def document(self, request: web.Request, first: int, size: int) -> Any:
        page = first // size + 1
        last = first + size >= len(self.rows)
        link = None if last else f"{self.base}{request.path}?page={page + 1}"
        return {"data": self.rows[first : first + size], "links": {"next": link}}


async def read(server: Any, held: MappedSettings, path: str = "") -> Batch:
    return await collected("mapped_json", server, held, path=path, area="complaints")


def turning(**held: Any) -> MappedSettings:
    return MappedSettings(preset="laksa", **held)


async def test_without_pages_one_answer_is_all() -> None:
    server = Server(250, turns=False)
    assert len((await read(server, LAKSA)).records) == 250
    assert server.asked == [{}]


async def test_pages_are_turned_to_the_last() -> None:
    server = Server(45)
    batch = await read(server, turning(pages="page", size_key="per_page", page_size=20), "/x?status=all")
    assert len(batch.records) == 45
    assert [asked["page"] for asked in server.asked] == ["1", "2", "3"]
    assert all(asked["per_page"] == "20" and asked["status"] == "all" for asked in server.asked)


@pytest.mark.parametrize("held", [{"pages": "page"}, {"pages": "offset"}])
async def test_a_source_with_a_smaller_page_of_its_own_is_read_to_the_end(held: dict[str, Any]) -> None:
    server = Server(45, largest=10)
    assert len((await read(server, turning(**held, page_size=50))).records) == 45
    if held["pages"] == "offset":
        assert [asked["offset"] for asked in server.asked] == ["0", "10", "20", "30", "40"]


@pytest.mark.parametrize("style", ["page", "offset"])
@pytest.mark.parametrize(("total", "asked"), [(0, 1), (7, 2), (15, 2), (40, 3), (45, 4)])
async def test_a_page_of_whatever_size_is_not_taken_for_the_last(style: str, total: int, asked: int) -> None:
    server = Server(total, largest=15)
    batch = await read(server, turning(pages=style, page_size=100, whole=True))
    assert (len(batch.records), batch.complete, len(server.asked)) == (total, True, asked)


@pytest.mark.parametrize("style", ["page", "offset"])
async def test_a_source_that_gives_its_only_page_again_is_asked_twice(style: str) -> None:
    server = Server(7, turns=False)
    batch = await read(server, turning(pages=style, page_size=100, whole=True))
    assert (len(batch.records), batch.complete, len(server.asked)) == (7, True, 2)


async def test_a_source_that_has_no_page_after_its_last_is_read_all_the_same() -> None:
    class Strict(Server):
        async def __call__(self, request: web.Request) -> web.StreamResponse:
            if request.query.get("page") == "2":
                self.asked.append({})
                raise web.HTTPNotFound
            return await super().__call__(request)

    server = Strict(7)
    batch = await read(server, turning(pages="page", page_size=100))
    assert (len(batch.records), len(server.asked)) == (7, 2)


@pytest.mark.parametrize("style", ["page", "offset"])
async def test_a_source_that_knows_no_pages_is_not_asked_for_ever(style: str) -> None:
    server = Server(100, turns=False)
    assert len((await read(server, turning(pages=style, page_size=100))).records) == 100
    assert len(server.asked) == 2


@pytest.mark.parametrize("body", ["", '{"success": false, "message": "Data tidak ditemukan"}', '{"data": null}'])
async def test_a_source_that_gives_no_rows_after_its_only_page_is_read_all_the_same(body: str) -> None:
    class Saying(Server):
        async def __call__(self, request: web.Request) -> web.StreamResponse:
            if request.query.get("page") == "2":
                return web.Response(text=body, content_type="application/json")
            return await super().__call__(request)

        def document(self, request: web.Request, first: int, size: int) -> Any:
            return {"data": super().document(request, first, size)}

    held = turning(pages="page", page_size=10, rows="data")
    assert len((await read(Saying(7), held)).records) == 7
    with pytest.raises(CollectError):
        await read(Saying(30), held)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_further_page_that_fails_is_a_failure_and_never_the_end(status: int) -> None:
    class Failing(Server):
        async def __call__(self, request: web.Request) -> web.StreamResponse:
            if request.query.get("page") == "2":
                return web.Response(status=status)
            return await super().__call__(request)

    with pytest.raises(CollectError):
        await read(Failing(40, largest=15), turning(pages="page", page_size=100))


async def test_next_links_are_followed_below_their_path() -> None:
    server = Linked(35)
    batch = await read(server, turning(rows="data", pages="next", next_link="links.next"))
    assert (len(batch.records), len(server.asked)) == (35, 4)


async def test_a_next_link_keeps_to_the_sources_own_scheme_and_port() -> None:
    server = Linked(15)
    server.base = "https://127.0.0.1:1"
    assert len((await read(server, turning(rows="data", pages="next", next_link="links.next"))).records) == 15


@pytest.mark.parametrize("base", ["http://elsewhere.example", "//elsewhere.example", "http://[", "http://localhost"])
async def test_a_next_link_to_another_host_is_refused(base: str) -> None:
    server = Linked(15)
    server.base = base
    with pytest.raises(CollectError, match="next page"):
        await read(server, turning(rows="data", pages="next", next_link="links.next"))
    assert len(server.asked) == 1


async def test_next_links_without_end_are_left_at_a_bound_that_is_told() -> None:
    class Endless(Server):
        async def __call__(self, request: web.Request) -> web.StreamResponse:
            self.asked.append({})
            number = len(self.asked)
            return web.json_response({"data": [report(number)], "next": f"?page={number}"})

    server = Endless(0)
    batch = await read(server, turning(rows="data", pages="next", next_link="next", most_pages=7))
    assert (len(server.asked), len(batch.records)) == (7, 7)
    assert [each.reason for each in batch.rejected] == ["more than 7 rows: the rest was not read"]


async def test_a_list_that_was_not_read_to_its_end_ends_nothing() -> None:
    rows = [{"hospital_id": number, "free": 1} for number in range(10)]
    held = BEDS.model_copy(update={"pages": "page", "page_size": 10, "most_pages": 1})

    async def full(request: web.Request) -> web.StreamResponse:
        return web.json_response(rows)

    batch = await collected("mapped_json", full, held, area="beds")
    assert not batch.complete and len(batch.records) == 10


async def test_headers_reach_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRETEND_TOKEN", f"Bearer {SECRET}")
    server = Server(1)
    held = turning(headers={"Accept-Language": "id"}, headers_env={"Authorization": "PRETEND_TOKEN"})
    await read(server, held)
    assert (server.headers[0]["Authorization"], server.headers[0]["Accept-Language"]) == (f"Bearer {SECRET}", "id")
    assert SECRET not in repr(held)
    monkeypatch.delenv("PRETEND_TOKEN")
    with pytest.raises(CollectError, match="variable PRETEND_TOKEN"):
        await read(server, held)
    assert len(server.asked) == 1


async def test_headers_are_not_sent_on_to_where_a_source_redirects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRETEND_TOKEN", SECRET)
    other = Server(1)
    async with serving(other) as elsewhere:

        async def redirecting(request: web.Request) -> web.StreamResponse:
            raise web.HTTPFound(elsewhere)

        with pytest.raises(CollectError, match="redirects to another address"):
            await read(redirecting, turning(headers_env={"X-Key": "PRETEND_TOKEN"}))
        assert other.asked == []


@pytest.mark.parametrize("status", [200, 401])
async def test_what_a_source_says_in_place_of_rows_is_told_without_the_secret(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("PRETEND_TOKEN", f"Bearer {SECRET}")
    body = f'{{"success": false, "message": "token {SECRET} expired"}}'
    held = turning(rows="data", headers_env={"Authorization": "PRETEND_TOKEN"})
    with pytest.raises(CollectError, match=r"token \.\.\. expired") as caught:
        await read(answering(body, status=status), held)
    assert SECRET not in str(caught.value)
    in_query = turning(rows="data")
    with pytest.raises(CollectError, match=r"token \.\.\. expired"):
        await read(answering(body, status=status), in_query, f"/x?key={SECRET}")


async def test_a_failure_with_another_body_is_its_status() -> None:
    with pytest.raises(CollectError, match=r"status 503 \(Service Unavailable\)$"):
        await read(answering("<h1>busy</h1>", "text/html", 503), LAKSA)
