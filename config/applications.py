"""The city's applications: one row of a CSV file each, or one block of a YAML file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from collectors.source import Application
from config.address import ADDRESS_RULE, is_address
from config.blocks import block
from config.keys import sentence
from config.sheet import VARIABLE, Place, Sheet

PLACE: Place = ("applications",)
NEEDED = ("id", "name", "group", "owner", "url")
YAML = (".yaml", ".yml")


def read_applications(sheet: Sheet, file: Path, name: str) -> list[Application]:
    """Every good one in the file's order; what is wrong with the others is noted, each with its line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        sheet.wrong(PLACE, f"there is no file {name} (looked for from the folder of {sheet.file})")
        return []
    except OSError as error:
        sheet.wrong(PLACE, f"{name} cannot be read: {error.strerror}")
        return []
    except UnicodeDecodeError:
        sheet.wrong(PLACE, f"{name} is not UTF-8 text")
        return []
    if file.suffix.lower() in YAML:
        return read_blocks(sheet, text, name)
    return read_rows(sheet, text, name)


def read_rows(sheet: Sheet, text: str, name: str) -> list[Application]:
    """The applications of a CSV text, each a row."""
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


def read_blocks(sheet: Sheet, text: str, name: str) -> list[Application]:
    """The applications of a YAML text, each a block of keys under its id."""
    own = Sheet(name, sheet.environment)
    found = own.read(text)
    if found is not None and not isinstance(found, dict):
        own.wrong((), "must be a block for each application, under its id")
    read = [read_block(own, id, keys) for id, keys in (found.items() if isinstance(found, dict) else ())]
    sheet.used |= own.used
    for mistake in own.sentences():
        sheet.wrong(PLACE, mistake)
    return [application for application in read if application is not None]


def read_block(own: Sheet, id: str, keys: object) -> Application | None:
    if not isinstance(keys, dict):
        own.wrong((id,), "must be a block of keys")
        return None
    allowed = [key for key in Application.model_fields if key != "id"]
    if "id" in keys:
        own.wrong((id, "id"), f"unknown key; allowed here: {', '.join(allowed)}")
        return None
    application = block(own, Application, (id,), {**keys, "id": id}, allowed=allowed)
    place: Place = (id, "url")
    if application is not None and place not in own.unset and not is_address(application.url):
        own.wrong(place, f"found {own.shown(place, application.url)}; {ADDRESS_RULE}")
    return application


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
        if "url" in cells:
            keys["url"], missing = self.sheet.substituted(cells["url"])
            for variable in missing:
                self.unset.setdefault(variable, []).append(line)
            if not missing and not is_address(keys["url"]):
                self.wrong(line, f"url: found {shown(cells['url'])}; {ADDRESS_RULE}")
            faulty = bool(missing) or not is_address(keys["url"])
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
