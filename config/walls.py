"""The block `walls`: every screen's boards, hours and language."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from collectors.source import Area
from config.blocks import NAME_RULE, block, is_name
from config.keys import BoardKeys, WallKeys
from config.sheet import Place, Sheet
from dashboards.screen import Board, Language, Screen, shape_fault
from layouts import TILES
from layouts.measure import faults
from layouts.panel import Panel

SHORTEST_DWELL = 5.0


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
    panel = None if keys.panel is None else block(sheet, Panel, (*place, "panel"), keys.panel)
    boards = read_boards(sheet, place, keys, fed, panel)
    if not boards:
        return None
    language = keys.language or next(iter(languages), "id")
    return Screen(name=name, language=language, boards=boards, night=keys.night, panel=panel)


def read_boards(
    sheet: Sheet, place: Place, keys: WallKeys, fed: Collection[Area], panel: Panel | None
) -> tuple[Board, ...]:
    """The screen's boards that are good; the mistakes of the others are noted."""
    if (keys.areas is None) == (keys.boards is None):
        sheet.wrong(place, "needs either areas, one board as text, or boards, several of them by name")
        return ()
    if keys.areas is not None:
        board = read_board(sheet, place, "main", {"areas": keys.areas}, fed, panel)
        return (board,) if board else ()
    given: Mapping[str, Any] = keys.boards or {}
    if not given:
        sheet.wrong((*place, "boards"), "found a block of keys; must hold at least one")
    for name in given:
        if not is_name(name):
            sheet.wrong((*place, "boards", name), f"a board's name is {NAME_RULE}")
    read = [read_board(sheet, (*place, "boards", name), name, found, fed, panel) for name, found in given.items()]
    return tuple(board for board in read if board is not None)


def read_board(
    sheet: Sheet, place: Place, name: str, found: object, fed: Collection[Area], panel: Panel | None
) -> Board | None:
    keys = block(sheet, BoardKeys, place, found)
    areas = (*place, "areas")
    if keys is None or areas in sheet.unset:
        return None
    if keys.dwell < SHORTEST_DWELL:
        sheet.wrong((*place, "dwell"), f"must be at least {SHORTEST_DWELL:.0f}s: nobody reads a board faster")
    fault = shape_fault(keys.areas)
    if fault:
        hidden = f"{sheet.written.get(areas)} does not hold rows of rectangles"
        sheet.wrong(areas, hidden if areas in sheet.written else fault)
        return None
    board = Board(name=name, areas=keys.areas, dwell=keys.dwell, when=keys.when)
    for tile in board.tiles:
        if tile not in TILES:
            sheet.wrong(areas, f"unknown tile {sheet.shown(areas, tile)}; allowed: {', '.join(TILES)}")
        elif not set(TILES[tile].areas) & set(fed):
            needs = " or ".join(TILES[tile].areas)
            sheet.wrong(areas, f"the tile {tile} needs a source of area {needs}; none is listed")
    if panel is not None and set(board.tiles) <= set(TILES):
        for fault in faults(board.areas, panel):
            sheet.wrong(areas, fault)
    return board
