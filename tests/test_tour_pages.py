"""Tours over HTTP: the guide leads; phones follow by a code that is not guessed, and vote while a poll is open."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import EVERY_AREA, City
from collectors.store import Store
from collectors.tours import Tour, Tours
from dashboards.qr import qr_svg
from dashboards.tour_codes import MOST_WRONG, Codes
from tests.collecting import until
from tests.records import beds
from tests.site import Served, serving

VOTER = "0123456789abcdef"
POLL = 3
"""The first step of the shipped tour that asks something."""
HEAVIEST = 300_000
"""Bytes of a phone's first load, compressed."""


@pytest.fixture
async def site(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Served]:
    """The shipped city, where a wrong code costs no waiting."""
    del store
    monkeypatch.setattr("dashboards.tour_codes.FIRST_WAIT", 0.0)
    async with serving(redis_server.url, districts, city) as served:
        await served.publish_all()
        await until("all is read", lambda: len(served.hub.readings) == len(EVERY_AREA))
        yield served


async def ordered(site: Served, path: str, body: Any, **given: Any) -> tuple[int, Any]:
    async with site.session.post(site.url + path, json=body, **given) as answer:
        return answer.status, await answer.json()


async def led(site: Served, *screens: str) -> Tour:
    """A tour that the guide has begun, and that this process knows of."""
    body = {"script": "live-room", "screens": list(screens or ["hall"]), "language": "id"}
    status, state = await ordered(site, "/api/v1/tours", body)
    assert status == 201, state
    await until("the tour", lambda: state["code"] in site.hub.touring.tours)
    return site.hub.touring.tours[state["code"]]


async def lead(site: Served, tour: Tour, do: str, **more: Any) -> Any:
    status, state = await ordered(site, f"/api/v1/tours/{tour.code}", {"do": do, **more})
    assert status == 200, state
    return state


async def known(site: Served, tour: Tour, **fields: Any) -> None:
    """Wait until this process has heard of it."""

    def so() -> bool:
        tour_now = site.hub.touring.tours[tour.code]
        return all(getattr(tour_now, key) == value for key, value in fields.items())

    await until(f"{fields}", so)


def a_code_of_none(site: Served) -> str:
    return next(code for code in (f"{n:04}" for n in range(10_000)) if code not in site.hub.touring.tours)


async def test_a_phone_follows_in_its_own_language_without_a_name(site: Served) -> None:
    tour = await led(site)
    for asked, language, said in (
        ({"Accept-Language": "en-GB,en;q=0.9"}, "en", "Welcome to the control room"),
        ({"Accept-Language": "id-ID"}, "id", "Selamat datang di ruang kendali"),
        ({"Accept-Language": "fr"}, "id", "Selamat datang di ruang kendali"),
    ):
        status, _, page = await site.get(f"/t/{tour.code}", headers=asked)
        assert status == 200 and f'<html lang="{language}">' in page and said in page
    assert 'lang="id"' in (await site.get(f"/t/{tour.code}?lang=id", headers={"Accept-Language": "en"}))[2]


async def test_a_phones_first_load_is_light_and_loads_neither_dash_nor_plotly(site: Served) -> None:
    tour = await led(site)
    _, _, page = await site.get(f"/t/{tour.code}")
    files = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
    sizes = [len(gzip.compress(page.encode()))]
    for file in files:
        async with site.session.get(
            site.url + file.replace("&amp;", "&"), headers={"Accept-Encoding": "gzip"}
        ) as answer:
            assert answer.status == 200 and "immutable" in answer.headers["Cache-Control"], file
            sizes.append(int(answer.headers["Content-Length"]))
    assert len(files) >= 6 and sum(sizes) < HEAVIEST, dict(zip(["page", *files], sizes, strict=True))
    assert not re.search("plotly|_dash", page)
    assert not re.search(r'(?:href|src|action)="https?:', page), "nothing comes from elsewhere"


async def test_a_code_that_is_typed_leads_to_its_tour(site: Served) -> None:
    tour = await led(site)
    status, headers, _ = await site.get(f"/t?code={tour.code}&lang=en")
    assert (status, headers["Location"]) == (303, f"/t/{tour.code}?lang=en")
    assert "HttpOnly" in headers["Set-Cookie"] and tour.key not in headers["Set-Cookie"]


async def test_a_guessed_code_is_refused_in_words_and_soon_not_even_looked_at(site: Served) -> None:
    tour = await led(site)
    wrong = a_code_of_none(site)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as guesser:
        for n in range(MOST_WRONG):
            path = (f"/t/{wrong}?lang=en", f"/t?code={wrong}&lang=en", f"/t/{wrong}/look?lang=en")[n % 3]
            async with guesser.get(site.url + path) as answer:
                assert answer.status == 404 and "Unknown or ended code" in await answer.text()
        async with guesser.get(f"{site.url}/t/{tour.code}?lang=en") as answer:
            assert answer.status == 429 and int(answer.headers["Retry-After"]) > 0
            assert "Too many wrong codes" in await answer.text(), "even the right one: who guesses learns nothing"
        async with guesser.post(f"{site.url}/t/{tour.code}/vote", json={}) as answer:
            assert answer.status == 429
        async with guesser.ws_connect(f"{site.url}/live?tour={tour.code}") as ws:
            assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE and ws.close_code == 4429
        async with guesser.get(f"{site.url}/t/{tour.code}?k={tour.key}") as answer:
            assert answer.status == 200, "the QR code on the wall is no guess"
            joined = answer.headers["Set-Cookie"].partition(";")[0]
        async with guesser.get(f"{site.url}/t/{tour.code}/look", headers={"Cookie": joined}) as answer:
            assert answer.status == 200, "nor does somebody who has joined guess"
        async with guesser.get(
            f"{site.url}/t/{tour.code}", headers={"Cookie": f"tour={tour.code}.{'0' * 32}"}
        ) as answer:
            assert answer.status == 429


@pytest.mark.parametrize("cookie", ["", "-", "0" * 37])
async def test_no_cookie_that_is_made_up_makes_a_guess_none(site: Served, cookie: str) -> None:
    wrong, statuses = a_code_of_none(site), []
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as guesser:
        for _ in range(MOST_WRONG + 1):
            async with guesser.get(f"{site.url}/t/{wrong}", headers={"Cookie": f"tour={cookie}"}) as answer:
                statuses.append(answer.status)
    assert statuses == [404] * MOST_WRONG + [429]


async def test_every_wrong_code_is_answered_later_than_the_one_before(site: Served) -> None:
    del site
    at = [100.0]
    codes = Codes(lambda: at[0])
    waits = [codes.note("10.0.0.7") for _ in range(6)]
    assert waits == sorted(waits)
    assert len(codes.recent("10.0.0.7")) == 6 and not codes.recent("10.0.0.8")
    at[0] += 61
    assert not codes.recent("10.0.0.7"), "after a minute one may try again"


async def test_codes_are_not_guessed_by_opening_sockets_either(site: Served) -> None:
    wrong, closed = a_code_of_none(site), []
    for _ in range(MOST_WRONG + 1):
        async with site.session.ws_connect(f"{site.url}/live?tour={wrong}") as ws:
            await ws.receive()
            closed.append(ws.close_code)
    assert closed == [4404] * MOST_WRONG + [4429]


async def test_phones_that_come_back_after_the_end_have_guessed_nothing(site: Served) -> None:
    tour = await led(site)
    joined = {"Cookie": (await site.get(f"/t/{tour.code}"))[1]["Set-Cookie"].partition(";")[0]}
    await lead(site, tour, "end")
    await until("the end", lambda: tour.code not in site.hub.touring.tours)
    for _ in range(MOST_WRONG + 2):
        assert (await site.get(f"/t/{tour.code}", headers=joined))[0] == 404
    assert (await site.get(f"/t/{(await led(site)).code}"))[0] == 200, "another class may still type its code"


async def test_a_real_alarm_is_told_to_the_guide_in_words_that_visitors_may_hear(site: Served) -> None:
    tour = await led(site)
    assert (await site.get(f"/api/v1/tours/{tour.code}?lang=en"))[2]["alarm"] is None
    now = datetime.now(UTC)
    icu = beds("a", unit="icu", bed_class="ICU", capacity=20, free=1, occupied=19, updated=now)
    await site.publish("beds", beds("b", capacity=90, free=40, occupied=50, updated=now), icu)
    await until("the alarm", lambda: site.hub.readings["beds"]["level"] == "alarm")
    assert (await site.get(f"/api/v1/tours/{tour.code}?lang=en"))[2]["alarm"]


async def test_a_vote_counts_while_its_poll_is_open_and_the_last_choice_alone(site: Served) -> None:
    tour = await led(site)
    path, vote = f"/t/{tour.code}/vote", {"step": POLL, "option": 1, "voter": VOTER}
    assert (await ordered(site, path, vote))[0] == 409, "the guide is at another step"
    await lead(site, tour, "go", step=POLL)
    await known(site, tour, step=POLL)
    assert (await ordered(site, path, vote))[0] == 409, "the poll is not open"
    await lead(site, tour, "open_poll")
    await known(site, tour, poll="open")
    for option, voter in ((0, VOTER), (1, VOTER), (1, VOTER[::-1])):
        assert (await ordered(site, path, {"step": POLL, "option": option, "voter": voter}))[0] == 202
    state = (await site.get(f"/api/v1/tours/{tour.code}"))[2]
    assert [option["count"] for option in state["poll"]["options"]] == [0, 2, 0]
    for wrong in ({**vote, "option": 3}, {**vote, "voter": "me"}, {**vote, "name": "x"}, {"step": POLL}):
        assert (await ordered(site, path, wrong))[0] == 422
    assert (await ordered(site, path, vote, headers={"Origin": "https://elsewhere.example"}))[0] == 403
    await lead(site, tour, "close_poll")
    await known(site, tour, poll="closed")
    assert (await ordered(site, path, vote))[0] == 409


async def test_an_order_that_comes_twice_is_done_once(site: Served) -> None:
    tour = await led(site)
    first = await lead(site, tour, "go", step=2)
    await asyncio.sleep(0.3)
    again = await lead(site, tour, "go", step=2)
    assert (first["step"], again["step"]) == (2, 2) and again["spent"] > first["spent"], "its clock goes on"
    for do, key, value in (
        ("pause", "paused", True), ("pause", "paused", True), ("resume", "paused", False), ("resume", "paused", False),
        ("hand_over", "handed", True), ("hand_over", "handed", True), ("take_back", "handed", False),
    ):  # fmt: skip
        assert (await lead(site, tour, do))[key] is value
    assert (await lead(site, tour, "pull"))["pull"] == 1
    status, said = await ordered(site, f"/api/v1/tours/{tour.code}", {"do": "go", "step": 99})
    assert status == 422 and "from 0 to 9" in said["error"]


async def test_the_guide_is_told_what_to_say_what_comes_next_and_what_is_left(site: Served) -> None:
    tour = await led(site)
    state = (await site.get(f"/api/v1/tours/{tour.code}?lang=en"))[2]
    assert state["title"] == "Welcome to the control room" and len(state["notes"]) == 3
    assert [one["n"] for one in state["later"]] == list(range(2, 11)) and state["whole"] == 600
    async with site.viewer(f"?tour={tour.code}&lang=en") as phone, site.viewer(f"?tour={tour.code}&lang=id") as other:
        await phone.next("all"), await other.next("all")
        await phone.ws.send_json({"looking": True})
        await until("who looks around", lambda: site.hub.looking(tour.code) == 1)
        state = (await site.get(f"/api/v1/tours/{tour.code}"))[2]
    assert (state["joined"], state["looking"]) == (2, 1)


async def test_what_the_guide_reads_is_as_masked_as_what_visitors_read(site: Served) -> None:
    """They look over the guide's shoulder."""
    tour = await led(site)
    state = (await site.get(f"/api/v1/tours/{tour.code}"))[2]
    assert tour.key not in str(state)
    assert tour.key not in (await site.get(f"/tour?code={tour.code}"))[2]
    assert tour.key not in (await site.get(f"/t/{tour.code}"))[2]


async def test_the_code_on_the_wall_holds_the_key_and_a_code_of_no_tour_is_no_picture(site: Served) -> None:
    tour = await led(site)
    status, headers, picture = await site.get(f"/qr/tour/{tour.code}.svg")
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "image/svg+xml", "no-store")
    assert picture == qr_svg(f"{site.hub.touring.site}/t/{tour.code}?k={tour.key}")
    assert (await site.get(f"/qr/tour/{a_code_of_none(site)}.svg"))[0] == 404


async def test_a_visitor_finds_applications_and_where_numbers_come_from(site: Served) -> None:
    tour = await led(site)
    _, _, found = await site.get(f"/t/{tour.code}/apps?q=siaga%20112&lang=en")
    assert re.findall(r"<li data-status[^>]*><div><b>([^<]*)", found) == ["Tangerang Siaga 112"]
    _, _, none = await site.get(f"/t/{tour.code}/apps?q=%3Cscript%3E&lang=en")
    assert "No application matches" in none and 'value="&lt;script&gt;"' in none and "<script>" not in none
    for area in EVERY_AREA:
        _, _, page = await site.get(f"/t/{tour.code}/from/{area}?lang=en")
        source = next(one for one in site.config.sources if one.area == area)
        assert source.name in page and f"owned by {source.owner}" in page
        assert source.contact and source.contact not in page, "whom to ring is not for visitors"
    assert (await site.get(f"/t/{tour.code}/from/nowhere"))[0] == 404
    _, _, look = await site.get(f"/t/{tour.code}/look?lang=en")
    assert "now at step 1 · Welcome to the control room" in look


async def test_a_tour_that_has_ended_is_unknown_and_its_screens_are_free(site: Served) -> None:
    tour = await led(site)
    status, said = await ordered(site, "/api/v1/tours", {"script": "live-room", "screens": ["hall"], "language": "en"})
    assert status == 409 and "hall" in said["error"]
    assert await lead(site, tour, "end") == {"code": tour.code, "ended": True}
    await until("the end", lambda: tour.code not in site.hub.touring.tours)
    assert (await site.get(f"/t/{tour.code}"))[0] == 404
    assert (await site.get(f"/api/v1/tours/{tour.code}"))[0] == 404
    assert (await site.get(f"/tour?code={tour.code}&lang=en"))[0] == 404
    assert (await led(site)).screens == ("hall",)


async def test_a_tour_that_nobody_can_lead_keeps_no_screen(site: Served) -> None:
    """Its story was taken out of the city's files."""
    tours = Tours(site.store)
    for screen in ("hall", "main"):
        await tours.start("gone", "id", [screen], datetime.now(UTC))
    page = (await site.get("/tour?lang=en"))[2]
    assert "in use by tour" not in page
    assert (await led(site, "hall")).screens == ("hall",), "another begins in its place"
    await ordered(site, "/api/v1/guests", {"screen": "main", "on": True})
    await ordered(site, "/api/v1/guests", {"screen": "main", "on": False})
    going = await tours.all(datetime.now(UTC))
    assert [tour.script for tour in going.values()] == ["live-room"], "no visitors before a screen: no tour there"


async def test_the_page_to_start_offers_free_screens_and_says_what_they_lack(site: Served) -> None:
    tour = await led(site)
    _, _, page = await site.get("/tour?lang=en")
    choices = re.findall(r"<label class=\"choice\">(.*?)</label>", page)
    hall, main = (next(one for one in choices if f'value="{name}"' in one) for name in ("hall", "main"))
    assert "disabled" in hall and f"in use by tour {tour.code}" in hall
    assert "disabled" not in main and "has no overview, Source board" in main
    assert f'href="/tour?code={tour.code}&amp;lang=en"' in page, "another phone can go on as the guide"


async def test_visitors_in_the_room_is_one_key_for_one_screen_or_for_all(site: Served) -> None:
    status, said = await ordered(site, "/api/v1/guests", {"screen": "main", "on": True})
    assert (status, list(said["screens"])) == (202, ["main"])
    assert set((await ordered(site, "/api/v1/guests", {"screen": None, "on": True}))[1]["screens"]) == {"main", "hall"}
    since = datetime.fromisoformat(said["screens"]["main"])
    assert (datetime.now(UTC) - since).total_seconds() < 60
    assert (await ordered(site, "/api/v1/guests", {"screen": None, "on": False}))[1]["screens"] == {}
    assert await Tours(site.store).guests() == {}
    assert (await ordered(site, "/api/v1/guests", {"screen": "none", "on": True}))[0] == 422
