"""Which district and subdistrict a point lies in: by polygon, never by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely import Point, STRtree
from shapely.geometry import shape


@dataclass(frozen=True, slots=True)
class Subdistrict:
    """A kelurahan: its code and name, its kecamatan's, and its middle in degrees."""

    code: str
    name: str
    district_code: str
    district: str
    lat: float
    lon: float


class Districts:
    """The city's boundaries, from a GeoJSON whose features carry code, name, district_code and district."""

    def __init__(self, geojson: dict[str, Any]) -> None:
        shapes = [shape(feature["geometry"]) for feature in geojson["features"]]
        self.each: list[Subdistrict] = []
        for feature, polygon in zip(geojson["features"], shapes, strict=True):
            named, middle = feature["properties"], polygon.representative_point()
            self.each.append(
                Subdistrict(
                    code=str(named["code"]),
                    name=str(named["name"]),
                    district_code=str(named["district_code"]),
                    district=str(named["district"]),
                    lat=round(middle.y, 4),
                    lon=round(middle.x, 4),
                )
            )
        self.tree = STRtree(shapes)
        self.found: dict[tuple[float, float], Subdistrict | None] = {}

    @classmethod
    def read(cls, path: Path) -> Districts:
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def names(self) -> dict[str, str]:
        """District names by code, in the file's order."""
        return {one.district_code: one.district for one in self.each}

    def at(self, lat: float | None, lon: float | None) -> Subdistrict | None:
        """The subdistrict of a point, None for no point and for one outside."""
        if lat is None or lon is None:
            return None
        key = (lat, lon)
        if key not in self.found:
            if len(self.found) > 50_000:
                self.found.clear()
            hits = self.tree.query(Point(lon, lat), predicate="intersects")
            self.found[key] = self.each[int(hits[0])] if len(hits) else None
        return self.found[key]
