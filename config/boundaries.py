"""The city's boundaries, looked at before anything relies on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.sheet import Place, Sheet

PLACE: Place = ("city", "boundaries")
PROPERTIES = ("code", "name", "district_code", "district")
DEPTHS = {"Polygon": 2, "MultiPolygon": 3}
RING = 4

Bounds = tuple[float, float, float, float]


def read_bounds(sheet: Sheet, file: Path, name: str) -> Bounds | None:
    """West, south, east and north of a GeoJSON FeatureCollection of polygons; None with the mistakes noted."""
    try:
        features = json.loads(file.read_text(encoding="utf-8-sig"))["features"]
    except FileNotFoundError:
        sheet.wrong(PLACE, f"there is no file {name} (looked for from the folder of {sheet.file})")
        return None
    except OSError as error:
        sheet.wrong(PLACE, f"{name} cannot be read: {error.strerror}")
        return None
    except (ValueError, KeyError, TypeError, RecursionError):
        features = None
    if not isinstance(features, list) or not features:
        sheet.wrong(PLACE, f"{name} is not a GeoJSON FeatureCollection of polygons")
        return None
    points: list[tuple[float, float]] = []
    for number, feature in enumerate(features, 1):
        try:
            points += corners(feature)
        except ValueError as error:
            sheet.wrong(PLACE, f"{name}: feature {number} {error}")
            return None
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    return west, south, east, north


def corners(feature: Any) -> list[tuple[float, float]]:
    """A feature's corners as longitude and latitude. Raises ValueError with the end of a sentence."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") not in DEPTHS:
        raise ValueError("is not a Polygon or MultiPolygon")
    properties = feature.get("properties")
    missing = [key for key in PROPERTIES if not isinstance(properties, dict) or properties.get(key) in (None, "")]
    if missing:
        raise ValueError(f"lacks {'the properties' if len(missing) > 1 else 'the property'} {', '.join(missing)}")
    return [corner for ring in rings(geometry.get("coordinates"), DEPTHS[geometry["type"]] - 1) for corner in ring]


def rings(coordinates: Any, depth: int) -> Iterator[list[tuple[float, float]]]:
    if not isinstance(coordinates, list) or not coordinates:
        raise ValueError("has no coordinates")
    if depth:
        for part in coordinates:
            yield from rings(part, depth - 1)
        return
    if len(coordinates) < RING:
        raise ValueError("has a ring of fewer than four corners")
    yield [corner(one) for one in coordinates]


def corner(position: Any) -> tuple[float, float]:
    if not isinstance(position, list) or len(position) < 2 or not all(is_number(part) for part in position[:2]):
        raise ValueError("has a corner that is not two numbers")
    longitude, latitude = position[:2]
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError(f"has the corner {longitude}, {latitude}, which is not a longitude and a latitude in degrees")
    return longitude, latitude


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
