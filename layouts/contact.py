"""How an owner's office is reached, and long texts that may be broken somewhere."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.words import Words


def contact_link(contact: str | None, words: Words) -> str | Component:
    """A link to ring or to write where it is a number or an address, else as it was written."""
    if contact is None:
        return words["contact_missing"]
    digits = "".join(one for one in contact if one in "+0123456789")
    if "@" in contact and " " not in contact:
        return html.A(breakable(contact, "@"), href=f"mailto:{contact}")
    if len(digits) > 2 and not any(one.isalpha() for one in contact):
        return html.A(contact, href=f"tel:{digits}")
    return contact


def breakable(text: str, at: str) -> list[str | Component]:
    """A long text that may be broken before some sign, and is otherwise broken only where it must be."""
    first, *more = text.split(at)
    return [first, *(part for one in more for part in (html.Wbr(), at + one))]
