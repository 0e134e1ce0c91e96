"""The wall as people see it, in a real browser over the whole product."""

from __future__ import annotations

import contextlib
import os
import re
import signal
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.room import Room, wait_for

pytestmark = pytest.mark.browser

TILES = ("band", "complaints", "map", "beds", "newest", "apps", "traffic", "foot")
LINK_DOWN = 'body[data-link="down"]'
LINK_UP = 'body[data-link="up"]'


def tile(page: Page, name: str) -> dict[str, str]:
    return dict(page.eval_on_selector(f'[data-tile="{name}"]', "e => ({...e.dataset})"))


def test_the_wall_is_complete_as_soon_as_it_is_connected(wall: Page) -> None:
    for name in TILES:
        wall.wait_for_selector(f'[data-tile="{name}"][data-freshness="live"]')
        assert re.match(r"\d{4}-\d\d-\d\dT.*Z", tile(wall, name)["asOf"]), name
    wall.wait_for_function("() => document.querySelectorAll('#map svg path').length >= 104")
    assert wall.get_attribute("body", "data-build")


def test_every_tile_names_its_source_and_owner(wall: Page) -> None:
    for name, owner in (
        ("complaints", "Diskominfo"),
        ("beds", "Dinkes"),
        ("traffic", "Dishub"),
        ("apps", "Diskominfo"),
    ):
        assert owner in wall.inner_text(f'[data-tile="{name}"] footer'), name


def test_simulated_data_is_marked(wall: Page) -> None:
    expect(wall.locator('[data-tile="foot"] .demo')).to_be_visible()


def test_nothing_is_asked_of_any_other_host_and_no_rule_is_broken(wall: Page, room: Room) -> None:
    wall.wait_for_timeout(1500)
    hosts = {re.sub(r"^\w+://([^/]+)/.*$", r"\1", url) for url in wall.asked if not url.startswith(("data:", "blob:"))}  # type: ignore[attr-defined]
    assert hosts == {f"127.0.0.1:{room.port}"}
    assert wall.wrong == []  # type: ignore[attr-defined]


def test_a_change_is_written_into_the_same_element(wall: Page) -> None:
    wall.evaluate("""() => {
        window.before = Object.fromEntries([...document.querySelectorAll('[data-tile]')].map(e => [e.dataset.tile, e]));
    }""")
    first = tile(wall, "apps")["asOf"]
    wall.wait_for_function("first => document.querySelector('[data-tile=apps]').dataset.asOf !== first", arg=first)
    assert wall.evaluate(
        "() => Object.entries(window.before).every(([name, e]) => document.querySelector(`[data-tile=${name}]`) === e)"
    )


def test_a_number_never_changes_faster_than_every_two_seconds(wall: Page, room: Room) -> None:
    """Changes are pushed far faster than that through the real hub; what the eye sees is watched for ten seconds."""
    wall.evaluate("""() => {
        window.changes = {};
        const seen = new Map();
        for (const slot of document.querySelectorAll('[data-tile] [id]')) {
            if (slot.children.length || slot.dataset.since !== undefined || !/\\d/.test(slot.textContent)) continue;
            seen.set(slot, slot.textContent);
            new MutationObserver(() => {
                if (slot.textContent === seen.get(slot)) return;
                seen.set(slot, slot.textContent);
                (window.changes[slot.id] = window.changes[slot.id] || []).push(performance.now());
            }).observe(slot, { childList: true, characterData: true, subtree: true });
        }
        const tile = document.getElementById('beds');
        const isNumber = (e) => !e.children.length && /^\\d+$/.test(e.textContent);
        const slots = [...tile.querySelectorAll('[id]')].filter(isNumber);
        let n = 0;
        window.pushing = setInterval(() => {
            n += 1;
            liveroom.tile.apply('beds', { props: { [slots[0].id.replace('beds-', '')]: String(100 + n) } });
        }, 100);
    }""")
    wall.wait_for_timeout(10_000)
    changes = wall.evaluate("() => { clearInterval(window.pushing); return window.changes; }")
    gaps = {slot: min(b - a for a, b in pairwise(at)) for slot, at in changes.items() if len(at) > 1}
    assert any(slot.startswith("beds-") for slot in gaps), "the pushed number must have changed several times"
    assert {slot: gap for slot, gap in gaps.items() if gap < 1900} == {}


def test_an_unknown_tile_or_slot_never_stops_the_rest(wall: Page) -> None:
    wall.evaluate("() => liveroom.tile.apply('nonsense', { props: { a: '1' } })")
    wall.evaluate(
        "() => liveroom.tile.apply('apps', { props: { nonsense: '1', 'also-none': { text: '2', class: 'x' } } })"
    )
    first = tile(wall, "apps")["asOf"]
    wall.wait_for_function("first => document.querySelector('[data-tile=apps]').dataset.asOf !== first", arg=first)
    assert wall.wrong == []  # type: ignore[attr-defined]


def test_both_languages_are_whole(room: Room, browser: Browser) -> None:
    headings = {}
    for language in ("id", "en"):
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"{room.url}/wall/main?lang={language}")
        page.wait_for_selector('[data-tile="beds"][data-freshness="live"]')
        headings[language] = page.locator("h2").all_inner_texts()
        assert page.get_attribute("main", "lang") == language
        page.close()
    assert "Tempat tidur" in headings["id"] and "Beds" in headings["en"]
    assert not set(headings["id"]) & set(headings["en"])


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160), (7680, 2160)])
def test_the_wall_fits_its_screen_without_a_scrollbar(room: Room, browser: Browser, size: tuple[int, int]) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{room.url}/wall/main")
    page.wait_for_selector('[data-tile="beds"][data-freshness="live"]')
    wide, high = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    page.close()
    assert wide <= size[0]
    assert high <= size[1]


def test_a_phone_gets_one_column_it_can_read(room: Room, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{room.url}/wall/main")
    page.wait_for_selector('[data-tile="beds"][data-freshness="live"]')
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    small = page.evaluate("""() => [...document.querySelectorAll('[data-tile] *')].filter((e) =>
        e.childElementCount === 0 && e.textContent.trim() && e.getClientRects().length && !e.closest('svg')
        && parseFloat(getComputedStyle(e).fontSize) < 15.9).map((e) => e.id || e.className || e.tagName)""")
    page.close()
    assert small == []


def test_the_age_counts_on_while_the_source_is_silent(wall: Page, room: Room) -> None:
    room.demo("POST", "/_faults/laksa", {"kind": "frozen"})
    try:
        before = wall.inner_text('[data-tile="complaints"] h2 ~ .fr')
        wall.wait_for_selector('[data-tile="complaints"]:not([data-freshness="live"])', timeout=15_000)
        wall.wait_for_selector('[data-tile="complaints"][data-freshness="stale"]', timeout=15_000)
        assert tile(wall, "complaints")["level"] != "normal"
        assert wall.inner_text('[data-tile="complaints"] h2 ~ .fr') != before
        assert tile(wall, "apps")["freshness"] == "live"
    finally:
        room.demo("DELETE", "/_faults/laksa")
    wall.wait_for_selector('[data-tile="complaints"][data-freshness="live"]', timeout=15_000)


def test_a_failed_source_keeps_its_last_number_and_says_why(wall: Page, room: Room) -> None:
    number = room.reading("complaints")["value"]
    room.demo("POST", "/_faults/laksa", {"kind": "html"})
    try:
        wall.wait_for_selector('[data-tile="complaints"][data-freshness="failed"]', timeout=15_000)
        assert "HTML" in wall.inner_text('[data-tile="complaints"] .reason')
        assert abs(room.reading("complaints")["value"] - number) < 50
    finally:
        room.demo("DELETE", "/_faults/laksa")
    wall.wait_for_selector('[data-tile="complaints"][data-freshness="live"]', timeout=15_000)


def test_killing_the_web_process_is_seen_and_survived(wall: Page, room: Room) -> None:
    """It is held still first: a process that is back within the five seconds allowed is never seen to be gone."""
    wall.evaluate("() => { window.unreloaded = true; }")
    pid = room.child("wall")
    os.kill(pid, signal.SIGSTOP)
    wall.wait_for_selector(LINK_DOWN, timeout=8_000)
    room.kill(pid)
    assert wall.locator("[data-tile]").count() == len(TILES)
    age = wall.inner_text('[data-tile="beds"] h2 ~ .fr')
    assert age.strip()
    wall.wait_for_selector(LINK_UP, timeout=30_000)
    wall.wait_for_selector('[data-tile="beds"][data-freshness="live"]', timeout=15_000)
    assert wall.evaluate("() => window.unreloaded") is True, "the same build needs no reload"


def test_killing_redis_is_seen_and_survived_with_nothing_lost(wall: Page, room: Room) -> None:
    """Killed as often as it is started again, since one that is back within moments leaves nothing to be seen."""
    before = room.reading("complaints")["total"]
    cut = wall.locator(LINK_DOWN)

    def seen() -> bool:
        with contextlib.suppress(ProcessLookupError):
            room.kill(room.redis())
        return cut.count() > 0

    wait_for("the wall says that it is cut off", seen)
    wall.wait_for_selector(LINK_UP, timeout=30_000)
    wait_for("all sources live again", room.complete)
    assert room.reading("complaints")["total"] >= before
    wall.wait_for_selector('[data-tile="complaints"][data-freshness="live"]', timeout=15_000)


def test_killing_the_collecting_process_is_seen_and_survived(wall: Page, room: Room) -> None:
    """Killed as often as it is started again, since one that is back within the cadence leaves nothing to be seen."""
    before = room.reading("complaints")["total"]
    doubted = wall.locator('[data-tile="apps"]:not([data-freshness="live"])')

    def seen() -> bool:
        with contextlib.suppress(ProcessLookupError):
            room.kill(room.child("collect"))
        return doubted.count() > 0

    wait_for("the wall doubts what nobody collects", seen)
    wait_for("all sources live again", room.complete)
    assert room.reading("complaints")["total"] >= before
    wall.wait_for_selector('[data-tile="apps"][data-freshness="live"]', timeout=15_000)


def test_a_screen_that_connects_while_nothing_is_collected_is_complete(room: Room, browser: Browser) -> None:
    """The collecting process is held still: what was known is shown at once, with its true age."""
    pid = room.child("collect")
    os.kill(pid, signal.SIGSTOP)
    try:
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"{room.url}/wall/main")
        page.wait_for_selector('[data-tile="beds"][data-as-of$="Z"]', timeout=8_000)
        page.wait_for_function("() => /\\d/.test(document.querySelector('[data-tile=beds]').textContent)")
        for name in TILES:
            assert tile(page, name)["asOf"], name
        page.wait_for_selector('[data-tile="apps"][data-freshness="stale"]', timeout=20_000)
        page.close()
    finally:
        os.kill(pid, signal.SIGCONT)
    wait_for("all sources live again", room.complete)
