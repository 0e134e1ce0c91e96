"""Aplicares: capacity and free of every room, nobody's missing number a zero."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from collectors.aplicares import Aplicares, AplicaresSettings
from collectors.fetch import Http
from collectors.records import Batch, BedCount, CollectError, Known, Total
from tests.sources import answering, city, collected, serving, source

WIB = ZoneInfo("Asia/Jakarta")
UPDATED = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=3)
WRITTEN = f"{UPDATED.astimezone(WIB):%d/%m/%Y %H:%M:%S}"


def room(**fields: Any) -> dict[str, Any]:
    given = {"kdppk": "0001R001", "nama_kelas": "KELAS III", "nama_ruang": "Melati"}
    return {**given, "jumlah_kamar": "12", "jumlah_kosong": 5, "last_update": WRITTEN, **fields}


class Dashboard:
    """A dashboard of hospitals: code -> the groups of getData, or a status with which getData fails."""

    def __init__(self, hospitals: Mapping[str, dict[str, Any] | int], classes: Mapping[str, Any] | None = None) -> None:
        self.hospitals = dict(hospitals)
        self.classes = dict(classes or {})
        self.asked: list[dict[str, Any]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if request.path.endswith("/Dashboard/getListRSPKS"):
            self.asked.append(body)
            start, number = (int(body["params"]["pagination"][key]) for key in ("start", "number"))
            codes = list(self.hospitals)[start : start + number]
            rows = [{"no": 1, "kdppk": code, "nmppk": f"RS {code}", **self.classes} for code in codes]
            return web.json_response({"totalItem": f"{len(self.hospitals):,}".replace(",", "."), "listrs": rows})
        found = self.hospitals[body["kdppk"]]
        if isinstance(found, int):
            return web.Response(status=found, headers={"Retry-After": "7"})
        profile = {"nmppk": f"RS Contoh {body['kdppk']}", "lat": "-6.18", "lng": "106.63"}
        return web.json_response({"profil": profile, "detil": {}, "sarana": ["x"], "pelayanan": [], **found})


async def read(dashboard: Dashboard, settings: AplicaresSettings | None = None) -> tuple[Batch, list[BedCount]]:
    batch = await collected("aplicares", dashboard, settings, path="/aplicares")
    return batch, [record for record in batch.records if isinstance(record, BedCount)]


async def one(**fields: Any) -> BedCount:
    _, (bed,) = await read(Dashboard({"0001R001": {"tiga": [room(**fields)]}}))
    return bed


async def test_a_room_is_read_and_what_is_computed_is_marked() -> None:
    bed = await one()
    assert (bed.capacity, bed.free, bed.occupied, bed.derived) == (12, 5, 7, "occupied")
    assert (bed.hospital, bed.bed_class, bed.room, bed.unit) == (
        "RS Contoh 0001R001",
        "KELAS III",
        "Melati",
        "inpatient",
    )
    assert (bed.lat, bed.lon, bed.updated, bed.flags) == (-6.18, 106.63, UPDATED, ())


@pytest.mark.parametrize("unknown", ["", None, "NA", -1, "-999999", True])
async def test_an_unknown_number_is_never_zero(unknown: object) -> None:
    bed = await one(jumlah_kosong=unknown)
    assert (bed.capacity, bed.free, bed.occupied, bed.derived) == (12, None, None, None)
    bed = await one(jumlah_kamar=unknown)
    assert (bed.capacity, bed.free, bed.occupied) == (None, 5, None)


async def test_more_free_beds_than_beds_are_shown_as_given_and_flagged() -> None:
    bed = await one(jumlah_kosong=13)
    assert (bed.capacity, bed.free, bed.occupied, bed.flags) == (12, 13, None, ("free>capacity",))


async def test_parts_that_exceed_the_free_beds_are_flagged() -> None:
    assert (await one(pria=4, wanita="2")).flags == ("parts>free",)
    assert (await one(pria=0, wanita=0)).flags == ()


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("ICU", "icu"),
        ("ICCU", "icu"),
        ("NICU", "icu"),
        ("PICU", "icu"),
        ("RICU", "icu"),
        ("HCU", "icu"),
        ("ICU TANPA VENTILATOR", "icu"),
        ("IGD", "emergency"),
        ("UGD", "emergency"),
        ("ISOLASI", "inpatient"),
        ("SICUPAK", "inpatient"),
        ("KELAS BARU 2030", "inpatient"),
    ],
)
async def test_intensive_care_and_emergency_are_apart_and_new_classes_kept(name: str, unit: str) -> None:
    bed = await one(nama_kelas=name)
    assert (bed.unit, bed.class_name) == (unit, name)


async def test_the_room_tells_the_unit_where_the_class_is_special() -> None:
    _, (bed,) = await read(Dashboard({"0001R001": {"Khusus": [room(nama_kelas="NON KELAS", nama_ruang="NICU lt. 2")]}}))
    assert bed.unit == "icu"


async def test_a_hospital_that_never_reported_is_named_without_numbers() -> None:
    batch, beds = await read(Dashboard({"0001R001": {"tiga": [room()]}, "0002R002": {}}, {"III": "0", "ICU": 0}))
    silent = next(bed for bed in beds if bed.hospital_id == "0002R002")
    assert (silent.unit, silent.capacity, silent.free, silent.hospital) == (
        "unreported",
        None,
        None,
        "RS Contoh 0002R002",
    )
    assert batch.complete and batch.as_of == UPDATED


async def test_classes_of_the_list_stand_in_for_rooms() -> None:
    _, beds = await read(Dashboard({"0001R001": {}}, {"III": "1.204", "ICU": 2, "VIP": 0}))
    assert {(bed.bed_class, bed.unit, bed.free, bed.capacity) for bed in beds} == {
        ("III", "inpatient", 1204, None),
        ("ICU", "icu", 2, None),
    }


async def test_all_pages_of_the_list_are_read() -> None:
    dashboard = Dashboard({f"{number:04}R001": {"tiga": [room()]} for number in range(7)})
    _, beds = await read(dashboard, AplicaresSettings(page_size=3, kddati2="0119"))
    assert len({bed.hospital_id for bed in beds}) == 7
    assert [asked["params"]["pagination"]["start"] for asked in dashboard.asked] == [0, 3, 6]
    assert {asked["kddati2"] for asked in dashboard.asked} == {"0119"}


async def test_a_list_that_ignores_paging_ends() -> None:
    class Same(Dashboard):
        async def __call__(self, request: web.Request) -> web.StreamResponse:
            if request.path.endswith("getListRSPKS"):
                rows = [{"kdppk": code} for code in self.hospitals]
                return web.json_response({"totalItem": "99", "listrs": [*rows, {"nmppk": "no code"}]})
            return await super().__call__(request)

    batch, beds = await read(Same({"0001R001": {"tiga": [room()]}}))
    assert len(beds) == 1
    assert any("without kdppk" in each.reason for each in batch.rejected)
    assert batch.totals == (Total("hospitals", 99, 1),), "both numbers are told"


async def test_one_failing_hospital_loses_nobody() -> None:
    good: dict[str, Any] = {"tiga": [room()]}
    dashboard = Dashboard({"0001R001": good, "0002R002": good, "0003R003": 500})
    async with serving(dashboard) as base, Http() as http:
        collector = Aplicares(source("aplicares", base), city())
        first = await collector.collect(http, Known())
        assert len(first.records) == 2
        assert not first.complete, "an unseen hospital must not end"
        assert [each.reason for each in first.rejected if "status 500" in each.reason]
        dashboard.hospitals["0003R003"] = good
        assert len((await collector.collect(http, Known())).records) == 3
        dashboard.hospitals["0003R003"] = 500
        again = await collector.collect(http, Known())
    assert len(again.records) == 3 and again.complete and len(again.rejected) == 1


async def test_most_hospitals_failing_is_a_failure_of_the_source() -> None:
    with pytest.raises(CollectError, match=r"2 of 3 hospitals could not be read: .*status 503") as caught:
        await read(Dashboard({"0001R001": {"tiga": [room()]}, "0002R002": 503, "0003R003": 503}))
    assert caught.value.retry_after == 7


async def test_bad_rooms_are_counted_and_left_out_and_the_newest_of_two_wins() -> None:
    older = f"{(UPDATED - timedelta(hours=1)).astimezone(WIB):%d/%m/%Y %H:%M:%S}"
    rooms = ["x", {}, None, room(), room(jumlah_kosong=1, last_update=older), room(nama_ruang="B", last_update="soon")]
    batch, beds = await read(Dashboard({"0001R001": {"tiga": rooms, "dua": None, "satu": {}}}))
    assert [(bed.room, bed.free, bed.updated) for bed in beds] == [("Melati", 5, UPDATED), ("B", 5, None)]
    assert len(batch.rejected) == 4


@pytest.mark.parametrize("body", ["[]", "{}", '{"listrs": {}}', '{"message": "no"}'])
async def test_what_is_no_list_of_hospitals_is_a_failure(body: str) -> None:
    with pytest.raises(CollectError, match="list of hospitals"):
        await collected("aplicares", answering(body))


async def test_no_hospital_at_all_is_an_empty_batch() -> None:
    batch, beds = await read(Dashboard({}))
    assert beds == [] and batch.complete
