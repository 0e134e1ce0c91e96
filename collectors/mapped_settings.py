"""The keys of a mapped source in the city's file, and what must fit together among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from collectors.listed import ListedSettings
from collectors.mapped_areas import AREAS
from collectors.mapped_presets import PRESETS, Preset, with_preset
from collectors.source import Area, Mistake
from collectors.text import word

_PATH = re.compile(r"[^.\x00-\x1f]+(\.[^.\x00-\x1f]+)*")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_|~-]+")
_LINE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DAY = datetime(2024, 12, 31, 13, 45)  # noqa: DTZ001  any moment whose parts cannot be taken for one another
_ONLY = {
    "page_key": ("page",),
    "first_page": ("page",),
    "offset_key": ("offset",),
    "size_key": ("page", "offset"),
    "page_size": ("page", "offset"),
    "most_pages": ("page", "offset", "next"),
    "next_link": ("next",),
}

Held = TypeVar("Held")


def _path(text: str) -> str:
    if text and not _PATH.fullmatch(text):
        raise PydanticCustomError("path", "must be names joined by dots, such as properties.created_at")
    return text


def _zone(text: object) -> object:
    if isinstance(text, ZoneInfo):
        return text
    try:
        return ZoneInfo(str(text))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError("zone", "must be an IANA name such as Asia/Jakarta") from None


def _form(text: str) -> str:
    """A form that keeps day, month and year apart reads back what it wrote."""
    try:
        back = datetime.strptime(_DAY.strftime(text), text)  # noqa: DTZ007  only its date is looked at
    except ValueError:
        back = None
    if back is None or back.date() != _DAY.date():
        raise PydanticCustomError("form", "must name day, month and year, such as %d/%m/%Y %H:%M")
    return text


def _headers(given: dict[str, str]) -> dict[str, str]:
    if not all(_HEADER.fullmatch(name) and _LINE.fullmatch(value) for name, value in given.items()):
        raise PydanticCustomError("headers", "must hold names of HTTP headers, each with one line of text")
    return given


def _variables(given: dict[str, str]) -> dict[str, str]:
    if not all(_HEADER.fullmatch(name) and _VARIABLE.fullmatch(value) for name, value in given.items()):
        raise PydanticCustomError("variables", "must hold names of HTTP headers, each with an environment variable's")
    return given


def _words(given: dict[str, str]) -> dict[str, str]:
    return {word(own): meaning for own, meaning in given.items()}


Path = Annotated[str, AfterValidator(_path)]
Words = Annotated[dict[str, str], AfterValidator(_words)]


class RowSettings(ListedSettings):
    """How the rows of a source are read. `rows` is the path of the list, `fields` the path of each canonical field
    within a row ("" for none), `fixed` a value for fields that rows do not hold; `channel` is short for one of them.
    `facts` says by a row's id what the city knows of it and its source does not tell. `as_of` is the path of the
    document's own time. `whole` says whether a list is the source's whole present state. `total` is where a document
    states a total, by what it is of; `total_row` what a row that holds the sums of others says in a field of its key.
    """

    rows: Path = ""
    fields: dict[str, Path] = Field(default_factory=dict)
    fixed: dict[str, str] = Field(default_factory=dict)
    facts: dict[str, dict[str, str | bool | float]] = Field(default_factory=dict)
    channel: str | None = None
    statuses: Words = Field(default_factory=dict)
    kinds: Words = Field(default_factory=dict)
    zone: Annotated[ZoneInfo, BeforeValidator(_zone)] | None = None
    time_format: Annotated[str, AfterValidator(_form)] | None = None
    as_of: Path = ""
    whole: bool | None = None
    total: dict[str, Path] = Field(default_factory=dict)
    total_row: dict[str, str] = Field(default_factory=dict)

    @property
    def constants(self) -> dict[str, str]:
        """The fields whose value is the same for every row."""
        return {**self.fixed, "channel": self.channel} if self.channel else self.fixed

    def paths(self, area: Area) -> dict[str, str]:
        """The fields that rows hold, each with its path."""
        given = {**self.usual(area), **self.fields}
        return {name: path for name, path in given.items() if path and name not in self.constants}

    def usual(self, area: Area) -> dict[str, str]:
        """The paths of fields that the city's file does not name."""
        del area
        return {}

    def mistakes(self, area: Area) -> Iterator[Mistake]:
        if area in AREAS:
            yield from self._field_mistakes(area)
            yield from self._word_mistakes(area)
            yield from self._total_mistakes(area)
        for key in ListedSettings.model_fields:
            if area != "apps" and key in self.model_fields_set:
                yield (key,), "is only for the area apps"

    def _field_mistakes(self, area: Area) -> Iterator[Mistake]:
        known = AREAS[area]
        allowed = f"unknown field; those of {area}: {', '.join(known.fields)}"
        for block in ("fields", "fixed"):
            yield from (((block, name), allowed) for name in getattr(self, block) if name not in known.fields)
        for row, told in self.facts.items():
            yield from ((("facts", row, name), allowed) for name in told if name not in known.fields)
        if self.channel and "channel" not in known.fields:
            yield ("channel",), f"the area {area} has no channel"
        given = self.paths(area).keys() | self.constants.keys()
        for name in known.needs:
            if name not in given:
                yield ("fields", name), f"is missing: {area} cannot be read without the path of {name}"
        if known.one_of and not given & set(known.one_of):
            yield ("fields",), f"needs the path of at least one of {', '.join(known.one_of)}"

    def _word_mistakes(self, area: Area) -> Iterator[Mistake]:
        meanings = {"statuses": AREAS[area].statuses, "kinds": AREAS[area].kinds}
        for block, allowed in meanings.items():
            if getattr(self, block) and not allowed:
                yield (block,), f"the area {area} has none"
                continue
            for own, meaning in getattr(self, block).items():
                if meaning not in allowed:
                    yield (block, own), f"must mean one of {', '.join(allowed)}"

    def _total_mistakes(self, area: Area) -> Iterator[Mistake]:
        known, paths = AREAS[area], self.paths(area)
        for of, path in self.total.items():
            if of not in known.totals:
                yield ("total", of), f"unknown total; those of {area}: {', '.join(known.totals)}"
            elif path and of in known.sums and of not in paths:
                yield ("total", of), f"nothing to compare it with: {of} has no path in fields"
        if self.total_row and not known.sums:
            yield ("total_row",), f"the area {area} has no numbers to add up"
            return
        for name, told in self.total_row.items():
            if name not in known.key:
                yield ("total_row", name), f"must be one of {', '.join(known.key)}"
            elif name not in paths:
                yield ("total_row", name), f"no row can hold it: {name} has no path in fields"
            elif not word(told):
                yield ("total_row", name), "must be the word that stands there"


class MappedSettings(RowSettings):
    """`headers_env` names the environment variable that holds a header."""

    preset: Preset | None = None
    format: Literal["json", "csv"] = "json"
    headers: Annotated[dict[str, str], AfterValidator(_headers)] = Field(default_factory=dict)
    headers_env: Annotated[dict[str, str], AfterValidator(_variables)] = Field(default_factory=dict)
    pages: Literal["none", "page", "offset", "next"] = "none"
    page_key: str = "page"
    first_page: int = Field(default=1, ge=0, le=1)
    offset_key: str = "offset"
    size_key: str = "limit"
    page_size: int = Field(default=100, ge=1, le=10_000)
    next_link: Path = ""
    most_pages: int = Field(default=100, ge=1, le=1000)

    @model_validator(mode="before")
    @classmethod
    def _preset(cls, given: Any) -> Any:
        return with_preset(dict(given)) if isinstance(given, Mapping) else given

    @property
    def _preset_keys(self) -> set[str]:
        return set(PRESETS[self.preset]) if self.preset else set()

    def mistakes(self, area: Area) -> Iterator[Mistake]:
        if area not in AREAS:
            return
        if self.preset is not None and PRESETS[self.preset]["area"] != area:
            yield ("preset",), f"this preset is for the area {PRESETS[self.preset]['area']}"
            return
        yield from super().mistakes(area)
        if self.pages == "next" and not self.next_link:
            yield ("pages",), "next needs the key next_link, the path of the next page's address"
        if self.pages == "next" and self.format == "csv":
            yield ("pages",), "found next, but CSV has no place for the address of a next page"
        for key, styles in _ONLY.items():
            if key in self.model_fields_set and self.pages not in styles and key not in self._preset_keys:
                yield (key,), f"is only for pages: {' or '.join(styles)}"
        for key in ("rows", "as_of", "total"):
            if self.format == "csv" and getattr(self, key):
                yield (key,), "is only for format: json"
