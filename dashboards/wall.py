"""A screen of the wall, at /wall/<screen>."""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from dashboards.screen import Screen
from layouts.grid import draw_wall
from layouts.words import Words


def wall_page(screen: Screen, words: Words) -> Component:
    """The screen as it stands before its first message: every tile's frame, waiting for data."""
    return draw_wall(screen.areas, replace(words, screen=screen.name))
