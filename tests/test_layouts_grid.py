"""A wall from its text of areas, and the table of tiles."""

from __future__ import annotations

from typing import Any

import pytest

from layouts import TILES
from layouts.grid import draw_wall, placed
from layouts.tracks import areas_of
from layouts.words import Words

MAIN = """
band       band band
complaints map  beds
newest     apps traffic
foot       foot foot
"""


def style_of(wall: Any) -> dict[str, str]:
    found: dict[str, str] = wall.style
    return found


def test_a_wall_is_its_text() -> None:
    wall = draw_wall([placed(MAIN)], Words("id"))
    style = style_of(wall)
    assert style["gridTemplateAreas"] == (
        '"band band band" "complaints map beds" "newest apps traffic" "foot foot foot"'
    )
    assert style["gridTemplateRows"] == "13.8rem minmax(0,49.4fr) minmax(0,36.7fr) 2.8rem"
    assert style["gridTemplateColumns"] == "minmax(0,52.8fr) minmax(0,77.6fr) minmax(0,54.8fr)"
    assert [getattr(tile, "data-tile") for tile in wall.children] == list(dict.fromkeys(MAIN.split()))


def test_a_tile_that_spans_shares_its_size_among_its_tracks() -> None:
    style = style_of(draw_wall([placed("band band\nmap beds\nmap beds\napps .")], Words("id")))
    assert style["gridTemplateRows"] == "13.8rem minmax(0,24.7fr) minmax(0,24.7fr) minmax(0,36.7fr)"


def test_short_lines_are_filled_with_empty_places() -> None:
    assert areas_of("map beds\n\n apps") == [["map", "beds"], ["apps", "."]]


def test_an_unknown_tile_is_refused() -> None:
    with pytest.raises(KeyError):
        placed("weather")


def test_every_tile_says_what_it_is_about_and_how_large() -> None:
    assert {"band", "complaints", "newest", "map", "apps", "beds", "traffic", "foot"} <= set(TILES)
    for tile in TILES.values():
        assert tile.areas
        assert tile.width > 0
        assert tile.height > 0
    assert not TILES["map"].raises
    assert not TILES["newest"].raises
