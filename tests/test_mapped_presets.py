"""Presets of mapped sources: data that say what a publisher's documents say, each key of which can be overridden."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest
from pydantic import ValidationError

from collectors.mapped_presets import PRESETS, Preset
from collectors.mapped_settings import MappedSettings
from collectors.records import Complaint
from tests.mapped import read, report


def test_every_preset_reads_with_the_fields_its_area_has() -> None:
    assert set(PRESETS) == set(get_args(Preset))
    for name, preset in PRESETS.items():
        (missing,) = [list(MappedSettings(preset=name).mistakes(preset["area"]))]
        assert [key for key, _ in missing] == ([("fields", "created")] if name == "lapor" else [])


async def test_a_preset_can_be_overridden_key_by_key() -> None:
    held = MappedSettings(preset="seeclickfix", rows="", fields={"created": "created", "agency": ""}, pages="none")
    row = report(
        2, summary="Pothole", lng=106.63, request_type={"title": "Roads", "organization": "PW"}, status="Acknowledged"
    )
    (one,) = (await read([row], held)).records
    assert isinstance(one, Complaint)
    assert (one.category, one.agency, one.status, one.channel) == ("Roads", None, "in_progress", "SeeClickFix")
    with pytest.raises(ValidationError):
        MappedSettings(preset="unheard of")


async def test_lapor_is_read_once_its_time_is_named() -> None:
    held = MappedSettings(preset="lapor", fields={"created": "tanggal", "status": "status"})
    row = {"TrackingID": "1916449", "topic_name": "Jalan", "tanggal": "2026-01-05 08:00:00", "status": "Disposisi"}
    (one,) = (await read([row], held)).records
    assert isinstance(one, Complaint)
    assert (one.id, one.category, one.status, one.channel) == ("1916449", "Jalan", "in_progress", "SP4N-LAPOR!")
    assert one.requested == datetime(2026, 1, 5, 1, tzinfo=UTC)


async def test_qlue_and_petabencana_are_read_as_their_documents_say() -> None:
    qlue = {
        "post_id": 12,
        "post_date": "2026-01-05 08:00:00",
        "post_title": "Sampah",
        "loc_lat": -6.18,
        "loc_lng": 106.63,
    }
    (one,) = (await read([qlue], MappedSettings(preset="qlue"))).records
    assert isinstance(one, Complaint)
    assert (one.id, one.status, one.lat, one.requested.hour) == ("12", "unknown", -6.18, 1)
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [106.63, -6.18]},
        "properties": {
            "pkey": "5519",
            "created_at": "2016-12-09T21:37:00.000Z",
            "source": "qlue",
            "status": "confirmed",
        }
        | {"disaster_type": "flood", "title": " ", "text": "banjir"},
    }
    document = {"statusCode": 200, "result": {"type": "FeatureCollection", "features": [feature]}}
    batch = await read(document, MappedSettings(preset="petabencana"))
    (flood,) = batch.records
    assert isinstance(flood, Complaint)
    assert (flood.id, flood.category, flood.channel, flood.lat, flood.description) == (
        "5519",
        "flood",
        "qlue",
        -6.18,
        "banjir",
    )
    assert batch.complete and flood.status == "unknown"
