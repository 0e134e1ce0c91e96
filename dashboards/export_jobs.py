"""The files that are being made for somebody to download: few at once, each in a folder of its own, gone when it was
sent, when nobody waits for it any more, or after ten minutes."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import structlog

from collectors.history import EXPORT, HistoryError
from collectors.past import Past
from dashboards.export_write import write
from layouts.explore.sheet import Sheet

AT_ONCE = 2
MOST_JOBS = 4
KEPT_SECONDS = 600.0
ABANDONED_SECONDS = 150.0
"""A page in the background may ask once a minute only: two of these may go astray."""
State = Literal["waiting", "writing", "ready", "failed", "gone"]


class StoppedError(Exception):
    """Nobody wants the file any more."""


@dataclass(slots=True)
class Job:
    """One file on its way. `done` of `total` rows are written; `asked` is when somebody last asked how far it is."""

    id: str
    sheet: Sheet
    kind: str
    name: str
    folder: Path
    state: State = "waiting"
    done: int = 0
    error: str = ""
    fetched: bool = False
    asked: float = field(default_factory=time.monotonic)
    stop: threading.Event = field(default_factory=threading.Event)
    task: asyncio.Task[None] | None = None

    @property
    def total(self) -> int:
        return self.sheet.total

    @property
    def path(self) -> Path:
        return self.folder / f"file.{self.kind}"

    def was_fetched(self) -> None:
        self.fetched = True


class Jobs:
    """All files that are being made by this process. `listed` are those that go on by themselves, by id."""

    def __init__(self, past: Past, city: str) -> None:
        self.past = past
        self.city = city
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.listed: dict[str, Job] = {}
        self.log = structlog.get_logger("export")

    @property
    def busy(self) -> bool:
        return self.turns.locked()

    def start(self, sheet: Sheet, kind: str) -> Job:
        id = secrets.token_hex(8)
        job = Job(id, sheet, kind, sheet.file_name(kind, self.city), self.past.history.folder / f"{EXPORT}{id}")
        job.task = asyncio.create_task(self.run(job))
        return job

    def list(self, sheet: Sheet, kind: str) -> Job | None:
        """Start one that goes on by itself; None where there are as many as may be."""
        if len(self.listed) >= MOST_JOBS:
            over = [job for job in self.listed.values() if job.fetched or job.state in ("failed", "gone")]
            if not over:
                return None
            self.remove(over[0])
        job = self.start(sheet, kind)
        self.listed[job.id] = job
        return job

    def seen(self, id: str) -> Job | None:
        """One that goes on by itself, as somebody who waits for it asks."""
        job = self.listed.get(id)
        if job is not None:
            job.asked = time.monotonic()
        return job

    async def run(self, job: Job) -> None:
        """Never raises: what went wrong is the job's state."""
        async with self.turns:
            job.state = "writing"
            try:
                await asyncio.to_thread(self.write, job)
            except StoppedError:
                job.state = "gone"
            except asyncio.CancelledError:
                job.stop.set()  # the process ends, and must not wait for the rest of the file
                raise
            except (HistoryError, OSError) as error:
                job.state, job.error = "failed", str(error)
                self.log.warning("export failed", area=job.sheet.scope.area, kind=job.kind, error=str(error))
            else:
                job.state = "ready"
        if job.stop.is_set():
            clear(job)
        elif job.state == "ready" and job.id in self.listed:
            asyncio.get_running_loop().call_later(KEPT_SECONDS, self.remove, job)

    def write(self, job: Job) -> None:
        def step(done: int) -> None:
            job.done = done
            late = job.id in self.listed and time.monotonic() - job.asked > ABANDONED_SECONDS
            if job.stop.is_set() or late:
                raise StoppedError

        step(0)
        job.folder.mkdir(parents=True)
        try:
            write(job.sheet, job.kind, self.past, job.path, step)
            step(job.done)
        except BaseException:
            clear(job)
            raise

    def remove(self, job: Job) -> None:
        """Whatever is left of it; one that is being written ends at its next step."""
        job.stop.set()
        self.listed.pop(job.id, None)
        if job.task is None or job.task.done():
            clear(job)


def clear(job: Job) -> None:
    shutil.rmtree(job.folder, ignore_errors=True)
