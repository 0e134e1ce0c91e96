"""The brief of the city, written by hand or when it is due."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace

from collectors.history import History
from collectors.store import Store
from commands.contents import past_of, shown_by
from commands.kept import store_url
from commands.surroundings import read_config, var
from config import Config
from dashboards.daily import write_briefs
from dashboards.whole import briefing_of


def brief(arguments: argparse.Namespace) -> None:
    asyncio.run(briefed(read_config(arguments.config), arguments.due))


async def briefed(config: Config, only_due: bool) -> None:
    """Write today's brief from what Redis and the history know at this moment."""
    async with Store(await store_url()) as store:
        past = past_of(config, store, History(var() / "history"))
        contents = replace(shown_by(config), past=past)
        written = await write_briefs(store, briefing_of(contents), contents, only_due)
    if not only_due:
        print("\n".join(map(str, written)))
