"""Who may ask this site: by its own names only, so that a page of elsewhere never passes for one of ours."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from yarl import URL

from dashboards.host import is_ours, names_of
from tests.site import Served


async def raw(site: Served, request: bytes) -> bytes:
    """The first line of what is answered to these very bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(site.url).port)
    writer.write(request)
    async with asyncio.timeout(10):
        line = await reader.readline()
    writer.close()
    return line


ELSEWHERE = [
    "evil.example", "evil.example:8050", "localhost.evil.example", "127.0.0.1.evil.example", "10.1.2.3", "0.0.0.0",
    "mayor@localhost", "localhost/..", "a b", '"', "-", "localhost:port", "[::1", "[fd00::1]", "127.0.0.1@evil.example",
]  # fmt: skip


@pytest.mark.parametrize("host", ELSEWHERE)
async def test_a_page_that_calls_this_machine_by_its_own_name_reads_and_orders_nothing(
    quiet: Served, host: str
) -> None:
    given = {"Host": host, "Origin": f"http://{host}"}
    for path in ("/", "/api/v1/sources", "/healthz", "/qr/cards.svg"):
        status, _, said = await quiet.get(path, headers=given)
        assert (status, said.count("\n")) == (421, 1)
    async with quiet.session.post(f"{quiet.url}/api/v1/stage", json={"stage": None}, headers=given) as answer:
        assert answer.status == 421
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with quiet.viewer(headers=given):
            pass
    assert refused.value.status == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8050", "127.9.9.9", "[::1]:8050", "[::1]"])
async def test_whoever_sits_at_this_machine_is_answered_whatever_the_port(quiet: Served, host: str) -> None:
    assert (await quiet.get("/healthz", headers={"Host": host}))[0] == 200


async def test_a_request_that_names_no_host_or_two_is_refused(quiet: Served) -> None:
    assert b" 421 " in await raw(quiet, b"GET /healthz HTTP/1.0\r\n\r\n")
    assert b" 421 " in await raw(quiet, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")


def test_the_city_is_asked_by_the_address_it_gives_itself() -> None:
    names = names_of("https://Wall.example.id:8443/room")
    assert is_ours(["wall.example.id"], names) and is_ours(["WALL.example.id:443"], names)
    assert not is_ours(["example.id"], names) and not is_ours(["wall.example.id"], names_of(None))


@pytest.mark.parametrize("origin", ["http://[", "http://]x[", "null", "http://evil.example", "x"])
async def test_an_origin_that_is_no_address_is_another_hosts(quiet: Served, origin: str) -> None:
    async with quiet.session.post(f"{quiet.url}/api/v1/stage", json={}, headers={"Origin": origin}) as answer:
        assert answer.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with quiet.viewer(headers={"Origin": origin}):
            pass
    assert refused.value.status == 403
