"""What the pretend city was like before it started, as tables that an office would export: CSV, a day at a time.

A day is the same for the same seed, whenever the city started; it ends where the city starts. Times are UTC.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from demo.beds import STOPPED_AGO
from demo.city import City
from demo.open511 import KINDS

LENGTH = timedelta(days=90)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BY_THE_HOUR = timedelta(days=3)
SPARSE = 8
"""So many hours lie between two looks at the beds of older days; which hours they are differs from day to day."""
ROAD_KINDS = {name: headline.partition(" ")[0].lower() for name, (_, _, headline) in KINDS.items()} | {
    "jam": "jam", "accident": "accident", "flood": "flood", "closure": "closure", "works": "works",
}  # fmt: skip
HEADS = {
    "beds": "moment,hospital_id,hospital,class,capacity,free",
    "traffic": "id,started,ended,kind,level,road,verified,lat,lon",
    "apps": "moment,app,checks,up,degraded,down,maintenance,latency_mean,latency_p95,latency_max",
    "outages": "app,began,ended,status",
    "water": "moment,post,name,river,level_cm,siaga",
}
CLASS_NAMES = {"vvip": "VVIP", "vip": "VIP", "utama": "UTAMA", "I": "KELAS I", "II": "KELAS II", "III": "KELAS III"}


class Past:
    """The tables of a city's past, by the names that HEADS has. Before the start the city's time is the real one."""

    def __init__(self, seed: int, city: City) -> None:
        self._seed = seed
        self._city = city
        self.end = city.clock.start.replace(minute=0, second=0)
        self.begin = (self.end - LENGTH).replace(hour=0)
        self._lately = city.water.rises_until(city.clock.start)
        self._days: dict[str, Callable[[datetime, datetime, str], Iterator[str]]] = {
            "beds": self._beds, "traffic": self._traffic, "apps": self._apps, "outages": self._outages,
            "water": self._water,
        }  # fmt: skip

    def table(self, name: str, first: date, last: date, of: str = "") -> str:
        """The rows of some days, both included; `of` is the service that exports it, where several of an area do."""
        lines, day = [HEADS[name]], first
        while day <= last:
            start = datetime.combine(day, time(), UTC)
            if self.begin <= start < self.end:
                lines += self._days[name](start, min(start + DAY, self.end), of)
            day += DAY
        return "\n".join([*lines, ""])

    def _random(self, what: str, day: datetime) -> Random:
        return Random(f"{self._seed}/past/{what}/{day:%Y-%m-%d}")

    def _beds(self, start: datetime, end: datetime, of: str) -> Iterator[str]:
        beds, step = self._city.beds, HOUR
        first = start
        if start < self.end - BY_THE_HOUR:
            first, step = start + HOUR * (start.toordinal() % SPARSE), SPARSE * HOUR
        moments = [first + n * step for n in range(int((end - first) / step) + 1) if first + n * step < end]
        for hospital in beds.hospitals:
            by_class = defaultdict(list)
            for room in beds.rooms(hospital.code):
                by_class[room.bed_class].append(room)
            head = f"{hospital.code},{cell(hospital.name)}"
            for moment in moments:
                if not by_class or (hospital.code == beds.stopped and moment > self.end - STOPPED_AGO):
                    yield f"{stamp(moment)},{head},,,"
                    continue
                for bed_class, rooms in by_class.items():
                    free = sum(beds.free(room, moment) for room in rooms)
                    capacity = sum(room.capacity for room in rooms)
                    yield f"{stamp(moment)},{head},{CLASS_NAMES.get(bed_class, bed_class)},{capacity},{free}"

    def _traffic(self, start: datetime, end: datetime, of: str) -> Iterator[str]:
        traffic, day = self._city.traffic, f"{start:%Y%m%d}"
        random = self._random(of or "traffic", start)
        if of == "waze":
            for jam in traffic.jams_of(random, start, start + DAY):
                if jam.ended < end:
                    road = jam.road
                    told = f"jam,{jam.worst},{cell(road.name)},,{road.lat},{road.lon}"
                    yield f"jam/{day}-{jam.number},{stamp(jam.born)},{stamp(jam.ended)},{told}"
            return
        for report in traffic.reports_of(random, start, start + DAY):
            if report.ended < end:
                road, level = report.road, {"MINOR": 1, "MODERATE": 3, "MAJOR": 4}.get(report.severity, "")
                told = f"{ROAD_KINDS[report.kind]},{level},{cell(road.name)},yes,{road.lat},{road.lon}"
                yield f"LL-{day}-{report.number},{stamp(report.born)},{stamp(report.ended)},{told}"

    def _apps(self, start: datetime, end: datetime, of: str) -> Iterator[str]:
        apps = self._city.apps
        lost: dict[tuple[str, datetime], dict[str, int]] = defaultdict(lambda: {"slow": 0, "down": 0})
        for minute, id, kind in self._bad_minutes(start):
            lost[id, minute][kind] += 1
        hours = [start + n * HOUR for n in range(int((end - start) / HOUR))]
        busy = {hour: (stamp(hour), apps.busy(hour + HOUR / 2)) for hour in hours}
        for id in apps.applications:
            own = 1000 * apps.own_delay(id)
            for hour, (at, busyness) in busy.items():
                slow, down, mean = 0, 0, own * busyness
                if (id, hour) in lost:
                    slow, down = lost[id, hour]["slow"], lost[id, hour]["down"]
                delays = f"{mean:.0f},{mean * 1.27:.0f},{mean * 1.3:.0f}" if slow + down < 60 else ",,"
                yield f"{at},{id},60,{60 - slow - down},{slow},{down},0,{delays}"

    def _outages(self, start: datetime, end: datetime, of: str) -> Iterator[str]:
        for id, began, ended, kind in self._troubles(start):
            if began < end:
                yield f"{id},{stamp(began)},{stamp(min(ended, end))},{'down' if kind == 'down' else 'degraded'}"

    def _troubles(self, start: datetime) -> list[tuple[str, datetime, datetime, str]]:
        """The troubles of a day, to the minute, cut at its end; of two of one application at once the first counts."""
        found: list[tuple[str, datetime, datetime, str]] = []
        for one in self._city.apps.troubles(self._random("apps", start), start, start + DAY):
            began, ended = one.born.replace(second=0, microsecond=0), one.ended.replace(second=0, microsecond=0)
            ended = min(ended, start + DAY)
            busy = any(id == one.application and began < end and ended > at for id, at, end, _ in found)
            if ended > began and not busy:
                found.append((one.application, began, ended, one.kind))
        return found

    def _bad_minutes(self, start: datetime) -> Iterator[tuple[datetime, str, str]]:
        """Each minute of trouble by its hour."""
        for id, began, ended, kind in self._troubles(start):
            for n in range(int((ended - began) / timedelta(minutes=1))):
                yield (began + n * timedelta(minutes=1)).replace(minute=0), id, kind

    def _water(self, start: datetime, end: datetime, of: str) -> Iterator[str]:
        water = self._city.water
        before = [
            rise
            for day in (start - 2 * DAY, start - DAY, start)
            for rise in water.rises(self._random("water", day), day, day + DAY)
        ]
        for post in water.posts:
            for n in range(int((end - start) / HOUR)):
                moment, level, siaga = start + n * HOUR, "", ""
                if post.id != water.never:
                    rises = self._lately if moment > self.end - 2 * DAY else before
                    cm = round(water.level(post, moment, rises))
                    level, siaga = str(cm), str(4 - sum(cm >= step for step in post.steps[1:]))
                yield f"{stamp(moment)},{post.id},{cell(post.name)},{cell(post.river)},{level},{siaga}"


def cell(text: str) -> str:
    """A name as CSV writes it."""
    quoted = text.replace('"', '""')
    return f'"{quoted}"' if set(text) & set(',"\n') else text


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
