"""The columns and rows of a board: how large each is, as shares, and in rem on a panel that is known.

The margins and the gap are those of assets/20-wall.css. Bezels: the edge between two tracks that is nearest to a bezel
is moved onto it, and the tracks between two such edges keep their proportions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from layouts import TILES
from layouts.panel import Panel, band_height

FIXED = ("band", "foot")
EMPTY = "."
GAP = 1.0
SIDE, TOP, BOTTOM = 2.4, 1.6, 0.7

Lines = list[list[str]]


def areas_of(text: str) -> Lines:
    """The names in the text, one list per line; every line has as many as the longest, the rest is empty."""
    lines = [line.split() for line in text.splitlines() if line.split()]
    columns = max((len(line) for line in lines), default=0)
    return [line + [EMPTY] * (columns - len(line)) for line in lines]


@dataclass(frozen=True, slots=True)
class Track:
    """One column or row: a share of what is left, or, where it is `fixed`, its size in rem."""

    size: float
    fixed: bool = False


def columns(lines: Lines) -> list[Track]:
    """A tile that spans the wall says nothing about one column's width."""
    tracks = list(zip(*lines, strict=True))
    widths = [[TILES[name].width if name not in (*FIXED, EMPTY) else 1 for name in track] for track in tracks]
    return [
        Track(max(width / spans(tracks, name) for name, width in zip(track, wide, strict=True)))
        for track, wide in zip(tracks, widths, strict=True)
    ]


def rows(lines: Lines, panel: Panel | None = None) -> list[Track]:
    """The band and the foot keep their height; the rest of the panel is shared."""
    found = []
    for line in lines:
        heights = [1 if name == EMPTY else TILES[name].height / spans(lines, name) for name in line]
        fixed = all(name in (*FIXED, EMPTY) for name in line)
        tallest = max([*heights, band_height(panel)] if fixed and "band" in line else heights)
        found.append(Track(tallest, fixed))
    return found


def spans(tracks: Sequence[Sequence[str]], name: str) -> int:
    return 1 if name == EMPTY else max(1, sum(name in track for track in tracks))


@dataclass(frozen=True, slots=True)
class Laid:
    """Where the tracks of a board begin and end on a panel, in rem from the left and from the top."""

    across: list[tuple[float, float]]
    down: list[tuple[float, float]]


def laid(lines: Lines, panel: Panel) -> Laid:
    width, height = panel.size
    across = [at / panel.rem for at in panel.bezel_columns_px]
    down = [at / panel.rem for at in panel.bezel_rows_px]
    return Laid(
        _laid(columns(lines), SIDE, width - SIDE, across),
        _laid(rows(lines, panel), TOP, height - BOTTOM, down),
    )


def _laid(tracks: list[Track], start: float, end: float, bezels: list[float]) -> list[tuple[float, float]]:
    found = _shared(tracks, start, end)
    edges: dict[int, float] = {}
    for bezel in bezels:
        free = [i for i in range(1, len(tracks)) if i > max(edges, default=0)]
        if free:
            edges[min(free, key=lambda i: abs(found[i][0] - GAP / 2 - bezel))] = bezel
    cuts = [(0, start - GAP / 2), *edges.items(), (len(tracks), end + GAP / 2)]
    return [
        track
        for (first, left), (last, right) in pairwise(cuts)
        for track in _shared(tracks[first:last], left + GAP / 2, right - GAP / 2)
    ]


def _shared(tracks: list[Track], start: float, end: float) -> list[tuple[float, float]]:
    """The tracks side by side between two places; the fixed ones as they are, the others share the rest."""
    rest = end - start - GAP * (len(tracks) - 1) - sum(track.size for track in tracks if track.fixed)
    share = rest / (sum(track.size for track in tracks if not track.fixed) or 1)
    found, at = [], start
    for track in tracks:
        size = track.size if track.fixed else max(0.0, track.size * share)
        found.append((at, at + size))
        at += size + GAP
    return found
