"""A city with far more applications than the shipped one."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from itertools import cycle, islice
from typing import Any

from tests.bench.publish import Publisher
from tests.bench.room import Room

MANY = 500


def crowded(room: Room) -> Publisher:
    """Publishes the room's readings, with so many applications."""
    return Publisher(room.store, {**room.readings, "apps": many(room.readings["apps"], MANY)})


def many(reading: Mapping[str, Any], count: int) -> dict[str, Any]:
    """The applications' reading with so many of them: those there are, over and over."""
    larger = deepcopy(dict(reading))
    cells = list(islice(cycle(larger["cells"]), count))
    larger["cells"] = [
        cell | {"id": f"{cell['id']}-{i}", "name": f"{cell['name']} {i}"} for i, cell in enumerate(cells)
    ]
    larger["total"] = count
    larger["up"] = larger["value"] = sum(cell["status"] == "up" for cell in larger["cells"])
    return larger


def trouble(reading: dict[str, Any], second: int) -> None:
    """Up to five applications are down, others every few seconds."""
    cells = reading["cells"]
    for cell in cells:
        cell["status"] = "up"
    down = [cells[(second * 31 + i * 97) % len(cells)] for i in range(second // 3 % 6)]
    for cell in down:
        cell["status"] = "down"
    reading["abnormal"] = [
        {"id": cell["id"], "name": cell["name"], "owner": "Diskominfo", "status": "down", "reason": "status 503",
         "since": reading["as_of"]}
        for cell in down
    ]  # fmt: skip
    reading["down"] = len(down)
    reading["up"] = reading["value"] = len(cells) - len(down)
