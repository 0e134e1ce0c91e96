"""BPJS Aplicares, the public dashboard: one list of hospitals, then the rooms of each. Times are the city's.

Dashboard/getListRSPKS gives hospitals with free beds by class; Pencarian/getData gives one hospital's rooms with
jumlah_kamar (capacity) and jumlah_kosong (free).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field

from collectors.answer import Answer
from collectors.failures import SourceError
from collectors.fetch import Http, time_limit
from collectors.numbers import count
from collectors.places import place_in
from collectors.records import Batch, BedCount, BedUnit, CollectError, Known, Rejected
from collectors.rejects import rejected
from collectors.source import Area, City, Settings, Source
from collectors.source_time import own_time
from collectors.text import plain
from collectors.times import time_or_none

_PAGES = 100
_AT_ONCE = 4
_INTENSIVE = frozenset({"ICU", "ICCU", "NICU", "PICU", "RICU", "HCU", "ICC", "NIC", "PIC", "RIC"})
_EMERGENCY = frozenset({"IGD", "UGD"})
_NOT_CLASSES = frozenset({"no", "kdppk", "nmppk", "nmjlnppk", "telpppk", "lat", "lng", "kddati2", "jnsppk", "id"})
_NOT_ROOMS = frozenset({"sarana", "pelayanan"})

Row = Mapping[str, Any]


class AplicaresSettings(Settings):
    """`kddati2` is BPJS's own id of the city, `page_size` hospitals per page of the list."""

    kddati2: str = ""
    page_size: int = Field(default=50, ge=1, le=500)


class Aplicares:
    """Reads every hospital of the city. A hospital that cannot be read keeps the rooms this process last read."""

    feeds: ClassVar[tuple[Area, ...]] = ("beds",)
    standard: ClassVar[str] = "BPJS Kesehatan Aplicares"
    settings: ClassVar[type[Settings]] = AplicaresSettings

    def __init__(self, source: Source, city: City) -> None:
        self._source, self._city = source, city
        self._set = source.settings if isinstance(source.settings, AplicaresSettings) else AplicaresSettings()
        self._url = source.url.rstrip("/")
        self._last: dict[str, list[BedCount]] = {}

    async def collect(self, http: Http, known: Known) -> Batch:
        listed, refused, answers = await self._listed(http)
        beds: list[BedCount] = []
        failures: list[CollectError] = []
        unseen = False
        for hospital, found in zip(listed, await self._details(http, listed), strict=True):
            if isinstance(found, CollectError):
                failures.append(found)
                refused.append(rejected(f"hospital not read: {found}", {"kdppk": hospital}))
                beds.extend(self._last.get(hospital, ()))
                unseen = unseen or hospital not in self._last
                continue
            answer, detail = found
            rooms = self._rooms(hospital, listed[hospital], detail, answer.received, refused)
            self._last[hospital] = rooms
            beds.extend(rooms)
            answers.append(answer)
        if len(failures) * 2 > len(listed):
            waits = [failure.retry_after for failure in failures if failure.retry_after is not None]
            raise CollectError(
                f"{len(failures)} of {len(listed)} hospitals could not be read: {failures[0]}",
                max(waits, default=None),
            )
        for gone in self._last.keys() - listed.keys():
            del self._last[gone]
        received = max(answer.received for answer in answers)
        newest = max((bed.updated for bed in beds if bed.updated), default=None)
        return Batch(
            records=tuple(beds),
            as_of=own_time([newest] if newest else [answer.date for answer in answers], received),
            complete=not unseen,
            rejected=tuple(refused),
            demo=next((answer.demo for answer in answers if answer.demo), None),
        )

    async def _listed(self, http: Http) -> tuple[dict[str, Row], list[Rejected], list[Answer]]:
        """kdppk -> its row of the list."""
        hospitals: dict[str, Row] = {}
        refused: list[Rejected] = []
        answers: list[Answer] = []
        start = 0
        for _ in range(_PAGES):
            pagination = {"start": start, "totalItemCount": "0", "number": self._set.page_size, "numberOfPages": 0}
            asked = {"params": {"sort": {}, "search": {}, "pagination": pagination}, "kddati2": self._set.kddati2}
            answer = await self._post(http, "Dashboard/getListRSPKS", asked)
            page = answer.json()
            rows = page.get("listrs") if isinstance(page, dict) else None
            if not isinstance(rows, list):
                raise SourceError(answer.host, "answered JSON without a list of hospitals (listrs)")
            answers.append(answer)
            before = len(hospitals)
            for row in rows:
                hospital = plain(row.get("kdppk"), 40) if isinstance(row, dict) else None
                if hospital is None:
                    refused.append(rejected("hospital without kdppk", row))
                else:
                    hospitals.setdefault(hospital, row)
            start += self._set.page_size
            total = count(page.get("totalItem"))
            if len(hospitals) == before or (total is not None and len(hospitals) >= total):
                break
        return hospitals, refused, answers

    async def _details(self, http: Http, listed: Mapping[str, Row]) -> list[tuple[Answer, Row] | CollectError]:
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(hospital: str) -> tuple[Answer, Row] | CollectError:
            async with turn:
                try:
                    answer = await self._post(http, "Pencarian/getData", {"kdppk": hospital, "jnsppk": "R"})
                    detail = answer.json()
                except CollectError as problem:
                    return problem
            if not isinstance(detail, dict):
                return SourceError(answer.host, "answered JSON that is not a hospital")
            return answer, detail

        return list(await asyncio.gather(*(one(hospital) for hospital in listed)))

    async def _post(self, http: Http, path: str, asked: object) -> Answer:
        answer = await http.post(f"{self._url}/{path}", json=asked, limit=time_limit(self._source.every))
        answer.require_success()
        return answer

    def _rooms(self, hospital: str, row: Row, detail: Row, now: datetime, refused: list[Rejected]) -> list[BedCount]:
        profile = detail.get("profil")
        profile = profile if isinstance(profile, dict) else {}
        name = plain(profile.get("nmppk"), 200) or plain(row.get("nmppk"), 200) or hospital
        where = place_in(profile, self._city.bounds)
        lat, lon = where or (None, None)
        rooms: dict[str, BedCount] = {}
        for group, items in detail.items():
            if group in _NOT_ROOMS or not isinstance(items, list):
                continue
            for item in items:
                if not isinstance(item, dict) or not (item.keys() & {"nama_kelas", "jumlah_kamar", "jumlah_kosong"}):
                    refused.append(rejected("not a room", item))
                    continue
                room = self._room(hospital, name, group, item, now)
                room = _placed(room, lat, lon)
                held = rooms.get(room.id)
                if held is not None:
                    refused.append(rejected("the same room twice", item))
                if held is None or held.updated is None or (room.updated and room.updated >= held.updated):
                    rooms[room.id] = room
        if rooms:
            return list(rooms.values())
        return _classes(hospital, name, row, where) or [
            BedCount(id=f"{hospital}/-", hospital_id=hospital, hospital=name, unit="unreported", lat=lat, lon=lon)
        ]

    def _room(self, hospital: str, name: str, group: str, item: Row, now: datetime) -> BedCount:
        class_name = plain(item.get("nama_kelas"), 100) or group
        bed_class = plain(item.get("kode_kelas") or item.get("kodekelas"), 40) or class_name.upper()
        room = plain(item.get("nama_ruang"), 200) or ""
        capacity, free = count(item.get("jumlah_kamar")), count(item.get("jumlah_kosong"))
        too_free = capacity is not None and free is not None and free > capacity
        occupied = None if capacity is None or free is None or too_free else capacity - free
        return BedCount(
            id=f"{hospital}/{bed_class}/{room}",
            hospital_id=hospital,
            hospital=name,
            unit=_unit(bed_class, class_name, room if group.lower() == "khusus" else ""),
            bed_class=bed_class,
            class_name=class_name,
            room=room,
            capacity=capacity,
            free=free,
            occupied=occupied,
            derived=None if occupied is None else "occupied",
            flags=_flags(item, free, too_free),
            updated=time_or_none(item.get("last_update"), self._city.timezone, now),
        )


def _flags(item: Row, free: int | None, too_free: bool) -> tuple[str, ...]:
    """What does not add up. Free beds for either sex are in neither part, so parts may be fewer than free beds."""
    men, women = count(item.get("pria")), count(item.get("wanita"))
    parts = free is not None and men is not None and women is not None and men + women > free
    return ("free>capacity",) * too_free + ("parts>free",) * parts


def _placed(bed: BedCount, lat: float | None, lon: float | None) -> BedCount:
    return bed if lat is None else replace(bed, lat=lat, lon=lon)


def _classes(hospital: str, name: str, row: Row, where: tuple[float, float] | None) -> list[BedCount]:
    """What the list says of a hospital without rooms: free beds by class. A zero may mean there are none: unknown."""
    lat, lon = where or (None, None)
    return [
        BedCount(
            id=f"{hospital}/{key.upper()}",
            hospital_id=hospital,
            hospital=name,
            unit=_unit(key),
            bed_class=key.upper(),
            class_name=key,
            free=free,
            lat=lat,
            lon=lon,
        )
        for key, value in row.items()
        if key not in _NOT_CLASSES and (free := count(value))
    ]


def _unit(*names: str) -> BedUnit:
    """Intensive care, emergency, or the rest, by whole words of class and room."""
    words = {word for name in names for word in re.findall(r"[A-Z]+", name.upper())}
    if words & _INTENSIVE:
        return "icu"
    return "emergency" if words & _EMERGENCY else "inpatient"
