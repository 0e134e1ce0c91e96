"""What a publisher says of a whole, over real HTTP: held against what it sent, in every protocol that has a total."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from collectors.bed_counts import sexes
from collectors.fhir_beds import FhirBedsSettings
from collectors.mapped_settings import MappedSettings
from collectors.push import Push, PushSettings
from collectors.pushed import pushed_from, pushed_json
from collectors.records import Batch, Total
from tests.fhir_server import TYPE, Server, bundle
from tests.mapped import LAKSA, read, report
from tests.sources import Handler, answering, city, collected, source
from tests.test_aplicares import Dashboard, room
from tests.test_aplicares import read as read_dashboard
from tests.test_fhir_reports import BEDS as CDC_COUNTS
from tests.test_fhir_reports import report as measure_report
from tests.test_mapped_pages import Server as Paged

HOSPITALS = MappedSettings(
    fields={"hospital_id": "rs", "class": "kelas", "capacity": "tt", "free": "kosong", "occupied": "isi"}
)


def counted(batch: Batch) -> list[tuple[str, int, int, str | None]]:
    return [(one.of, one.stated, one.counted, one.at) for one in batch.totals]


def totals(held: MappedSettings, **paths: str) -> MappedSettings:
    return held.model_copy(update={"total": paths})


def ward(rs: str, kelas: str, **numbers: Any) -> dict[str, Any]:
    return {"rs": rs, "kelas": kelas, **numbers}


# mapped JSON


@pytest.mark.parametrize("said", [3, "3", "3.0"])
async def test_a_documents_total_is_held_against_the_rows_that_came(said: object) -> None:
    document = {"meta": {"total": said}, "data": [report(1), report(2), {"id": 3}]}
    batch = await read(document, totals(LAKSA.model_copy(update={"rows": "data"}), rows="meta.total"))
    assert counted(batch) == [("rows", 3, 3, None)], "a row that cannot be read came all the same"
    assert len(batch.rejected) == 1


async def test_a_total_that_differs_is_told_with_both_numbers_and_nothing_is_put_right() -> None:
    document = {"total": "3.986", "rows": [report(1), report(2)]}
    batch = await read(document, totals(LAKSA, rows="total"))
    assert counted(batch) == [("rows", 3986, 2, None)]
    assert len(batch.records) == 2 and not batch.rejected


@pytest.mark.parametrize("said", [None, "", "NA", -1, "banyak", [], {}, True, 1e300])
async def test_a_total_that_is_no_number_says_nothing(said: object) -> None:
    held = totals(LAKSA.model_copy(update={"rows": "rows"}), rows="total")
    assert (await read({"total": said, "rows": [report(1)]}, held)).totals == ()


async def test_reports_are_held_against_what_is_said_of_each_status() -> None:
    rows = [report(1), report(2, status="selesai"), report(3, status="selesai"), report(4, status="entah")]
    document = {"rows": rows, "ringkasan": {"menunggu": 571, "proses": 0, "selesai": 2}}
    paths = {"waiting": "ringkasan.menunggu", "in_progress": "ringkasan.proses", "done": "ringkasan.selesai"}
    batch = await read(document, totals(LAKSA, **paths))
    assert counted(batch) == [("waiting", 571, 1, None), ("in_progress", 0, 0, None), ("done", 2, 2, None)]


async def test_a_sum_is_of_the_field_and_of_no_unknown_number() -> None:
    rows = [ward("A", "I", tt=10, kosong=4), ward("A", "II", tt=12, kosong=None), ward("B", "", tt="")]
    stated = {"rs": 2, "tt": 30, "kosong": 9}
    document = {"jumlah": stated, "rows": rows}
    held = totals(HOSPITALS, hospitals="jumlah.rs", capacity="jumlah.tt", free="jumlah.kosong")
    batch = await read(document, held, "beds")
    assert counted(batch) == [("hospitals", 2, 2, None), ("capacity", 30, 22, None)]
    stated["kosong"] = 3
    assert ("free", 3, 4, None) in counted(await read(document, held, "beds")), "too many already, whatever the others"


class Counting(Paged):
    """Says on every page how many there are: on the first what was so before one more came."""

    def document(self, request: web.Request, first: int, size: int) -> Any:
        stated = {"total": len(self.rows) - (first == 0)} if first < len(self.rows) else {}
        return {**stated, "items": self.rows[first : first + size]}


async def test_all_pages_count_and_the_last_that_states_a_total_is_right() -> None:
    held = MappedSettings(preset="laksa", pages="page", page_size=3, rows="items", total={"rows": "total"})
    batch = await collected("mapped_json", Counting(9), held, area="complaints")
    assert counted(batch) == [("rows", 9, 9, None)]
    cut = held.model_copy(update={"most_pages": 2})
    batch = await collected("mapped_json", Counting(9), cut, area="complaints")
    assert counted(batch) == [("rows", 9, 6, None)], "what was not read is missing, whoever is to blame"


async def test_seeclickfix_says_how_many_entries_there_are() -> None:
    issue = {"id": 1, "created_at": "2026-01-01T00:00:00Z", "status": "Open"}
    document = {"metadata": {"pagination": {"entries": 3}}, "issues": [issue, {**issue, "id": 2}]}
    assert counted(await read(document, MappedSettings(preset="seeclickfix"))) == [("rows", 3, 2, None)]


# rows that hold the sums of other rows


SHEET = """\
rs;kelas;tt;kosong;isi
RS A;I;10;4;6
RS A;II;20;5;15
RS A;Jumlah;30;10;21
RS B;I;8;8;0
RS B;JUMLAH;8;8;0
TOTAL;;38;;
total;I;18;12;6
"""


async def test_rows_of_totals_are_no_beds_but_are_held_against_them() -> None:
    held = HOSPITALS.model_copy(update={"format": "csv", "total_row": {"class": "jumlah", "hospital_id": "TOTAL"}})
    batch = await collected("mapped_json", answering(SHEET, "text/csv"), held, area="beds")
    assert sorted(record.id for record in batch.records) == ["RS A/I/", "RS A/II/", "RS B/I/"]
    assert (batch.repeated, batch.rejected) == (0, ()), "a row of totals is no row too many"
    assert [one for one in batch.totals if one.stated != one.counted] == [Total("free", 10, 9, "RS A")]
    assert Total("capacity", 38, 38) in batch.totals
    assert Total("free", 12, 12, "I") in batch.totals, "over all hospitals, of one class"
    assert len(batch.totals) == 10


async def test_a_row_of_totals_without_any_row_beside_it_differs_from_nothing() -> None:
    held = HOSPITALS.model_copy(update={"total_row": {"class": "JUMLAH"}})
    batch = await read([ward("A", "I", tt=1), ward("B", "jumlah", tt=5)], held, "beds")
    assert counted(batch) == [("capacity", 5, 0, "B")]


async def test_without_the_setting_a_row_is_a_row() -> None:
    batch = await read([ward("A", "I", tt=1), ward("A", "JUMLAH", tt=1)], HOSPITALS, "beds")
    assert len(batch.records) == 2 and batch.totals == ()


async def test_many_rows_of_totals_are_as_cheap_as_others() -> None:
    rows = [ward(f"RS {number % 2000}", "JUMLAH", tt=1) for number in range(20_000)]
    held = HOSPITALS.model_copy(update={"total_row": {"class": "JUMLAH"}})
    batch = await read([*rows, *(ward("RS 1", f"{number}", tt=1) for number in range(20_000))], held, "beds")
    assert len(batch.records) == 20_000 and len(batch.totals) == 2000


# push


async def test_a_push_may_state_its_totals_too_and_they_wait_with_it() -> None:
    told = PushSettings(token_env="X", rows="rows", total={"rows": "n"}, total_row={"class": "JUMLAH"})
    one = Push(source("push", "", told, area="beds"), city())
    rows = [{"hospital_id": "A", "class": "I", "capacity": 4}, {"hospital_id": "A", "class": "JUMLAH", "capacity": 9}]
    pushed = await one.sent({"n": 2, "rows": rows}, datetime.now(UTC))
    batch = pushed_from("beds", pushed_json(pushed)).batch()
    assert (batch.totals, batch.repeated) == ((Total("rows", 2, 1), Total("capacity", 9, 4, "A")), 0)
    before = json.loads(pushed_json(pushed))
    del before["totals"]
    assert pushed_from("beds", json.dumps(before).encode()) == replace(pushed, totals=()), (
        "one that an earlier version kept"
    )


# FHIR


async def fhir(handler: Handler, **fields: Any) -> Batch:
    return await collected("fhir_beds", handler, FhirBedsSettings.model_validate(fields), path="/fhir")


@pytest.mark.parametrize("stated", [7, 9])
async def test_a_bundles_total_is_held_against_the_entries_of_all_pages(stated: int) -> None:
    reports = [measure_report(f"r{number}", hospital=f"H{number}") for number in range(7)]
    batch = await fhir(Server(reports, per_page=3, total=stated))
    assert counted(batch) == [("rows", stated, 7, None)]
    assert len(batch.records) == 14 and batch.complete and not batch.rejected


async def test_what_a_server_adds_to_a_search_does_not_match_it() -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "informational"}]}
    site = {"resourceType": "Location", "id": "x", "physicalType": {"coding": [{"code": "si"}]}}
    page = bundle(measure_report("r1"), outcome, site, total=1)
    assert counted(await fhir(answering(json.dumps(page), TYPE))) == [("rows", 1, 1, None)]
    for entry, mode in zip(page["entry"], ("match", "outcome", "include"), strict=True):
        entry["search"] = {"mode": mode}
    page["entry"].append({"resource": measure_report("r2"), "search": {"mode": "include"}})
    assert counted(await fhir(answering(json.dumps(page), TYPE))) == [("rows", 1, 1, None)]


async def test_a_total_that_is_none_or_an_estimate_says_nothing() -> None:
    collection = {**bundle(measure_report("r1")), "type": "collection", "total": 5}
    assert (await fhir(answering(json.dumps(collection), TYPE))).totals == ()
    for total in (None, "many", -1):
        assert (await fhir(Server([measure_report("r1")], total=total))).totals == ()
    assert (await fhir(Server([measure_report("r1")], total=5), params={"_total": "estimate"})).totals == ()


CLASSES = [{"name": "KRIS", "capacity": "kris", "free": "krisFree"}, {"name": "ICU", "unit": "icu", "capacity": "icu"}]


async def test_a_hospitals_own_total_is_held_against_its_classes() -> None:
    counts = {"kris": 80, "krisFree": 9, "icu": 10, "all": 95, "allFree": 9}
    batch = await fhir(
        Server([measure_report("r1", counts)]), classes=CLASSES, total={"capacity": "ALL", "free": "allFree"}
    )
    assert counted(batch) == [("capacity", 95, 90, "RS H1")], "of free beds one class is not known"
    assert len(batch.records) == 2


async def test_only_the_report_that_counts_states_a_total() -> None:
    older = measure_report("r1", {**CDC_COUNTS, "numTotBeds": 1}, date="2026-01-01T00:00:00Z")
    batch = await fhir(Server([older, measure_report("r2")]), total={"capacity": "numTotBeds"})
    assert counted(batch) == [("capacity", 130, 110, "RS H1")]


# Aplicares and SIRS


async def summary(detil: object, *rooms: dict[str, Any], group: str = "Khusus") -> list[Total]:
    batch, _ = await read_dashboard(Dashboard({"0001R001": {"detil": detil, group: list(rooms)}}))
    return [one for one in batch.totals if one.of == "free"]


async def test_a_hospitals_free_beds_by_class_are_held_against_its_rooms() -> None:
    rooms = [
        room(nama_kelas="KELAS III", jumlah_kosong=5),
        room(nama_kelas="KELAS III", nama_ruang="B", jumlah_kosong=3),
        room(nama_kelas="RUANG ISOLASI", jumlah_kosong=4),
    ]
    hospital = "RS Contoh 0001R001"
    good = {"vvip": 0, "III": "8", "ISOLASI": 4, "ICU": 0}
    assert await summary(good, *rooms) == [Total("free", 12, 12, hospital)]
    assert await summary({**good, "III": 9, "ICU": 2}, *rooms) == [Total("free", 15, 12, hospital)]


async def test_classes_that_cannot_be_told_are_left_aside() -> None:
    assert await summary({"III": 9}, room(jumlah_kosong=None)) == []
    assert await summary({"III": 9, "NICU": 2}, room(), room(nama_kelas="NON KELAS", nama_ruang="NICU")) == [
        Total("free", 9, 5, "RS Contoh 0001R001")
    ], "the room that is of none may be the NICU's"
    assert await summary({"ICU": 1, "ISOLASI": 1}, room(nama_kelas="ICU ISOLASI")) == []
    assert [await summary(one, room()) for one in ("x", None, {"III": "banyak"}, ["III"], dict[str, int]())] == [[]] * 5


async def test_beds_for_anyone_are_no_contradiction() -> None:
    assert sexes(5, 5, 5) == {}, "as the public dashboard writes rooms for men and women alike"
    assert sexes(5, 4, 2) == {"flags": ("parts>free",), "by_sex": 6}
    assert sexes(0, 0, 2) == {"flags": ("parts>free",), "by_sex": 2}
    assert sexes(None, 3, 3) == sexes(5, 2, None) == {}
