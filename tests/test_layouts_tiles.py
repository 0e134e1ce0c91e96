"""What each tile shows of a reading: numbers with their n/N, unknown as a dash, zeros marked, names named."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from collectors.doubt import Doubt
from collectors.readings.shape import Reading, SourceState
from collectors.source import EVERY_AREA, Area
from layouts import TILES
from layouts.frame import Props, Readings, slot_id
from layouts.words import Words
from tests.layout_samples import (
    LONG_AGENCY,
    MINUTES_AGO,
    apps,
    bed_sum,
    beds,
    city,
    complaints,
    post,
    road_item,
    source,
    traffic,
    unknown_city,
    water,
)

WORDS = Words("id", city="Kota Tangerang", screen="main")


def shown(tile: str, **changed: Reading) -> Props:
    return TILES[tile].show(city(**changed), WORDS)


def key(props: Props, slot: str, name: str = "text") -> str | None:
    value = props[slot]
    return value if isinstance(value, str) else value.get(name)


def ids(component: Any) -> list[str]:
    """Every id of a Dash component and its children."""
    if isinstance(component, list | tuple):
        return [found for child in component for found in ids(child)]
    if not hasattr(component, "to_plotly_json"):
        return []
    own = [component.id] if getattr(component, "id", None) else []
    return own + ids(getattr(component, "children", None))


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", TILES)
def test_every_tile_draws_its_frame_and_every_slot_it_shows(name: str, language: str) -> None:
    words = Words(language)
    drawn = TILES[name].draw(words)
    assert getattr(drawn, "data-tile") == name
    assert getattr(drawn, "data-freshness") == "never"
    assert getattr(drawn, "data-level") == "unknown"
    found = ids(drawn)
    assert len(found) == len(set(found))
    in_svg = {"marks", "fills"} if name == "map" else set()
    for readings in (
        city(),
        unknown_city(),
        city(apps=apps("alarm", bad=40), traffic=traffic("alarm"), water=water("alarm")),
    ):
        for slot in TILES[name].show(readings, words):
            assert slot_id(name, slot) in found or slot in in_svg or slot.startswith("d-"), slot


@pytest.mark.parametrize("name", TILES)
def test_no_tile_needs_a_reading(name: str) -> None:
    nothing: dict[Area, Reading] = {}
    assert isinstance(TILES[name].show(nothing, WORDS), dict)


def test_ids_of_all_tiles_together_are_unique() -> None:
    found = [one for tile in TILES.values() for one in ids(tile.draw(WORDS))]
    assert len(found) == len(set(found))


def test_complaints_show_parts_ages_and_the_limit() -> None:
    props = shown("complaints")
    assert key(props, "waiting") == "193"
    assert key(props, "total") == "dari 12.080"
    assert key(props, "done") == "11.668"
    assert key(props, "row0-age", "data-since") == "2025-12-09T00:00:00Z"
    assert key(props, "row0-pie", "data-limit") == "604800.0"
    assert key(props, "row1", "hidden") == ""
    assert key(props, "tag") == ""


APART: Doubt = {"code": "parts_differ", "since": MINUTES_AGO, "of": "reports", "stated": 3986, "counted": 4026}


def test_a_reading_that_does_not_add_up_says_so_with_both_numbers() -> None:
    props = shown("complaints", complaints=complaints(quality=[APART]))
    assert (key(props, "doubt", "hidden"), key(props, "doubt-said")) == (None, "aduan 4.026 ≠ 3.986")
    assert key(props, "doubt", "title") == "aduan: bagiannya berjumlah 4.026, totalnya 3.986"
    assert key(props, "source") == "laksa", "the number of days makes room"
    assert (key(props, "waiting"), key(props, "total")) == ("193", "dari 12.080"), "and no number is put right"
    calm = shown("complaints")
    assert (key(calm, "doubt", "hidden"), key(calm, "doubt-said"), key(calm, "doubt", "title")) == ("", "", None)


def test_what_a_source_says_of_totals_stands_on_its_tile_and_the_others_are_counted() -> None:
    capacity: Doubt = {**APART, "of": "capacity", "stated": 12, "counted": 13, "at": "RS Contoh · ICU"}
    more: Doubt = {**capacity, "at": "RS Lain · ICU", "others": 4}
    vanished: Doubt = {"code": "field_vanished", "since": MINUTES_AGO, "field": "updated"}
    one: SourceState = {**source("aplicares", "beds", "Dinkes"), "quality": [vanished, capacity, more]}
    props = shown("beds", beds=beds(sources=[one], mismatched=6))
    assert key(props, "doubt-said") == "kapasitas 13 ≠ 12 · +5"
    assert key(props, "source") == "aplicares · 35/35 RS"
    assert key(props, "doubt", "title") == (
        "aplicares: kapasitas (RS Contoh · ICU): bagiannya berjumlah 13, totalnya 12 · +5 lagi"
    )


@pytest.mark.parametrize("area", EVERY_AREA)
def test_every_area_has_a_tile_that_says_what_does_not_add_up(area: Area) -> None:
    reading = cast(Reading, {**city()[area], "quality": [APART]})
    assert key(TILES[area].show({**city(), area: reading}, WORDS), "doubt", "hidden") is None


def test_an_overdue_agency_is_marked_and_its_long_name_kept_whole() -> None:
    queue = {"agency": LONG_AGENCY, "waiting": 3, "oldest": "2025-12-01T00:00:00Z", "overdue": True}
    props = shown("complaints", complaints=complaints("watch", oldest=[queue]))
    assert key(props, "row0", "class") == "row opd overdue"
    assert key(props, "row0-agency", "title") == LONG_AGENCY
    assert key(props, "row0-agency") == LONG_AGENCY.removesuffix(" Kota Tangerang")
    assert key(props, "tag") == "lewat batas"


def test_a_true_zero_is_marked_and_said() -> None:
    zero = complaints(waiting=0, in_progress=0, done=0, unknown=0, total=0, oldest=[], newest=[])
    props = shown("complaints", complaints=zero)
    assert key(props, "waiting") == "0"
    assert key(props, "waiting", "data-zero") == ""
    assert key(props, "nothing") == "tidak ada laporan"
    assert key(shown("newest", complaints=zero), "nothing", "hidden") is None


def test_what_was_never_known_is_a_dash_in_every_tile() -> None:
    readings = unknown_city()
    leading = {
        "complaints": "waiting",
        "beds": "icu-free",
        "traffic": "open",
        "apps": "up",
        "water": "raised",
        "band": "stage",
    }
    for name, slot in leading.items():
        props = TILES[name].show(readings, WORDS)
        assert key(props, slot) == "–", name
        texts = [value if isinstance(value, str) else value.get("text") for value in props.values()]
        zeros = [text for text in texts if text and (text == "0" or text.startswith("0/"))]
        assert not zeros, name


def test_a_category_is_text_and_nothing_personal_is_shown() -> None:
    props = shown("newest")
    assert key(props, "row0-category") == "<script>alert(1)</script>"
    assert key(props, "row0-place") == "Petir, Cipondoh"
    assert {slot for slot in props if slot.startswith("row0-")} == {
        "row0-at", "row0-category", "row0-status", "row0-place",
    }  # fmt: skip


def test_every_channel_is_counted_and_so_is_what_names_none() -> None:
    props = shown("newest", complaints=complaints(channels={"aplikasi": 9000, "112": 80}))
    assert [(key(props, f"channel{i}-name"), key(props, f"channel{i}-n")) for i in range(3)] == [
        ("aplikasi", "9.000"), ("112", "80"), ("tidak disebut", "3.000"),
    ]  # fmt: skip
    assert key(props, "channels", "hidden") is None
    assert key(props, "channel3", "hidden") == ""


def test_where_no_source_names_a_channel_nothing_is_said_of_channels() -> None:
    assert key(shown("newest"), "channels", "hidden") == ""


def test_beds_show_n_of_n_and_a_share_only_beside_it() -> None:
    props = shown("beds")
    assert (key(props, "icu-free"), key(props, "icu-capacity")) == ("14", "/58")
    assert key(props, "occupied") == "1.043/1.404 · 74%"
    assert (key(props, "band"), key(props, "band-scale", "data-band")) == ("ideal", "ideal")
    assert (key(props, "ward0-occupied"), key(props, "ward0-of")) == ("188", "/252")


def test_a_class_of_unknown_numbers_is_a_dash_with_an_empty_bar() -> None:
    props = shown("beds")
    assert key(props, "ward1-occupied") == "–"
    assert key(props, "ward1-bar", "class") == "full unknown"


def test_a_full_class_is_no_louder_than_its_tile() -> None:
    assert key(shown("beds"), "icu0", "class") == "icu normal"
    assert key(shown("beds", beds=beds("alarm")), "icu0", "class") == "icu alarm"
    assert key(shown("beds", beds=beds("alarm")), "icu", "class") == "sum alarm"


def test_hospitals_that_never_reported_are_named() -> None:
    silent = [
        {"id": "1", "name": "RSIA Bunda Sejati", "since": None},
        {"id": "2", "name": "RS Mayapada", "since": None},
    ]
    props = shown("beds", beds=beds(not_reporting=silent, hospitals_reporting=33))
    assert key(props, "silent-head") == "Belum pernah lapor 2/35 RS: "
    assert [key(props, f"silent{i}") for i in range(2)] == ["RSIA Bunda Sejati", "RS Mayapada"]
    assert key(props, "silent-names", "data-fit") == "2"
    assert "33/35" in (key(props, "source") or "")


def test_hospitals_that_stopped_reporting_say_since_when() -> None:
    silent = [
        {"id": "1", "name": "RSIA Bunda Sejati", "since": None},
        {"id": "2", "name": "RS Mayapada", "since": "2025-12-16T01:00:00Z"},
    ]
    props = shown("beds", beds=beds(not_reporting=silent, hospitals_reporting=33))
    assert key(props, "silent-head") == "Tidak lapor 2/35 RS: "
    assert [key(props, f"silent{i}") for i in range(2)] == [
        "belum pernah RSIA Bunda Sejati",
        "RS Mayapada (sejak 08.00)",
    ]


def test_an_unknown_share_is_in_no_band() -> None:
    props = shown("beds", beds=beds(share=None, band=None, inpatient=bed_sum(None, 40)))
    assert (key(props, "band"), key(props, "band-scale", "data-band"), key(props, "occupied")) == (
        "–",
        None,
        "–/40 · –",
    )


def test_traffic_shows_kinds_and_the_worst_jams() -> None:
    props = shown("traffic", traffic=traffic("alarm"))
    assert (key(props, "open"), key(props, "jam"), key(props, "accident")) == ("2", "1", "1")
    assert key(props, "kind-accident", "class") == "k alarm"
    assert key(props, "flood", "data-zero") == ""
    assert key(props, "jam0-bars", "data-jam") == "2"
    assert key(props, "jam0-delay") == "+24 mnt"
    assert key(props, "report0-road") == "Jl. Daan Mogot"
    assert key(props, "report0", "class") == "road alarm"
    assert key(props, "verified") == "1/2 dicek"


@pytest.mark.parametrize(
    ("verified", "shape", "word"),
    [(True, "i i-verified", "dicek"), (False, "i i-unverified", "belum dicek"), (None, "i", "")],
)
def test_every_report_says_by_shape_and_word_whether_somebody_checked_it(
    verified: bool | None, shape: str, word: str
) -> None:
    flood = road_item("flood", "Jl. Raya", 2, verified=verified)
    props = shown("traffic", traffic=traffic(jams=[], newest=[flood]))
    assert (key(props, "report0-mark", "class"), key(props, "report0-checked")) == (shape, word)


def test_what_people_reported_stands_before_the_jams_a_feed_measured() -> None:
    measured = road_item("jam", "Jl. Baru", 1, verified=None)
    props = shown("traffic", traffic=traffic(newest=[measured, road_item("works", "Jl. Lama", None)]))
    assert [key(props, f"report{i}-road") for i in range(2)] == ["Jl. Lama", "Jl. Baru"]


def test_a_blocked_road_has_no_delay_but_a_word() -> None:
    blocked = road_item("jam", None, 5, delay_s=None, length_m=None, verified=None)
    props = shown("traffic", traffic=traffic(jams=[blocked]))
    assert key(props, "jam0-delay") == "tertutup"
    assert key(props, "jam0-queue") == "–"
    assert key(props, "jam0-road") == "headline"


def test_posts_show_level_stage_and_course_in_shape_and_word_and_how_full_they_are() -> None:
    props = shown("water", water=water("alarm"))
    assert (key(props, "raised"), key(props, "total"), key(props, "tag")) == ("1", "/2", "Siaga 2")
    assert key(props, "row0", "class") == "post item alarm"
    assert key(props, "row0-shape", "class") == "i i-alarm"
    assert (key(props, "row0-post"), key(props, "row0-level"), key(props, "row0-siaga")) == (
        "Bulakan",
        "231 cm",
        "siaga 2",
    )
    assert (key(props, "row0-arrow", "class"), key(props, "row0-course")) == ("i i-w-rising", "+12 cm/jam")
    bar = [float(key(props, f"row0-{slot}", name) or 0) for slot, name in (("bar", "--share"), ("tick1", "--limit"))]
    assert 0 < bar[0] < bar[1] < 1, "231 of 250 cm"
    assert key(props, "highest-next") == "+12 cm/jam · 19 cm lagi siaga 1"
    assert (key(props, "row1-where"), key(props, "row1-course")) == ("hulu", "tetap")
    assert key(props, "row2", "hidden") == ""


def test_no_post_above_normal_is_a_true_zero() -> None:
    props = shown("water")
    assert (key(props, "raised"), key(props, "raised", "data-zero"), key(props, "tag")) == ("0", "", "")
    assert key(props, "silent", "hidden") == ""


def test_posts_without_a_level_are_named_and_those_without_thresholds_have_an_empty_bar() -> None:
    silent = [{"id": "a", "post": "Alamanda", "since": None}, {"id": "b", "post": "Kali Sabi", "since": MINUTES_AGO}]
    bare = post("Kali Ledug", 40, None, "unknown", steps={}, course=None)
    quiet = post("Kali Sabi", 90, 4, "unknown", reporting=False)
    props = shown("water", water=water(posts=[bare, quiet], not_reporting=silent, posts_total=3, posts_reporting=1))
    assert key(props, "silent-head") == "Tidak lapor 2/3 pos: "
    assert [key(props, f"silent{i}") for i in range(2)] == ["Alamanda (belum pernah)", "Kali Sabi (sejak 14.01)"]
    assert (key(props, "row0-siaga"), key(props, "row0-bar", "class")) == ("siaga –", "full unknown")
    assert (key(props, "row0-shape", "class"), key(props, "row0-course")) == ("i i-never", "–")
    assert key(props, "row1", "hidden") == "", "a silent post is no row"
    assert "1/3" in (key(props, "source") or "")


def test_a_post_that_fell_silent_in_a_flood_keeps_its_row_and_says_since_when() -> None:
    drowned = post("Bulakan", 231, 2, "alarm", reporting=False, course=None)
    props = shown("water", water=water("alarm", posts=[drowned]))
    assert key(props, "row0", "class") == "post item alarm silent"
    assert key(props, "row0-course") == "sejak 14.01"


def test_posts_are_marks_on_the_map_and_the_gravest_is_called_out() -> None:
    calm = json.loads(key(shown("map"), "marks", "marks") or "")
    assert [mark[2:4] for mark in calm if mark[2].startswith("water")] == [["water", ""]] * 2
    props = shown("map", water=water("alarm"))
    marks = json.loads(key(props, "marks", "marks") or "")
    assert [mark[2:] for mark in marks if mark[5]] == [["water", "alarm", "Bulakan · siaga 2 · 231 cm", "incident0"]]
    assert key(props, "incident0-name") == "Bulakan siaga 2"
    assert any(mark[1] < -6.4 for mark in marks), "what lies upstream is not left out"


def test_the_map_repeats_what_is_urgent_and_colours_by_quarters() -> None:
    props = shown("map", traffic=traffic("alarm"))
    assert key(props, "fills", "fills") == "36.71.05.1001:2 36.71.05.1002:1 36.71.05.1006:4"
    assert key(props, "d-36.71.05") == "22"
    marks = json.loads(key(props, "marks", "marks") or "")
    assert marks[0][2:4] == ["report", ""]
    assert [mark[3] for mark in marks if mark[2] == "accident"] == ["alarm"]
    assert key(props, "incident0-name") == "Laka Jl. Daan Mogot"


def test_at_most_three_are_called_out_beside_the_map_each_with_a_line_to_its_mark() -> None:
    crashes = [road_item("accident", f"Jl. {i}", 5, lat=-6.1 - i / 100) for i in range(5)]
    props = shown("map", traffic=traffic("alarm", raised=crashes, newest=[*reversed(crashes)]))
    marks = json.loads(key(props, "marks", "marks") or "")
    called = {mark[4]: mark[5] for mark in marks if mark[5]}
    assert called == {"laka · Jl. 0": "incident0", "laka · Jl. 1": "incident1", "laka · Jl. 2": "incident2"}
    assert {mark[3] for mark in marks if mark[5]} == {"alarm"}
    assert sum(mark[2] == "accident" for mark in marks) == 5, "the others stay marks"
    assert [key(props, f"incident{i}", "class") for i in range(4)] == ["incident alarm"] * 3 + ["incident"]


def test_a_calm_road_is_called_out_by_no_line() -> None:
    marks = json.loads(key(shown("map"), "marks", "marks") or "")
    assert marks
    assert not any(mark[5] for mark in marks)


def test_the_map_may_be_shaded_by_what_is_open_on_the_roads() -> None:
    props = shown("map", traffic=traffic(on_map=True), complaints=complaints(on_map=False))
    assert key(props, "fills", "fills") == "36.71.05.1006:2"
    assert key(props, "d-36.71.05") == "3"
    assert key(props, "shows") == "laporan jalan per kelurahan"
    assert key(shown("map"), "shows") == "aduan menunggu per kelurahan"


def test_the_map_names_its_old_layer() -> None:
    assert key(shown("map", complaints=complaints(freshness="stale")), "old") == "basi"
    assert key(shown("map"), "old", "hidden") == ""


def test_show_is_pure() -> None:
    readings: Readings = city(traffic=traffic("alarm"), beds=beds("alarm"), apps=apps("watch", bad=2))
    for tile in TILES.values():
        assert tile.show(readings, WORDS) == tile.show(readings, WORDS)
        json.dumps(tile.show(readings, WORDS))


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("tile", ["traffic", "map"])
def test_wazes_credit_stands_where_its_data_do_and_nowhere_else(tile: str, language: str) -> None:
    words = Words(language)

    def credit(**changed: Reading) -> tuple[str | None, str | None]:
        props = TILES[tile].show(city(**changed), words)
        return key(props, "credit"), key(props, "credit", "hidden")

    def of(*sources: SourceState) -> Reading:
        return traffic(sources=list(sources))

    waze: SourceState = {**source("waze", "traffic", "Dishub"), "collector": "waze"}
    police: SourceState = {**source("waze-like", "traffic", "Polres"), "collector": "open511"}
    silent: SourceState = {**source("waze", "traffic", "Dishub", "never"), "collector": "waze"}
    failing: SourceState = {**waze, "freshness": "failed", "error": "host: timed out"}
    for shown_too in (waze, failing):
        text, hidden = credit(traffic=of(police, shown_too, {**waze, "name": "waze-2"}))
        assert text == words["credit_waze"]
        assert text.endswith("Waze App. https://waze.com")
        assert hidden is None
    for not_shown in (police, silent):
        assert credit(traffic=of(not_shown)) == ("", "")
    assert key(TILES["beds"].show(city(), words), "credit", "hidden") == ""
