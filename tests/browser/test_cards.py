"""Cards and the source board as people meet them: on a phone, at a desk, and on the wall."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from collectors.readings.shape import Freshness, SourceState
from layouts.sources import ROWS, show
from layouts.words import Words
from tests.layout_samples import LONG_AGENCY, complaints, source
from tests.room import Room, wait_for

pytestmark = pytest.mark.browser

BOARD = """\
  board:
    areas: |
      band
      sources
      foot
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The shipped city with a screen that shows the source board all the time."""
    room = Room(tmp_path_factory.mktemp("cards"))
    room.config.write_text(room.config.read_text(encoding="utf-8") + BOARD, encoding="utf-8")
    try:
        room.start()
        yield room
    finally:
        room.stop()


@pytest.fixture
def phone(room: Room, browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    yield page
    page.close()


def test_a_tiles_heading_leads_to_its_card_by_mouse_and_by_keyboard(wall: Page, room: Room) -> None:
    wall.focus("#beds h2 a")
    wall.keyboard.press("Enter")
    wall.wait_for_url(f"{room.url}/card/beds?lang=id")
    wall.go_back()
    wall.click("#complaints h2")
    wall.wait_for_url(f"{room.url}/card/complaints?lang=id")
    expect(wall.locator("h1")).to_have_text("Aduan warga")
    assert wall.wrong == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/card/complaints?lang=en", "/card/band?lang=id", "/cards?lang=id"])
@pytest.mark.parametrize("width", [320, 390])
def test_a_card_reads_on_a_phone(phone: Page, room: Room, path: str, width: int) -> None:
    asked: list[str] = []
    wrong: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    phone.set_viewport_size({"width": width, "height": 844})
    phone.goto(room.url + path)
    expect(phone.locator(".demo").first).to_be_visible()
    assert phone.evaluate("() => document.documentElement.scrollWidth") <= width
    small = phone.evaluate("""() => [...document.querySelectorAll('body *')].filter((e) => e.textContent.trim()
        && !e.childElementCount && e.getClientRects().length && parseFloat(getComputedStyle(e).fontSize) < 14)
        .map((e) => e.outerHTML)""")
    assert small == []
    low = phone.evaluate("""() => [...document.querySelectorAll('header a, .contact a, .index a, footer a')]
        .filter((e) => e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML)""")
    assert low == []
    assert wrong == []
    assert all(url.startswith(room.url) for url in asked)
    assert not [url for url in asked if "_dash" in url], "a phone loads no Dash"


def test_a_card_keeps_itself_fresh_without_being_loaded_again(phone: Page, room: Room) -> None:
    phone.goto(f"{room.url}/card/complaints?lang=en")
    phone.wait_for_selector('.source .state[data-freshness="live"]')
    expect(phone.locator(".source .age")).to_contain_text("ago")
    phone.evaluate("() => { window.same = document.querySelector('h1'); }")
    room.demo("POST", "/_faults/laksa", {"kind": "html"})
    try:
        expect(phone.locator(".trouble")).to_contain_text("HTML", timeout=12_000)
        phone.wait_for_selector('.source .state[data-freshness="failed"]', timeout=20_000)
        expect(phone.locator(".source .age")).to_contain_text("failing since")
    finally:
        room.demo("DELETE", "/_faults/laksa")
    phone.wait_for_selector('.source .state[data-freshness="live"]', timeout=20_000)
    expect(phone.locator(".trouble")).to_have_count(0)
    assert phone.evaluate("() => window.same === document.querySelector('h1')")
    wait_for("every source is live", room.complete)


def test_a_card_without_a_link_says_so_and_comes_back(phone: Page, room: Room) -> None:
    phone.goto(f"{room.url}/card/complaints?lang=en")
    phone.context.set_offline(True)
    phone.wait_for_selector('body[data-link="down"]', timeout=25_000)
    expect(phone.locator(".cut")).to_contain_text("Link lost since")
    expect(phone.locator(".source .age")).to_contain_text("no link since")
    assert "Diskominfo" in phone.inner_text(".owner dd"), "what was known stays"
    phone.context.set_offline(False)
    phone.wait_for_selector('body[data-link="up"]', timeout=15_000)
    expect(phone.locator(".cut")).to_be_hidden()


def test_the_board_puts_trouble_first_and_says_whose_telephone_to_ring(room: Room, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{room.url}/wall/board?lang=en")
    page.wait_for_selector("#sources .src.live")
    room.demo("POST", "/_faults/like-lantas", {"kind": "down"})
    try:
        page.wait_for_selector("#sources-row0.failed", timeout=25_000)
        row = page.inner_text("#sources-row0")
        for part in ("like-lantas", "failing", "Polres Metro", "like-lantas@pretend.example", "next try"):
            assert part in row
        expect(page.locator("#sources-count-failed")).to_have_text("1 failing")
        expect(page.locator("#sources-count-doubt")).to_have_text("1 in doubt")
        expect(page.locator("#sources .count:visible")).to_have_count(2)
        doubted = page.locator("#sources .src.in-doubt")
        expect(doubted).to_contain_text("aplicares")
        expect(doubted.locator(".cause")).to_contain_text("the parts add up to")
    finally:
        room.demo("DELETE", "/_faults/like-lantas")
    rem = page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)")
    code = page.locator("#sources img")
    assert code.evaluate("e => e.complete && e.naturalWidth > 0")
    box = code.bounding_box()
    assert box and min(box["width"], box["height"]) >= 8 * rem
    page.close()
    wait_for("every source is live", room.complete)


STATES: tuple[Freshness, ...] = ("failed", "never", "stale", "late", "live")


def many(count: int) -> list[SourceState]:
    """So many sources in every state, with the longest names there are."""
    return [
        source(
            f"pengaduan-warga-dan-panggilan-darurat-{i:02d}"[:41], "complaints", LONG_AGENCY, STATES[i % 5], "timeout"
        )
        for i in range(count)
    ]


@pytest.mark.parametrize("size", [(1280, 720), (3840, 2160)])
def test_a_board_of_twenty_five_sources_with_long_names_fits(
    room: Room, browser: Browser, size: tuple[int, int]
) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.route_web_socket("**/live*", lambda socket: None)
    page.goto(f"{room.url}/wall/board")
    page.wait_for_selector("#sources-row0", state="attached")
    props = show({"complaints": complaints(sources=many(ROWS))}, Words("id"))
    page.evaluate("props => liveroom.tile.apply('sources', { props })", json.loads(json.dumps(props)))
    page.wait_for_selector(f"#sources-row{ROWS - 1}", state="attached")
    shown = page.evaluate("""() => {
        const table = document.getElementById('sources-table').getBoundingClientRect();
        const rows = [...document.querySelectorAll('#sources .item')].filter((e) => e.getClientRects().length);
        const boxes = rows.map((e) => e.getBoundingClientRect());
        return {
            rows: rows.length,
            over: boxes.filter((box) => box.bottom > table.bottom + 1 || box.right > table.right + 1).length,
            overlap: boxes.filter((box, i) => i && box.top < boxes[i - 1].bottom - 1).length,
            cut: rows.map((e) => e.querySelector('b')).filter((b) => b.scrollWidth > b.clientWidth + 1).length,
            more: document.querySelector('#sources .more').textContent,
        };
    }""")
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    page.close()
    assert shown == {"rows": ROWS, "over": 0, "overlap": 0, "cut": 0, "more": ""}
    assert wide <= size[0]
