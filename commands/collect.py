"""The collecting process."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from functools import partial
from pathlib import Path

import structlog
import uvloop

from collectors.archive import Archive
from collectors.daily import Daily
from collectors.districts import Districts
from collectors.fetch import Http
from collectors.schedule import Collecting
from collectors.store import Store
from collectors.writing import Writing
from commands.kept import store_url
from commands.life import until_stopped
from commands.surroundings import ROOT, read_config, var
from config import Config, edits


def collect(arguments: argparse.Namespace) -> None:
    config = read_config(arguments.config)
    uvloop.run(until_stopped(collecting(config, arguments.config)))


async def collecting(config: Config, path: Path) -> None:
    """Collect by the city's file as it is now: a good edit ends the work and begins it anew."""
    changes = edits(config, os.environ)

    async def next_good() -> Config:
        async for edited in changes:
            if not isinstance(edited, str):
                return edited
        raise AssertionError("edits never end")

    async with Store(await store_url()) as store, Http() as http:
        while True:
            districts = Districts.read(config.boundaries)
            archive = Archive(var() / "archive", config.archive) if config.archive.days else None
            history = Writing(var() / "history"), config.history
            collecting = Collecting(
                config.city, config.sources, districts, config.limits, store, http, archive, history
            )
            if config.brief.at is not None:
                # a partial, and no lambda: APScheduler must see that it is to be awaited
                collecting.daily.append(Daily(config.brief.at, partial(write_brief, path)))
            work, edit = asyncio.create_task(collecting.run()), asyncio.create_task(next_good())
            try:
                await asyncio.wait({work, edit}, return_when=asyncio.FIRST_COMPLETED)
                if work.done():
                    return work.result()
                config = edit.result()
            finally:
                work.cancel()
                edit.cancel()
                await asyncio.wait({work, edit})


async def write_brief(path: Path) -> None:
    """In a process of its own: it needs what draws, which collecting does not."""
    given = ["brief", "--due", "--config", str(path.resolve())]
    process = await asyncio.create_subprocess_exec(sys.executable, str(ROOT / "app.py"), *given)
    if await process.wait():
        structlog.get_logger("collect").error("brief not written", status=process.returncode)
