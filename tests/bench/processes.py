"""Processes that are measured: started, asked what they have used, ended. Only those started here are ever ended."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from supervisor import CHILD
from tests.bench.machine import every_core, pin

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30.0
STOP_SECONDS = 5.0


class BenchError(Exception):
    """A measurement that did not happen as it should: its number would mean nothing."""


@dataclass(frozen=True, slots=True)
class Running:
    """One process and the port it was told to listen on."""

    pid: int
    port: int

    def cpu(self) -> float:
        """Seconds of processor time of all its threads, in user and kernel mode, to the nanosecond."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9

    def family_memory(self) -> float:
        """Memory in KB of this process and all that it has begun; a page that several share counts once."""
        children = Path(f"/proc/{self.pid}/task").glob("*/children")
        pids = [int(pid) for each in children for pid in each.read_text(encoding="ascii").split()]
        return self.rolled_up("Pss") + sum(Running(pid, 0).family_memory() for pid in pids)

    def rss(self) -> float:
        """Resident memory in KB, counted page by page: the kernel's quick counters may be off by more than a viewer."""
        return self.rolled_up("Rss")

    def rolled_up(self, kind: str) -> float:
        text = Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="ascii")
        return float(next(line.split()[1] for line in text.splitlines() if line.startswith(f"{kind}:")))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(
    words: Sequence[str], core: int | None, folder: Path, port: int, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Running]:
    """A Python program on its core (on all where None), from when its port answers; 0 is one that listens nowhere.

    It ends by itself should we be gone, because its standard input closes then. What it keeps, it keeps in `folder`.
    """
    log = folder / f"{'-'.join(Path(word).name for word in words[:3])}-{port}.log"
    with log.open("w") as out, every_core() if core is None else nullcontext():
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *words,
            cwd=ROOT,
            env={**os.environ, CHILD: "1", "LIVEROOM_VAR": str(folder / "var"), **(environment or {})},
            stdin=asyncio.subprocess.PIPE,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    if core is not None:
        pin(process.pid, core)
    try:
        if port:
            await answering(process, port, log)
        yield Running(process.pid, port)
        if process.returncode is not None:
            raise BenchError(f"{words[0]} ended while it was measured: {last_words(log)}")
    finally:
        await end(process)


async def answering(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            if process.returncode is not None:
                raise BenchError(f"a server did not start: {last_words(log)}")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            await writer.wait_closed()
            return


async def end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


def last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return " / ".join(lines[-3:]) or "it said nothing"
