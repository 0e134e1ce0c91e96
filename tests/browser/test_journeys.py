"""Three questions of officials, from a number to its cause: at a desk, on a phone, and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.seeded import last_night
from tests.room import Room, wait_for

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
PATHS = (
    "/brief",
    "/adoption",
    "/explore/complaints",
    "/explore/complaints?status=waiting&district=36.71.05&sort=oldest",
    "/explore/complaints?channel=none",
    "/explore/beds",
    "/explore/traffic",
    "/explore/apps?range=24h",
    "/explore/water",
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A room that was there last night already, and has seen its hospitals."""
    folder = tmp_path_factory.mktemp("officials")
    last_night(folder / "var" / "history")
    room = Room(folder)
    try:
        room.start()
        wait_for(
            "the reports are in the history", lambda: "n 0" not in room.text("/explore/complaints?lang=en")[:20_000]
        )
        wait_for("hospitals have been seen", lambda: "have a free ICU bed" in room.text("/explore/beds?lang=en"))
        yield room
    finally:
        room.stop()


@pytest.fixture(params=list(SIZES))
def page(request: pytest.FixtureRequest, room: Room, browser: Browser) -> Iterator[Page]:
    width, height = SIZES[request.param]
    page = browser.new_page(viewport={"width": width, "height": height})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(f"{room.url}/?lang=en")
    yield page
    assert not wrong
    page.close()


def by_mouse(_: Page, target: Locator) -> None:
    target.click()


def by_keyboard(page: Page, target: Locator) -> None:
    """Tab until it has the focus, which must be seen, then Enter."""
    wanted = target.element_handle()
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement === wanted", wanted):
            break
    else:
        raise AssertionError("the keyboard does not get there")
    seen = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert seen != "none", "nothing shows where the keyboard is"
    page.keyboard.press("Enter")


@pytest.fixture(params=[by_mouse, by_keyboard], ids=["mouse", "keyboard"])
def go(request: pytest.FixtureRequest) -> Callable[[Page, Locator], None]:
    found: Callable[[Page, Locator], None] = request.param
    return found


def test_why_is_cipondoh_red_ends_at_its_oldest_waiting_report(page: Page, go: Callable[[Page, Locator], None]) -> None:
    go(page, page.get_by_role("link", name=re.compile("^Complaints")))
    go(page, page.locator('.place-map .labels a[aria-label^="Cipondoh"]'))
    expect(page.locator(".crumbs")).to_contain_text("Cipondoh")
    oldest = page.locator(".hero a", has_text="Open ")
    id = oldest.inner_text().removeprefix("Open ")
    go(page, oldest)
    report = page.locator("#report")
    expect(report).to_be_visible()
    expect(report).to_contain_text(id)
    expect(report).to_contain_text("Cipondoh")
    expect(report).to_contain_text("not yet")


def test_which_hospital_has_a_free_icu_bed_and_how_old_that_number_is(
    page: Page, go: Callable[[Page, Locator], None]
) -> None:
    go(page, page.get_by_role("link", name=re.compile("^Beds")))
    expect(page.locator(".c-who h2")).to_have_text(re.compile(r"\d+ of \d+ hospitals have a free ICU bed"))
    first = page.locator(".who-of tbody tr").first
    assert int(first.locator("td").first.locator("b").inner_text()) > 0
    expect(first.locator("td").last).to_have_text(re.compile(r"\d+ (s|min|h)"))


def test_which_application_was_down_last_night_and_whose_it_is(page: Page, go: Callable[[Page, Locator], None]) -> None:
    go(page, page.get_by_role("link", name=re.compile("^Applications")))
    go(page, page.get_by_role("link", name="The last 24 hours"))
    row = page.locator(".incidents-of tbody tr", has_text="LAKSA").filter(has_text="40 min")
    expect(row.locator('a[href^="/owners/diskominfo"]')).to_be_visible()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("size", list(SIZES))
def test_axe_finds_nothing(room: Room, browser: Browser, path: str, size: str) -> None:
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(room.url + path)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "it scrolls sideways"
    page.evaluate(AXE)
    found: Any = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)
    page.close()
    told = [(one["id"], one["help"], [node["html"][:160] for node in one["nodes"]][:4]) for one in found["violations"]]
    assert not told, told


def test_days_are_chosen_by_pressing_one_of_them(room: Room, browser: Browser) -> None:
    """On a wide screen Plotly draws the days; on a phone the drawing itself has them, and Plotly is never loaded."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{room.url}/explore/complaints?lang=en")
    page.wait_for_selector(".plot .main-svg")
    page.locator(".plot .nsewdrag").first.click(position={"x": 200, "y": 100})
    page.wait_for_url(re.compile(r"from=\d{4}-\d\d-\d\d&to="))
    page.close()
    phone = browser.new_page(viewport={"width": 390, "height": 844})
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(f"{room.url}/explore/complaints?lang=en")
    phone.wait_for_timeout(1500)
    assert not [url for url in asked if "plotly" in url]
    phone.close()


def test_back_and_reload_show_what_the_address_says(room: Room, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{room.url}/explore/complaints?lang=en")
    page.locator('.place-map .labels a[aria-label^="Cipondoh"]').click()
    expect(page.locator(".crumbs")).to_contain_text("Cipondoh")
    page.go_back()
    expect(page.locator(".crumbs")).not_to_contain_text("Cipondoh")
    page.go_forward()
    page.reload()
    expect(page.locator(".crumbs")).to_contain_text("Cipondoh")
    page.close()
