from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browsers import ARGUMENTS, found
from tests.room import Room


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    path = found()
    assert path is not None, "run tests/browsers.py first, as make test does"
    return {"executable_path": str(path), "args": ARGUMENTS}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A running room that the tests of one file share."""
    room = Room(tmp_path_factory.mktemp("room"))
    try:
        room.start()
        yield room
    finally:
        room.stop()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture
def wall(room: Room, browser: Browser) -> Iterator[Page]:
    """The wall's main screen, complete. What it asks for and what goes wrong on it is kept on the page object."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if is_wrong(message) else None)
    page.asked, page.wrong = asked, wrong  # type: ignore[attr-defined]
    page.goto(f"{room.url}/wall/main")
    page.wait_for_selector('[data-tile="beds"][data-freshness="live"]')
    yield page
    page.close()


def is_wrong(message: Any) -> bool:
    """Errors and broken security rules; a server that is down on purpose makes the browser complain too."""
    return message.type == "error" and "ERR_CONNECTION" not in message.text and "WebSocket" not in message.text
