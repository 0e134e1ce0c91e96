"""The look: every tile by name. `draw` makes a tile once, `show` says what changes with a reading. All pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dash.development.base_component import Component

from collectors.readings.stage import Stage
from collectors.source import EVERY_AREA, Area
from layouts import apps, band, beds, complaints, foot, map, newest, sources, traffic, water
from layouts.frame import Props, Readings
from layouts.words import Words


@dataclass(frozen=True, slots=True)
class Least:
    """The room that a tile's text needs: rem, and beside them so many leading numbers' heights across and down."""

    width: float = 40.0
    height: float = 24.0
    figures_across: float = 0.0
    figures_down: float = 0.0


@dataclass(frozen=True, slots=True)
class Tile:
    """`areas`: the readings it is about. `raises`: whether it shows their level as its own, or only repeats it.

    `width` and `height` are its natural size in rem (a hundred-and-eighth of the panel's height), by which a wall's
    columns and rows share the panel; `least` is what it cannot do without. `show_staged` takes the place of `show` in a
    tile that also shows the city's stage.
    """

    areas: tuple[Area, ...]
    draw: Callable[[Words], Component]
    show: Callable[[Readings, Words], Props]
    width: float
    height: float
    raises: bool = True
    least: Least = Least()
    show_staged: Callable[[Readings, Stage, Words], Props] | None = None


TILES: dict[str, Tile] = {
    "band": Tile(EVERY_AREA, band.draw, band.show, 150, 13.8, least=Least(140, 13.8), show_staged=band.show_staged),
    "complaints": Tile(("complaints",), complaints.draw, complaints.show, 52.8, 49.4),
    "newest": Tile(("complaints",), newest.draw, newest.show, 52.8, 36.7, raises=False),
    "map": Tile(("complaints", "traffic", "water"), map.draw, map.show, 77.6, 49.4, raises=False),
    "apps": Tile(("apps",), apps.draw, apps.show, 77.6, 36.7),
    "beds": Tile(("beds",), beds.draw, beds.show, 54.8, 49.4),
    "traffic": Tile(("traffic",), traffic.draw, traffic.show, 54.8, 36.7),
    "water": Tile(("water",), water.draw, water.show, 112, 86, least=Least(74, 40)),
    "sources": Tile(EVERY_AREA, sources.draw, sources.show, 150, 86, raises=False, least=Least(110, 44)),
    "foot": Tile(EVERY_AREA, foot.draw, foot.show, 150, 2.8, least=Least(100, 2.8)),
}
