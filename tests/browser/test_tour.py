"""A tour as those who are in it see it: one guide, screens, and phones in two languages."""

from __future__ import annotations

import contextlib
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.room import Room, wait_for

pytestmark = pytest.mark.browser

SMALL, PHONE, WALL = (320, 640), (390, 844), (1920, 1080)
WELCOME, REPORT, BEDS = "Selamat datang di ruang kendali", "Satu laporan, dari merah sampai hijau", "Tempat tidur"
QUIZ, MAP = 3, 6
"""Steps of the shipped tour, from 0."""


class Visit:
    """Pages that one test opens, and what goes wrong on them."""

    def __init__(self, browser: Browser, room: Room) -> None:
        self.browser, self.room = browser, room
        self.wrong: list[str] = []
        self.opened: list[Page] = []
        self.codes: list[str] = []

    def page(self, path: str, size: tuple[int, int], **given: Any) -> Page:
        """In a context of its own: another person's browser."""
        context = self.browser.new_context(viewport={"width": size[0], "height": size[1]}, **given)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(f"{path}: {error}"))
        page.goto(self.room.url + path)
        self.opened.append(page)
        return page

    def wall(self, name: str) -> Page:
        page = self.page(f"/wall/{name}", WALL)
        page.wait_for_selector('[data-tile="beds"][data-freshness="live"]', state="attached")
        return page

    def guide(self, *screens: str, language: str = "id") -> tuple[Page, str]:
        """A guide who has started the shipped tour; and its code."""
        page = self.page(f"/tour?lang={language}", PHONE)
        for name in screens:
            page.locator(f'[name=screen][value="{name}"]').check()
        page.locator("button.go").click()
        page.wait_for_url("**/tour?code=*")
        code = re.search(r"code=(\d{4})", page.url)
        assert code
        self.codes.append(code[1])
        expect(page.locator(".now h1")).not_to_be_empty()
        return page, code[1]

    def phone(self, code: str, language: str, size: tuple[int, int] = PHONE) -> Page:
        """A visitor who types the code."""
        page = self.page(f"/t?lang={language}", size)
        page.locator("#code").fill(code)
        page.locator("button.join").click()
        page.wait_for_url(f"**/t/{code}?*")
        return page

    def end(self) -> None:
        for page in self.opened:
            page.context.close()
        for code in self.codes:
            with contextlib.suppress(urllib.error.HTTPError):  # it has ended, as it should
                ask(self.room, f"/api/v1/tours/{code}", '{"do": "end"}')
        assert not self.wrong


@pytest.fixture
def visit(browser: Browser, room: Room) -> Iterator[Visit]:
    found = Visit(browser, room)
    yield found
    found.end()


def title(page: Page) -> Any:
    return expect(page.locator(".step h1, .strip h2").first)


def end(guide: Page) -> None:
    guide.locator("button.end").click()
    guide.locator(".yes").click()
    expect(guide.locator("main:not(.remote,.qr) h1")).to_have_text(re.compile("Tur sudah berakhir|This tour has ended"))


def go(guide: Page, step: int) -> None:
    """Straight to a step (from 0) that is still to come."""
    guide.locator(".later button").filter(has=guide.locator(f'.n:text-is("{step + 1}")')).click()


def stands(wall: Page) -> Any:
    """How a wall is laid out, to the last style."""
    return wall.evaluate(
        """() => { const m = document.querySelector("main.wall"); const svg = m.querySelector("[data-tile=map] svg");
        const box = m.getBoundingClientRect();
        return [m.dataset.board, m.getAttribute("style"), box.width, box.height, svg.getAttribute("viewBox"),
          [...m.children].map((e) => [e.id, e.hasAttribute("data-off"), e.style.zoom]),
          [...document.body.children].filter((e) => !["SCRIPT", "FOOTER"].includes(e.tagName)).map((e) => e.className),
          [...document.querySelectorAll(".masked")].length, getComputedStyle(m).transform] }"""
    )


def ask(room: Room, path: str, body: str) -> None:
    request = urllib.request.Request(room.url + path, body.encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=5).close()


def order(room: Room, screen: str, body: str) -> None:
    ask(room, f"/api/v1/screens/{screen}", body)


def test_a_whole_tour(visit: Visit, room: Room) -> None:
    order(room, "hall", '{"board": "water"}')
    order(room, "main", '{"tile": "beds"}')
    walls = [visit.wall("hall"), visit.wall("main")]
    for wall, shown in zip(walls, ("water", "+beds"), strict=True):
        wall.wait_for_selector(f'main[data-board="{shown}"]')
    before = [stands(wall) for wall in walls]

    guide, code = visit.guide("hall", "main")
    phones = [visit.phone(code, "id"), visit.phone(code, "en", SMALL), visit.phone(code, "en")]
    expect(guide.locator(".joined")).to_have_text("3")
    for page in (*walls, phones[0]):
        title(page).to_have_text(WELCOME)
    title(phones[1]).to_have_text("Welcome to the control room")
    for wall in walls:
        expect(wall.locator(".tour-strip .masked")).to_contain_text("data pribadi disamarkan")
        expect(wall.locator(".join .code")).to_have_text(code)
        assert wall.evaluate("document.querySelector('.join img').naturalWidth") > 0
        expect(wall.locator("#foot .demo")).to_be_visible()
    walls[0].wait_for_selector('main[data-board="overview"]')

    guide.locator(".next").click()
    expect(guide.locator(".now h1")).to_have_text(REPORT)
    for page in (*walls, phones[0]):
        title(page).to_have_text(REPORT)
    title(phones[2]).to_have_text("One report, from red to green")
    for wall in walls:
        wall.wait_for_selector('main[data-board="+complaints"]')
    expect(phones[2].locator("[data-fact=reports_waiting] b")).to_have_text(re.compile(r"^\d+$"))
    expect(phones[2].locator("[data-fact=reports_waiting] .ago")).to_have_text(re.compile(r"^\d+ s ago$"))

    phones[1].locator(".look").click()
    expect(guide.locator(".orders")).to_contain_text("1 sedang lihat-lihat")
    guide.locator(".next").click()
    expect(phones[1].locator(".back .where")).to_have_text("now at step 3 · Hospital beds")
    phones[1].locator(".back").click()
    title(phones[1]).to_have_text("Hospital beds")
    phones[2].locator(".look").click()
    phones[2].locator(".ways a").first.click()
    phones[2].wait_for_url("**/from/complaints?*")
    expect(guide.locator(".orders")).to_contain_text("1 sedang lihat-lihat")
    guide.locator("[data-do=pull]").click()
    title(phones[2]).to_have_text("Hospital beds")
    expect(phones[2].locator(".word")).to_have_text("The guide has called everyone back.")

    guide.locator(".next").click()
    title(phones[2]).to_have_text("Why a number has an age")
    expect(phones[2].locator(".word")).to_be_hidden()
    guide.locator("[data-do=open_poll]").click()
    for phone, option in zip(phones, (1, 1, 0), strict=True):
        phone.locator(".option").nth(option).click()
    expect(phones[0].locator(".poll .told")).to_contain_text("Jawabanmu terkirim.")
    expect(phones[1].locator(".poll .told")).to_contain_text("Your answer was sent.")
    phones[2].locator(".option").nth(1).click()
    expect(guide.locator(".result em").nth(1)).to_have_text("3 (100%)")
    expect(walls[0].locator(".poll .votes")).to_contain_text("3 jawaban")
    assert not walls[0].locator(".poll .bar").count(), "nobody sees a result before it is shown"
    guide.locator("[data-do=show_poll]").click()
    for wall in walls:
        expect(wall.locator(".poll li").nth(1)).to_contain_text("jawaban yang benar")
        expect(wall.locator(".poll em").nth(1)).to_have_text("3100%")
        expect(wall.locator("#foot .demo")).to_be_visible()
    expect(phones[1].locator(".result .right")).to_contain_text("the right answer · your answer")

    go(guide, MAP)
    expect(walls[0].locator(".poll")).to_have_count(0)
    expect(walls[1].locator("[data-tile=map] svg")).to_have_attribute("data-near", "36.71.07")
    expect(walls[1].locator("[data-tile=map] svg .chosen")).to_have_count(1)

    end(guide)
    title(phones[0]).to_have_text("Tur selesai. Terima kasih!")
    title(phones[2]).to_have_text("The tour is over. Thank you!")
    for wall, stood in zip(walls, before, strict=True):
        expect(wall.locator(".tour-strip")).to_have_count(0)
        wait_for("the wall stands as before", lambda wall=wall, stood=stood: stands(wall) == stood)  # type: ignore[misc]
    for name in ("hall", "main"):
        order(room, name, '{"back": true}')


def test_a_guide_who_loses_connection_goes_on_where_it_was_pressed(visit: Visit) -> None:
    guide, code = visit.guide("hall")
    wall, phone = visit.wall("hall"), visit.phone(code, "id")
    title(wall).to_have_text(WELCOME)
    guide.context.set_offline(True)
    guide.locator(".next").click()
    expect(guide.locator(".lost .since")).to_have_text(re.compile(r"^Sambungan putus sejak \d\d\.\d\d\.\d\d$"))
    guide.locator(".next").click()
    expect(guide.locator(".next .to")).to_have_text("4 · Mengapa angka punya umur")
    title(wall).to_have_text(WELCOME)
    guide.context.set_offline(False)
    for page in (wall, phone):
        title(page).to_have_text(BEDS)
    expect(guide.locator(".lost")).to_be_hidden()
    again = visit.page(f"/tour?code={code}&lang=en", (820, 1180))
    expect(again.locator(".now h1")).to_have_text("Hospital beds")
    again.locator(".previous").click()
    title(wall).to_have_text(REPORT)
    end(again)
    expect(guide.locator("main:not(.remote,.qr) h1")).to_have_text("Tur sudah berakhir")


def test_a_phone_that_loses_connection_says_so_and_catches_up(visit: Visit) -> None:
    guide, code = visit.guide("hall")
    phone = visit.phone(code, "en")
    title(phone).to_have_text("Welcome to the control room")
    phone.context.set_offline(True)
    expect(phone.locator(".lost .since")).to_have_text(re.compile(r"^Link lost since \d\d:\d\d:\d\d$"), timeout=15_000)
    title(phone).to_have_text("Welcome to the control room")
    go(guide, 2)
    phone.context.set_offline(False)
    title(phone).to_have_text("Hospital beds")
    expect(phone.locator(".lost")).to_be_hidden()
    end(guide)


def test_two_tours_at_the_same_time_know_nothing_of_each_other(visit: Visit) -> None:
    one, first = visit.guide("hall")
    two, second = visit.guide("main", language="en")
    walls = [visit.wall("hall"), visit.wall("main")]
    phones = [visit.phone(first, "id"), visit.phone(second, "id")]
    go(one, 2)
    go(two, 1)
    for page in (walls[0], phones[0]):
        title(page).to_have_text(BEDS)
    for page in (walls[1], phones[1]):
        title(page).to_have_text(REPORT)
    for guide in (one, two):
        expect(guide.locator(".joined")).to_have_text("1")
    end(one)
    title(phones[0]).to_have_text("Tur selesai. Terima kasih!")
    expect(walls[0].locator(".tour-strip")).to_have_count(0)
    title(walls[1]).to_have_text(REPORT)
    two.locator(".next").click()
    title(phones[1]).to_have_text(BEDS)
    end(two)


def test_screens_that_are_lent_back_show_what_operators_asked_for_and_phones_stay(visit: Visit, room: Room) -> None:
    guide, code = visit.guide("hall")
    wall, phone = visit.wall("hall"), visit.phone(code, "id")
    go(guide, 2)
    wall.wait_for_selector('main[data-board="+beds"]')
    order(room, "hall", '{"board": "water"}')
    ask(room, f"/api/v1/tours/{code}", '{"do": "hand_over"}')
    wall.wait_for_selector('main[data-board="water"]')
    expect(wall.locator(".tour-strip")).to_have_count(0)
    expect(wall.locator("#foot .masked")).to_be_visible()
    title(phone).to_have_text(BEDS)
    expect(guide.locator(".alarm .what")).to_have_text("Dinding ada pada operator")
    guide.locator(".hand").click()
    wall.wait_for_selector('main[data-board="+beds"]')
    order(room, "hall", '{"back": true}')
    end(guide)


def test_visitors_in_the_room_is_one_key_on_the_remote_control(visit: Visit) -> None:
    wall, desk = visit.wall("hall"), visit.page("/screens?lang=en", (1440, 900))
    every, mine = desk.locator('[data-guests=""]'), desk.locator('[data-guests="main"]')
    expect(every).to_have_attribute("aria-pressed", "false")
    every.click()
    expect(wall.locator("#foot .masked")).to_contain_text("data pribadi disamarkan")
    expect(mine).to_have_attribute("aria-pressed", "true")
    mine.click()
    expect(every).to_have_attribute("aria-pressed", "false")
    expect(wall.locator("#foot .masked")).to_be_visible()
    desk.locator('[data-guests="hall"]').click()
    expect(wall.locator("#foot .masked")).to_have_count(0)


@pytest.mark.parametrize("size", [SMALL, PHONE, (820, 1180)], ids=lambda size: str(size[0]))
def test_nothing_stands_beyond_the_edge_or_is_too_small_to_press(visit: Visit, size: tuple[int, int]) -> None:
    guide, code = visit.guide("hall")
    go(guide, QUIZ)
    guide.locator("[data-do=open_poll]").click()
    paths = ("", "/look", "/apps", "/from/beds")
    pages = [visit.page(f"/tour?code={code}", size), visit.page("/tour", size), visit.page("/t", size)]
    for page in (*pages, *(visit.page(f"/t/{code}{path}?lang=en", size) for path in paths)):
        page.wait_for_timeout(600)
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], page.url
        small = page.locator("button:visible, .dock a:visible, .ways a:visible, label.choice:visible").evaluate_all(
            "all => all.filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80))"
        )
        assert not small, page.url
    options = visit.opened[4].locator(".option").evaluate_all("all => all.map(e => e.offsetHeight)")
    assert len(options) == 3 and min(options) >= 60
    end(guide)


def test_a_phone_without_scripts_still_shows_the_step(visit: Visit) -> None:
    guide, code = visit.guide("hall")
    phone = visit.page(f"/t/{code}?lang=en", PHONE, java_script_enabled=False)
    title(phone).to_have_text("Welcome to the control room")
    phone.locator(".look").click()
    expect(phone.locator("h1")).to_have_text("Look around the control room")
    end(guide)


def test_a_guessed_code_is_refused_and_slowed_and_who_has_joined_goes_on(visit: Visit, room: Room) -> None:
    guide, code = visit.guide("hall")
    phone = visit.phone(code, "en")
    wrong = next(one for one in ("0000", "0001") if one != code)
    guesser = visit.page(f"/t?code={wrong}&lang=en", PHONE)
    expect(guesser.locator("[role=alert]")).to_contain_text("Unknown or ended code")

    def guess(_: int) -> int:
        try:
            urllib.request.urlopen(f"{room.url}/t/{wrong}", timeout=30).close()
        except urllib.error.HTTPError as error:
            return error.code
        return 200

    with ThreadPoolExecutor(12) as guessing:
        codes = list(guessing.map(guess, range(12)))
    assert sorted(set(codes)) == [404, 429]
    guesser.goto(f"{room.url}/t/{code}?lang=en")
    expect(guesser.locator("[role=alert]")).to_contain_text("Too many wrong codes")
    phone.reload()
    title(phone).to_have_text("Welcome to the control room")
    guide.locator(".next").click()
    title(phone).to_have_text("One report, from red to green")
    end(guide)
