"""The web process, and the one that answers about the past beside it."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import uvloop

from collectors.history import History
from collectors.store import Store
from commands.contents import areas_of, past_of, shown_by
from commands.kept import store_url
from commands.life import first_to_end, until_stopped
from commands.surroundings import (
    ROOT,
    free_port,
    is_free,
    phones_address,
    read_config,
    refuse,
    var,
    visitors_door,
    web_host,
    web_port,
)
from config import Config, edits
from dashboards.fleet import Fleet
from dashboards.live import Hub
from dashboards.recording import Recorder
from dashboards.replaying import Replays
from dashboards.serve import serve
from dashboards.study import Study
from dashboards.whole import Contents, Current, whole_site
from supervisor import Child, Supervisor

SWITCH_SECONDS = 0.001
GARBAGE_AFTER = 50_000
STUDY_PORT = "LIVEROOM_STUDY_PORT"


def wall(arguments: argparse.Namespace) -> None:
    config, host, port = read_config(arguments.config), web_host(), web_port()
    if not is_free(port):
        refuse(f"PORT: something listens on port {port} already; stop it, or set PORT to another.")
    uvloop.run(until_stopped(serving(config, host, port, visitors_door(config), arguments.config)))


def study(arguments: argparse.Namespace) -> None:
    """What `wall` begins for pages of the past, which may take their time: screens go first."""
    config = read_config(arguments.config)
    uvloop.run(until_stopped(serving(config, "127.0.0.1", int(os.environ[STUDY_PORT]), None, None)))


async def serving(config: Config, host: str, port: int, visitors: tuple[str, int] | None, path: Path | None) -> None:
    """The web process. `path` is the city's file where it serves screens; None where it only answers about the past."""
    # a page of the past may be drawn in a thread here: what goes to the screens gets the interpreter back at once
    sys.setswitchinterval(SWITCH_SECONDS)
    async with Store(await store_url()) as store:
        history = History(var() / "history")

        def contents_of(config: Config) -> Contents:
            phones = phones_address(config, visitors or (host, port))
            return replace(shown_by(config), past=past_of(config, store, history), phones=phones)

        contents = contents_of(config)
        hub = Hub(
            store, contents.screens, contents.words, contents.build, contents.mask, areas_of(config), contents.touring
        )
        fleet = Fleet(store)
        current = Current(whole_site(hub, fleet, contents))
        recorder = Recorder(hub, var() / "replay", contents.recorded)
        replays = Replays(hub, var() / "replay", contents.drills)
        studying = free_port()
        site = Study(current, studying, partial(keep_study, path, studying)) if path is not None else None
        # what is there now stays: looking for garbage in it, while a page is drawn, would hold the screens up
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_AFTER, *gc.get_threshold()[1:])

        async def follow() -> None:
            """Serve the city's file as it is now; a bad edit changes nothing but a line on every screen."""
            async for edited in edits(config, os.environ):
                if isinstance(edited, str):
                    hub.set_notice(edited)
                    continue
                hub.set_notice(None)
                new = contents_of(edited)
                recorder.keeping, replays.drills = new.recorded, new.drills
                if new.build != hub.build:
                    await current.replace(await asyncio.to_thread(whole_site, hub, fleet, new))
                    hub.adopt(new.screens, new.words, new.build, new.mask, areas_of(edited), new.touring)

        works = [serve(hub, site or current, host, port, visitors), follow()]
        if site is not None:
            works += [recorder.run(), replays.run(), site.run()]
        await first_to_end(*works)


async def keep_study(path: Path, port: int) -> None:
    """Keep the process for pages of the past, until cancelled."""
    child = Child("study", ["--config", str(path.resolve())])
    supervisor = Supervisor(ROOT / "app.py", {**os.environ, STUDY_PORT: str(port)})
    try:
        await supervisor.keep(child)
    finally:
        await supervisor.stop([child])
