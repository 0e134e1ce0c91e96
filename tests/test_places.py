"""Places as sources write them, in the city or nowhere."""

from __future__ import annotations

import pytest

from collectors.places import first_place, place, place_in, place_on
from tests.sources import BOUNDS

HERE = (-6.18, 106.63)


@pytest.mark.parametrize(
    "given",
    [
        {"lat": -6.18, "long": 106.63},
        {"lat": "-6.18", "lng": "106.63"},
        {"lat": -6.18, "lon": 106.63},
        {"latitude": -6.18, "longitude": 106.63},
        {"y": -6.18, "x": 106.63},
        {"lat": "106.63", "long": "-6.18"},
    ],
)
def test_every_spelling_and_the_swapped_pair_are_read(given: dict[str, object]) -> None:
    assert place_in(given, BOUNDS) == HERE


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(0, 0), ("0.0", "0.0"), (None, None), (-6.18, None), (60.45, 22.27), ("", ""), (True, True), ("nan", "nan")],
)
def test_null_island_and_other_cities_are_no_place(lat: object, lon: object) -> None:
    assert place(lat, lon, BOUNDS) is None


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [106.63, -6.18]},
        {"type": "LineString", "coordinates": [[106.63, -6.18], [106.64, -6.19]]},
        {"type": "MultiPolygon", "coordinates": [[[[106.63, -6.18], [106.64, -6.19], [106.64, -6.18]]]]},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [106.63, -6.18, 12]}]},
        {"type": "LineString", "coordinates": [[22.27, 60.45], [106.63, -6.18]]},
    ],
)
def test_the_first_point_of_any_geometry_in_the_city(geometry: object) -> None:
    assert first_place(geometry, BOUNDS) == HERE


@pytest.mark.parametrize("geometry", [None, {}, [], "POINT", {"coordinates": None}, {"coordinates": [[]]}])
def test_no_geometry_is_no_place(geometry: object) -> None:
    assert first_place(geometry, BOUNDS) is None


def test_a_geometry_nested_without_end_is_no_place() -> None:
    deep: object = [106.63, -6.18]
    for _ in range(100):
        deep = [deep]
    assert first_place({"coordinates": deep}, BOUNDS) is None


def test_a_line_is_at_its_middle_unless_that_lies_outside() -> None:
    outside, inside = {"x": 107.5, "y": -6.18}, {"x": 106.63, "y": -6.18}
    assert place_on([{"x": 106.6, "y": -6.2}, inside, {"x": 106.7, "y": -6.2}], BOUNDS) == HERE
    assert place_on([inside, outside, outside], BOUNDS) == HERE
    assert place_on([outside], BOUNDS) is None
    assert place_on("line", BOUNDS) is None
