"""When things happen: the day's and the week's rhythm, arrivals that follow it, and noise that is the same for a seed.

Weights are multiples of the average, by hour of the day and by day of the week (Monday first), in the city's zone.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Generic, Protocol, TypeVar

from demo.clock import WIB


def level(weights: tuple[float, ...]) -> tuple[float, ...]:
    """The same weights with an average of one."""
    average = sum(weights) / len(weights)
    return tuple(weight / average for weight in weights)


@dataclass(frozen=True)
class Rhythm:
    """How busy an hour is, as a multiple of the average."""

    hours: tuple[float, ...]
    days: tuple[float, ...]

    def at(self, played: datetime) -> float:
        """The weight of a moment, between the middles of two hours in proportion."""
        local = played.astimezone(WIB)
        position = local.hour + local.minute / 60 - 0.5
        before = int(position // 1)
        share = position - before
        hour = self.hours[before % 24] * (1 - share) + self.hours[(before + 1) % 24] * share
        return hour * self.days[local.weekday()]

    @property
    def most(self) -> float:
        """The weight that is never exceeded."""
        return max(self.hours) * max(self.days)


OFFICE = Rhythm(
    level((2, 1, 1, 1, 1, 2, 5, 9, 13, 14, 14, 12, 10, 12, 12, 11, 10, 9, 9, 10, 9, 8, 6, 4)),
    level((12, 11, 11, 10.5, 10, 7, 6.5)),
)
ROADS = Rhythm(
    level((1, 0.6, 0.4, 0.4, 0.8, 3, 8, 11, 9, 5, 4, 4.5, 5, 4.5, 4.5, 6, 9, 12, 11, 7, 4.5, 3, 2, 1.4)),
    level((11, 10.5, 10.5, 10.5, 11.5, 8, 6)),
)


class Arrivals:
    """Moments of a random process with a rhythm: `per_day` on average, the same for the same generator."""

    def __init__(self, random: Random, since: datetime, per_day: float, rhythm: Rhythm) -> None:
        self._random = random
        self._last = since
        self._rhythm = rhythm
        self._fastest = per_day * rhythm.most / 86400

    def following(self) -> datetime:
        """The next arrival, found by thinning a process at the fastest rate."""
        while True:
            self._last += timedelta(seconds=self._random.expovariate(self._fastest))
            if self._random.random() * self._rhythm.most <= self._rhythm.at(self._last):
                return self._last


class Born(Protocol):
    """Anything that begins at a city time."""

    @property
    def born(self) -> datetime: ...


T = TypeVar("T", bound=Born)


class Timeline(Generic[T]):
    """What has arrived so far, oldest first, made only when somebody asks and forgotten after `keep`.

    `make(number, born)` gives one whole life; what is seen of it at a moment is for the reader to work out. So any
    moment can be asked, also one that has passed (a frozen source).
    """

    def __init__(self, arrivals: Arrivals, make: Callable[[int, datetime], T], keep: timedelta) -> None:
        self._arrivals = arrivals
        self._make = make
        self._keep = keep
        self._lives: list[T] = []
        self._made = 0
        self._next = arrivals.following()

    def until(self, played: datetime) -> list[T]:
        """Everything that had arrived by a city time, oldest first."""
        while self._next <= played:
            self._made += 1
            self._lives.append(self._make(self._made, self._next))
            self._next = self._arrivals.following()
        forgotten = bisect_right(self._lives, played - self._keep, key=_born)
        del self._lives[:forgotten]
        return self._lives[: bisect_right(self._lives, played, key=_born)]


def _born(life: Born) -> datetime:
    return life.born


@lru_cache(maxsize=4096)
def chance(*key: object) -> float:
    """A number in [0, 1) that is always the same for the same key."""
    digest = hashlib.blake2b("/".join(map(str, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def drift(played: datetime, period: timedelta, *key: object) -> float:
    """Smooth noise in [0, 1) that changes over about a `period`, always the same for the same key and moment."""
    position = played.timestamp() / period.total_seconds()
    step = int(position // 1)
    share = position - step
    share = share * share * (3 - 2 * share)
    return chance(*key, step) * (1 - share) + chance(*key, step + 1) * share
