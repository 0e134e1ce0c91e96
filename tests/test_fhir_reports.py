"""FHIR MeasureReports: the newest report of each hospital, and a count that is missing is unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors.fhir_beds import FhirBedsSettings
from collectors.records import Batch, BedCount
from tests.fhir_server import Server
from tests.sources import collected

NOW = datetime.now(UTC).replace(microsecond=0)
MEASURE = "http://example.org/Measure/CDCPatientImpactAndHospitalCapacity"
BEDS = {"numTotBeds": 130, "numbeds": 100, "numBedsOcc": 60, "numICUBeds": 10, "numICUBedsOcc": 4}


def population(code: str, number: object) -> dict[str, Any]:
    coding = [{"system": "http://example.org/CodeSystem/MeasuredValues", "code": code}, {"code": "initial-population"}]
    return {"code": {"coding": coding}, **({} if number is None else {"count": number})}


def group(code: str, counts: dict[str, Any]) -> dict[str, Any]:
    return {"code": {"coding": [{"code": code}]}, "population": [population(*each) for each in counts.items()]}


def report(id_: str, counts: dict[str, Any] | None = None, hospital: str = "H1", **fields: Any) -> dict[str, Any]:
    given = {"resourceType": "MeasureReport", "id": id_, "status": "complete", "type": "summary", "measure": MEASURE}
    subject = {"reference": f"Location/{hospital}", "display": f"RS {hospital}"}
    date = (NOW - timedelta(minutes=5)).isoformat()
    groups = [group("Beds", BEDS if counts is None else counts), group("Ventilators", {"numVent": 3})]
    return {**given, "subject": subject, "date": date, "group": groups, **fields}


async def read(*resources: object, **settings: Any) -> tuple[Batch, list[BedCount]]:
    batch = await collected("fhir_beds", Server(resources), FhirBedsSettings.model_validate(settings), path="/fhir")
    return batch, [record for record in batch.records if isinstance(record, BedCount)]


def reasons(batch: Batch) -> list[str]:
    return [each.reason for each in batch.rejected]


async def test_a_report_is_read_by_its_codes_and_what_is_computed_is_marked() -> None:
    batch, beds = await read(report("r1"))
    assert [(bed.unit, bed.capacity, bed.occupied, bed.free, bed.derived) for bed in beds] == [
        ("inpatient", 100, 60, 40, "free"),
        ("icu", 10, 4, 6, "free"),
    ]
    assert {(bed.hospital_id, bed.hospital, bed.updated) for bed in beds} == {
        ("H1", "RS H1", NOW - timedelta(minutes=5))
    }
    assert batch.complete and batch.as_of == NOW - timedelta(minutes=5) and not batch.rejected


@pytest.mark.parametrize("missing", [None, -1, -999999, "NA", ""])
async def test_a_missing_count_is_unknown_not_zero(missing: object) -> None:
    _, beds = await read(report("r1", {**BEDS, "numBedsOcc": missing}))
    assert (beds[0].capacity, beds[0].occupied, beds[0].free, beds[0].derived) == (100, None, None, None)
    assert beds[1].free == 6


async def test_a_class_that_is_not_reported_is_no_class() -> None:
    _, beds = await read(report("r1", {"numbeds": 5, "numBedsOcc": 0}))
    assert [(bed.class_name, bed.free) for bed in beds] == [("Inpatient", 5)]


async def test_more_occupied_beds_than_beds_are_shown_as_given_and_flagged() -> None:
    _, (ward, _) = await read(report("r1", {**BEDS, "numBedsOcc": 101}))
    assert (ward.capacity, ward.occupied, ward.free, ward.flags) == (100, 101, None, ("occupied>capacity",))


async def test_only_the_group_of_beds_is_counted() -> None:
    other = group("BedsElsewhere", {"numbeds": 999, "numBedsOcc": 1})
    _, (ward, _) = await read(report("r1", group=[other, group("Beds", BEDS)]))
    assert ward.capacity == 100


async def test_the_newest_report_of_a_hospital_counts_whatever_the_order_and_ids() -> None:
    def day(id_: str, days: int, beds: int) -> dict[str, Any]:
        return report(id_, {"numbeds": beds, "numBedsOcc": 0}, date=(NOW - timedelta(days=days)).isoformat())

    reports = [day("b", 1, 20), day("c", 0, 30), day("a", 2, 10), report("x", {"numbeds": 7}, "H2", date=None)]
    batch, beds = await read(*reports)
    assert {(bed.hospital_id, bed.capacity) for bed in beds} == {("H1", 30), ("H2", 7)}
    assert not batch.rejected, "an older report is no bad one"


async def test_of_two_reports_for_one_day_the_one_changed_last_counts() -> None:
    def version(id_: str, minutes: int, beds: int) -> dict[str, Any]:
        changed = (NOW - timedelta(minutes=minutes)).isoformat()
        return report(id_, {"numbeds": beds}, meta={"lastUpdated": changed}, date="2026-01-05")

    for reports in ([version("a", 1, 1), version("b", 2, 2)], [version("b", 2, 2), version("a", 1, 1)]):
        _, (bed,) = await read(*reports)
        assert bed.capacity == 1


async def test_a_date_without_a_time_is_the_beginning_of_that_day_in_the_city() -> None:
    _, (bed, _) = await read(report("r1", date=None, period={"start": "2026-01-05", "end": "2026-01-05"}))
    assert bed.updated == datetime(2026, 1, 4, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "pending"}, "report with status pending"),
        ({"status": "error"}, "report with status error"),
        ({"status": None}, "report with status unknown"),
        ({"type": "individual"}, "report of type individual, not a summary"),
        ({"subject": None}, "report without a hospital (subject or reporter)"),
        ({"subject": {"reference": 7}, "reporter": []}, "report without a hospital (subject or reporter)"),
        ({"group": None}, "report without bed counts (group Beds)"),
        ({"group": [group("Staff", {"numbeds": 3})]}, "report without bed counts (group Beds)"),
        ({"group": [group("Beds", {"numbeds": 1}), group("Beds", {"numbeds": 2})]}, "report with two numbers for"),
    ],
)
async def test_a_report_that_cannot_be_counted_is_counted_as_such(fields: dict[str, Any], reason: str) -> None:
    batch, beds = await read(report("bad", **fields), report("r1", hospital="H2"))
    assert {bed.hospital_id for bed in beds} == {"H2"}
    assert [found for found in reasons(batch) if found.startswith(reason)]


async def test_the_reporter_stands_in_where_no_subject_is_named() -> None:
    _, beds = await read(report("r1", subject=None, reporter={"reference": "Organization/O1", "display": "RS O"}))
    assert {(bed.hospital_id, bed.hospital) for bed in beds} == {("O1", "RS O")}


async def test_an_identifier_goes_before_the_servers_own_id() -> None:
    subject = {"reference": "https://x.example/fhir/Location/5/_history/2", "identifier": {"value": "3699001"}}
    _, beds = await read(report("r1", subject=subject))
    assert {bed.hospital_id for bed in beds} == {"3699001"}
    _, beds = await read(report("r1", subject={"reference": subject["reference"]}))
    assert {bed.hospital_id for bed in beds} == {"5"}


async def test_hospitals_of_the_settings_have_their_id_and_name_and_must_report() -> None:
    hospitals = [{"code": "H1", "name": "RS Satu", "id": "0000R901"}, {"code": "H9", "name": "RS Bisu"}]
    batch, beds = await read(report("r1", {"numbeds": 5}), hospitals=hospitals)
    assert [(bed.hospital_id, bed.hospital, bed.unit) for bed in beds] == [
        ("0000R901", "RS Satu", "inpatient"),
        ("H9", "RS Bisu", "unreported"),
    ]
    assert batch.complete


async def test_a_measure_is_asked_for_and_others_are_left_aside_whatever_the_version() -> None:
    server = Server([report("a", measure=f"{MEASURE}|1.0"), report("b", hospital="H2", measure="http://other")])
    settings = FhirBedsSettings(measure=MEASURE, days=3, page_size=50, params={"_tag": "beds"})
    batch = await collected("fhir_beds", server, settings)
    assert len(batch.records) == 2 and not batch.rejected
    (asked,) = server.asked
    assert asked["date"].startswith("ge20")
    assert {**asked, "date": ""} == {
        "measure": MEASURE, "_count": "50", "_sort": "-date", "_tag": "beds", "date": "",
    }  # fmt: skip


async def test_a_city_names_its_own_codes_and_classes() -> None:
    classes = [
        {"name": "KRIS", "capacity": "KrisCapacity", "free": "krisFree"},
        {"name": "IGD", "unit": "emergency", "occupied": "igdUsed"},
    ]
    counts = {"krisCapacity": 12, "krisFree": 5, "igdUsed": 3}
    _, beds = await read(report("r1", group=[group("Bed", counts)]), group="bed", classes=classes)
    assert [(bed.class_name, bed.unit, bed.capacity, bed.free, bed.occupied, bed.derived) for bed in beds] == [
        ("KRIS", "inpatient", 12, 5, 7, "occupied"),
        ("IGD", "emergency", None, None, 3, None),
    ]


def test_a_class_must_name_a_code() -> None:
    with pytest.raises(ValueError, match="at least one of capacity, free and occupied"):
        FhirBedsSettings.model_validate({"classes": [{"name": "KRIS"}]})


async def test_data_marked_as_test_data_are_marked_demo() -> None:
    batch, _ = await read(report("r1"))
    assert batch.demo is None
    batch, _ = await read(report("r1"), report("r2", meta={"security": [{"code": "HTEST"}]}))
    assert batch.demo == "FHIR test data"


async def test_strange_entries_are_counted_and_left_out() -> None:
    said = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "incomplete"}]}
    odd = [None, 7, {}, {"resourceType": 5}, {"resourceType": "MeasureReport"}, {"resourceType": "Patient"}, said]
    batch, beds = await read(*odd, report("r1"))
    assert len(beds) == 2
    assert sorted(reasons(batch)) == [
        *["not a resource"] * 4, "resource without an id", "the server said: warning incomplete",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "odd", [None, 7, "x", [], {}, [None], [7], [{}], {"coding": 3}, [{"code": 7, "population": 3}]]
)
@pytest.mark.parametrize("field", ["group", "subject", "reporter", "period", "meta", "date", "measure", "type"])
async def test_any_field_of_another_kind_harms_nothing_but_its_report(field: str, odd: object) -> None:
    _, beds = await read({**report("bad", hospital="H3"), field: odd}, report("r1"))
    assert "H1" in {bed.hospital_id for bed in beds}
