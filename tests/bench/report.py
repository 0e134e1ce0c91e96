"""Results as Markdown: aims with met or not met, tables, and their place in docs/performance.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"


@dataclass(frozen=True, slots=True)
class Aim:
    """A number that was measured, beside the most it should be."""

    what: str
    measured: float
    at_most: float
    unit: str

    @property
    def met(self) -> bool:
        return self.measured <= self.at_most


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What one measurement found."""

    aims: Sequence[Aim]
    tables: Sequence[Table]


def short(value: float) -> str:
    """Three significant digits, no more than a measurement is worth."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def spread(values: Sequence[float]) -> str:
    """The median, with the least and the greatest where there are several."""
    middle = short(median(values))
    return middle if len(values) == 1 else f"{middle} ({short(min(values))}–{short(max(values))})"


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *rows)]


def markdown(command: str, about: Sequence[tuple[str, str]], found: Sequence[Found]) -> str:
    aims = [aim for one in found for aim in one.aims]
    rows = [
        (
            aim.what,
            f"{short(aim.measured)} {aim.unit}",
            f"≤ {aim.at_most:g} {aim.unit}",
            "met" if aim.met else "**not met**",
        )
        for aim in aims
    ]
    lines = [f"Measured with `{command}`.", "", *grid(("on", ""), about)]
    lines += ["", "### Aims", "", *grid(("what", "measured", "aim", ""), rows)]
    for table in (table for one in found for table in one.tables):
        lines += ["", f"### {table.title}", "", *grid(table.head, table.rows)]
        for note in table.notes:
            lines += ["", note]
    return "\n".join(lines) + "\n"


def write_between_marks(path: Path, text: str) -> None:
    """Put the text in its place. Raises ValueError where the file has no such place."""
    page = path.read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} has no lines {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")
