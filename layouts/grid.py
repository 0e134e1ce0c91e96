"""A wall from its text of areas: CSS grid areas, with columns and rows sized by the tiles that stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from layouts import TILES
from layouts.frame import data
from layouts.panel import Panel, panel_style, stacked
from layouts.tracks import EMPTY, Track, areas_of, columns, laid, rows
from layouts.words import Words

OFF = "data-off"


@dataclass(frozen=True, slots=True)
class Placed:
    """A board as CSS: its areas, columns and rows, and the names of its tiles."""

    tiles: tuple[str, ...]
    areas: str
    columns: str
    rows: str

    def style(self) -> dict[str, str]:
        return {"gridTemplateAreas": self.areas, "gridTemplateColumns": self.columns, "gridTemplateRows": self.rows}


def placed(text: str, panel: Panel | None = None) -> Placed:
    """A text of areas as CSS. Names must be in TILES (a KeyError says which is not)."""
    lines = areas_of(text)
    names = tuple(dict.fromkeys(name for line in lines for name in line if name != EMPTY))
    areas = " ".join(f'"{" ".join(line)}"' for line in lines)
    across, down = columns(lines), rows(lines, panel)
    if panel is not None:
        on_panel = laid(lines, panel)
        across, down = _sized(across, on_panel.across), _sized(down, on_panel.down)
    return Placed(names, areas, _css(across), _css(down))


def draw_wall(boards: Sequence[Placed], words: Words, panel: Panel | None = None, **more: str) -> html.Main:
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
        style=boards[0].style() | panel_style(panel) | mode_words(words),
        **data(words=words.browser(), **({"stacked": ""} if stacked(panel) else {}), **more),
    )


def mode_words(words: Words) -> dict[str, str]:
    """What the style sheet writes into every heading of a wall that shows no present city (assets/26-modes.css)."""
    names = {"replay": words["replay"], "drill": words["drill_both"]}
    return {f"--{mode}-word": f'"{words[mode]}"' for mode in names} | {
        f"--{mode}-name": f'"{name}"' for mode, name in names.items()
    }


def _sized(tracks: list[Track], places: list[tuple[float, float]]) -> list[Track]:
    return [Track(end - start, track.fixed) for track, (start, end) in zip(tracks, places, strict=True)]


def _css(tracks: list[Track]) -> str:
    return " ".join(f"{track.size:.4g}rem" if track.fixed else f"minmax(0,{track.size:.4g}fr)" for track in tracks)
