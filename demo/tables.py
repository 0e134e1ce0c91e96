"""The city's tables: the CSV files of a folder under `cities/`, one class per row."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

CITY = Path(__file__).parent.parent / "cities" / "tangerang"
CLASSES = ("vvip", "vip", "utama", "I", "II", "III", "ICU", "ICCU", "NICU", "PICU", "HCU", "ISOLASI", "BERSALIN", "IGD")


@dataclass(frozen=True, slots=True)
class Subdistrict:
    """A kelurahan with its Kemendagri code and its centroid in degrees."""

    code: str
    name: str
    district_code: str
    district: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Category:
    """What people complain about; `weight` is its share of all complaints in percent."""

    service_code: str
    service_name: str
    group: str
    agency: str
    weight: float


@dataclass(frozen=True, slots=True)
class Hospital:
    """A hospital and its beds by class; without any bed it is listed but never reported."""

    code: str
    name: str
    subdistrict: str
    lat: float
    lon: float
    capacity: dict[str, int]


@dataclass(frozen=True, slots=True)
class Road:
    """A junction, a road or a place known for high water, with the two ends of one stretch in degrees."""

    name: str
    kind: str
    district_code: str
    lat: float
    lon: float
    to_lat: float
    to_lon: float


@dataclass(frozen=True, slots=True)
class Application:
    """One of the city's applications; `maintenance` is when it may be down."""

    id: str
    name: str
    kind: str
    accept: str
    maintenance: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post on a river. `steps` are the levels in cm from which siaga 4, 3, 2 and 1 hold."""

    id: str
    name: str
    river: str
    upstream: bool
    lat: float
    lon: float
    steps: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Tables:
    """All of them."""

    subdistricts: tuple[Subdistrict, ...]
    categories: tuple[Category, ...]
    hospitals: tuple[Hospital, ...]
    roads: tuple[Road, ...]
    applications: tuple[Application, ...]
    posts: tuple[Post, ...]


def read_tables(folder: Path = CITY) -> Tables:
    """The tables of a city. Raises OSError for a missing file, KeyError or ValueError for a wrong column."""
    return Tables(
        subdistricts=tuple(
            Subdistrict(
                row["code"], row["name"], row["district_code"], row["district"], float(row["lat"]), float(row["lon"])
            )
            for row in _rows(folder / "subdistricts.csv")
        ),
        categories=tuple(
            Category(row["service_code"], row["service_name"], row["group"], row["agency"], float(row["weight"]))
            for row in _rows(folder / "categories.csv")
        ),
        hospitals=tuple(
            Hospital(
                row["code"],
                row["name"],
                row["subdistrict"],
                float(row["lat"]),
                float(row["lon"]),
                {name: int(row[name]) for name in CLASSES},
            )
            for row in _rows(folder / "hospitals.csv")
        ),
        roads=tuple(
            Road(
                row["name"],
                row["kind"],
                row["district_code"],
                *(float(row[column]) for column in ("lat", "lon", "to_lat", "to_lon")),
            )
            for row in _rows(folder / "roads.csv")
        ),
        applications=tuple(
            Application(row["id"], row["name"], row["kind"], row["accept"], row["maintenance"])
            for row in _rows(folder / "applications.csv")
        ),
        posts=tuple(
            Post(
                row["id"],
                row["name"],
                row["river"],
                row["upstream"] == "yes",
                float(row["lat"]),
                float(row["lon"]),
                (int(row["siaga_4"]), int(row["siaga_3"]), int(row["siaga_2"]), int(row["siaga_1"])),
            )
            for row in _rows(folder / "water.csv")
        ),
    )


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))
