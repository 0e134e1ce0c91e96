"""Mapped JSON and CSV: the city's file says where fields are; rules for times, numbers, places and words are shared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors.mapped_settings import MappedSettings
from collectors.records import CollectError, Complaint
from collectors.times import iso
from tests.mapped import ASKED, BEDS, NOW, ROADS, complaint, read, report

CSV = MappedSettings(preset="laksa", format="csv")


async def test_a_complaint_is_read() -> None:
    one = await complaint(title="Lampu mati", description="sejak <b>kemarin</b>", agency="Dishub", channel="112")
    assert (one.id, one.status, one.status_given, one.category) == ("1", "waiting", "menunggu", "Lampu jalan")
    assert (one.requested, one.updated, one.lat, one.lon) == (ASKED, None, -6.18, 106.63)
    assert (one.description, one.agency, one.channel) == ("Lampu mati. sejak kemarin", "Dishub", "112")


async def test_fields_are_found_however_deep() -> None:
    held = MappedSettings(
        rows="data.items",
        fields={"id": "tiket.no", "created": "waktu.0.dibuat", "lat": "titik.1", "lon": "titik.0", "agency": "a.b"},
    )
    row = {"tiket": {"no": "T-1"}, "waktu": [{"dibuat": iso(ASKED)}], "titik": [106.63, -6.18], "a.b": "PUPR"}
    (one,) = (await read({"data": {"items": [row]}}, held)).records
    assert isinstance(one, Complaint)
    assert (one.id, one.requested, one.lat, one.agency) == ("T-1", ASKED, -6.18, "PUPR")


@pytest.mark.parametrize("document", [[report()], {"ok": True, "data": [report()]}, {"laporan": [report()], "n": {}}])
async def test_an_empty_path_is_the_bare_list_or_the_only_one(document: Any) -> None:
    assert len((await read(document)).records) == 1


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"a": [], "b": []}, "without one list"),
        ({"message": "token expired"}, "without one list: token expired"),
        ({"data": {"message": "x"}}, "without one list"),
        (3, "without one list"),
        (["a", "b"], "without one list of objects"),
        ("<html>", "instead of JSON"),
        ('[{"id": 1, "cre', "cut off"),
    ],
)
async def test_what_is_no_list_of_rows_is_a_failure(document: Any, words: str) -> None:
    with pytest.raises(CollectError, match=words):
        await read(document)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": "PROSES"}, "in_progress"),
        ({"status": "Selesai"}, "done"),
        ({"status": "acknowledged"}, "in_progress"),
        ({"status": "sampai-di_meja"}, "waiting"),
        ({"status": 3}, "done"),
        ({"status": True}, "done"),
        ({"status": "entah"}, "unknown"),
        ({"status": None}, "unknown"),
        ({"status": None, "closed": iso(ASKED)}, "done"),
        ({"status": "proses", "closed": iso(ASKED)}, "in_progress"),
    ],
)
async def test_words_of_the_source_come_before_those_all_know(fields: dict[str, Any], status: str) -> None:
    own = {"Sampai di meja": "waiting", "3": "done", "true": "done"}
    assert (await complaint(MappedSettings(preset="laksa", statuses=own), **fields)).status == status


async def test_the_time_a_report_was_closed_is_a_change() -> None:
    closed = NOW - timedelta(minutes=7)
    one = await complaint(status="selesai", updated=iso(ASKED), closed=iso(closed))
    assert one.updated == closed


async def test_times_have_the_form_and_zone_of_the_source() -> None:
    american = MappedSettings(preset="laksa", time_format="%m/%d/%Y at %I:%M%p", zone="America/Los_Angeles")
    one = await complaint(american, created="06/02/2011 at 06:55PM", updated="2.6.2011")
    assert (one.requested, one.updated) == (datetime(2011, 6, 3, 1, 55, tzinfo=UTC), None)
    local = (ASKED + timedelta(hours=7)).strftime("%d/%m/%Y %H:%M:%S")
    assert (await complaint(created=local)).requested == ASKED
    batch = await read([report(created="13/01/2011")], american)
    assert batch.records == ()
    assert "not a time of the form" in batch.rejected[0].reason


async def test_a_channel_and_other_fields_may_be_fixed() -> None:
    held = MappedSettings(preset="laksa", channel="112", fixed={"agency": "Damkar"})
    one = await complaint(held, channel="telepon", agency="x")
    assert (one.channel, one.agency) == ("112", "Damkar")


async def test_rows_that_cannot_be_read_are_counted_and_left_out() -> None:
    ahead = iso(NOW + timedelta(hours=1))
    bad = [None, 3, {}, report(created=None), report(created="kemarin dulu"), report(created=ahead), report(id=" ")]
    batch = await read([*bad, report(9)])
    assert [record.id for record in batch.records] == ["9"]
    assert len(batch.rejected) == len(bad)


async def test_nothing_is_read_that_no_field_names() -> None:
    personal = {"nama_pelapor": "Budi Santoso", "nik": "3671012345678901", "hp": "0812", "title": "Rumah Budi"}
    batch = await read([report(**personal), report(2, created="x", **personal)])
    assert (len(batch.records), len(batch.rejected)) == (1, 1)
    assert "Santoso" not in str(batch) and "3671012345678901" not in str(batch) and "0812" not in str(batch)
    assert "Budi" not in str(batch.rejected)


async def test_of_two_rows_with_one_id_the_newest_change_wins() -> None:
    older, newer = report(updated=iso(ASKED)), report(updated=iso(NOW), status="selesai")
    for rows in ([older, newer], [newer, older]):
        (one,) = (await read(rows)).records
        assert isinstance(one, Complaint) and one.status == "done"


async def test_a_list_of_complaints_is_not_taken_for_all_there_are_and_one_of_beds_is() -> None:
    assert not (await read([report()])).complete
    assert (await read([report()], MappedSettings(preset="laksa", whole=True))).complete
    assert (await read([], BEDS, "beds")).complete and (await read([], ROADS, "traffic")).complete


@pytest.mark.parametrize("separator", [",", ";", "\t"])
async def test_csv_is_read_whatever_separates_it(separator: str) -> None:
    lines = [
        ["id", "status", "category", "created"],
        ["1", "proses", '"Jalan, \nrusak"', iso(ASKED)],
        ["2"],
        [],
        ["3"] * 5,
    ]
    body = "\ufeff" + "\r\n".join(separator.join(line) for line in lines)
    batch = await read(body, CSV)
    (one,) = batch.records
    assert isinstance(one, Complaint)
    assert (one.id, one.status, one.category) == ("1", "in_progress", "Jalan, rusak")
    assert [each.reason for each in batch.rejected] == ["no created", "more cells than the header names"]


@pytest.mark.parametrize("body", ["", "\n", "<!DOCTYPE html><p>x", "id\n" + '"' + "x" * 200_000])
async def test_what_is_no_csv_is_a_failure(body: str) -> None:
    with pytest.raises(CollectError, match="CSV"):
        await read(body, CSV)


async def test_the_sources_own_time() -> None:
    frozen = "Mon, 23 Nov 2020 10:00:00 GMT"
    assert (await read([report()], Date=frozen)).as_of == ASKED
    assert (await read([report()])).as_of >= NOW - timedelta(seconds=2), "a quiet night is no old news"
    old = [{"hospital_id": 7, "free": 1, "updated": iso(ASKED)}]
    assert (await read(old, BEDS, "beds")).as_of == ASKED, "an answer of today does not make old counts new"
    assert (await read([{"hospital_id": 7, "free": 1}], BEDS, "beds", Date=frozen)).as_of.year == 2020
    made = MappedSettings(preset="laksa", rows="data", as_of="meta.made")
    stated = {"meta": {"made": iso(NOW - timedelta(minutes=3))}, "data": [report()]}
    assert (await read(stated, made)).as_of == NOW - timedelta(minutes=3)


async def test_a_list_of_any_length_is_read_or_refused() -> None:
    rows = [{"hospital_id": number, "free": 1} for number in range(20_000)]
    assert len((await read(rows, BEDS, "beds")).records) == 20_000
    for held, body in (
        (MappedSettings(preset="laksa"), "[" + "{}," * 50_000 + "{}]"),
        (CSV, "id\n" + "1\n" * 200_001),
    ):
        with pytest.raises(CollectError, match="more than 50,000 rows"):
            await read(body, held)


async def test_a_value_nested_without_end_disturbs_nothing() -> None:
    deep = "[" * 900 + "]" * 900
    batch = await read(f'[{{"id": {deep}, "created": {deep}}}, {{"id": 1, "created": {deep}}}]')
    assert batch.records == () and len(batch.rejected) == 2
