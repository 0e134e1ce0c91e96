"""The collecting process that `sources.py` measures, asking the services of `feeds.py`.

python -m tests.bench.polling PORT SOURCES EVERY URL [FOLDER]   this program, its store and its archive
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvloop

from collectors.archive import Archive, Keeping
from collectors.districts import Districts
from collectors.fetch import Http
from collectors.readings.limits import Limits
from collectors.schedule import Collecting
from collectors.source import Area, Source
from collectors.store import Store
from config import load
from tests.bench.processes import ROOT

OWNERS = 40


async def collecting(port: int, sources: int, every: float, url: str, folder: str = "") -> None:
    config = load(ROOT / "config.yaml", {"DEMO": f"http://127.0.0.1:{port}"})
    area: Area = "traffic"
    each = [
        Source(
            name=f"feed-{number}",
            area=area,
            collector="waze",
            url=f"http://127.0.0.1:{port}/feed/{number}",
            every=every,
            cadence=4 * every,
            owner=f"Dinas {number % OWNERS}",
        )
        for number in range(sources)
    ]
    archive = Archive(Path(folder), Keeping()) if folder else None
    districts = Districts.read(config.boundaries)
    async with Store(url) as store, Http() as http:
        await Collecting(config.city, each, districts, Limits(), store, http, archive).run()


def main(port: str, sources: str, every: str, *more: str) -> None:
    uvloop.run(collecting(int(port), int(sources), float(every), *more))


if __name__ == "__main__":
    main(*sys.argv[1:])
