"""Pictures of a tour for the documentation: the guide, phones and a wall, from the pretend city (`make pictures`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

PHONE, WALL = (390, 844), (1920, 1080)
QUIZ, MAP = 3, 6
SETTLED = 2500
"""Milliseconds until all of a step stands still."""

Keep = Callable[[bytes, Path], None]


@contextmanager
def person(browser: Browser, url: str, size: tuple[int, int]) -> Iterator[Page]:
    """A page in a browser of its own."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    try:
        page = context.new_page()
        page.goto(url)
        yield page
    finally:
        context.close()


def toured(browser: Browser, url: str, folder: Path, keep: Keep) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with person(browser, f"{url}/wall/hall", WALL) as wall, person(browser, f"{url}/tour?lang=id", PHONE) as guide:
        guide.locator('[name=screen][value="hall"]').check()
        keep(guide.screenshot(), folder / "start.png")
        guide.locator("button.go").click()
        guide.wait_for_url("**/tour?code=*")
        code = re.findall(r"code=(\d{4})", guide.url)[0]
        with (
            person(browser, f"{url}/t?lang=id", PHONE) as first,
            person(browser, f"{url}/t/{code}?lang=en", PHONE) as second,
        ):
            first.locator("#code").press_sequentially(code[:3])
            keep(first.screenshot(), folder / "join.png")
            first.goto(f"{url}/t/{code}?lang=id")
            guide.locator(".next").click()
            wall.wait_for_timeout(SETTLED)
            keep(guide.screenshot(), folder / "guide.png")
            keep(first.screenshot(), folder / "phone-id.png")
            keep(second.screenshot(), folder / "phone-en.png")
            keep(wall.screenshot(), folder / "wall.png")
            go(guide, QUIZ)
            guide.locator("[data-do=open_poll]").click()
            for phone in (first, second):
                phone.locator(".option").nth(1).click()
            wall.wait_for_timeout(SETTLED)
            keep(guide.screenshot(), folder / "guide-poll.png")
            keep(first.screenshot(), folder / "phone-poll.png")
            guide.locator("[data-do=show_poll]").click()
            wall.wait_for_timeout(SETTLED)
            keep(wall.screenshot(), folder / "wall-poll.png")
            go(guide, MAP)
            second.goto(f"{url}/t/{code}/apps?lang=en")
            wall.wait_for_timeout(SETTLED)
            keep(wall.screenshot(), folder / "wall-map.png")
            keep(second.screenshot(), folder / "phone-look.png")
            guide.locator("button.end").click()
            guide.locator(".yes").click()
            guide.wait_for_selector("main:not(.remote,.qr) h1")


def go(guide: Page, step: int) -> None:
    """Straight to a step (from 0) that is still to come."""
    guide.locator(".later button").filter(has=guide.locator(f'.n:text-is("{step + 1}")')).click()
