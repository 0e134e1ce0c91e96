"""The hub: complete at once, then numbered changes; one stalled viewer costs the others nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import EVERY_AREA, City
from collectors.store import Store
from collectors.store_keys import READING
from dashboards.groups import FULL_BUFFER, TICK
from dashboards.live import BEAT_SECONDS
from layouts import TILES
from tests.records import beds, complaint
from tests.site import Served, serving


@pytest.fixture
async def site(redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City) -> AsyncIterator[Served]:
    del store
    async with serving(redis_server.url, districts, city) as served:
        yield served


def waiting(message: dict[str, Any]) -> Any:
    return message.get("tiles", {}).get("complaints", {}).get("props", {}).get("waiting")


async def filled(site: Served) -> None:
    """Publish all areas, and wait until the hub has them."""
    await site.publish_all()
    async with asyncio.timeout(10):
        while len(site.hub.readings) < len(EVERY_AREA):
            await asyncio.sleep(0.01)


async def test_the_first_message_is_complete(site: Served) -> None:
    await filled(site)
    async with site.viewer() as viewing:
        first = await viewing.next()
    assert (first["t"], first["store"], first["build"]) == ("all", True, "0123456789ab")
    assert set(first["tiles"]) == set(site.config.screens["main"].tiles)
    for name, tile in first["tiles"].items():
        assert tile["state"]["freshness"] == "live", name
        assert tile["state"]["demo"] is True, name
        assert tile["props"], name


async def test_a_screen_is_complete_while_nobody_collects(site: Served) -> None:
    await filled(site)
    await site.store.give_back("tests")
    async with site.viewer() as viewing:
        assert len((await viewing.next())["tiles"]) == len(site.config.screens["main"].tiles)


async def test_a_screen_connects_before_anything_is_known(site: Served) -> None:
    async with site.viewer() as viewing:
        message = await viewing.until("tiles that know nothing", lambda one: one.get("tiles"))
        assert {tile["state"]["freshness"] for tile in message["tiles"].values()} == {"never"}


async def test_changes_are_numbered_and_carry_only_what_changed(site: Served) -> None:
    await filled(site)
    async with site.viewer() as viewing:
        number = (await viewing.next())["n"]
        for count in range(2, 5):
            now = datetime.now(UTC)
            await site.publish("complaints", *(complaint(str(n), requested=now) for n in range(count)))
            change = await viewing.next("set")
            number += 1
            assert change["n"] == number
            assert "complaints" in change["tiles"]
            assert "beds" not in change["tiles"]
            assert waiting(change)["text"] == str(count)
            assert set(change["tiles"]["complaints"]) == {"state", "props"}
            assert len(change["tiles"]["complaints"]["props"]) < len(
                site.hub.pictures.tiles["id", "operator"]["complaints"]["props"]
            )


async def test_a_viewer_that_asks_again_gets_everything(site: Served) -> None:
    await filled(site)
    async with site.viewer() as viewing:
        first = await viewing.next()
        await viewing.ws.send_str('{"want":"all"}')
        again = await viewing.next("all")
        assert again["tiles"] == first["tiles"]
        assert again["n"] >= first["n"]


async def test_anything_else_a_viewer_says_is_ignored(site: Served) -> None:
    await filled(site)
    async with site.viewer() as viewing:
        await viewing.next()
        for said in ("", "null", "[]", "{", '{"want":"some"}', '"all"', "\x00", '{"want":' * 200):
            await viewing.ws.send_str(said)
        await viewing.ws.send_bytes(b"\xff\xfe")
        assert (await viewing.next())["t"] == "beat"


async def test_a_viewer_that_says_too_much_is_shown_the_door_alone(site: Served) -> None:
    await filled(site)
    async with site.viewer() as loud, site.viewer() as quiet:
        await quiet.next()
        await loud.next()
        await loud.ws.send_str("x" * 100_000)
        while (message := await loud.ws.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
        assert (await quiet.next())["t"] == "beat"


async def test_a_page_of_another_host_is_refused(site: Served) -> None:
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", site.url.replace("127.0.0.1", "localhost")):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            async with site.viewer(origin=origin):
                pass
        assert caught.value.status == 403
    async with site.viewer(origin=site.url) as viewing:
        assert (await viewing.next())["t"] == "all"


@pytest.mark.parametrize(
    ("query", "code"),
    [("?screen=none", 4404), ("?screen=main&lang=fr", 4400), ("?screen=main&pace=quick", 4400), ("?lang=../x", 4400)],
)
async def test_an_unknown_screen_language_or_pace_is_closed_with_its_code(site: Served, query: str, code: int) -> None:
    async with site.viewer(query) as viewing:
        message = await viewing.ws.receive()
        assert (message.type, viewing.ws.close_code) == (aiohttp.WSMsgType.CLOSE, code)
    assert not any(group.viewers for group in site.hub.groups.values())


async def test_every_socket_but_live_is_refused(site: Served) -> None:
    for path in ("/", "/wall/main", "/live/", "/_dash-update-component"):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await site.session.ws_connect(site.url + path)


async def test_two_languages_are_two_texts_of_one_city(site: Served) -> None:
    await filled(site)
    async with site.viewer("?screen=main&lang=id") as one, site.viewer("?screen=main&lang=en") as other:
        indonesian, english = await one.next(), await other.next()
    assert indonesian["tiles"]["complaints"]["state"] == english["tiles"]["complaints"]["state"]
    assert indonesian["tiles"]["band"]["props"] != english["tiles"]["band"]["props"]


async def test_without_a_screen_every_tile_is_told(site: Served) -> None:
    await filled(site)
    async with site.viewer("") as viewing:
        assert set((await viewing.next())["tiles"]) == set(TILES)


@pytest.mark.patient
async def test_a_sign_of_life_comes_within_three_seconds_of_silence(site: Served) -> None:
    async with site.viewer() as viewing:
        await viewing.next("all")
        beats = [await viewing.next("beat", patience=3) for _ in range(2)]
        assert beats[1]["at"] > beats[0]["at"]


async def test_a_quick_sequence_is_coalesced_and_its_end_is_told(site: Served) -> None:
    await filled(site)
    async with site.viewer("?screen=main&pace=phone") as viewing:
        await viewing.next()
        before, began = site.hub.sending.sent, time.monotonic()
        for count in range(1, 40):
            now = datetime.now(UTC)
            await site.publish("complaints", *(complaint(str(n), requested=now) for n in range(count)))
        await viewing.until("the last number", lambda one: (waiting(one) or {}).get("text") == "39")
        seconds = time.monotonic() - began
        assert site.hub.sending.sent - before <= 2 + seconds / TICK["phone"] + seconds / BEAT_SECONDS


def stalled(site: Served) -> socket.socket:
    """A viewer that opens a socket and then never reads."""
    host, port = site.url.removeprefix("http://").split(":")
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    found.connect((host, int(port)))
    found.sendall(
        f"GET /live?screen=main&pace=wall HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    found.setblocking(False)
    return found


async def test_a_stalled_viewer_holds_up_nobody_and_gets_a_complete_picture_later(site: Served) -> None:
    await filled(site)
    async with site.viewer() as viewing:
        await viewing.next("all")
        with stalled(site) as lazy:
            [group] = [group for group in site.hub.groups.values() if group.viewers]
            async with asyncio.timeout(10):
                while len(group.viewers) < 2:
                    await asyncio.sleep(0.01)
            sent = 0
            while not site.hub.sending.dropped:
                site.hub.send(group, site.hub.message(group, "beat", filler="x" * 100_000))
                sent += 1
                assert sent < 400, "it was never seen as stalled"
                await viewing.next("beat")
            behind = [one for one in group.viewers if one.behind]
            assert len(behind) == 1
            held = behind[0].transport.get_write_buffer_size()
            assert held < FULL_BUFFER + 200_000
            for _ in range(20):
                site.hub.send(group, site.hub.message(group, "beat", filler="x" * 100_000))
                await viewing.next("beat")
            assert behind[0].transport.get_write_buffer_size() <= held
            last = await drained(lazy)
            assert (last["t"], set(last["tiles"])) == ("all", set(site.config.screens["main"].tiles))
            assert not behind[0].behind


async def drained(lazy: socket.socket) -> dict[str, Any]:
    """Read all that was kept back, until a complete picture comes; return it."""
    loop = asyncio.get_running_loop()
    heard = b""
    async with asyncio.timeout(20):
        while True:
            heard += await loop.sock_recv(lazy, 1 << 20)
            start = heard.rfind(b'{"t":"all"')
            if start > FULL_BUFFER:
                try:
                    found, _ = json.JSONDecoder().raw_decode(heard[start:].decode(errors="ignore"))
                except ValueError:
                    continue
                return dict(found)


async def test_a_viewer_that_leaves_is_forgotten(site: Served) -> None:
    async with site.viewer() as viewing:
        await viewing.next()
    async with asyncio.timeout(5):
        while any(group.viewers for group in site.hub.groups.values()):
            await asyncio.sleep(0.01)


async def test_a_tile_that_cannot_be_shown_stops_no_other(site: Served, store: Store) -> None:
    """A reading of another version of the program, say."""
    await filled(site)
    async with site.viewer() as viewing:
        await viewing.next("all")
        broken = {key: value for key, value in site.known["beds"].items() if key not in ("icu", "classes")}
        await store.redis.set(READING + "beds", json.dumps(broken))
        await store.redis.publish("{lr}:news", "beds")
        await site.publish("complaints", *(complaint(str(n), requested=datetime.now(UTC)) for n in range(7)))
        await viewing.until("the next change", lambda one: (waiting(one) or {}).get("text") == "7")
        now = datetime.now(UTC)
        await site.publish("beds", beds("a", capacity=10, free=3, occupied=7, updated=now))
        await viewing.until("beds again", lambda one: "beds" in one.get("tiles", {}))


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '"x"', "{}"])
async def test_nonsense_in_the_store_stops_no_tile(site: Served, store: Store, text: str) -> None:
    await filled(site)
    async with site.viewer() as viewing:
        await viewing.next("all")
        await store.redis.set(READING + "beds", text)
        await store.redis.publish("{lr}:news", "beds")
        await store.redis.publish("{lr}:news", "no area \xff")
        await site.publish("complaints", *(complaint(str(n), requested=datetime.now(UTC)) for n in range(7)))
        await viewing.until("the next change", lambda one: (waiting(one) or {}).get("text") == "7")


async def test_data_grow_old_on_every_screen_without_any_news(site: Served) -> None:
    await filled(site)
    await site.publish("complaints", complaint("a"), age=119)
    async with site.viewer() as viewing:
        await viewing.until(
            "it is stale",
            lambda one: one.get("tiles", {}).get("complaints", {}).get("state", {}).get("freshness") == "stale",
        )


async def test_a_store_that_dies_is_told_to_every_screen_at_once(
    tmp_path: Path, districts: Districts, city: City
) -> None:
    mortal = EmbeddedRedis(tmp_path / "redis")
    await mortal.ensure()
    try:
        async with serving(mortal.url, districts, city) as site:
            await filled(site)
            async with site.viewer() as viewing:
                assert (await viewing.next("all"))["store"] is True
                assert mortal.process is not None
                os.kill(mortal.process.pid, signal.SIGKILL)
                async with asyncio.timeout(3):
                    await viewing.until("the store is down", lambda one: one["store"] is False)
                status, _, _ = await site.get("/readyz")
                assert status == 503
                async with site.viewer() as late:
                    first = await late.next()
                    assert (first["store"], len(first["tiles"])) == (False, len(site.config.screens["main"].tiles))
                await mortal.ensure()
                await viewing.until("the store is back", lambda one: one["store"] is True)
                assert (await site.get("/readyz"))[0] == 200
    finally:
        mortal.stop()
