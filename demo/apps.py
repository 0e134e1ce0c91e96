"""The city's applications: nearly all up, their delay following the office day, now and then one slow or down.

Those whose rows plan a maintenance are down for it, around the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from demo.clock import Clock
from demo.rhythm import OFFICE, Arrivals, Timeline, chance
from demo.tables import Application, Tables

TROUBLES_PER_DAY = 34.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """One application that is slow or down for a while, in city time."""

    born: datetime
    ended: datetime
    application: str
    kind: Literal["slow", "down"]


@dataclass(frozen=True, slots=True)
class Condition:
    """How an application answers at a moment: after `delay` seconds, up, slow or down."""

    application: Application
    delay: float
    state: Literal["up", "slow", "down"]
    version: str


class Apps:
    """All applications by id. Moments are real."""

    def __init__(self, seed: int, clock: Clock, tables: Tables) -> None:
        self.applications = {application.id: application for application in tables.applications}
        self._ids = list(self.applications)
        self._seed = seed
        self._clock = clock
        self._random = Random(f"{seed}/apps")
        arrivals = Arrivals(Random(f"{seed}/apps/arrivals"), clock.start - timedelta(days=1), TROUBLES_PER_DAY, OFFICE)
        self._troubles = Timeline(arrivals, self._trouble, keep=timedelta(days=2))

    def at(self, id: str, moment: datetime) -> Condition | None:
        """How an application answers at a real moment; None where there is no such application."""
        application = self.applications.get(id)
        if application is None:
            return None
        played = self._clock.played(moment)
        trouble = "down" if application.maintenance else self._in_trouble(played).get(id)
        own = chance(self._seed, id, "delay")
        jitter = chance(self._seed, id, int(moment.timestamp()))
        delay = self.own_delay(id) * self.busy(played) * (0.7 + 0.6 * jitter)
        if trouble == "slow":
            delay = 1.5 + 1.5 * own
        version = f"{1 + int(own * 4)}.{int(chance(self._seed, id, 'minor') * 10)}"
        return Condition(application, delay, trouble or "up", version)

    def own_delay(self, id: str) -> float:
        """How long an application takes at a busy moment, in seconds, within a few tens of percent."""
        return 0.004 + 0.05 * float(chance(self._seed, id, "delay")) ** 3

    def busy(self, played: datetime) -> float:
        """By how much everything takes longer or shorter at a city time."""
        return 0.4 + 0.6 * OFFICE.at(played)

    def troubles(self, random: Random, since: datetime, until: datetime) -> list[Trouble]:
        """The troubles that began in a time, the same for the same generator; and by night somebody installs things."""
        arrivals, found = Arrivals(random, since, TROUBLES_PER_DAY, OFFICE), list[Trouble]()
        while (born := arrivals.following()) < until:
            found.append(self._trouble(len(found), born, random))
        for _ in range(random.randrange(3)):
            born = since + timedelta(hours=random.uniform(17.5, 20.5))  # 00.30 to 03.30 in the city
            ended = born + timedelta(minutes=random.uniform(5, 40))
            found.append(Trouble(born, ended, random.choice(self._ids), "down"))
        return [one for one in found if one.born < until]

    def _in_trouble(self, played: datetime) -> dict[str, Literal["slow", "down"]]:
        return {trouble.application: trouble.kind for trouble in self._troubles.until(played) if played < trouble.ended}

    def _trouble(self, number: int, born: datetime, given: Random | None = None) -> Trouble:
        random = given or self._random
        kind: Literal["slow", "down"] = "slow" if number % 2 else "down"
        return Trouble(born, born + timedelta(minutes=random.uniform(20, 90)), random.choice(self._ids), kind)
