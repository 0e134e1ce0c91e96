"""One collector against one address, in a process of its own: what came of it, and what it cost, as a line of JSON.

python -m tests.hostile_run "waze" http://127.0.0.1:1234
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.fetch import Http
from collectors.health import SourceHealth
from collectors.records import Batch
from collectors.reliability import Reliability
from collectors.watch import NothingReadError, Watch
from tests.hostile import collector, outcome, pulse
from tests.seeds import SECRETS, SEEDS
from tests.sources import source


def worst_memory() -> int:
    """The most kilobytes this process ever held (Linux; ru_maxrss would be the parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


async def run(name: str, base: str) -> dict[str, Any]:
    """`grown` is MB of memory at the worst moment, `longest` how many seconds others had to wait."""
    seed = SEEDS[name]
    one = collector(seed, base, every=60.0)
    before = worst_memory()
    async with Http() as http, pulse() as beats:
        found = await outcome(one, http)
        records = rejected = 0
        if isinstance(found, Batch):
            records, rejected = len(found.records), len(found.rejected)
            health = SourceHealth(source(seed.protocol, base, seed.settings, area=seed.area))
            watch = Watch(one, health, http, Reliability("x", UTC))
            with contextlib.suppress(NothingReadError):
                watch.taken_in(found, datetime.now(UTC), 86400.0)
            await asyncio.sleep(0.01)
    grown = (worst_memory() - before) // 1024
    said = "" if isinstance(found, Batch) else str(found)
    return {"records": records, "rejected": rejected, "said": said, "grown": grown, "longest": round(beats.longest, 2)}


if __name__ == "__main__":
    os.environ |= dict.fromkeys(SECRETS, "pretend")
    print(json.dumps(asyncio.run(run(*sys.argv[1:]))))
