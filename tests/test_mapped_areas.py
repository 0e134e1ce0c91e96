"""Mapped beds and traffic: what is told is kept, what follows from it is marked, and any row is read or refused."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.listed import Listed, ListedSettings
from collectors.mapped_areas import AREAS
from collectors.mapped_rows import at
from collectors.mapped_settings import MappedSettings
from collectors.mapped_terms import Terms
from collectors.records import BedCount, TrafficReport
from collectors.source import Area
from collectors.stored import KINDS
from collectors.times import iso
from tests.mapped import ASKED, BEDS, NOW, ROADS, read
from tests.sources import BOUNDS, city, source

LISTED = Listed(source("mapped_json", "", BEDS), city(), ListedSettings())


async def bed(held: MappedSettings = BEDS, /, **fields: Any) -> BedCount:
    (record,) = (await read([{"hospital_id": 7, "class": "Kelas III", **fields}], held, "beds")).records
    assert isinstance(record, BedCount)
    return record


async def road(held: MappedSettings = ROADS, /, **fields: Any) -> TrafficReport:
    (record,) = (await read([{"id": 7, "kind": "macet", **fields}], held, "traffic")).records
    assert isinstance(record, TrafficReport)
    return record


@pytest.mark.parametrize(
    ("given", "numbers", "derived", "flags"),
    [
        ({"capacity": 10, "free": "3"}, (10, 3, 7), "occupied", ()),
        ({"capacity": "1.200", "occupied": 1000}, (1200, 200, 1000), "free", ()),
        ({"free": 3, "occupied": 4}, (7, 3, 4), "capacity", ()),
        ({"capacity": 10, "free": 3, "occupied": 7}, (10, 3, 7), None, ()),
        ({"capacity": 10, "free": 3, "occupied": 9}, (10, 3, 9), None, ("parts!=capacity",)),
        ({"capacity": 10, "free": 12}, (10, 12, None), None, ("free>capacity",)),
        ({"free": "NA", "capacity": -1}, (None, None, None), None, ()),
        ({"free": 0}, (None, 0, None), None, ()),
    ],
)
async def test_beds_keep_what_was_told_and_mark_what_was_not(
    given: dict[str, Any], numbers: tuple[int | None, ...], derived: str | None, flags: tuple[str, ...]
) -> None:
    one = await bed(**given)
    assert ((one.capacity, one.free, one.occupied), one.derived, one.flags) == (numbers, derived, flags)


async def test_beds_have_hospital_class_room_and_unit() -> None:
    one = await bed(hospital="RS Contoh", room="Melati", free=1, updated=iso(ASKED), lat=-6.18, lon=106.63)
    assert (one.id, one.hospital, one.class_name, one.unit) == (
        "7/KELAS III/Melati",
        "RS Contoh",
        "Kelas III",
        "inpatient",
    )
    assert (one.updated, one.lat) == (ASKED, -6.18)
    assert (await bed(**{"class": "ICU", "free": 1})).unit == "icu"
    own = MappedSettings(fields={**BEDS.fields}, kinds={"gawat": "emergency"})
    assert (await bed(own, unit="GAWAT", free=1)).unit == "emergency"
    assert (await bed(**{"class": None})).unit == "unreported"
    at_home = MappedSettings(
        fields={"class": "kelas", "free": "kosong"}, fixed={"hospital_id": "36", "hospital": "RSUD"}
    )
    (own_list,) = (await read([{"kelas": "VIP", "kosong": 2}], at_home, "beds")).records
    assert isinstance(own_list, BedCount)
    assert (own_list.hospital_id, own_list.hospital, own_list.free) == ("36", "RSUD", 2)


async def test_the_same_room_twice_is_counted() -> None:
    rows = [{"hospital_id": 7, "class": "I", "free": free} for free in (1, 2)]
    batch = await read(rows, BEDS, "beds")
    assert (len(batch.records), [each.reason for each in batch.rejected]) == (1, ["the same room twice"])


async def test_a_traffic_report_is_read() -> None:
    one = await road(
        road="Jl. Daan Mogot", level="4", verified="ya", started=iso(ASKED), updated=iso(NOW), lat=-6.18, lon=106.63
    )
    assert (one.kind, one.kind_given, one.open, one.headline, one.level) == ("jam", "macet", True, "Jl. Daan Mogot", 4)
    assert (one.verified, one.started, one.updated, one.lat) == (True, ASKED, NOW, -6.18)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": "Banjir"}, ("flood", True, None)),
        ({"kind": "LAKA"}, ("accident", True, None)),
        ({"kind": "demo", "verified": False}, ("closure", True, False)),
        ({"kind": "sesuatu", "verified": "?"}, ("other", True, None)),
        ({"status": "selesai", "verified": 1}, ("jam", False, True)),
        ({"status": "ACTIVE"}, ("jam", True, None)),
        ({"status": "surut"}, ("jam", False, None)),
        ({"level": 9, "started": iso(NOW + timedelta(days=2))}, ("jam", False, None)),
    ],
)
async def test_kinds_and_ends_of_traffic(fields: dict[str, Any], expected: tuple[Any, ...]) -> None:
    held = MappedSettings(fields={**ROADS.fields}, kinds={"demo": "closure"}, statuses={"surut": "ended"})
    one = await road(held, **fields)
    assert (one.kind, one.open, one.verified) == expected
    assert one.level is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(AREAS)), st.data())
def test_any_row_is_read_or_refused_with_a_reason(area: Area, data: st.DataObject) -> None:
    known = AREAS[area]
    row = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(known.fields, anything)))
    try:
        record = known.read(row, Terms(NOW, UTC, BOUNDS, LISTED))
    except ValueError as reason:
        assert str(reason)
    else:
        assert record.id and type(record).__name__ in {kind.__name__ for kind in KINDS.values()}


@settings(max_examples=100, deadline=None)
@given(anything, st.lists(st.sampled_from(["a", "0", "1", "99999999999999999999"]), max_size=4))
def test_any_path_leads_somewhere_or_nowhere(document: Any, names: list[str]) -> None:
    found = at(document, ".".join(names))
    assert found is None or names or found == document or found != found  # noqa: PLR0124  NaN
