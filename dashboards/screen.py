"""A wall's screen as `config.yaml` describes it: its boards, when each is shown, in which language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from layouts.panel import Panel

Language = Literal["id", "en"]
HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")


def hours(text: str) -> str:
    """A part of the day, "18:00-06:00", by the city's clock; it may go over midnight."""
    if HOURS.fullmatch(text) is None or text[:5] == text[6:]:
        raise PydanticCustomError("hours", 'write two different times of day, such as "18:00-06:00"')
    return text


Hours = Annotated[str, AfterValidator(hours)]


class Board(BaseModel):
    """`areas` is the board as text: a line per row of the CSS grid, tile names, "." for an empty place.

    It is shown for `dwell` seconds at a time, and only within the hours of `when`; the boards that are due take turns.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    areas: str
    dwell: float = 60.0
    when: Hours | None = None

    @property
    def tiles(self) -> tuple[str, ...]:
        """The names of its tiles, each once, in reading order."""
        return tuple(dict.fromkeys(name for name in self.areas.split() if name != "."))


class Screen(BaseModel):
    """`night`: the hours in which it wears its quieter colours. `panel`: what it is shown on, if that is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    language: Language
    boards: tuple[Board, ...]
    night: Hours | None = None
    panel: Panel | None = None

    @property
    def tiles(self) -> tuple[str, ...]:
        """The names of the tiles of all its boards, each once."""
        return tuple(dict.fromkeys(name for board in self.boards for name in board.tiles))


@dataclass(frozen=True, slots=True)
class Recorded:
    """For how many hours what a screen showed is kept, and how many megabytes of it at most; no hours is none."""

    hours: int = 24
    megabytes: int = 200


def shape_fault(areas: str) -> str | None:
    """Why this text is not a CSS grid of rectangles, as the end of a sentence, or None."""
    rows = [line.split() for line in areas.splitlines() if line.split()]
    if not rows:
        return "has no rows"
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        return f"has rows of {' and '.join(str(width) for width in sorted(widths))} columns; all must be as long"
    for name in dict.fromkeys(cell for row in rows for cell in row if cell != "."):
        cells = [(y, x) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell == name]
        height = cells[-1][0] - cells[0][0] + 1
        width = max(x for _, x in cells) - min(x for _, x in cells) + 1
        if height * width != len(cells):
            return f"gives {name} a shape that is not one rectangle"
    return None
