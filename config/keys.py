"""The keys of `config.yaml`, and what a wrong one is told."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import ErrorDetails, PydanticCustomError

from collectors.readings.limits import Limits, MapShows
from collectors.source import Area
from dashboards.screen import Hours, Language

UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
LONGEST_DAYS = 3660
USUAL = Limits()


def seconds(value: object) -> object:
    """'15s', '5m', '2h' or '1d' as seconds."""
    match = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)(s|m|h|d)", value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("duration", "write a number and a unit, such as 15s, 5m, 2h or 1d")
    found = float(match[1]) * UNITS[match[2]]
    if found > LONGEST_DAYS * UNITS["d"]:
        raise PydanticCustomError("duration", "must be at most {days}d", {"days": LONGEST_DAYS})
    return found


def time_of_day(value: object) -> object:
    """'07:00' as a time; YAML would read it without quotes as a number."""
    match = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("time_of_day", 'write a time of day in quotes, such as "07:00"')
    return time(int(match[1]), int(match[2]))


Duration = Annotated[float, BeforeValidator(seconds)]
Text = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FileKeys(Strict):
    """The file's own keys; each block is looked at by itself, so that a mistake in one hides none in another."""

    city: dict[str, Any]
    sources: dict[str, Any] = Field(min_length=1)
    applications: Text | None = None
    adoption: Text | None = None
    tours: Text | None = None
    drills: Text | None = None
    archive: dict[str, Any] = Field(default_factory=dict)
    history: dict[str, Any] = Field(default_factory=dict)
    replay: dict[str, Any] = Field(default_factory=dict)
    brief: dict[str, Any] | None = None
    owners: dict[str, Any] = Field(default_factory=dict)
    api: dict[str, Any] = Field(default_factory=dict)
    limits: dict[str, Any] = Field(default_factory=dict)
    walls: dict[str, Any] = Field(min_length=1)


class CityKeys(Strict):
    name: Text
    code: Text
    timezone: Text
    languages: list[Language] = Field(min_length=1)
    boundaries: Text
    address: Text | None = None
    residents: Text | None = None


class SourceKeys(Strict):
    """The keys every source has; its collector's own settings are checked by the collector."""

    area: Area
    collector: Text
    url: Text
    every: Duration
    cadence: Duration
    owner: Text
    contact: Text | None = None
    licence: Text | None = None
    archive: bool = True


class ArchiveKeys(Strict):
    """For how long what sources send is kept for audit, and how much of it at most; 0 days is not at all."""

    days: int = Field(default=7, ge=0, le=3660)
    megabytes: int = Field(default=500, ge=1)


class HistoryKeys(Strict):
    """For how many days the history is kept, and the checks of applications by the minute."""

    days: int = Field(default=1830, ge=1, le=36600)
    minute_days: int = Field(default=400, ge=1, le=3660)


class ReplayKeys(Strict):
    """For how many hours what each screen showed is kept, and how much of it at most; 0 hours is not at all."""

    hours: int = Field(default=24, ge=0, le=168)
    megabytes: int = Field(default=200, ge=8)


class BriefKeys(Strict):
    """At what time of day a brief is written as PDF, and for how many days these are kept."""

    at: Annotated[time, BeforeValidator(time_of_day)]
    keep: int = Field(default=30, ge=1, le=3660)


class SendingKeys(SourceKeys):
    """Those of a source that is never asked: it has no url and no interval."""

    url: Text = ""
    every: Duration = 0.0


class OwnerKeys(Strict):
    """One agency: its name, its other spellings, its office."""

    name: Text
    aliases: list[Text] = Field(default_factory=list)
    contact: Text | None = None


class ApiKeys(Strict):
    """`cors`: the other sites whose pages may read /api/v1."""

    cors: list[Text] = Field(default_factory=list)


class LimitKeys(Strict):
    complaint_age: Duration = USUAL.complaint_age
    complaint_window: Duration = USUAL.complaint_window
    complaint_answer: Duration = USUAL.complaint_answer
    on_time: float = Field(default=USUAL.on_time, gt=0, le=1)
    availability: float = Field(default=USUAL.availability, gt=0, le=1)
    bed_occupancy: float = Field(default=USUAL.bed_occupancy, gt=0, le=1)
    icu_free: int = Field(default=USUAL.icu_free, ge=0)
    hospital_silent: Duration = USUAL.hospital_silent
    jam_level: int = Field(default=USUAL.jam_level, ge=1, le=5)
    apps_down: int = Field(default=USUAL.apps_down, ge=1)
    certificate_days: int = Field(default=USUAL.certificate_days, ge=0)
    bed_bands: dict[str, Any] = Field(default_factory=dict)
    map_shows: MapShows = USUAL.map_shows
    water_watch: int = Field(default=USUAL.water_watch, ge=1, le=3)
    water_alarm: int = Field(default=USUAL.water_alarm, ge=1, le=3)
    water_silent: Duration = USUAL.water_silent


class BandKeys(Strict):
    """From which share of occupied beds on each band begins."""

    ideal: float = Field(default=USUAL.bed_bands.ideal, gt=0, lt=1)
    high: float = Field(default=USUAL.bed_bands.high, gt=0, lt=1)
    full: float = Field(default=USUAL.bed_bands.full, gt=0, le=1)


class WallKeys(Strict):
    """One board as `areas`, or several as `boards`."""

    areas: Text | None = None
    boards: dict[str, Any] | None = None
    language: Language | None = None
    night: Hours | None = None
    panel: dict[str, Any] | None = None


class BoardKeys(Strict):
    areas: Text
    dwell: Duration = 60.0
    when: Hours | None = None


WITHOUT_VALUE = {"missing": "is missing", "string_too_short": "must not be empty"}
MUST_BE = {
    "string_type": "must be text; put it in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list, such as [one, two]",
    "too_short": "must hold at least one",
    "too_long": "must hold at most {max_length}",
    "dict_type": "must be a block of keys",
    "model_type": "must be a block of keys",
    "model_attributes_type": "must be a block of keys",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
}


def unknown_key(allowed: list[str]) -> str:
    return f"unknown key; allowed here: {', '.join(allowed)}" if allowed else "unknown key; none is allowed here"


def sentence(error: ErrorDetails, found: str, allowed: list[str]) -> str:
    """A pydantic error in our words: what was found and what is allowed. `allowed` are the keys of the block."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in WITHOUT_VALUE:
        return WITHOUT_VALUE[kind]
    if kind == "extra_forbidden":
        return unknown_key(allowed)
    if kind == "literal_error":
        return f"found {found}; allowed: {str(context['expected']).replace(' or ', ', ')}"
    if kind == "string_type" and error.get("input") is None:
        return "found nothing; must be text"
    if kind in MUST_BE:
        return f"found {found}; {MUST_BE[kind].format(**context)}"
    words = error["msg"].removeprefix("Value error, ")
    return f"found {found}; {words[:1].lower()}{words[1:]}"
