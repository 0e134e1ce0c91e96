"""How much memory an answer may come to once it is read: a small body of nothing but brackets becomes a large one."""

from __future__ import annotations

MOST = 192 << 20
"""Of all that one run of a source reads. Real payloads come to three to six times their size, by this estimate."""

_OBJECT, _VALUE = 300, 64
_TAG, _ATTRIBUTE = 400, 200
_MARKS = (b"\xff\xfe", b"\xfe\xff")


def weight(body: bytes) -> int:
    """Bytes of memory, roughly: JSON and CSV by brackets and commas, markup by tags and attributes."""
    found = len(body) + _OBJECT * (body.count(b"{") + body.count(b"[")) + _VALUE * body.count(b",")
    if body.startswith(_MARKS) or body[:256].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        found += _TAG * body.count(b"<") + _ATTRIBUTE * body.count(b"=")
    return found
