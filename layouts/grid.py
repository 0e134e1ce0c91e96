"""A wall from its text of areas: CSS grid areas, with columns and rows sized by the tiles that stand in them."""

from __future__ import annotations

from dash import html

from layouts import TILES
from layouts.frame import data
from layouts.words import Words

FIXED = ("band", "foot")
EMPTY = "."


def areas_of(text: str) -> list[list[str]]:
    """The names in the text, one list per line; every line has as many as the longest, the rest is empty."""
    lines = [line.split() for line in text.splitlines() if line.split()]
    columns = max((len(line) for line in lines), default=0)
    return [line + [EMPTY] * (columns - len(line)) for line in lines]


def draw_wall(text: str, words: Words) -> html.Main:
    """The whole wall. Names must be in TILES (a KeyError says which is not)."""
    lines = areas_of(text)
    names = list(dict.fromkeys(name for line in lines for name in line if name != EMPTY))
    return html.Main(
        [TILES[name].draw(words) for name in names],
        className="wall",
        lang=words.language,
        style={
            "gridTemplateAreas": " ".join(f'"{" ".join(line)}"' for line in lines),
            "gridTemplateColumns": _columns(lines),
            "gridTemplateRows": _rows(lines),
        },
        **data(words=words.browser()),
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
