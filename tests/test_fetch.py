"""Asking over HTTP: bounded in time, size and redirects; every failure is one sentence without secrets."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from collectors.answer import Answer, origin_time
from collectors.failures import SourceError
from collectors.fetch import MEGABYTE, Http, time_limit
from collectors.records import CollectError
from tests.sources import Handler, answering, serving


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(body_limit=MEGABYTE) as one:
        yield one


async def got(http: Http, handler: Handler, path: str = "/") -> Answer:
    async with serving(handler) as base:
        return await http.get(base + path)


async def failure(http: Http, handler: Handler, path: str = "/", limit: float = 8.0) -> str:
    async with serving(handler) as base:
        with pytest.raises(CollectError) as caught:
            await http.get(base + path, limit=limit)
    return str(caught.value).removeprefix(base.removeprefix("http://"))


async def test_an_answer_says_what_when_and_whether_it_is_pretended(http: Http) -> None:
    answer = await got(http, answering('{"a": 1}', Live_Room_Demo="1"))
    assert answer.json() == {"a": 1}
    assert answer.demo
    assert answer.received.tzinfo is UTC
    assert answer.date is not None and abs(answer.date - answer.received) < timedelta(seconds=5)
    assert answer.elapsed_ms >= 0
    assert not (await got(http, answering("[]"))).demo


async def test_we_say_who_asks(http: Http) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response({"agent": request.headers["User-Agent"]})

    assert (await got(http, handler)).json()["agent"].startswith("live-room")


@pytest.mark.parametrize(
    ("body", "content_type", "sentence"),
    [
        ("<!DOCTYPE html><html></html>", "text/html", "answered an HTML page instead of JSON (status 200)"),
        ("<!DOCTYPE html><html></html>", "application/json", "answered an HTML page instead of JSON (status 200)"),
        ('{"a": 1}', "text/html; charset=utf-8", "answered an HTML page instead of JSON (status 200)"),
        ("", "application/json", "answered nothing instead of JSON (status 200)"),
        ('{"events": [{"id": 1}, {"id', "application/json", "JSON cut off after 27 bytes"),
        ("\x91\x02\x88 noise", "application/json", "answered something that is not JSON (line 1, column 1)"),
    ],
)
async def test_what_is_not_json_is_named(http: Http, body: str, content_type: str, sentence: str) -> None:
    answer = await got(http, answering(body, content_type))
    with pytest.raises(SourceError) as caught:
        answer.json()
    assert caught.value.reason == sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
async def test_marks_of_encodings_are_understood(http: Http, encoding: str) -> None:
    answer = await got(http, answering('{"nama": "Jalan Él"}'.encode(encoding)))
    assert answer.json() == {"nama": "Jalan Él"}


async def test_xml_with_entities_html_or_nothing_is_refused(http: Http) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    for body, content_type, words in [
        (bomb, "text/xml", "XML refused"),
        ("<html><body>down</body></html>", "text/xml", "HTML page instead of XML"),
        ("<a/>", "text/html", "HTML page instead of XML"),
        ("", "text/xml", "nothing instead of XML"),
        ("sorry", "text/xml", "not XML"),
        ("<a><b>", "text/xml", "XML broken or cut off at line 1"),
        ('<?xml version="1.0" encoding="no-such"?><a/>', "text/xml", "XML"),
    ]:
        with pytest.raises(CollectError, match=words):
            (await got(http, answering(body, content_type))).xml()
    assert (await got(http, answering("<a>é</a>".encode("utf-16"), "text/xml"))).xml().text == "é"


async def test_a_large_body_is_given_up_at_the_limit(http: Http) -> None:
    poured = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal poured
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b" " * 65536)
                poured += 65536
        except ConnectionError:
            return response

    assert await failure(http, endless) == ": answer larger than 1 MB"
    assert poured < 64 * MEGABYTE


async def test_the_limit_holds_for_the_decompressed_body(http: Http) -> None:
    packed = gzip.compress(b" " * (64 * MEGABYTE))
    assert len(packed) < MEGABYTE
    assert await failure(http, answering(packed, Content_Encoding="gzip")) == ": answer larger than 1 MB"


async def test_what_is_announced_too_large_is_not_even_read(http: Http) -> None:
    assert await failure(http, answering(b"x" * (MEGABYTE + 1))) == ": answer larger than 1 MB"


async def test_broken_compression_is_a_sentence(http: Http) -> None:
    said = await failure(http, answering(b"no gzip at all", Content_Encoding="gzip"))
    assert said == ": answer cut off or not decompressible"


async def test_slow_and_dripping_answers_time_out(http: Http) -> None:
    ended = asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        await ended.wait()
        return web.Response()

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"[")
        await ended.wait()
        return response

    for handler in (slow, drip):
        ended.clear()
        async with serving(handler) as base:
            with pytest.raises(SourceError) as caught:
                await http.get(base, limit=0.2)
            ended.set()
        assert caught.value.reason == "timed out after 0.2 s"


async def test_a_body_shorter_than_announced_is_cut_off(http: Http) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1, 2")
        await writer.drain()
        writer.close()

    assert await raw_failure(http, handler) == "answer cut off or not decompressible"


async def test_a_connection_closed_at_once_and_no_http(http: Http) -> None:
    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async def noise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x00\x01\x02 hello\r\n\r\n")
        await writer.drain()
        writer.close()

    assert await raw_failure(http, closing) == "connection closed without an answer"
    assert await raw_failure(http, noise) == "answered something that is not HTTP"


async def raw_failure(http: Http, handler: object) -> str:
    server = await asyncio.start_server(handler, "127.0.0.1", 0)  # type: ignore[arg-type]
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(SourceError) as caught:
            await http.get(f"http://127.0.0.1:{port}/")
    return caught.value.reason


async def test_nobody_listening_and_unknown_names(http: Http) -> None:
    async with serving(answering("")) as base:
        pass
    with pytest.raises(SourceError) as caught:
        await http.get(base)
    assert caught.value.reason == "connection refused"
    with pytest.raises(SourceError) as caught:
        await http.get("http://no-such-host.invalid/")
    assert caught.value.reason == "name not found"
    for address in ("", "http://", "not an address", "ftp://example.org/", "http://[", f"http://{'a' * 80}.invalid/"):
        with pytest.raises(CollectError):
            await http.get(address)


async def test_a_server_that_is_no_tls_server_is_a_sentence(http: Http) -> None:
    async with serving(answering("")) as base:
        with pytest.raises(SourceError) as caught:
            await http.get(base.replace("http:", "https:"))
    assert caught.value.reason in {"no secure connection (TLS) possible", "connection closed without an answer"}


async def test_redirects_are_followed_but_not_for_ever(http: Http) -> None:
    async def handler(request: web.Request) -> web.Response:
        steps = int(request.query.get("steps", "0"))
        if steps == 0:
            return web.json_response([request.path])
        raise web.HTTPFound(f"/next?steps={steps - 1}")

    assert (await got(http, handler, "/?steps=3")).json() == ["/next"]
    assert await failure(http, handler, "/?steps=30") == ": too many redirects"


@pytest.mark.parametrize(
    ("said", "seconds"), [("2", 2.0), ("86400", 3600.0), ("soon", None), (None, None), ("-1", None), ("²", None)]
)
async def test_retry_after_in_seconds(http: Http, said: str | None, seconds: float | None) -> None:
    answer = await got(http, answering("", "text/plain", 429, **({"Retry_After": said} if said else {})))
    with pytest.raises(CollectError) as caught:
        answer.require_success()
    assert caught.value.retry_after == seconds
    assert "status 429 (Too Many Requests)" in str(caught.value)


async def test_retry_after_as_a_date(http: Http) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    with pytest.raises(CollectError) as caught:
        (await got(http, answering("", "text/plain", 503, Retry_After=moment))).require_success()
    assert caught.value.retry_after is not None and 60 < caught.value.retry_after <= 90


async def test_statuses_without_a_name_are_said_too(http: Http) -> None:
    with pytest.raises(CollectError, match=r"status 599$"):
        (await got(http, answering("", "text/plain", 599))).require_success()


def test_an_old_answer_from_a_cache_has_its_own_time() -> None:
    received = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    date = format_datetime(received, usegmt=True)
    assert origin_time({"Date": date}, received) == received
    assert origin_time({"Date": date, "Age": "300"}, received) == received - timedelta(seconds=300)
    assert origin_time({"Age": "300"}, received) == received - timedelta(seconds=300)
    assert origin_time({"Date": "yesterday", "Age": "x"}, received) is None
    assert origin_time({}, received) is None


async def test_no_failure_repeats_a_secret(http: Http) -> None:
    secret = "hush-hush"
    path = f"/partners/{secret}/feed?api_key={secret}"

    async def looping(request: web.Request) -> web.Response:
        raise web.HTTPFound(str(request.url))

    said = [await failure(http, looping, path), await failure(http, answering(b"x" * (2 * MEGABYTE)), path)]
    with pytest.raises(CollectError) as caught:
        (await got(http, answering("<html>", "text/html"), path)).json()
    said.append(str(caught.value))
    for address in (f"http://user:{secret}@127.0.0.1:1{path}", f"http://user:{secret}@no-such.invalid{path}", secret):
        with pytest.raises(CollectError) as caught:
            await http.get(address)
        said.append(str(caught.value))
    assert all(secret not in sentence for sentence in said)


async def test_a_post_survives_a_connection_the_server_just_closed(http: Http) -> None:
    asked = 0

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"POST" in head
        if asked > 1:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        answer = await http.post(f"http://127.0.0.1:{port}/", json={})
    assert answer.json() == []
    assert asked == 2


async def test_connections_are_kept_and_cookies_are_not(http: Http) -> None:
    peers: set[object] = set()

    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        response = web.json_response({"cookies": dict(request.cookies)})
        response.set_cookie("session", "1")
        return response

    async with serving(handler) as base:
        for _ in range(5):
            assert (await http.get(base)).json() == {"cookies": {}}
    assert len(peers) == 1


def test_a_request_never_outlasts_its_interval() -> None:
    assert time_limit(5) == 4
    assert time_limit(300) == 10
