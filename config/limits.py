"""The block `limits`: from which number on a human is needed, and by which the map is shaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

from collectors.readings.limits import BedBands, Limits
from collectors.source import Area
from config.blocks import block
from config.keys import BandKeys, LimitKeys
from config.sheet import Place, Sheet

PLACE: Place = ("limits",)


def read_limits(sheet: Sheet, found: Mapping[str, Any], fed: Collection[Area]) -> Limits | None:
    """The limits, None with their mistakes noted. `fed` are the areas that have a source."""
    keys = block(sheet, LimitKeys, PLACE, found)
    given = found.get("bed_bands")
    bands = read_bands(sheet, given) if isinstance(given, Mapping) else BedBands()
    if "map_shows" in found and keys is not None and keys.map_shows not in fed:
        sheet.wrong(
            (*PLACE, "map_shows"), f"found {keys.map_shows!r}; needs a source of area {keys.map_shows}; none is listed"
        )
    if keys is None or bands is None:
        return None
    if keys.water_alarm > keys.water_watch:
        key = "water_alarm" if "water_alarm" in found else "water_watch"
        said = f"siaga {keys.water_alarm} would alarm and {keys.water_watch} be watched; 1 is the gravest"
        sheet.wrong((*PLACE, key), said)
        return None
    return Limits(**{**dict(keys), "bed_bands": bands})


def read_bands(sheet: Sheet, found: Mapping[str, Any]) -> BedBands | None:
    place: Place = (*PLACE, "bed_bands")
    keys = block(sheet, BandKeys, place, found)
    if keys is None:
        return None
    shares: dict[str, float] = dict(keys)
    for lower, upper in pairwise(shares):
        if shares[lower] >= shares[upper]:
            where = (*place, upper) if upper in found else (*place, lower)
            sheet.wrong(where, f"{lower} begins at {shares[lower]:g} and {upper} at {shares[upper]:g}; they must rise")
            return None
    return BedBands(**shares)
