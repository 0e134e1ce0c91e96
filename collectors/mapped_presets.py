"""Mapped sources we know by name: what their documents say, as the settings of `mapped_json`.

`area` is what a preset is for. Where a publisher's own documents do not tell a field, it is left to the city's file.
"""

from __future__ import annotations

from typing import Any, Literal

from collectors.mapped_areas import AREAS

Preset = Literal["laksa", "lapor", "qlue", "petabencana", "seeclickfix"]

_INDONESIAN = {
    "belum terverifikasi": "waiting", "terverifikasi": "waiting", "disposisi": "in_progress",
    "menunggu": "waiting", "proses": "in_progress", "selesai": "done",
}  # fmt: skip

PRESETS: dict[Preset, dict[str, Any]] = {
    # LAKSA publishes no interface yet. This is the one to build: the fields under the names this room uses.
    "laksa": {
        "area": "complaints",
        "fields": {name: name for name in AREAS["complaints"].fields},
        "statuses": {"menunggu": "waiting", "proses": "in_progress", "selesai": "done"},
    },
    # SP4N-LAPOR!: the public description (events.opengovindonesia.org/index.php/api) names these two fields; the rest
    # is in the documents that an agency's developer account can read (blog.lapor.go.id/integrasi).
    "lapor": {
        "area": "complaints",
        "fields": {"id": "TrackingID", "category": "topic_name"},
        "statuses": _INDONESIAN,
        "zone": "Asia/Jakarta",
        "channel": "SP4N-LAPOR!",
    },
    # As read by github.com/smart-facility/cognicity-reports-qlue. It states neither status nor category.
    "qlue": {
        "area": "complaints",
        "fields": {
            "id": "post_id", "title": "post_title", "description": "post_desc", "created": "post_date",
            "lat": "loc_lat", "lon": "loc_lng",
        },
        "zone": "Asia/Jakarta",
        "channel": "Qlue",
    },
    # docs.petabencana.id, GET /reports?geoformat=geojson: each answer holds all reports of the period asked for.
    # "confirmed" says that a report is genuine, not what became of it.
    "petabencana": {
        "area": "complaints",
        "rows": "result.features",
        "fields": {
            "id": "properties.pkey", "status": "properties.status", "category": "properties.disaster_type",
            "title": "properties.title", "description": "properties.text", "created": "properties.created_at",
            "lon": "geometry.coordinates.0", "lat": "geometry.coordinates.1", "channel": "properties.source",
        },
        "whole": True,
    },
    # dev.seeclickfix.com, GET /api/v2/issues
    "seeclickfix": {
        "area": "complaints",
        "rows": "issues",
        "total": {"rows": "metadata.pagination.entries"},
        "pages": "page",
        "size_key": "per_page",
        "fields": {
            "id": "id", "status": "status", "category": "request_type.title", "category_code": "request_type.id",
            "title": "summary", "description": "description", "created": "created_at", "updated": "updated_at",
            "closed": "closed_at", "lat": "lat", "lon": "lng", "address": "address",
            "agency": "request_type.organization",
        },
        "statuses": {"acknowledged": "in_progress", "archived": "done"},
        "channel": "SeeClickFix",
    },
}  # fmt: skip


def with_preset(given: dict[str, Any]) -> dict[str, Any]:
    """The settings on top of their preset: key by key, and within a block entry by entry."""
    named = next((name for name in PRESETS if name == given.get("preset")), None)
    if named is None:
        return given
    merged = {key: value for key, value in PRESETS[named].items() if key != "area"}
    for key, value in given.items():
        held = merged.get(key)
        merged[key] = {**held, **value} if isinstance(held, dict) and isinstance(value, dict) else value
    return merged
