"""Records in the store: whatever goes in comes out the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.pushed import Pushed, pushed_from, pushed_json
from collectors.records import AppHealth, BedCount, Complaint, Record, Rejected, TrafficReport, WaterLevel
from collectors.source import Area
from collectors.stored import KINDS, record_from, record_json
from tests.records import NOON, beds, check, complaint, report

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
NUMBERS = st.integers(0, 10**6)
DEGREES = st.floats(-180, 180)


def some(each: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), each)


RECORDS: dict[Area, st.SearchStrategy[Any]] = {
    "complaints": st.builds(
        Complaint, id=TEXT, status=st.sampled_from(["waiting", "in_progress", "done", "unknown"]), status_given=TEXT,
        category=TEXT, category_code=TEXT, requested=TIMES, updated=some(TIMES), agency=some(TEXT), channel=some(TEXT),
        description=some(TEXT), address=some(TEXT), lat=some(DEGREES), lon=some(DEGREES),
    ),
    "beds": st.builds(
        BedCount, id=TEXT, hospital_id=TEXT, hospital=TEXT,
        unit=st.sampled_from(["inpatient", "icu", "emergency", "unreported"]), bed_class=TEXT, capacity=some(NUMBERS),
        free=some(NUMBERS), derived=st.sampled_from([None, "free"]), flags=st.lists(TEXT).map(tuple),
        updated=some(TIMES),
    ),
    "traffic": st.builds(
        TrafficReport, id=TEXT, kind=st.sampled_from(["jam", "flood"]), kind_given=TEXT, open=st.booleans(),
        headline=TEXT, level=some(NUMBERS), speed_kmh=some(st.floats(0, 200)), verified=some(st.booleans()),
        started=some(TIMES), updated=some(TIMES),
    ),
    "apps": st.builds(
        AppHealth, id=TEXT, name=TEXT, group=st.sampled_from(["public", "government"]), owner=TEXT,
        status=st.sampled_from(["up", "degraded", "down", "unknown", "maintenance"]), checked=TIMES,
        latency_ms=some(NUMBERS), until=some(TIMES), listed=st.booleans(),
    ),
    "water": st.builds(
        WaterLevel, id=TEXT, post=TEXT, river=some(TEXT), level_cm=some(st.floats(-900, 60_000)),
        siaga=some(st.sampled_from([1, 2, 3, 4])), siaga_3=some(DEGREES), trend=some(st.sampled_from(["rising"])),
        upstream=some(st.booleans()), updated=some(TIMES), lat=some(DEGREES), lon=some(DEGREES),
    ),
}  # fmt: skip


@pytest.mark.parametrize("area", list(KINDS))
def test_every_kind_of_record_survives_the_store(area: Area) -> None:
    @given(RECORDS[area])
    def survives(record: Record) -> None:
        assert record_from(area, orjson.loads(record_json(record))) == record

    survives()


def test_unknown_is_left_out_and_never_becomes_zero_or_false() -> None:
    for area, record in (("complaints", complaint("a")), ("beds", beds("a")), ("traffic", report("a"))):
        stored = orjson.loads(record_json(record))
        assert None not in stored.values()
        assert record_from(area, stored) == record  # type: ignore[arg-type]
    assert orjson.loads(record_json(beds("a", free=0)))["free"] == 0
    assert orjson.loads(record_json(report("a", verified=False)))["verified"] is False


def test_fields_of_another_version_are_dropped() -> None:
    stored = orjson.loads(record_json(check("a"))) | {"colour": "blue"}
    assert record_from("apps", stored) == check("a")


def pushes() -> st.SearchStrategy[Sequence[Any]]:
    moments = st.datetimes(timezones=st.just(UTC))
    counts = some(NUMBERS)
    return st.one_of(
        st.lists(st.builds(complaint, TEXT, requested=moments, updated=st.none() | moments, description=TEXT)),
        st.lists(st.builds(beds, TEXT, capacity=counts, free=counts, updated=st.none() | moments)),
        st.lists(st.builds(report, TEXT, level=counts, started=st.none() | moments, headline=TEXT)),
    )


@given(pushes(), st.booleans(), st.none() | TEXT)
@settings(max_examples=60, deadline=None)
def test_a_push_is_the_same_after_it_has_waited(rows: Sequence[Any], whole: bool, by: str | None) -> None:
    as_of = NOON if rows else None
    pushed = Pushed(tuple(rows), ((3, Rejected("no id", "kind=x")),), NOON, as_of, whole, demo=by, by=by)
    area: Any = {"Complaint": "complaints", "BedCount": "beds"}.get(type(rows[0]).__name__ if rows else "", "traffic")
    assert pushed_from(area, pushed_json(pushed)) == pushed
