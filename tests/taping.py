"""A recorder beside a site's viewers, and recordings that are written as fast as one likes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from dashboards.live import Hub
from dashboards.recording import Recorder
from dashboards.screen import Recorded
from dashboards.shelf import Shelf
from dashboards.wire import frame
from tests.collecting import until


@asynccontextmanager
async def recording(hub: Hub, folder: Path, keeping: Recorded | None = None) -> AsyncIterator[Recorder]:
    """A recorder that has sat down; when the block is over everything it heard is written."""
    recorder = Recorder(hub, folder, keeping or Recorded())
    task = asyncio.create_task(recorder.run())
    try:
        await until("it sits among the viewers", lambda: len(recorder.seats) == len(hub.screens) or task.done())
        yield recorder
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def state(level: str = "normal", at: int = 0) -> dict[str, Any]:
    return {"freshness": "live", "level": level, "as_of": None, "demo": True, "at": at}


def everything(n: int, at: int, text: str = "0", level: str = "normal", **more: Any) -> dict[str, Any]:
    """A complete picture of a wall of two tiles."""
    tiles = {
        "beds": {"state": state(level), "props": {"free": {"text": text}, "total": {"text": "80"}}},
        "apps": {"state": state(), "props": {"down": {"text": "0"}}},
    }
    return {"t": "all", "n": n, "at": at, "store": True, "build": "b", "tiles": tiles, "show": None, **more}


def change(n: int, at: int, text: str, level: str = "normal") -> dict[str, Any]:
    """The number of free beds changes."""
    tiles = {"beds": {"state": state(level, at), "props": {"free": {"text": text}}}}
    return {"t": "set", "n": n, "at": at, "store": True, "tiles": tiles}


def beat(n: int, at: int, store: bool = True) -> dict[str, Any]:
    return {"t": "beat", "n": n, "at": at, "store": store}


def written(
    folder: Path,
    messages: Sequence[dict[str, Any]],
    keeping: Recorded | None = None,
    flush: int = 10,
    apart: bool = False,
) -> Shelf:
    """A screen's recording of these messages, so many at a time."""
    shelf = Shelf(folder, apart)
    texts = [orjson.dumps(message) for message in messages]
    for start in range(0, len(texts), flush):
        shelf.keep(texts[start : start + flush], keeping or Recorded())
    shelf.end()
    return shelf


def framed(message: dict[str, Any]) -> bytes:
    return frame(orjson.dumps(message))
