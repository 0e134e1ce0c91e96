"""Colour says little on its own: few pixels are coloured while all is well, and no state needs colour to be told.

Pictures are arrays of sRGB values, height by width by 3. The simulations are those of Machado, Oliveira and Fernandes
(2009) at full severity, in linear light.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from itertools import combinations

import numpy as np
import numpy.typing as npt
from PIL import Image

Picture = npt.NDArray[np.float64]

COLOURED = 64
"""The difference between the largest and the smallest channel, of 255, from which on a pixel counts as coloured."""
NOTICED = 24
"""The difference in one channel, of 255, that a glance notices."""
ENOUGH = 0.003
"""The share of pixels that must differ noticeably between the pictures of two states."""
EYES: dict[str, list[list[float]]] = {
    "greyscale": [[0.2126, 0.7152, 0.0722]] * 3,
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}


def picture(png: bytes) -> Picture:
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"), dtype=np.float64)


def coloured(seen: Picture) -> float:
    """The share of pixels that are coloured."""
    return float(np.mean(seen.max(axis=2) - seen.min(axis=2) > COLOURED))


def seen_by(eye: str, seen: Picture) -> Picture:
    """The picture as somebody sees it who lacks a kind of cone, or on a screen without colour."""
    share = seen / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    changed = np.clip(linear @ np.array(EYES[eye]).T, 0, 1)
    back = np.where(changed <= 0.0031308, changed * 12.92, 1.055 * changed ** (1 / 2.4) - 0.055)
    return np.asarray(back * 255, dtype=np.float64)


def alike(states: Mapping[str, Picture]) -> list[str]:
    """The pairs of states that somebody could not tell apart, from pictures without any words."""
    found = []
    numbers = {name: numbered(seen) for name, seen in states.items()}
    for one, other in combinations(states, 2):
        changed = numbers[one] != numbers[other]
        # the same change of colour is looked at once, however many pixels it has
        changes, pixels = np.unique(numbers[one][changed] << 24 | numbers[other][changed], return_counts=True)
        before, after = coloured_as(changes >> 24), coloured_as(changes)
        for eye in EYES:
            noticed = np.abs(seen_by(eye, before) - seen_by(eye, after)).max(axis=1, initial=0) > NOTICED
            share = pixels[noticed].sum() / changed.size
            if share < ENOUGH:
                found.append(f"{one} and {other} look alike in {eye}: {share:.2%} of the pixels differ")
    return found


def numbered(seen: Picture) -> npt.NDArray[np.int64]:
    """Each pixel's colour as one number."""
    whole = seen.astype(np.int64)
    return whole[..., 0] << 16 | whole[..., 1] << 8 | whole[..., 2]


def coloured_as(numbers: npt.NDArray[np.int64]) -> Picture:
    return np.stack([numbers >> shift & 255 for shift in (16, 8, 0)], axis=-1).astype(np.float64)
