"""The visitors' door: behind it there is what a visitor's phone may see, and nothing else, whatever is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from starlette.types import ASGIApp

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import City
from collectors.store import Store
from collectors.tours import Tours
from commands.surroundings import visitors_door
from dashboards.touring import Touring
from dashboards.visitors_door import VisitorsDoor
from tests.asgi import served
from tests.bench.processes import free_port
from tests.site import serving, shipped
from tests.touring import SCRIPT

OPERATORS = (
    "/", "/wall/main", "/screens", "/sources", "/owners", "/cards", "/card/beds", "/brief", "/brief.pdf", "/adoption",
    "/explore/complaints", "/export/complaints.csv", "/api/v1/sources", "/api/v1/readings/beds", "/api/v1/tours",
    "/api/v1/screens", "/tour", "/replay", "/metrics", "/healthz", "/version", "/map.svg", "/_dash-layout", "/tours",
    "/t/../screens", "//screens", "/T", "/t%2f..%2fscreens", "/_dash-update-component", "/desk",
)  # fmt: skip


def opened(site: ASGIApp, **more: Any) -> AbstractAsyncContextManager[str]:
    """The door on a port of its own."""
    return served(VisitorsDoor(site), free_port(), lifespan="off", **more)


@pytest.fixture
async def door(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City
) -> AsyncIterator[tuple[str, str, aiohttp.ClientSession]]:
    """Its address, the code of a tour, and a client."""
    del store
    async with serving(redis_server.url, districts, city) as site, opened(site.site) as url:
        site.hub.touring = Touring({"short": SCRIPT})
        await site.publish_all()
        tour = await Tours(site.store).start("short", "id", ["hall"], datetime.now(UTC))
        async with asyncio.timeout(10):
            while tour.code not in site.hub.touring.tours:
                await asyncio.sleep(0.01)
        yield url, tour.code, site.session


async def test_nothing_of_the_operators_is_behind_it(door: tuple[str, str, aiohttp.ClientSession]) -> None:
    url, _, session = door
    for path in OPERATORS:
        for method in ("GET", "POST", "HEAD", "OPTIONS"):
            async with session.request(method, url + path, allow_redirects=False) as answer:
                assert answer.status in (404, 405), (method, path, answer.status)


async def test_its_socket_is_for_phones_of_a_tour_alone(door: tuple[str, str, aiohttp.ClientSession]) -> None:
    url, code, session = door
    for query in ("", "?screen=main&pace=wall", "?screen=hall", "?tour=", "?pace=desk"):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with session.ws_connect(f"{url}/live{query}"):
                pass
    async with session.ws_connect(f"{url}/live?tour={code}&lang=en&screen=main&pace=wall") as phone:
        first = await phone.receive_json(timeout=10)
        assert "tiles" not in first
        assert first["phone"]["title"] == "room (en)"


async def test_phones_find_it_by_whatever_name_it_has_in_the_hall(
    door: tuple[str, str, aiohttp.ClientSession],
) -> None:
    url, code, session = door
    named = {"Host": "room.local:8051", "Origin": "http://room.local:8051"}
    async with session.ws_connect(f"{url}/live?tour={code}", headers=named) as phone:
        assert (await phone.receive_json(timeout=10))["t"] == "all"
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with session.ws_connect(f"{url}/live?tour={code}", headers={"Origin": "http://elsewhere"}):
            pass


async def test_what_pages_of_phones_are_made_of_is_there(door: tuple[str, str, aiohttp.ClientSession]) -> None:
    url, _, session = door
    async with session.get(f"{url}/assets/10-palette.css") as answer:
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_visitors_who_open_more_connections_than_they_may_are_shown_out_and_nobody_else_is(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City
) -> None:
    del store
    async with serving(redis_server.url, districts, city) as site, opened(site.site, limit_concurrency=5) as url:
        door = urlsplit(url)
        opening = [await asyncio.open_connection(door.hostname, door.port) for _ in range(9)]
        async with asyncio.timeout(10):
            for reader, _ in opening[5:]:
                assert await reader.read() == b""
        assert not any(reader.at_eof() for reader, _ in opening[:5])
        assert (await site.get("/healthz"))[0] == 200
        for _, writer in opening:
            writer.close()
        async with asyncio.timeout(10):
            while await status_of(site.session, f"{url}/t") != 200:
                await asyncio.sleep(0.05)


async def status_of(session: aiohttp.ClientSession, url: str) -> int:
    async with session.get(url) as answer:
        return answer.status


def test_a_qr_code_never_holds_an_address_that_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    monkeypatch.setenv("VISITOR_PORT", str(port))
    monkeypatch.setenv("VISITOR_HOST", "0.0.0.0")
    monkeypatch.delenv("VISITOR_ADDRESS", raising=False)
    with pytest.raises(SystemExit):
        visitors_door(shipped())
    assert "VISITOR_ADDRESS" in capsys.readouterr().err
    monkeypatch.setenv("VISITOR_ADDRESS", f"http://10.0.0.5:{port}")
    assert visitors_door(shipped()) == ("0.0.0.0", port)
