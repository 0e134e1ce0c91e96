"""The PDFs of the brief that are kept: one of every day in every language, written at a time of day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

NAME = re.compile(r"brief-(\d{4}-\d{2}-\d{2})-([a-z]{2})\.pdf", re.ASCII)


@dataclass(frozen=True, slots=True)
class BriefSchedule:
    """When a brief is written every day, in the city's time; None: it is not. For how many days it is kept."""

    at: time | None = None
    keep: int = 30


@dataclass(frozen=True, slots=True)
class KeptBrief:
    """One PDF that is there."""

    name: str
    day: date
    language: str


def kept(folder: Path) -> list[KeptBrief]:
    """All of them, the newest first."""
    found = [one for path in folder.glob("brief-*.pdf") if (one := named(path.name)) is not None]
    return sorted(found, key=lambda one: (-one.day.toordinal(), one.language))


def named(name: str) -> KeptBrief | None:
    """None for what is no name of a brief."""
    match = NAME.fullmatch(name)
    try:
        return KeptBrief(name, date.fromisoformat(match[1]), match[2]) if match else None
    except ValueError:
        return None


def due(schedule: BriefSchedule, folder: Path, languages: Iterable[str], now: datetime) -> list[str]:
    """The languages in which today's has yet to be written; `now` is in the city's time."""
    if schedule.at is None or now.time() < schedule.at:
        return []
    there = {one.language for one in kept(folder) if one.day == now.date()}
    return [language for language in languages if language not in there]


def write(folder: Path, day: date, language: str, drawn: bytes) -> Path:
    """The file of a day, whole or not at all. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"brief-{day.isoformat()}-{language}.pdf"
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(drawn)
    unfinished.rename(path)
    return path


def prune(folder: Path, schedule: BriefSchedule, today: date) -> list[str]:
    """Those older than the days that are kept are gone; which they were."""
    first = today - timedelta(days=schedule.keep - 1)
    old = [one.name for one in kept(folder) if one.day < first]
    for name in old:
        (folder / name).unlink(missing_ok=True)
    return old
