"""Decisions in words: the question, why, and what a rule proposes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from collectors.brief.shape import Decision
from layouts.brief.indicators import long, rounded
from layouts.words import UNKNOWN, Words

Values = Mapping[str, Any]


def said_decision(one: Decision, at: str, words: Words) -> tuple[str, str, str]:
    """The question, why, and the proposal, "" where the rule has none. `at` is the moment of the brief."""
    question = asked(one, words)
    return question, WHY[one["kind"]](one["values"], at, words), proposed(one, at, words)


def asked(one: Decision, words: Words) -> str:
    values: dict[str, Any] = dict(one["values"])
    if one["kind"] == "traffic":
        values["road"] = words.road(values["road"])
    if one["kind"] == "complaints":
        values["agency"] = words.agency(values["agency"])
    if one["kind"] == "certificates":
        values["n"] = words.number(values["n"])
    return words.fill(f"decide_{one['kind']}", owner=words.agency(one["owner"]), **values)


def proposed(one: Decision, at: str, words: Words) -> str:
    proposal = one["proposal"]
    if proposal is None:
        return ""
    given = proposal["values"]
    values: dict[str, Any] = {
        key: words.number(value) if isinstance(value, int) else value for key, value in given.items()
    }
    if "names" in given:
        values["names"] = ", ".join(given["names"])
    if "cm" in given:
        values["cm"] = words.centimetres(given["cm"])
        values["change"] = words.centimetres(given["change"])
    if "oldest" in given:
        values["date"] = words.day(datetime.fromisoformat(given["oldest"]).astimezone(words.timezone).date())
    if "owner" in given:
        values["owner"] = words.agency(given["owner"])
    time = words.time(one["until"], at) if one["until"] else UNKNOWN
    return words.fill(f"propose_{proposal['kind']}", time=time, **values)


def water(values: Values, at: str, words: Words) -> str:
    change = values["change"]
    rising = ""
    if change:
        key = "brief_why_water_rising" if change > 0 else "brief_why_water_falling"
        rising = words.fill(key, n=words.centimetres(abs(change)))
    return words.fill(
        "brief_why_water",
        river=f"{values['river']} " if values["river"] and values["river"] != values["post"] else "",
        cm=words.centimetres(values["cm"]),
        siaga=words.number(values["siaga"]),
        rising=rising,
        raised=words.number(values["raised"]),
        reporting=words.number(values["reporting"]),
        watch=words.number(values["watch"]),
    )


def silent(values: Values, words: Words) -> str:
    if not values["silent"]:
        return ""
    return words.fill("brief_why_silent", n=words.number(values["silent"]), of=words.number(values["hospitals"]))


def icu(values: Values, at: str, words: Words) -> str:
    return words.fill(
        "brief_why_icu",
        part=words.part(values["occupied"], values["capacity"]),
        free=words.number(values["free"]),
        limit=words.number(values["limit"]),
        silent=silent(values, words),
    )


def wards(values: Values, at: str, words: Words) -> str:
    return words.fill(
        "brief_why_wards",
        part=words.part(values["occupied"], values["capacity"]),
        share=words.share(values["share"], 1),
        limit=rounded(values["limit"], words),
        silent=silent(values, words),
    )


def apps(values: Values, at: str, words: Words) -> str:
    return words.fill(
        "brief_why_apps",
        down=words.number(values["down"]),
        degraded=words.number(values["degraded"]),
        total=words.number(values["total"]),
        app=values["app"],
        status=words[f"app_{values['status']}"],
        since=words.time(values["since"], at),
        reason=f" ({values['reason']})" if values["reason"] else "",
    )


def traffic(values: Values, at: str, words: Words) -> str:
    kind = words[f"kind_{values['kind']}"].capitalize()
    return words.fill(
        "brief_why_traffic",
        kind=kind,
        level=f" {words.fill('brief_level', n=words.number(values['level']))}" if values["level"] is not None else "",
        at=words.time(values["at"], at),
        district=f", {values['district']}" if values["district"] else "",
        n=words.number(values["n"]),
        open=words.number(values["open"]),
    )


def complaints(values: Values, at: str, words: Words) -> str:
    age = (datetime.fromisoformat(at) - datetime.fromisoformat(values["oldest"])).total_seconds()
    others = words.fill("brief_why_complaints_others", n=words.number(values["others"])) if values["others"] else ""
    return words.fill(
        "brief_why_complaints",
        late=words.number(values["late"]),
        waiting=words.number(values["waiting"]),
        limit=long(values["limit"], words),
        age=words.lasted(age),
        soon=words.number(values["soon"]),
        within=long(round(values["within"]), words),
        others=others,
    )


def source(values: Values, at: str, words: Words) -> str:
    area = words[values["area"]].lower()
    if values["as_of"] is None:
        return words.fill("brief_why_source_never", source=values["source"], area=area)
    kind, _, status = (values["fault"] or "silent").partition(" ")
    return words.fill(
        "brief_why_source",
        source=values["source"],
        fault=words.fill(f"fault_{kind}", status=status).rstrip(),
        since=words.time(values["since"], at),
        area=area,
    )


def certificates(values: Values, at: str, words: Words) -> str:
    return words.fill("brief_why_certificates", names=", ".join(values["names"]), days=words.number(values["days"]))


WHY: Mapping[str, Callable[[Values, str, Words], str]] = {
    "water": water,
    "icu": icu,
    "wards": wards,
    "apps": apps,
    "traffic": traffic,
    "complaints": complaints,
    "source": source,
    "certificates": certificates,
}
