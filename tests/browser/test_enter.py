"""A nurse on the night shift enters the free beds: on a phone, with a keyboard alone, and without a script."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.room import Room

pytestmark = pytest.mark.browser

TOKEN = "clinic-0123456789abcdef"
CLINIC = """\
  clinic:
    area: beds
    collector: manual
    token_env: CLINIC_TOKEN
    hospital: RSIA Contoh
    rooms: [ICU, Kelas 1, Perinatologi]
    cadence: 8h
    owner: RSIA Contoh
"""


class WithForm(Room):
    """The shipped city and a hospital that nobody asks, which has not sent anything yet."""

    def complete(self) -> bool:
        return self.answers() and all(one["received"] for one in self.get("/api/v1/sources") if one["every"])


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    room = WithForm(tmp_path_factory.mktemp("enter"))
    text = room.config.read_text(encoding="utf-8")
    before, mark, after = text.partition("\n# One row per application")
    room.config.write_text(before + CLINIC + mark + after, encoding="utf-8")
    os.environ["CLINIC_TOKEN"] = TOKEN
    try:
        room.start()
        yield room
    finally:
        room.stop()
        del os.environ["CLINIC_TOKEN"]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield page
    page.close()


def reach(page: Page, name: str) -> None:
    """Go on with the Tab key until this field has the keyboard."""
    for _ in range(20):
        if page.locator(f"#{name}:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {name}")


def test_beds_are_entered_by_keyboard_and_are_on_the_wall_marked(phone: Page, room: Room, browser: Browser) -> None:
    phone.goto(f"{room.url}/enter/clinic?lang=id")
    expect(phone.get_by_role("heading")).to_have_text("Isi tempat tidur")
    expect(phone.locator(".head .hand")).to_have_text("diisi tangan · RSIA Contoh")
    for name, typed in (
        ("free-0", "3"),
        ("capacity-0", "2"),
        ("free-1", "4"),
        ("capacity-1", "9"),
        ("by", "Unit rawat"),
    ):
        reach(phone, name)
        phone.keyboard.type(typed)
    reach(phone, "token")
    phone.keyboard.type("salah")
    phone.keyboard.press("Enter")
    alert = phone.get_by_role("alert")
    expect(alert).to_contain_text("Perbaiki 2 isian")
    expect(alert).to_contain_text("ICU, kosong: Kosong lebih banyak dari kapasitas.")
    expect(phone.locator("#free-0")).to_be_focused()
    expect(phone.get_by_role("group", name="ICU").get_by_label("Kosong")).to_have_value("3")
    phone.keyboard.press("Control+A")
    phone.keyboard.type("2")
    reach(phone, "token")
    phone.keyboard.type(TOKEN)
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("status")).to_contain_text("Diterima pukul")
    wall = browser.new_page(viewport={"width": 1920, "height": 1080})
    wall.goto(f"{room.url}/wall/main?lang=id")
    expect(wall.locator("#beds-source")).to_contain_text("diisi tangan", timeout=20_000)
    shape = wall.evaluate("getComputedStyle(document.getElementById('beds-source'), '::before').maskImage")
    assert shape.startswith('url("data:image/svg+xml')
    wall.goto(f"{room.url}/card/beds?lang=id")
    card = wall.locator('.source[data-source="clinic"]')
    expect(card).to_contain_text("diisi tangan")
    expect(card.locator(".entered_by dd")).to_have_text("Unit rawat")
    wall.close()
    phone.goto(f"{room.url}/enter/clinic?lang=en")
    expect(phone.get_by_role("group", name="Kelas 1").get_by_label("Capacity")).to_have_value("9")
    expect(phone.locator("#token")).to_have_value("")


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("sent", [False, True])
def test_the_form_fits_a_phone_and_a_thumb(room: Room, browser: Browser, width: int, sent: bool) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if "status of 422" not in message.text else None)
    page.goto(f"{room.url}/enter/clinic?lang=id")
    if sent:
        page.fill("#free-0", "x")
        page.click("button")
        expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    small = page.evaluate("""() => [...document.querySelectorAll('a, input, button')]
        .filter((e) => e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML)""")
    tiny = page.evaluate("""() => [...document.querySelectorAll('body *')].filter((e) => e.textContent.trim()
        && !e.childElementCount && parseFloat(getComputedStyle(e).fontSize) < 14).map((e) => e.outerHTML)""")
    page.close()
    assert (small, tiny, wrong) == ([], [], [])
    assert all(url.startswith(room.url) and "_dash" not in url for url in asked)
