"""Traffic: jams that follow the rush hours, what drivers report to Waze, and what people report to the police.

Lives are drawn when they begin; what is seen of them follows from the moment. Durations are in city time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from demo.clock import Clock
from demo.rhythm import ROADS, Arrivals, Timeline
from demo.tables import Road, Tables

JAMS_PER_DAY = 420.0
ALERTS_PER_DAY = 340.0
REPORTS_PER_DAY = 95.0
KEEP = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Jam:
    """A jam on one stretch; `worst` is Waze's level 1 to 5 at its height, `share` how much of the stretch it takes."""

    number: int
    born: datetime
    ended: datetime
    road: Road
    worst: int
    share: float

    def level(self, played: datetime) -> int:
        """Its level at a city time: it grows, stays and dissolves. 0 before and after."""
        if not self.born <= played < self.ended:
            return 0
        progress = (played - self.born) / (self.ended - self.born)
        if self.worst == 5:
            return 5
        return max(1, math.ceil(self.worst * math.sin(math.pi * (0.15 + 0.7 * progress)) - 0.2))


@dataclass(frozen=True, slots=True)
class Alert:
    """What a driver reported, in Waze's words."""

    number: int
    born: datetime
    ended: datetime
    road: Road
    kind: str
    subkind: str
    reliability: int
    thumbs: int


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reported to the police: received, verified, an officer sent, cleared. City times."""

    number: int
    born: datetime
    verified: datetime
    sent: datetime
    ended: datetime
    road: Road
    kind: str
    severity: str

    def stage(self, played: datetime) -> tuple[str, datetime]:
        """Its stage at a city time and since when."""
        if played >= self.ended:
            return "cleared", self.ended
        if played >= self.sent:
            return "officer_sent", self.sent
        return ("verified", self.verified) if played >= self.verified else ("received", self.born)


ALERTS = (
    ("JAM", "JAM_MODERATE_TRAFFIC", 18),
    ("JAM", "JAM_HEAVY_TRAFFIC", 20),
    ("JAM", "JAM_STAND_STILL_TRAFFIC", 8),
    ("ACCIDENT", "ACCIDENT_MINOR", 8),
    ("ACCIDENT", "ACCIDENT_MAJOR", 2),
    ("HAZARD", "HAZARD_ON_ROAD_POT_HOLE", 12),
    ("HAZARD", "HAZARD_ON_ROAD_CONSTRUCTION", 7),
    ("HAZARD", "HAZARD_ON_ROAD_TRAFFIC_LIGHT_FAULT", 4),
    ("HAZARD", "HAZARD_ON_SHOULDER_CAR_STOPPED", 9),
    ("HAZARD", "HAZARD_WEATHER_FLOOD", 3),
    ("ROAD_CLOSED", "ROAD_CLOSED_EVENT", 2),
    ("ROAD_CLOSED", "ROAD_CLOSED_CONSTRUCTION", 2),
    ("MISC", "", 1),
)
REPORTS = (
    ("jam", 34),
    ("accident", 12),
    ("signal", 8),
    ("closure", 4),
    ("works", 5),
    ("flood", 5),
    ("breakdown", 12),
    ("parking", 10),
    ("convoy", 4),
    ("damage", 6),
)


class Traffic:
    """All of the city's traffic. Moments are real."""

    def __init__(self, seed: int, clock: Clock, tables: Tables) -> None:
        self._clock = clock
        self._roads = tables.roads
        self._dry = [road for road in tables.roads if road.kind != "water"]
        self._wet = [road for road in tables.roads if road.kind == "water"]
        self._random = {name: Random(f"{seed}/{name}") for name in ("jams", "alerts", "reports")}

        def arrivals(name: str, per_day: float) -> Arrivals:
            return Arrivals(Random(f"{seed}/{name}/arrivals"), clock.start - KEEP, per_day, ROADS)

        self._jams = Timeline(arrivals("jams", JAMS_PER_DAY), self._jam, KEEP)
        self._alerts = Timeline(arrivals("alerts", ALERTS_PER_DAY), self._alert, KEEP)
        self._reports = Timeline(arrivals("reports", REPORTS_PER_DAY), self._report, KEEP)

    def jams(self, moment: datetime) -> list[Jam]:
        """The jams there are at a real moment, one per stretch."""
        played = self._clock.played(moment)
        present = {jam.road.name: jam for jam in self._jams.until(played) if jam.level(played)}
        return sorted(present.values(), key=lambda jam: jam.number)

    def alerts(self, moment: datetime) -> list[Alert]:
        """The alerts that drivers still see at a real moment."""
        played = self._clock.played(moment)
        return [alert for alert in self._alerts.until(played) if played < alert.ended]

    def reports(self, moment: datetime) -> list[Report]:
        """Every report to the police of the last days by a real moment, open or not."""
        return self._reports.until(self._clock.played(moment))

    def jams_of(self, random: Random, since: datetime, until: datetime) -> list[Jam]:
        """The jams that began in a time, the same for the same generator."""
        found, arrivals = list[Jam](), Arrivals(random, since, JAMS_PER_DAY, ROADS)
        while (born := arrivals.following()) < until:
            found.append(self._jam(len(found) + 1, born, random))
        return found

    def reports_of(self, random: Random, since: datetime, until: datetime) -> list[Report]:
        """The reports to the police that began in a time, the same for the same generator."""
        found, arrivals = list[Report](), Arrivals(random, since, REPORTS_PER_DAY, ROADS)
        while (born := arrivals.following()) < until:
            found.append(self._report(len(found) + 1, born, random))
        return found

    def _jam(self, number: int, born: datetime, given: Random | None = None) -> Jam:
        random = given or self._random["jams"]
        worst = random.choices((1, 2, 3, 4, 5), (18, 34, 30, 16, 2))[0]
        minutes = 8 + worst * random.uniform(5, 16)
        return Jam(
            number, born, born + timedelta(minutes=minutes), random.choice(self._dry), worst, random.uniform(0.35, 1)
        )

    def _alert(self, number: int, born: datetime) -> Alert:
        random = self._random["alerts"]
        kind, subkind, _ = random.choices(ALERTS, [weight for *_, weight in ALERTS])[0]
        road = random.choice(self._wet if subkind.endswith("FLOOD") else self._dry)
        ended = born + timedelta(minutes=random.uniform(15, 80))
        return Alert(number, born, ended, road, kind, subkind, random.randint(5, 10), random.choice((0, 0, 0, 1, 2, 5)))

    def _report(self, number: int, born: datetime, given: Random | None = None) -> Report:
        random = given or self._random["reports"]
        kind = random.choices([kind for kind, _ in REPORTS], [weight for _, weight in REPORTS])[0]
        verified = born + timedelta(minutes=random.uniform(2, 12))
        sent = verified + timedelta(minutes=random.uniform(3, 20))
        ended = sent + timedelta(minutes=random.uniform(10, 150 if kind in {"works", "closure", "flood"} else 70))
        severity = random.choices(("MINOR", "MODERATE", "MAJOR", "UNKNOWN"), (45, 35, 12, 8))[0]
        road = random.choice(self._wet if kind == "flood" else self._dry)
        return Report(number, born, verified, sent, ended, road, kind, severity)
