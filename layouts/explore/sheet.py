"""What is downloaded: which rows, which columns, and what the file says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from collectors.past import Listing
from collectors.questions.scope import Scope
from layouts.card import Visit
from layouts.explore.columns import Column, Value
from layouts.explore.page import Choice
from layouts.words import UNKNOWN, Words

DEFINED = {
    "complaints": ("def_received",),
    "beds": ("def_bor", "def_free", "def_silent"),
    "traffic": ("def_traffic", "def_cleared"),
    "apps": ("def_incident",),
    "water": ("def_level", "def_siaga"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a file says of itself: its name for programs and for people, and what it says."""

    key: str
    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """`choices` name the values of filters; `sources` are those of the area with their as-of (ISO); `doubts` say what
    is not in it; `first` is the first day of which anything is known; `finished` makes a row of the listing whole."""

    scope: Scope
    visit: Visit
    listing: Listing
    columns: Sequence[Column]
    choices: Mapping[str, Sequence[Choice]]
    sources: Sequence[tuple[str, str | None]]
    total: int
    demo: bool
    doubts: Sequence[str] = ()
    first: date | None = None
    finished: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda row: row

    @property
    def words(self) -> Words:
        return self.visit.words

    @property
    def days(self) -> tuple[date, date]:
        """The first and last day in it: none to come, and none before anything is known."""
        scope = self.scope
        today = self.visit.at.astimezone(scope.zone).date()
        first = self.first if self.first and scope.first_day < self.first <= scope.last_day else scope.first_day
        return first, min(scope.last_day, today)

    def rows(self, found: Iterable[Mapping[str, Any]]) -> list[list[Value]]:
        whole = map(self.finished, found)
        return [[column.of(row) for column in self.columns] for row in whole]

    def file_name(self, kind: str, city: str) -> str:
        first, last = self.days
        return f"{city}-{self.scope.area}-{first}_{last}.{kind}"

    def told(self) -> list[Told]:
        words, scope = self.words, self.scope
        sources = [f"{name} ({local(words, as_of)})" for name, as_of in self.sources]
        found = [
            Told("city", words["export_city"], words.city),
            Told("what", words["export_what"], words[f"export_of_{scope.area}"]),
            Told("filters", words["export_filters"], filters_said(scope, self.choices, words)),
            Told("range", words["export_range"], range_said(self)),
            Told("sources", words["export_sources"], ", ".join(sources) or UNKNOWN),
            Told("retrieved", words["export_retrieved"], local(words, self.visit.at.isoformat())),
            Told("time_zone", words["export_zone"], zone_said(self)),
            Told("definition", words["export_definition"], " ".join(words[key] for key in DEFINED[scope.area])),
            Told("address", words["export_address"], scope.address(words.language)),
        ]
        if self.demo:
            found.insert(2, Told("demo", words["export_simulated"], words["export_is_demo"]))
        said = [words.fill(note.key, value=note.value) for note in scope.notes] + list(self.doubts)
        numbers = [""] if len(said) < 2 else [f"_{n}" for n in range(1, len(said) + 1)]
        return found + [Told(f"note{n}", words["export_noted"], one) for n, one in zip(numbers, said, strict=False)]


def filters_said(scope: Scope, choices: Mapping[str, Sequence[Choice]], words: Words) -> str:
    """The chosen filters, each value by its name."""
    labels = {name: {one.value: one.label for one in each} for name, each in choices.items()}
    labels["hour"] = {str(hour): f"{hour:02}" for hour in range(24)}
    labels["weekday"] = {str(day): words.weekday(day) for day in range(1, 8)}
    parts = [
        f"{words[f'filter_{name}']}: {', '.join(labels.get(name, {}).get(value, value) for value in values)}"
        for name, values in scope.filters.items()
    ]
    return "; ".join(parts) or words["export_all"]


def range_said(sheet: Sheet) -> str:
    """In words, and as the exact moments."""
    words, scope = sheet.words, sheet.scope
    exact = f"{local(words, scope.start.isoformat())} – {local(words, scope.end.isoformat())}"
    if scope.span == "all":
        return words.join(words["span_all"], words.days_from(*sheet.days))
    said = None if scope.span == "custom" else words[f"span_{scope.span}"]
    return words.join(said, exact)


def zone_said(sheet: Sheet) -> str:
    offset = sheet.visit.at.astimezone(sheet.words.timezone).strftime("%z")
    return f"{sheet.words.timezone.key} (UTC{offset[:3]}:{offset[3:]})"


def local(words: Words, iso: str | None) -> str:
    """A moment on the city's clock, as it can be sorted."""
    if iso is None:
        return UNKNOWN
    return datetime.fromisoformat(iso).astimezone(words.timezone).strftime("%Y-%m-%d %H:%M:%S")
