"""The wall in each of its states, on the real page: what the server would send is told to it by the test instead.

The page's clock stands, so that a state is the same picture every time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, WebSocketRoute

from collectors.health import iso
from collectors.readings.shape import Reading
from collectors.source import Area
from layouts.words import Words
from tests.moment import AT, BUSY, CALM, EMPTY, LOOKED, PLANNED, Moment, changes, readings

NOW = AT + LOOKED
CUT = timedelta(minutes=5, seconds=49)
"""How long the link has been lost."""
REASON = {"error": "layanan.example: status 503 (Service Unavailable)", "fault": "refused 503"}


SETTLED = """() => {
    const map = document.querySelector('#map svg');
    const scale = map.getScreenCTM().a / (map.currentCSSZoom || 1);
    return Math.abs(scale * Number(map.style.getPropertyValue('--unit')) - 1) < 0.01;
}"""
"""The map's labels have the size that its picture's size asks for."""


@dataclass(frozen=True)
class State:
    """`aged`: as old as so many times the age at which a reading is late; `mode` and `night` as the wall wears them."""

    moment: Moment = CALM
    aged: float = 0.0
    fails: bool = False
    told: bool = True
    linked: bool = True
    night: bool = False
    mode: str | None = None


STATES: Mapping[str, State] = {
    "calm": State(),
    "busy": State(BUSY),
    "late": State(aged=1.4),
    "stale": State(BUSY, aged=6),
    "failed": State(aged=6, fails=True),
    "never": State(Moment(CALM.limits, CALM.change, heard=False)),
    "empty": State(EMPTY),
    "planned": State(PLANNED),
    "loading": State(told=False),
    "link-down": State(linked=False),
    "night": State(BUSY, night=True),
    "replay": State(BUSY, mode="replay"),
    "drill": State(BUSY, mode="drill"),
}


@cache
def found(moment: Moment) -> Mapping[Area, Reading]:
    return readings(moment)


def tiles(state: State, language: str) -> dict[str, object]:
    """What the server would send of every tile."""
    seen = {area: _aged(reading, state) for area, reading in found(state.moment).items()}
    words = Words("en" if language == "en" else "id", ZoneInfo("Asia/Jakarta"), "Kota Tangerang", "main")
    return changes(seen, words, NOW)


def _aged(reading: Reading, state: State) -> Reading:
    if not state.aged or reading["as_of"] is None:
        return reading
    age = timedelta(seconds=state.aged * reading["late_after"])
    older = age - (NOW - datetime.fromisoformat(reading["as_of"]))
    sources = [
        {
            **source,
            "as_of": _earlier(source["as_of"], older),
            "received": _earlier(source["received"], older),
            **({**REASON, "failing_since": iso(NOW - age)} if state.fails else {}),
        }
        for source in reading["sources"]
    ]
    failed = reading["stale_after"] if state.fails else None
    return {**reading, "as_of": iso(NOW - age), "failed_after": failed, "sources": sources}  # type: ignore[typeddict-item]


def _earlier(moment: str | None, by: timedelta) -> str | None:
    return None if moment is None else iso(datetime.fromisoformat(moment) - by)


@contextmanager
def shown(
    browser: Browser,
    url: str,
    state: State,
    size: tuple[int, int] = (1920, 1080),
    language: str = "id",
    screen: str = "main",
) -> Iterator[Page]:
    """A screen of the wall in a state, settled."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.clock.set_fixed_time(NOW)
    page.add_init_script("performance.now = () => 0")  # silence, too, is not counted
    sockets: list[WebSocketRoute] = []

    def told(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        all_tiles = tiles(state, language) if state.told else {}
        at = round(NOW.timestamp() * 1000)
        socket.send(json.dumps({"t": "all", "n": 1, "at": at, "store": True, "build": None, "tiles": all_tiles}))

    try:
        page.route_web_socket("**/live**", told)
        page.goto(f"{url}/wall/{screen}?lang={language}")
        if state.told:
            page.wait_for_selector("[data-tile=map]:not([data-loading])")
        page.wait_for_function("() => document.querySelectorAll('#map svg path').length >= 104")
        page.wait_for_function(
            "() => document.fonts.status === 'loaded' && document.querySelector('.hm').textContent !== '–'"
        )
        if not state.linked:
            for socket in sockets:
                socket.send(json.dumps({"t": "beat", "n": 1, "at": round(NOW.timestamp() * 1000), "store": False}))
            page.wait_for_selector('body[data-link="down"]')
            page.clock.set_fixed_time(NOW + CUT)
            page.evaluate("at => liveroom.tile.tick(at)", (NOW + CUT).timestamp() * 1000)
        page.evaluate(
            "([night, mode]) => { const main = document.querySelector('main');"
            " main.toggleAttribute('data-night', night);"
            " if (mode) main.dataset.mode = mode; }",
            [state.night, state.mode],
        )
        page.wait_for_function(SETTLED)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        yield page
    finally:
        page.close()
