"""How long the questions of the pages of the past take: python -m tests.bench.history_questions FOLDER NOW RUNS CALLS.

Prints JSON: of each page, time and filter the first asking and, of every run, the milliseconds and those of processor
time of each asking after it. It asks as the web process does, of the files alone: Redis is not there.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from collectors.districts import Districts
from collectors.history import History
from collectors.owners import Owners
from collectors.past import Past
from collectors.questions.apps import AppQuestions
from collectors.questions.beds import BedQuestions
from collectors.questions.complaints import ComplaintQuestions
from collectors.questions.scope import Scope, scope_from
from collectors.questions.traffic import TrafficQuestions
from collectors.questions.water import WaterQuestions
from collectors.readings.limits import Limits
from collectors.source import Application, Area
from collectors.store import StoreDownError
from tests.bench.made_past import DISTRICT, ZONE
from tests.bench.processes import ROOT

RANGES = ("7d", "90d", "year")
FILTERS: Mapping[Area, tuple[dict[str, list[str]], ...]] = {
    "complaints": ({}, {"district": [DISTRICT]}, {"agency": ["dinas-5"]}),
    "beds": ({}, {"hospital": ["R003"]}),
    "traffic": ({}, {"district": [DISTRICT]}),
    "apps": ({}, {"owner": ["dinas-3"]}),
    "water": ({}, {"post": ["p1"]}),
}


class Asking(Protocol):
    async def answer(self, scope: Scope) -> Any:
        """Everything a page shows."""


class Nowhere:
    """A store that does not answer."""

    def __getattr__(self, name: str) -> Any:
        raise StoreDownError(name)


def past_in(folder: Path) -> Past:
    districts = Districts.read(ROOT / "assets" / "map" / "tangerang.geojson")
    store: Any = Nowhere()
    found = Past(store, History(folder), districts, ZONE)
    store.store = store
    return found


def questions(past: Past, apps: int) -> dict[Area, Asking]:
    each = [
        Application(id=f"app-{i:03}", name=f"App {i}", group="public", owner=f"Dinas {i % 20}", url="http://127.0.0.1")
        for i in range(apps)
    ]
    return {
        "complaints": ComplaintQuestions(past, Owners(), Limits()),
        "beds": BedQuestions(past),
        "traffic": TrafficQuestions(past),
        "apps": AppQuestions(past, Owners(), each),
        "water": WaterQuestions(past),
    }


async def measured(folder: Path, now: datetime, runs: int, calls: int, apps: int) -> list[dict[str, Any]]:
    past = past_in(folder)
    found = []
    for area, asking in questions(past, apps).items():
        for chosen in FILTERS[area]:
            for span in RANGES:
                scope = scope_from(area, {"range": [span], **chosen}, now, ZONE, {})
                one: dict[str, Any] = {
                    "page": area, "range": span, "filter": next(iter(chosen), ""), "first": await took(asking, scope),
                    "runs": [],
                }  # fmt: skip
                found.append(one)
    for _ in range(runs):
        for one in found:
            chosen = next(each for each in FILTERS[one["page"]] if next(iter(each), "") == one["filter"])
            scope = scope_from(one["page"], {"range": [one["range"]], **chosen}, now, ZONE, {})
            asking = questions(past, apps)[one["page"]]
            one["runs"].append([await took(asking, scope) for _ in range(calls)])
    return found


async def took(asking: Asking, scope: Scope) -> tuple[float, float]:
    """Milliseconds, and those of processor time of all threads."""
    began, used = time.perf_counter(), time.process_time()
    await asking.answer(scope)
    return (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000


if __name__ == "__main__":
    folder, now, *numbers = sys.argv[1:]
    print(json.dumps(asyncio.run(measured(Path(folder), datetime.fromisoformat(now), *map(int, numbers)))))
