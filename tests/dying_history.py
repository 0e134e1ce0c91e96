"""Writing sides of the history that are made to die, for test_chronicle.py:

    python -m tests.dying_history REDIS FOLDER    for every line read, a number and a moment: bring the files up to
                                                  date as of the moment, die at that step, print the exit code

A step is when a file is written and not in its place yet, when it is, and when something was noted.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from collectors.districts import Districts
from collectors.facts import TABLES
from collectors.past_store import PastStore
from collectors.source import City
from collectors.store import Store
from config import load
from tests.chronicling import Keeper
from tests.dying import Steps

ROOT = Path(__file__).resolve().parent.parent


async def keep(redis: str, folder: str, places: tuple[City, Districts], step: Steps, now: datetime) -> None:
    class DyingPastStore(PastStore):
        async def note(self, values: Mapping[str, Any], epoch: int) -> None:
            await super().note(values, epoch)
            step()

    synced = os.fsync

    def fsync(descriptor: int) -> None:
        synced(descriptor)
        step()

    os.fsync = fsync  # type: ignore[assignment]
    async with Store(redis) as store:
        keeper = Keeper(store, Path(folder), *places)
        chronicle = keeper.chronicle
        chronicle.past = chronicle.folding.past = DyingPastStore(store)
        epoch = 0
        while not epoch:
            epoch = await store.lease(f"{os.getpid()}", 40)
            await asyncio.sleep(0.01)
        chronicle.epoch = chronicle.history.epoch = epoch
        await chronicle.file(now)
        for table in TABLES.values():
            chronicle.history.compact(table, now)


def main(redis: str, folder: str) -> None:
    city = load(ROOT / "config.yaml", {"DEMO": "http://127.0.0.1:1"}).city
    places = city, Districts.read(ROOT / "assets" / "map" / "tangerang.geojson")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            number, moment = line.split()
            asyncio.run(keep(redis, folder, places, Steps(int(number)), datetime.fromisoformat(moment)))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
