"""A city's GeoJSON as one inline SVG string, drawn once per start; slots recolour and label it.

The map is drawn in an equal-scale projection about the city's middle, 1000 units wide. The svg element says how to
place a point: x = (lon - data-lon) * data-kx, y = (data-lat - lat) * data-ky.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from layouts.frame import slot_id

TILE = "map"
FILLS = "fills"
MARKS = "marks"
DISTRICT = "d-"
SUBDISTRICT = "s-"
WIDTH = 1000.0
MARGIN = 24.0
TOLERANCE = 0.9
NAME_HEIGHT = 44.0
NUMBER_HEIGHT = 46.0
GLYPH = 23.0
"""The middle width of a letter of a district's name, for keeping labels apart."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A city as SVG paths, in units of `WIDTH` across: subdistricts by code with name, district's code and path;
    districts by code with name, path and the middle of their label; the city's outline; and the projection."""

    height: float
    lon: float
    lat: float
    kx: float
    ky: float
    subdistricts: Mapping[str, tuple[str, str, str]]
    districts: Mapping[str, tuple[str, str, float, float]]
    city: str
    schematic: bool


def drawing(geojson: dict[str, Any]) -> Drawing:
    """Of a FeatureCollection of Polygons or MultiPolygons with code, name, district_code and district."""
    features = geojson["features"]
    places = [feature["properties"] for feature in features]
    shapes = [shapely.make_valid(shape(feature["geometry"])) for feature in features]
    west, south, east, north = shapely.total_bounds(shapes)
    narrowing = math.cos(math.radians((south + north) / 2))
    ky = (WIDTH - 2 * MARGIN) / ((east - west) * narrowing)
    kx = ky * narrowing
    height = (north - south) * ky + 2 * MARGIN
    lon0, lat0 = west - MARGIN / kx, north + MARGIN / ky
    drawn = [shapely.transform(one, lambda degrees: (degrees - (lon0, lat0)) * (kx, -ky)) for one in shapes]
    drawn = list(shapely.coverage_simplify(drawn, TOLERANCE))
    districts = _districts(places, drawn)
    city = shapely.union_all([one.buffer(0.5) for _, one in districts.values()]).buffer(-0.5)
    labels = _labels(districts, height)
    return Drawing(
        height=height,
        lon=lon0,
        lat=lat0,
        kx=kx,
        ky=ky,
        subdistricts={
            str(place["code"]): (str(place["name"]), str(place["district_code"]), path(one))
            for place, one in zip(places, drawn, strict=True)
        },
        districts={code: (name, path(one), *labels[code]) for code, (name, one) in districts.items()},
        city=path(city),
        schematic=geojson.get("schematic") is True,
    )


def draw_svg(geojson: dict[str, Any]) -> str:
    """The SVG of a city for the wall: every subdistrict and every district's number has an id."""
    found = drawing(geojson)
    fills = "".join(
        f'<path id={quoteattr(slot_id(TILE, SUBDISTRICT + code))} class="m1" d="{line}">'
        f"<title>{escape(name)}</title></path>"
        for code, (name, _, line) in found.subdistricts.items()
    )
    lines = "".join(f'<path d="{line}"/>' for _, line, _, _ in found.districts.values())
    labels = "".join(
        f'<g transform="translate({_short(x)} {_short(y)})"><text class="kn" y="-4">{escape(name)}</text>'
        f'<text class="kv" y="40" id={quoteattr(slot_id(TILE, DISTRICT + code))}>–</text></g>'
        for code, (name, _, x, y) in found.districts.items()
    )
    schematic = ' data-schematic=""' if found.schematic else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {found.height:.0f}" role="img"'
        f' data-lon="{found.lon:.7f}" data-lat="{found.lat:.7f}" data-kx="{found.kx:.4f}"'
        f' data-ky="{found.ky:.4f}"{schematic}>'
        f'<g class="areas" id="{slot_id(TILE, FILLS)}">{fills}</g><g class="districts">{lines}</g>'
        f'<path class="city" d="{found.city}"/><g class="marks" id="{slot_id(TILE, MARKS)}"></g>'
        f'<g class="labels">{labels}</g></svg>'
    )


def path(one: BaseGeometry) -> str:
    """SVG path data, to a tenth of a unit; every ring closed."""
    return "".join(
        "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in list(ring.coords)[:-1]) + "Z"
        for part in shapely.get_parts(one)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    )


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _districts(places: Sequence[dict[str, Any]], drawn: Sequence[BaseGeometry]) -> dict[str, tuple[str, BaseGeometry]]:
    """code -> name and joined shape; hair gaps between neighbours are closed."""
    joined: dict[str, tuple[str, BaseGeometry]] = {}
    for place in places:
        code = str(place["district_code"])
        if code not in joined:
            parts = [one for other, one in zip(places, drawn, strict=True) if str(other["district_code"]) == code]
            union = shapely.union_all([part.buffer(0.6, join_style="mitre") for part in parts])
            joined[code] = (str(place["district"]), union.buffer(-0.6, join_style="mitre"))
    return joined


def _labels(districts: dict[str, tuple[str, BaseGeometry]], height: float) -> dict[str, tuple[float, float]]:
    """Where each district's name and number stand, kept apart."""
    middles = {code: _middle(one) for code, (_, one) in districts.items()}
    boxes = {code: (len(name) * GLYPH, NAME_HEIGHT + NUMBER_HEIGHT) for code, (name, _) in districts.items()}
    return keep_apart(middles, boxes, height)


def _middle(one: BaseGeometry) -> tuple[float, float]:
    """The middle of the widest circle inside: where a label has the most room."""
    largest = max(shapely.get_parts(one), key=lambda part: part.area)
    point = shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=2), 0)
    return float(point.x), float(point.y)


def keep_apart(
    middles: dict[str, tuple[float, float]], boxes: dict[str, tuple[float, float]], height: float
) -> dict[str, tuple[float, float]]:
    """Moves labels (boxes of width and height about their middles) apart, each pair along its shorter way."""
    at = {code: [x, y] for code, (x, y) in middles.items()}
    codes = list(at)
    for _ in range(200):
        moved = False
        for i, one in enumerate(codes):
            for other in codes[i + 1 :]:
                dx, dy = at[other][0] - at[one][0], at[other][1] - at[one][1]
                over_x = (boxes[one][0] + boxes[other][0]) / 2 + 14 - abs(dx)
                over_y = (boxes[one][1] + boxes[other][1]) / 2 + 2 - abs(dy)
                if over_x <= 0 or over_y <= 0:
                    continue
                moved = True
                axis, over, way = (0, over_x, dx) if over_x < over_y else (1, over_y, dy)
                push = math.copysign(over / 2, way)
                at[one][axis] -= push
                at[other][axis] += push
        if not moved:
            break
    for code, (width, tall) in boxes.items():
        at[code][0] = min(max(at[code][0], width / 2), WIDTH - width / 2)
        at[code][1] = min(max(at[code][1], tall / 2), height - tall / 2)
    return {code: (x, y) for code, (x, y) in at.items()}
