"""Screens that take turns, obey a person, say how they are, and follow the city's file as it is edited."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.room import Room, wait_for

pytestmark = pytest.mark.browser

HALL = """walls:
  hall:
    boards:
      first:
        dwell: 5s
        areas: |
          band       band
          complaints beds
          foot       foot
      second:
        dwell: 5s
        areas: |
          band band
          map  apps
          foot foot
"""
BOTH = {"first": {"complaints", "beds"}, "second": {"map", "apps"}}


class Hall(Room):
    """A room with one screen of two boards."""

    def edit(self, change: Callable[[str], str]) -> None:
        self.config.write_text(change(self.config.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    room = Hall(tmp_path_factory.mktemp("hall"))
    room.edit(lambda text: re.sub("(?m)^(tours|drills): .*$", "", text.partition("walls:\n")[0]) + HALL)
    try:
        room.start()
        yield room
    finally:
        room.stop()


@pytest.fixture
def screen(hall: Hall, browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{hall.url}/wall/hall")
    for name in ("complaints", "beds", "map", "apps"):
        page.wait_for_selector(f'[data-tile="{name}"][data-freshness="live"]', state="attached")
    yield page
    page.close()


def shown(page: Page) -> set[str]:
    tiles = page.locator("[data-tile]:visible").evaluate_all("all => all.map(e => e.dataset.tile)")
    return set(tiles) - {"band", "foot"}


def board(page: Page, name: str) -> None:
    page.wait_for_selector(f'main[data-board="{name}"]', timeout=12_000)


def seen(hall: Hall) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hall.get("/api/v1/screens")["screens"]
    return found


def test_boards_take_turns_and_the_next_one_is_ready(screen: Page) -> None:
    screen.evaluate("() => { window.before = [...document.querySelectorAll('[data-tile]')]; }")
    for name in ("first", "second", "first"):
        board(screen, name)
        assert shown(screen) == BOTH[name]
        for tile in BOTH[name]:
            assert screen.get_attribute(f"#{tile}", "data-freshness") == "live", tile
            assert re.search(r"\d", screen.inner_text(f"#{tile}")), tile
    assert screen.evaluate("() => window.before.every(e => e.isConnected)")


def test_a_person_shows_a_board_then_one_tile_and_goes_back(hall: Hall, screen: Page, browser: Browser) -> None:
    desk = browser.new_page(viewport={"width": 1280, "height": 900})
    desk.goto(f"{hall.url}/screens?lang=en")
    desk.click('[data-order="board"][data-name="second"]')
    board(screen, "second")
    screen.wait_for_timeout(6_000)
    assert shown(screen) == BOTH["second"], "a board that was asked for stays"
    desk.click('[data-order="tile"][data-name="beds"]')
    board(screen, "+beds")
    assert shown(screen) == {"beds"}
    expect(screen.locator('[data-tile="foot"] .demo')).to_be_visible()
    large = screen.locator("#beds .big").first.bounding_box()
    assert large is not None and large["height"] > 130, "it fills the screen"
    expect(desk.locator('[data-order="tile"][data-name="beds"]')).to_have_attribute("aria-pressed", "true")
    desk.click('[data-order="back"]')
    board(screen, "first")
    board(screen, "second")
    desk.close()


def test_a_fresh_page_comes_without_a_blank_frame(hall: Hall, screen: Page, browser: Browser) -> None:
    frames: list[int] = []
    link: CDPSession = screen.context.new_cdp_session(screen)

    def keep(frame: dict[str, Any]) -> None:
        frames.append(len(frame["data"]))
        link.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    link.on("Page.screencastFrame", keep)
    link.send("Page.startScreencast", {"format": "jpeg", "quality": 50, "maxWidth": 960})
    screen.wait_for_timeout(1_500)
    screen.evaluate("() => { window.old = true; }")
    desk = browser.new_page()
    desk.goto(f"{hall.url}/screens")
    desk.click('[data-order="reload"]')
    screen.wait_for_function("() => window.old !== true")
    screen.wait_for_selector('[data-tile="band"]:not([data-loading])')
    screen.wait_for_function("() => !document.querySelector('.picture')")
    screen.wait_for_timeout(1_000)
    link.send("Page.stopScreencast")
    desk.close()
    assert len(frames) > 4
    assert min(frames) > max(frames) * 0.6, f"a blank or half-empty frame is much smaller than the others: {frames}"


def test_every_screen_says_how_it_is_and_a_dead_one_is_flagged(hall: Hall, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1600, "height": 900})
    page.goto(f"{hall.url}/wall/hall")

    def mine() -> dict[str, Any]:
        return next((one for one in seen(hall) if (one["width"], one["height"]) == (1600, 900)), {})

    wait_for("it has spoken", lambda: mine().get("alive") is True)
    assert mine()["screen"] == "hall"
    assert mine()["build"] == hall.get("/version")["build"]
    assert mine()["painted"] < 5 and mine()["heap"] > 0 and abs(mine()["skew"]) < 2000
    page.close()
    wait_for("it is flagged", lambda: mine().get("alive") is False, patience=15)
    desk = browser.new_page(viewport={"width": 1280, "height": 900})
    desk.goto(f"{hall.url}/screens")
    expect(desk.locator(".browser.dead").filter(has_text=mine()["id"][:6])).to_be_visible()
    desk.close()


def test_the_night_has_its_own_colours(hall: Hall, browser: Browser) -> None:
    now = datetime.now(ZoneInfo("Asia/Jakarta"))
    hours = f"{now - timedelta(minutes=5):%H:%M}-{now + timedelta(hours=1):%H:%M}"
    hall.edit(lambda text: text + f'    night: "{hours}"\n')
    try:
        wait_for("the edit is taken up", lambda: hours in browser_plan(hall, browser))
        page = browser.new_page()
        page.goto(f"{hall.url}/wall/hall")
        page.wait_for_selector("main[data-night]")
        page.close()
    finally:
        hall.edit(lambda text: text.replace(f'    night: "{hours}"\n', ""))
        wait_for("the edit is taken back", lambda: hours not in browser_plan(hall, browser))


def browser_plan(hall: Hall, browser: Browser) -> str:
    page = browser.new_page()
    try:
        page.goto(f"{hall.url}/wall/hall")
        page.wait_for_selector("main.wall[data-plan]")
        return page.get_attribute("main.wall[data-plan]", "data-plan") or ""
    finally:
        page.close()


def test_a_bad_edit_is_refused_and_said_and_a_good_one_needs_no_hand(hall: Hall, screen: Page) -> None:
    screen.evaluate("() => { window.old = true; }")
    build = hall.get("/version")["build"]
    hall.edit(lambda text: text.replace("dwell: 5s", "dwel: 5s"))
    notice = screen.locator(".notice")
    expect(notice).to_contain_text("dwel: unknown key", timeout=10_000)
    assert "config.yaml:" in notice.inner_text()
    assert hall.get("/version")["build"] == build
    assert hall.complete()
    hall.edit(lambda text: text.replace("dwel: 5s", "dwell: 5s").replace("map  apps", "apps map "))
    expect(notice).to_be_hidden(timeout=10_000)
    screen.wait_for_function("() => window.old !== true", timeout=60_000)
    screen.wait_for_selector('[data-tile="apps"][data-freshness="live"]', state="attached")
    assert '"apps map' in (screen.get_attribute("main.wall[data-plan]", "data-plan") or "").replace('\\"', '"')
    assert screen.get_attribute("body", "data-build") == hall.get("/version")["build"] != build
    wait_for("everything is collected as before", hall.complete)
