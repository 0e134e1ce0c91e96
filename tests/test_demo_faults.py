"""Faults on demand over HTTP: each does what it says to its source, and nothing to the others."""

import asyncio
import json
from contextlib import suppress
from typing import Any
from xml.etree.ElementTree import ParseError

import aiohttp
import pytest
from defusedxml.ElementTree import fromstring

from demo.faults import KINDS
from tests.pretend import Client, Now, pretend

PATHS = {
    "laksa": "/laksa/open311/v2/requests.json?page_size=50",
    "aplicares": "/aplicares/Referensi/propinsi",
    "waze": "/waze/feed?format=1",
    "like-lantas": "/like-lantas/events",
    "applications": "/apps/e-kir/",
    "water": "/water/posts",
}
SOURCES = list(PATHS)
LIMIT = aiohttp.ClientTimeout(total=20)


async def set_fault(client: Client, name: str, kind: str) -> None:
    async with client.post(f"/_faults/{name}", json={"kind": kind}) as answer:
        assert answer.status == 200


async def clear(client: Client, name: str) -> None:
    async with client.delete(f"/_faults/{name}") as answer:
        assert answer.status == 204


async def get(client: Client, source: str) -> tuple[int, str, bytes]:
    async with client.get(PATHS[source], timeout=LIMIT) as answer:
        assert answer.headers["Live-Room-Demo"].startswith("36-")
        assert "Date" in answer.headers
        return answer.status, answer.content_type, await answer.read()


@pytest.mark.parametrize("source", SOURCES)
async def test_every_answer_is_marked_and_dated(source: str) -> None:
    async with pretend() as client:
        assert (await get(client, source))[0] == 200


@pytest.mark.parametrize("source", SOURCES)
async def test_down_is_503_in_plain_text_until_it_is_cleared(source: str) -> None:
    async with pretend() as client:
        await set_fault(client, source, "down")
        assert (await get(client, source))[:2] == (503, "text/plain")
        await clear(client, source)
        assert (await get(client, source))[0] == 200


@pytest.mark.parametrize("source", SOURCES)
async def test_garbage_has_the_right_content_type_and_no_sense(source: str) -> None:
    async with pretend() as client:
        _, usual, _ = await get(client, source)
        await set_fault(client, source, "garbage")
        status, content_type, body = await get(client, source)
        assert (status, content_type) == (200, usual)
        with pytest.raises(UnicodeDecodeError):
            body.decode()


@pytest.mark.parametrize("source", SOURCES)
async def test_html_is_an_error_page_with_status_200(source: str) -> None:
    async with pretend() as client:
        await set_fault(client, source, "html")
        status, content_type, body = await get(client, source)
        assert (status, content_type) == (200, "text/html")
        assert b"<h1>" in body
        assert b"e-KIR" not in body


@pytest.mark.parametrize("source", SOURCES)
async def test_truncated_begins_right_and_is_cut(source: str) -> None:
    async with pretend() as client:
        _, _, whole = await get(client, source)
        await set_fault(client, source, "truncated")
        status, content_type, body = await get(client, source)
        assert status == 200
        assert 0 < len(body) < len(whole)
        if content_type == "text/html":
            assert b"e-KIR" not in body
        else:
            with pytest.raises(json.JSONDecodeError):
                json.loads(body)


async def test_truncated_xml_is_cut_too() -> None:
    async with pretend() as client:
        await set_fault(client, "laksa", "truncated")
        async with client.get("/laksa/open311/v2/requests.xml?page_size=5") as answer:
            with pytest.raises(ParseError):
                fromstring(await answer.read())


@pytest.mark.parametrize("source", SOURCES)
async def test_limited_is_429_with_retry_after(source: str) -> None:
    async with pretend() as client:
        await set_fault(client, source, "limited")
        async with client.get(PATHS[source]) as answer:
            assert answer.status == 429
            assert answer.headers["Retry-After"] == "2"


@pytest.mark.parametrize("source", SOURCES)
async def test_frozen_stops_its_own_times(source: str) -> None:
    now = Now()
    async with pretend(now, speed=10) as client:
        await set_fault(client, source, "frozen")
        async with client.get(PATHS[source]) as answer:
            date, body = answer.headers["Date"], await answer.read()
        now.turn(hours=1)
        async with client.get(PATHS[source]) as answer:
            assert answer.headers["Date"] == date
            assert await answer.read() == body
        await clear(client, source)
        async with client.get(PATHS[source]) as answer:
            assert answer.headers["Date"] != date


async def test_frozen_beds_report_nothing_new() -> None:
    now = Now()
    async with pretend(now) as client:

        async def newest() -> set[str]:
            async with client.post("/aplicares/Pencarian/getData", json={"kdppk": "0000R001"}) as answer:
                return {room["last_update"] for room in (await answer.json())["tiga"]}

        await set_fault(client, "aplicares", "frozen")
        before = await newest()
        now.turn(minutes=30)
        assert await newest() == before
        await clear(client, "aplicares")
        assert not await newest() & before


@pytest.mark.parametrize("source", SOURCES)
async def test_slow_holds_the_answer_back_until_it_is_cleared(source: str) -> None:
    async with pretend() as client:
        await set_fault(client, source, "slow")
        held = asyncio.create_task(get(client, source))
        await other_sources_answer(client, source)
        assert not held.done()
        await clear(client, source)
        assert (await held)[0] == 200


async def test_a_fault_that_follows_slow_is_felt_at_once() -> None:
    async with pretend() as client:
        await set_fault(client, "waze", "slow")
        held = asyncio.create_task(get(client, "waze"))
        await other_sources_answer(client, "waze")
        await set_fault(client, "waze", "down")
        assert (await held)[0] == 503


@pytest.mark.parametrize("source", SOURCES)
async def test_huge_begins_right_and_goes_on_past_64_megabytes(source: str) -> None:
    async with pretend() as client:
        _, _, whole = await get(client, source)
        await set_fault(client, source, "huge")
        async with client.get(PATHS[source], timeout=LIMIT) as answer:
            beginning = await answer.content.readexactly(len(whole) // 2)
            assert beginning == whole[: len(whole) // 2]
            received = 0
            while received <= 64 * 1024 * 1024:
                received += len(await answer.content.readany())
                assert not answer.content.at_eof()


@pytest.mark.parametrize("source", SOURCES)
async def test_drip_sends_a_byte_and_never_ends(source: str) -> None:
    async with pretend() as client:
        _, _, whole = await get(client, source)
        await set_fault(client, source, "drip")
        async with client.get(PATHS[source], timeout=LIMIT) as answer:
            assert answer.status == 200
            assert await answer.content.readexactly(1) == whole[:1]
            await other_sources_answer(client, source)
            assert not answer.content.at_eof()


@pytest.mark.parametrize("kind", ["huge", "drip"])
async def test_a_stream_is_cut_and_not_ended_when_its_fault_is_cleared(kind: str) -> None:
    async with pretend() as client:
        await set_fault(client, "laksa", kind)
        async with client.get(PATHS["laksa"], timeout=LIMIT) as answer:
            await answer.content.readexactly(1)
            await clear(client, "laksa")
            with pytest.raises(aiohttp.ClientError):
                while await answer.content.readany():
                    pass
        assert (await get(client, "laksa"))[0] == 200


@pytest.mark.parametrize("kind", KINDS)
async def test_a_fault_of_one_source_is_not_felt_by_the_others(kind: str) -> None:
    async with pretend() as client:
        await set_fault(client, "like-lantas", kind)
        suffering = asyncio.create_task(read_on(client, "like-lantas"))
        await other_sources_answer(client, "like-lantas")
        suffering.cancel()
        with suppress(asyncio.CancelledError):
            await suffering


async def test_a_fault_of_one_application_is_not_felt_by_the_others() -> None:
    async with pretend() as client:
        await set_fault(client, "e-kir", "down")
        assert (await get(client, "applications"))[0] == 503
        async with client.get("/apps/tangerang-live/") as answer:
            assert answer.status == 200


async def test_faults_are_listed() -> None:
    async with pretend() as client:
        await set_fault(client, "waze", "down")
        await set_fault(client, "e-kir", "slow")
        async with client.get("/_faults") as answer:
            listed: dict[str, Any] = await answer.json()
        assert {name: fault["kind"] for name, fault in listed["faults"].items()} == {"waze": "down", "e-kir": "slow"}
        assert listed["kinds"] == list(KINDS)
        assert listed["sources"] == SOURCES


async def test_an_unknown_source_is_404_and_says_what_is_allowed() -> None:
    async with pretend() as client, client.post("/_faults/nothing", json={"kind": "down"}) as answer:
        assert answer.status == 404
        said = await answer.text()
        assert all(source in said for source in SOURCES)


@pytest.mark.parametrize("body", [b'{"kind": "odd"}', b"{}", b"[]", b"", b"\xff"])
async def test_an_unknown_kind_is_400_and_says_what_is_allowed(body: bytes) -> None:
    async with pretend() as client, client.post("/_faults/waze", data=body) as answer:
        assert answer.status == 400
        said = await answer.text()
        assert all(kind in said for kind in KINDS)


async def test_the_front_page_lists_what_is_served() -> None:
    async with pretend() as client, client.get("/") as answer:
        said = await answer.text()
        assert all(source in said for source in SOURCES)


async def other_sources_answer(client: Client, but: str) -> None:
    for source in SOURCES:
        if source != but:
            assert (await get(client, source))[0] == 200


async def read_on(client: Client, source: str) -> None:
    with suppress(aiohttp.ClientError):
        await get(client, source)
