"""Sources, owners and their league as people meet them: at a desk, on a phone, with a keyboard, and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.room import Room, wait_for

pytestmark = pytest.mark.browser

PATHS = ("/sources", "/owners", "/owners/dinkes", "/owners/dpupr")


@pytest.fixture
def desk(room: Room, browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{room.url}/sources?lang=en")
    yield page
    page.close()


def pause(page: Page, name: str, reason: str) -> None:
    page.click(f'[data-act="pause"][data-on="{name}"]')
    page.fill("#pause-reason", reason)
    page.fill("#pause-by", "Regu B")
    page.select_option("#pause-for", "")
    page.click("dialog button[type=submit]")


def test_a_source_is_tried_at_once_and_not_again_at_once(desk: Page) -> None:
    desk.click('[data-act="try"][data-on="laksa"]')
    expect(desk.locator(".said")).to_have_text("laksa is being asked now.")
    desk.click('[data-act="try"][data-on="laksa"]')
    expect(desk.locator(".said")).to_contain_text("Try again in")


def test_a_pause_is_typed_shown_everywhere_and_ended(room: Room, desk: Page, browser: Browser) -> None:
    wall = browser.new_page(viewport={"width": 1920, "height": 1080})
    wall.goto(f"{room.url}/wall/main?lang=id")
    wall.wait_for_selector('[data-tile="traffic"][data-freshness="live"]')
    pause(desk, "waze", "Server dipindah")
    try:
        expect(desk.locator("dialog")).to_have_count(0)
        mine = desk.locator('[data-source="waze"]')
        expect(mine.locator(".state")).to_contain_text("paused since")
        expect(mine).to_contain_text("Server dipindah")
        expect(mine).to_contain_text("by Regu B")
        shape = "e => getComputedStyle(e).getPropertyValue('--shape')"
        assert mine.locator(".state .i").evaluate(shape) != desk.locator(".of-live .i").first.evaluate(shape)
        wall.wait_for_selector('[data-tile="traffic"][data-freshness="stale"]')
        expect(wall.locator('[data-tile="foot"]')).to_contain_text("waze · dijeda sejak")
        assert "Regu B" not in wall.content()
        desk.click('[data-act="resume"][data-on="waze"]')
        expect(desk.locator('[data-act="pause"][data-on="waze"]')).to_be_visible()
        wall.wait_for_selector('[data-tile="traffic"][data-freshness="live"]', timeout=15_000)
    finally:
        wall.close()
    wait_for("every source is live", room.complete)


def test_a_pause_without_a_reason_cannot_be_sent_and_escape_leaves_everything(desk: Page) -> None:
    desk.focus('[data-act="pause"][data-on="laksa"]')
    desk.keyboard.press("Enter")
    expect(desk.locator("#pause-reason")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("dialog")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("dialog")).to_have_count(0)
    expect(desk.locator('[data-act="pause"][data-on="laksa"]')).to_be_focused()


def test_the_button_with_the_focus_stays_that_of_its_source_when_rows_move(room: Room, desk: Page) -> None:
    desk.focus('[data-act="try"][data-on="laksa"]')
    room.demo("POST", "/_faults/like-lantas", {"kind": "html"})
    try:
        expect(desk.locator("tbody[data-source]").first).to_have_attribute("data-source", "like-lantas", timeout=15_000)
        expect(desk.locator('[data-source="like-lantas"] .why')).to_contain_text("HTML, no data")
        expect(desk.locator('[data-act="try"][data-on="laksa"]')).to_be_focused()
    finally:
        room.demo("DELETE", "/_faults/like-lantas")
    wait_for("every source is live", room.complete)


@pytest.mark.parametrize("width", [320, 1440])
def test_a_word_without_an_end_does_not_make_an_agencys_page_scroll_sideways(
    room: Room, browser: Browser, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.goto(f"{room.url}/owners/dpupr")
    cells = page.locator(".open tbody td:not(.age-of):not(.status)")
    expect(cells.first).to_be_visible()
    cells.evaluate_all("(found) => { for (const cell of found) cell.textContent = 'x'.repeat(300) }")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_every_page_reads_on_a_phone_and_at_a_desk(room: Room, browser: Browser, width: int, language: str) -> None:
    wrong: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for path in PATHS:
        page.goto(f"{room.url}{path}?lang={language}")
        expect(page.locator(".demo").first).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, path
        small = page.evaluate("""() => [...document.querySelectorAll('body *')].filter((e) => e.textContent.trim()
            && !e.childElementCount && e.getClientRects().length && parseFloat(getComputedStyle(e).fontSize) < 13)
            .map((e) => e.outerHTML)""")
        assert small == [], path
        cut = page.evaluate("""() => [...document.querySelectorAll('main b, main .of, main .number, main td')]
            .filter((e) => e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1)
            .map((e) => e.outerHTML)""")
        assert cut == [], path
        if width < 900:
            low = page.evaluate("""() => [...document.querySelectorAll('a, button')].filter((e) =>
                e.getClientRects().length && e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML)""")
            assert low == [], path
    page.close()
    assert wrong == []


def test_every_word_stands_out_from_its_ground(room: Room, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    for path in PATHS:
        page.goto(f"{room.url}{path}?lang=id")
        faint = page.evaluate("""() => {
            const rgb = (text) => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
            const part = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
            const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
            const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
                if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
            return [...document.querySelectorAll('body *')].filter((e) => e.getClientRects().length
                && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())).filter((e) => {
                const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
                return (a + 0.05) / (b + 0.05) < 4.5 && !e.closest('[aria-hidden]'); }).map((e) => e.outerHTML);
        }""")
        assert faint == [], path
    page.close()


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_league_is_one_sheet_of_a4(room: Room, browser: Browser, language: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{room.url}/owners?lang={language}")
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 1
    assert re.search(rb"/MediaBox\s*\[0 0 59[45]\.?\d* 84[12]", paper), "A4 portrait"
    page.emulate_media(media="print")
    for part in (".demo", ".league", ".defined", ".printed"):
        expect(page.locator(part).first).to_be_visible()
    for part in (".print", ".everyone", ".step", "header nav"):
        expect(page.locator(part).first).to_be_hidden()
    page.close()


def test_the_month_is_in_the_address_and_the_way_leads_to_an_owner(room: Room, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{room.url}/owners?lang=en")
    page.click('a[aria-label="Month before"]')
    page.wait_for_url(re.compile(r"month=\d{4}-\d\d"))
    expect(page.locator(".missing")).to_contain_text("Nothing was counted in this month")
    page.click("text=To this month")
    page.click('.league a:has-text("Dinkes")')
    page.wait_for_url(re.compile(r"/owners/dinkes"))
    expect(page.locator("h1")).to_have_text("Dinkes")
    page.close()
