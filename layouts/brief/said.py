"""Puts a brief into words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from babel.dates import get_timezone_name

from collectors.brief.decisions import three
from collectors.brief.shape import DAYS, PERIODS, Brief, BriefSource, Change, Decision, Verdict
from collectors.notes import CardNote
from collectors.questions.shares import SMALL
from layouts.brief.indicators import long, said_crossing, said_row
from layouts.brief.questions import said_decision
from layouts.brief.shape import Said, SaidChange, SaidDecision, SaidStage, addressed
from layouts.notes import note_line
from layouts.paper import day
from layouts.stage import named, why
from layouts.words import UNKNOWN, Words

MOST_CHANGES = 6
MOST_NOTES = 3
LEGEND: tuple[Verdict, ...] = ("alarm", "missed", "met")


def say(brief: Brief, words: Words, notes: Sequence[CardNote] = ()) -> Said:
    """`notes` are those on the cards of the brief, the newest first."""
    at = datetime.fromisoformat(brief["at"])
    zone = str(get_timezone_name(at.astimezone(words.timezone), width="short", locale="id"))
    shown = three(brief["decisions"])
    rows = [said_row(one, mark, words) for mark, one in enumerate(brief["indicators"], 1)]
    changed = brief["changes"][:MOST_CHANGES]
    left = len(brief["changes"]) - len(changed)
    return Said(
        language=words.language,
        title=words.fill("brief_of", city=words.city),
        day=day(at, words),
        at=f"{words.fill('brief_at', time=words.time(brief['at'], seconds=True))} {zone}",
        by=words["brief_for"],
        demo=words["demo"] if brief["demo"] else "",
        stage=said_stage(brief, words),
        stage_label=words["brief_stage"],
        decide_title=words[title_of(brief, len(shown))],
        sure=all(one["level"] != "unknown" for one in brief["levels"]),
        decide_order=order_said(len(shown), len(brief["decisions"]), words),
        decisions=[said_one(one, number, brief, words) for number, one in enumerate(shown, 1)],
        none="" if shown else none_said(brief, words),
        rows_title=words.fill("brief_indicators_n", n=words.number(len(rows))),
        heads=[words["brief_head_indicator"], words["brief_head_target"],
               *(words[f"brief_head_{period}"] for period in PERIODS), words["brief_head_since"]],
        rows=rows,
        legend=[(one, words[f"verdict_{one}"]) for one in LEGEND],
        legend_more=words.fill("brief_legend", n=SMALL),
        changes_title=words["brief_changes"],
        changes_since=words.fill("brief_changes_since", time=words.time(brief["at"])),
        changes=[said_change(one, words) for one in changed],
        changes_more=words.fill("brief_changes_more", n=words.number(left)) if left else "",
        changes_none=words[nothing_changed(brief)],
        notes_label=words["notes"],
        notes=[note_line(one, at, words) for one in notes if one["removed"] is None][:MOST_NOTES],
        definitions_label=words["brief_definitions"],
        definitions=" ".join(f"{row.mark}\u00a0{row.definition}." for row in rows),
        sources_label=words["brief_sources"],
        sources=", ".join(said_source(one, brief["at"], words) for one in brief["sources"]) or UNKNOWN,
        never_label=words["brief_never"],
        never=", ".join(one["name"] for one in brief["never"]) or words["brief_never_none"],
        history=history_said(brief, words),
        masked=words["brief_masked"],
        yes=[words["decide_yes"], words["decide_wait"], words["decide_other"]],
    )  # fmt: skip


def title_of(brief: Brief, shown: int) -> str:
    """Where nothing is known, nothing is known to be well."""
    judged = shown or any(one["level"] != "unknown" for one in brief["levels"])
    return f"decide_{shown}" if judged else "decide_unknown"


def nothing_changed(brief: Brief) -> str:
    """That nothing changed can be said only where it is known how it was."""
    known = any(one["before"]["value"] is not None and one["day"]["value"] is not None for one in brief["indicators"])
    return "brief_changes_none" if known else "brief_changes_unknown"


def order_said(shown: int, all_of_them: int, words: Words) -> str:
    if not shown:
        return ""
    return words.fill("decide_of", n=words.number(all_of_them)) if all_of_them > shown else words["decide_order"]


def said_stage(brief: Brief, words: Words) -> SaidStage:
    stage = brief["stage"]
    number = stage["stage"]
    since = words.fill("since", time=words.time(stage["since"], brief["at"])) if stage["since"] else ""
    until = words.fill("until", time=words.time(stage["until"], brief["at"])) if stage["until"] else None
    by_rule = words.fill("by_rule", stage=named(stage["ruled"], words))
    said = words.join(words["declared"], stage["reason"], until, by_rule) if stage["declared"] else None
    doubted = [one for one in brief["sources"] if one["freshness"] in ("stale", "failed", "never")]
    return SaidStage(
        number=words.number(number),
        level=number,
        word=words[f"stage_{number}"] if number else words["stage_unknown"],
        since=since,
        why=said or why(stage, brief["levels"], words),
        doubt=" ".join(
            [trouble_said(brief, words), *(f"{said_source(one, brief['at'], words)}." for one in doubted)]
        ).strip(),
    )


def said_one(one: Decision, number: int, brief: Brief, words: Words) -> SaidDecision:
    question, cause, proposal = said_decision(one, brief["at"], words)
    if one["stale"]:
        cause = f"{cause} {words.fill('decide_stale', time=words.time(one['stale'], brief['at']))}"
    return SaidDecision(
        severity=one["severity"],
        label=f"{words.number(number)} · {words['decide_' + one['severity']]}",
        until=words.fill("decide_until", time=words.time(one["until"], brief["at"])) if one["until"] else "",
        question=question,
        rows=[
            (words["decide_why"], cause),
            (words["decide_proposal"], proposal or words["decide_no_proposal"]),
            (words["decide_by"], words.agency(one["owner"])),
        ],
        link=addressed(one["link"], words),
    )


def none_said(brief: Brief, words: Words) -> str:
    """Nothing to decide, on purpose: what that is known from, and what it says nothing about."""
    known = [words[one["area"]] for one in brief["levels"] if one["level"] != "unknown"]
    unknown = [words[one["area"]] for one in brief["levels"] if one["level"] == "unknown"]
    if not known:
        return words["decide_nothing_known"]
    doubt = words.fill("decide_none_unknown", areas=", ".join(unknown)) if unknown else ""
    return f"{words.fill('decide_none_why', areas=', '.join(known))} {doubt}".strip()


def said_change(one: Change, words: Words) -> SaidChange:
    given, kind = one["values"], one["kind"]
    values = {key: words.number(value) if isinstance(value, int) else value for key, value in given.items()}
    if kind in ("crossed", "recovered"):
        values = said_crossing(given, words)
    if "names" in given:
        values["names"] = ", ".join(given["names"])
    if "cm" in given:
        values["cm"] = words.centimetres(given["cm"])
    if kind == "late":
        values["limit"] = long(given["limit"], words)
    values["time"] = words.time(given["since"]) if given.get("since") else UNKNOWN
    values |= {"n": values["stage"]} if kind == "stage" else {}
    text = words.fill(f"brief_change_{kind}", **values)
    return SaidChange(one["severity"], text, addressed(one["link"], words))


def said_source(one: BriefSource, at: str, words: Words) -> str:
    """A source by its name and the time of its data; what is wrong with it in words."""
    time = words.time(one["as_of"], at)
    if one["freshness"] in ("live", "late"):
        return words.fill("brief_source_at", name=one["name"], time=time)
    since = words.time(one["failing_since"], at) if one["failing_since"] else UNKNOWN
    state = words.fill(f"source_{one['freshness']}", time=since)
    if one["freshness"] == "never":
        return f"{one['name']} {state}"
    return words.fill("brief_source_bad", name=one["name"], state=state, time=time)


def history_said(brief: Brief, words: Words) -> str:
    """From which day on the past is known, where that is later than the longest time shown begins."""
    at = datetime.fromisoformat(brief["at"]).astimezone(words.timezone)
    start = (at - timedelta(days=DAYS["quarter"] - 1)).date().isoformat()
    late = [(area, first) for area, first in brief["first"].items() if first is None or first > start]
    if not late or brief["trouble"]:
        return ""
    each = [
        words.fill("brief_history_since_one", area=words[area].lower(), day=words.day(date.fromisoformat(first)))
        if first
        else words.fill("brief_history_none_one", area=words[area].lower())
        for area, first in late
    ]
    return words.fill("brief_history_since", areas=", ".join(each))


def trouble_said(brief: Brief, words: Words) -> str:
    trouble = brief["trouble"]
    return words.fill(f"brief_trouble_{trouble['kind']}", files=trouble["detail"]) if trouble else ""
