"""Indicators in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_percent

from collectors.brief.shape import PERIODS, Form, Indicator, Measured, Target
from layouts.brief.shape import Cell, Row, addressed
from layouts.words import UNKNOWN, Words

MORE_IS_BETTER = ("on_time", "answered", "apps")
NO_SENSE = ("wards",)
"""More is neither better nor worse."""


def said_row(one: Indicator, mark: int, words: Words) -> Row:
    name, limit = one["name"], limit_said(one["name"], one["limit"], words)
    cells = [cell(one, one[period], words) for period in PERIODS]
    least = rounded(one["target"]["least"], words) if one["target"]["least"] is not None else ""
    definition = words.fill(f"brief_def_{name}", limit=limit, least=least, n=words.number(mark - 1))
    return Row(
        name=words.fill(f"ind_{name}", limit=limit),
        mark=words.number(mark),
        of=words[f"ind_{name}_of"],
        target=target_said(one["target"], one["form"], words),
        cells=cells,
        since=difference(one, words),
        course=course(one, words),
        verdict=one["verdict"],
        verdict_said=words[f"verdict_{one['verdict']}"],
        definition=definition,
    )


def limit_said(name: str, limit: float | None, words: Words) -> str:
    """7 days, 6 h; of the water a stage."""
    if limit is None:
        return ""
    return words.number(limit) if name == "water" else long(limit, words)


def long(seconds: float, words: Words) -> str:
    """7 days, 24 h: a limit in whole days, one of a day and less in hours."""
    days = seconds / 86400
    if days > 1 and days == int(days):
        return words.fill("brief_days", n=words.number(days))
    hours = seconds / 3600
    return words.fill("brief_hours", n=words.number(hours)) if hours == int(hours) else words.span(seconds)


def rounded(share: float, words: Words) -> str:
    """A share that somebody chose: 95%, 99.5%."""
    return str(format_percent(share, "0.#%", locale=words.language))


def value_said(value: float | None, form: Form, words: Words) -> str:
    if value is None:
        return UNKNOWN
    if form == "share":
        return words.share(value, 1)
    return words.lasted(value) if form == "duration" else words.number(value)


def cell(one: Indicator, number: Measured, words: Words) -> Cell:
    few = number["verdict"] == "few"
    return Cell(
        value=value_said(number["value"], one["form"], words),
        of=of_said(one, number, words),
        when=words[f"brief_when_{number['when']}"] if number["when"] and number["value"] is not None else "",
        verdict=number["verdict"],
        few=few,
        link=addressed(number["link"], words),
    )


def of_said(one: Indicator, number: Measured, words: Words) -> str:
    """What stands under a number: what it is of."""
    part, whole, looks = number["part"], number["whole"], number["looks"]
    if number["value"] is None:
        return words.fill("n", n=words.number(0)) if whole == 0 else ""
    if looks is not None:
        return words.fill("n", n=words.number(looks))
    if one["form"] == "count":
        return words.fill("brief_of_n", n=words.number(whole))
    if one["form"] == "duration":
        return words.fill("n", n=words.number(part))
    return words.part(part, whole)


def target_said(target: Target, form: Form, words: Words) -> str:
    least, most = target["least"], target["most"]
    if least is None and most is None:
        return words["no_target"]
    if least is not None and most is not None:
        return f"{rounded(least, words).removesuffix('%')}–{rounded(most, words)}"
    bound = (least if least is not None else most) or 0.0
    said = rounded(bound, words) if form == "share" else words.number(bound)
    return said if bound == 0 else f"{'≥' if least is not None else '≤'} {said}"


def difference(one: Indicator, words: Words) -> str:
    """From yesterday's to today's, with its sign; "–" where either is unknown."""
    value, before, form = one["day"]["value"], one["before"]["value"], one["form"]
    if value is None or before is None:
        return UNKNOWN
    by = value - before
    shown = {
        "share": words.fill("brief_points", n=words.number(abs(by) * 100, 1)),
        "duration": words.lasted(abs(by)),
        "count": words.number(abs(by)),
    }[form]
    if abs(by) < (0.0005 if form == "share" else 1):
        return words["brief_same"]
    return f"{'+' if by > 0 else '−'}{shown}"


def course(one: Indicator, words: Words) -> str:
    """Whether that is better or worse, where it is either and enough is known."""
    value, before = one["day"]["value"], one["before"]["value"]
    unsure = {one["day"]["verdict"], one["before"]["verdict"]} & {"few", "unknown"}
    if value is None or before is None or unsure or one["name"] in NO_SENSE or abs(value - before) < 0.0005:
        return ""
    better = (value > before) == (one["name"] in MORE_IS_BETTER)
    return words["brief_better" if better else "brief_worse"]


def said_crossing(given: Mapping[str, Any], words: Words) -> dict[str, str]:
    """An indicator that crossed its target: from what to what."""
    form: Form = given["form"]
    return {
        "name": words.fill(f"ind_{given['name']}", limit=limit_said(given["name"], given["limit"], words)),
        "value": value_said(given["value"], form, words),
        "before": value_said(given["before"], form, words),
    }
