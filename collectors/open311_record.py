"""One GeoReport v2 service request as a Complaint."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collectors.complaint_status import complaint_status
from collectors.places import place_in
from collectors.records import Complaint
from collectors.source import City
from collectors.text import plain
from collectors.times import read_time, time_or_none


def complaint(row: object, city: City, now: datetime) -> Complaint:
    """Raises ValueError with the reason where the request cannot be kept. Who reported it is not read at all."""
    if not isinstance(row, Mapping):
        raise ValueError("not an object")  # noqa: TRY004  one error class for every unreadable record
    id_ = request_id(row)
    if id_ is None:
        raise ValueError("token without service_request_id" if row.get("token") else "no service_request_id")
    requested = read_time(row.get("requested_datetime"), city.timezone, now)
    if requested is None:
        raise ValueError("no requested_datetime")
    extended = _attributes(row.get("extended_attributes"))
    given = plain(row.get("status"), 60)
    detailed = plain(extended.get("detailed_status") or row.get("detailed_status"), 60)
    status = complaint_status(detailed)
    if status == "unknown":
        status = complaint_status(given)
    code = plain(row.get("service_code"), 100) or ""
    where = place_in(row, city.bounds)
    return Complaint(
        id=id_,
        status=status,
        status_given=detailed or given or "",
        category=plain(row.get("service_name"), 200) or code,
        category_code=code,
        requested=requested,
        updated=time_or_none(row.get("updated_datetime"), city.timezone, now)
        or _last_note(row.get("notes") or extended.get("notes"), city, now),
        agency=_agency(row.get("agency_responsible")),
        channel=plain(extended.get("channel") or row.get("interface_used"), 60),
        description=plain(row.get("description")),
        address=plain(row.get("address"), 500),
        lat=where[0] if where else None,
        lon=where[1] if where else None,
    )


def request_id(row: Mapping[str, Any]) -> str | None:
    """The id as text, however it was written; never a number."""
    return plain(row.get("service_request_id"), 200)


def newest_change(found: Complaint) -> datetime:
    """When the request last changed, as far as its source says."""
    return found.updated or found.requested


def _attributes(given: object) -> Mapping[str, Any]:
    """Attributes as an object, or as a list of objects."""
    if isinstance(given, list):
        return {key: value for part in given if isinstance(part, Mapping) for key, value in part.items()}
    return given if isinstance(given, Mapping) else {}


def _last_note(given: object, city: City, now: datetime) -> datetime | None:
    """When the last note was written. What notes say is not read: it may name people."""
    if isinstance(given, Mapping):
        # XML's notes/note
        given = given.get("note")
    notes = given if isinstance(given, list) else [given]
    moments = [
        moment
        for note in notes
        if isinstance(note, Mapping) and (moment := time_or_none(note.get("datetime"), city.timezone, now))
    ]
    return max(moments, default=None)


def _agency(given: object) -> str | None:
    """A name, or {"recipient": [names]}."""
    if isinstance(given, Mapping):
        given = given.get("recipient")
    if isinstance(given, list):
        names = [name for part in given if (name := plain(part, 200))]
        return ", ".join(names)[:400] or None
    return plain(given, 200)
