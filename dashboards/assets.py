"""The assets folder as it is served: an address says which content it stands for, so that it may be kept for ever."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from starlette.responses import Response

from dashboards.files import File

PREFIX = "/assets/"
IN_PAGE = re.compile(r'(?<=")/assets/([^"?]+)(?:\?[^"]*)?(?=")')
IN_STYLE = re.compile(r'url\("(?!data:)([^"?#]+)"\)')


class Assets:
    """The files of a folder, read again when one of them has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: list[tuple[Path, int, int]] = []
        self.files: dict[str, File] = {}
        self.refresh()

    def refresh(self) -> None:
        """Look at the time and size of every file; if one differs, at the content of all."""
        found = [(path, path.stat()) for path in sorted(self.folder.rglob("*")) if path.is_file()]
        seen = [(path, stat.st_mtime_ns, stat.st_size) for path, stat in found]
        if seen == self.seen:
            return
        bodies = {path.relative_to(self.folder).as_posix(): path.read_bytes() for path, _, _ in seen}
        styles = [name for name in bodies if name.endswith(".css")]
        files = {name: file_of(name, body) for name, body in bodies.items() if name not in styles}
        files |= {name: file_of(name, with_addresses(name, bodies[name], files)) for name in styles}
        self.files, self.seen = files, seen

    def in_page(self, page: str) -> str:
        """A page's HTML with every asset at its full address."""
        self.refresh()
        return IN_PAGE.sub(lambda found: address(found[1], self.files) or found[0], page)

    def asked(self, path: str, query: str, given: Mapping[str, str]) -> Response | None:
        """The answer at an address to a request with these headers, None where there is no such file."""
        name = path.removeprefix(PREFIX)
        if address(name, self.files) != f"{path}?{query}":
            self.refresh()
        full = address(name, self.files)
        return self.files[name].answer(given, for_ever=full == f"{path}?{query}") if full else None


def file_of(name: str, body: bytes) -> File:
    return File.of(body, mimetypes.guess_type(name)[0] or "application/octet-stream")


def address(name: str, files: Mapping[str, File]) -> str | None:
    """The full address of a file, None where there is none of this name."""
    return f"{PREFIX}{name}?m={files[name].tag}" if name in files else None


def with_addresses(style: str, body: bytes, files: Mapping[str, File]) -> bytes:
    """A style's text with the fonts and pictures it names at their full addresses."""

    def full(found: re.Match[str]) -> str:
        found_at = address((PurePosixPath(style).parent / found[1]).as_posix(), files)
        return f'url("{found_at}")' if found_at else found[0]

    return IN_STYLE.sub(full, body.decode()).encode()
