"""The columns of what is downloaded: those of the table on screen in its order, each code beside its name.

Where the table shows an age or a duration, a file has the moment itself or the seconds: both stay true after the day of
the download. What is unknown is an empty cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from layouts.words import Words

Kind = Literal["text", "whole", "time"]
Value = str | int | datetime | None
Row = Mapping[str, Any]
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is its name in a file for programs, `title` in one for people; `of` its value in a row of the past, where
    moments are UTC without a zone."""

    key: str
    title: str
    kind: Kind
    of: Callable[[Row], Value]


def moment(key: str, title: str) -> Column:
    def of(row: Row) -> Value:
        at: datetime | None = row[key]
        return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at

    return Column(key, title, "time", of)


def plain(key: str, title: str, kind: Kind = "text") -> Column:
    def of(row: Row) -> Value:
        value: Value = row[key]
        return None if value == "" else value

    return Column(key, title, kind, of)


def named(key: str, title: str, names: Names, words: Words, code_of: str | None = None) -> list[Column]:
    """A name and its code, which stands in the column `code_of` of the row."""
    column = code_of or key

    def name(row: Row) -> Value:
        code = row[column]
        return names.get(str(code), str(code)) if code not in (None, "") else None

    def code(row: Row) -> Value:
        return str(row[column]) if row[column] not in (None, "") else None

    return [
        Column(key, title, "text", name),
        Column(f"{key}_code", words.fill("export_code", name=title), "text", code),
    ]


def words_of(words: Words, prefix: str, values: Sequence[str]) -> dict[str, str]:
    return {value: words[f"{prefix}_{value}"] for value in values}


def lasted(key: str, title: str, words: Words) -> Column:
    return Column(key, words.fill("export_seconds", name=title), "whole", lambda row: row[key])


def demo(words: Words) -> Column:
    return Column("demo", words["export_demo"], "text", lambda row: words["demo"] if row["demo"] else None)


def place(words: Words, districts: Names, subdistricts: Names) -> list[Column]:
    return [
        *named("subdistrict", words["filter_subdistrict"], subdistricts, words),
        *named("district", words["filter_district"], districts, words),
    ]


def complaint_columns(
    words: Words, agencies: Names, slugs: Names, districts: Names, subdistricts: Names
) -> list[Column]:
    """`agencies` are by slug, `slugs` by the spelling of a source."""

    def slug(row: Row) -> Value:
        return slugs.get(row["agency"] or "") or None

    def agency(row: Row) -> Value:
        known = slugs.get(row["agency"] or "", "")
        return agencies.get(known, known) or None

    statuses = words_of(words, "status", ("waiting", "in_progress", "done", "unknown"))
    return [
        moment("requested", words["life_received"]),
        plain("category", words["head_category"]),
        plain("category_code", words.fill("export_code", name=words["head_category"])),
        plain("id", words["head_number"]),
        *place(words, districts, subdistricts),
        Column("agency", words["head_agency"], "text", agency),
        Column("agency_code", words.fill("export_code", name=words["head_agency"]), "text", slug),
        plain("channel", words["head_channel"]),
        *named("status", words["head_status"], statuses, words),
        lasted("finish_s", words["head_finished_in"], words),
        moment("answered", words["life_answered"]),
        moment("finished", words["life_finished"]),
        plain("source", words["head_source"]),
        demo(words),
    ]


def traffic_columns(words: Words, kinds: Names, districts: Names, subdistricts: Names) -> list[Column]:
    checked = {"yes": words["checked_yes"], "no": words["checked_no"]}
    states = words_of(words, "state", ("open", "ended", "unknown"))
    return [
        moment("started", words["head_began"]),
        *named("kind", words["head_kind"], kinds, words),
        plain("road", words["head_road"]),
        *place(words, districts, subdistricts),
        plain("level", words["head_level"], "whole"),
        *named("checked", words["head_checked"], checked, words),
        plain("source", words["head_source"]),
        lasted("open_s", words["head_cleared"], words),
        moment("ended", words["head_ended_at"]),
        *named("state", words["filter_state"], states, words),
        plain("id", words["head_number"]),
        demo(words),
    ]


def app_columns(words: Words, names: Names, owners: Names) -> list[Column]:
    """Of rows with the incident's `owner` (slug) and whole `seconds`."""
    statuses = words_of(words, "app", ("down", "degraded"))
    return [
        *named("app", words["head_app"], names, words),
        *named("owner", words["head_whose"], owners, words),
        moment("began", words["head_began"]),
        moment("ended", words["head_ended_at"]),
        lasted("lasted", words["head_lasted"], words),
        *named("status", words["head_worst"], statuses, words),
        demo(words),
    ]


def bed_columns(words: Words) -> list[Column]:
    units = words_of(words, "unit", ("icu", "inpatient", "emergency"))
    return [
        moment("moment", words["export_seen"]),
        plain("hospital", words["head_hospital"]),
        plain("hospital_id", words.fill("export_code", name=words["head_hospital"])),
        *named("unit", words["filter_unit"], units, words),
        plain("class_name", words["filter_class"]),
        plain("bed_class", words.fill("export_code", name=words["filter_class"])),
        plain("capacity", words["export_capacity"], "whole"),
        plain("occupied", words["export_occupied"], "whole"),
        plain("free", words["export_free"], "whole"),
        answers(words),
        moment("updated", words["export_told"]),
        plain("source", words["head_source"]),
        demo(words),
    ]


def water_columns(words: Words) -> list[Column]:
    return [
        moment("moment", words["export_seen"]),
        plain("name", words["head_post"]),
        plain("post", words.fill("export_code", name=words["head_post"])),
        plain("river", words["export_river"]),
        plain("level_cm", words["export_level"], "whole"),
        plain("siaga", words["filter_siaga"], "whole"),
        answers(words),
        demo(words),
    ]


def answers(words: Words) -> Column:
    said = {True: words["export_yes"], False: words["export_no"]}
    return Column("reporting", words["export_reporting"], "text", lambda row: said.get(row["reporting"]))
