"""A sheet as CSV, XLSX or Parquet. Rows pass through a few hundred at a time: any length takes the same memory."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import xlsxwriter

from collectors.history import HistoryError
from collectors.past import Past
from layouts.explore.columns import Column, Value
from layouts.explore.sheet import Sheet
from layouts.words import Words

SIZE = 250
"""So few at a time that no other thread waits long for the interpreter."""
MOST_XLSX = 1_048_575
"""A sheet of XLSX has 1,048,576 rows (ECMA-376 as Excel limits it), one of them the heads."""
LONGEST_CELL = 32_767
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would take for a formula (OWASP, CSV injection)."""
BOM = "\ufeff"
PARQUET = {"text": "VARCHAR", "whole": "BIGINT", "time": "TIMESTAMPTZ"}
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
Rows = Iterator[list[list[Value]]]


def write(sheet: Sheet, kind: str, past: Past, path: Path, step: Callable[[int], None]) -> None:
    """One file; `step` is told after each part how many rows are written, and may raise to end it.

    Raises HistoryError and OSError. What it leaves beside `path` stands in the same folder.
    """

    def rows() -> Rows:
        done = 0
        for part in past.each(sheet.listing, SIZE):
            yield sheet.rows(part)
            done += len(part)
            step(done)

    if kind == "csv":
        write_csv(sheet, rows(), path)
    elif kind == "xlsx":
        write_xlsx(sheet, rows(), path)
    else:
        write_parquet(sheet, rows(), path, past)


def write_csv(sheet: Sheet, rows: Rows, path: Path) -> None:
    """RFC 4180: first what the file says of itself, name and value, then an empty line, the heads and the rows."""
    words = sheet.words
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM)
        lines = csv.writer(file)
        for told in sheet.told():
            lines.writerow([safe(told.title), safe(told.value)])
        lines.writerow([])
        lines.writerow([safe(column.title) for column in sheet.columns])
        for part in rows:
            lines.writerows([[shown(value, words) for value in row] for row in part])


def safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def shown(value: Value, words: Words) -> str | int | None:
    if isinstance(value, datetime):
        return value.astimezone(words.timezone).strftime("%Y-%m-%d %H:%M:%S")
    return safe(value) if isinstance(value, str) else value


def write_xlsx(sheet: Sheet, rows: Rows, path: Path) -> None:
    """A sheet about the file, then the rows: moments are on the city's clock, for XLSX knows no zone."""
    words = sheet.words
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "tmpdir": str(path.parent), "remove_timezone": True,
    }  # fmt: skip
    book = xlsxwriter.Workbook(str(path), options)
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    moments = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    about = book.add_worksheet(words["export_about"])
    about.set_column(0, 0, 28)
    about.set_column(1, 1, 100)
    for number, told in enumerate(sheet.told()):
        about.write_string(number, 0, told.title, bold)
        about.write_string(number, 1, told.value, wrapped)
    page = book.add_worksheet(words["export_rows_sheet"])
    page.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, 20 if column.kind == "time" else 16)
        page.write_string(0, place, column.title, bold)
    number = 0
    try:
        for part in rows:
            for row in part:
                number += 1
                if number > MOST_XLSX:
                    raise HistoryError(words.fill("export_too_long", most=words.number(MOST_XLSX), n=f"> {MOST_XLSX}"))
                for place, value in enumerate(row):
                    put(page, number, place, value, words, moments)
    except BaseException:
        for each in book.worksheets():
            each._opt_close()
        raise
    page.autofilter(0, 0, number, len(sheet.columns) - 1)
    book.close()


def put(page: Any, number: int, place: int, value: Value, words: Words, moments: Any) -> None:
    if isinstance(value, datetime):
        page.write_datetime(number, place, value.astimezone(words.timezone).replace(tzinfo=None), moments)
    elif isinstance(value, str):
        page.write_string(number, place, value[:LONGEST_CELL])
    elif value is not None:
        page.write_number(number, place, value)


def write_parquet(sheet: Sheet, rows: Rows, path: Path, past: Past) -> None:
    """Columns go by their keys and moments are UTC; the file's metadata say the rest, `columns` the titles as JSON."""
    lines = path.with_name("rows.json")
    number = 0
    with lines.open("wb") as file:
        for part in rows:
            for row in part:
                file.write(orjson.dumps({"row": number, **line(sheet.columns, row)}, option=orjson.OPT_APPEND_NEWLINE))
                number += 1
    titles = orjson.dumps({column.key: column.title for column in sheet.columns}).decode()
    told = {one.key: one.value for one in sheet.told()} | {"columns": titles}
    past.history.save(lines, {column.key: PARQUET[column.kind] for column in sheet.columns}, path, told)
    lines.unlink()


def line(columns: Sequence[Column], row: list[Value]) -> dict[str, Any]:
    return {
        column.key: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for column, value in zip(columns, row, strict=True)
    }
