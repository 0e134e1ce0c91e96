"""What visitors are shown: nothing that is about a person is left, and everything else is what the room sees."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, cast, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.health import SourceHealth
from collectors.pause import Pause
from collectors.personal import discreet, is_discreet, road_alone
from collectors.readings.few_patients import FEW
from collectors.readings.shape import BedsReading, BedSum, ComplaintsReading, Reading
from collectors.readings.stage import Stage
from collectors.readings.table import READINGS
from collectors.readings.visitors import for_visitors, source_for_visitors, stage_for_visitors
from collectors.records import CollectError, Record, Rejected
from collectors.source import EVERY_AREA, Area, City
from dashboards.pictures import Pictures
from layouts import TILES
from layouts.state import aged, tile_state
from layouts.words import LANGUAGES, Words
from tests.leaks import LOOKING_LIKE_IT, POINT, POINTS, WRITTEN, Personal, leaks
from tests.moment import BUSY, CALM, EMPTY, Moment, readings
from tests.records import NOON, ago, beds, check, complaint, health, level, present, report, source

WORDS = [Words(language) for language in LANGUAGES]
INSIDE = {"lat": -6.1729, "lon": 106.6319}
MADE: dict[Area, Any] = {"complaints": complaint, "beds": beds, "traffic": report, "apps": check, "water": level}
FREE = {"description", "address", "headline", "reason", "status_given", "kind_given"}
"""Fields in which somebody may write anything; in the others stands the name of something."""
STAGE: Stage = {
    "stage": 4, "since": "2026-11-24T04:51:00.000Z", "declared": True, "reason": "x",
    "until": "2026-11-24T06:51:00.000Z", "ruled": 1,
}  # fmt: skip


def texts(kind: type[Record]) -> list[str]:
    """The fields of a record that hold a text of its source."""
    hints = get_type_hints(kind)
    return [one.name for one in fields(kind) if hints[one.name] in (str, str | None)]


def seeded(made: Any, id_: str, draw: Any, **more: Any) -> Record:
    record: Record = made(id_, **more)
    found: dict[str, Any] = {
        name: draw(st.sampled_from(WRITTEN if name in FREE else LOOKING_LIKE_IT)).text
        for name in texts(type(record))
        if name != "id" or draw(st.booleans())
    }
    if hasattr(record, "lat"):
        found |= {"lat": POINT[0], "lon": POINT[1]}
    return replace(record, **found)


def troubled(area: Area, draw: Any) -> SourceHealth:
    """A source that fails, is paused and in doubt, and whose rows were rejected, in the words of people."""

    def said() -> str:
        return cast("str", draw(st.sampled_from(WRITTEN)).text)

    one = health(source(area=area, contact=said()))
    one.ledger.take(one.ledger.total, [Rejected(said(), said())], NOON)
    one.drift.doubts = [
        {"code": "word_unknown", "since": "2026-11-24T05:00:00Z", "field": "status", "word": said()},
        {"code": "parts_differ", "since": "2026-11-24T05:00:00Z", "of": "capacity", "stated": 3, "counted": 2,
         "at": said()},
    ]  # fmt: skip
    one.failed(CollectError(said()), NOON)
    if draw(st.booleans()):
        one.set_pause(Pause(since="2026-11-24T05:00:00Z", until=None, reason=said(), by=said()))
    return one


def stored(reading: Reading) -> Reading:
    """As it comes from the store."""
    return cast("Reading", json.loads(json.dumps(reading)))


def read(area: Area, records: Sequence[Record], city: City, districts: Districts, **more: Any) -> Reading:
    return stored(READINGS[area](present(area, records, city, districts, **more)))


@st.composite
def cities(draw: Any, city: City, districts: Districts) -> dict[Area, Reading]:
    """Readings of every area, whose records and sources hold personal data in every text."""
    found = {}
    for area in EVERY_AREA:
        more: dict[str, Any] = {"level": 5, "kind": "accident"} if area == "traffic" else {}
        if area == "apps":
            more = {"status": "down", "listed": False}
        if area == "beds":
            more = {"capacity": 5, "free": 3, "occupied": 2, "flags": ("parts!=capacity",)}
        records = [seeded(MADE[area], str(number), draw, **more) for number in range(draw(st.integers(1, 4)))]
        if area == "complaints":  # what is called so several times may be told
            records += [replace(records[0], id=f"again {number}") for number in range(6)]
        found[area] = read(area, records, city, districts, sources=[troubled(area, draw)])
    return found


def shown(found: Mapping[Area, Reading], stage: Stage) -> Iterator[tuple[str, str]]:
    """Everything that a wall or a page could show of these readings, with where it stands."""
    for area, reading in found.items():
        yield f"reading {area}", json.dumps(reading)
    for words in WORDS:
        for name, tile in TILES.items():
            known = [found[area] for area in tile.areas if area in found]
            state = tile_state(known, NOON, tile.raises, words)
            props = tile.show_staged(found, stage, words) if tile.show_staged else tile.show(found, words)
            yield f"tile {name} {words.language}", json.dumps([state, props], ensure_ascii=False)


def test_nothing_personal_is_left_of_any_text_of_any_record_or_source(city: City, districts: Districts) -> None:
    marks = [*(mark for one in WRITTEN for mark in one.marks), *POINTS]

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def search(data: st.DataObject) -> None:
        found = data.draw(cities(city, districts))
        visited = {area: for_visitors(reading, districts) for area, reading in found.items()}
        stage = stage_for_visitors({**STAGE, "reason": data.draw(st.sampled_from(WRITTEN)).text})
        assert {where: said for where, text in shown(visited, stage) if (said := leaks(text, marks))} == {}
        assert {area: for_visitors(reading, districts) for area, reading in visited.items()} == visited

    search()


def test_the_room_itself_would_be_found_out_by_that_search(city: City, districts: Districts) -> None:
    """So that the promise above can be broken."""
    marks = [mark for one in WRITTEN for mark in one.marks]
    records = [report("1", headline=WRITTEN[0].text), report("2", headline="x", road=LOOKING_LIKE_IT[0].text)]
    found = {"traffic": read("traffic", records, city, districts)}
    assert {said for _, text in shown(cast("Any", found), STAGE) for said in leaks(text, marks)} >= {
        "memukul",
        "zulfikri",
    }


def leaves(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from leaves(each, (*at, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from leaves(each, (*at, str(number)))
    else:
        yield at, value


LEFT_OUT = {"headline", "lat", "lon", "reason", "contact", "withheld", "occupied", "capacity", "road"}
LEFT_OUT_OF_DOUBTS = {"at", "word", "stated", "counted"}


@pytest.mark.parametrize("moment", [CALM, BUSY, EMPTY])
def test_all_that_is_not_personal_is_what_the_room_sees(moment: Moment, districts: Districts) -> None:
    for reading in readings(moment).values():
        before = dict(leaves(stored(reading)))
        after = dict(leaves(for_visitors(stored(reading), districts)))
        differing = {at for at in before.keys() | after.keys() if before.get(at) != after.get(at)}
        assert {at[-1] for at in differing if at[-1] not in LEFT_OUT} <= LEFT_OUT_OF_DOUBTS
        assert all("quality" in at for at in differing if at[-1] in LEFT_OUT_OF_DOUBTS)
        assert not [at for at, value in before.items() if value is None and after.get(at) is not None]
        assert not [at for at in differing if at[-1] in ("occupied", "capacity") and after[at] is not None]


def test_what_is_unknown_stays_unknown(city: City, districts: Districts) -> None:
    for area in EVERY_AREA:
        reading = read(area, [], city, districts, sources=[health(source(area=area), None)])
        visited = for_visitors(reading, districts)
        for at, value in leaves(reading):
            if at[-1] != "contact":
                assert dict(leaves(visited))[at] == value, at
        assert (visited["value"], visited["level"], visited["freshness"]) == (None, "unknown", "never")


def test_a_source_by_itself_is_as_masked_as_in_its_reading(city: City, districts: Districts) -> None:
    one = health(source(area="traffic", owner="Polres, Bpk. Zulfikri, 0812 3456 7890"))
    reading = read("traffic", [], city, districts, sources=[one])
    assert "Zulfikri" in str(reading) and "3456" in str(reading)
    alone = source_for_visitors(reading["sources"][0])
    assert alone == for_visitors(reading, districts)["sources"][0]
    assert alone["owner"].startswith("Polres") and "Zulfikri" not in str(alone)


def test_a_source_that_fails_fails_for_visitors_too_by_the_kind_of_its_fault(city: City, districts: Districts) -> None:
    one = health(source(area="traffic"))
    one.failed(CollectError("Bpk. Zulfikri dimarahi", fault="refused", status=503), ago(minutes=-3))
    found = for_visitors(aged(read("traffic", [], city, districts, sources=[one]), ago(minutes=-5)), districts)
    assert (found["freshness"], found["sources"][0]["fault"]) == ("failed", "refused 503")
    state = tile_state([found], ago(minutes=-5), words=Words("en"))
    assert state["freshness"] == "failed"
    assert state["reason"] and "503" in state["reason"]
    assert aged(found, ago(minutes=-5))["freshness"] == "failed"


def test_a_category_is_told_only_where_five_reports_are_called_so(city: City, districts: Districts) -> None:
    records = [complaint(f"a{number}", category="Jalan rusak") for number in range(5)]
    records += [complaint(f"b{number}", category="Tetangga berisik", requested=ago(minutes=5)) for number in range(4)]
    found = cast("ComplaintsReading", for_visitors(read("complaints", records, city, districts), districts))
    assert [one["category"] for one in found["newest"]] == [""] * 4 + ["Jalan rusak"] * 4
    assert found.get("by_category") == {"Jalan rusak": 5}
    assert found["waiting"] == 9
    props = TILES["newest"].show({"complaints": found}, Words("en"))
    assert cast("dict[str, str]", props["row0-category"])["text"] == "Report"


def test_an_agency_and_a_channel_are_told_only_where_five_reports_have_them(city: City, districts: Districts) -> None:
    records = [complaint(f"a{number}", agency="DPUPR", channel="web") for number in range(5)]
    records += [complaint(f"b{number}", agency="Dishub", channel="surat") for number in range(4)]
    records += [complaint("c")]
    found = cast("ComplaintsReading", for_visitors(read("complaints", records, city, districts), districts))
    assert sorted(one["agency"] for one in found["oldest"]) == ["", "DPUPR", "–"]
    assert {one["agency"]: one["waiting"] for one in found["by_agency"]} == {"": 4, "DPUPR": 5}
    assert found["channels"] == {"web": 5, "": 4}
    tile = TILES["complaints"].show({"complaints": found}, Words("id"))
    assert "OPD lain" in json.dumps(tile)


def test_an_event_on_a_road_is_told_by_its_kind_and_its_road(city: City, districts: Districts) -> None:
    records = [
        report("1", kind="accident", level=5, headline="Motor B 1234 XYZ", road="Jl. Melati No. 12", **INSIDE),
        report("2", kind="flood", headline="Rumah Bu Siti", started=ago(minutes=3), **INSIDE),
    ]
    reading = for_visitors(read("traffic", records, city, districts), districts)
    middle = districts.at(*INSIDE.values())
    newest = cast("Any", reading)["newest"]
    assert middle is not None
    assert [(one["road"], one["lat"], one["lon"]) for one in newest] == [
        (None, middle.lat, middle.lon),
        ("Jl. Melati", middle.lat, middle.lon),
    ]
    for words in WORDS:
        accident, flood = (words[f"kind_{kind}"].capitalize() for kind in ("accident", "flood"))
        tile = json.dumps(TILES["traffic"].show({"traffic": reading}, words))
        band = json.dumps(TILES["band"].show({"traffic": reading}, words))
        map_ = json.dumps(TILES["map"].show({"traffic": reading}, words))
        assert "Jl. Melati" in tile and flood in tile
        assert f"{accident} Jl. Melati" in band
        assert f'"{flood}"' in map_


def test_every_middle_lies_in_its_own_subdistrict(districts: Districts) -> None:
    assert [one.name for one in districts.each if districts.at(one.lat, one.lon) is not one] == []


def ward(hospital: int, bed_class: str, occupied: int, free: int) -> Record:
    return beds(
        f"{hospital} {bed_class}", hospital_id=f"R{hospital}", hospital=f"RS Contoh {hospital}", bed_class=bed_class,
        class_name=bed_class, occupied=occupied, free=free, capacity=occupied + free,
    )  # fmt: skip


WARDS = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.sampled_from(["I", "II", "III", "VIP"]),
        st.integers(0, 7) | st.integers(0, 40),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one[:2],
)


def test_few_patients_are_not_told_and_cannot_be_computed(city: City, districts: Districts) -> None:
    @settings(max_examples=300, deadline=None)
    @given(WARDS)
    def search(wards: list[tuple[int, str, int, int]]) -> None:
        before = cast("BedsReading", read("beds", [ward(*one) for one in wards], city, districts))
        after = cast("BedsReading", for_visitors(cast("Reading", before), districts))
        assert after["inpatient"]["free"] == before["inpatient"]["free"]
        pairs = (
            (before["classes"], after["classes"]),
            ([one["inpatient"] for one in before["hospitals"]], [one["inpatient"] for one in after["hospitals"]]),
        )
        whole = after["inpatient"]
        assert not 0 < (whole["occupied"] or 0) <= FEW
        for known, told in pairs:
            may_be_anything(cast("list[BedSum]", known), cast("list[BedSum]", told), before["inpatient"], whole)
        if whole["occupied"] is None:
            assert (after["share"], after["band"]) == (None, None)

    search()


def may_be_anything(known: list[BedSum], told: list[BedSum], total: BedSum, whole: BedSum) -> None:
    """Each small number is withheld, and with all others could be any small number."""
    for one, other in zip(known, told, strict=True):
        assert one["free"] == other["free"]
        if other["occupied"] is not None:
            assert not 0 < other["occupied"] <= FEW
            assert other["occupied"] == one["occupied"]
    withheld = [one for one, other in zip(known, told, strict=True) if other["occupied"] is None]
    small = sum(0 < (one["occupied"] or 0) <= FEW for one in withheld)
    if not small:
        return
    if whole["occupied"] is None:
        assert all(other["occupied"] in (None, 0) for other in told), "what is left would tell the whole"
        return
    left = (total["occupied"] or 0) - sum(other["occupied"] or 0 for other in told)
    large = len(withheld) - small
    for guess in range(1, FEW + 1):
        least, most = small - 1 + large * (FEW + 1), FEW * (small - 1) + large * 10_000
        assert least <= left - guess <= most, (guess, withheld)


def test_a_withheld_number_of_patients_is_a_dash_that_says_why(city: City, districts: Districts) -> None:
    records = [ward(1, "I", 3, 4), ward(1, "II", 30, 4), ward(2, "III", 40, 4)]
    found = for_visitors(read("beds", records, city, districts), districts)
    for words in WORDS:
        tile = cast("Any", TILES["beds"].show({"beds": found}, words))
        rows = {tile[f"ward{number}-name"]["text"]: number for number in range(3)}
        assert tile[f"ward{rows['I']}-occupied"] == {"text": "–", "title": words["untold_patients"]}
        assert tile[f"ward{rows['III']}-occupied"] == {"text": "40", "title": None}
        assert tile["inpatient-capacity"]["text"] == "/85"


@pytest.mark.parametrize("personal", LOOKING_LIKE_IT, ids=lambda one: cast("Personal", one).text)
def test_what_looks_personal_is_no_name_of_anything(personal: Personal) -> None:
    assert not is_discreet(personal.text)
    assert not is_discreet(f"Laporan {personal.text}")
    assert leaks(road_alone(f"Jl. Anggrek {personal.text}") or "", personal.marks) in ([], ["rahmawati"], ["sutrisno"])


@pytest.mark.parametrize(
    "name",
    [
        "Jalan rusak", "Ular, tawon, dan satwa", "DPUPR", "Dinas Perumahan, Permukiman dan Pertanahan", "KELAS III",
        "VIP A", "RS Sari Asih Karawaci", "RS IBU DAN ANAK BUNDA", "RSUP dr. Sitanala", "RSIA Permata Ibu",
        "Puri Kartika", "Pintu Air 10", "Batu Beulah", "Kali Sabi", "Tangerang LIVE 2.0", "SP4N-LAPOR!", "112",
        "0001R001",
        "2026-11-24T05:00:00.000Z", "36.71.05.1006", "refused 503",
    ],
)  # fmt: skip
def test_the_names_of_things_are_told(name: str) -> None:
    assert is_discreet(name)
    assert discreet(name) == name


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ("Jl. Daan Mogot", "Jl. Daan Mogot"),
        ("Jl. Raya Serang KM 12", "Jl. Raya Serang KM 12"),
        ("Tol Jakarta - Merak KM 21", "Tol Jakarta - Merak KM 21"),
        ("Jl. MH Thamrin 1", "Jl. MH Thamrin"),
        ("Siti, Jl. Melati Raya 12A RT 03/RW 05", "Jl. Melati Raya"),
        ("gg. Haji Naim no 5", "gg. Haji Naim"),
        ("Jln Anggrek Blok C3/12", "Jln Anggrek"),
        ("Jl. Melati rumah Budi", "Jl. Melati"),
        ("rumah Budi", None),
        ("Jalan", None),
        ("", None),
        (None, None),
    ],
)
def test_a_road_is_told_without_a_house(given_: str | None, told: str | None) -> None:
    assert road_alone(given_) == told


def test_what_cannot_be_masked_is_not_shown_to_visitors_and_disturbs_no_operator(
    city: City, districts: Districts
) -> None:
    def mask(reading: Reading) -> Reading:
        if reading["area"] == "beds":
            raise KeyError("classes")
        return for_visitors(reading, districts)

    pictures = Pictures({"id": WORDS[0]}, mask)
    pictures.watch({("id", "visitor")})
    found = {area: read(area, [MADE[area]("1")], city, districts) for area in EVERY_AREA}
    changes = pictures.take(found, (None, None), NOON)
    assert pictures.for_audience("visitor").keys() == {*EVERY_AREA} - {"beds"}
    assert pictures.for_audience("operator").keys() == {*EVERY_AREA}
    assert changes["id", "operator"]["beds"]["props"]
    assert not changes["id", "visitor"]["beds"]["props"]
    assert changes["id", "visitor"]["traffic"]["props"]


def test_every_kind_of_record_is_searched() -> None:
    assert {type(made("1")) for made in MADE.values()} == set(get_args(Record))
