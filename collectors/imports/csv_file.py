"""A CSV file, read some rows at a time from any point on. Memory does not grow with the file."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HEAD = 65_536
SIGNS = ",;\t|"


class NotCsvError(Exception):
    """The file is none that can be read; one sentence."""


@dataclass(slots=True)
class Rows:
    """Some rows of a file: `cells` of those that are rows, their `lines`, and `refused`: a line, and why it is no row.

    `offset` and `line` are where the next ones begin.
    """

    offset: int
    line: int
    cells: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


class CsvFile:
    """The heading is the first row. Excel's semicolons, tabs and the marks it begins a file with are understood.

    Raises NotCsvError, OSError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD)
        self.encoding = encoding_of(path.name, head)
        first = head.decode(self.encoding, errors="replace").partition("\n")[0]
        self.sign = max(SIGNS, key=first.count)
        self.heads: list[str] = []
        start = next(self.rows(0, 1, 1), None)
        if start is None or not start.cells:
            raise NotCsvError(f"{path.name}: is empty; its first line must name the columns.")
        self.heads = [" ".join(cell.split()) for cell in start.cells[0]]
        self.start, self.line = start.offset, start.line
        self.key = hashlib.sha256(f"{path.name} {self.size} ".encode() + head).hexdigest()[:24]

    def rows(self, offset: int, line: int, most: int) -> Iterator[Rows]:
        """All from a point on, so many at a time."""
        with self.path.open("rb") as file:
            file.seek(offset)
            found = Rows(offset, line)

            def lines() -> Iterator[str]:
                for raw in file:
                    found.offset += len(raw)
                    found.line += 1
                    yield raw.decode(self.encoding, errors="replace")

            reader = csv.reader(lines(), delimiter=self.sign)
            while True:
                began = found.line
                try:
                    cells = next(reader)
                except StopIteration:
                    break
                except csv.Error as error:
                    found.refused.append((began, f"not CSV: {error}"))
                    continue
                if self.heads and len(cells) > len(self.heads) and any(map(str.strip, cells[len(self.heads) :])):
                    found.refused.append((began, f"{len(cells)} cells where the heading has {len(self.heads)}"))
                elif any(map(str.strip, cells)):
                    width = len(self.heads) or len(cells)
                    found.cells.append(cells[:width] + [""] * (width - len(cells)))
                    found.lines.append(began)
                if len(found.cells) + len(found.refused) >= most:
                    yield found
                    found = Rows(found.offset, found.line)
            if found.cells or found.refused:
                yield found


def encoding_of(name: str, head: bytes) -> str:
    """UTF-8, or what Windows writes where it is not. Raises NotCsvError for what is no text."""
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise NotCsvError(f"{name}: is a workbook of Excel; save the sheet as CSV.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in head:
        raise NotCsvError(f"{name}: is no text in UTF-8; save it as CSV in UTF-8.")
    try:
        # a letter may be cut in two at the end of the head
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
