"""Coverage-guided fuzzing of a protocol: answers that reach new lines of the collectors are kept and changed further.

python -m tests.fuzz PROTOCOL --seconds 20 --seed 36        every form of it in tests/seeds.py
python -m tests.fuzz all --seconds 20                       every protocol, so long each
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from multidict import CIMultiDict

import collectors
from collectors.districts import Districts
from collectors.records import Batch, CollectError, Complaint, Known
from tests.hostile import Saying, collector, outcome, questionable, reading_faults
from tests.mutations import ODD, hostile
from tests.seeds import SECRETS, SEEDS, Seed

FOLDER = str(Path(collectors.__file__).parent)
BOUNDARIES = Path(__file__).parent.parent / "assets" / "map" / "tangerang.geojson"
LONGEST = 400_000
SLOW = 5.0

Line = tuple[str, int]


@dataclass
class Found:
    """What one round came to. `failures` are a reason and the body that made it, one of each kind."""

    runs: int = 0
    kept: int = 0
    lines: set[Line] = field(default_factory=set)
    batches: int = 0
    failures: dict[str, bytes] = field(default_factory=dict)


class Lines:
    """The lines of the collectors that ran while it was on."""

    def __init__(self) -> None:
        self.seen: set[Line] = set()

    def __enter__(self) -> Lines:
        self.seen = set()
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _call(self, frame: FrameType, event: str, arg: object) -> Any:
        return self._line if frame.f_code.co_filename.startswith(FOLDER) else None

    def _line(self, frame: FrameType, event: str, arg: object) -> Any:
        self.seen.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


def headers(random: Random, content_type: str) -> CIMultiDict[str]:
    """Mostly the usual, now and then something odd."""
    given = CIMultiDict({"Content-Type": content_type})
    if random.random() < 0.2:
        name = random.choice(["Content-Type", "Retry-After", "ETag", "Last-Modified", "Age", "Live-Room-Demo"])
        given[name] = str(random.choice(ODD))[:200].encode("utf-8", "replace").decode("utf-8", "surrogateescape")
    return given


async def once(seed: Seed, http: Saying) -> tuple[list[str], Batch | CollectError]:
    """The faults of two runs, the second of which knows what the first brought, and what came of the first."""
    one = collector(seed, "http://host.example")
    first = await outcome(one, http)
    faults = list(questionable(first, seed))
    if isinstance(first, Batch):
        open_ids = frozenset(each.id for each in first.records if isinstance(each, Complaint))
        faults += questionable(await outcome(one, http, Known(first.cursor, open_ids)), seed)
    return faults, first


def round_of(seed: Seed, seconds: float, random: Random, most: int = sys.maxsize) -> Found:
    """Fuzzes one form of a protocol for so long, at most so many runs."""
    found = Found()
    corpus: list[Any] = [seed.document]
    http, lines = Saying(), Lines()
    districts = Districts.read(BOUNDARIES)
    ends = time.monotonic() + seconds
    with asyncio.Runner() as runner:
        while time.monotonic() < ends and found.runs < most:
            # what was found last has been changed least
            document = random.choice(corpus[-8:] if random.random() < 0.5 else corpus)
            document, http.body = hostile(seed, document, random)
            if len(http.body) > LONGEST:
                continue
            http.headers = headers(random, seed.content_type)
            http.status = random.choice([200] * 12 + [204, 304, 400, 404, 429, 500])
            found.runs += 1
            began = time.thread_time()
            try:
                with lines:
                    faults, came = runner.run(once(seed, http))
                if isinstance(came, Batch):
                    found.batches += 1
                    if lines.seen - found.lines:
                        faults += reading_faults(came, seed, districts)
            except Exception:  # noqa: BLE001  whatever escapes a collector is what is looked for
                faults = [traceback.format_exc(limit=-4)]
            if time.thread_time() - began > SLOW:
                faults.append("took long")
            for fault in faults:
                found.failures.setdefault(fault, http.body)
            if lines.seen - found.lines:
                found.lines |= lines.seen
                found.kept += 1
                corpus.append(document)
    return found


def forms(protocol: str) -> Iterator[tuple[str, Seed]]:
    yield from ((name, seed) for name, seed in SEEDS.items() if protocol in {"all", seed.protocol})


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("protocol", choices=["all", *collectors.COLLECTORS])
    parser.add_argument("--seconds", type=float, default=20.0, help="for each protocol")
    parser.add_argument("--seed", type=int, default=36)
    given = parser.parse_args()
    os.environ |= dict.fromkeys(SECRETS, "pretend")
    failed = 0
    for protocol in collectors.COLLECTORS if given.protocol == "all" else [given.protocol]:
        mine = dict(forms(protocol))
        for name, seed in mine.items():
            found = round_of(seed, given.seconds / len(mine), Random(given.seed))
            print(
                f"{name}: {found.runs} answers, {found.batches} read, {found.kept} kept, "
                f"{len(found.lines)} lines, {len(found.failures)} failures"
            )
            for reason, body in list(found.failures.items())[:5]:
                print(f"  {reason.strip()[-600:]}\n  {body[:300]!r}")
            failed += len(found.failures)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
