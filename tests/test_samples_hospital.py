"""Recorded FHIR payloads over real HTTP, each with what it really holds; skipped where there are none.

The CSV files beside them are no FHIR: they are read by the mapped collector.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from aiohttp import web

from collectors.fhir_beds import FhirBedsSettings
from collectors.records import Batch, BedCount
from tests.fhir_server import TYPE
from tests.sources import answering, city, collected, sample

SPIKE = "hospital/fhir-microsoft-spike-2020"
SANER = "hospital/fhir-saner-connectathon25"
NOT_BEDS = "report without bed counts (group Beds)"
CHICAGO = (-88.0, 41.0, -87.0, 42.0)

# hospital: inpatient beds, of which occupied, intensive care beds, of which occupied, on 15, 16 and 17 May 2020
COUNTS = {
    "X140150": [(402, 98, 88, 14), (402, 94, 88, 13), (402, 94, 88, 13)],
    "X140197": [(557, 121, 52, 18), (557, 113, 52, 15), (557, 110, 52, 14)],
    "X410013": [(806, 187, 129, 27), (806, 177, 129, 24), (806, 175, 129, 24)],
}


NEW_JERSEY = ["20200404", "20200406", "20200410", "20200425"]
SINGLE = [("102", 11), ("105", 12), ("108", 13)]
BUILDINGS = ["X140150", "X410013"]
WARDS = ["Location1a", "Location2a", "Location8b"]


async def read(path: str, resource: Literal["MeasureReport", "Location"] = "MeasureReport", **given: Any) -> Batch:
    settings = FhirBedsSettings(resource=resource, **given)
    return await collected("fhir_beds", answering(sample(path), TYPE), settings, city(bounds=CHICAGO))


def beds(batch: Batch) -> list[BedCount]:
    return [record for record in batch.records if isinstance(record, BedCount)]


def reasons(batch: Batch) -> list[str]:
    return [each.reason for each in batch.rejected]


@pytest.mark.parametrize("hospital", COUNTS)
@pytest.mark.parametrize("day", [0, 1, 2])
async def test_a_bundle_of_two_measures_gives_the_beds_of_the_one_that_counts_them(hospital: str, day: int) -> None:
    """Quirks: a Bundle of type collection, other ids every day, a FEMA report without beds, marked as test data."""
    batch = await read(f"{SPIKE}/t{day}/{hospital}-measureReports.json")
    ward, icu = beds(batch)
    given = COUNTS[hospital][day]
    assert (ward.capacity, ward.occupied, icu.capacity, icu.occupied) == given
    assert (ward.free, icu.free, ward.derived) == (given[0] - given[1], given[2] - given[3], "free")
    assert {ward.hospital_id, icu.hospital_id} == {f"Loc-{hospital}"}
    assert (ward.unit, icu.unit) == ("inpatient", "icu")
    assert ward.updated == datetime(2020, 5, 15 + day, 5, tzinfo=UTC) == batch.as_of
    assert reasons(batch) == [NOT_BEDS]
    assert batch.demo and batch.complete


async def test_the_same_measure_asked_for_by_name_leaves_the_other_aside() -> None:
    measure = "http://hl7.org/fhir/us/saner/Measure/CDCPatientImpactAndHospitalCapacity"
    batch = await read(f"{SPIKE}/t0/X140150-measureReports.json", measure=measure)
    assert len(batch.records) == 2 and not batch.rejected


async def test_three_days_of_three_hospitals_on_nine_pages_are_three_hospitals_today() -> None:
    names = [f"{SPIKE}/t{day}/{hospital}-measureReports.json" for day in (1, 2, 0) for hospital in COUNTS]
    bodies = [sample(name) for name in names]

    async def handler(request: web.Request) -> web.StreamResponse:
        page = int(request.query.get("page", 0))
        following = f', "link": [{{"relation": "next", "url": "?page={page + 1}"}}]' if page + 1 < len(bodies) else ""
        body = bodies[page].decode().rstrip().removesuffix("}") + following + "}"
        return web.Response(text=body, content_type=TYPE)

    batch = await collected("fhir_beds", handler, FhirBedsSettings(), city())
    found = {(bed.hospital_id, bed.unit): (bed.capacity, bed.occupied) for bed in beds(batch)}
    assert found == {
        (f"Loc-{hospital}", unit): days[2][place : place + 2]
        for hospital, days in COUNTS.items()
        for unit, place in (("inpatient", 0), ("icu", 2))
    }
    assert reasons(batch) == [NOT_BEDS] * 9


async def test_a_bundle_of_a_hospital_and_its_building_is_a_hospital_without_beds() -> None:
    batch = await read(f"{SPIKE}/t0/X140150.json", "Location")
    (silent,) = beds(batch)
    assert (silent.unit, silent.hospital_id) == ("unreported", "X140150")
    assert silent.hospital == "CHEF COUNTY ACADEMY OF SCIENCES HOSPITAL Building"
    assert (silent.lat, silent.lon) == (41.869224, -87.670529)
    assert (silent.capacity, silent.free, silent.occupied) == (None, None, None)
    assert batch.demo and not batch.rejected


async def test_the_definition_of_a_measure_holds_no_beds() -> None:
    batch = await read(f"{SPIKE}/Measures-CDCPatientImpactAndHospitalCapacity.json")
    assert batch.records == () and not batch.rejected


@pytest.mark.parametrize("day", NEW_JERSEY)
async def test_a_count_that_is_missing_is_unknown(day: str) -> None:
    """Quirks: numBedsOcc and numICUBedsOcc without a count, no measureScore, a date without a time, no test mark."""
    batch = await read(f"{SANER}/MeasureReport-ExampleNJ-{day}-CDCPatientImpactAndHospitalCapacity.json")
    ward, icu = beds(batch)
    assert (ward.capacity, ward.occupied, ward.free, ward.derived) == (15000, None, None, None)
    assert (icu.capacity, icu.occupied, icu.free, icu.derived) == (2500, None, None, None)
    assert (ward.hospital_id, ward.hospital) == ("34", "State of New Jersey")
    begins = datetime.strptime(day, "%Y%m%d").replace(tzinfo=city().timezone)
    assert ward.updated == begins
    assert batch.demo is None and not batch.rejected


@pytest.mark.parametrize("day", NEW_JERSEY)
async def test_a_report_of_another_measure_is_counted_as_without_beds(day: str) -> None:
    batch = await read(f"{SANER}/MeasureReport-ExampleNJ-{day}-FEMADailyHospitalCOVID19Reporting.json")
    assert batch.records == () and reasons(batch) == [NOT_BEDS]


@pytest.mark.parametrize(("id_", "day"), SINGLE)
async def test_a_single_report_names_its_hospital_by_identifier(id_: str, day: int) -> None:
    batch = await read(f"{SANER}/MeasureReport-FHIR-{id_}.json")
    ward, icu = beds(batch)
    assert (ward.capacity, ward.occupied, ward.free) == (51, 10, 41)
    assert (icu.capacity, icu.occupied, icu.free) == (2, 1, 1)
    assert (ward.hospital_id, ward.hospital) == ("X410011", "NORTH COUNTY HOSPITAL Building")
    assert ward.updated == datetime(2020, 5, day, 5, tzinfo=UTC)
    assert batch.demo and not batch.rejected


@pytest.mark.parametrize("hospital", BUILDINGS)
async def test_a_building_is_a_hospital_that_reports_no_beds(hospital: str) -> None:
    batch = await read(f"{SANER}/Location-Loc-{hospital}.json", "Location")
    (silent,) = beds(batch)
    assert (silent.unit, silent.hospital_id, silent.free) == ("unreported", hospital, None)
    assert (silent.lat is not None) == (hospital == "X140150"), "the other lies outside the city"
    assert batch.demo and not batch.rejected


@pytest.mark.parametrize("name", WARDS)
async def test_a_location_without_kind_or_status_is_no_bed(name: str) -> None:
    """Quirks: no status, position, physicalType or operationalStatus."""
    batch = await read(f"{SANER}/Location-{name}.json", "Location")
    assert batch.records == ()
    assert reasons(batch) == ["location without physicalType and operationalStatus"]


def test_no_recorded_payload_is_left_out() -> None:
    sample(f"{SANER}/SOURCE.md")
    folder = Path(os.environ["LIVEROOM_SAMPLES"])
    known = {
        f"{SPIKE}/Measures-CDCPatientImpactAndHospitalCapacity.json",
        f"{SPIKE}/t0/X140150.json",
        *(f"{SPIKE}/t{day}/{hospital}-measureReports.json" for day in range(3) for hospital in COUNTS),
        *(f"{SANER}/MeasureReport-ExampleNJ-{day}-CDCPatientImpactAndHospitalCapacity.json" for day in NEW_JERSEY),
        *(f"{SANER}/MeasureReport-ExampleNJ-{day}-FEMADailyHospitalCOVID19Reporting.json" for day in NEW_JERSEY),
        *(f"{SANER}/MeasureReport-FHIR-{id_}.json" for id_, _ in SINGLE),
        *(f"{SANER}/Location-Loc-{hospital}.json" for hospital in BUILDINGS),
        *(f"{SANER}/Location-{name}.json" for name in WARDS),
    }
    assert {str(file.relative_to(folder)) for file in folder.glob("hospital/fhir-*/**/*.json")} == known
