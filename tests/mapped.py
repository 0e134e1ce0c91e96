"""What tests of mapped sources share: a report as LAKSA might give it, and reading over HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.mapped_areas import AREAS
from collectors.mapped_settings import MappedSettings
from collectors.records import Batch, Complaint
from collectors.source import Area
from collectors.times import iso
from tests.sources import answering, collected

NOW = datetime.now(UTC).replace(microsecond=0)
ASKED = NOW - timedelta(hours=2)
LAKSA = MappedSettings(preset="laksa")
BEDS = MappedSettings(fields={name: name for name in AREAS["beds"].fields})
ROADS = MappedSettings(fields={name: name for name in AREAS["traffic"].fields})


def report(number: Any = 1, **fields: Any) -> dict[str, Any]:
    told = {"id": number, "status": "menunggu", "category": "Lampu jalan", "created": iso(ASKED)}
    return {**told, "lat": "-6.18", "lon": "106.63", **fields}


async def read(document: Any, held: MappedSettings = LAKSA, area: Area = "complaints", **headers: str) -> Batch:
    body = document if isinstance(document, str) else json.dumps(document)
    return await collected("mapped_json", answering(body, "application/json", 200, **headers), held, area=area)


async def complaint(held: MappedSettings = LAKSA, /, **fields: Any) -> Complaint:
    (record,) = (await read([report(**fields)], held)).records
    assert isinstance(record, Complaint)
    return record
