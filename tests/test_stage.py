"""The city's stage: the visible rule, since when, and what a person declares: announced, marked, ended by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.readings.shape import Level, Reading
from collectors.readings.stage import DeclaredStage, RuledStage, in_force, ruled, stage_after
from collectors.source import EVERY_AREA, City
from collectors.store import Store
from collectors.store_keys import DECLARED, STAGE
from tests.layout_samples import beds, complaints, traffic
from tests.records import NOON, ago
from tests.site import Served, serving

ADDRESS = "/api/v1/stage"
FLOOD = {"stage": 4, "reason": "Banjir kiriman dari hulu", "minutes": 60}


@pytest.fixture
async def site(redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City) -> AsyncIterator[Served]:
    del store
    async with serving(redis_server.url, districts, city) as served:
        yield served


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (["normal", "normal"], 1),
        (["normal", "watch"], 2),
        (["alarm", "watch"], 3),
        (["alarm", "alarm", "normal"], 4),
        (["unknown", "normal"], 1),
        (["unknown", "unknown"], None),
        ([], None),
    ],
)
def test_the_stage_follows_the_visible_rule(levels: list[Level], expected: int | None) -> None:
    assert ruled(levels) == expected


def test_a_stage_keeps_its_time_as_long_as_it_is_the_same() -> None:
    first = stage_after(None, [beds("watch")], ago(minutes=9))
    same = stage_after(first, [beds("watch"), traffic("watch")], ago(minutes=5))
    worse = stage_after(same, [beds("alarm"), traffic("watch")], NOON)
    assert (first["stage"], first["since"]) == (2, "2026-11-24T04:51:00.000Z")
    assert same == first
    assert (worse["stage"], worse["since"]) == (3, "2026-11-24T05:00:00.000Z")


def test_a_normal_that_nobody_vouches_for_makes_no_stage_but_an_old_alarm_does() -> None:
    old: list[Reading] = [beds("normal", "failed"), complaints("normal", "stale")]
    assert stage_after(None, old, NOON)["stage"] is None
    assert stage_after(None, [*old, traffic("alarm", "stale")], NOON)["stage"] == 3


def declared(minutes: float, number: int = 4) -> DeclaredStage:
    until = (NOON + timedelta(minutes=minutes)).isoformat()
    return {"stage": number, "reason": "Banjir", "since": "2026-11-24T04:30:00.000Z", "until": until}


def test_a_declared_stage_stands_before_the_rule_until_its_time_is_over() -> None:
    rule: RuledStage = {"stage": 2, "since": "2026-11-24T04:00:00.000Z"}
    now = in_force(rule, declared(1), ["watch"], NOON)
    assert (now["stage"], now["declared"], now["reason"], now["ruled"]) == (4, True, "Banjir", 2)
    after = in_force(rule, declared(-1), ["watch"], NOON)
    assert (after["stage"], after["declared"], after["since"]) == (2, False, "2026-11-24T04:00:00.000Z")


def test_a_person_may_declare_less_than_the_rule_says() -> None:
    assert in_force(None, declared(5, number=1), ["alarm", "alarm"], NOON)["stage"] == 1


def test_where_nothing_is_known_any_more_an_old_rule_says_nothing() -> None:
    found = in_force({"stage": 1, "since": "2026-11-24T04:00:00.000Z"}, None, ["unknown"], NOON)
    assert (found["stage"], found["since"]) == (None, None)


async def test_the_time_of_a_stage_is_kept_with_the_readings(store: Store) -> None:
    epoch = await store.lease("one", 5000)
    stage: RuledStage = {"stage": 3, "since": "2026-11-24T04:00:00.000Z"}
    await store.save_reading("beds", beds("alarm"), epoch, stage)
    assert await store.stages() == (stage, None)
    await store.save_reading("beds", beds("alarm"), epoch)
    assert (await store.stages())[0] == stage, "whoever does not know it leaves it alone"


@pytest.mark.parametrize("nonsense", ["", "{", "[]", '{"stage": 3}', "7"])
async def test_a_kept_stage_that_is_none_is_not_believed(store: Store, nonsense: str) -> None:
    await store.redis.set(STAGE, nonsense)
    await store.redis.set(DECLARED, nonsense)
    assert await store.stages() == (None, None)


async def post(site: Served, body: Any, **headers: str) -> tuple[int, Any]:
    sent = {"data": body} if isinstance(body, bytes) else {"json": body}
    async with site.session.post(site.url + ADDRESS, headers=headers, **sent) as answer:
        return answer.status, await answer.json()


async def until(what: str, ready: Any) -> None:
    try:
        async with asyncio.timeout(10):
            while not ready():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"never: {what}") from None


async def filled(site: Served) -> None:
    await site.publish_all()
    await until("all areas", lambda: len(site.hub.readings) == len(EVERY_AREA))


async def test_a_declared_stage_is_told_to_every_screen_and_taken_back_again(site: Served) -> None:
    await filled(site)
    before = (await site.get(ADDRESS))[2]
    async with site.viewer() as one, site.viewer("?screen=main&pace=wall&lang=en") as other:
        await one.next("all")
        await other.next("all")
        status, said = await post(site, FLOOD)
        assert (status, said["declared"]["stage"]) == (200, 4)
        for viewing, mark in ((one, "TAHAP 4 DINYATAKAN"), (other, "STAGE 4 DECLARED")):
            heard = await viewing.until(mark, lambda message: "band" in message.get("tiles", {}))
            props = heard["tiles"]["band"]["props"]
            assert (props["stage"], props["order-stage"]) == ("4", mark)
            assert props["order-reason"]["text"] == FLOOD["reason"]
        now = (await site.get(ADDRESS))[2]
        assert (now["stage"], now["declared"], now["reason"]) == (4, True, FLOOD["reason"])
        assert (await post(site, {"stage": None}))[0] == 200
        await one.until("the rule again", lambda message: "band" in message.get("tiles", {}))
    assert (await site.get(ADDRESS))[2] == before


async def test_a_declared_stage_ends_by_itself(site: Served) -> None:
    await filled(site)
    await post(site, FLOOD)
    await until("declared", lambda: site.hub.stage["declared"])
    _, kept = await site.store.stages()
    assert kept is not None
    await site.store.declare({**kept, "until": kept["since"]}, 60_000)
    await until("its end", lambda: not site.hub.stage["declared"])
    assert 0 < await site.store.redis.pttl(DECLARED) <= 60_000, "and Redis forgets it too"


async def test_the_same_stage_declared_again_has_been_in_force_all_along(site: Served) -> None:
    _, first = await post(site, FLOOD)
    _, longer = await post(site, {**FLOOD, "minutes": 120})
    _, worse = await post(site, {**FLOOD, "stage": 5})
    assert longer["declared"]["since"] == first["declared"]["since"]
    assert longer["declared"]["until"] > first["declared"]["until"]
    assert worse["declared"]["since"] > first["declared"]["since"]


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"{", 400, "the body is not JSON"),
        (b"x" * 5000, 413, "longer than 4096 bytes"),
        ([], 422, "send "),
        ({"reason": "x", "minutes": 5}, 422, "send "),
        ({**FLOOD, "stage": 6}, 422, "stage must be a whole number from 1 to 5, or null"),
        ({**FLOOD, "stage": "4"}, 422, "stage must be a whole number from 1 to 5, or null"),
        ({**FLOOD, "stage": True}, 422, "stage must be a whole number from 1 to 5, or null"),
        ({"stage": 4, "minutes": 5}, 422, "reason is missing; it must be one line of 1 to 80 letters"),
        ({**FLOOD, "reason": "  "}, 422, "reason must be one line of 1 to 80 letters"),
        ({**FLOOD, "reason": "x" * 81}, 422, "reason must be one line of 1 to 80 letters"),
        ({**FLOOD, "reason": "two\nlines"}, 422, "reason must be one line of 1 to 80 letters"),
        ({**FLOOD, "reason": "Hubungi 0812-3456-7890"}, 422, "reason must name nobody"),
        ({**FLOOD, "reason": "NIK 3671012345678901"}, 422, "reason must name nobody"),
        ({"stage": 4, "reason": "Banjir"}, 422, "minutes is missing; it must be a whole number from 1 to 10080"),
        ({**FLOOD, "minutes": 0}, 422, "minutes must be a whole number from 1 to 10080"),
        ({**FLOOD, "minutes": 1.5}, 422, "minutes must be a whole number from 1 to 10080"),
        ({**FLOOD, "who": "me"}, 422, "unknown key who"),
    ],
)
async def test_what_is_no_declaration_is_refused_in_a_sentence(
    quiet: Served, body: Any, status: int, says: str
) -> None:
    found, said = await post(quiet, body, **{"Content-Type": "application/json"} if isinstance(body, bytes) else {})
    assert (found, says in said["error"]) == (status, True), said
    assert (await quiet.store.stages())[1] is None


async def test_another_hosts_page_may_not_declare_anything(site: Served) -> None:
    assert (await post(site, FLOOD, Origin="http://elsewhere.example"))[0] == 403
    assert (await post(site, b'{"stage": null}', **{"Content-Type": "text/plain"}))[0] == 403
    assert (await post(site, FLOOD, Origin=site.url))[0] == 200
