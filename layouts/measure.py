"""Whether the tiles of a board hold their text on a panel, and by how much not."""

from __future__ import annotations

from collections.abc import Iterator

from layouts import TILES, Tile
from layouts.panel import FIGURE, Panel
from layouts.tracks import EMPTY, FIXED, GAP, Laid, Lines, areas_of, laid


def faults(text: str, panel: Panel) -> list[str]:
    """What does not fit, each as the end of a sentence; the text is a board whose tiles exist."""
    lines = areas_of(text)
    names = dict.fromkeys(name for line in lines for name in line if name != EMPTY)
    on_panel = laid(lines, panel)
    return [fault for name in names for fault in _faults(name, place(lines, name, on_panel), panel)]


Place = tuple[tuple[float, float], tuple[float, float]]


def place(lines: Lines, name: str, on_panel: Laid) -> Place:
    """Where a tile begins and ends, across and down, in rem."""
    down = [i for i, line in enumerate(lines) if name in line]
    across = [i for i, track in enumerate(zip(*lines, strict=True)) if name in track]
    return (
        (on_panel.across[across[0]][0], on_panel.across[across[-1]][1]),
        (on_panel.down[down[0]][0], on_panel.down[down[-1]][1]),
    )


def least(tile: Tile, panel: Panel) -> tuple[float, float]:
    """The width and height in rem that a tile's text needs at least."""
    figure = max(FIGURE, panel.lead)
    return tile.least.width + tile.least.figures_across * figure, tile.least.height + tile.least.figures_down * figure


def _faults(name: str, at: Place, panel: Panel) -> Iterator[str]:
    needs = least(TILES[name], panel)
    for word, (start, end), need in zip(("wide", "high"), at, needs, strict=True):
        short = need - (end - start)
        if short > 0.05:
            px = short * panel.rem
            yield (
                f"the tile {name} is {px:.0f} px ({px * panel.pitch:.0f} mm) less {word} than its text needs for "
                f"{panel.distance_m:g} m, and {panel.desk_m:g} m at the desk; give it more room, or nearer seats"
            )
    if name in FIXED:
        return
    for word, (start, end), bezels in zip(
        ("column", "row"), at, (panel.bezel_columns_px, panel.bezel_rows_px), strict=True
    ):
        for bezel in bezels:
            if start + GAP / 2 < bezel / panel.rem < end - GAP / 2:
                yield f"the tile {name} lies across the bezel at {bezel} px; let a {word} of tiles end there"
