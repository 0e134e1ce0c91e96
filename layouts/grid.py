"""A wall from its text of areas: CSS grid areas, with columns and rows sized by the tiles that stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from layouts import TILES
from layouts.frame import data
from layouts.words import Words

FIXED = ("band", "foot")
EMPTY = "."
OFF = "data-off"


def areas_of(text: str) -> list[list[str]]:
    """The names in the text, one list per line; every line has as many as the longest, the rest is empty."""
    lines = [line.split() for line in text.splitlines() if line.split()]
    columns = max((len(line) for line in lines), default=0)
    return [line + [EMPTY] * (columns - len(line)) for line in lines]


@dataclass(frozen=True, slots=True)
class Placed:
    """A board as CSS: its areas, columns and rows, and the names of its tiles."""

    tiles: tuple[str, ...]
    areas: str
    columns: str
    rows: str

    def style(self) -> dict[str, str]:
        return {"gridTemplateAreas": self.areas, "gridTemplateColumns": self.columns, "gridTemplateRows": self.rows}


def placed(text: str) -> Placed:
    """A text of areas as CSS. Names must be in TILES (a KeyError says which is not)."""
    lines = areas_of(text)
    names = tuple(dict.fromkeys(name for line in lines for name in line if name != EMPTY))
    areas = " ".join(f'"{" ".join(line)}"' for line in lines)
    return Placed(names, areas, _columns(lines), _rows(lines))


def draw_wall(boards: Sequence[Placed], words: Words, **more: str) -> html.Main:
    """A wall: every tile of all its boards, each drawn once; those that the first board lacks are off.

    `more` are further `data-` attributes of the whole.
    """
    names = list(dict.fromkeys(name for board in boards for name in board.tiles))
    tiles = [TILES[name].draw(words) for name in names]
    for name, tile in zip(names, tiles, strict=True):
        if name not in boards[0].tiles:
            setattr(tile, OFF, "")
    return html.Main(
        tiles,
        className="wall",
        lang=words.language,
        style=boards[0].style(),
        **data(words=words.browser(), **more),
    )


def _columns(lines: list[list[str]]) -> str:
    tracks = zip(*lines, strict=True)
    widths = [
        max(_share(lines, name, name_width, across=True) for name, name_width in _sizes(track)) for track in tracks
    ]
    return " ".join(f"minmax(0,{width:.4g}fr)" for width in widths)


def _rows(lines: list[list[str]]) -> str:
    """The band and the foot keep their height; the rest of the panel is shared."""
    rows = []
    for line in lines:
        tallest = max(_share(lines, name, TILES[name].height if name != EMPTY else 1, across=False) for name in line)
        fixed = all(name in (*FIXED, EMPTY) for name in line)
        rows.append(f"{tallest:.4g}rem" if fixed else f"minmax(0,{tallest:.4g}fr)")
    return " ".join(rows)


def _sizes(track: tuple[str, ...]) -> list[tuple[str, float]]:
    """A tile that spans the wall says nothing about one column's width."""
    return [(name, TILES[name].width if name not in (*FIXED, EMPTY) else 1) for name in track]


def _share(lines: list[list[str]], name: str, size: float, across: bool) -> float:
    """A tile's size divided by the tracks it spans."""
    tracks: list[tuple[str, ...]] = [tuple(line) for line in lines]
    if across:
        tracks = list(zip(*tracks, strict=True))
    return size / max(1, sum(name in track for track in tracks)) if name != EMPTY else size
