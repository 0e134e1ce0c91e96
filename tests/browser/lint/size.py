"""Text is as large as the panel's geometry asks (layouts/panel.py)."""

from __future__ import annotations

from layouts.panel import LEAD, READ, Panel
from tests.browser.lint.seen import Seen, Text

ROUNDING = 0.02
"""minutes of arc"""


def too_small(seen: Seen, panel: Panel) -> list[str]:
    shown = panel.model_copy(update={"width_px": seen.view[0], "height_px": seen.view[1]})
    return [finding for text in seen.texts if (finding := _finding(text, shown))]


def _finding(text: Text, panel: Panel) -> str | None:
    distance = panel.distance_m if text.far else panel.desk_m
    needed = LEAD if text.lead and text.far else READ
    minutes = panel.minutes(text.px, distance)
    if minutes >= needed - ROUNDING:
        return None
    return f"{text.name} {text.text!r}: {minutes:.1f} minutes of arc at {distance:g} m, {needed:g} are needed"
