"""A nurse on the night shift enters the free beds: on a phone, with a keyboard alone, and without a script."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.room import Room

pytestmark = pytest.mark.browser

TOKEN = "clinic-0123456789abcdef"
FORMS = """\
  clinic:
    area: beds
    collector: manual
    token_env: CLINIC_TOKEN
    hospital: RSIA Contoh
    rooms: [ICU, Kelas 1, Perinatologi]
    cadence: 8h
    owner: RSIA Contoh
  desk:
    area: complaints
    collector: manual
    token_env: CLINIC_TOKEN
    agencies: [Dinas Pekerjaan Umum dan Penataan Ruang]
    cadence: 8h
    owner: Diskominfo
  patrol:
    area: traffic
    collector: manual
    token_env: CLINIC_TOKEN
    cadence: 8h
    owner: Dishub
  help:
    area: apps
    collector: manual
    token_env: CLINIC_TOKEN
    applications: [laksa-app]
    cadence: 8h
    owner: Diskominfo
  gates:
    area: water
    collector: manual
    token_env: CLINIC_TOKEN
    posts: {polor: {post: Polor}}
    cadence: 8h
    owner: DPUPR
"""


class WithForms(Room):
    """The shipped city, and forms of every area that nobody has filled in yet."""

    def complete(self) -> bool:
        return self.answers() and all(one["received"] for one in self.get("/api/v1/sources") if one["every"])


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    room = WithForms(tmp_path_factory.mktemp("enter"))
    text = room.config.read_text(encoding="utf-8")
    before, mark, after = text.partition("\n# One row per application")
    room.config.write_text(before + FORMS + mark + after, encoding="utf-8")
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
    expect(card.locator(".entered_by dd")).to_have_text("Unit rawat", timeout=20_000)
    wall.close()
    phone.goto(f"{room.url}/enter/clinic?lang=en")
    expect(phone.get_by_role("group", name="Kelas 1").get_by_label("Capacity")).to_have_value("9")
    expect(phone.locator("#token")).to_have_value("")


def choose(page: Page, name: str, word: str) -> None:
    """Type the beginning of what a list offers."""
    reach(page, name)
    page.keyboard.type(word)


def test_a_flood_is_entered_by_keyboard_named_on_the_wall_with_a_pencil_and_ended(
    phone: Page, room: Room, browser: Browser
) -> None:
    phone.goto(f"{room.url}/enter/patrol?lang=id")
    choose(phone, "kind-new", "Genang")
    reach(phone, "road-new")
    phone.keyboard.type("Jalan Percobaan")
    choose(phone, "place-new", "Tanah")
    choose(phone, "level-new", "Ya")
    send_by_keyboard(phone)
    expect(phone.get_by_role("status")).to_contain_text("Diterima pukul")
    expect(phone.locator("#road-new")).to_have_value("")
    wall = browser.new_page(viewport={"width": 1920, "height": 1080})
    wall.goto(f"{room.url}/wall/main?lang=id")
    expect(wall.locator("#band-need0-head")).to_have_text("Genangan Jl. Percobaan", timeout=20_000)
    for named in ("#band-need0-head", "#traffic-report0-road"):
        expect(wall.locator(named)).to_have_attribute("data-hand", "")
        shape = wall.locator(named).evaluate("(e) => getComputedStyle(e, '::before').maskImage")
        assert shape.startswith('url("data:image/svg+xml'), named
    phone.goto(f"{room.url}/enter/patrol?lang=id")
    group = phone.get_by_role("group", name="Genangan · Jl. Percobaan")
    expect(group).to_contain_text("Tanah Tinggi, Tangerang")
    key = (group.locator("select").first.get_attribute("id") or "").partition("-")[2]
    choose(phone, f"status-{key}", "Sel")
    send_by_keyboard(phone)
    expect(phone.get_by_role("status")).to_contain_text("Diterima pukul")
    expect(wall.locator("#traffic")).not_to_contain_text("Percobaan", timeout=20_000)
    wall.close()


def send_by_keyboard(page: Page) -> None:
    reach(page, "by")
    page.keyboard.type("Regu B")
    reach(page, "token")
    page.keyboard.type(TOKEN)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("name", ["clinic", "desk", "patrol", "help", "gates"])
@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("sent", [False, True])
def test_the_form_fits_a_phone_and_a_thumb(room: Room, browser: Browser, name: str, width: int, sent: bool) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if "status of 422" not in message.text else None)
    page.goto(f"{room.url}/enter/{name}?lang=id")
    if sent:
        page.locator("fieldset input").first.fill("x")
        page.click("button")
        expect(page.get_by_role("alert")).to_be_visible()
        page.wait_for_load_state("load")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    small = page.evaluate("""() => [...document.querySelectorAll('a, input:not([type=hidden]), select, button')]
        .filter((e) => e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML)""")
    tiny = page.evaluate("""() => [...document.querySelectorAll('body *')].filter((e) => e.textContent.trim()
        && !e.childElementCount && parseFloat(getComputedStyle(e).fontSize) < 14).map((e) => e.outerHTML)""")
    page.close()
    assert (small, tiny, wrong) == ([], [], [])
    assert all(url.startswith(room.url) and "_dash" not in url for url in asked)
