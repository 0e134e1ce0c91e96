"""FHIR Locations: one per bed, counted by its operational status; a bed that says nothing is no free bed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors.fetch import Http
from collectors.fhir_beds import FhirBeds, FhirBedsSettings
from collectors.merge import changes
from collectors.records import Batch, BedCount, Known
from tests.fhir_server import Server
from tests.sources import city, collected, serving, source

NOW = datetime.now(UTC).replace(microsecond=0)
TABLE = "http://terminology.hl7.org/CodeSystem/v2-0116"
KINDS = "http://terminology.hl7.org/CodeSystem/location-physical-type"
SERVICE_CLASS = "https://fhir.kemkes.go.id/r4/StructureDefinition/LocationServiceClass"


def location(id_: str, kind: str | None, above: str | None = None, **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"resourceType": "Location", "id": id_, "status": "active", "name": f"Nama {id_}"}
    if kind:
        given["physicalType"] = {"coding": [{"system": KINDS, "code": kind}]}
    if above:
        given["partOf"] = {"reference": f"Location/{above}"}
    return {**given, **fields}


def status(code: str, system: str | None = TABLE) -> dict[str, Any]:
    return {"code": code, **({"system": system} if system else {})}


def bed(id_: str, state: str | None, above: str | None = "ward", minutes: int = 5, **fields: Any) -> dict[str, Any]:
    changed = (NOW - timedelta(minutes=minutes)).isoformat()
    stated = {"operationalStatus": status(state)} if state else {}
    return location(id_, "bd", above, meta={"lastUpdated": changed}, **{**stated, **fields})


ORGANISATION: dict[str, Any] = {"managingOrganization": {"reference": "Organization/H1", "display": "RS Satu"}}
SITE = location("site", "si", **ORGANISATION, position={"longitude": 106.63, "latitude": -6.18})
CLASS_3: dict[str, Any] = {
    "extension": [{"url": SERVICE_CLASS, "valueCodeableConcept": {"coding": [{"code": "3", "display": "Kelas 3"}]}}]
}
WARD = location("ward", "wi", "site", **CLASS_3)
ICU = location("icu", "wi", "site", type=[{"coding": [{"code": "ICU", "display": "Intensive care unit"}]}])


async def read(*resources: object, per_page: int = 100, **settings: Any) -> tuple[Batch, list[BedCount]]:
    given = FhirBedsSettings.model_validate({"resource": "Location", **settings})
    batch = await collected("fhir_beds", Server(resources, per_page), given, path="/fhir")
    return batch, [record for record in batch.records if isinstance(record, BedCount)]


async def test_beds_are_counted_by_their_status() -> None:
    beds = [bed(f"{number}{state}", state) for number, state in enumerate("OOOUUHIKC")]
    batch, (ward,) = await read(SITE, WARD, *beds)
    assert (ward.capacity, ward.occupied, ward.free, ward.derived, ward.flags) == (8, 3, 2, None, ())
    assert (ward.hospital_id, ward.hospital, ward.class_name, ward.room) == ("H1", "RS Satu", "Kelas 3", "Nama ward")
    assert (ward.unit, ward.lat, ward.lon) == ("inpatient", -6.18, 106.63)
    assert batch.complete and not batch.rejected


async def test_a_bed_without_status_is_neither_free_nor_occupied_and_flagged() -> None:
    _, (ward,) = await read(SITE, WARD, bed("1", "U"), bed("2", None), bed("3", "Z"))
    assert (ward.capacity, ward.free, ward.occupied, ward.flags) == (3, 1, 0, ("status unknown",))


async def test_where_no_bed_states_what_it_is_free_and_occupied_are_unknown() -> None:
    _, (ward,) = await read(SITE, WARD, bed("1", None), bed("2", None))
    assert (ward.capacity, ward.free, ward.occupied) == (2, None, None)


async def test_closed_suspended_and_former_beds_are_no_capacity() -> None:
    beds = [bed("1", "C"), bed("2", "U", status="suspended"), bed("3", "U", status="inactive"), bed("4", "O")]
    _, (ward,) = await read(SITE, WARD, *beds, bed("5", "U", mode="kind"))
    assert (ward.capacity, ward.free, ward.occupied) == (1, 0, 1)
    _, (ward,) = await read(SITE, WARD, bed("1", "C"))
    assert (ward.capacity, ward.free, ward.occupied) == (0, 0, 0)


async def test_the_status_of_another_table_is_no_status() -> None:
    other = bed("1", None, operationalStatus=status("U", "http://example.org/CodeSystem/mood"))
    bare = bed("2", None, operationalStatus=status("u", None))
    _, (ward,) = await read(SITE, WARD, other, bare)
    assert (ward.capacity, ward.free, ward.flags) == (2, 1, ("status unknown",))


async def test_wards_and_units_are_apart() -> None:
    emergency = location("er", "wi", "site", type=[{"coding": [{"code": "ER"}]}], name="IGD")
    beds = [bed("1", "U"), bed("2", "O", "icu"), bed("3", "U", "er")]
    _, rooms = await read(SITE, WARD, ICU, emergency, *beds)
    assert {(room.room, room.unit, room.capacity) for room in rooms} == {
        ("Nama ward", "inpatient", 1),
        ("Nama icu", "icu", 1),
        ("IGD", "emergency", 1),
    }


async def test_the_class_may_stand_within_the_extension_and_new_ones_are_kept() -> None:
    concept = {"coding": [{"code": "kris", "display": "KRIS"}]}
    inner = [{"url": "inpatientServiceClass", "valueCodeableConcept": concept}]
    _, (room,) = await read(SITE, bed("1", "U", "site", extension=[{"url": SERVICE_CLASS, "extension": inner}]))
    assert (room.class_name, room.bed_class, room.unit) == ("KRIS", "KRIS", "inpatient")


async def test_a_hospital_is_the_organisation_highest_up() -> None:
    department = location("room", "ro", "ward", managingOrganization={"reference": "Organization/dept"})
    _, (room,) = await read(SITE, WARD, department, bed("1", "U", "room"))
    assert (room.hospital_id, room.room, room.class_name) == ("H1", "Nama room", "Kelas 3")


async def test_a_hospital_of_the_settings_has_its_id_and_name_and_must_report() -> None:
    hospitals = [{"code": "H1", "name": "RS A", "id": "0000R901"}, {"code": "H2", "name": "RS Bisu"}]
    _, rooms = await read(SITE, WARD, bed("1", "U"), hospitals=hospitals)
    assert [(room.hospital_id, room.hospital, room.unit) for room in rooms] == [
        ("0000R901", "RS A", "inpatient"),
        ("H2", "RS Bisu", "unreported"),
    ]


async def test_a_bed_of_no_hospital_is_counted_as_such() -> None:
    batch, rooms = await read(bed("1", "U", None), bed("2", "U", "elsewhere"), SITE, WARD, bed("3", "U"))
    assert [room.capacity for room in rooms] == [1]
    assert [each.reason for each in batch.rejected] == [
        "bed without a hospital (managingOrganization or a site it is part of)"
    ] * 2


async def test_a_site_without_an_organisation_is_the_hospital_itself() -> None:
    _, (room,) = await read(location("s", "si"), bed("1", "U", "s"))
    assert (room.hospital_id, room.hospital) == ("s", "Nama s")


async def test_a_site_without_beds_is_a_hospital_that_does_not_report() -> None:
    _, (room,) = await read(SITE, WARD)
    assert (room.unit, room.hospital_id, room.capacity) == ("unreported", "H1", None)


async def test_locations_that_are_part_of_each_other_end() -> None:
    circle = [location("a", "wi", "b", **ORGANISATION), location("b", "wi", "a"), bed("1", "U", "a")]
    _, (room,) = await read(*circle)
    assert room.hospital_id == "H1"


async def test_beds_on_every_page_are_counted() -> None:
    beds = [bed(str(number), "U" if number % 3 else "O", minutes=number) for number in range(1, 31)]
    _, (ward,) = await read(*beds, WARD, SITE, per_page=7)
    assert (ward.capacity, ward.free, ward.occupied, ward.updated) == (30, 20, 10, NOW - timedelta(minutes=1))


async def test_a_bed_that_changed_last_may_go_without_making_the_rest_old_news() -> None:
    server = Server([SITE, WARD, bed("1", "O", minutes=9), bed("2", "U", minutes=1)])
    async with serving(server) as base, Http() as http:
        collector = FhirBeds(source("fhir_beds", base, FhirBedsSettings(resource="Location")), city())
        first = await collector.collect(http, Known())
        server.resources.pop()
        second = await collector.collect(http, Known())
    changed, _ = changes({record.id: record for record in first.records}, second)
    (record,) = changed.values()
    assert isinstance(record, BedCount) and (record.capacity, record.free) == (1, 0)


@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, [None], [7], {"coding": 3}, {"reference": 3}, [{"coding": [7]}]])
@pytest.mark.parametrize(
    "field",
    ["physicalType", "operationalStatus", "partOf", "managingOrganization", "type", "extension", "meta", "position",
     "status", "name", "mode"],
)  # fmt: skip
async def test_any_field_of_another_kind_harms_nothing_but_its_bed(field: str, odd: object) -> None:
    strange = {**bed("odd", "U"), field: odd}
    _, rooms = await read(SITE, WARD, bed("1", "O"), strange)
    assert sum(room.occupied or 0 for room in rooms) == 1
