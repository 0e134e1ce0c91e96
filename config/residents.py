"""How many people live in each district: a CSV file with the columns code and residents."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path

from config.sheet import Place, Sheet

PLACE: Place = ("city", "residents")
MOST = 100_000_000


def read_residents(sheet: Sheet, file: Path, name: str, districts: Collection[str]) -> dict[str, int]:
    """Residents by the district's code. `districts` are the codes of the boundaries; every one must be there."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        sheet.wrong(PLACE, f"there is no file {name} (looked for from the folder of {sheet.file})")
        return {}
    except OSError as error:
        sheet.wrong(PLACE, f"{name} cannot be read: {error.strerror}")
        return {}
    except UnicodeDecodeError:
        sheet.wrong(PLACE, f"{name} is not UTF-8 text")
        return {}
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        return read_rows(sheet, rows, name, districts)
    except csv.Error as error:
        sheet.wrong(PLACE, f"{name}:{rows.line_num}: {error}")
        return {}


def read_rows(sheet: Sheet, rows: csv.DictReader[str], name: str, districts: Collection[str]) -> dict[str, int]:
    missing = [column for column in ("code", "residents") if column not in (rows.fieldnames or ())]
    if missing:
        sheet.wrong(PLACE, f"{name}:1: the columns must be code and residents; {', '.join(missing)} is missing")
        return {}
    found: dict[str, int] = {}
    for row in rows:
        code, given = (row["code"] or "").strip(), (row["residents"] or "").strip()
        if code not in districts:
            sheet.wrong(
                PLACE, f"{name}:{rows.line_num}: found {code!r}; must be the code of a district of the boundaries"
            )
        elif code in found:
            sheet.wrong(PLACE, f"{name}:{rows.line_num}: {code} is there twice")
        elif not (given.isascii() and given.isdigit() and 0 < int(given[:12]) <= MOST):
            sheet.wrong(PLACE, f"{name}:{rows.line_num}: found {given!r}; must be a whole number above 0")
        else:
            found[code] = int(given)
    lacking = sorted(set(districts) - found.keys())
    if lacking and not sheet.has(PLACE):
        sheet.wrong(PLACE, f"{name}: the district {lacking[0]} is missing")
    return found
