"""A screen of the wall, at /wall/<screen>."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from dash.development.base_component import Component

from dashboards.drawn import Drawn
from dashboards.screen import Screen
from layouts import TILES
from layouts.grid import draw_wall, placed
from layouts.words import Words


def wall_page(screen: Screen, words: Words) -> Component:
    """The screen as it stands before its first message: every tile's frame, waiting for data."""
    boards = [placed(board.areas, screen.panel) for board in screen.boards]
    told = json.dumps(plan(screen), separators=(",", ":"))
    return Drawn(draw_wall(boards, replace(words, screen=screen.name), screen.panel, plan=told))


def plan(screen: Screen) -> dict[str, Any]:
    """What the browser needs to change boards by itself (assets/boards.js); sizes in rem, dwell in seconds."""
    boards = [
        {"name": board.name, "dwell": board.dwell, "when": board.when, **asdict(placed(board.areas, screen.panel))}
        for board in screen.boards
    ]
    sizes = {name: [TILES[name].width, TILES[name].height] for name in screen.tiles}
    return {"boards": boards, "night": screen.night, "sizes": sizes}
