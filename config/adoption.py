"""Who took over the city's applications: one fact per row of a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from collectors.adoption import Adopted
from config.keys import sentence
from config.sheet import Place, Sheet

PLACE: Place = ("adoption",)
COLUMNS = tuple(Adopted.model_fields)
NOT_SAID = "must be the id of a row of the applications file, or empty where the source does not say"


def read_adoption(sheet: Sheet, file: Path, name: str, applications: Collection[str]) -> tuple[Adopted, ...]:
    """Every good row in the file's order; what is wrong with the others is noted, each with its line and column."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        sheet.wrong(PLACE, f"there is no file {name}")
        return ()
    except OSError as error:
        sheet.wrong(PLACE, f"{name} cannot be read: {error.strerror}")
        return ()
    except UnicodeDecodeError:
        sheet.wrong(PLACE, f"{name} is not UTF-8 text")
        return ()
    return tuple(Rows(sheet, name, text, applications).read())


class Rows:
    """The rows of one file."""

    def __init__(self, sheet: Sheet, name: str, text: str, applications: Collection[str]) -> None:
        self.sheet = sheet
        self.name = name
        self.lines = text.splitlines(keepends=True)
        self.applications = applications

    def wrong(self, line: int, cell: int, said: str) -> None:
        at, column = self.place(line, cell)
        self.sheet.wrong(PLACE, f"{self.name}:{at}:{column}: {said}")

    def place(self, line: int, cell: int) -> tuple[int, int]:
        """The line and column at which a cell of the row that begins in a line begins; both from 1."""
        column, quoted = 1, False
        for sign in "".join(self.lines[line - 1 :]):
            if cell <= 0:
                break
            quoted ^= sign == '"'
            cell -= sign == "," and not quoted
            line, column = (line + 1, 1) if sign == "\n" else (line, column + 1)
        return line, column

    def read(self) -> list[Adopted]:
        rows = csv.reader(io.StringIO("".join(self.lines), newline=""), strict=True)
        found: list[Adopted] = []
        seen: dict[tuple[Any, ...], int] = {}
        line = 1
        try:
            heads = [head.strip() for head in next(rows, [])]
            if not self.good_heads(heads):
                return []
            line = rows.line_num + 1
            for row in rows:
                fact = self.fact(heads, row, line) if any(cell.strip() for cell in row) else None
                if fact is not None:
                    same = (fact.key, fact.application, fact.stage, fact.since)
                    if seen.setdefault(same, line) != line:
                        self.wrong(line, 0, f"says the same as line {seen[same]}; name both sources in one row")
                    found.append(fact)
                line = rows.line_num + 1
        except csv.Error as error:
            self.wrong(line, 0, str(error))
        return found

    def good_heads(self, heads: list[str]) -> bool:
        if heads == list(COLUMNS):
            return True
        self.wrong(1, 0, f"found the columns {', '.join(heads) or 'none'}; must be {','.join(COLUMNS)}")
        return False

    def fact(self, heads: list[str], row: list[str], line: int) -> Adopted | None:
        if len(row) != len(heads):
            said = f"has {len(row)} cells, not {len(heads)}; put a text with a comma in quotes"
            self.wrong(line, min(len(row), len(heads)) - 1, said)
            return None
        cells = {head: cell.strip() or None for head, cell in zip(heads, row, strict=True)}
        try:
            fact = Adopted.model_validate({head: cell for head, cell in cells.items() if cell is not None})
        except ValidationError as error:
            for detail in error.errors():
                head = str(detail["loc"][0])
                self.wrong(line, heads.index(head), f"{head}: {sentence(detail, repr(cells[head]), [])}")
            return None
        if fact.application is not None and fact.application not in self.applications:
            self.wrong(line, heads.index("application"), f"application: found {fact.application!r}; {NOT_SAID}")
            return None
        return fact
