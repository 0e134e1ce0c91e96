"""make bench: measure, print the tables as Markdown, and put them into docs/performance.md.

`--quick` is a smoke run of two minutes with small crowds, `--only NAME` one measurement; neither writes the page.
`--soak` gives the untouched screen its whole week, some twenty minutes.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import uvloop

from tests.bench.applications import applications
from tests.bench.browser import frames
from tests.bench.compare import compare
from tests.bench.crowds import flood, idle, mixed
from tests.bench.history import history
from tests.bench.machine import LOAD_CORE, description, pin
from tests.bench.page import page
from tests.bench.plan import FULL, QUICK, WEEK_HOURS
from tests.bench.processes import ROOT, BenchError
from tests.bench.replay import replay
from tests.bench.report import Found, markdown, write_between_marks
from tests.bench.room import Room, furnished
from tests.bench.soak import soak
from tests.bench.sources import sources
from tests.bench.stalled import stalled
from tests.bench.tours import tours
from tests.bench.updates import updates

PAGE = ROOT / "docs" / "performance.md"
MEASUREMENTS: dict[str, Callable[[Room], Awaitable[Found]]] = {
    "compare": compare,
    "mixed": mixed,
    "idle": idle,
    "flood": flood,
    "stalled": stalled,
    "tours": tours,
    "frames": frames,
    "applications": applications,
    "sources": sources,
    "page": page,
    "updates": updates,
    "replay": replay,
    "history": history,
    "soak": soak,
}


async def measured(arguments: argparse.Namespace) -> str:
    about = description()
    pin(0, LOAD_CORE)
    found: list[Found] = []
    began = time.monotonic()
    plan = QUICK if arguments.quick else FULL
    async with furnished(replace(plan, soak_hours=WEEK_HOURS) if arguments.soak else plan) as room:
        for name in arguments.only or MEASUREMENTS:
            print(f"{time.monotonic() - began:4.0f} s  {name} ...", file=sys.stderr, flush=True)
            try:
                found.append(await MEASUREMENTS[name](room))
            except BenchError as error:
                print(f"       {name} is worth nothing: {error}", file=sys.stderr, flush=True)
    about.append(("took", f"{(time.monotonic() - began) / 60:.1f} minutes"))
    return markdown(command(arguments), about, found)


def command(arguments: argparse.Namespace) -> str:
    words = [f"--{flag}" for flag in ("quick", "soak") if getattr(arguments, flag)]
    words += [f"--only {name}" for name in arguments.only or []]
    return " ".join(["python -m tests.bench", *words]) if words else "make bench"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="How fast the room is, and what it costs"
    )
    parser.add_argument("--quick", action="store_true", help="two minutes, small crowds, nothing repeated")
    parser.add_argument("--soak", action="store_true", help="a whole week of the untouched screen, some 20 minutes")
    parser.add_argument("--only", action="append", choices=list(MEASUREMENTS), help="one measurement, may be repeated")
    arguments = parser.parse_args()
    if not sys.platform.startswith("linux"):
        raise SystemExit("What a process has used is read from /proc: run this on Linux.")
    os.environ.pop("REDIS_URL", None)
    try:
        text = uvloop.run(measured(arguments))
    except BenchError as error:
        raise SystemExit(f"This run is worth nothing: {error}") from error
    print(text)
    if not arguments.quick and not arguments.only:
        write_between_marks(PAGE, text)


if __name__ == "__main__":
    main()
