"""The way from the wall to a phone: the address of a page as a QR code."""

from __future__ import annotations

import io

import segno

DARK, LIGHT = "#0A0F14", "#DFE6EC"


def qr_svg(address: str) -> str:
    """The code with its quiet zone, dark on light as every scanner reads it; as large as its place."""
    out = io.BytesIO()
    code = segno.make(address, error="m", micro=False, boost_error=False)
    code.save(out, kind="svg", xmldecl=False, border=4, omitsize=True, dark=DARK, light=LIGHT)
    return out.getvalue().decode()
