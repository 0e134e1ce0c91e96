"""The way from the wall to a phone: the address of a page as a QR code."""

from __future__ import annotations

import io
import re

import segno

DARK, LIGHT = "#0A0F14", "#DFE6EC"
HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[1-9][0-9]{0,4})?", re.ASCII
)


def site_address(host: str | None, given: str | None, scheme: str) -> str | None:
    """Where this site is for a phone: as the city's file says, else as the asker calls it; None if that is no name."""
    if given is not None:
        return given
    return f"{scheme}://{host}" if host is not None and HOST.fullmatch(host) else None


def qr_svg(address: str) -> str:
    """The code with its quiet zone, dark on light as every scanner reads it; as large as its place."""
    out = io.BytesIO()
    code = segno.make(address, error="m", micro=False, boost_error=False)
    code.save(out, kind="svg", xmldecl=False, border=4, omitsize=True, dark=DARK, light=LIGHT)
    return out.getvalue().decode()
