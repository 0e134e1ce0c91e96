"""A wall's screen as `config.yaml` describes it: which tile stands where, in which language."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["id", "en"]


class Screen(BaseModel):
    """`areas` is the wall as text: a line per row of the CSS grid, tile names, "." for an empty place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    language: Language
    areas: str

    @property
    def tiles(self) -> tuple[str, ...]:
        """The names of its tiles, each once, in reading order."""
        return tuple(dict.fromkeys(name for name in self.areas.split() if name != "."))


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
