"""What a screen must fetch before it is a wall, as a real browser counts it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.room import Room
from tests.traffic import Traffic

pytestmark = pytest.mark.browser

FIRST = 1_200_000
AGAIN = 50_000
COMPLETE = """() => document.querySelectorAll('#map svg path').length >= 104
    && document.querySelector('[data-tile="beds"][data-freshness="live"]') && document.fonts.check('16px Inter')"""


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been here."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    yield context
    context.close()


def visit(visitor: BrowserContext, url: str) -> Traffic:
    """Everything that came over the wire until the wall was complete, its first picture included."""
    page = visitor.new_page()
    session = visitor.new_cdp_session(page)
    traffic = Traffic()
    traffic.listen(session)
    session.send("Network.enable")
    page.goto(url)
    page.wait_for_function(COMPLETE)
    page.wait_for_load_state("networkidle")
    page.close()
    return traffic


def test_the_first_visit_is_light_and_the_second_next_to_nothing(room: Room, visitor: BrowserContext) -> None:
    first = visit(visitor, f"{room.url}/wall/main")
    again = visit(visitor, f"{room.url}/wall/main")
    assert 20_000 < first.size <= FIRST
    assert 0 < again.size <= AGAIN


def test_what_is_kept_is_kept_for_ever_and_came_compressed(room: Room, visitor: BrowserContext) -> None:
    answers = visit(visitor, f"{room.url}/wall/main").answers
    files = {url: head for url, head in answers.items() if re.search(r"/assets/|/_dash-component-suites/", url)}
    kinds = {url.partition("?")[0].rpartition(".")[2] for url in files}
    assert kinds >= {"js", "css", "woff2"}
    for url, head in files.items():
        assert head["cache-control"] == "public, max-age=31536000, immutable", url
        assert head.get("content-encoding") == "gzip" or url.partition("?")[0].endswith(".woff2"), url


def test_a_wall_fetches_no_charts_and_no_tables(room: Room, visitor: BrowserContext) -> None:
    asked = " ".join(visit(visitor, f"{room.url}/wall/main").answers)
    assert "dash_renderer" in asked
    assert not re.search(r"plotly|dash_table|bootstrap|async-", asked)
