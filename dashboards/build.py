"""The build's name: two pages with the same name run the same program on the same configuration."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

SUFFIXES = {".py", ".js", ".css", ".svg", ".woff2", ".geojson"}
FOLDERS = ("collectors", "layouts", "dashboards", "config", "commands", "assets")


def build_name(root: Path, also: Iterable[Path]) -> str:
    """Twelve hexadecimal digits over the program's files and the given ones."""
    digest = hashlib.sha256()
    files = [path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in SUFFIXES]
    for path in sorted({*files, root / "app.py", *also}):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
