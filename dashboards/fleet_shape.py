"""What /api/v1/screens answers. Durations are seconds."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class ScreenOrder(TypedDict):
    """What a screen follows: a board, a tile over the whole screen, or neither; `reload` is when (ms since 1970) a
    fresh page was last asked for, 0 for never. What nobody ever asked anything of has none of them."""

    board: NotRequired[str]
    tile: NotRequired[str]
    reload: NotRequired[int]


class SeenScreen(TypedDict):
    """One browser, as it was heard last: its clock minus ours (`skew`, ms), its memory (`heap`, bytes), its panel in
    pixels. `first` and `seen` are when it was heard first and last, `silent` is how long ago that is. It is `alive` as
    long as that is less than twelve seconds. `replay` says that it shows a recording or a drill, not the present."""

    id: str
    screen: str
    build: str
    board: str
    up: float
    painted: float
    heap: int | None
    skew: int
    width: int
    height: int
    replay: Literal["replay", "drill"] | None
    first: str
    seen: str
    silent: float
    alive: bool


class WallState(TypedDict):
    boards: list[str]
    tiles: list[str]
    order: ScreenOrder


class Screens(TypedDict):
    """Every screen of the walls by name, and the browsers that show them, the dead first."""

    walls: dict[str, WallState]
    screens: list[SeenScreen]
