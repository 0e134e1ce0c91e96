"""The band: the stage by its rule, what is wrong by name, and no vouching for what is not known. And the foot."""

from __future__ import annotations

from collectors.readings.shape import Reading, SourceState
from collectors.readings.stage import Stage
from layouts import TILES
from layouts.frame import Props
from layouts.needs import needs
from layouts.words import Words
from tests.layout_samples import apps, beds, city, complaints, road_item, source, traffic, unknown_city, water

WORDS = Words("id", city="Kota Tangerang", screen="main")


def text(props: Props, slot: str, name: str = "text") -> str | None:
    value = props[slot]
    return value if isinstance(value, str) else value.get(name)


def band(**changed: Reading) -> Props:
    return TILES["band"].show(city(**changed), WORDS)


def band_at(stage: Stage, **changed: Reading) -> Props:
    shows = TILES["band"].show_staged
    assert shows is not None
    return shows(city(**changed), stage, WORDS)


def test_a_calm_city_says_on_purpose_what_is_within_limits() -> None:
    props = band()
    assert text(props, "need", "class") == "need fit none"
    assert text(props, "calm") == "Dalam batas: Aduan warga, Tempat tidur, Lalu lintas, Aplikasi, Tinggi air"
    assert text(props, "word") == "Normal"


def test_what_is_wrong_is_named_with_its_owner() -> None:
    props = band(beds=beds("alarm"), traffic=traffic("alarm"))
    assert text(props, "stage") == "4"
    assert text(props, "need0-head") == "ICU sisa 1 dari 58"
    assert text(props, "need0-owner") == "Dinkes"
    assert text(props, "need1-head") == "Laka Jl. Daan Mogot"
    assert text(props, "need1-detail") == "Batuceper · antre 3,2 km · tunda 24 mnt"
    assert text(props, "need", "data-fit") == "2"


def test_an_event_of_a_publisher_who_asks_for_a_credit_is_named_beside_it() -> None:
    waze: SourceState = {**source("waze", "traffic", "Dishub"), "collector": "waze"}
    police = source("police", "traffic", "Polres")
    crash = road_item("accident", "Jl. Daan Mogot", 5, seen_by=["police", "waze"])
    props = band(traffic=traffic("alarm", raised=[crash], sources=[police, waze]))
    assert (text(props, "need0-credit"), text(props, "need0-credit", "hidden")) == (WORDS["credit_waze"], None)
    assert text(props, "need0", "class") == "a item alarm credited"
    theirs = {**crash, "seen_by": ["police"]}
    props = band(beds=beds("alarm"), traffic=traffic("alarm", raised=[theirs], sources=[police, waze]))
    for need in ("need0", "need1"):
        assert (text(props, f"{need}-credit"), text(props, f"{need}-credit", "hidden")) == ("", "")
        assert text(props, need, "class") == "a item alarm"


def test_two_are_named_alarms_first_and_the_rest_counted() -> None:
    props = band(
        complaints=complaints("watch"), beds=beds("watch"), traffic=traffic("alarm"), apps=apps("watch", bad=1)
    )
    assert text(props, "need0-level") == "ALARM"
    assert text(props, "need1-head") == "Aduan DPUPR lewat batas"
    assert text(props, "need", "data-fit") == "4"


def test_the_gravest_post_is_named_with_its_level_and_what_the_last_hour_brought() -> None:
    (need,) = needs(city(water=water("alarm")), WORDS)
    assert (need.head, need.detail, need.owner) == ("Bulakan siaga 2", "231 cm · +12 cm/jam", "DPUPR")


def test_applications_are_named_as_long_as_there_are_few() -> None:
    one = needs(city(apps=apps("watch", bad=1)), WORDS)[0]
    assert one.head == "App 0 mati"
    five = needs(city(apps=apps("alarm", bad=5)), WORDS)[0]
    assert (five.head, five.detail) == ("5 aplikasi mati", "App 0, App 1, App 2 · +2 lagi")


def test_in_doubt_the_band_names_the_source_and_its_owner() -> None:
    failed = complaints(freshness="failed", sources=[source("laksa", "complaints", "Diskominfo", "failed", "503")])
    assert text(band(complaints=failed), "doubt") == "laksa · gagal sejak 14.01 · Diskominfo"
    assert text(band(), "doubt") == ""


def declared(number: int, ruled: int | None, reason: str = "Banjir kiriman dari hulu") -> Stage:
    return {
        "stage": number, "since": "2025-12-16T06:00:00.000Z", "declared": True, "reason": reason,
        "until": "2025-12-16T09:30:00.000Z", "ruled": ruled,
    }  # fmt: skip


def test_the_stage_says_since_when_and_why_in_a_sentence() -> None:
    stage: Stage = {
        "stage": 3, "since": "2025-12-16T06:54:00.000Z", "declared": False, "reason": None, "until": None, "ruled": 3,
    }  # fmt: skip
    props = band_at(stage, beds=beds("alarm"), apps=apps("watch", bad=1))
    assert (text(props, "stage"), text(props, "word"), text(props, "box", "data-s")) == ("3", "Siaga", "3")
    assert text(props, "since") == "sejak 13.54"
    assert text(props, "why") == "Alarm: Tempat tidur."
    assert text(band(), "why") == "Semua dalam batas."
    assert text(band(beds=beds("unknown")), "why") == "Dalam batas, kecuali belum diketahui: Tempat tidur."


def test_a_stage_of_another_day_says_which() -> None:
    stage: Stage = {
        "stage": 1, "since": "2025-12-13T06:54:00.000Z", "declared": False, "reason": None, "until": None, "ruled": 1,
    }  # fmt: skip
    assert text(band_at(stage), "since") == "sejak 13\u00a0Des\u00a013.54"


def test_a_declared_stage_says_so_with_its_reason_and_its_end_before_all_needs() -> None:
    watched = {"complaints": complaints("watch"), "apps": apps("watch", bad=1)}
    props = band_at(declared(4, 2), **watched)
    assert (text(props, "stage"), text(props, "box", "data-declared")) == ("4", "")
    assert text(props, "declared", "hidden") is None
    assert text(props, "whole-why", "hidden") == ""
    assert text(props, "order", "hidden") is None
    assert text(props, "order-stage") == "TAHAP 4 DINYATAKAN"
    assert text(props, "order-reason") == "Banjir kiriman dari hulu"
    assert text(props, "order-until") == "sampai 16.30"
    assert text(props, "order-rule") == "menurut aturan: 2 Waspada"
    assert text(props, "need0-head") == "Aduan DPUPR lewat batas"
    assert text(props, "need1", "hidden") == ""
    assert text(props, "need", "data-fit") == "3"


def test_a_stage_declared_in_a_calm_city_takes_the_place_of_all_is_well() -> None:
    props = band_at(declared(5, 1))
    assert text(props, "need", "class") == "need fit some"
    assert text(band(), "order", "hidden") == ""


def test_nothing_known_is_no_stage_at_all() -> None:
    props = TILES["band"].show(unknown_city(), WORDS)
    assert (text(props, "stage"), text(props, "box", "data-s")) == ("–", None)


def test_the_foot_counts_live_sources_and_names_the_others() -> None:
    late = beds(sources=[source("aplicares", "beds", "Dinkes", "stale")])
    props = TILES["foot"].show(city(beds=late), WORDS)
    assert text(props, "sources") == "Sumber 4/5 langsung"
    assert text(props, "late") == "aplicares · basi · Dinkes"
    assert text(props, "demo", "hidden") == ""


def test_a_simulated_source_is_marked() -> None:
    props = TILES["foot"].show(city(beds=beds(demo=True)), WORDS)
    assert text(props, "demo", "hidden") is None
