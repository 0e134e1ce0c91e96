"""What somebody asks about: an area, a time and what it is compared with, and filters. It is the address of a page.

Every part has a sensible value; what an address says wrongly is answered by the nearest one, and noted, so that the
page can say so. Days are the city's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, get_args
from urllib.parse import urlencode

from collectors.source import Area

Span = Literal["today", "24h", "7d", "30d", "90d", "year", "all", "custom"]
Versus = Literal["before", "year", "none"]
SPANS: tuple[Span, ...] = get_args(Span)
VERSUS: tuple[Versus, ...] = get_args(Versus)
DAYS: Mapping[str, int] = {"today": 1, "7d": 7, "30d": 30, "90d": 90, "year": 365}
LONGEST = timedelta(days=3653)
USUAL: Span = "30d"
MOST_CHOICES = 40
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
VALUE = re.compile(r"(?:\\[,\\]|[^,])+")
ESCAPED = re.compile(r"\\([,\\])")
NUMBERS: Mapping[str, range] = {"hour": range(24), "weekday": range(1, 8), "level": range(6), "siaga": range(1, 5)}
"""The filters whose values are whole numbers, and which there are."""

FILTERS: Mapping[Area, tuple[str, ...]] = {
    "complaints": (
        "district", "subdistrict", "agency", "category", "status", "channel", "hour", "weekday", "late", "age",
    ),
    "beds": ("hospital", "class", "unit", "hour", "weekday"),
    "traffic": ("district", "subdistrict", "kind", "level", "verified", "state", "hour", "weekday"),
    "apps": ("app", "owner", "group", "state", "status", "hour", "weekday"),
    "water": ("post", "siaga", "hour", "weekday"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """Something in the address that could not be followed: the key of a sentence, and what was asked."""

    key: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """`start` and `end` are aware, the end excluded; the time `before` is None where nothing is compared."""

    area: Area
    span: Span
    start: datetime
    end: datetime
    now: datetime
    zone: tzinfo
    versus: Versus
    filters: Mapping[str, tuple[str, ...]]
    page: int = 1
    sort: str = ""
    report: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def before(self) -> tuple[datetime, datetime] | None:
        """The time to compare with: as long, just before; or the same days of the week a year earlier. Of a time that
        is not over yet, as much as has passed."""
        if self.versus == "none" or self.span == "all":
            return None
        start = self.start - (timedelta(days=364) if self.versus == "year" else self.end - self.start)
        return start, start + (min(self.end, self.now) - self.start)

    @property
    def first_day(self) -> date:
        return self.start.astimezone(self.zone).date()

    @property
    def last_day(self) -> date:
        return (self.end - timedelta(seconds=1)).astimezone(self.zone).date()

    def chosen(self, name: str) -> tuple[str, ...]:
        return self.filters.get(name, ())

    def choosing(self, name: str, *values: str) -> Scope:
        """The same with this filter and no other of its name; without values, without it."""
        rest = {key: each for key, each in self.filters.items() if key != name}
        if name == "district":
            rest.pop("subdistrict", None)
        return replace(self, filters=rest | ({name: values} if values else {}), page=1, report="")

    def toggling(self, name: str, value: str) -> Scope:
        """The same with this value, or without it where it is chosen alone."""
        return self.choosing(name) if self.chosen(name) == (value,) else self.choosing(name, value)

    def cleared(self) -> Scope:
        return replace(self, filters={}, page=1, report="")

    def over(self, span: Span) -> Scope:
        """The same over another of the usual times."""
        start, end = bounds(span, self.now, self.zone)
        return replace(self, span=span, start=start, end=end, page=1, report="")

    def on(self, day: date) -> Scope:
        """The same on one day."""
        start = midnight(day, self.zone)
        end = midnight(day + timedelta(days=1), self.zone)
        return replace(self, span="custom", start=start, end=end, page=1, report="")

    def query(self, language: str | None = None, **more: str) -> str:
        """What the address says beside the path; only what is not as usual."""
        pairs: list[tuple[str, str]] = []
        if self.span == "custom":
            pairs += [("from", self.first_day.isoformat()), ("to", self.last_day.isoformat())]
        elif self.span != USUAL:
            pairs.append(("range", self.span))
        if self.versus != "before":
            pairs.append(("vs", self.versus))
        pairs += [(name, values_text(values)) for name, values in self.filters.items() if values]
        if self.sort:
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        if self.report:
            pairs.append(("report", self.report))
        pairs += [(name, value) for name, value in more.items() if value]
        if language:
            pairs.append(("lang", language))
        return urlencode(pairs, safe=",:/")

    def address(self, language: str | None = None, path: str | None = None, **more: str) -> str:
        query = self.query(language, **more)
        return f"{path or f'/explore/{self.area}'}{f'?{query}' if query else ''}"


def values_text(values: Iterable[str]) -> str:
    """The values of a filter as an address has them: commas between them, a backslash before one within a value."""
    return ",".join(re.sub(r"([,\\])", r"\\\1", value) for value in values)


def values_of(text: str) -> list[str]:
    """What `values_text` was given. A backslash before anything else is one."""
    return [ESCAPED.sub(r"\1", found) for found in VALUE.findall(text)]


def midnight(day: date, zone: tzinfo) -> datetime:
    """The beginning of a day of the city's, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def bounds(span: Span, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The beginning and end of one of the usual times: whole days up to the end of today, but for 24 hours."""
    tomorrow = midnight(now.astimezone(zone).date() + timedelta(days=1), zone)
    if span == "24h":
        return now - timedelta(hours=24), now
    if span == "all":
        return now - LONGEST, tomorrow
    day = now.astimezone(zone).date() + timedelta(days=1 - DAYS[span])
    return midnight(day, zone), tomorrow


def scope_from(
    area: Area,
    asked: Mapping[str, Sequence[str]],
    now: datetime,
    zone: tzinfo,
    codes: Mapping[str, Iterable[str]],
) -> Scope:
    """The scope of an address's query. `codes` are the values there are of a filter, where that is known beforehand;
    those of NUMBERS always are."""
    notes: list[Note] = []
    span, start, end = time_of(asked, now, zone, notes)
    versus = last(asked, "vs") or "before"
    if versus not in VERSUS:
        notes.append(Note("scope_bad_versus", versus[:40]))
        versus = "before"
    filters: dict[str, tuple[str, ...]] = {}
    for name in FILTERS[area]:
        given = [value[:120] for text in asked.get(name, ()) for value in values_of(text)]
        values = list(dict.fromkeys(given))[:MOST_CHOICES]
        known = codes.get(name, map(str, NUMBERS[name]) if name in NUMBERS else None)
        allowed = None if known is None else set(known)
        strange = [value for value in values if allowed is not None and value not in allowed]
        notes += [
            Note(f"scope_no_{name}" if name in ("district", "subdistrict") else "scope_no_such", value)
            for value in strange[:3]
        ]
        kept = tuple(value for value in values if value not in strange)
        if kept:
            filters[name] = kept
    page = last(asked, "page") or "1"
    if not page.isascii() or not page.isdigit() or not 1 <= int(page[:6]) <= 100_000:
        notes.append(Note("scope_bad_page", page[:40]))
        page = "1"
    return Scope(
        area=area,
        span=span,
        start=start,
        end=end,
        now=now,
        zone=zone,
        versus=versus,  # type: ignore[arg-type]
        filters=filters,
        page=int(page[:6]),
        sort=(last(asked, "sort") or "")[:40],
        report=(last(asked, "report") or "")[:300],
        notes=tuple(notes),
    )


def time_of(
    asked: Mapping[str, Sequence[str]], now: datetime, zone: tzinfo, notes: list[Note]
) -> tuple[Span, datetime, datetime]:
    """The time an address asks for; the nearest there is where it asks for another."""
    if "from" in asked or "to" in asked:
        return custom(last(asked, "from"), last(asked, "to"), now, zone, notes)
    span = last(asked, "range") or USUAL
    if span not in SPANS or span == "custom":
        notes.append(Note("scope_bad_range", span[:40]))
        span = USUAL
    return span, *bounds(span, now, zone)


def custom(
    first: str | None, until: str | None, now: datetime, zone: tzinfo, notes: list[Note]
) -> tuple[Span, datetime, datetime]:
    """Days from one to another, both included."""
    today = now.astimezone(zone).date()
    begin, end = day_of(first, notes), day_of(until, notes)
    if begin is None and end is None:
        return USUAL, *bounds(USUAL, now, zone)
    end = end or today
    begin = begin or end - timedelta(days=DAYS[USUAL] - 1)
    if begin > end:
        notes.append(Note("scope_turned", f"{begin} > {end}"))
        begin, end = end, begin
    if begin > today:
        notes.append(Note("scope_future", begin.isoformat()))
        return USUAL, *bounds(USUAL, now, zone)
    if end > today:
        notes.append(Note("scope_until_today", end.isoformat()))
        end = today
    if end - begin > LONGEST:
        notes.append(Note("scope_too_long", f"{begin} – {end}"))
        begin = end - LONGEST
    return "custom", midnight(begin, zone), midnight(end + timedelta(days=1), zone)


def day_of(text: str | None, notes: list[Note]) -> date | None:
    if text is None:
        return None
    try:
        if not ISO_DAY.fullmatch(text):
            raise ValueError(text)
        day = date.fromisoformat(text)
        if not 1990 <= day.year <= 2999:
            raise ValueError(text)
    except ValueError:
        notes.append(Note("scope_bad_day", text[:40]))
        return None
    return day


def last(asked: Mapping[str, Sequence[str]], name: str) -> str | None:
    given = asked.get(name)
    return given[-1] if given else None
