"""A past in files from which something can be taken, in every area; and what came, as a program reads it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import duckdb
from defusedxml.ElementTree import fromstring

from collectors import rollup
from collectors.districts import Districts
from collectors.facts import BEDS, CHECKS, COMPLAINTS, HOURS, OUTAGES, TRAFFIC, WATER, Row, complaint_row, stamp, when
from collectors.history import columns_of
from collectors.source import City
from collectors.writing import Writing
from tests.past import Fact, row_of
from tests.records import complaint, report

FORMULAS = {"category": '=HYPERLINK("http://x")', "channel": "@SUM(1)", "agency": "-2+3"}
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def hour_ago(hours: int) -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)


def complaints(districts: Districts, city: City) -> list[Row]:
    """Sixty reports of three agencies; the first is named like formulas."""
    statuses = ("waiting", "in_progress", "done", "unknown")
    rows = []
    for number in range(60):
        at = hour_ago(5 + number * 7)
        odd: dict[str, Any] = FORMULAS if number == 0 else {"agency": ("DPUPR", "Dishub", "Dinkes")[number % 3]}
        one = complaint(
            f"+{number}" if number == 0 else f"r-{number}",
            requested=at,
            status=statuses[number % 4],
            finished=at + timedelta(hours=3) if number % 4 == 2 else None,
            lat=-6.1783 if number % 2 else None,
            lon=106.6319 if number % 2 else None,
            description="Budi 0812-0000-1111 budi@example.org NIK 3671000000000001",
            address="Jalan Mawar 3",
            **odd,
        )
        rows.append(complaint_row("laksa", one, districts, city.timezone, True))
    return rows


def traffic(districts: Districts) -> list[Row]:
    rows = []
    for number in range(40):
        at = hour_ago(4 + number * 5)
        one = report(
            f"t-{number}", kind="flood" if number % 3 else "jam", level=number % 4, started=at,
            lat=-6.1783, lon=106.6319, verified=bool(number % 2),
        )  # fmt: skip
        found = row_of(Fact("waze", one), one, at + timedelta(hours=1), districts)
        assert found is not None
        rows.append(found)
    return rows


def beds(city: City) -> list[Row]:
    rows = []
    for number in range(40):
        at = hour_ago(1 + number)
        for hospital, unit in (("rsud", "icu"), ("rsud", "inpatient"), ("siloam", "inpatient")):
            rows.append(
                {
                    "moment": stamp(at), "hospital_id": hospital, "hospital": hospital.upper(), "source": "siranap",
                    "unit": unit, "bed_class": f"{unit}-1", "class_name": "Kelas 1", "capacity": 20,
                    "free": number % 20, "occupied": 20 - number % 20, "rooms_unknown": 0, "reporting": number % 9 > 0,
                    "updated": stamp(at - timedelta(minutes=3)), **when(at, city.timezone), "demo": False,
                }
            )  # fmt: skip
    return rows


def water(city: City) -> list[Row]:
    return [
        {
            "moment": stamp(at), "post": post, "name": post.title(), "river": "Cisadane", "level_cm": 100 + number,
            "siaga": 4 - number % 3, "reporting": True, **when(at, city.timezone), "demo": False,
        }
        for number in range(40)
        for at in (hour_ago(1 + number),)
        for post in ("batu-beulah", "pasar-baru")
    ]  # fmt: skip


def checks(city: City) -> list[list[Row]]:
    """Hours of checks by the minute of two applications, of which one is down now and then."""
    names = [one.id for one in city.applications[:2]]
    hours = []
    for number in range(30):
        at = hour_ago(30 - number)
        rows = [
            {
                "moment": stamp(at + timedelta(minutes=minute)), "app": app,
                "status": "down" if app == names[0] and number % 4 == 0 and 10 <= minute < 20 + number else "up",
                "latency_ms": 100, "demo": False,
            }
            for minute in range(60)
            for app in names
        ]  # fmt: skip
        hours.append(rows)
    return hours


def written(folder: Path, districts: Districts, city: City) -> None:
    writing = Writing(folder, threads=1)
    try:
        writing.merge(COMPLAINTS, columns_of(complaints(districts, city), COMPLAINTS))
        writing.merge(TRAFFIC, columns_of(traffic(districts), TRAFFIC))
        writing.merge(BEDS, columns_of(beds(city), BEDS))
        writing.merge(WATER, columns_of(water(city), WATER))
        each = checks(city)
        writing.merge(CHECKS, columns_of([row for hour in each for row in hour], CHECKS))
        writing.merge(HOURS, columns_of([row for hour in each for row in rollup.hours(hour)], HOURS))
        writing.merge(OUTAGES, columns_of([row for hour in each for row in rollup.outages(hour)], OUTAGES))
    finally:
        writing.close()


def many(folder: Path, count: int) -> None:
    """So many complaints of one day, three in four of them finished."""
    at = hour_ago(30)
    writing = Writing(folder, threads=2)
    told: Mapping[str, str] = {
        "source": "'laksa'", "id": "'n-' || i", "category": "'Jalan rusak'", "category_code": "'1'",
        "agency": "'DPUPR'", "channel": "'112'", "status": "CASE WHEN i % 4 = 0 THEN 'waiting' ELSE 'done' END",
        "requested": f"'{stamp(at)}'::TIMESTAMP + to_seconds(i % 3600)", "day": f"'{at.date()}'::DATE", "hour": "1",
        "weekday": "1", "reopened": "0", "demo": "false",
    }  # fmt: skip
    columns = ", ".join(f'({told.get(name, "NULL")})::{kind} AS "{name}"' for name, kind in COMPLAINTS.columns.items())
    try:
        with writing.alone(), writing.cursor() as cursor:
            writing.write(COMPLAINTS, f"{at:%Y%m%d}", f"SELECT {columns} FROM range({count}) t(i)", [], cursor)
    finally:
        writing.close()


def csv_of(body: bytes) -> tuple[dict[str, str], list[str], list[list[str]]]:
    """What a CSV says of itself, its heads and its rows."""
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    empty = lines.index([])
    return {line[0]: line[1] for line in lines[:empty]}, lines[empty + 1], lines[empty + 2 :]


def xlsx_of(body: bytes) -> tuple[list[list[Any]], list[list[Any]], str]:
    """The two sheets' cells, numbers as numbers, and all of the file's XML."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        texts = {name: book.read(name).decode() for name in book.namelist()}
    shared = [
        "".join(one.text or "" for one in item.iter(f"{MAIN}t"))
        for item in fromstring(texts.get("xl/sharedStrings.xml", f"<sst xmlns='{MAIN[1:-1]}'/>")).iter(f"{MAIN}si")
    ]
    sheets = [
        [row_of_cells(row, shared) for row in fromstring(texts[f"xl/worksheets/sheet{n}.xml"]).iter(f"{MAIN}row")]
        for n in (1, 2)
    ]
    return sheets[0], sheets[1], "\n".join(texts.values())


def row_of_cells(row: Element, shared: Sequence[str]) -> list[Any]:
    """Cells by their place: an empty one is not in the file. No table has more than 26 columns."""
    known = {ord(one.get("r", "A")[0]) - ord("A"): cell(one, shared) for one in row.iter(f"{MAIN}c")}
    return [known.get(place) for place in range(max(known) + 1)]


def cell(one: Element, shared: Sequence[str]) -> Any:
    if one.get("t") == "s":
        return shared[int(one.findtext(f"{MAIN}v") or 0)]
    if one.get("t") == "inlineStr":
        return "".join(each.text or "" for each in one.iter(f"{MAIN}t"))
    value = one.findtext(f"{MAIN}v")
    return float(value) if value is not None else None


def parquet_of(body: bytes, folder: Path) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """What the file's metadata say, and its rows."""
    path = folder / "taken.parquet"
    path.write_bytes(body)
    with duckdb.connect(":memory:") as connection:
        told = connection.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}')").fetchall()
        found = connection.execute(f"SELECT * FROM '{path}'")
        heads = [one[0] for one in found.description or ()]
        return dict(told), [dict(zip(heads, row, strict=True)) for row in found.fetchall()]
