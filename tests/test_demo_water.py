"""The pretend posts over HTTP: the same for a seed, calm most of the time, a rise now and then and upstream first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from demo.city import build
from demo.clock import Clock
from tests.pretend import TUESDAY_MORNING, Client, Now, pretend


async def posts(client: Client) -> dict[str, dict[str, Any]]:
    async with client.get("/water/posts") as answer:
        assert answer.status == 200
        return {post["kode"]: post for post in (await answer.json())["pos"]}


async def test_fourteen_posts_and_those_upstream_each_with_its_thresholds() -> None:
    async with pretend() as client:
        found = await posts(client)
    assert sum(not post["hulu"] for post in found.values()) == 14
    assert found["batu-beulah"]["hulu"] and found["batu-beulah"]["lokasi"]["lat"] < -6.3
    for post in found.values():
        steps = list(post["batas"].values())
        assert steps == sorted(steps) and len(steps) == 4
    levels = [post["tma_cm"] for post in found.values()]
    assert levels.count(None) == 1, "one never reported"
    assert all(level > 20 for level in levels if level is not None)


async def test_a_frozen_source_says_the_same_again() -> None:
    now = Now()
    async with pretend(now, speed=10) as client:
        await client.post("/_faults/water", json={"kind": "frozen"})
        first = await posts(client)
        now.turn(hours=1)
        assert await posts(client) == first
        await client.delete("/_faults/water")
        assert await posts(client) != first


def test_the_water_moves_every_day_and_rises_now_and_then_upstream_first() -> None:
    water = build(36, Clock(TUESDAY_MORNING)).water
    days = [TUESDAY_MORNING + timedelta(hours=hours) for hours in range(24 * 12)]
    raised = [{state.post.id for state in water.at(moment) if state.siaga and state.siaga < 4} for moment in days]
    share = sum(bool(one) for one in raised) / len(raised)
    assert 0.05 < share < 0.6, "a rise is news, and there is one"
    assert {state.siaga for moment in days for state in water.at(moment)} >= {2, 3, 4}
    before = [index for index, one in enumerate(raised) if one & {"batu-beulah", "pos-contoh-hulu"}]
    inside = [index for index, one in enumerate(raised) if one - {"batu-beulah", "pos-contoh-hulu"}]
    assert before and inside and min(before) <= min(inside)


def test_the_same_seed_is_the_same_water() -> None:
    one, other = (build(36, Clock(TUESDAY_MORNING)).water for _ in range(2))
    assert one.at(TUESDAY_MORNING) == other.at(TUESDAY_MORNING)
    assert one.at(TUESDAY_MORNING) != build(37, Clock(TUESDAY_MORNING)).water.at(TUESDAY_MORNING)
