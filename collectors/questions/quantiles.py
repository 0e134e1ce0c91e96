"""Medians and ninetieth percentiles of what is counted in bins (complaint_counts.py), in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from collectors.complaint_counts import BINS_PER_OCTAVE

WIDTH = f"60 * (pow(2, (bin + 1) / {BINS_PER_OCTAVE}) - pow(2, bin / {BINS_PER_OCTAVE}))"
LOWEST = f"60 * (pow(2, bin / {BINS_PER_OCTAVE}) - 1)"


def quantiles(bins: str, keys: str, asked: Mapping[str, tuple[str, float]]) -> str:
    """By some columns, each name's part of what it is `what` of: `bins` are rows with `what`, `bin`, `n`, `seconds`.

    Between two values it is interpolated, as `quantile_cont` does. What one bin has is spread evenly around its mean: a
    single value is exactly that, and of many the error is a small part of a bin's width, never more than all of it.
    """
    each = ", ".join(f"{part_of(part)} FILTER (what = '{what}') AS {name}" for name, (what, part) in asked.items())
    return f"""
        WITH bins AS (
            SELECT {keys}, what, bin, sum(n)::DOUBLE AS n, sum(seconds) AS seconds FROM ({bins})
            GROUP BY {keys}, what, bin
        ), placed AS (
            SELECT *, sum(n) OVER (PARTITION BY {keys}, what ORDER BY bin) - n AS before,
                sum(n) OVER (PARTITION BY {keys}, what) AS total, {LOWEST} AS low, {WIDTH} AS width
            FROM bins
        )
        SELECT {keys}, {each} FROM placed GROUP BY {keys}"""


def part_of(part: float) -> str:
    at = f"((total - 1) * {part})"
    low, high = value(f"floor({at})"), value(f"ceil({at})")
    share = f"({at} - floor({at}))"
    # of all bins one has the value below and one that above, often the same
    return f"sum(coalesce({low} * (1 - {share}), 0) + coalesce({high} * {share}, 0))"


def value(place: str) -> str:
    """The value at a place, NULL in the bins that do not have it."""
    spread = f"seconds / n + ({place} - before - (n - 1) / 2) * width / n"
    return f"CASE WHEN {place} >= before AND {place} < before + n THEN least(low + width, greatest(low, {spread})) END"
