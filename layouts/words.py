"""How one screen speaks: its language, its clock and its names. All words and all numbers on screen pass through here.

Unknown is always "–". Numbers, dates and shares follow the language (CLDR, by Babel); times are 24-hour.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from collectors.readings.shape import SourceState
from layouts.vocabulary import VOCABULARY

UNKNOWN = "–"
LANGUAGES = ("id", "en")
_BROWSER_KEYS = (
    "live", "late", "stale", "failed", "failed_now", "never", "loading", "link_down",
    "seconds", "minutes", "hours", "days", "more", "map_failed", "no_link_since", "no_link_head", "paused_since",
    "tour_masked", "tour_n_of", "tour_votes", "tour_right", "tour_vote_now", "tour_no_name",
    "guide_qr", "guide_connected",
)  # fmt: skip


@lru_cache(maxsize=8192)
def decimal(value: float, language: str) -> str:
    """CLDR's form of a number. Kept, since a wall shows the same few numbers again and again."""
    return format_decimal(value, locale=language)


@dataclass(frozen=True, slots=True)
class Words:
    """`city` and `screen` are names to show; `timezone` is the city's. An unknown language or key is a KeyError."""

    language: str = "id"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Jakarta"))
    city: str = ""
    screen: str = ""

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise KeyError(self.language)

    def __getitem__(self, key: str) -> str:
        return VOCABULARY[key][LANGUAGES.index(self.language)]

    def fill(self, key: str, **values: object) -> str:
        return self[key].format(**values)

    def number(self, value: float | None, digits: int = 0) -> str:
        """1404 -> "1.404" or "1,404"; None -> "–"."""
        if value is None:
            return UNKNOWN
        return decimal(round(value, digits), self.language)

    def part(self, value: int | None, total: int | None) -> str:
        """n/N."""
        return f"{self.number(value)}/{self.number(total)}"

    def percent(self, value: int | None, total: int | None) -> str:
        """The share of n in N; the caller shows n/N beside it. "–" when either is unknown or N is 0."""
        if value is None or not total:
            return UNKNOWN
        return format_percent(value / total, locale=self.language)

    def share(self, part: float | None, whole: float | None, *, fault: bool = False) -> str:
        """A share to a tenth of a percent, rounded down and a `fault` up: only what has no flaw is 100%."""
        if part is None or not whole:
            return UNKNOWN
        tenths = round(part / whole * 1000, 9)
        tenths = math.ceil(tenths) if fault else math.floor(tenths)
        form = "0%" if tenths in (0, 1000) else "0.0%"
        return format_percent(tenths / 1000, form, locale=self.language)

    def hours(self, seconds: float) -> str:
        """A long time in hours, a short one in minutes or seconds."""
        if seconds < 60:
            return f"{self.number(seconds)} {self['seconds']}"
        if seconds < 3600:
            return f"{self.number(seconds / 60)} {self['minutes']}"
        return f"{self.number(seconds / 3600, 1 if seconds < 360_000 else 0)} {self['hours']}"

    def time(self, iso: str | None, seen: str | None = None, seconds: bool = False) -> str:
        """A time of day; with its date when it is not the day of `seen` (ISO)."""
        if iso is None:
            return UNKNOWN
        at = datetime.fromisoformat(iso).astimezone(self.timezone)
        day = datetime.fromisoformat(seen).astimezone(self.timezone).date() if seen else at.date()
        of_day = ":".join(("HH", "mm", "ss") if seconds else ("HH", "mm"))
        of_day = of_day.replace(":", ".") if self.language == "id" else of_day
        pattern = of_day if at.date() == day else f"d\u00a0MMM\u00a0{of_day}"
        return format_datetime(at, pattern, locale=self.language)

    def lasted(self, seconds: float | None) -> str:
        """34 s, 6 min, 19 h, 5 d 02 h: no finer than can matter, as the browser counts it (assets/ages.js)."""
        if seconds is None:
            return UNKNOWN
        whole = max(0, int(seconds))
        if whole < 60:
            return f"{whole} {self['seconds']}"
        if whole < 3600:
            return f"{whole // 60} {self['minutes']}"
        if whole < 86400:
            return f"{whole // 3600} {self['hours']}"
        return f"{self.number(whole // 86400)} {self['days']} {whole // 3600 % 24:02} {self['hours']}"

    def day(self, day: date, year: bool = False) -> str:
        """16 Dec, or 16 Dec 2025."""
        return format_date(day, "d MMM y" if year else "d MMM", locale=self.language)

    def days_from(self, first: date, last: date) -> str:
        """One day, or the first and the last of several."""
        if first == last:
            return self.day(first, year=True)
        return f"{self.day(first, year=first.year != last.year)} – {self.day(last, year=True)}"

    def weekday(self, number: int) -> str:
        """1 is Monday: "Sen", "Mon"."""
        return format_date(date(2024, 1, number), "EEE", locale=self.language)

    def length(self, metres: int | None) -> str:
        if metres is None:
            return UNKNOWN
        if metres < 1000:
            return f"{self.number(metres)} {self['metres']}"
        return f"{self.number(metres / 1000, 1)} {self['kilometres']}"

    def centimetres(self, level: int | None) -> str:
        return f"{self.number(level)} {self['centimetres']}"

    def minutes(self, seconds: int | None) -> str:
        """A delay, rounded up to whole minutes: a real delay is never shown as 0."""
        if seconds is None:
            return UNKNOWN
        return f"{self.number(-(-seconds // 60))} {self['minutes']}"

    def span(self, seconds: float) -> str:
        """An interval in the largest unit that divides it: 90 is "90 s", 120 is "2 min"."""
        units = ((86400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds"))
        size, unit = next((one for one in units if seconds % one[0] == 0), units[-1])
        return f"{self.number(seconds / size, 1)} {self[unit]}"

    def latency(self, milliseconds: int | None) -> str:
        if milliseconds is None:
            return UNKNOWN
        return f"{self.number(milliseconds / 1000, 1 if milliseconds >= 100 else 2)} {self['seconds']}"

    def source_state(self, source: SourceState) -> str:
        """What is wrong with a source, "" when it is live."""
        paused = source.get("paused")
        if paused:
            return self.fill("paused_since", time=self.time(paused["since"], source["received"]))
        freshness = source["freshness"]
        if freshness == "live":
            return ""
        return self.fill(f"source_{freshness}", time=self.time(source["failing_since"], source["received"]))

    def fault(self, source: SourceState) -> str:
        """Why a source fails, in a few words; "" while it does not."""
        if source["error"] is None:
            return ""
        kind, _, status = (source.get("fault") or "broken").partition(" ")
        key = f"fault_{kind}"
        return self.fill(key if key in VOCABULARY else "fault_broken", status=status).rstrip()

    def name(self, kind: str, given: str) -> str:
        """A name as it was given; for one that is not told a word for what it is."""
        return given or self[f"untold_{kind}"]

    def agency(self, name: str | None) -> str:
        """An agency's name without the city's at its end, which everybody in the room knows."""
        if name == "":
            return self["untold_agency"]
        return (name or UNKNOWN).removesuffix(f" {self.city}") if self.city else name or UNKNOWN

    @staticmethod
    def road(name: str) -> str:
        """A road as signs write it: "Jalan Daan Mogot" is "Jl. Daan Mogot"."""
        return f"Jl. {name.removeprefix('Jalan ')}" if name.startswith("Jalan ") else name

    def join(self, *parts: str | None) -> str:
        return " · ".join(part for part in parts if part)

    def browser(self) -> str:
        """The words with which the browser counts ages by itself, as JSON for one data attribute."""
        words = {key: self[key] for key in _BROWSER_KEYS}
        return json.dumps(
            words | {"language": self.language, "timezone": self.timezone.key},
            ensure_ascii=False,
            separators=(",", ":"),
        )
