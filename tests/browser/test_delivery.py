"""What a screen must fetch before it is a wall, as a real browser counts it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.many import write_applications
from tests.room import Room
from tests.traffic import Traffic

pytestmark = pytest.mark.browser

FIRST = 1_200_000
AGAIN = 50_000
APPLICATIONS = 500
COMPLETE = """() => document.querySelectorAll('#map svg path').length >= 104
    && document.querySelector('[data-tile="beds"][data-freshness="live"]') && document.fonts.check('16px Inter')"""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A running room with more applications than the shipped one."""
    room = Room(tmp_path_factory.mktemp("room"))
    table = room.folder / "applications.csv"
    write_applications(table, APPLICATIONS)
    text = room.config.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^applications: .*$", f"applications: {table}", text)
    # asked every second, they alone would keep a processor busy
    text = re.sub(
        r"(collector: http_health\n.*\n) +every: 1s\n +cadence: 10s\n", r"\1    every: 10s\n    cadence: 30s\n", text
    )
    room.config.write_text(text, encoding="utf-8")
    try:
        room.start()
        yield room
    finally:
        room.stop()


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


def test_five_hundred_applications_are_all_on_the_screen(room: Room, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto(f"{room.url}/wall/main")
    page.wait_for_function(COMPLETE)
    page.wait_for_function("n => document.querySelectorAll('#apps .cells i').length === n", arg=APPLICATIONS)
    assert str(APPLICATIONS) in page.inner_text("#apps-total")
    hidden = page.evaluate("""() => {
        const box = document.querySelector('#apps .mosaic').getBoundingClientRect();
        return [...document.querySelectorAll('#apps .cells i')].filter((cell) => {
            const at = cell.getBoundingClientRect();
            const inside = at.left >= box.left && at.right <= box.right && at.bottom <= box.bottom;
            return at.width < 6 || at.height < 6 || !inside;
        }).length;
    }""")
    page.close()
    assert hidden == 0
