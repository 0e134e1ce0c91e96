"""The brief in words of one language: one structure that the page (page.py) and the paper (pdf.py) both draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collectors.brief.shape import Severity, Verdict
from layouts.words import Words


@dataclass(frozen=True, slots=True)
class SaidStage:
    """`number` is "–" where nothing is known; `doubt` is what makes the rest doubtful, "" where nothing does."""

    number: str
    level: int | None
    word: str
    since: str
    why: str
    doubt: str


@dataclass(frozen=True, slots=True)
class SaidDecision:
    """`rows` are why, proposal and owner, each with its label; `link` is None where there is no evidence to open."""

    severity: Severity
    label: str
    until: str
    question: str
    rows: Sequence[tuple[str, str]]
    link: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, what it is of, and what it means; `few` where it is of so few that it says little."""

    value: str
    of: str
    when: str
    verdict: Verdict
    few: bool
    link: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator. `mark` is the number of its footnote, `since` the difference to yesterday, `course` its sense."""

    name: str
    mark: str
    of: str
    target: str
    cells: Sequence[Cell]
    since: str
    course: str
    verdict: Verdict
    verdict_said: str
    definition: str


@dataclass(frozen=True, slots=True)
class SaidChange:
    severity: Severity | None
    text: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """Everything the brief says, in the order in which it says it. `sure`: of every area it is known how it is."""

    language: str
    title: str
    day: str
    at: str
    by: str
    demo: str
    stage: SaidStage
    decide_title: str
    sure: bool
    decide_order: str
    decisions: Sequence[SaidDecision]
    none: str
    heads: Sequence[str]
    rows_title: str
    rows: Sequence[Row]
    legend: Sequence[tuple[Verdict, str]]
    legend_more: str
    changes_title: str
    changes_since: str
    changes: Sequence[SaidChange]
    changes_more: str
    changes_none: str
    notes_label: str
    notes: Sequence[str]
    definitions_label: str
    definitions: str
    sources_label: str
    sources: str
    never_label: str
    never: str
    history: str
    masked: str
    yes: Sequence[str]
    stage_label: str


def addressed(link: str | None, words: Words) -> str | None:
    """An address in the reader's language."""
    if link is None:
        return None
    return f"{link}{'&' if '?' in link else '?'}lang={words.language}"
