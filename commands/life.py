"""How long a command lives: until one of its works ends, or somebody stops it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine


async def first_to_end(*works: Coroutine[None, None, None]) -> None:
    """Do them all until one ends; then end the others. Raises what ended it."""
    tasks = {asyncio.create_task(work) for work in works}
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def until_stopped(work: Coroutine[None, None, None]) -> None:
    """Do the work until SIGTERM or SIGINT; end quietly then, and with its exception if it fails."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return
