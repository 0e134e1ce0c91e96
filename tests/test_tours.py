"""Tours: screens and phones go where the guide goes, nobody else's do, and afterwards everything is as it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import orjson
import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import EVERY_AREA, City
from collectors.store import Store
from collectors.store_keys import TOURS
from collectors.tours import LONGEST, MOST, MOST_VOTERS, Tour, TourRefusedError, Tours, tour_from
from dashboards.groups import SLICE
from dashboards.live import Hub
from dashboards.recording import Tape
from dashboards.touring import Touring
from dashboards.wire import unframed
from tests.collecting import until
from tests.records import complaint
from tests.site import Served, Viewing, serving
from tests.touring import SCRIPT

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


@pytest.fixture
async def site(redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City) -> AsyncIterator[Served]:
    del store
    async with serving(redis_server.url, districts, city) as served:
        served.hub.touring = Touring({"short": SCRIPT}, "http://room.example")
        await served.publish_all()
        async with asyncio.timeout(10):
            while len(served.hub.readings) < len(EVERY_AREA):
                await asyncio.sleep(0.01)
        yield served


async def started(site: Served, *screens: str) -> tuple[Tours, Tour]:
    tours = Tours(site.store)
    tour = await tours.start("short", "id", screens, datetime.now(UTC))
    async with asyncio.timeout(10):
        while tour.code not in site.hub.touring.tours:
            await asyncio.sleep(0.01)
    return tours, tour


async def go(tours: Tours, tour: Tour, step: int) -> None:
    now = datetime.now(UTC)
    assert await tours.change(tour.code, now, **tour.moved(step, now))


def shown(message: dict[str, Any]) -> Any:
    return message.get("show")


async def test_a_code_is_four_digits_and_no_two_tours_have_the_same(store: Store) -> None:
    tours = Tours(store)
    codes = [(await tours.start("short", "id", [], NOW)).code for _ in range(MOST)]
    assert len(set(codes)) == MOST
    assert all(len(code) == 4 and code.isdigit() for code in codes)
    with pytest.raises(TourRefusedError, match="20 tours"):
        await tours.start("short", "id", [], NOW)


async def test_a_screen_is_in_one_tour_at_a_time(store: Store) -> None:
    tours = Tours(store)
    first = await tours.start("short", "id", ["main"], NOW)
    with pytest.raises(TourRefusedError, match="another tour has main"):
        await tours.start("short", "id", ["hall", "main"], NOW)
    await tours.end(first.code)
    assert await tours.start("short", "id", ["main"], NOW)


async def test_of_two_guides_who_start_at_once_one_gets_the_screen(store: Store) -> None:
    tours = Tours(store)
    await asyncio.gather(*(tours.all(NOW) for _ in range(4)))  # so that each has its connection already
    begun = await asyncio.gather(*(tours.start("short", "id", ["main"], NOW) for _ in range(4)), return_exceptions=True)
    assert len([one for one in begun if isinstance(one, Tour)]) == 1, begun
    assert all(isinstance(one, Tour | TourRefusedError) for one in begun)
    assert len(await tours.all(NOW)) == 1


async def test_a_code_that_is_used_again_brings_no_votes_with_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.tours.new_code", lambda taken: "0007")
    tours = Tours(store)
    first = await tours.start("short", "id", [], NOW)
    await tours.vote(first.code, 0, "a", 1)
    await tours.end(first.code)
    second = await tours.start("short", "id", [], NOW)
    assert (await tours.votes([second]))[second.code] == {}


async def test_a_tour_that_nobody_ends_is_over_after_three_hours(store: Store) -> None:
    tours = Tours(store)
    tour = await tours.start("short", "id", ["main"], NOW)
    assert await tours.all(NOW + LONGEST - timedelta(seconds=1))
    assert await tours.all(NOW + LONGEST) == {}
    assert await tours.change(tour.code, NOW + LONGEST, step=1) is None
    assert await tours.start("short", "id", ["main"], NOW + LONGEST), "its screen is free again"


async def test_of_two_changes_at_once_none_is_lost(store: Store) -> None:
    tours = Tours(store)
    tour = await tours.start("short", "id", [], NOW)
    changes: list[dict[str, Any]] = [{"step": 2}, {"pull": 7}, {"poll": "open"}, {"handed": True}]
    await asyncio.gather(*(tours.change(tour.code, NOW, **each) for each in changes))
    after = (await tours.all(NOW))[tour.code]
    assert (after.step, after.pull, after.poll, after.handed) == (2, 7, "open", True)


async def test_what_another_version_kept_and_cannot_be_read_is_no_tour(store: Store) -> None:
    await store.redis.hset(TOURS, mapping={"1234": b"{", "2345": b'{"code": "2345"}'})
    assert await Tours(store).all(NOW) == {}


def test_a_pause_costs_a_step_no_time() -> None:
    made = tour_from(
        b'{"code": "0001", "key": "k", "script": "short", "language": "id", "screens": [], '
        b'"began": "2026-11-26T03:00:00Z", "ends": "2026-11-26T06:00:00Z", "step_began": "2026-11-26T03:00:00Z"}'
    )
    assert made is not None
    at = [NOW + timedelta(seconds=seconds) for seconds in range(0, 200, 10)]
    assert made.spent(at[4]) == 40
    held = made.model_copy(update={"held": at[4]})
    assert held.spent(at[10]) == 40
    again = held.model_copy(update=held.resumed(at[10]))
    assert again.spent(at[12]) == 60
    assert again.model_copy(update=again.moved(1, at[12])).spent(at[13]) == 10


async def test_a_phones_last_choice_counts_and_only_so_many_may_choose(store: Store) -> None:
    tours = Tours(store)
    tour = await tours.start("short", "id", [], NOW)
    for voter, option in (("a", 0), ("b", 0), ("a", 1)):
        assert await tours.vote(tour.code, 0, voter, option)
    assert (await tours.votes([tour]))[tour.code] == {0: 1, 1: 1}
    await store.redis.hset(f"{{lr}}:votes:{tour.code}:0", mapping={str(n): 0 for n in range(MOST_VOTERS - 2)})
    assert not await tours.vote(tour.code, 0, "late", 0)
    assert await tours.vote(tour.code, 0, "a", 0), "who has chosen may change it"


async def test_screens_of_a_tour_follow_the_guide_and_others_do_not(site: Served) -> None:
    async with site.viewer("?screen=main&pace=wall") as main, site.viewer("?screen=hall&pace=wall") as hall:
        await main.next(), await hall.next()
        tours, tour = await started(site, "hall")
        first = await hall.until("the tour", lambda one: one.get("tour"))
        assert (first["audience"], shown(first)) == ("visitor", {"board": "overview"})
        assert (first["tour"]["code"], first["tour"]["n"], first["tour"]["of"]) == (tour.code, 1, 4)
        await go(tours, tour, 2)
        there = await hall.until("the map", lambda one: shown(one) and "place" in shown(one))
        assert shown(there) == {"tile": "map", "place": "36.71.05"}
        await asyncio.sleep(0.3)
        await main.next("beat")
        assert not any(one.get("tour") or one.get("audience") == "visitor" for one in main.heard)


async def test_after_a_tour_a_screen_shows_exactly_what_it_was_asked_to_before(site: Served) -> None:
    await site.store.order("hall", b'{"board":"water","reload":7}')
    async with site.viewer("?screen=hall&pace=wall") as hall:
        before = await hall.until("its order", shown)
        tours, tour = await started(site, "hall")
        await hall.until("the tour", lambda one: shown(one) == {"board": "overview"})
        await tours.end(tour.code)
        after = await hall.until("the end", lambda one: one["t"] == "all" and one.get("tour") is None)
        assert (after["show"], after["audience"], after["notice"]) == (before["show"], "operator", None)
        assert set(after["tiles"]) == set(site.config.screens["hall"].tiles)


async def test_a_screen_lent_back_shows_the_operators_order_but_still_to_visitors(site: Served) -> None:
    await site.store.order("hall", b'{"board":"water"}')
    async with site.viewer("?screen=hall&pace=wall") as hall:
        await hall.next()
        tours, tour = await started(site, "hall")
        await hall.until("the tour", lambda one: one.get("tour"))
        await tours.change(tour.code, datetime.now(UTC), handed=True)
        lent = await hall.until("their order", lambda one: shown(one) == {"board": "water"})
        assert (lent["tour"], lent["audience"]) == (None, "visitor")
        await tours.change(tour.code, datetime.now(UTC), handed=False)
        await hall.until("the tour again", lambda one: shown(one) == {"board": "overview"})


async def test_guests_without_a_tour_make_a_screen_theirs_until_they_are_gone(site: Served) -> None:
    async with site.viewer("?screen=hall&pace=wall") as hall:
        assert (await hall.next())["audience"] == "operator"
        tours = Tours(site.store)
        await tours.set_guests({"hall": datetime.now(UTC)})
        assert (await hall.next("all"))["audience"] == "visitor"
        await tours.set_guests({"hall": None})
        assert (await hall.next("all"))["audience"] == "operator"


async def test_a_screen_that_comes_during_a_tour_is_the_visitors_from_its_first_message(site: Served) -> None:
    await started(site, "hall")
    async with site.viewer("?screen=hall&pace=wall") as hall:
        first = await hall.next()
    assert (first["t"], first["audience"], first["tour"]["n"]) == ("all", "visitor", 1)


async def test_a_program_that_begins_anew_shows_visitors_nothing_that_is_not_theirs(
    site: Served, redis_server: EmbeddedRedis
) -> None:
    """Screens are back before it has read anything."""
    await started(site, "hall")
    async with Store(redis_server.url) as fresh:
        touring = Touring({"short": SCRIPT})
        hub = Hub(fresh, site.hub.screens, site.hub.words, "b", site.hub.pictures.mask, touring=touring)
        tape = Tape()
        hub.join("hall", "id", "wall", tape)
        task = asyncio.create_task(hub.run())
        try:
            await until("it has read", lambda: hub.store_up)
        finally:
            task.cancel()
            await asyncio.wait({task})
    frames = [orjson.loads(unframed(one)) for one in tape.take()]
    first = next(n for n, one in enumerate(frames) if one.get("audience") == "visitor")
    assert [one["tiles"] for one in frames[:first] if one.get("tiles")] == [], "nothing before they are known of"


async def test_a_story_that_is_taken_away_leaves_visitors_before_the_screens_and_these_masked(site: Served) -> None:
    tours, tour = await started(site, "hall")
    hub = site.hub
    hub.adopt(hub.screens, hub.words, "another", hub.pictures.mask, touring=Touring({}))
    for _ in range(2):
        async with site.viewer("?screen=hall&pace=wall") as hall:
            first = await hall.next()
            assert (first["audience"], first["tour"]) == ("visitor", None)
        await hub.touring.read(tours, datetime.now(UTC))
    async with site.viewer("?screen=hall&pace=wall") as hall:
        await hall.next()
        await tours.end(tour.code)
        assert (await hall.next("all"))["audience"] == "operator"


async def test_a_tour_that_begins_while_another_configuration_comes_is_not_missed(site: Served) -> None:
    asked, answered = asyncio.Event(), asyncio.Event()

    class Slow(Touring):
        async def read(self, tours: Tours, now: datetime) -> None:
            asked.set()
            await answered.wait()
            await super().read(tours, now)

    hub = site.hub
    hub.touring = Slow({"short": SCRIPT})
    await Tours(site.store).start("short", "id", ["hall"], datetime.now(UTC))
    await asked.wait()
    hub.adopt(hub.screens, hub.words, "another", hub.pictures.mask, touring=Touring({"short": SCRIPT}))
    answered.set()
    for n in range(50):  # in a room that is never quiet, where nobody looks again by himself
        if hub.touring.audience("hall") == "visitor":
            break
        await site.publish("complaints", complaint(f"{n}", requested=datetime.now(UTC)))
        await asyncio.sleep(0.1)
    assert hub.touring.audience("hall") == "visitor"


async def test_phones_follow_in_their_own_language_and_are_told_when_it_is_over(site: Served) -> None:
    tours, tour = await started(site)
    async with site.viewer(f"?tour={tour.code}&lang=en") as phone, site.viewer(f"?tour={tour.code}&lang=id") as other:
        first = (await phone.next())["phone"]
        assert (first["step"], first["of"], first["title"]) == (0, 4, "room (en)")
        assert "about room (en)" in first["html"]
        assert (await other.next())["phone"]["title"] == "room (id)"
        await go(tours, tour, 1)
        assert (await phone.until("the step", lambda one: one.get("phone")))["phone"]["title"] == "beds (en)"
        await tours.end(tour.code)
        assert (await phone.until("the end", lambda one: one.get("phone")))["phone"]["ended"] is True
        await gone(phone)


async def test_however_many_phones_there_are_each_is_told_that_it_is_over(site: Served) -> None:
    tours, tour = await started(site)
    phones = [Tape() for _ in range(SLICE + 1)]
    for phone in phones:
        site.hub.join("", "id", "phone", phone, tour.code)
    await tours.end(tour.code)
    await until("all are gone", lambda: all(phone.closed for phone in phones))
    last = [orjson.loads(unframed(phone.waiting[-1])) for phone in phones]
    assert [one["phone"]["ended"] for one in last] == [True] * len(phones)


async def test_however_many_watch_a_screen_none_is_sent_the_rooms_part_after_the_visitors(site: Served) -> None:
    desks = [Tape() for _ in range(SLICE + 1)]
    for desk in desks:
        site.hub.join("hall", "id", "desk", desk)
    site.hub.set_notice("for the room alone")
    site.hub.touring.guests = {"hall": "2026-11-26T03:00:00Z"}
    site.hub.tour()
    await until("all that was begun is sent", lambda: not site.hub.sending.slices)
    for desk in desks:
        told = [orjson.loads(unframed(one)) for one in desk.take()]
        first = next(n for n, one in enumerate(told) if one.get("audience") == "visitor")
        assert not [one for one in told[first:] if one.get("notice")]


async def gone(viewing: Viewing) -> None:
    async with asyncio.timeout(10):
        while (message := await viewing.ws.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
    assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)


async def test_a_code_that_no_tour_has_opens_nothing(site: Served) -> None:
    _, tour = await started(site)
    wrong = f"{(int(tour.code) + 1) % 10_000:04}"
    for query in (f"?tour={wrong}", f"?tour={wrong}&screen=main", "?tour=%2A"):
        async with site.viewer(query) as phone:
            assert (await phone.ws.receive()).data == 4404


async def test_numbers_on_phones_change_without_the_step_being_sent_again(site: Served) -> None:
    _, tour = await started(site)
    async with site.viewer(f"?tour={tour.code}&lang=en") as phone:
        await phone.next()
        now = datetime.now(UTC)
        await site.publish("complaints", *(complaint(str(n), requested=now) for n in range(23)))
        change = await phone.until("a number", lambda one: one.get("facts"))
        assert [fact["text"] for fact in change["facts"].values()] == ["23"]
        assert "phone" not in change


async def test_the_poll_is_on_the_wall_and_its_votes_only_once_they_are_shown(site: Served) -> None:
    async with site.viewer("?screen=hall&pace=wall") as hall:
        await hall.next()
        tours, tour = await started(site, "hall")
        async with site.viewer(f"?tour={tour.code}&lang=en") as phone:
            await go(tours, tour, 3)
            await tours.change(tour.code, datetime.now(UTC), poll="open")
            for n in range(3):
                await tours.vote(tour.code, 3, f"voter{n}", n % 2)
            asked = await hall.until("three votes", lambda one: poll(one).get("votes") == 3)
            assert [option["count"] for option in poll(asked)["options"]] == [None, None]
            await tours.change(tour.code, datetime.now(UTC), poll="shown")
            result = await hall.until("the result", lambda one: poll(one).get("shown"))
            assert [option["count"] for option in poll(result)["options"]] == [2, 1]
            mine = await phone.until(
                "the result", lambda one: ((one.get("phone") or {}).get("poll") or {}).get("counts")
            )
            assert mine["phone"]["poll"]["counts"] == [2, 1]
            asked_of_phones = [one["phone"]["poll"] for one in phone.heard if one.get("phone", {}).get("poll")]
            assert all("counts" not in one for one in asked_of_phones if one["state"] != "shown")
            assert len(asked_of_phones) <= 4, "a vote of another phone is no news for phones"


def poll(message: dict[str, Any]) -> dict[str, Any]:
    found = (message.get("tour") or {}).get("poll") or {}
    assert isinstance(found, dict)
    return found


async def test_two_tours_at_once_do_not_disturb_each_other(site: Served) -> None:
    tours, one = await started(site, "hall")
    _, two = await started(site, "main")
    async with site.viewer(f"?tour={one.code}&lang=en") as first, site.viewer(f"?tour={two.code}&lang=en") as second:
        await first.next(), await second.next()
        await go(tours, one, 1)
        assert (await first.until("its step", lambda each: each.get("phone")))["phone"]["step"] == 1
        await tours.end(one.code)
        await gone(first)
        await go(tours, two, 2)
        assert (await second.until("its step", lambda each: each.get("phone")))["phone"]["step"] == 2
        assert not any(each.get("phone", {}).get("step") == 1 for each in second.heard)
