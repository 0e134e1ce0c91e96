"""What /api/v1/explore/<area> answers, and how groups of sums become lists of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, TypedDict

Names = Mapping[str, Mapping[str, str]]


class ExploredNote(TypedDict):
    """Something in the address that could not be followed: what was asked, and what is shown instead."""

    code: str
    value: str
    said: str


class ExploredSource(TypedDict):
    """A source of the area as it is now."""

    name: str
    owner: str
    freshness: str
    as_of: str | None
    demo: bool


class ExploredTime(TypedDict):
    """The time asked, its end excluded, and what it is compared with; days are the city's, None where none."""

    range: str
    start: str
    end: str
    first_day: str
    last_day: str
    compared: str
    before_start: str | None
    before_end: str | None


class Explored(TypedDict):
    """The numbers of a page of the past. `n` is what the page's table has in all, `rows` the one page of it.

    `groups` are lists of sums, each row with its codes, and `<code>_name` where a code has a name; a code "" is
    unknown, and so is a level of -1. Shares are from 0 to 1. `now` holds whatever the time asked.
    """

    area: str
    city: str
    asked: ExploredTime
    filters: dict[str, list[str]]
    sort: str
    page: int
    notes: list[ExploredNote]
    definition: list[str]
    sources: list[ExploredSource]
    as_of: str | None
    freshness: str
    demo: bool
    first_day: str | None
    n: int
    total: dict[str, Any]
    before: dict[str, Any] | None
    groups: dict[str, list[dict[str, Any]]]
    now: dict[str, Any]
    rows: list[dict[str, Any]]
    broken: list[str]


KEYS: Mapping[str, tuple[str, ...]] = {
    "agencies": ("agency",), "districts": ("district",), "subdistricts": ("subdistrict",), "categories": ("category",),
    "channels": ("channel",), "statuses": ("status",), "finished": ("day",), "kinds": ("kind",), "levels": ("level",),
    "verified": ("verified",), "states": ("state",), "roads": ("road",), "units": ("unit",),
    "classes": ("unit", "class"), "hospitals": ("hospital", "unit"), "cells": ("hospital", "unit", "class"),
    "reporting": ("day",), "posts": ("post",), "apps": ("app",), "owners": ("owner",), "groups": ("group",),
    "days": ("day",), "days_before": ("day",), "hours": ("weekday", "hour"),
}  # fmt: skip
BY_UNIT = {"days": ("unit", "day"), "days_before": ("unit", "day"), "hours": ("unit", "weekday", "hour")}
"""Beds are never added up over wards, intensive care and emergency."""


def groups_of(answer: Any, names: Names, keys: Mapping[str, tuple[str, ...]] = KEYS) -> dict[str, list[dict[str, Any]]]:
    """Every group of an answer as rows."""
    found = {}
    for one in fields(answer):
        value = getattr(answer, one.name)
        if one.name in keys and isinstance(value, Mapping):
            found[one.name] = [group(keys[one.name], code, sums, names) for code, sums in value.items()]
    return found


def group(keys: tuple[str, ...], code: Any, sums: Any, names: Names) -> dict[str, Any]:
    codes = code if isinstance(code, tuple) else (code,)
    return named(dict(zip(keys, codes, strict=True)), names) | numbers(sums)


def named(row: dict[str, Any], names: Names) -> dict[str, Any]:
    """A row with the names of its codes."""
    known = {f"{key}_name": names[key].get(str(row[key])) for key in row if key in names and row[key] not in (None, "")}
    return row | known


def numbers(sums: Any) -> dict[str, Any]:
    """Sums with what follows from them."""
    if is_dataclass(sums) and not isinstance(sums, type):
        derived = [name for name, one in vars(type(sums)).items() if isinstance(one, property)]
        return {name: getattr(sums, name) for name in [*(one.name for one in fields(sums)), *derived]}
    if isinstance(sums, tuple):
        return {"n": sums[0], "of": sums[1]}
    return {"n": sums}


def rows_of(rows: Iterable[Any], names: Names, also: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Rows with the names of their codes; `also` says which field of a row is which code."""
    found = []
    for one in rows:
        row = {each.name: getattr(one, each.name) for each in fields(one)}
        row |= {code: row[name] for name, code in (also or {}).items()}
        found.append(named(row, names))
    return found


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
