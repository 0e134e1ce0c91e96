"""DATEX II: a situation is one report, whatever its records; what is in force is open."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from collectors.datex2 import Datex2Settings
from collectors.records import Batch, CollectError, TrafficReport
from tests.datex2_documents import (
    MADE,
    NOW,
    comment,
    line,
    old_publication,
    publication,
    record,
    situation,
    tag,
    validity,
)
from tests.sources import answering, collected

XML = "application/xml"


async def read(*situations: str) -> Batch:
    return await collected("datex2", answering(publication(*situations), XML))


async def only(*records: str, head: str = "") -> TrafficReport:
    (report,) = (await read(situation(1, *records, head=head))).records
    assert isinstance(report, TrafficReport)
    return report


async def test_a_situation_is_read() -> None:
    said = comment(en="Two lorries", id="Dua truk")
    report = await only(record("Accident", tag("probabilityOfOccurrence", "certain"), tag("severity", "high"), said))
    assert (report.id, report.kind, report.kind_given, report.open) == ("s1", "accident", "Accident", True)
    assert (report.headline, report.road, report.level) == ("Dua truk", "Jl. Contoh", 4)
    assert (report.lat, report.lon, report.verified) == (-6.18, 106.63, True)
    assert (report.started, report.updated) == (NOW - timedelta(hours=2), NOW - timedelta(minutes=20))


async def test_the_publication_is_complete_and_has_its_own_time() -> None:
    batch = await read(situation())
    assert batch.complete
    assert batch.as_of == MADE
    assert (await read()).records == ()


async def test_version_2_says_the_same_in_other_places() -> None:
    batch = await collected("datex2", answering(old_publication(), XML))
    (report,) = batch.records
    assert isinstance(report, TrafficReport)
    assert (report.id, report.kind, report.headline, report.level) == ("s1", "jam", "Antrean", 4)
    assert (report.delay_s, report.length_m, report.verified) == (540, 1200, False)
    assert (report.lat, report.lon) == (-6.18, 106.63)
    assert (batch.as_of, report.updated) == (MADE, NOW - timedelta(minutes=5))


@pytest.mark.parametrize(("method", "complete"), [("snapshot", True), ("singleElementUpdate", False)])
async def test_only_a_snapshot_tells_what_has_ended(method: str, complete: bool) -> None:
    assert (await collected("datex2", answering(old_publication(method=method), XML))).complete is complete


async def test_a_situation_of_many_records_is_one_report_named_by_the_gravest() -> None:
    report = await only(
        record("AbnormalTraffic", tag("queueLength", "800"), number=1),
        record("Accident", tag("severity", "medium"), number=2, where=""),
        record("ReroutingManagement", tag("severity", "low"), number=3),
    )
    assert (report.kind, report.level, report.length_m, report.lat) == ("accident", 3, 800, -6.18)


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("MaintenanceWorks", "", "works"),
        ("VehicleObstruction", "", "hazard"),
        ("RoadOrCarriagewayOrLaneManagement", tag("roadOrCarriagewayOrLaneManagementType", "roadClosed"), "closure"),
        ("RoadOrCarriagewayOrLaneManagement", tag("roadOrCarriagewayOrLaneManagementType", "laneClosures"), "other"),
        ("EnvironmentalObstruction", tag("environmentalObstructionType", "flooding"), "flood"),
        ("EnvironmentalObstruction", tag("environmentalObstructionType", "fallenTrees"), "hazard"),
        ("WeatherRelatedRoadConditions", tag("weatherRelatedRoadConditionType", "surfaceWater"), "flood"),
        ("ParadeOfElephants", "", "other"),
    ],
)
async def test_kinds_and_unknown_ones_are_kept(kind: str, more: str, expected: str) -> None:
    report = await only(record(kind, more))
    assert (report.kind, report.kind_given) == (expected, kind)


@pytest.mark.parametrize(
    ("valid", "is_open"),
    [
        (validity("active", end=NOW - timedelta(hours=1)), True),
        (validity("suspended"), False),
        (validity("planned"), False),
        (validity(end=NOW + timedelta(hours=1)), True),
        (validity(end=NOW - timedelta(hours=1)), False),
        (validity(start=NOW + timedelta(hours=1)), False),
        (validity(None, end=NOW - timedelta(hours=1)), False),
        (validity("active") + "<sit:management><com:lifeCycleManagement><com:end>true</com:end>"
         "</com:lifeCycleManagement></sit:management>", False),
    ],
)  # fmt: skip
async def test_what_is_in_force_is_open(valid: str, is_open: bool) -> None:
    assert (await only(record(valid=valid))).open is is_open


async def test_a_record_that_is_over_no_longer_names_its_situation() -> None:
    over = record("Accident", number=1, valid=validity(end=NOW - timedelta(hours=1)))
    report = await only(over, record("AbnormalTraffic", number=2))
    assert (report.kind, report.open) == ("jam", True)


async def test_blocked_is_level_five_and_nothing_said_is_unknown() -> None:
    blocked = f"<sit:impact>{tag('trafficConstrictionType', 'roadBlocked')}</sit:impact>"
    assert (await only(record("Accident", tag("severity", "low"), blocked))).level == 5
    report = await only(record("Accident"))
    assert (report.level, report.verified, report.delay_s, report.headline) == (None, None, None, "Jl. Contoh")
    assert (await only(record("AbnormalTraffic", where=""))).headline == "abnormal traffic"


@pytest.mark.parametrize(
    ("where", "place"),
    [
        (line("-6.20 106.60 -6.21 106.61"), (-6.20, 106.60)),
        (line("48.1 11.5 -6.21 106.61"), (-6.21, 106.61)),
        (line("-6.20 106.60 12 -6.21 106.61 13", ' srsDimension="3"'), (-6.20, 106.60)),
        (line("106.60 -6.20"), (-6.20, 106.60)),
        (line("48.1 11.5"), (None, None)),
        (line("here"), (None, None)),
        ("", (None, None)),
    ],
)
async def test_lines_points_and_no_place(where: str, place: tuple[float | None, float | None]) -> None:
    report = await only(record(where=where))
    assert (report.lat, report.lon) == place


async def test_what_lies_elsewhere_is_left_out_where_only_the_city_is_asked_for() -> None:
    body = publication(
        situation(1), situation(2, record(where=line("48.1 11.5 48.2 11.6"))), situation(3, record(where=""))
    )
    assert len((await collected("datex2", answering(body, XML))).records) == 3
    ours = await collected("datex2", answering(body, XML), Datex2Settings(city_only=True))
    assert [one.id for one in ours.records] == ["s1", "s3"]


async def test_exercises_and_what_cannot_be_read_are_counted_and_left_out() -> None:
    drill = (
        "<sit:headerInformation><com:informationStatus>securityExercise</com:informationStatus></sit:headerInformation>"
    )
    bad = [situation(2, head=drill), situation(3, "<sit:other/>"), situation(4).replace(' id="s4"', "")]
    batch = await read(situation(1), *bad)
    assert [one.id for one in batch.records] == ["s1"]
    assert [one.reason for one in batch.rejected] == [
        "informationStatus securityExercise, not real", "no situationRecord", "no id",
    ]  # fmt: skip
    assert batch.rejected[0].sample == "situation=s2"


async def test_a_situation_told_twice_counts_once_and_its_newest_version_wins() -> None:
    def told(number: int, minutes: int) -> str:
        moment = tag("situationVersionTime", (NOW - timedelta(minutes=minutes)).isoformat())
        return situation(1, record("Accident", comment(id=f"versi {number}")), head=moment)

    for one, other in (((1, 15), (2, 5)), ((2, 5), (1, 15))):
        (report,) = (await read(told(*one), told(*other))).records
        assert isinstance(report, TrafficReport) and report.headline == "versi 2"


@pytest.mark.parametrize("members", [1, 3])
async def test_a_gzip_file_is_read_whether_or_not_it_is_named_as_one(members: int) -> None:
    plain = publication(*(situation(number) for number in range(200))).encode()
    size = len(plain) // members + 1
    packed = b"".join(gzip.compress(plain[at : at + size]) for at in range(0, len(plain), size))
    for handler in (answering(packed, "application/gzip"), answering(packed, XML, Content_Encoding="gzip")):
        assert len((await collected("datex2", handler)).records) == 200


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
async def test_marks_and_names_of_encodings_are_understood(encoding: str) -> None:
    text = publication(situation(1, record("Accident", comment(id="Jalan Él"))))
    body = text.replace("UTF-8", encoding.removesuffix("-sig")).encode(encoding)
    (report,) = (await collected("datex2", answering(body, XML))).records
    assert isinstance(report, TrafficReport) and report.headline == "Jalan Él"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "answered nothing instead of XML"),
        ("sorry", "answered something that is not XML"),
        ('{"events": []}', "answered something that is not XML"),
        ("<!DOCTYPE html><html><body>down</body></html>", "answered an HTML page instead of XML"),
        ("<rss><channel/></rss>", "answered XML that is not DATEX II"),
        (publication(kind="vms:VmsPublication"), "answered a DATEX II VmsPublication, not situations"),
        (publication(situation())[:-20], "XML broken or cut off at line 2"),
        (publication(situation()).replace("UTF-8", "no-such"), "XML"),
    ],
)
async def test_what_is_no_publication_of_situations_is_a_failure(body: str, said: str) -> None:
    with pytest.raises(CollectError, match=said):
        await collected("datex2", answering(body, XML))


async def test_a_broken_gzip_file_is_a_failure() -> None:
    packed = gzip.compress(publication(situation()).encode())
    for body in (packed[:-20], packed[:40] + b"noise" + packed[45:]):
        with pytest.raises(CollectError, match=r"gzip file|XML broken"):
            await collected("datex2", answering(body, "application/gzip"))


async def test_a_refusal_is_its_status_whatever_its_body() -> None:
    with pytest.raises(CollectError, match=r"status 503 \(Service Unavailable\)"):
        await collected("datex2", answering("<html>down</html>", "text/html", 503))
