"""What people ask of sources, from the address they ask at to the collecting process and back to every screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors import taking
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.health import iso
from collectors.orders import SourceOrders
from collectors.reliability import day_from
from collectors.source import City
from collectors.store import LostLeaseError, Store
from collectors.store_keys import LATELY, PAUSES
from collectors.write import Write
from tests.collecting import Run, collecting, quick, shipped, until
from tests.conftest import PretendCity
from tests.pushing import TOKENS, city_file
from tests.pushing import sources as sending
from tests.records import NOON
from tests.site import Served, serving

PAUSE = {"reason": "Server dipindah", "by": "Regu B", "minutes": None}


@pytest.fixture
async def site(redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City) -> AsyncIterator[Served]:
    del store
    async with serving(redis_server.url, districts, city) as served:
        yield served


@pytest.fixture
def start(
    demo_city: PretendCity, store: Store, redis_server: EmbeddedRedis, districts: Districts
) -> Callable[..., Any]:
    """Start a collecting process with some of the shipped sources."""
    del store
    city, sources = shipped(demo_city.url)

    def started(*names: str, **given: Any) -> Any:
        return collecting(redis_server.url, [quick(sources[name], **given) for name in names], city, districts)

    return started


async def ask(site: Served, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    async with site.session.post(f"{site.url}/api/v1/sources/{path}", json=body or {}, headers=headers) as answer:
        return answer.status, await answer.json()


async def state(site: Served, name: str) -> Any:
    _, _, sources = await site.get("/api/v1/sources")
    return next(source for source in sources if source["name"] == name)


async def paused_since(site: Served, name: str) -> Any:
    return await until(f"{name} is paused", lambda: site.hub.pauses.get(name)) and await state(site, name)


async def test_a_paused_source_is_not_alive_and_everybody_is_told_why_but_not_who(site: Served) -> None:
    await site.publish_all()
    await until("laksa is live", lambda: is_state(site, "laksa", "live"))
    status, said = await ask(site, "laksa/pause", PAUSE)
    assert (status, said["paused"]["reason"], said["paused"]["until"]) == (202, "Server dipindah", None)
    found = await paused_since(site, "laksa")
    assert (found["freshness"], found["paused"]) == ("stale", said["paused"])
    assert "Regu B" not in str(found)
    page = (await site.get("/sources?lang=id"))[2]
    assert "dijeda sejak" in page and "oleh Regu B" in page and "Server dipindah" in page
    card = (await site.get("/card/complaints?lang=en"))[2]
    assert "paused since" in card and "Regu B" not in card


async def is_state(site: Served, name: str, freshness: str) -> bool:
    return bool((await state(site, name))["freshness"] == freshness)


async def test_a_pause_ends_by_hand_or_by_its_time(site: Served) -> None:
    await ask(site, "laksa/pause", PAUSE)
    await paused_since(site, "laksa")
    assert await ask(site, "laksa/resume") == (202, {"paused": None})
    await until("it is resumed", lambda: not site.hub.pauses)
    assert (await state(site, "laksa"))["paused"] is None
    now = datetime.now(UTC)
    orders = SourceOrders(site.store)
    await orders.pause("waze", {"since": iso(now), "until": iso(now), "reason": "x", "by": "y"})
    assert await orders.pauses(now + timedelta(seconds=1)) == {}
    assert (await state(site, "waze"))["paused"] is None


async def test_a_pause_given_again_has_been_in_force_all_along(site: Served) -> None:
    _, first = await ask(site, "laksa/pause", PAUSE)
    _, again = await ask(site, "laksa/pause", {**PAUSE, "reason": "Lebih lama", "minutes": 60})
    assert again["paused"]["since"] == first["paused"]["since"]
    assert (again["paused"]["reason"], again["paused"]["until"] is None) == ("Lebih lama", False)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "reason is missing"),
        ({**PAUSE, "reason": "  "}, "reason must be one line"),
        ({**PAUSE, "reason": "a\nb"}, "reason must be one line"),
        ({**PAUSE, "reason": "x" * 81}, "reason must be one line"),
        ({**PAUSE, "by": ""}, "by must be one line"),
        ({**PAUSE, "minutes": 0}, "minutes must be a whole number"),
        ({**PAUSE, "minutes": 1.5}, "minutes must be a whole number"),
        ({**PAUSE, "for": 3}, "unknown key for"),
        ([], 'send {"reason"'),
    ],
)
async def test_a_pause_without_who_and_why_is_refused_with_a_sentence(quiet: Served, body: Any, says: str) -> None:
    async with quiet.session.post(f"{quiet.url}/api/v1/sources/laksa/pause", json=body) as answer:
        assert answer.status == 422
        assert says in (await answer.json())["error"]
    assert await SourceOrders(quiet.store).pauses(datetime.now(UTC)) == {}


async def test_a_source_is_asked_at_most_once_in_ten_seconds(site: Served) -> None:
    assert (await ask(site, "laksa/try"))[0] == 202
    status, said = await ask(site, "laksa/try")
    assert status == 429
    assert 0 < said["wait"] <= 10
    assert (await ask(site, "waze/try"))[0] == 202, "each source for itself"
    await site.store.redis.delete(LATELY + "laksa")
    assert (await ask(site, "laksa/try"))[0] == 202


async def test_only_our_own_pages_may_ask_and_only_for_what_there_is(site: Served) -> None:
    assert (await ask(site, "laksa/try", Origin="http://elsewhere.example"))[0] == 403
    async with site.session.post(f"{site.url}/api/v1/sources/laksa/pause", data="{}") as answer:
        assert answer.status == 403, "a form of another page can send text, but not JSON"
    assert (await ask(site, "nix/try"))[0] == 404
    assert (await ask(site, "laksa/dance"))[0] == 404
    await ask(site, "laksa/pause", PAUSE)
    assert (await ask(site, "laksa/try"))[0] == 409
    large = {**PAUSE, "reason": "x" * 5000}
    assert (await ask(site, "laksa/pause", large))[0] == 413


def received(run: Run, name: str) -> str:
    found = run.collecting.watches[name].health.received
    assert found is not None
    return iso(found)


async def test_try_now_asks_at_once_whatever_the_interval(start: Callable[..., Any]) -> None:
    async with start("like-lantas", every=3000.0, cadence=6000.0) as run:
        await until("it has answered", lambda: run.reading("traffic"))
        before = received(run, "like-lantas")
        assert await SourceOrders(run.store).ask("like-lantas", datetime.now(UTC)) == 0
        await until("it is asked again", lambda: received(run, "like-lantas") > before)


async def test_a_paused_source_is_not_asked_not_even_after_a_restart_and_goes_on_when_resumed(
    start: Callable[..., Any],
) -> None:
    pause: Any = {"since": iso(datetime.now(UTC)), "until": None, "reason": "x", "by": "y"}
    async with start("like-lantas") as run:
        await until("it has answered", lambda: run.reading("traffic"))
        await SourceOrders(run.store).pause("like-lantas", pause)
        await until("it is paused", lambda: run.collecting.watches["like-lantas"].health.paused)
        await until("nobody is asking it", lambda: run.collecting.watches["like-lantas"].resting)
        last = received(run, "like-lantas")
        shown = await until("the wall is told", lambda: paused_on_the_wall(run))
        assert shown["sources"][0]["paused"]["reason"] == "x"
        assert shown["late_after"] == shown["stale_after"] == 0
    async with start("like-lantas") as run:
        await until("it has taken over", lambda: run.collecting.watches["like-lantas"].health.received)
        before = await paused_seconds(run)
        await until("time is counted as paused", lambda: more_paused(run, before))
        assert received(run, "like-lantas") == last
        await SourceOrders(run.store).pause("like-lantas", None)
        await until("it is asked again", lambda: received(run, "like-lantas") > last)


async def paused_on_the_wall(run: Run) -> Any:
    reading = await run.reading("traffic")
    return reading if reading["sources"][0].get("paused") else None


async def counted_today(run: Run) -> Any:
    today = datetime.now(run.collecting.city.timezone).date().isoformat()
    return day_from((await run.store.days([today]))[today].get("like-lantas"))


async def paused_seconds(run: Run) -> float:
    day = await counted_today(run)
    return day.seconds.get("paused", 0.0) if day else 0.0


async def more_paused(run: Run, before: float) -> bool:
    return await paused_seconds(run) > before


async def test_a_pause_for_a_time_ends_by_itself(start: Callable[..., Any]) -> None:
    now = datetime.now(UTC)
    pause: Any = {"since": iso(now), "until": iso(now + timedelta(seconds=3)), "reason": "x", "by": "y"}
    async with start("like-lantas") as run:
        await SourceOrders(run.store).pause("like-lantas", pause)
        await until("it is paused", lambda: run.collecting.watches["like-lantas"].health.paused)
        await until("it goes on", lambda: run.collecting.watches["like-lantas"].health.paused is None)
        assert await run.store.redis.hlen(PAUSES) == 0
        await until("it answers", lambda: run.collecting.watches["like-lantas"].health.received)


async def test_what_was_counted_today_goes_on_after_a_restart(
    start: Callable[..., Any], demo_city: PretendCity
) -> None:
    async with start("like-lantas") as run:
        first = await until("something is counted", lambda: counted_today(run))
        assert (first.owner, first.asked) == ("Polres Metro", first.answered)
    await demo_city.fault("like-lantas", "html")
    async with start("like-lantas") as run:

        async def failed() -> Any:
            day = await counted_today(run)
            return day if day.asked > day.answered >= first.answered else None

        assert (await until("failures are added", failed)).asked > first.asked


async def test_who_no_longer_writes_counts_nothing(store: Store) -> None:
    epoch = await store.lease("one", 5000)
    write = Write("complaints", "laksa", {"rows": "1"}, days={"2026-11-24": b"{}"})
    await store.write([write], epoch, NOON, 86400.0)
    assert await store.days(["2026-11-24", "2026-11-25"]) == {"2026-11-24": {"laksa": b"{}"}, "2026-11-25": {}}
    late = Write("complaints", "laksa", {"rows": "1"}, days={"2026-11-24": b"[]"})
    with pytest.raises(LostLeaseError):
        await store.write([late], epoch - 1, NOON, 86400.0)
    assert (await store.days(["2026-11-24"]))["2026-11-24"] == {"laksa": b"{}"}
    assert 399 * 86400 < await store.redis.ttl("{lr}:day:2026-11-24") <= 400 * 86400


async def test_a_source_that_sends_by_itself_is_never_asked_and_its_time_is_counted(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)
    monkeypatch.setattr(taking, "COUNT_SECONDS", 0.1)
    path = city_file(tmp_path)
    city, sources = sending(path)
    async with collecting(redis_server.url, [sources["officers"]], city, districts):
        today = datetime.now(city.timezone).date().isoformat()

        async def counted() -> Any:
            day = day_from((await store.days([today]))[today].get("officers"))
            return day if day and day.seconds.get("never", 0.0) > 0.1 else None

        assert (await until("its time is counted", counted)).asked == 0
    async with serving(redis_server.url, districts, city, path) as site:
        assert (await ask(site, "officers/try"))[0] == (await ask(site, "officers/pause", PAUSE))[0] == 409
        page = (await site.get("/sources?lang=en"))[2]
        assert 'data-source="officers"' in page and 'data-on="officers"' not in page


@pytest.mark.parametrize("key", ["reason", "by"])
@pytest.mark.parametrize("text", ["siti@example.id", "Bu Siti 0812-3456-7890", "3671012345678901"])
async def test_a_pause_says_nothing_by_which_a_person_could_be_reached(quiet: Served, key: str, text: str) -> None:
    status, said = await ask(quiet, "laksa/pause", {**PAUSE, key: text})
    assert (status, said["code"]) == (422, "personal")
    assert said["error"].startswith(f"{key} must name nobody") and text not in said["error"]
    assert await quiet.store.redis.hlen(PAUSES) == 0
