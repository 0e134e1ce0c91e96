"""Complaints: about 38 a day, most answered within hours, some left waiting for days by a few agencies.

Each complaint's whole life is drawn when it arrives; its state at a moment follows from the moment alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from demo.clock import Clock
from demo.rhythm import OFFICE, Arrivals, Timeline
from demo.tables import Category, Tables

Detailed = Literal["RECEIVED", "IN_PROCESS", "PROCESSED"]

PER_DAY = 38.0
PAST = timedelta(days=90)
WORK = timedelta(hours=12.6)
"""Mean time from the first work to the end: 38 a day leave about 20 in progress."""
LONGEST_WAIT_DAYS = {
    "DPUPR": 8.8,
    "OPD bidang kebersihan": 7.3,
    "Dishub": 6.6,
    "OPD bidang pertamanan": 6.1,
    "OPD bidang ketertiban": 5.2,
}
"""Agencies that leave most requests waiting for days; two of them longer than a week."""
USUAL_HOURS = 60.0
CHANNELS = ("aplikasi", "whatsapp", "instagram", "sp4n-lapor", "situs web", "112")
CHANNEL_WEIGHTS = (50, 18, 9, 10, 8, 5)
DETAILS = (
    "Sudah beberapa hari seperti ini.",
    "Mohon segera ditindaklanjuti.",
    "Mengganggu warga yang lewat.",
    "Terjadi setiap pagi.",
    "Lokasi dekat persimpangan.",
    "Sudah pernah dilaporkan sebelumnya.",
)


@dataclass(frozen=True, slots=True)
class Life:
    """One complaint from its arrival to its end, in city time."""

    number: int
    born: datetime
    begun: datetime
    ended: datetime
    category: Category
    channel: str
    description: str
    address: str
    place: tuple[float, float] | None

    def detailed(self, played: datetime) -> Detailed:
        """Its status at a city time, in Klarschiff's words."""
        if played < self.begun:
            return "RECEIVED"
        return "IN_PROCESS" if played < self.ended else "PROCESSED"

    def changed(self, played: datetime) -> datetime:
        """The city time of its last change."""
        if played < self.begun:
            return self.born
        return self.begun if played < self.ended else self.ended


class Complaints:
    """All requests of the last months. `at(moment)` takes a real moment."""

    def __init__(self, seed: int, clock: Clock, tables: Tables) -> None:
        self.categories = tables.categories
        self._clock = clock
        self._random = Random(f"{seed}/complaints")
        self._tables = tables
        self._weights = [category.weight for category in tables.categories]
        arrivals = Arrivals(Random(f"{seed}/complaints/arrivals"), clock.start - PAST, PER_DAY, OFFICE)
        self._timeline = Timeline(arrivals, self._make, keep=timedelta(days=400))

    def at(self, moment: datetime) -> list[Life]:
        """Every request that had arrived by a real moment, oldest first."""
        return self._timeline.until(self._clock.played(moment))

    def _make(self, number: int, born: datetime) -> Life:
        random = self._random
        category = random.choices(self._tables.categories, self._weights)[0]
        begun = born + self._wait(category.agency)
        where = random.choice(self._tables.subdistricts)
        lost = random.random()
        place: tuple[float, float] | None
        if lost < 0.02:
            place = (0.0, 0.0)
        elif lost < 0.05:
            place = None
        else:
            place = (
                round(where.lat + random.uniform(-0.004, 0.004), 6),
                round(where.lon + random.uniform(-0.004, 0.004), 6),
            )
        return Life(
            number=number,
            born=born,
            begun=begun,
            ended=begun + timedelta(seconds=random.expovariate(1 / WORK.total_seconds())),
            category=category,
            channel=random.choices(CHANNELS, CHANNEL_WEIGHTS)[0],
            description=self._describe(category, where.name),
            address=f"Jl. Contoh No. {random.randint(1, 99)}, Kel. {where.name}, Kec. {where.district}",
            place=place,
        )

    def _wait(self, agency: str) -> timedelta:
        random = self._random
        longest = LONGEST_WAIT_DAYS.get(agency)
        if longest is not None and random.random() < 0.93:
            return timedelta(days=longest * random.uniform(0.82, 1.0))
        return timedelta(hours=min(USUAL_HOURS, random.lognormvariate(2.6, 0.9)))

    def _describe(self, category: Category, where: str) -> str:
        """A sample text. Some hold personal data on purpose, plainly made up, so that masking can be tested."""
        random = self._random
        text = f"{category.service_name} di {where}. {random.choice(DETAILS)}"
        personal = random.random()
        if personal < 0.04:
            text += f" Hubungi 0812-0000-{random.randint(1, 9999):04}."
        elif personal < 0.07:
            text += f" Pelapor: Warga Contoh {random.randint(1, 99)}, NIK 3671000000{random.randint(1, 999999):06}."
        return text
