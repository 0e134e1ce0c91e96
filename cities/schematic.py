"""Draws a schematic map of a city from a table of its subdistricts' middles.

    python -m cities.schematic tangerang

reads cities/tangerang/subdistricts.csv (code, name, district_code, district, lat, lon in degrees) and writes
assets/map/tangerang.geojson (RFC 7946, WGS84, exterior rings counter-clockwise). The cells are those nearest to each
published middle inside a shape swept around all of them, with their edges bent a little by a smooth field so that
neighbours still share every edge. They are our own making: no boundary in the file is a real one, and the file says
so with "schematic": true.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

COLUMNS = ("code", "name", "district_code", "district", "lat", "lon")
METRES_A_DEGREE = 111_320.0
REACH = 1500.0
CLOSING = 1000.0
OPENING = 650.0
STEP = 90.0
BENDS = ((2900.0, 210.0, 0.4), (1150.0, 70.0, 2.1), (520.0, 24.0, 4.7))
"""Wavelength, amplitude (metres) and phase: far below the size of a cell, so that bending never folds one over."""
DIGITS = 5


@dataclass(frozen=True, slots=True)
class Middle:
    code: str
    name: str
    district_code: str
    district: str
    lat: float
    lon: float


def read_middles(path: Path) -> list[Middle]:
    """Raises ValueError with a sentence for a table that is no table of middles."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        lacking = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if lacking:
            raise ValueError(f"{path}: lacks the columns {', '.join(lacking)} of {', '.join(COLUMNS)}")
        found: list[Middle] = []
        for row in rows:
            try:
                lat, lon = float(row["lat"]), float(row["lon"])
            except (TypeError, ValueError):
                raise ValueError(f"{path}:{rows.line_num}: lat and lon must be degrees, such as -6.1729") from None
            if any((lat, lon) == (one.lat, one.lon) for one in found):
                raise ValueError(f"{path}:{rows.line_num}: another row has the same place")
            found.append(Middle(row["code"], row["name"], row["district_code"], row["district"], lat, lon))
    if not found:
        raise ValueError(f"{path}: has no rows")
    return found


def draw(middles: list[Middle]) -> dict[str, Any]:
    """The cells as a GeoJSON FeatureCollection, one feature per subdistrict, in the order of the table."""
    lat0 = sum(middle.lat for middle in middles) / len(middles)
    lon0 = sum(middle.lon for middle in middles) / len(middles)
    east = METRES_A_DEGREE * math.cos(math.radians(lat0))
    points = [Point(_unbent((m.lon - lon0) * east, (m.lat - lat0) * METRES_A_DEGREE)) for m in middles]
    shape = outline(points)
    cells = shapely.voronoi_polygons(MultiPoint(points), extend_to=shape.buffer(4 * REACH), ordered=True).geoms
    features = []
    for middle, point, cell in zip(middles, points, cells, strict=True):
        piece = bend(cell.intersection(shape).segmentize(STEP))
        piece = max(shapely.get_parts(piece), key=lambda part: part.contains(Point(_bent(point.x, point.y))))
        ring = shapely.orient_polygons(piece).exterior.coords
        degrees = [[round(lon0 + x / east, DIGITS), round(lat0 + y / METRES_A_DEGREE, DIGITS)] for x, y in list(ring)]
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "code": middle.code,
                    "name": middle.name,
                    "district_code": middle.district_code,
                    "district": middle.district,
                },
                "geometry": {"type": "Polygon", "coordinates": [degrees]},
            }
        )
    return {"type": "FeatureCollection", "schematic": True, "features": features}


def outline(points: list[Point]) -> Polygon:
    """One soft shape around all the points: their surroundings joined, bays closed and spikes rounded off."""
    around: BaseGeometry = unary_union([point.buffer(REACH) for point in points])
    soft = around.buffer(CLOSING).buffer(-CLOSING - OPENING).buffer(OPENING)
    largest = max(shapely.get_parts(soft), key=lambda part: part.area)
    return Polygon(largest.exterior)


def bend(shape: BaseGeometry) -> BaseGeometry:
    """Moves every vertex by a smooth field of its place alone, so that a shared edge stays shared."""
    return shapely.transform(shape, lambda places: np.array([_bent(x, y) for x, y in places]))


def _bent(x: float, y: float) -> tuple[float, float]:
    dx = dy = 0.0
    for wavelength, amplitude, phase in BENDS:
        turn = math.tau / wavelength
        dx += amplitude * math.sin(turn * (y + 0.31 * x) + phase)
        dy += amplitude * math.sin(turn * (x - 0.27 * y) + 2.3 * phase)
    return x + dx, y + dy


def _unbent(x: float, y: float) -> tuple[float, float]:
    """The place that bends to (x, y): a middle must lie in its own cell after the bending."""
    x0, y0 = x, y
    for _ in range(40):
        bent_x, bent_y = _bent(x0, y0)
        x0, y0 = x0 + x - bent_x, y0 + y - bent_y
    return x0, y0


def main(arguments: Sequence[str], root: Path = Path(__file__).parent.parent) -> str:
    """Draw one city; what was drawn, as a sentence. Raises SystemExit with a sentence where it cannot be."""
    if len(arguments) != 1:
        sys.exit("Name a city: python -m cities.schematic NAME reads cities/NAME/subdistricts.csv.")
    try:
        drawn = draw(read_middles(root / "cities" / arguments[0] / "subdistricts.csv"))
    except OSError as error:
        sys.exit(f"{error.filename}: cannot be read: {error.strerror}. Its columns are {', '.join(COLUMNS)}.")
    except ValueError as error:
        sys.exit(f"{error}.")
    name = f"assets/map/{arguments[0]}.geojson"
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in drawn["features"])
    head = '{"type":"FeatureCollection","schematic":true,"features":[\n'
    (root / name).write_text(f"{head}{lines}\n]}}\n", encoding="utf-8")
    return f"{name}: {len(drawn['features'])} drawn."


if __name__ == "__main__":
    print(main(sys.argv[1:]))
