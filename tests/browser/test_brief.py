"""The brief as leaders meet it: one screen at a desk, one sheet on paper, one column on a phone, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.room import Room

pytestmark = pytest.mark.browser

SIDEWAYS = "() => document.documentElement.scrollWidth"
SMALL = """() => [...document.querySelectorAll('main *')].filter((e) => e.textContent.trim() && !e.childElementCount
    && e.getClientRects().length && !e.closest('sup') && parseFloat(getComputedStyle(e).fontSize) < 13)
    .map((e) => e.outerHTML)"""
LOW = """() => [...document.querySelectorAll('main a, main button, main summary')].filter((e) => e.checkVisibility()
    && e.getClientRects().length && e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML)"""
CUT = """() => [...document.querySelectorAll('.ind b, .ind small, .ind .v, .dc dd, .dc h3')].filter((e) =>
    e.getClientRects().length && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
    .map((e) => e.outerHTML)"""


@pytest.fixture
def desk(room: Room, browser: Browser) -> Iterator[Page]:
    wrong: list[str] = []
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield page
    page.close()
    assert wrong == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_brief_is_one_screen_at_a_desk(room: Room, desk: Page, language: str) -> None:
    desk.goto(f"{room.url}/brief?lang={language}")
    expect(desk.locator(".dc").first).to_be_visible()
    assert desk.evaluate("() => document.documentElement.scrollHeight") <= 900
    assert desk.evaluate(SIDEWAYS) <= 1440
    assert desk.evaluate(SMALL) == []
    assert desk.evaluate(CUT) == []
    for part in (".city-stage .n", ".ind tbody tr", ".changed li", ".defs", ".demo"):
        expect(desk.locator(part).first).to_be_in_viewport()


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_printed_brief_is_one_sheet_of_a4_and_says_demo(room: Room, desk: Page, language: str) -> None:
    desk.goto(f"{room.url}/brief?lang={language}")
    paper = desk.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 1
    assert re.search(rb"/MediaBox\s*\[0 0 59[45]\.?\d* 84[12]", paper), "A4 portrait"
    desk.emulate_media(media="print")
    desk.set_viewport_size({"width": 703, "height": 1032})
    assert desk.evaluate(CUT) == []
    for part in (".on-paper .demo", ".box", ".ind", ".changed", ".defs", ".only-paper"):
        expect(desk.locator(part).first).to_be_visible()
    for part in ("header nav", "#print", ".notes-of", ".kept-of", ".proof", ".steps"):
        expect(desk.locator(part).first).to_be_hidden()


def test_long_reasons_and_many_notes_still_fit_on_the_sheet(room: Room, desk: Page) -> None:
    desk.goto(f"{room.url}/brief?lang=id")
    desk.evaluate(
        """() => {
        for (const text of document.querySelectorAll('.dc dd')) text.textContent = 'Kata yang panjang. '.repeat(9);
        const list = document.querySelector('.changed');
        while (list.children.length < 6) list.append(list.firstElementChild.cloneNode(true));
        const notes = document.createElement('ul');
        notes.className = 'notes-here';
        notes.innerHTML = '<li><i class="i i-hand"></i><span></span></li>'.repeat(3);
        for (const span of notes.querySelectorAll('span')) span.textContent = 'Catatan panjang sekali. '.repeat(17);
        list.after(notes);
    }"""
    )
    paper = desk.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 1


@pytest.mark.parametrize("path", ["/brief", "/adoption"])
@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_never_scrolls_sideways_and_everything_can_be_pressed(
    room: Room, browser: Browser, path: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.goto(f"{room.url}{path}?lang=id")
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate(SIDEWAYS) <= width
    assert page.evaluate(SMALL) == []
    assert page.evaluate(LOW) == []
    page.close()


def test_a_note_is_left_and_removed_by_keyboard_alone(room: Room, desk: Page) -> None:
    desk.goto(f"{room.url}/brief?lang=en")
    opener = desk.locator('.notes-of[data-card="indicators"] > summary')
    opener.focus()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    desk.keyboard.type("Crew added. Call 0812-3456-7890.")
    desk.keyboard.press("Tab")
    desk.keyboard.type("Sekda")
    desk.keyboard.press("Enter")
    expect(desk.locator(".c-changes .notes-here")).to_contain_text("Crew added. Call •••. — Sekda")
    expect(opener).to_have_text("Notes 1")
    panel = desk.locator('.notes-of[data-card="indicators"] .notes-panel')
    expect(panel).to_be_visible()
    removing = panel.locator(".forgetting > summary")
    removing.focus()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    desk.keyboard.type("Diskominfo")
    desk.keyboard.press("Enter")
    expect(panel).to_contain_text(re.compile("A note of Sekda .* was removed .* by Diskominfo"))
    expect(desk.locator(".notes-here")).to_have_count(0)
    desk.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_a_number_leads_to_its_page_and_back(room: Room, desk: Page) -> None:
    desk.goto(f"{room.url}/brief?lang=en")
    number = desk.locator(".ind tbody tr", has_text="Complaints finished").locator("a.v").nth(2)
    said = desk.locator(".ind tbody tr", has_text="Complaints finished").locator("td.now + td + td small").inner_text()
    number.click()
    desk.wait_for_url(re.compile(r"/explore/complaints\?from=\d{4}-\d\d-\d\d&to="))
    expect(desk.locator(".kpi", has_text="On time")).to_contain_text(said)
    desk.go_back()
    expect(desk.locator(".city-stage")).to_be_visible()
