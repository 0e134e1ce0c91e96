"""When a tile's level became alarm, noted while a screen is recorded: the moments one wants to look at again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict

import orjson

from layouts import TILES

FILE = "alarms.jsonl"
COUNTED = frozenset(name for name, tile in TILES.items() if tile.raises and len(tile.areas) == 1)
"""The tiles that raise a level of their own; the others repeat it."""


class Turn(TypedDict):
    """A tile's level became alarm, or was it no more. `at` in ms since 1970."""

    at: int
    tile: str
    level: str


class Alarm(TypedDict):
    """`until` is when the tile was in alarm no more, None as long as it is. Both in ms since 1970."""

    at: int
    tile: str
    until: int | None


class Alarms:
    """The turns of one screen: one JSON object a line."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.levels: dict[str, str] = {}
        self.waiting: list[Turn] = []
        self.oldest: int | None = None
        self.known = False

    def look(self) -> None:
        """What was noted before this program began. Raises OSError."""
        if not self.known:
            before = turns(self.path)
            self.levels = {turn["tile"]: turn["level"] for turn in before}
            self.oldest = before[0]["at"] if before else None
            self.known = True

    def note(self, message: Mapping[str, Any]) -> None:
        """Look at what a wall was sent. What was in alarm before anybody looked became it when it was first seen."""
        for name, change in message.get("tiles", {}).items():
            level = change.get("state", {}).get("level")
            if name not in COUNTED or level is None:
                continue
            before = self.levels.get(name)
            if level != before and "alarm" in (level, before):
                self.waiting.append({"at": message["at"], "tile": name, "level": level})
            self.levels[name] = level

    def write(self) -> None:
        """Raises OSError."""
        if not self.waiting:
            return
        with self.path.open("ab") as file:
            file.write(b"".join(orjson.dumps(turn) + b"\n" for turn in self.waiting))
        self.path.chmod(0o600)
        if self.oldest is None:
            self.oldest = self.waiting[0]["at"]
        self.waiting = []

    def prune(self, before: datetime) -> None:
        """Forget what was before then. Raises OSError."""
        self.look()
        limit = round(before.timestamp() * 1000)
        if self.oldest is None or self.oldest >= limit:
            return
        left = [turn for turn in turns(self.path) if turn["at"] >= limit]
        part = self.path.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_bytes(b"".join(orjson.dumps(turn) + b"\n" for turn in left))
        part.rename(self.path)
        self.oldest = left[0]["at"] if left else None


def turns(path: Path) -> list[Turn]:
    """All that can be read; a line that a crash has torn is left out."""
    found: list[Turn] = []
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return found
    for line in lines:
        try:
            turn = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(turn, dict) and Turn.__annotations__.keys() == turn.keys():
            found.append(turn)  # type: ignore[arg-type]
    return found


def alarms_in(path: Path) -> list[Alarm]:
    """Every alarm of a screen's file of turns, the oldest first."""
    found: list[Alarm] = []
    begun: dict[str, Alarm] = {}
    for turn in turns(path):
        if turn["level"] == "alarm":
            begun[turn["tile"]] = {"at": turn["at"], "tile": turn["tile"], "until": None}
            found.append(begun[turn["tile"]])
        elif turn["tile"] in begun:
            begun.pop(turn["tile"])["until"] = turn["at"]
    return found
