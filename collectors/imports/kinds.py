"""The kinds of export there are: of each, which columns it needs and may have, and the table it goes into."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from collectors import facts
from collectors.imports import fields as read
from collectors.imports import rows
from collectors.imports.fields import Place, Reader
from collectors.imports.rows import Given, Made
from collectors.source import Area


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of export. `needs` and `may` are its fields and how each is read; `rows` makes columns of the table out
    of so many rows that were read.

    `stays` is when what is known stays (writing.py). No two rows of an export may have the same of `once`.
    """

    table: facts.Table
    needs: Mapping[str, Reader]
    may: Mapping[str, Reader]
    rows: Callable[[Given, int, Place], Made]
    stays: str = "false"
    once: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, Reader]:
        return {**self.needs, **self.may}


PLACE = {"subdistrict": read.subdistrict, "lat": read.degrees, "lon": read.degrees}
KINDS: Mapping[Area, Sequence[Kind]] = {
    "complaints": (
        Kind(
            facts.COMPLAINTS,
            {"id": read.identity, "created": read.moment},
            {
                "status": read.status, "category": read.named, "category_code": read.named, "agency": read.agency,
                "channel": read.named, "updated": read.moment, "answered": read.moment, "closed": read.moment,
                "reopened": read.number, **PLACE,
            },
            rows.complaints,
            stays="coalesce(o.updated, o.requested) > coalesce(n.updated, n.requested)",
        ),
    ),
    "traffic": (
        Kind(
            facts.TRAFFIC,
            {"id": read.identity, "started": read.moment},
            {
                "ended": read.moment, "kind": read.kind, "level": read.number, "road": read.named,
                "verified": read.truth, **PLACE,
            },
            rows.traffic,
            stays="o.ended IS NOT NULL AND n.ended IS NULL",
        ),
    ),
    "beds": (
        Kind(
            facts.BEDS,
            {"moment": read.moment, "hospital_id": read.identity},
            {
                "hospital": read.named, "class": read.named, "unit": read.named, "capacity": read.number,
                "free": read.number, "occupied": read.number, "updated": read.moment,
            },
            rows.beds,
            once=("moment", "hospital_id", "class", "unit"),
        ),
    ),
    "apps": (
        Kind(
            facts.OUTAGES,
            {"app": read.identity, "began": read.moment, "ended": read.moment},
            {"status": read.app_status},
            rows.outages,
        ),
        Kind(
            facts.HOURS,
            {"moment": read.moment, "app": read.identity, "checks": read.number, "up": read.number},
            {
                "degraded": read.number, "down": read.number, "maintenance": read.number,
                "latency_mean": read.rounded, "latency_p95": read.rounded, "latency_max": read.rounded,
            },
            rows.hours,
            once=("moment", "app"),
        ),
        Kind(
            facts.CHECKS,
            {"moment": read.moment, "app": read.identity, "status": read.app_status},
            {"latency_ms": read.rounded},
            rows.checks,
        ),
    ),
    "water": (
        Kind(
            facts.WATER,
            {"moment": read.moment, "post": read.identity},
            {
                "name": read.named, "river": read.named, "level_cm": read.rounded, "level_m": read.centimetres,
                "siaga": read.stage,
            },
            rows.water,
            once=("moment", "post"),
        ),
    ),
}  # fmt: skip
"""Of several kinds of an area an export is of the first whose needs it meets."""
