"""What a page shows: every text and every mark, as probe.js finds them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
FAR = ".stage .n, .need .h, .clock .t, .big"
"""What must be read from the farthest seat."""
LEAD = ".stage .n, .big:not([data-wide])"
"""The leading numbers; one of more than four characters is only as large as the rest."""
MARKS = {
    ".i": "background-color",
    ".bar .full": "background-color",
    ".bar .limit": "background-color",
    ".cells i:not(.cu)": "background-color",
    ".cells .cu": "border-top-color",
    ".ladder span": "border-top-color",
    ".lv span": "border-top-color",
    ".pie": "border-top-color",
    ".ramp i": "--outline",
    ".spark .line": "stroke",
    ".spark .last": "fill",
    ".m .city": "stroke",
    ".mark circle": "stroke",
    ".mark .sign": "stroke",
    ".tile[data-level=alarm], .tile[data-level=watch], .need .a.item": "border-top-color",
}
"""Selector -> the property that makes the mark."""
WRITTEN = ".clock, .tile>header, .foot, .need .k b"
"""Where a style sheet writes words: replay and drill."""

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Text:
    """`px` is its font size on the screen, `cut` how many pixels of it are cut off, `grounds` what it may lie on."""

    name: str
    text: str
    px: float
    cut: float
    far: bool
    lead: bool
    colour: Colour
    grounds: list[Colour]


@dataclass(frozen=True)
class Mark:
    name: str
    colour: Colour
    ground: Colour


@dataclass(frozen=True)
class Seen:
    """`scroll` is by how many pixels the page is wider and higher than the view."""

    texts: list[Text]
    marks: list[Mark]
    scroll: tuple[float, float]
    view: tuple[int, int]


def look(page: Page) -> Seen:
    found = page.evaluate(PROBE, {"far": FAR, "lead": LEAD, "marks": MARKS, "pseudo": WRITTEN})
    return Seen(
        [Text(**text) for text in found["texts"]],
        [Mark(**mark) for mark in found["marks"]],
        tuple(found["scroll"]),
        tuple(found["view"]),
    )
