"""Text stands out from its ground by 7:1, marks by 3:1 (WCAG 1.4.6 and 1.4.11)."""

from __future__ import annotations

from tests.browser.lint.seen import Colour, Seen

TEXT, MARK = 7.0, 3.0
ROUNDING = 0.005


def luminance(colour: Colour) -> float:
    parts = [value / 255 for value in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_faint(seen: Seen) -> list[str]:
    texts = [
        (f"{one.name} {one.text!r}", min(ratio(one.colour, ground) for ground in one.grounds), TEXT)
        for one in seen.texts
    ]
    marks = [(f"mark {one.name}", ratio(one.colour, one.ground), MARK) for one in seen.marks]
    return list(
        dict.fromkeys(
            f"{name}: contrast {found:.2f}, {needed:g} is needed"
            for name, found, needed in texts + marks
            if found < needed - ROUNDING
        )
    )
