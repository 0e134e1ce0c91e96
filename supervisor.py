"""The life of the child processes: started, watched, started again when one dies, stopped together."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

SHORTEST_PAUSE = 0.3
LONGEST_PAUSE = 10.0
STEADY_SECONDS = 20.0
STOP_SECONDS = 8.0
CHILD = "LIVEROOM_CHILD"


@dataclass(slots=True)
class Child:
    """One process of the program: its command's name and arguments."""

    name: str
    arguments: Sequence[str]
    process: asyncio.subprocess.Process | None = None


class Supervisor:
    """Runs children until it is cancelled. A child also ends by itself when its supervisor is gone."""

    def __init__(self, program: Path, environment: Mapping[str, str]) -> None:
        self.program = program
        self.environment = {**environment, CHILD: "1"}
        self.log = structlog.get_logger("run")

    async def keep(self, child: Child) -> None:
        """Start a child again whenever it ends: soon at first, slower while it keeps dying."""
        loop = asyncio.get_running_loop()
        pause = SHORTEST_PAUSE
        while True:
            began = loop.time()
            child.process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(self.program),
                child.name,
                *child.arguments,
                env=self.environment,
                stdin=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
            self.log.info("child started", child=child.name, pid=child.process.pid)
            code = await child.process.wait()
            pause = SHORTEST_PAUSE if loop.time() - began > STEADY_SECONDS else min(pause * 2, LONGEST_PAUSE)
            self.log.warning("child ended", child=child.name, code=code, again_in=pause)
            await asyncio.sleep(pause)

    async def stop(self, children: Sequence[Child]) -> None:
        """End them politely, in the order given; what does not listen is killed."""
        for child in children:
            if child.process is None or child.process.returncode is not None:
                continue
            child.process.terminate()
            try:
                await asyncio.wait_for(child.process.wait(), STOP_SECONDS)
            except TimeoutError:
                child.process.kill()
                await child.process.wait()


def end_with_parent() -> None:
    """In a child: end when the supervisor is gone, however it went. Its end of our standard input closes then."""
    if CHILD not in os.environ:
        return

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True, name="parent-watch").start()
