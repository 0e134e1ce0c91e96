"""The block `walls`: every screen's text of areas and its language."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from collectors.source import Area
from config.blocks import NAME_RULE, block, is_name
from config.keys import WallKeys
from config.sheet import Place, Sheet
from dashboards.screen import Language, Screen, shape_fault
from layouts import TILES


def read_wall(
    sheet: Sheet, name: str, found: object, languages: Sequence[Language], fed: Collection[Area]
) -> Screen | None:
    """One screen, None with its mistakes noted. `languages` are the city's, `fed` the areas that have a source."""
    place: Place = ("walls", name)
    if not is_name(name):
        sheet.wrong(place, f"a screen's name is {NAME_RULE}")
    keys = block(sheet, WallKeys, place, found)
    if keys is None:
        return None
    if keys.language is not None and languages and keys.language not in languages:
        sheet.wrong(
            (*place, "language"), f"found {keys.language!r}; allowed, by city.languages: {', '.join(languages)}"
        )
    areas = (*place, "areas")
    if areas in sheet.unset:
        return None
    fault = shape_fault(keys.areas)
    if fault:
        hidden = f"{sheet.written.get(areas)} does not hold rows of rectangles"
        sheet.wrong(areas, hidden if areas in sheet.written else fault)
        return None
    screen = Screen(name=name, language=keys.language or next(iter(languages), "id"), areas=keys.areas)
    for tile in screen.tiles:
        if tile not in TILES:
            sheet.wrong(areas, f"unknown tile {sheet.shown(areas, tile)}; allowed: {', '.join(TILES)}")
        elif not set(TILES[tile].areas) & set(fed):
            needs = " or ".join(TILES[tile].areas)
            sheet.wrong(areas, f"the tile {tile} needs a source of area {needs}; none is listed")
    return screen
