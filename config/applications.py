"""The city's applications: one row of a CSV file each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from collectors.source import Application
from config.address import ADDRESS_RULE, is_address
from config.keys import sentence
from config.sheet import VARIABLE, Place, Sheet

PLACE: Place = ("applications",)
NEEDED = ("id", "name", "group", "owner", "url")


def read_applications(sheet: Sheet, file: Path, name: str) -> list[Application]:
    """Every good row in the file's order; what is wrong with the others is noted, each with its line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        sheet.wrong(PLACE, f"there is no file {name}")
        return []
    except OSError as error:
        sheet.wrong(PLACE, f"{name} cannot be read: {error.strerror}")
        return []
    except UnicodeDecodeError:
        sheet.wrong(PLACE, f"{name} is not UTF-8 text")
        return []
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        fault = header_fault(list(rows.fieldnames or ()))
        if fault:
            sheet.wrong(PLACE, f"{name}:1: {fault}")
            return []
        return list(Rows(sheet, name).read(rows))
    except csv.Error as error:
        sheet.wrong(PLACE, f"{name}:{rows.line_num}: {error}")
        return []


def header_fault(columns: list[str]) -> str | None:
    """Why the first line is not the heads of the columns, or None."""
    allowed = list(Application.model_fields)
    if not columns:
        return "the file is empty"
    if len(columns) == 1 and ";" in columns[0]:
        return "found columns separated by semicolons; separate them by commas"
    missing = [column for column in NEEDED if column not in columns]
    if missing:
        return f"lacks the {'columns' if len(missing) > 1 else 'column'} {', '.join(missing)}"
    unknown = [column for column in columns if column not in allowed]
    if unknown:
        return f"unknown column {unknown[0]!r}; allowed: {', '.join(allowed)}"
    twice = [column for column in allowed if columns.count(column) > 1]
    return f"the column {twice[0]} is there twice" if twice else None


class Rows:
    """The rows of one file, read one after the other."""

    def __init__(self, sheet: Sheet, name: str) -> None:
        self.sheet = sheet
        self.name = name
        self.lines: dict[str, int] = {}
        self.unset: dict[str, list[int]] = {}

    def read(self, rows: csv.DictReader[str]) -> Iterator[Application]:
        for row in rows:
            application = self.application(row, rows.line_num)
            if application is not None:
                yield application
        for variable, lines in self.unset.items():
            others = f" (and in {len(lines) - 1} rows more)" if len(lines) > 1 else ""
            self.wrong(lines[0], f"url: the environment variable {variable} is not set{others}")

    def wrong(self, line: int, text: str) -> None:
        self.sheet.wrong(PLACE, f"{self.name}:{line}: {text}")

    def application(self, row: dict[str | None, Any], line: int) -> Application | None:
        """One row, None where it is wrong; empty cells are left to the defaults."""
        if None in row:
            self.wrong(line, "has more cells than there are columns; put a text with a comma in quotes")
            return None
        cells = {str(key): cell.strip() for key, cell in row.items() if isinstance(cell, str) and cell.strip()}
        keys: dict[str, Any] = dict(cells)
        faulty = False
        if "accept" in cells:
            try:
                keys["accept"] = statuses(cells["accept"])
            except ValueError as error:
                self.wrong(line, f"accept: {error}")
                faulty = True
                del keys["accept"]
        if "url" in cells:
            keys["url"], missing = self.sheet.substituted(cells["url"])
            for variable in missing:
                self.unset.setdefault(variable, []).append(line)
            if not missing and not is_address(keys["url"]):
                self.wrong(line, f"url: found {shown(cells['url'])}; {ADDRESS_RULE}")
            faulty = faulty or bool(missing) or not is_address(keys["url"])
        try:
            application = Application.model_validate(keys)
        except ValidationError as error:
            for detail in error.errors():
                column = str(detail["loc"][0])
                self.wrong(line, f"{column}: {sentence(detail, repr(cells.get(column)), [])}")
            return None
        first = self.lines.setdefault(application.id, line)
        if first != line:
            self.wrong(line, f"id: {application.id!r} was given before, in line {first}")
            return None
        return None if faulty else application


def shown(cell: str) -> str:
    """A cell as it was written: a variable's value may be secret."""
    return cell if VARIABLE.search(cell) else repr(cell)


def statuses(text: str) -> frozenset[int]:
    """'200 401' or '200-299 401' as a set of HTTP statuses. Raises ValueError with a sentence."""
    found: set[int] = set()
    for part in text.split():
        match = re.fullmatch(r"([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?", part)
        if match is None or int(match[2] or match[1]) < int(match[1]):
            raise ValueError(f"found {part!r}; must be statuses such as 200 or 200-299")
        found |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    return frozenset(found)
