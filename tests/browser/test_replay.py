"""A wall that replays cannot be taken for the present city, and comes back to it; as a browser shows it."""

from __future__ import annotations

import json
import urllib.request
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.room import Room, wait_for

pytestmark = pytest.mark.browser
PATIENT = 40_000.0
CLOCK = "() => [...document.querySelectorAll('.clock :is(.hm, .ss)')].map((e) => e.textContent).join('')"


def order(room: Room, **asked: Any) -> Any:
    request = urllib.request.Request(
        f"{room.url}/api/v1/replays", json.dumps(asked).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)["playing"]


def recorded(room: Room, seconds: float) -> str:
    """When the recording of the main screen began, once it is so long."""

    def length() -> float:
        stretches = room.get("/api/v1/replays")["screens"]["main"]["stretches"]
        if not stretches:
            return 0.0
        begin, end = (datetime.fromisoformat(stretches[-1][key]) for key in ("start", "end"))
        return (end - begin).total_seconds()

    wait_for("something is recorded", lambda: length() >= seconds)
    return str(room.get("/api/v1/replays")["screens"]["main"]["stretches"][-1]["start"])


def of_city(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo("Asia/Jakarta")).strftime("%H.%M.%S")


@pytest.mark.parametrize(
    ("kind", "words"), [("replay", ("PUTAR ULANG",)), ("drill", ("LATIHAN", "DRILL"))], ids=["replay", "drill"]
)
def test_a_wall_that_replays_says_so_all_over_and_shows_the_time_of_then(
    room: Room, wall: Page, kind: str, words: tuple[str, ...]
) -> None:
    start = recorded(room, 6)
    expect(wall.locator("body")).not_to_have_attribute("data-replay", kind, timeout=PATIENT)
    order(room, screen="main", kind=kind, at=start, speed=0)
    expect(wall.locator("body")).to_have_attribute("data-replay", kind, timeout=PATIENT)
    expect(wall.locator("main.wall")).to_have_attribute("data-mode", kind, timeout=PATIENT)
    marks = wall.locator(".replay-marks span")
    assert marks.count() >= 9 and marks.first.is_visible()
    for word in words:
        assert all(word in text for text in marks.all_inner_texts())
    wait_for("the clock shows the time of then", lambda: wall.evaluate(CLOCK) == of_city(start))
    wall.wait_for_timeout(2200)
    assert wall.evaluate(CLOCK) == of_city(start), "it stands while it is paused"
    expect(wall.locator("body")).to_have_attribute("data-link", "up", timeout=PATIENT)
    assert wall.locator("#foot .demo").is_visible(), "simulated data still say so"
    wait_for("its heartbeat says so", lambda: kind in [one["replay"] for one in room.get("/api/v1/screens")["screens"]])

    order(room, screen="main", stop=True)
    expect(wall.locator("body")).not_to_have_attribute("data-replay", kind, timeout=PATIENT)
    assert wall.locator(".replay-marks").count() == 0
    wall.wait_for_function("() => Math.abs(liveroom.now() - Date.now()) < 3000")
    wait_for(
        "the numbers are those of now",
        lambda: (
            wall.locator("#complaints-waiting").inner_text().replace(".", "")
            == str(room.reading("complaints")["waiting"])
        ),
    )
    assert wall.wrong == []  # type: ignore[attr-defined]


def test_the_page_plays_a_moment_pauses_and_ends_it(room: Room, browser: Browser) -> None:
    recorded(room, 6)
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    try:
        page.goto(f"{room.url}/replay?lang=en")
        slider = page.locator(".slider")
        expect(page.locator(".plays .none")).to_be_visible(timeout=PATIENT)
        slider.focus()
        slider.press("Home")
        page.get_by_role("button", name="Play from here").click()
        playing = page.locator(".plays li[data-kind=replay]")
        expect(playing).to_contain_text("main: REPLAY of main", timeout=PATIENT)
        page.get_by_role("button", name="Pause").click()
        expect(playing).to_contain_text("paused", timeout=PATIENT)
        page.get_by_role("button", name="15×").click()
        expect(playing).to_contain_text("15×", timeout=PATIENT)
        page.locator(".desk").get_by_role("button", name="End it").click()
        expect(page.locator(".plays .none")).to_be_visible(timeout=PATIENT)
    finally:
        page.close()
