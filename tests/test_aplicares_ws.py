"""The signed Aplicares service: every hospital with its own key, a refusal with status 200 is a refusal."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from collectors.aplicares_ws import AplicaresWs, AplicaresWsSettings
from collectors.fetch import Http
from collectors.records import Batch, BedCount, CollectError, Known
from tests.sources import answering, city, collected, serving, source

CODE = "0000R901"
SECRET = "pretend-secret-of-nobody"
UPDATED = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=3)
WRITTEN = f"{UPDATED.astimezone(ZoneInfo('Asia/Jakarta')):%Y-%m-%d %H:%M:%S}"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"WS_ID": "77", "WS_SECRET": SECRET, "WS_KEY": "pretend-user-key"}.items():
        monkeypatch.setenv(name, value)


def settings(*codes: str, page_size: int = 100, **fields: str) -> AplicaresWsSettings:
    listed = [
        {"code": code, "name": f"RS {code}", "cons_id_env": "WS_ID", "secret_env": "WS_SECRET", **fields}
        for code in codes or (CODE,)
    ]
    return AplicaresWsSettings.model_validate({"hospitals": listed, "page_size": page_size})


def room(**fields: Any) -> dict[str, Any]:
    given = {"kodekelas": "KL3", "namakelas": "KELAS III", "koderuang": "M1", "namaruang": "Melati", "kapasitas": "12"}
    return {**given, "tersedia": 5, "lastupdate": WRITTEN, **fields}


class Service:
    """A service of hospitals: kodeppk -> its rooms, or a metadata with which it refuses."""

    def __init__(self, hospitals: Mapping[str, list[Any] | dict[str, Any] | int], cap: int = 1000) -> None:
        self.hospitals = dict(hospitals)
        self.cap = cap
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        self.headers.append(request.headers)
        *_, code, start, limit = request.path.split("/")
        found = self.hospitals[code]
        if isinstance(found, int):
            return web.Response(status=found, headers={"Retry-After": "9"})
        if isinstance(found, dict):
            return web.json_response({"metadata": found, "response": None})
        first = int(start) - 1
        rows = found[first : first + min(int(limit), self.cap)]
        metadata = {"code": 1, "message": "OK", "totalitems": len(found)}
        return web.json_response({"metadata": metadata, "response": {"list": rows}})


async def read(service: Service, *codes: str, **given: Any) -> tuple[Batch, list[BedCount]]:
    batch = await collected("aplicares_ws", service, settings(*codes, **given), path="/aplicaresws")
    return batch, [record for record in batch.records if isinstance(record, BedCount)]


async def one(**fields: Any) -> BedCount:
    _, (bed,) = await read(Service({CODE: [room(**fields)]}))
    return bed


async def test_a_room_is_read_and_what_is_computed_is_marked() -> None:
    bed = await one()
    assert (bed.capacity, bed.free, bed.occupied, bed.derived, bed.flags) == (12, 5, 7, "occupied", ())
    assert (bed.hospital_id, bed.hospital, bed.room, bed.class_name) == (CODE, f"RS {CODE}", "Melati", "KELAS III")
    assert (bed.unit, bed.updated) == ("inpatient", UPDATED)


async def test_every_request_is_signed_as_the_service_wants_it() -> None:
    service = Service({CODE: [room()]})
    before = int(time.time())
    await read(service, user_key_env="WS_KEY")
    (headers,), (path,) = service.headers, service.asked
    assert path == f"/aplicaresws/rest/bed/read/{CODE}/1/100"
    stamp = headers["X-timestamp"]
    assert before <= int(stamp) <= int(time.time())
    expected = hmac.new(SECRET.encode(), f"77&{stamp}".encode(), hashlib.sha256).digest()
    assert base64.b64decode(headers["X-signature"]) == expected
    assert (headers["X-cons-id"], headers["user_key"]) == ("77", "pretend-user-key")


async def test_an_older_service_is_sent_no_user_key() -> None:
    service = Service({CODE: [room()]})
    await read(service)
    assert "user_key" not in service.headers[0]


@pytest.mark.parametrize("cap", [1000, 3])
async def test_all_pages_are_read_also_where_the_service_gives_fewer_than_asked(cap: int) -> None:
    service = Service({CODE: [room(koderuang=f"M{number}") for number in range(11)]}, cap)
    batch, beds = await read(service, page_size=5)
    assert len(beds) == 11 and batch.complete and not batch.rejected
    assert [path.split("/")[-2] for path in service.asked] == (
        ["1", "6", "11"] if cap == 1000 else ["1", "4", "7", "10"]
    )


async def test_rooms_the_service_counts_but_does_not_give_are_told_and_none_ends() -> None:
    answer = (
        '{"metadata": {"code": "1", "totalitems": "3"}, "response": {"list": [{"kodekelas": "KL1", "tersedia": 1}]}}'
    )
    batch = await collected("aplicares_ws", answering(answer), settings())
    assert len(batch.records) == 1 and not batch.complete
    assert "1 of 3 rooms were not given" in {each.reason for each in batch.rejected}


async def test_a_service_that_states_no_total_is_read_to_its_last_page() -> None:
    answer = '{"metaData": {"code": 1}, "response": {"list": [{"kodekelas": "IGD", "kapasitas": 4, "tersedia": 1}]}}'
    batch = await collected("aplicares_ws", answering(answer), settings())
    (bed,) = batch.records
    assert isinstance(bed, BedCount)
    assert (bed.unit, bed.class_name, bed.capacity, bed.updated) == ("emergency", "IGD", 4, None)
    assert batch.complete


@pytest.mark.parametrize("unknown", ["", None, "NA", -1, "-999999", True])
async def test_an_unknown_number_is_never_zero(unknown: object) -> None:
    bed = await one(tersedia=unknown)
    assert (bed.capacity, bed.free, bed.occupied, bed.derived) == (12, None, None, None)
    bed = await one(kapasitas=unknown)
    assert (bed.capacity, bed.free, bed.occupied, bed.derived) == (None, 5, None, None)


async def test_rooms_that_do_not_add_up_are_shown_as_given_and_flagged() -> None:
    bed = await one(tersedia=13)
    assert (bed.capacity, bed.free, bed.occupied, bed.flags) == (12, 13, None, ("free>capacity",))
    assert (await one(tersediapria=3, tersediawanita="2", tersediapriawanita=1)).flags == ("parts>free",)
    assert (await one(tersediapria=0, tersediawanita=0, tersediapriawanita=0)).flags == ()


@pytest.mark.parametrize(
    ("code", "name", "where", "unit"),
    [
        ("ICC", None, "", "icu"),
        ("NIC", "NICU", "", "icu"),
        ("UGD", None, "", "emergency"),
        ("NON", "NON KELAS", "PICU lantai 2", "icu"),
        ("KL3", "KELAS III", "Dekat ICU", "inpatient"),
        ("KRS", "KELAS RAWAT INAP STANDAR", "", "inpatient"),
    ],
)
async def test_the_unit_follows_from_the_class_and_new_classes_are_kept(
    code: str, name: str | None, where: str, unit: str
) -> None:
    bed = await one(kodekelas=code, namakelas=name, namaruang=where)
    assert (bed.unit, bed.class_name) == (unit, name or code)


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"code": 0, "message": "Consumer ID tidak terdaftar"}, r"refused \(code 0\): Consumer ID tidak terdaftar"),
        ({"code": "2", "message": None}, r"refused \(code 2\): no reason"),
        ({"message": f"bad key {SECRET}"}, r"refused \(code unknown\): bad key \.\.\."),
    ],
)
async def test_a_refusal_with_status_200_is_a_failure_in_its_own_words(metadata: dict[str, Any], said: str) -> None:
    with pytest.raises(CollectError, match=said) as caught:
        await read(Service({CODE: metadata or {"message": "?"}}))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("body", ["[]", "{}", '{"metadata": 1}', '{"metadata": {"code": 1}, "response": "kJd93="}'])
async def test_what_is_no_list_of_rooms_is_a_failure(body: str) -> None:
    with pytest.raises(CollectError, match="JSON without"):
        await collected("aplicares_ws", answering(body), settings())


async def test_a_hospital_without_rooms_is_named_without_numbers() -> None:
    batch, (bed,) = await read(Service({CODE: {"code": 1, "message": "OK", "totalitems": 0}}))
    assert (bed.unit, bed.hospital, bed.capacity, bed.free) == ("unreported", f"RS {CODE}", None, None)
    assert batch.complete


async def test_bad_rows_are_counted_and_left_out() -> None:
    batch, beds = await read(Service({CODE: ["x", None, {"kodekelas": "KL1"}, room()]}))
    assert len(beds) == 1 and [each.reason for each in batch.rejected] == ["not a room"] * 3


async def test_one_failing_hospital_loses_nobody() -> None:
    service = Service({"A": [room()], "B": [room()], "C": 503})
    async with serving(service) as base, Http() as http:
        collector = AplicaresWs(source("aplicares_ws", base, settings("A", "B", "C")), city())
        first = await collector.collect(http, Known())
        assert len(first.records) == 2 and not first.complete
        service.hospitals["C"] = [room()]
        assert len((await collector.collect(http, Known())).records) == 3
        service.hospitals["C"] = {"code": 0, "message": "rusak"}
        again = await collector.collect(http, Known())
    assert len(again.records) == 3 and again.complete
    assert [each.reason for each in again.rejected if "rusak" in each.reason]


async def test_a_source_of_one_hospital_fails_with_that_hospitals_own_sentence() -> None:
    with pytest.raises(CollectError, match=r"^127\.0\.0\.1:\d+: status 503") as caught:
        await read(Service({CODE: 503}))
    assert caught.value.retry_after == 9


async def test_a_key_that_is_not_set_is_told_by_the_name_of_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WS_SECRET")
    with pytest.raises(CollectError, match="environment variable WS_SECRET"):
        await read(Service({CODE: [room()]}))


async def test_a_signed_request_follows_no_redirect() -> None:
    async def away(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://127.0.0.1:9/elsewhere")

    with pytest.raises(CollectError, match="status 302"):
        await collected("aplicares_ws", away, settings())


async def test_a_hospital_may_have_the_id_by_which_another_source_names_it() -> None:
    _, (bed,) = await read(Service({CODE: [room()]}), id="3671001")
    assert bed.hospital_id == "3671001" and bed.id.startswith("3671001/")
