"""Records that could not be read: listed, and read again after a fix."""

from __future__ import annotations

import argparse
import asyncio
import time

from collectors import COLLECTORS
from collectors.quarantine import counted, listed
from collectors.source import Rereads
from collectors.store import Store
from commands.kept import store_url
from commands.surroundings import read_config, refuse
from config import Config

REPLAY_PATIENCE = 15.0


def quarantine(arguments: argparse.Namespace) -> None:
    config = read_config(arguments.config)
    names = [source.name for source in config.sources]
    if arguments.source is not None and arguments.source not in names:
        refuse(f"There is no source {arguments.source!r}; there are {', '.join(names)}.")
    if arguments.replay and arguments.source is None:
        refuse("--replay needs the name of a source.")
    asyncio.run(quarantined(config, arguments.source, arguments.replay))


async def quarantined(config: Config, name: str | None, replay: bool) -> None:
    """List what was set aside; have the collecting process read it again where that is asked."""
    async with Store(await store_url()) as store:
        if name is None:
            for source in config.sources:
                print(counted(source.name, await store.quarantine(source.name)))
            return
        before = await store.quarantine(name)
        if replay and before:
            source = next(one for one in config.sources if one.name == name)
            if not issubclass(COLLECTORS[source.collector], Rereads):
                refuse(
                    f"{name} sends its whole state every time: what can be read after a fix comes with its next answer."
                )
            await store.ask_replay(name)
            deadline = time.monotonic() + REPLAY_PATIENCE
            while name in await store.replays():
                if time.monotonic() > deadline:
                    refuse(f"Nobody collects at the moment; {name} is read again as soon as somebody does.")
                await asyncio.sleep(0.2)
            left = await store.quarantine(name)
            print(f"{name}: {len(before) - len(left)} of {len(before)} could be read and are kept now.")
            before = left
        print("\n".join(listed(name, before, config.city.timezone)))
