"""What the simulated viewers of one measurement saw."""

from __future__ import annotations

import re
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.publish import Publisher

STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


class Tally:
    """Counts the updates that reached viewers, and how long each took from just before SET and PUBLISH.

    An update counts as delivered when it, or a newer state of everything it touched, was read from the socket. Frames
    that are the same bytes for many viewers are looked into once, so that counting costs next to nothing.
    """

    def __init__(self, publisher: Publisher, keep_times: bool = True) -> None:
        self.publisher = publisher
        self.keep_times = keep_times
        self.open = False
        self.last = b""
        self.newest = -1
        self.delivered = 0
        self.frames = 0
        self.size = 0
        self.lost = 0
        self.milliseconds = array("d")

    def start(self) -> None:
        """Forget what was seen until now; count from here."""
        self.delivered = self.frames = self.size = 0
        self.milliseconds = array("d")
        self.open = True

    def take(self, seen: int, payload: bytes) -> int:
        """A viewer who has seen updates up to a number reads a message: up to which it has seen them now."""
        now = time.perf_counter()
        if payload != self.last:
            self.last = payload
            numbers = self.publisher.numbers
            self.newest = max((numbers.get(stamp, -1) for stamp in STAMP.findall(payload)), default=-1)
        newest = self.newest
        if newest <= seen:
            return seen
        if self.open:
            self.frames += 1
            self.size += len(payload)
            self.delivered += newest - seen
            if self.keep_times:
                moments = self.publisher.moments
                for number in range(seen + 1, newest + 1):
                    self.milliseconds.append((now - moments[number]) * 1000)
        return newest


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds."""

    p50: float
    p99: float
    longest: float


def latency(milliseconds: Sequence[float]) -> Latency:
    """Nearest-rank percentiles."""
    ordered = sorted(milliseconds)
    return Latency(part_of(ordered, 0.5), part_of(ordered, 0.99), ordered[-1])


def part_of(ordered: Sequence[float], part: float) -> float:
    return ordered[max(0, -(-round(part * 1000) * len(ordered) // 1000) - 1)]
