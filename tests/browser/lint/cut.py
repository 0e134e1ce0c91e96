"""Nothing is cut off, nothing scrolls."""

from __future__ import annotations

from tests.browser.lint.seen import Seen

ALLOWED = 1.5
"""pixels"""


def cut_off(seen: Seen) -> list[str]:
    found = [f"{text.name} {text.text!r}: {text.cut:.0f} px are cut off" for text in seen.texts if text.cut > ALLOWED]
    sides = [f"the page is {by:.0f} px larger than the screen" for by in seen.scroll if by > 0]
    return found + sides
