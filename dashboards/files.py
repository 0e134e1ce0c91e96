"""A file as it is sent again and again: read once, compressed once, named by its content."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from dashboards.answers import is_known, takes_gzip

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
PACKED_ALREADY = ("font/", "image/png", "image/jpeg", "image/webp")


@dataclass(frozen=True, slots=True)
class File:
    """`tag` is twelve hexadecimal digits of the content; `packed` is None where packing saves nothing."""

    body: bytes
    packed: bytes | None
    media_type: str
    tag: str

    @classmethod
    def of(cls, body: bytes, media_type: str) -> File:
        packed = None if media_type.startswith(PACKED_ALREADY) else gzip.compress(body, 9, mtime=0)
        if packed is not None and len(packed) >= len(body):
            packed = None
        return cls(body, packed, media_type, hashlib.sha256(body).hexdigest()[:12])

    def answer(self, asked: Mapping[str, str], for_ever: bool) -> Response:
        """The response to a request with these headers. `for_ever`: its address will never mean anything else."""
        headers = {
            "Cache-Control": FOR_EVER if for_ever else ASK_AGAIN,
            "ETag": f'W/"{self.tag}"',
            "Vary": "Accept-Encoding",
        }
        if is_known(headers["ETag"], asked.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        if self.packed is None or not takes_gzip(asked.get("accept-encoding", "")):
            return Response(self.body, media_type=self.media_type, headers=headers)
        return Response(self.packed, media_type=self.media_type, headers=headers | {"Content-Encoding": "gzip"})
