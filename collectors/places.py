"""Reading places. Result: (lat, lon) in WGS84 degrees, inside the city's bounds, or None for no place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from collectors.numbers import measure

Place = tuple[float, float]
Bounds = tuple[float, float, float, float]
EARTH: Bounds = (-180.0, -90.0, 180.0, 90.0)

_KEYS = (("lat", "long"), ("lat", "lng"), ("lat", "lon"), ("latitude", "longitude"), ("y", "x"))
_DEPTH = 8


def place(lat: object, lon: object, bounds: Bounds) -> Place | None:
    """The place, turned round where only the swapped pair lies in the city. `bounds`: west, south, east, north."""
    north, east = measure(lat), measure(lon)
    if north is None or east is None or (north == 0 and east == 0):
        return None
    if _inside(north, east, bounds):
        return north, east
    if _inside(east, north, bounds):
        return east, north
    return None


def place_in(given: Mapping[str, object], bounds: Bounds) -> Place | None:
    """The place of an object with lat/long, lat/lng, lat/lon, latitude/longitude or y/x."""
    for lat, lon in _KEYS:
        if lat in given and lon in given:
            return place(given[lat], given[lon], bounds)
    return None


def place_on(line: object, bounds: Bounds) -> Place | None:
    """The middle point of a line of {x, y}; where that lies outside the city, the first point that does not."""
    points = [point for point in line if isinstance(point, Mapping)] if isinstance(line, list) else []
    if not points:
        return None
    middle = place_in(points[len(points) // 2], bounds)
    return middle or next((found for point in points if (found := place_in(point, bounds))), None)


def first_place(geometry: object, bounds: Bounds) -> Place | None:
    """The first point of any GeoJSON geometry that lies in the city."""
    return next((found for lon, lat in _positions(geometry, _DEPTH) if (found := place(lat, lon, bounds))), None)


def has_position(geometry: object) -> bool:
    """Whether a GeoJSON geometry names any point, be it in the city or not."""
    return any(measure(lon) is not None and measure(lat) is not None for lon, lat in _positions(geometry, _DEPTH))


def _positions(geometry: object, depth: int) -> Iterator[tuple[object, object]]:
    """[lon, lat] pairs of a geometry, collection or nested coordinates, in their order."""
    if depth == 0:
        return
    if isinstance(geometry, Mapping):
        yield from _positions(geometry.get("coordinates"), depth - 1)
        yield from _positions(geometry.get("geometries"), depth - 1)
    elif isinstance(geometry, list):
        if len(geometry) >= 2 and not isinstance(geometry[0], list | Mapping):
            yield geometry[0], geometry[1]
        else:
            for part in geometry:
                yield from _positions(part, depth - 1)


def _inside(lat: float, lon: float, bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return west <= lon <= east and south <= lat <= north
