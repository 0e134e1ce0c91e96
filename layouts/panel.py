"""Type from geometry: how large text must be on a panel so that it is read from where people sit.

A capital fills 16 minutes of arc at the farthest seat that has to read it, a leading number 20: NUREG-0700 rev. 3 and
ISO 9241-3 (16 at least, 20 to 22 preferred). What must be read from the back of the room is the stage, the names of
what is wrong, the leading numbers and the clock; everything else is for the desk in front.
"""

from __future__ import annotations

import math
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

READ = 16.0
LEAD = 20.0
CAPITAL = 1490 / 2048
"""Inter's capitals and figures, as a share of the font size: sCapHeight / unitsPerEm of assets/fonts/inter.woff2."""
SMALLEST = 2.1
"""rem, the smallest text of any style sheet."""
HIGH, WIDE = 108.0, 192.0
"""A panel of 16:9 is 108 rem high and 192 wide, until its text would be too small for the desk."""
NAME, FIGURE, CLOCK = 5.2, 9.6, 6.9
"""rem: the names of what is wrong, the leading numbers and the clock, where no panel asks for more."""
BAND = 13.8
"""rem, the height of the band; it grows as soon as the names no longer fit side by side."""

Metres = Annotated[float, Field(gt=0, le=100)]
Pixels = Annotated[int, Field(ge=200, le=100_000)]


class Panel(BaseModel):
    """A screen's panel, or several as one: its size, and how far away its readers sit.

    `bezel_columns_px`, `bezel_rows_px`: where two panels meet, in pixels from the left and from the top, in that order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    distance_m: Metres
    width_px: Pixels
    height_px: Pixels
    height_mm: Annotated[float, Field(ge=50, le=100_000)]
    desk_m: Metres = 2.0
    bezel_columns_px: list[Pixels] = Field(default_factory=list)
    bezel_rows_px: list[Pixels] = Field(default_factory=list)

    @model_validator(mode="after")
    def desk_is_nearer(self) -> Self:
        if self.desk_m > self.distance_m:
            raise PydanticCustomError("desk", "desk_m is farther than distance_m, the farthest seat")
        return self

    @property
    def pitch(self) -> float:
        """Millimetres a pixel."""
        return self.height_mm / self.height_px

    @property
    def rem(self) -> float:
        """Pixels: a hundred-and-eighth of the height (less where the panel is narrow), or what the desk needs."""
        share = min(self.height_px / HIGH, self.width_px / WIDE)
        return max(share, self.font(self.desk_m, READ) / SMALLEST)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in rem."""
        return self.width_px / self.rem, self.height_px / self.rem

    @property
    def far(self) -> float:
        """rem: the smallest text that is read from the farthest seat."""
        return self.font(self.distance_m, READ) / self.rem

    @property
    def lead(self) -> float:
        """rem: the smallest leading number."""
        return self.font(self.distance_m, LEAD) / self.rem

    def font(self, distance_m: float, minutes: float) -> float:
        """The font size in pixels whose capitals fill so many minutes of arc at a distance."""
        return capital(distance_m, minutes) / self.pitch / CAPITAL

    def minutes(self, font_px: float, distance_m: float) -> float:
        """The minutes of arc that the capitals of a font size fill at a distance."""
        return math.degrees(2 * math.atan(font_px * CAPITAL * self.pitch / (2000 * distance_m))) * 60


def capital(distance_m: float, minutes: float) -> float:
    """The height in millimetres that fills so many minutes of arc at a distance."""
    return 2000 * distance_m * math.tan(math.radians(minutes / 60) / 2)


def stacked(panel: Panel | None) -> bool:
    """Whether the names of what is wrong are so large that they stand one below the other."""
    return panel is not None and panel.far > NAME


def band_height(panel: Panel | None) -> float:
    """rem."""
    return max(BAND, 2 * (1.06 * panel.far + 2.9) + 1.5) if panel is not None and stacked(panel) else BAND


def panel_style(panel: Panel | None) -> dict[str, str]:
    """A wall's type sizes as style variables; none where no panel is given. They are read in assets/25-far.css.

    `--grow` is what the whole wall is enlarged by, where a hundred-and-eighth of the height were too little.
    """
    if panel is None:
        return {}
    grow = panel.rem / min(panel.height_px / HIGH, panel.width_px / WIDE)
    return {
        "--grow": f"{grow:.4f}",
        "--far": f"{up(panel.far)}rem",
        "--lead": f"{up(panel.lead)}rem",
        "--band": f"{band_height(panel):.2f}rem",
    }


def up(rem: float) -> float:
    """To a hundredth of a rem, never down."""
    return math.ceil(rem * 100) / 100
