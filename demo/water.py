"""The level of the rivers: a quiet daily movement, and now and then a rise after rain, upstream first.

What a post says is a function of the seed and the moment alone; rises are in city time. Two posts are wrong on purpose,
because such posts are in every network: one that never reported, and one that stopped hours ago.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from demo.clock import WIB, Clock
from demo.rhythm import Arrivals, Rhythm, Timeline, chance, drift
from demo.tables import Post, Tables

EVERY = timedelta(minutes=5)
STOPPED_AGO = timedelta(hours=7)
RISES_PER_DAY = 0.8
LEAD = timedelta(hours=3)
"""How much earlier a rise is seen upstream."""
CREST = timedelta(hours=1.5)
FALL = timedelta(hours=4)
AFTERNOON = Rhythm((0.6,) * 12 + (1.0, 1.6, 2.0, 2.2, 2.2, 2.0, 1.6, 1.2, 0.9, 0.7, 0.6, 0.6), (1.0,) * 7)
"""Rain of the tropics falls in the afternoon."""
HEIGHTS = ((0.35, 0.55), (0.55, 0.75), (0.75, 0.95))
"""How high a rise goes, as shares of the way from siaga 4 to siaga 1, and below how often each."""
HOW_OFTEN = (55, 33, 12)


@dataclass(frozen=True, slots=True)
class Rise:
    """Rain on one river: what it adds at its height, as a share of the way from siaga 4 to siaga 1. City time."""

    born: datetime
    river: str
    height: float

    def share(self, played: datetime, wait: timedelta) -> float:
        """What it adds at a city time, so long after it began upstream: up within the crest, down slowly."""
        age = played - self.born - wait
        if age < timedelta():
            return 0.0
        if age < CREST:
            return self.height * math.sin(math.pi / 2 * (age / CREST))
        return self.height * math.exp(-((age - CREST) / FALL))


@dataclass(frozen=True, slots=True)
class PostState:
    """What a post last said. `level` in cm, None where it never did; `updated` is real."""

    post: Post
    level: int | None
    siaga: int | None
    course: str | None
    updated: datetime | None


class Water:
    """All posts. Moments are real."""

    def __init__(self, seed: int, clock: Clock, tables: Tables) -> None:
        self.posts = tables.posts
        self._seed = seed
        self._clock = clock
        self._random = Random(f"{seed}/water")
        self._rivers = sorted({post.river for post in tables.posts})
        arrivals = Arrivals(Random(f"{seed}/water/arrivals"), clock.start - timedelta(days=2), RISES_PER_DAY, AFTERNOON)
        self._rises = Timeline(arrivals, self._rise, keep=timedelta(days=2))
        inner = sorted((post.id for post in tables.posts if not post.upstream), key=lambda id: chance(seed, id, "luck"))
        self.never, self.stopped = inner[:2]

    def at(self, moment: datetime) -> list[PostState]:
        """What every post has last said by a real moment."""
        return [self._state(post, moment) for post in self.posts]

    def level(self, post: Post, played: datetime, rises: Sequence[Rise] | None = None) -> float:
        """The level of a post in cm at a city time; `rises` are those there were, where it is not about the present."""
        low, high = post.steps[0], post.steps[3]
        local = played.astimezone(WIB)
        hours = local.hour + local.minute / 60
        day = 0.03 * math.sin((hours - 3 - 2 * chance(self._seed, post.id, "tide")) / 12 * math.tau)
        usual = 0.02 + 0.10 * chance(self._seed, post.id, "usual")
        slow = 0.06 * drift(played, timedelta(hours=8), self._seed, post.id, "slow")
        quick = 0.01 * drift(played, timedelta(minutes=20), self._seed, post.id, "quick")
        wait = timedelta() if post.upstream else LEAD * (0.6 + 0.8 * chance(self._seed, post.id, "way"))
        mine = 0.75 + 0.25 * chance(self._seed, post.id, "share")
        known = self._rises.until(played) if rises is None else rises
        rise = sum(one.share(played, wait) * mine for one in known if one.river in (post.river, "every"))
        return low + (high - low) * min(1.12, usual + day + slow + quick + rise)

    def _state(self, post: Post, moment: datetime) -> PostState:
        if post.id == self.never:
            return PostState(post, None, None, None, None)
        phase = EVERY * chance(self._seed, post.id, "phase")
        count = math.floor((moment.timestamp() - phase.total_seconds()) / EVERY.total_seconds())
        said = datetime.fromtimestamp(int(count * EVERY.total_seconds() + phase.total_seconds()), tz=moment.tzinfo)
        if post.id == self.stopped:
            said = (self._clock.start - STOPPED_AGO).replace(microsecond=0)
        played = self._clock.played(said)
        level = round(self.level(post, played))
        change = level - self.level(post, played - timedelta(hours=1))
        course = "tetap" if abs(change) <= 2 else "naik" if change > 0 else "turun"
        siaga = 4 - sum(level >= step for step in post.steps[1:])
        return PostState(post, level, siaga, course, said)

    def rises_until(self, played: datetime) -> list[Rise]:
        """The rises of the two days before a city time."""
        return list(self._rises.until(played))

    def rises(self, random: Random, since: datetime, until: datetime) -> list[Rise]:
        """What the rain of a time brought, the same for the same generator."""
        arrivals, found = Arrivals(random, since, RISES_PER_DAY, AFTERNOON), list[Rise]()
        while (born := arrivals.following()) < until:
            found.append(self._rise(len(found), born, random))
        return found

    def _rise(self, number: int, born: datetime, given: Random | None = None) -> Rise:
        random = given or self._random
        least, most = random.choices(HEIGHTS, HOW_OFTEN)[0]
        river = "every" if random.random() < 0.2 else random.choice(self._rivers)
        return Rise(born, river, random.uniform(least, most))
