"""How sure a share is."""

from __future__ import annotations

import math

SMALL = 30
"""Below so many, a share is chance: one more or less moves it by more than three points."""
Z = 1.959964


def interval(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927)."""
    share, square = part / whole, Z * Z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    reach = Z * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return max(0.0, middle - reach), min(1.0, middle + reach)
