"""Everything in one go: the processes, kept alive, and what is printed once they answer."""

from __future__ import annotations

import argparse
import asyncio
import os
import urllib.request
from pathlib import Path

from commands.kept import embedded_redis, store_url
from commands.life import until_stopped
from commands.surroundings import ROOT, is_free, read_config, refuse, version_text, web_host, web_port
from config import Config
from supervisor import Child, Supervisor


def run(arguments: argparse.Namespace) -> None:
    config, host, port = read_config(arguments.config), web_host(), web_port()
    if not is_free(port):
        refuse(f"PORT: something listens on port {port} already; stop it, or set PORT to another.")
    asyncio.run(until_stopped(running(config, arguments.config, host, port)))


async def running(config: Config, path: Path, host: str, port: int) -> None:
    """Start everything, say where it is, keep it alive, and stop it in order."""
    own_redis = None if os.environ.get("REDIS_URL") else embedded_redis()
    await store_url()
    given = ["--config", str(path.resolve())]
    children = [Child("wall", given), Child("collect", given)]
    if config.demo and "LIVEROOM_DEMO_PORT" in os.environ:
        children.append(Child("demo", []))
    supervisor = Supervisor(ROOT / "app.py", os.environ)
    try:
        async with asyncio.TaskGroup() as tasks:
            for child in reversed(children):
                tasks.create_task(supervisor.keep(child))
            if own_redis:
                tasks.create_task(own_redis.keep())
            tasks.create_task(announce(config, host, port))
    finally:
        await supervisor.stop(children)
        if own_redis:
            own_redis.stop()


async def announce(config: Config, host: str, port: int) -> None:
    """Print the addresses once they answer."""
    site = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    while not await asyncio.to_thread(answers, f"{site}/healthz"):
        await asyncio.sleep(0.1)
    lines = [f"Live Room {version_text()} · {config.city.name}", f"  start   {site}/"]
    lines += [f"  wall    {site}/wall/{name}" for name in config.screens]
    if config.demo:
        lines.append(f"  DEMO    {config.demo}/  (simulated data; nothing here is real)")
    print("\n".join([*lines, "  stop    Ctrl-C"]), flush=True)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
