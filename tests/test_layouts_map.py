"""The map: the schematic that is shipped, any city's GeoJSON as SVG, and labels that keep apart."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from shapely.geometry import Point, Polygon, shape

from cities.schematic import draw, main, read_middles
from layouts.map import draw_svg, ramp
from layouts.map_svg import keep_apart

SVG = "{http://www.w3.org/2000/svg}"
GEOJSON = Path("assets/map/tangerang.geojson")
TABLE = Path("cities/tangerang/subdistricts.csv")
HEAD = "code,name,district_code,district,lat,lon\n"


@pytest.fixture(scope="module")
def geojson() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(GEOJSON.read_text(encoding="utf-8"))
    return found


def test_the_shipped_map_is_what_its_command_draws_and_says_that_it_is_schematic(geojson: dict[str, Any]) -> None:
    assert geojson["schematic"] is True
    drawn = json.loads(json.dumps(draw(read_middles(TABLE))))
    assert [one["properties"] for one in drawn["features"]] == [one["properties"] for one in geojson["features"]]
    for one, shipped in zip(drawn["features"], geojson["features"], strict=True):
        assert shape(one["geometry"]).symmetric_difference(shape(shipped["geometry"])).area < 1e-7


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (None, "subdistricts.csv: cannot be read: No such file or directory. Its columns are code, name,"),
        ("code,name,lat,lon\n", "lacks the columns district_code, district of code, name,"),
        (HEAD, "has no rows"),
        (f"{HEAD}1,A,1,D,-6.2,106.6\n2,B,1,D,selatan,106.6\n", "csv:3: lat and lon must be degrees"),
        (f"{HEAD}1,A,1,D,-6.2,106.6\n2,B,1,D,-6.2,106.6\n", "csv:3: another row has the same place"),
    ],
)
def test_a_table_that_cannot_be_drawn_is_told_in_a_sentence(tmp_path: Path, table: str | None, said: str) -> None:
    (tmp_path / "cities" / "contoh").mkdir(parents=True)
    if table is not None:
        (tmp_path / "cities" / "contoh" / "subdistricts.csv").write_text(table, encoding="utf-8")
    with pytest.raises(SystemExit) as told:
        main(["contoh"], tmp_path)
    assert said in str(told.value)


def test_a_city_of_few_subdistricts_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "cities" / "contoh").mkdir(parents=True)
    (tmp_path / "assets" / "map").mkdir(parents=True)
    table = f"{HEAD}1,A,1,D,-6.2,106.6\n2,B,1,D,-6.21,106.61\n"
    (tmp_path / "cities" / "contoh" / "subdistricts.csv").write_text(table, encoding="utf-8")
    assert main(["contoh"], tmp_path) == "assets/map/contoh.geojson: 2 drawn."
    drawn = json.loads((tmp_path / "assets" / "map" / "contoh.geojson").read_text(encoding="utf-8"))
    assert [one["properties"]["name"] for one in drawn["features"]] == ["A", "B"]


def test_every_middle_lies_in_its_own_cell_and_no_cells_overlap(geojson: dict[str, Any]) -> None:
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    cells = [shape(feature["geometry"]) for feature in geojson["features"]]
    assert len(cells) == 104
    for row, cell in zip(rows, cells, strict=True):
        assert isinstance(cell, Polygon)
        assert cell.is_valid
        assert cell.exterior.is_ccw
        assert cell.contains(Point(float(row["lon"]), float(row["lat"]))), row["name"]
    whole = sum(cell.area for cell in cells)
    joined = cells[0]
    for cell in cells[1:]:
        joined = joined.union(cell)
    assert joined.area == pytest.approx(whole, rel=1e-4)


def test_coordinates_are_rounded_to_about_a_metre(geojson: dict[str, Any]) -> None:
    for feature in geojson["features"]:
        for lon, lat in feature["geometry"]["coordinates"][0]:
            assert (round(lon, 5), round(lat, 5)) == (lon, lat)


def test_the_svg_has_every_subdistrict_and_every_district_label(geojson: dict[str, Any]) -> None:
    root = ElementTree.fromstring(draw_svg(geojson))
    ids = [found.attrib["id"] for found in root.iter() if "id" in found.attrib]
    assert len(ids) == len(set(ids))
    assert sum(one.startswith("map-s-") for one in ids) == 104
    assert sum(one.startswith("map-d-") for one in ids) == 13
    assert root.attrib["data-schematic"] == ""
    names = {found.text for found in root.iter(f"{SVG}text") if found.attrib.get("class") == "kn"}
    assert "Karang Tengah" in names


def test_a_point_is_placed_by_what_the_svg_says(geojson: dict[str, Any]) -> None:
    root = ElementTree.fromstring(draw_svg(geojson))
    width, height = (float(value) for value in root.attrib["viewBox"].split()[2:])
    x = (106.6319 - float(root.attrib["data-lon"])) * float(root.attrib["data-kx"])
    y = (float(root.attrib["data-lat"]) - -6.1729) * float(root.attrib["data-ky"])
    assert 0.3 * width < x < 0.5 * width
    assert 0.3 * height < y < 0.7 * height


def a_square(west: float, code: str, name: str) -> dict[str, Any]:
    ring = [[west, -6.2], [west + 0.1, -6.2], [west + 0.1, -6.1], [west, -6.1], [west, -6.2]]
    properties = {"code": code, "name": name, "district_code": code[:2], "district": f"District {code[:2]}"}
    geometry = {"type": "MultiPolygon", "coordinates": [[ring]]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_any_citys_multipolygons_are_drawn_and_its_names_stay_text() -> None:
    features = [a_square(106.0, "01.1", "<script>alert('x')</script>"), a_square(106.1, '02"1', "B & C")]
    svg = draw_svg({"type": "FeatureCollection", "features": features})
    root = ElementTree.fromstring(svg)
    assert "<script" not in svg
    assert [found.text for found in root.iter(f"{SVG}title")] == ["<script>alert('x')</script>", "B & C"]
    assert "data-schematic" not in root.attrib


def test_labels_are_moved_apart_and_stay_in_the_picture() -> None:
    boxes = dict.fromkeys("abc", (200.0, 80.0))
    spread = keep_apart({"a": (500.0, 300.0), "b": (510.0, 300.0), "c": (0.0, 300.0)}, boxes, 600)
    (ax, ay), (bx, by), (cx, _) = spread["a"], spread["b"], spread["c"]
    assert abs(ax - bx) >= 200 or abs(ay - by) >= 80
    assert cx == 100


def test_a_ramp_of_nothing_is_the_quietest_step() -> None:
    assert ramp({"a": 0}) == {"a": 1}
    assert ramp({}) == {}


def test_a_ramp_keeps_the_many_small_counts_quiet_and_lifts_the_few_large() -> None:
    steps = ramp({f"{i}": 1 for i in range(60)} | {"high": 9, "none": 0})
    assert steps["0"] == 2
    assert steps["high"] == 5
    assert steps["none"] == 1


def test_a_ramp_shares_even_counts_among_four_steps() -> None:
    assert list(ramp({str(count): count for count in range(1, 9)}).values()) == [2, 2, 3, 3, 4, 4, 5, 5]
