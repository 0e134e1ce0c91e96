"""Records, sources and batches as tests need them: everything has a value, any of it can be given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.districts import Districts
from collectors.health import SourceHealth
from collectors.readings.limits import Limits
from collectors.readings.present import Present
from collectors.readings.shape import Reading
from collectors.records import AppHealth, Batch, BedCount, Complaint, Record, TrafficReport, WaterLevel
from collectors.source import Application, Area, City, Source

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
"""12:00 in the city."""

COLLECTOR_OF: dict[Area, str] = {
    "complaints": "open311",
    "beds": "aplicares",
    "traffic": "open511",
    "apps": "http_health",
    "water": "mapped_json",
}


def ago(**by: float) -> datetime:
    return NOON - timedelta(**by)


def source(name: str = "laksa", area: Area = "complaints", **given: Any) -> Source:
    fields = {
        "collector": COLLECTOR_OF[area],
        "url": "http://127.0.0.1:1",
        "every": 10.0,
        "cadence": 60.0,
        "owner": "Dinas Contoh",
    }
    return Source.model_validate({"name": name, "area": area, **fields, **given})


def complaint(id_: str, **given: Any) -> Complaint:
    fields = {"status": "waiting", "status_given": "open", "category": "Jalan rusak", "category_code": "001"}
    return Complaint(**{"id": id_, "requested": ago(hours=1), **fields, **given})


def beds(id_: str, **given: Any) -> BedCount:
    fields = {"hospital_id": "R1", "hospital": "RS Contoh", "unit": "inpatient", "bed_class": "III"}
    return BedCount(**{"id": id_, "class_name": "KELAS III", "updated": ago(minutes=5), **fields, **given})


def report(id_: str, **given: Any) -> TrafficReport:
    fields = {"kind": "jam", "kind_given": "JAM", "open": True, "headline": "Macet"}
    return TrafficReport(**{"id": id_, "started": ago(hours=1), **fields, **given})


def check(id_: str, **given: Any) -> AppHealth:
    fields = {"name": id_.title(), "group": "public", "owner": "Dinas", "status": "up", "latency_ms": 100}
    return AppHealth(**{"id": id_, "checked": ago(seconds=5), **fields, **given})


def level(id_: str, level_cm: float | None = 100, **given: Any) -> WaterLevel:
    fields = {"post": id_.title(), "siaga_4": 60, "siaga_3": 150, "siaga_2": 200, "siaga_1": 250}
    return WaterLevel(**{"id": id_, "level_cm": level_cm, "updated": ago(minutes=5), **fields, **given})


def batch(*records: Record, **given: Any) -> Batch:
    return Batch(**{"records": tuple(records), "as_of": NOON, "complete": False, **given})


def health(one: Source, answered: datetime | None = NOON) -> SourceHealth:
    """A source that answered last at a moment with data as of then, or never."""
    found = SourceHealth(one, started=NOON - timedelta(days=1))
    if answered is not None:
        found.succeeded(batch(as_of=answered), True, answered)
    return found


def present(
    area: Area,
    records: Sequence[Record],
    city: City,
    districts: Districts,
    *,
    sources: Sequence[SourceHealth] | None = None,
    now: datetime = NOON,
    limits: Limits | None = None,
    applications: Sequence[Application] = (),
    previous: Mapping[str, Any] | None = None,
) -> Present:
    """An area whose one source has just answered with these records."""
    mine = [health(source("one", area))] if sources is None else list(sources)
    name = mine[0].source.name if mine else "one"
    return Present(
        area=area,
        records={(name, record.id): record for record in records},
        sources=mine,
        now=now,
        zone=city.timezone,
        districts=districts,
        limits=limits or Limits(),
        applications=applications,
        previous=previous,  # type: ignore[arg-type]
    )


def application(id_: str, **given: Any) -> Application:
    return Application(
        **{"id": id_, "name": id_.title(), "group": "public", "owner": "Dinas", "url": "http://a", **given}
    )


def values(reading: Reading | Mapping[str, Any], *names: str) -> list[Any]:
    """Some fields of a reading, in the order asked for."""
    return [reading[name] for name in names]  # type: ignore[literal-required]
