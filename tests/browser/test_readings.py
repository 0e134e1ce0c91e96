"""What tiles show of readings nobody sees every day: large totals, long names, many failures, and a declared stage."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from collectors.doubt import Doubt
from collectors.readings.shape import Reading, SourceState
from collectors.source import Area
from layouts import TILES
from layouts.state import aged, tile_state
from layouts.words import Words
from tests.browser.lint.seen import look
from tests.layout_samples import (
    LONG_AGENCY,
    MINUTES_AGO,
    apps,
    bed_sum,
    beds,
    city,
    complaints,
    road_item,
    source,
    traffic,
    water,
)
from tests.room import Room

pytestmark = pytest.mark.browser

NOW = datetime(2025, 12, 16, 7, 1, 30, tzinfo=UTC)
BEYOND = """slots => slots.filter((id) => {
    const slot = document.getElementById(id);
    const tile = slot.closest('[data-tile]').getBoundingClientRect();
    const { left, right, bottom, width } = slot.getBoundingClientRect();
    const next = slot.nextElementSibling && slot.nextElementSibling.getBoundingClientRect();
    const over = next && next.width && next.left > left && next.left < right - 1 && next.top < bottom - 1;
    const top = document.elementFromPoint(right - 3, (slot.getBoundingClientRect().top + bottom) / 2);
    const covered = top && !slot.contains(top) && !top.contains(slot);
    return !width || covered || left < tile.left || right > tile.right || bottom > tile.bottom || over;
})"""


def tiles(readings: Mapping[Area, Reading]) -> dict[str, Any]:
    seen = {area: aged(reading, NOW) for area, reading in readings.items()}
    words = Words("id", city="Kota Tangerang", screen="main")
    return {
        name: {
            "state": tile_state([seen[area] for area in tile.areas], NOW, tile.raises, words),
            "props": tile.show(seen, words),
        }
        for name, tile in TILES.items()
    }


@contextmanager
def showing(
    browser: Browser,
    room: Room,
    readings: Mapping[Area, Reading],
    size: tuple[int, int] = (1920, 1080),
    screen: str = "main",
) -> Iterator[Page]:
    """A screen of the wall, told of these readings instead of the room's own."""
    message = {"t": "all", "n": 1, "at": NOW.timestamp() * 1000, "store": True, "build": None, "tiles": tiles(readings)}
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.clock.set_fixed_time(NOW)
    try:
        page.route_web_socket("**/live**", lambda socket: socket.send(json.dumps(message)))
        page.goto(f"{room.url}/wall/{screen}")
        page.wait_for_selector("[data-tile=apps]:not([data-loading])")
        page.wait_for_function("() => document.querySelectorAll('#map svg path').length >= 104")
        page.wait_for_function("() => document.fonts.status === 'loaded'")
        page.evaluate("() => liveroom.tile.refit()")
        yield page
    finally:
        page.close()


def test_totals_of_five_digits_stay_in_their_place(browser: Browser, room: Room) -> None:
    large = city(
        complaints=complaints(
            waiting=10_000, in_progress=12_345, done=99_999, unknown=10_001, total=132_345, today=9999
        ),
        beds=beds(icu=bed_sum(12_345, 23_456), inpatient=bed_sum(10_001, 34_567)),
        traffic=traffic(open=12_345, by_kind={"jam": 10_000, "accident": 1234, "flood": 12_345, "works": 10_000}),
        apps=apps(up=10_000, total=12_345),
    )
    numbers = {
        "complaints": ("waiting", "total", "today", "in_progress", "done", "other"),
        "beds": ("icu-free", "icu-capacity", "inpatient-free", "inpatient-capacity", "occupied", "band"),
        "traffic": ("open", "jam", "accident", "flood", "other"),
        "apps": ("up", "total"),
    }
    with showing(browser, room, large) as page:
        slots = [f"{tile}-{slot}" for tile, each in numbers.items() for slot in each]
        assert page.evaluate(BEYOND, slots) == []
        assert page.inner_text("#beds-icu-free") == "12.345"


def test_a_long_agency_is_read_to_its_last_word(browser: Browser, room: Room) -> None:
    queue = {"agency": LONG_AGENCY, "waiting": 10_000, "oldest": "2025-11-09T00:00:00Z", "overdue": True}
    with showing(browser, room, city(complaints=complaints("watch", oldest=[queue] * 5))) as page:
        name = page.locator("#complaints-row0-agency")
        expect(name).to_have_text("Dinas Perumahan, Permukiman dan Pertanahan")
        assert name.evaluate("e => e.scrollWidth <= e.clientWidth + 1 && e.scrollHeight <= e.clientHeight + 4")
        assert page.evaluate(BEYOND, ["complaints-row0-count", "complaints-row0-age"]) == []


def test_of_forty_failures_among_five_hundred_many_are_named_and_the_rest_counted(browser: Browser, room: Room) -> None:
    found = apps("alarm", bad=40)
    cells: list[dict[str, Any]] = found["cells"]  # type: ignore[typeddict-item]
    more = [{**cells[-1], "id": f"b{i}"} for i in range(326)]
    with showing(browser, room, city(apps=apps("alarm", bad=40, cells=[*cells, *more], total=500, up=460))) as page:
        assert page.locator("#apps .cells i").count() == 500
        named = page.locator("#apps-names>.item:not(.cut):visible").count()
        assert named >= 15
        expect(page.locator("#apps-names>.more")).to_have_text(f"+{40 - named} lagi")


def test_what_is_called_out_has_a_line_to_its_mark_and_on_a_phone_none(browser: Browser, room: Room) -> None:
    crashes = [road_item("accident", f"Jl. {i}", 5, lat=-6.15 - i / 50, lon=106.62 + i / 50) for i in range(4)]
    blocked = city(traffic=traffic("alarm", raised=crashes, newest=crashes, outside=0))
    with showing(browser, room, blocked) as page:
        lines = page.locator("#map .leader")
        expect(lines).to_have_count(3)
        ends = [box for line in lines.all() if (box := line.bounding_box())]
        for i in range(3):
            row = page.locator(f"#map-incident{i}").bounding_box()
            assert row
            near = [
                line
                for line in ends
                if 0 <= row["x"] - line["x"] - line["width"] < 40
                and line["y"] <= row["y"] + row["height"]
                and row["y"] <= line["y"] + line["height"]
            ]
            assert near, "a line ends where the words begin"
    with showing(browser, room, blocked, (390, 844)) as page:
        assert page.locator("#map-incident0").is_visible()
        expect(page.locator("#map .leader")).to_have_count(0)


def declare(room: Room, **stage: Any) -> None:
    request = urllib.request.Request(
        f"{room.url}/api/v1/stage", json.dumps(stage).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def test_a_declared_stage_is_on_the_wall_with_its_mark_its_reason_and_its_end(wall: Page, room: Room) -> None:
    declare(room, stage=5, reason="Latihan penyelamatan di pintu air", minutes=60)
    expect(wall.locator("#band-stage")).to_have_text("5")
    expect(wall.locator("#band-declared")).to_be_visible()
    expect(wall.locator("#band-order-reason")).to_have_text("Latihan penyelamatan di pintu air")
    expect(wall.locator("#band-order-until")).to_have_text(re.compile(r"sampai .*\d\d\.\d\d"))
    declare(room, stage=None)
    expect(wall.locator("#band-declared")).to_be_hidden()
    expect(wall.locator("#band-order")).to_be_hidden()
    expect(wall.locator("#band-stage")).not_to_have_text("5")


def test_wazes_credit_is_whole_and_costs_no_row(browser: Browser, room: Room) -> None:
    waze: SourceState = {**source("waze", "traffic", "Dishub"), "collector": "waze"}
    jams = [road_item("jam", f"Jalan Macet {i}", 4) for i in range(2)]
    reports = [road_item("works", f"Jalan Baru {i}", None) for i in range(2)]
    roads = traffic("watch", jams=jams, newest=[*jams, *reports], raised=jams[:1], sources=[waze])
    with showing(browser, room, city(traffic=roads)) as page:
        rows = [f"traffic-{row}{i}-road" for row in ("jam", "report") for i in range(2)]
        assert page.evaluate(BEYOND, [*rows, "traffic-credit", "map-credit"]) == []
        for tile in ("traffic", "map"):
            credit = page.locator(f"#{tile}-credit")
            expect(credit).to_have_text("Data oleh Waze App. https://waze.com")
            assert credit.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
        expect(page.locator("#beds-credit")).to_be_hidden()
        last = page.locator("#traffic-jam1").bounding_box()
        footer = page.locator("#traffic>footer").bounding_box()
        assert last and footer and last["y"] + last["height"] <= footer["y"] + 1


@pytest.mark.parametrize("others", [{}, {"beds": beds("alarm"), "water": water("alarm")}])
def test_the_band_credits_waze_whole_whatever_stands_beside_it(
    browser: Browser, room: Room, others: Mapping[Area, Reading]
) -> None:
    waze: SourceState = {**source("waze", "traffic", "Dishub"), "collector": "waze"}
    readings = {**city(traffic=traffic("alarm", sources=[waze])), **others}
    with showing(browser, room, readings) as page:
        credit = page.locator("#band .credit:visible")
        expect(credit).to_have_text("Data oleh Waze App. https://waze.com")
        assert credit.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
        seen = [one for one in look(page).texts if one.name.startswith("band")]
        assert [(one.text, one.cut) for one in seen if one.cut > 1.5] == []
        head = page.locator("#band .credited:visible .h").bounding_box()
        below = credit.bounding_box()
        assert head and below and head["y"] + head["height"] <= below["y"] + 1


@pytest.mark.parametrize("size", [(1920, 1080), (390, 844)])
def test_a_total_that_does_not_reconcile_stands_whole_in_its_tile_and_costs_no_row(
    browser: Browser, room: Room, size: tuple[int, int]
) -> None:
    apart: Doubt = {"code": "parts_differ", "since": MINUTES_AGO, "of": "capacity", "stated": 1204, "counted": 1199}
    owner = {**source("aplicares", "beds", "Dinas Kesehatan Kota Tangerang"), "quality": [apart, {**apart, "at": "x"}]}
    waze = {**source("waze", "traffic", "Dishub"), "collector": "waze", "quality": [{**apart, "of": "rows"}]}
    readings = city(
        complaints=complaints(quality=[{**apart, "of": "reports"}]),
        beds=beds(sources=[owner]),
        traffic=traffic(sources=[waze, source("like-lantas", "traffic", "Polres Metro")]),
    )
    with showing(browser, room, city(), size) as page:
        before = {name: page.locator(f"#{name}>.body").bounding_box() for name in ("complaints", "beds")}
    with showing(browser, room, readings, size) as page:
        said = {
            "complaints": "aduan 1.199 ≠ 1.204",
            "beds": "kapasitas 1.199 ≠ 1.204 · +1",
            "traffic": "baris 1.199 ≠ 1.204",
        }
        for name, words in said.items():
            doubt = page.locator(f"#{name}-doubt")
            expect(doubt).to_be_visible()
            expect(doubt).to_have_text(words)
            assert page.locator(f"#{name}-doubt-said").evaluate("e => e.scrollWidth <= e.clientWidth + 1")
            expect(page.locator(f"#{name}-source")).to_be_visible()
        assert page.evaluate(BEYOND, [f"{name}-doubt" for name in said]) == []
        expect(page.locator("#apps-doubt")).to_be_hidden()
        if size[0] > size[1]:
            assert {name: page.locator(f"#{name}>.body").bounding_box() for name in before} == before
            assert [text.name for text in look(page).texts if text.cut > 1.5 and "footer" in text.name] == []


@pytest.mark.parametrize("freshness", ["live", "stale"])
def test_a_source_in_doubt_has_its_row_on_the_source_board(browser: Browser, room: Room, freshness: Any) -> None:
    apart: Doubt = {"code": "total_differs", "since": MINUTES_AGO, "of": "hospitals", "stated": 35, "counted": 33}
    doubted: SourceState = {**source("aplicares", "beds", "Dinkes"), "quality": [apart]}
    readings = city(beds=beds(sources=[doubted]), complaints=complaints(freshness=freshness))
    with showing(browser, room, readings, (390, 844), "hall") as page:  # a phone shows every board at once
        row = page.locator("#sources .src.in-doubt")
        expect(row).to_be_visible()
        expect(row.locator(".cause")).to_have_text("33 rumah sakit diterima, 35 menurut sumber")
        assert row.evaluate("e => getComputedStyle(e).display") == "grid"
