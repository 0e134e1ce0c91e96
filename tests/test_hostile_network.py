"""Every protocol against servers that pour, drip, pack or lead away: given up in time, at the limit, on the spot."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from collectors.datex2 import Datex2Settings
from collectors.fetch import MEGABYTE, Http
from collectors.records import Batch, CollectError
from tests.hostile import collector, outcome, pulse
from tests.seeds import ASKED, SECRETS, SEEDS, Seed
from tests.sources import Handler, serving

LIMIT = MEGABYTE
PATIENCE = 2.0
QUICK = 1.25
"""Seconds between two runs that give a request one second, the least there is."""


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in SECRETS:
        monkeypatch.setenv(variable, "pretend")


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(body_limit=LIMIT) as one:
        yield one


async def all_came(http: Http, handler: Handler, every: float = 10.0) -> dict[str, Batch | CollectError]:
    """What comes of an answer to every form of every protocol, all asked at once."""
    async with serving(handler) as base, pulse() as beats:
        ones = [collector(seed, base, every) for seed in seeds().values()]
        found = await asyncio.gather(*(outcome(one, http) for one in ones))
    assert beats.longest < PATIENCE
    return dict(zip(seeds(), found, strict=True))


def seeds() -> dict[str, Seed]:
    """DATEX II, which reads what it is sent as it comes, has a limit of its own."""
    small = Datex2Settings(largest_mb=1)
    found = {name: SEEDS[name] for name in ASKED}
    return {
        name: Seed("datex2", seed.document, seed.content_type, small) if seed.protocol == "datex2" else seed
        for name, seed in found.items()
    }


def sentences(found: dict[str, Batch | CollectError]) -> dict[str, str]:
    """What each said; an application that is not read is down."""
    said = {}
    for name, one in found.items():
        if isinstance(one, Batch):
            assert name.startswith("http_health"), name
            (record,) = one.records
            said[name] = str(getattr(record, "reason", None))
            assert getattr(record, "status", None) == "down"
        else:
            said[name] = str(one)
    return said


async def test_who_pours_is_cut_off(http: Http) -> None:
    poured = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal poured
        await request.read()
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            await response.write(b"<")
            for _ in range(1600):
                await response.write(b" " * 65536)
                poured += 65536
        except ConnectionError:
            pass
        return response

    for name, said in sentences(await all_came(http, handler)).items():
        assert "larger than" in said or "XML" in said, name
    # each at its own limit, with what was under way
    assert poured < len(ASKED) * 20 * MEGABYTE


async def test_what_is_announced_too_large_is_not_waited_for(http: Http) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        await request.read()
        response = web.StreamResponse(headers={"Content-Length": str(100 * MEGABYTE)})
        await response.prepare(request)
        await response.write(b"[")
        await asyncio.sleep(60)
        return response

    assert all("larger than" in said for said in sentences(await all_came(http, handler)).values())


@pytest.mark.patient
@pytest.mark.parametrize("way", ["gzip", "deflate", "bare deflate", "many members"])
@pytest.mark.parametrize("start", [b"[", b"<a>"])
async def test_a_bomb_does_not_go_off(http: Http, way: str, start: bytes) -> None:
    zeros = bytes(24 * MEGABYTE)
    raw = zlib.compressobj(9, wbits=-15)
    packed = {
        "gzip": lambda: gzip.compress(start + zeros),
        "deflate": lambda: zlib.compress(start + zeros, 9),
        "bare deflate": lambda: raw.compress(start + zeros) + raw.flush(),
        "many members": lambda: gzip.compress(start + zeros[:MEGABYTE]) + gzip.compress(zeros[:MEGABYTE]) * 900,
    }[way]()
    assert len(packed) < LIMIT
    headers = {"Content-Encoding": "gzip" if way in {"gzip", "many members"} else "deflate"}

    async def handler(request: web.Request) -> web.StreamResponse:
        await request.read()
        return web.Response(body=packed, headers=headers)

    for name, said in sentences(await all_came(http, handler)).items():
        assert "larger than" in said or "XML" in said or "decompressible" in said, name


@pytest.mark.patient
async def test_a_bomb_in_a_file_in_a_bomb(http: Http) -> None:
    head = SEEDS["datex2"].document.partition("<sit:situation")[0].encode()
    packed = gzip.compress(gzip.compress(head + b" " * (100 * MEGABYTE)))

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    async with serving(handler) as base:
        found = await outcome(collector(seeds()["datex2"], base), http)
    assert "larger than 1 MB" in str(found)


async def drip_body(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.02)


async def never(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


@pytest.mark.patient
@pytest.mark.parametrize("handler", [drip_body, never])
async def test_who_drips_is_given_up_in_time(http: Http, handler: Handler) -> None:
    said = sentences(await all_came(http, handler, every=QUICK))
    assert all("timed out after" in one for one in said.values())


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def saying(*pieces: bytes, again: bytes = b"", pause: float = 0.0) -> Talk:
    """Says something to whoever asks, and then `again` for ever."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            for piece in pieces:
                writer.write(piece)
            while again:
                writer.write(again)
                await writer.drain()
                await asyncio.sleep(pause)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    return talk


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.patient
@pytest.mark.parametrize(
    "talk",
    [
        saying(OK, again=b"X: y\r\n"),
        saying(OK, again=b"X", pause=0.01),
        saying(OK, b"X: ", again=b"y" * 65536),
        saying(again=b"HTTP/1.1 100 Continue\r\n\r\n"),
        saying(again=b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", pause=0.01),
        saying(OK, b"Transfer-Encoding: chunked\r\n\r\n", again=b"1;" + b"x" * 65536),
        saying(OK, b"Transfer-Encoding: chunked\r\n\r\n", b"FFFFFFFFFFFFFFFF\r\n[", again=b" " * 65536),
        saying(OK, b"Transfer-Encoding: chunked\r\n\r\n", b"-1\r\n["),
        saying(OK, b"Transfer-Encoding: chunked\r\n\r\n", again=b"1\r\n \r\n", pause=0.01),
        saying(OK, b"Content-Length: -5\r\n\r\n[]"),
        saying(OK, b"Content-Length: 99999999999999999999999\r\n\r\n[", again=b" " * 65536),
        saying(OK, b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]"),
        saying(OK, b"Content-Encoding: br\r\n\r\n[]"),
        saying(OK, b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n\x1f\x8b\x08\x00\x00"),
        saying(b"HTTP/1.1 999999 \xff\xff\r\n\r\n"),
        saying(b"HTTP/9.9 200 OK\r\n\r\n[]"),
        saying(b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\xed\xa0\x80\r\nContent-Length: 0\r\n\r\n"),
        saying(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2/\r\n\r\n", again=b" " * 65536),
        saying(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        saying(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n[]"),
        saying(b"\x00" * 100_000),
        saying(b"SSH-2.0-OpenSSH_9.6\r\n"),
    ],
)
async def test_what_is_hardly_http_is_a_sentence(http: Http, talk: Talk) -> None:
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with pulse() as beats:
            found = await outcome(collector(SEEDS["waze"], base, QUICK), http)
        assert beats.longest < PATIENCE
    assert isinstance(found, CollectError)


@pytest.mark.parametrize(
    "to",
    ["/again", "http://127.0.0.2/", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "//localhost/"],
)
async def test_nobody_is_led_away(http: Http, to: str) -> None:
    asked = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        return web.Response(status=302, headers={"Location": to})

    said = sentences(await all_came(http, handler))
    # those that send a key with every question follow no redirect at all
    assert all("redirect" in one or "302" in one for one in said.values())
    assert asked <= len(ASKED) * (6 if to == "/again" else 1)
