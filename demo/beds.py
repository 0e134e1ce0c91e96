"""Hospital beds: rooms of every class, about 74 % occupied, pushed by each hospital every few minutes of real time.

What a room holds is a function of the seed and the moment alone. Some things are wrong on purpose, because they are
wrong in the real feeds: hospitals that never reported, one that stopped hours ago, rooms whose parts do not add up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from demo.clock import WIB, Clock
from demo.rhythm import chance, drift
from demo.tables import Hospital, Tables

LARGEST_ROOM = 10
INTENSIVE = frozenset({"ICU", "ICCU", "NICU", "PICU", "HCU"})
STOPPED_AGO = timedelta(hours=7)


@dataclass(frozen=True, slots=True)
class Room:
    """A room as it is built: its hospital, class and capacity. `quirk` says what it reports wrongly."""

    hospital: str
    number: int
    bed_class: str
    capacity: int
    quirk: str = ""


@dataclass(frozen=True, slots=True)
class RoomState:
    """What a hospital last said of a room. `men` and `women` are the free beds that are theirs; `updated` is real."""

    room: Room
    free: int
    men: int
    women: int
    updated: datetime


class Beds:
    """The hospitals. Moments are real."""

    def __init__(self, seed: int, clock: Clock, tables: Tables) -> None:
        self.hospitals = tables.hospitals
        self._seed = seed
        self._clock = clock
        self._rooms = {hospital.code: build(hospital, seed) for hospital in tables.hospitals}
        reporting = [hospital.code for hospital in tables.hospitals if self._rooms[hospital.code]]
        self.stopped = reporting[int(chance(seed, "stopped") * len(reporting))]

    def hospital(self, code: str) -> Hospital | None:
        """The hospital of a code."""
        return next((hospital for hospital in self.hospitals if hospital.code == code), None)

    def at(self, code: str, moment: datetime) -> list[RoomState]:
        """What a hospital has last reported by a real moment; empty where it never reported a room."""
        pushed = self._pushed(code, moment)
        return [self._state(room, pushed) for room in self._rooms.get(code, ())]

    def _pushed(self, code: str, moment: datetime) -> datetime:
        """The hospital's last push: every two to six minutes, each with its own period and phase."""
        if code == self.stopped:
            return (self._clock.start - STOPPED_AGO).replace(microsecond=0)
        period = 120 + 240 * chance(self._seed, code, "period")
        phase = period * chance(self._seed, code, "phase")
        count = math.floor((moment.timestamp() - phase) / period)
        return datetime.fromtimestamp(int(count * period + phase), tz=moment.tzinfo)

    def rooms(self, code: str) -> tuple[Room, ...]:
        """A hospital's rooms as they are built; none where it never reported one."""
        return self._rooms.get(code, ())

    def free(self, room: Room, played: datetime) -> int:
        """The free beds of a room at a city time."""
        if room.quirk == "more free than beds":
            return room.capacity + 1
        share = self._occupied_share(room, played)
        between = drift(played, timedelta(hours=6), self._seed, *_key(room), "between")
        return room.capacity - min(room.capacity, math.floor(share * room.capacity + between))

    def _state(self, room: Room, pushed: datetime) -> RoomState:
        free = self.free(room, self._clock.played(pushed))
        men = free // 2
        women = free - men
        if room.quirk == "parts":
            women += 2
        elif room.quirk == "more free than beds":
            men, women = free, 0
        return RoomState(room, free, men, women, pushed - timedelta(seconds=int(60 * chance(*_key(room)))))

    def _occupied_share(self, room: Room, played: datetime) -> float:
        usual = 0.70 if room.bed_class in INTENSIVE else 0.45 if room.bed_class == "IGD" else 0.735
        house = 0.16 * (chance(self._seed, room.hospital, "usual") - 0.5)
        slow = 0.20 * (drift(played, timedelta(hours=9), self._seed, *_key(room), "slow") - 0.5)
        quick = 0.16 * (drift(played, timedelta(hours=2), self._seed, *_key(room), "quick") - 0.5)
        return max(0.0, min(1.0, usual + by_day(played) + house + slow + quick))


@lru_cache(maxsize=256)
def by_day(played: datetime) -> float:
    """What the hour of the day adds to the share of occupied beds."""
    local = played.astimezone(WIB)
    return 0.02 * math.sin((local.hour + local.minute / 60 - 4) / 24 * math.tau)


def build(hospital: Hospital, seed: int) -> tuple[Room, ...]:
    """The rooms of a hospital: each class cut into rooms of at most ten beds."""
    rooms: list[Room] = []
    for bed_class, capacity in hospital.capacity.items():
        count = math.ceil(capacity / LARGEST_ROOM)
        for index in range(count):
            beds = capacity // count + (1 if index < capacity % count else 0)
            luck = chance(seed, hospital.code, len(rooms), "quirk")
            quirk = "parts" if luck < 0.025 else "more free than beds" if luck > 0.993 and beds < 6 else ""
            rooms.append(Room(hospital.code, len(rooms) + 1, bed_class, beds, quirk))
    return tuple(rooms)


def _key(room: Room) -> tuple[object, ...]:
    return (room.hospital, room.number)
