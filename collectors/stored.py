"""Records as the JSON that Redis keeps, and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args, get_type_hints

import orjson

from collectors.records import AppHealth, BedCount, Complaint, Record, TrafficReport, WaterLevel
from collectors.source import Area

KINDS: dict[Area, type[Record]] = {
    "complaints": Complaint,
    "beds": BedCount,
    "traffic": TrafficReport,
    "apps": AppHealth,
    "water": WaterLevel,
}
TIMES = {
    kind: tuple(name for name, hint in get_type_hints(kind).items() if datetime in (hint, *get_args(hint)))
    for kind in KINDS.values()
}
"""The fields of each kind that hold a time."""


def record_json(record: Record) -> bytes:
    """One record as JSON; unknown fields are left out."""
    fields = {name: getattr(record, name) for name in record.__dataclass_fields__}
    return orjson.dumps({name: value for name, value in fields.items() if value is not None})


def record_from(area: Area, stored: dict[str, Any]) -> Record:
    """A record as it was before `record_json`. Fields of another version of the program are dropped."""
    kind = KINDS[area]
    fields = {name: value for name, value in stored.items() if name in kind.__dataclass_fields__}
    for name in TIMES[kind]:
        if name in fields:
            fields[name] = datetime.fromisoformat(fields[name])
    if "flags" in fields:
        fields["flags"] = tuple(fields["flags"])
    return kind(**fields)
