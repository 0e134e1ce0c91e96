"""Rules for what the wall looks like, over the rendered page, in every state; and that each rule notices its breach."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from layouts.panel import Panel
from tests.browser.lint.colour import alike, coloured, picture
from tests.browser.lint.contrast import too_faint
from tests.browser.lint.cut import cut_off
from tests.browser.lint.flash import flashing
from tests.browser.lint.seen import look
from tests.browser.lint.size import too_small
from tests.browser.staged import STATES, shown
from tests.room import Pages, Room

pytestmark = pytest.mark.browser

NEAR = Panel(distance_m=4.0, width_px=1920, height_px=1080, height_mm=685.0)
"""What a wall without a `panel` is made for."""
FAR = NEAR.model_copy(update={"distance_m": 8.0})
HD, UHD, HALL, SMALL = (1920, 1080), (3840, 2160), (7680, 2160), (1280, 720)
CALM_COLOUR = 0.05
DOUBTS = ("calm", "late", "stale", "failed", "never", "loading", "link-down")
"""States of one and the same moment."""
WORDLESS = "body * { -webkit-text-fill-color: transparent !important } svg text { opacity: 0 !important }"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The shipped city; its main screen once more for a hall of eight metres, its board of water as a screen."""
    room = Pages(tmp_path_factory.mktemp("lint"))
    text = room.config.read_text(encoding="utf-8")
    main = text[text.index("  main:\n") : text.index("  hall:\n")]
    panel = "    panel: {distance_m: 8, width_px: 1920, height_px: 1080, height_mm: 685}\n"
    far = main.replace("  main:\n", "  far:\n" + panel)
    hall = text[text.index("  hall:\n") :]
    board = re.search(r"      water:\n        dwell: \S+\n((?: {8}.*\n)+)", hall)
    assert board, "the hall has a board of water"
    water = "  water:\n" + textwrap.indent(textwrap.dedent(board[1]), "    ")
    room.config.write_text(text.replace("  hall:\n", far + water + "  hall:\n"), encoding="utf-8")
    try:
        room.start()
        yield room
    finally:
        room.stop()


def findings(page: Page, panel: Panel) -> list[str]:
    seen = look(page)
    assert len(seen.texts) > 60 and len(seen.marks) > 15, "the page is there"
    return [*too_small(seen, panel), *too_faint(seen), *cut_off(seen), *flashing(page)]


@pytest.mark.parametrize("name", STATES)
def test_every_state_is_legible_and_still(browser: Browser, room: Room, name: str) -> None:
    with shown(browser, room.url, STATES[name]) as page:
        assert findings(page, NEAR) == []


@pytest.mark.parametrize(("name", "language"), [("busy", "id"), ("busy", "en"), ("calm", "id"), ("never", "en")])
def test_the_board_of_water_is_legible(browser: Browser, room: Room, name: str, language: str) -> None:
    with shown(browser, room.url, STATES[name], language=language, screen="water") as page:
        assert page.locator("#water").is_visible()
        seen = look(page)
        assert [*too_small(seen, NEAR), *too_faint(seen), *cut_off(seen), *flashing(page)] == []


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", ["busy", "failed", "link-down", "drill"])
def test_a_wall_for_a_hall_is_legible_from_its_last_row(browser: Browser, room: Room, name: str, language: str) -> None:
    with shown(browser, room.url, STATES[name], language=language, screen="far") as page:
        assert findings(page, FAR) == []


@pytest.mark.parametrize("size", [SMALL, UHD, HALL])
def test_every_size_of_panel_is_legible(browser: Browser, room: Room, size: tuple[int, int]) -> None:
    with shown(browser, room.url, STATES["busy"], size, "en") as page:
        assert findings(page, NEAR) == []


@pytest.mark.parametrize("name", ["failed", "never", "night", "drill", "replay"])
def test_english_is_as_legible(browser: Browser, room: Room, name: str) -> None:
    with shown(browser, room.url, STATES[name], language="en") as page:
        assert findings(page, NEAR) == []


def test_a_calm_wall_is_grey(browser: Browser, room: Room) -> None:
    with shown(browser, room.url, STATES["calm"]) as page:
        assert coloured(picture(page.screenshot())) <= CALM_COLOUR


def test_no_state_needs_colour_or_words_to_be_told(browser: Browser, room: Room) -> None:
    """Greyscale and two kinds of colour blindness; the words are made invisible, so that shapes must do."""
    whole, tile = {}, {}
    for name in (*DOUBTS, "busy", "replay", "drill"):
        with shown(browser, room.url, STATES[name]) as page:
            page.add_style_tag(content=WORDLESS)
            if name != "late":  # all that is late is one mark
                whole[name] = picture(page.screenshot())
            if name in DOUBTS:
                tile[name] = picture(page.locator("#beds>header .fr .i").screenshot())
    assert alike(whole) == []
    size = min(mark.shape[0] for mark in tile.values())
    assert alike({name: mark[:size, :size] for name, mark in tile.items()}) == [], "the mark of one tile alone"


def test_a_drill_and_a_replay_say_so_in_words(browser: Browser, room: Room) -> None:
    written = (
        "([selector]) => [...document.querySelectorAll(selector)].map((e) => getComputedStyle(e, '::before').content)"
    )
    with shown(browser, room.url, STATES["drill"], language="en") as page:
        headings = page.evaluate(written, [".tile>header"])
        assert len(headings) == 6 and set(headings) == {'"DRILL"'}
    with shown(browser, room.url, STATES["replay"]) as page:
        assert page.evaluate(written, [".clock"]) == ['"PUTAR ULANG"']


def test_without_a_link_the_band_says_since_when(browser: Browser, room: Room) -> None:
    with shown(browser, room.url, STATES["link-down"]) as page:
        band = page.locator("#band-need .lost")
        assert band.is_visible()
        assert "14.07.48" in band.inner_text()
        assert not page.locator("#band-need .calm").is_visible(), "no tick, and nothing that vouches"


BREACHES = {
    "a text too small": (".opd .name { font-size: 1.6rem !important }", too_small),
    "a name too small for the back": (".need .h { font-size: 3.4rem !important }", too_small),
    "a faint text": (":root { --t3: #5b6770 !important }", too_faint),
    "a faint mark": (".cells i { background: #26313a !important }", too_faint),
    "a text cut off": (".tile h2 { width: 6rem; overflow: hidden }", cut_off),
    "a page that scrolls": ("body { overflow: auto !important } .wall { height: 120vh !important }", cut_off),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_the_lint_notices(browser: Browser, room: Room, breach: str) -> None:
    style, rule = BREACHES[breach]
    with shown(browser, room.url, STATES["busy"]) as page:
        page.add_style_tag(content=style)
        seen = look(page)
        assert too_small(seen, NEAR) if rule is too_small else rule(seen)  # type: ignore[operator]


@pytest.mark.parametrize(
    "style",
    [
        ".tile .i { animation: no 0.3s infinite } @keyframes no { 50% { opacity: 0 } }",
        ".tile h2 { animation: no 1s infinite } @keyframes no { 50% { opacity: 0 } }",
    ],
    ids=["a mark that flashes too fast", "a text that flashes"],
)
def test_the_lint_notices_what_flashes(browser: Browser, room: Room, style: str) -> None:
    with shown(browser, room.url, STATES["busy"]) as page:
        page.add_style_tag(content=style)
        assert flashing(page)


def test_the_lint_notices_colour_where_all_is_calm(browser: Browser, room: Room) -> None:
    with shown(browser, room.url, STATES["calm"]) as page:
        page.add_style_tag(content=".cells i, .tile>:is(header, footer) { background: #2f9e44 !important }")
        assert coloured(picture(page.screenshot())) > CALM_COLOUR


def test_the_lint_notices_states_that_differ_in_colour_only(browser: Browser, room: Room) -> None:
    marks = {}
    for name, colour in (("red", "#c05050"), ("green", "#6a7f2a")):
        with shown(browser, room.url, STATES["calm"]) as page:
            page.add_style_tag(content=WORDLESS + f" .fr .i {{ background: {colour} !important }}")
            marks[name] = picture(page.locator("#beds>header .fr .i").screenshot())
    found = alike(marks)
    assert any("greyscale" in one for one in found)
