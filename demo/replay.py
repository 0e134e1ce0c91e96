"""Recorded answers instead of the pretend city's own.

A folder holds one sub-folder per source (laksa, aplicares, waze, like-lantas, apps). A source that has a sub-folder is
answered from it alone; the others stay as they are. A path is answered by the file of the same path below the folder:
`/waze/feed` by `waze/feed`, `waze/feed.json` or `waze/feed.xml`, whatever its query, with status 200 and the type that
its ending says (JSON where it has none).

Where that is not enough, `index.json` in the folder lists answers, and the first one that matches is given:
`[{"path": "/laksa/open311/v2/requests.json", "query": {"page": "2"}, "body": {"kdppk": "0000R001"},
"file": "laksa/second.json", "status": 200, "content_type": "application/json"}]`. `path` and `file` are needed; `query`
and `body` are the parameters and the JSON keys that a request must at least have.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

ENDINGS = ("", ".json", ".xml", ".html")


@dataclass(frozen=True)
class Entry:
    """One answer that `index.json` lists."""

    path: str
    file: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    content_type: str | None = None


class Recording:
    """A folder of recorded answers. Raises OSError, ValueError or TypeError for a folder or an index that is wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve(strict=True)
        if not self._folder.is_dir():
            raise NotADirectoryError(f"{folder} is not a folder")
        index = self._folder / "index.json"
        listed = json.loads(index.read_text(encoding="utf-8")) if index.exists() else []
        self._entries = [Entry(**entry) for entry in listed]
        for entry in self._entries:
            if not self._inside(entry.file).is_file():
                raise FileNotFoundError(f"{index} names {entry.file}, which is not there")
        self._sources = {path.name for path in self._folder.iterdir() if path.is_dir()}
        self._sources |= {entry.path.split("/")[1] for entry in self._entries}

    async def answer(self, request: web.Request) -> web.Response | None:
        """The recorded answer to a request; 404 where its source is recorded but the path is not; None otherwise."""
        if request.path.split("/")[1] not in self._sources:
            return None
        body = await request.read()
        return await asyncio.to_thread(self._answer, request.path, request.query, body)

    def _answer(self, path: str, query: Mapping[str, str], body: bytes) -> web.Response:
        for entry in self._entries:
            if entry.path == path and entry.query.items() <= dict(query).items() and _holds(entry.body, body):
                return _read(self._inside(entry.file), entry.status, entry.content_type)
        with suppress(ValueError):  # a path that leads out of the folder, or is no path at all
            for ending in ENDINGS:
                file = self._inside(path.strip("/") + ending)
                if file.is_file():
                    return _read(file)
        return web.Response(status=404, text=f"nothing is recorded for {path}")

    def _inside(self, name: str) -> Path:
        file = (self._folder / name).resolve()
        if not file.is_relative_to(self._folder):
            raise ValueError(f"{name} is outside {self._folder}")
        return file


def _read(file: Path, status: int = 200, content_type: str | None = None) -> web.Response:
    guessed = content_type or mimetypes.guess_type(file.name)[0] or "application/json"
    return web.Response(body=file.read_bytes(), status=status, headers={"Content-Type": guessed})


def _holds(wanted: Mapping[str, object], body: bytes) -> bool:
    if not wanted:
        return True
    try:
        given = json.loads(body)
    except ValueError:
        return False
    return isinstance(given, dict) and all(given.get(key) == value for key, value in wanted.items())
