"""The remote control: what a screen may be asked for, by whom, and what its browsers may say of themselves."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import City
from collectors.store import Store
from collectors.store_keys import SCREENS
from dashboards.fleet import MOST, MOST_NEW, Fleet, Voice
from tests.site import Served, serving

BEAT = {
    "id": "0123456789abcdef", "build": "b", "board": "main", "up": 5.0, "painted": 0.5, "heap": 1000, "skew": 3,
    "width": 1920, "height": 1080,
}  # fmt: skip


@pytest.fixture
async def site(redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City) -> AsyncIterator[Served]:
    del store
    async with serving(redis_server.url, districts, city) as served:
        yield served


async def ask(site: Served, order: Any, screen: str = "main", **headers: str) -> tuple[int, dict[str, Any]]:
    async with site.session.post(f"{site.url}/api/v1/screens/{screen}", json=order, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_every_browser_of_a_screen_hears_an_order_and_so_does_one_that_comes_later(site: Served) -> None:
    async with site.viewer() as near, site.viewer("?screen=main&pace=desk&lang=en") as far:
        await near.next("all")
        await far.next("all")
        assert await ask(site, {"tile": "beds"}) == (202, {"tile": "beds", "reload": 0})
        for viewing in (near, far):
            message = await viewing.until("the order", lambda heard: heard.get("show"))
            assert message["show"] == {"tile": "beds", "reload": 0}
    async with site.viewer() as later:
        first = await later.next("all")
        assert first["show"]["tile"] == "beds"


async def test_a_fresh_page_keeps_what_is_shown_and_back_ends_it(site: Served) -> None:
    await ask(site, {"board": "main"})
    status, order = await ask(site, {"reload": True})
    assert (status, order["board"]) == (202, "main")
    assert order["reload"] > 0
    assert await ask(site, {"back": True}) == (202, {"reload": order["reload"]})


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"board": "nix"},
        {"tile": "nix"},
        {"board": "main", "back": True},
        {"volume": 3},
        [],
        {"reload": False},
    ],
)
async def test_an_order_nobody_can_follow_is_refused_with_a_sentence(quiet: Served, order: Any) -> None:
    status, said = await ask(quiet, order)
    assert status == 422
    assert len(said["error"]) > 20


async def test_an_order_from_another_hosts_page_is_refused(quiet: Served) -> None:
    assert (await ask(quiet, {"back": True}, Origin="http://elsewhere.example"))[0] == 403
    async with quiet.session.post(f"{quiet.url}/api/v1/screens/main", data='{"back":true}') as answer:
        assert answer.status == 403, "a form of another page can send text, but not JSON"
    assert (await ask(quiet, {"back": True}, screen="nix"))[0] == 404


async def test_what_a_browser_says_is_listed_and_nonsense_is_ignored(site: Served) -> None:
    async with site.viewer() as viewing:
        await viewing.next("all")
        for said in ({"beat": {**BEAT, "id": "<script>"}}, {"beat": {**BEAT, "up": -1}}, {"beat": 7}, {"nix": 1}):
            await viewing.ws.send_json(said)
        await viewing.ws.send_json({"beat": BEAT})
        await viewing.ws.send_json({"want": "all"})
        await viewing.next("all")
        _, _, found = await site.get("/api/v1/screens")
    assert [(one["id"], one["screen"], one["alive"]) for one in found["screens"]] == [(BEAT["id"], "main", True)]


async def told(site: Served, *beats: Any) -> list[dict[str, Any]]:
    """What is listed after one socket said all this, and something that is answered."""
    async with site.viewer() as viewing:
        await viewing.next("all")
        for beat in beats:
            await viewing.ws.send_json({"beat": beat})
        await viewing.ws.send_json({"want": "all"})
        await viewing.next("all")
    return list((await site.get("/api/v1/screens"))[2]["screens"])


@pytest.mark.parametrize("name", ["heap", "skew", "up", "painted", "width"])
@pytest.mark.parametrize("number", [2**64, -(2**64), 10**400])
async def test_a_number_too_large_for_any_screen_is_nonsense_and_its_socket_lives_on(
    quiet: Served, name: str, number: int
) -> None:
    assert await told(quiet, {**BEAT, name: number}) == []


async def test_one_socket_is_one_browser_and_is_listened_to_once_a_second(site: Served) -> None:
    others = [{**BEAT, "id": f"{number:016x}"} for number in range(50)]
    listed = await told(site, BEAT, *others, {**BEAT, "board": "later"})
    assert [(one["id"], one["board"]) for one in listed] == [(BEAT["id"], "main")]


async def test_an_address_can_list_only_so_many_new_browsers_a_minute(store: Store) -> None:
    fleet = Fleet(store)
    for number in range(3 * MOST_NEW):
        await fleet.heard(Voice("main", "10.0.0.1"), {**BEAT, "id": f"{number:016x}"})
    # a minute may have ended meanwhile
    assert MOST_NEW <= len(await fleet.all()) <= 2 * MOST_NEW
    await fleet.heard(Voice("main", "10.0.0.2"), BEAT)
    assert BEAT["id"] in [one["id"] for one in await fleet.all()], "another address is not kept out by it"


async def test_a_wall_that_died_is_not_pushed_off_the_list_by_what_only_passed_by(store: Store) -> None:
    now = datetime.now(UTC)

    async def note(key: str, first: timedelta, seen: timedelta) -> None:
        times = {"first": (now - first).isoformat(), "seen": (now - seen).isoformat()}
        await store.note_screen(key, json.dumps({**BEAT, "screen": "main", **times, "id": key}).encode())

    await note("dead", timedelta(days=9), timedelta(hours=20))
    for number in range(MOST - 1):
        await note(f"{number:016x}", timedelta(seconds=61), timedelta(seconds=60))
    fleet = Fleet(store)
    for key in ("a" * 16, "b" * 16):
        await fleet.heard(Voice("main", "10.0.0.1"), {**BEAT, "id": key})
        assert await store.redis.hlen(SCREENS) == MOST, "trimmed while writing"
    listed = {one["id"] for one in await fleet.all()}
    assert {"dead", "a" * 16, "b" * 16} <= listed


async def test_a_browser_silent_for_a_day_is_forgotten(site: Served) -> None:
    old = '{"id": "aaaaaaaaaaaaaaaa", "screen": "main", "seen": "2020-01-01T00:00:00.000+00:00"}'
    await site.store.note_screen("aaaaaaaaaaaaaaaa", old.encode())
    _, _, found = await site.get("/api/v1/screens")
    assert found["screens"] == []
    assert await site.store.redis.hlen(SCREENS) == 0
