"""SIRS Online: three numbers as given, and kinds of beds a hospital does not have are no rooms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from collectors.fetch import Http
from collectors.records import Batch, BedCount, CollectError, Known
from collectors.sirs import Sirs, SirsSettings
from tests.sources import answering, city, collected, serving, source

PASSWORD = "pretend-password-of-nobody"
UPDATED = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=3)
WRITTEN = f"{UPDATED.astimezone(ZoneInfo('Asia/Jakarta')):%Y-%m-%d %H:%M:%S}"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIRS_PASS", PASSWORD)


def settings(*codes: str, **fields: str) -> SirsSettings:
    listed = [
        {"code": code, "name": f"RS {code}", "password_env": "SIRS_PASS", **fields} for code in codes or ("3699001",)
    ]
    return SirsSettings.model_validate({"hospitals": listed})


def row(**fields: Any) -> dict[str, Any]:
    given = {"id_tt": "5", "tt": "Kelas III", "ruang": "Melati", "jumlah_ruang": "2", "id_t_tt": "901"}
    numbers = {"jumlah": "12", "terpakai": "7", "kosong": "5", "prepare": "0", "covid": "0"}
    return {**given, **numbers, "tglupdate": WRITTEN, **fields}


class Online:
    """A service of hospitals: kode_rs -> its rows, or a status."""

    def __init__(self, hospitals: Mapping[str, list[Any] | int]) -> None:
        self.hospitals = dict(hospitals)
        self.headers: list[Mapping[str, str]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        assert request.path == "/fo/index.php/Fasyankes"
        self.headers.append(request.headers)
        found = self.hospitals[request.headers["X-rs-id"]]
        return web.Response(status=found) if isinstance(found, int) else web.json_response({"fasyankes": found})


async def read(service: Online, *codes: str, **fields: str) -> tuple[Batch, list[BedCount]]:
    batch = await collected("sirs", service, settings(*codes, **fields), path="/fo/index.php")
    return batch, [record for record in batch.records if isinstance(record, BedCount)]


async def one(**fields: Any) -> BedCount:
    _, (bed,) = await read(Online({"3699001": [row(**fields)]}))
    return bed


async def test_the_three_numbers_are_kept_as_given() -> None:
    bed = await one()
    assert (bed.capacity, bed.free, bed.occupied, bed.derived, bed.flags) == (12, 5, 7, None, ())
    assert (bed.id, bed.hospital_id, bed.hospital) == ("3699001/901", "3699001", "RS 3699001")
    assert (bed.room, bed.class_name, bed.bed_class, bed.unit) == ("Melati", "Kelas III", "KELAS III", "inpatient")
    assert bed.updated == UPDATED


async def test_the_key_of_the_hospital_goes_with_the_request() -> None:
    service = Online({"3699001": [row()]})
    await read(service)
    (headers,) = service.headers
    assert (headers["X-rs-id"], headers["X-pass"]) == ("3699001", PASSWORD)
    assert headers["X-Timestamp"].isdigit()


@pytest.mark.parametrize("unknown", ["", None, "NA", "-1", "-999999"])
@pytest.mark.parametrize(
    ("missing", "numbers"),
    [("jumlah", (12, 5, 7, "capacity")), ("kosong", (12, 5, 7, "free")), ("terpakai", (12, 5, 7, "occupied"))],
)
async def test_one_unknown_number_follows_from_the_others_and_is_marked(
    unknown: str | None, missing: str, numbers: tuple[Any, ...]
) -> None:
    bed = await one(**{missing: unknown})
    assert (bed.capacity, bed.free, bed.occupied, bed.derived) == numbers


async def test_two_unknown_numbers_stay_unknown() -> None:
    bed = await one(kosong="", terpakai=None)
    assert (bed.capacity, bed.free, bed.occupied, bed.derived) == (12, None, None, None)


@pytest.mark.parametrize(
    ("fields", "flags"),
    [
        ({"kosong": "13"}, ("free>capacity",)),
        ({"terpakai": "13"}, ("occupied>capacity",)),
        ({"terpakai": "8"}, ("parts!=capacity",)),
        ({"terpakai": "6"}, ("parts!=capacity",)),
        ({"terpakai": "6", "prepare": "1"}, ()),
        ({"terpakai": "7", "prepare": "1"}, ()),
    ],
)
async def test_rows_that_do_not_add_up_are_shown_as_given_and_flagged(
    fields: dict[str, str], flags: tuple[str, ...]
) -> None:
    bed = await one(**fields)
    assert bed.flags == flags and bed.derived is None
    assert (bed.free, bed.occupied) == (int(fields.get("kosong", 5)), int(fields.get("terpakai", 7)))


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("ICU Tanpa Ventilator", "icu"),
        ("NICU dengan Ventilator", "icu"),
        ("HCU", "icu"),
        ("Intermediate Ward (IGD)", "emergency"),
        ("VVIP/ Super VIP", "inpatient"),
        ("Perinatologi", "inpatient"),
        ("KRIS", "inpatient"),
    ],
)
async def test_intensive_care_and_emergency_are_apart_and_new_classes_kept(name: str, unit: str) -> None:
    bed = await one(tt=name)
    assert (bed.unit, bed.class_name) == (unit, name)


async def test_kinds_of_beds_the_hospital_does_not_have_are_no_rooms() -> None:
    never = {"id_t_tt": None, "tglupdate": None, "ruang": None}
    empty = [
        row(id_tt="1", tt="VVIP", **never, jumlah=None, terpakai=None, kosong=None),
        row(id_tt="2", tt="VIP", **never, jumlah="0", terpakai="0", kosong="0"),
    ]
    batch, beds = await read(Online({"3699001": [*empty, row()]}))
    assert [bed.class_name for bed in beds] == ["Kelas III"] and not batch.rejected
    _, (silent,) = await read(Online({"3699001": empty}))
    assert (silent.unit, silent.free) == ("unreported", None)


async def test_a_room_that_was_written_with_zeros_is_a_room() -> None:
    bed = await one(jumlah="0", terpakai="0", kosong="0")
    assert (bed.capacity, bed.free, bed.occupied) == (0, 0, 0)


async def test_a_bare_list_is_read_as_well() -> None:
    batch = await collected("sirs", answering(json.dumps([row()])), settings())
    assert len(batch.records) == 1


@pytest.mark.parametrize(
    "body",
    [
        '{"fasyankes": [{"status": "401", "message": "Kode RS atau password salah: %s"}]}',
        '{"fasyankes": {"status": "401", "message": "Kode RS atau password salah: %s"}}',
        '{"status": 401, "message": "Kode RS atau password salah: %s"}',
    ],
)
async def test_a_refusal_with_status_200_is_a_failure_in_its_own_words_without_the_password(body: str) -> None:
    with pytest.raises(CollectError, match=r"refused: Kode RS atau password salah: \.\.\.") as caught:
        await collected("sirs", answering(body % PASSWORD), settings())
    assert PASSWORD not in str(caught.value)
    assert caught.value.fault == "refused"
    with pytest.raises(CollectError) as caught:
        await collected("sirs", answering(body % ("x" * 105 + PASSWORD)), settings())
    assert PASSWORD[:8] not in str(caught.value), "not even its beginning where the sentence is cut"


@pytest.mark.parametrize("body", ["{}", '{"fasyankes": "kosong"}', '{"fasyankes": null}', "3"])
async def test_what_is_no_list_of_rooms_is_a_failure(body: str) -> None:
    with pytest.raises(CollectError, match="without a list of rooms"):
        await collected("sirs", answering(body), settings())


async def test_bad_rows_are_counted_and_the_newest_of_two_wins() -> None:
    older = f"{(UPDATED - timedelta(hours=1)).astimezone(ZoneInfo('Asia/Jakarta')):%Y-%m-%d %H:%M:%S}"
    rows = ["x", {}, None, row(), row(kosong="1", tglupdate=older)]
    batch, (bed,) = await read(Online({"3699001": rows}))
    assert (bed.free, bed.updated) == (5, UPDATED)
    assert [each.reason for each in batch.rejected] == ["not a room"] * 3 + ["the same room twice"]


async def test_one_failing_hospital_loses_nobody_and_most_failing_is_a_failure() -> None:
    service = Online({"1": [row()], "2": [row()], "3": 500})
    async with serving(service) as base, Http() as http:
        collector = Sirs(source("sirs", base + "/fo/index.php", settings("1", "2", "3")), city())
        first = await collector.collect(http, Known())
        assert len(first.records) == 2 and not first.complete
        service.hospitals["2"] = 500
        with pytest.raises(CollectError, match="2 of 3 hospitals could not be read"):
            await collector.collect(http, Known())


async def test_a_request_with_a_password_follows_no_redirect() -> None:
    async def away(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://127.0.0.1:9/elsewhere")

    with pytest.raises(CollectError, match="status 302"):
        await collected("sirs", away, settings())


async def test_the_source_is_as_old_as_its_newest_room() -> None:
    batch, _ = await read(Online({"3699001": [row()]}))
    assert batch.as_of == UPDATED
