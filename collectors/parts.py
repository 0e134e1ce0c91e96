"""The files of the history: what time each covers, and which of them count.

    <folder>/<table>/20261125T10.parquet    one hour (UTC)
    <folder>/<table>/20261125.parquet       one day
    <folder>/<table>/202611.parquet         one month
    <folder>/<table>/202611-2.parquet       the same month, written anew
    <folder>/<table>/202611-2.days1.digest  what is computed of it once (digests.py)

A file is never written twice: what is written anew has a higher number, so whoever is reading the one before goes on.
A file covers the finer ones of its time, which are ignored where it stands: so joining files needs no moment at which
both or neither count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

NAME = re.compile(r"(\d{6})(\d{2})?(?:T(\d{2}))?(?:-(\d{1,9}))?\.parquet")
ASIDE = ".broken"
DIGEST = ".digest"
MONTH, DAY, HOUR = "%Y%m", "%Y%m%d", "%Y%m%dT%H"


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its path, its time's name, the time it covers, the end excluded, and how often it was written."""

    path: Path
    stem: str
    start: datetime
    end: datetime
    version: int = 1


def part_of(path: Path) -> Part | None:
    """None for what is no file of ours."""
    match = NAME.fullmatch(path.name)
    if match is None:
        return None
    _, day, hour, version = match.groups()
    if hour is not None and day is None:
        return None
    stem = path.name.removesuffix(".parquet").partition("-")[0]
    try:
        start, end = span_of(stem)
    except ValueError:
        return None
    return Part(path, stem, start, end, int(version or 1))


def span_of(stem: str) -> tuple[datetime, datetime]:
    """The time that a file of this name covers. Raises ValueError for a time that there is not."""
    start = datetime(int(stem[:4]), int(stem[4:6]), int(stem[6:8] or 1), int(stem[9:] or 0), tzinfo=UTC)
    if len(stem) == 6:
        return start, following(start)
    return start, start + (timedelta(hours=1) if "T" in stem else timedelta(days=1))


def following(month: datetime) -> datetime:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def parts_in(folder: Path) -> list[Part]:
    """Every file of a table, in no order, whether it counts or not."""
    return [part for path in folder.glob("*.parquet") if (part := part_of(path))]


def covering(parts: Iterable[Part]) -> list[Part]:
    """Those that count, in the order of time: a finer one within the time of a coarser does not, nor does an older."""
    found: list[Part] = []
    for part in sorted(parts, key=lambda one: (one.start, -one.end.timestamp(), -one.version)):
        if not found or part.start >= found[-1].end:
            found.append(part)
    return found


def within(parts: Iterable[Part], start: datetime | None, end: datetime | None) -> list[Part]:
    """Those that have anything of a time."""
    return [part for part in parts if (start is None or part.end > start) and (end is None or part.start < end)]


def digest_of(part: Part, kind: str) -> Path:
    """Where the digest of a kind is kept of a file, of exactly that one: another writing of it has another name."""
    return part.path.with_name(f"{part.path.stem}.{kind}{DIGEST}")


def digests_in(folder: Path) -> list[Path]:
    return [path for path in folder.glob(f"*{DIGEST}") if not path.name.startswith(".")]


def next_path(folder: Path, stem: str) -> Path:
    """Where a file of this time is written next. A number that was ever used, be it by a broken one, is not again."""
    used = [part_of(path.with_name(path.name.partition(ASIDE)[0])) for path in folder.glob(f"{stem}*.parquet*")]
    last = max((part.version for part in used if part is not None and part.stem == stem), default=0)
    return folder / (f"{stem}-{last + 1}.parquet" if last else f"{stem}.parquet")
