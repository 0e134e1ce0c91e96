"""What /api/v1/history answers: how far back the room looks, and how its files are."""

from __future__ import annotations

from typing import TypedDict


class KeptTable(TypedDict):
    """What is kept of one thing: its files, their bytes, and the first and last moment that they cover."""

    name: str
    files: int
    bytes: int
    first: str
    last: str


class HistoryFault(TypedDict):
    """What cannot be written at present, and since when. Nothing is lost meanwhile: it waits in Redis, samples for two
    days and changes for seven."""

    reason: str
    since: str


class BroughtIn(TypedDict):
    """A file that was imported, or the past that a source was asked for; `over` is when that was done, None while it is
    not. `rejected` rows could not be read."""

    name: str
    source: str
    rows: int
    rejected: int
    over: str | None


class HistoryState(TypedDict):
    """`folded` is when changes were last written, `tidied` when the files were last looked through and joined; None
    where that is not known. `aside` are the files that cannot be read. `alone`: Redis does not answer, so the files
    speak alone. `days` is for how long all of it is kept, `minute_days` for how long checks of applications are by the
    minute."""

    tables: list[KeptTable]
    aside: list[str]
    folded: str | None
    tidied: str | None
    fault: HistoryFault | None
    alone: bool
    days: int
    minute_days: int
    imports: list[BroughtIn]
