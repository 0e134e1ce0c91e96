"""Beds from FHIR MeasureReports (SANER, hl7.org/fhir/uv/saner): one report per hospital and day, counts by code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from collectors.bed_counts import added_up, class_code
from collectors.fhir import Resource, codings, few, last_updated, local_id, newest, referred
from collectors.hospitals import Hospital
from collectors.numbers import count
from collectors.records import BedCount, Total
from collectors.text import plain
from collectors.times import time_or_none
from collectors.totals import whole

_MOST = 500


class Codes(BaseModel):
    """The codes of the populations that count beds; what has none is not reported. Codes are compared whatever their
    case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    capacity: str | None = None
    free: str | None = None
    occupied: str | None = None

    @model_validator(mode="after")
    def names_a_code(self) -> Self:
        if not (self.capacity or self.free or self.occupied):
            raise ValueError("must name at least one of capacity, free and occupied")
        return self

    def given(self) -> set[str]:
        return {code.lower() for code in (self.capacity, self.free, self.occupied) if code}


class ReportedClass(Codes):
    """A class of beds in a report, and the codes that count them."""

    name: str = Field(min_length=1)
    unit: Literal["inpatient", "icu", "emergency"] = "inpatient"


CDC = (
    ReportedClass(name="Inpatient", unit="inpatient", capacity="numbeds", occupied="numBedsOcc"),
    ReportedClass(name="ICU", unit="icu", capacity="numICUBeds", occupied="numICUBedsOcc"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """One hospital's report: `changed` decides between two for the same day, `totals` is what it says of all beds."""

    hospital: str
    measure: str
    updated: datetime | None
    changed: datetime | None
    beds: tuple[BedCount, ...]
    totals: tuple[Total, ...]

    def replaces(self, other: Report) -> bool:
        """Whether this is the newer one. A report without a date is never newer."""
        mine, theirs = self.updated, other.updated
        if mine == theirs:
            return self.changed is not None and (other.changed is None or self.changed > other.changed)
        return mine is not None and (theirs is None or mine > theirs)


def is_of(measure: str | None, report: Resource) -> bool:
    """Whether a report is of a measure, whatever the version of either (canonical|version)."""
    given = report.get("measure")
    return measure is None or (isinstance(given, str) and given.partition("|")[0] == measure.partition("|")[0])


def read_report(
    report: Resource,
    group: str,
    classes: Sequence[ReportedClass],
    total: Codes | None,
    hospitals: Mapping[str, Hospital],
    zone: tzinfo,
    now: datetime,
) -> Report:
    """A report's beds, and what it says of all of them. `hospitals` are those of the settings by code.

    ValueError says why it cannot be counted.
    """
    status = plain(report.get("status"), 40)
    if status != "complete":
        raise ValueError(f"report with status {status or 'unknown'}")
    if (kind := plain(report.get("type"), 40)) not in {None, "summary"}:
        raise ValueError(f"report of type {kind}, not a summary")
    code, name = _subject(report, hospitals)
    if code is None:
        raise ValueError("report without a hospital (subject or reporter)")
    counted = classes if total is None else (*classes, total)
    counts = _counts(report, group, {code for each in counted for code in each.given()})
    listed = hospitals.get(code)
    hospital = listed.key if listed else code
    period = report.get("period")
    stated = [report.get("date"), period.get("end") if isinstance(period, dict) else None, last_updated(report)]
    times = [time_or_none(each, zone, now) for each in stated]
    updated = next((each for each in times if each is not None), None)
    called = listed.name if listed else name or code
    beds = (_beds(each, counts, hospital, called, updated) for each in classes if each.given() & counts.keys())
    found = tuple(beds)
    if not found:
        raise ValueError(f"report without bed counts (group {group})")
    measure = report.get("measure")
    return Report(
        hospital,
        measure if isinstance(measure, str) else "",
        updated,
        newest(times[2]),
        found,
        tuple(_totals(total, counts, found)) if total else (),
    )


def _subject(report: Resource, hospitals: Mapping[str, Hospital]) -> tuple[str | None, str | None]:
    """The code and name of what is counted: the subject by its identifier or id, else who reports."""
    subject, reporter = report.get("subject"), report.get("reporter")
    code, name = referred(subject)
    own, _ = referred(reporter)
    for each in (code, local_id(subject), own, local_id(reporter)):
        if each in hospitals:
            return each, name
    return (code, name) if code else referred(reporter)


def _counts(report: Resource, group: str, wanted: set[str]) -> dict[str, int | None]:
    """Counts of the group by wanted code in small letters; one that is missing is unknown."""
    found: dict[str, int | None] = {}
    for population in _populations(report, group):
        value = count(population.get("count"))
        for key in wanted & {code.lower() for _, code, _ in codings(population.get("code"))}:
            if found.get(key) is not None and value is not None and value != found[key]:
                raise ValueError(f"report with two numbers for {key}")
            found[key] = value if value is not None else found.get(key)
    return found


def _populations(report: Resource, group: str) -> Iterator[Mapping[str, object]]:
    for each in few(report.get("group"), _MOST):
        if isinstance(each, dict) and group.lower() in {code.lower() for _, code, _ in codings(each.get("code"))}:
            yield from (one for one in few(each.get("population"), _MOST) if isinstance(one, dict))


def _beds(
    what: ReportedClass, counts: Mapping[str, int | None], hospital: str, name: str, updated: datetime | None
) -> BedCount:
    bed = BedCount(
        id=f"{hospital}/{class_code(what.name)}",
        hospital_id=hospital,
        hospital=name,
        unit=what.unit,
        bed_class=class_code(what.name),
        class_name=what.name,
        capacity=_count(counts, what.capacity),
        free=_count(counts, what.free),
        occupied=_count(counts, what.occupied),
        updated=updated,
    )
    return added_up(bed)


def _totals(total: Codes, counts: Mapping[str, int | None], beds: Sequence[BedCount]) -> Iterator[Total]:
    at = beds[0].hospital
    yield from whole("capacity", _count(counts, total.capacity), [bed.capacity for bed in beds], at)
    yield from whole("free", _count(counts, total.free), [bed.free for bed in beds], at)
    yield from whole("occupied", _count(counts, total.occupied), [bed.occupied for bed in beds], at)


def _count(counts: Mapping[str, int | None], code: str | None) -> int | None:
    return counts.get(code.lower()) if code else None
