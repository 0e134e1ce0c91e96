"""Mapped applications: what an agency says of its own, by word or by yes and no; never greener than it was told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from collectors.mapped_areas import AREAS
from collectors.mapped_settings import MappedSettings
from collectors.records import AppHealth, Batch
from collectors.times import iso
from tests.mapped import ASKED, NOW
from tests.records import application
from tests.sources import answering, city, collected

APPS = MappedSettings(fields={name: name for name in AREAS["apps"].fields})
CITY = city(application("izin", name="Perizinan", owner="DPMPTSP", group="government", url="https://izin.example"))


async def read(rows: Any, held: MappedSettings = APPS, where: Any = CITY) -> Batch:
    return await collected("mapped_json", answering(json.dumps(rows)), held, where, area="apps")


async def app(held: MappedSettings = APPS, /, **fields: Any) -> AppHealth:
    (record,) = (await read([{"id": "izin", **fields}], held)).records
    assert isinstance(record, AppHealth)
    return record


async def test_an_application_of_the_citys_file_is_told_of_under_its_own_name() -> None:
    one = await app(
        name="Izin v2", status="Terganggu", message="antrean penuh", latency_ms="812,6", http_status=200,
        certificate_days="30", checked=iso(ASKED),
    )  # fmt: skip
    assert (one.id, one.name, one.owner, one.group, one.listed) == ("izin", "Perizinan", "DPMPTSP", "government", True)
    assert (one.status, one.reason, one.latency_ms, one.http_status) == ("degraded", "antrean penuh", 813, 200)
    assert (one.certificate_days, one.checked) == (30, ASKED)


async def test_one_that_the_file_does_not_list_is_the_sources_own_and_another_name_leads_to_a_listed_one() -> None:
    held = MappedSettings(fields={**APPS.fields}, known_as={"SRV-7": "izin"}, group="government")
    batch = await read([{"id": "SRV-7", "ok": True}, {"id": "x1", "name": "Antrean", "ok": "ya"}], held)
    listed, own = batch.records
    assert isinstance(listed, AppHealth) and isinstance(own, AppHealth)
    assert (listed.id, listed.name) == ("izin", "Perizinan")
    assert (own.id, own.name, own.owner, own.listed) == ("pretend/x1", "Antrean", "Dinas Contoh", False)
    assert own.group == "government"


@pytest.mark.parametrize(
    ("told", "status", "reason"),
    [
        ({"status": "UP"}, "up", None),
        ({"status": "out_of_service"}, "down", "says out_of_service"),
        ({"status": "pemeliharaan", "ok": False}, "maintenance", "says pemeliharaan"),
        ({"ok": True, "message": "all fine"}, "up", None),
        ({"ok": 0}, "down", None),
        ({"ok": "entah"}, "unknown", None),
        ({"status": "kuning"}, "unknown", "says kuning"),
        ({"status": "kuning", "ok": True}, "up", None),
        ({"status": "up", "ok": False, "message": "disk"}, "down", "disk"),
        ({"status": "degraded", "ok": True}, "degraded", None),
        ({"status": "rusak"}, "down", "says rusak"),
    ],
)
async def test_of_a_word_and_a_yes_or_no_the_graver_counts(told: dict[str, Any], status: str, reason: str) -> None:
    one = await app(MappedSettings(fields={**APPS.fields}, statuses={"rusak": "down"}), **told)
    assert (one.status, one.reason) == (status, reason)


async def test_a_row_that_says_nothing_of_its_health_is_left_out_with_the_reason() -> None:
    batch = await read([{"id": "izin"}, {"status": "up"}, {"id": "b", "ok": True, "checked": "kemarin dulu"}])
    assert [each.reason for each in batch.rejected] == ["no status", "no id", "not a time: 'kemarin dulu'"]


async def test_numbers_that_cannot_be_are_unknown_and_no_time_is_now() -> None:
    one = await app(ok=True, latency_ms=-5, http_status=7, certificate_days=1e9)
    assert (one.latency_ms, one.http_status, one.certificate_days) == (None, None, None)
    assert one.checked - NOW < timedelta(minutes=5)


async def test_a_retired_application_may_still_be_told_of_and_is_counted_as_what_it_is() -> None:
    where = CITY.model_copy(update={"retired": (application("lama", stage="retired"),)})
    batch = await read([{"id": "lama", "ok": False}, {"id": "izin", "ok": True}], where=where)
    assert (len(batch.records), batch.rejected) == (2, ())
    assert all(isinstance(one, AppHealth) and one.listed for one in batch.records), "no reading shows it"
