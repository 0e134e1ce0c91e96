"""BPJS Aplicares, the public dashboard: one list of hospitals, then the rooms of each. Times are the city's.

Dashboard/getListRSPKS gives hospitals with free beds by class; Pencarian/getData gives one hospital's rooms with
jumlah_kamar (capacity) and jumlah_kosong (free).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar

from pydantic import Field

from collectors.answer import Answer
from collectors.bed_counts import added_up, bed_unit, class_code, sexes
from collectors.failures import SourceError
from collectors.fetch import Http, time_limit
from collectors.hospitals import Found, OneByOne, unreported
from collectors.numbers import count
from collectors.places import Place, place_in
from collectors.records import Batch, BedCount, Known, Total
from collectors.rejects import rejected
from collectors.rows import in_turns, require_few
from collectors.source import Area, City, Settings, Source
from collectors.text import plain
from collectors.times import time_or_none
from collectors.totals import whole

_PAGES = 100
_MOST_HOSPITALS = 5_000
_MOST_CLASSES = 50
_NOT_CLASSES = frozenset({"no", "kdppk", "nmppk", "nmjlnppk", "telpppk", "lat", "lng", "kddati2", "jnsppk", "id"})
_NOT_ROOMS = frozenset({"sarana", "pelayanan"})

Row = Mapping[str, Any]


class AplicaresSettings(Settings):
    """`kddati2` is BPJS's own id of the city, `page_size` hospitals per page of the list."""

    kddati2: str = ""
    page_size: int = Field(default=50, ge=1, le=500)


class Aplicares:
    """Reads every hospital of the city."""

    feeds: ClassVar[tuple[Area, ...]] = ("beds",)
    standard: ClassVar[str] = "BPJS Kesehatan Aplicares"
    settings: ClassVar[type[Settings]] = AplicaresSettings

    def __init__(self, source: Source, city: City) -> None:
        self._source, self._city = source, city
        self._set = source.settings if isinstance(source.settings, AplicaresSettings) else AplicaresSettings()
        self._url = source.url.rstrip("/")
        self._each = OneByOne()

    async def collect(self, http: Http, known: Known) -> Batch:
        listed, found = await self._listed(http)

        async def rooms(hospital: str) -> Found:
            answer = await self._post(http, "Pencarian/getData", {"kdppk": hospital, "jnsppk": "R"})
            detail = answer.json()
            if not isinstance(detail, dict):
                raise SourceError(answer.host, "answered JSON that is not a hospital")
            return await self._rooms(hospital, listed[hospital], detail, answer)

        found.join(await self._each.read(listed, rooms))
        return found.batch()

    async def _listed(self, http: Http) -> tuple[dict[str, Row], Found]:
        """kdppk -> its row of the list."""
        hospitals: dict[str, Row] = {}
        found = Found()
        start = 0
        for _ in range(_PAGES):
            pagination = {"start": start, "totalItemCount": "0", "number": self._set.page_size, "numberOfPages": 0}
            asked = {"params": {"sort": {}, "search": {}, "pagination": pagination}, "kddati2": self._set.kddati2}
            answer = await self._post(http, "Dashboard/getListRSPKS", asked)
            page = answer.json()
            rows = page.get("listrs") if isinstance(page, dict) else None
            if not isinstance(rows, list):
                raise SourceError(answer.host, "answered JSON without a list of hospitals (listrs)")
            found.answers.append(answer)
            before = len(hospitals)
            require_few(answer.host, rows)
            async for row in in_turns(rows):
                hospital = plain(row.get("kdppk"), 40) if isinstance(row, dict) else None
                if hospital is None:
                    found.refused.append(rejected("hospital without kdppk", row))
                else:
                    hospitals.setdefault(hospital, row)
            if len(hospitals) > _MOST_HOSPITALS:
                raise SourceError(answer.host, f"lists more than {_MOST_HOSPITALS:,} hospitals", fault="too_large")
            start += self._set.page_size
            total = count(page.get("totalItem"))
            if len(hospitals) == before or (total is not None and len(hospitals) >= total):
                break
        if total is not None:
            found.totals.append(Total("hospitals", total, len(hospitals)))
        return hospitals, found

    async def _post(self, http: Http, path: str, asked: object) -> Answer:
        answer = await http.post(f"{self._url}/{path}", json=asked, limit=time_limit(self._source.every))
        answer.require_success()
        return answer

    async def _rooms(self, hospital: str, row: Row, detail: Row, answer: Answer) -> Found:
        profile = detail.get("profil")
        profile = profile if isinstance(profile, dict) else {}
        name = plain(profile.get("nmppk"), 200) or plain(row.get("nmppk"), 200) or hospital
        where = place_in(profile, self._city.bounds)
        found = Found([answer])
        for group, items in detail.items():
            if group in _NOT_ROOMS or not isinstance(items, list):
                continue
            require_few(answer.host, items)
            async for item in in_turns(items):
                if not isinstance(item, dict) or not (item.keys() & {"nama_kelas", "jumlah_kamar", "jumlah_kosong"}):
                    found.refused.append(rejected("not a room", item))
                else:
                    room = self._room(hospital, name, group, item, answer.received)
                    found.add(_placed(room, where), item)
        if found.rooms:
            found.totals += _summary(detail.get("detil"), found.rooms.values(), name)
        else:
            for room in _classes(hospital, name, row) or [unreported(hospital, name)]:
                found.rooms[room.id] = _placed(room, where)
        return found

    def _room(self, hospital: str, name: str, group: str, item: Row, now: datetime) -> BedCount:
        class_name = plain(item.get("nama_kelas"), 100) or plain(group, 100) or "-"
        bed_class = plain(item.get("kode_kelas") or item.get("kodekelas"), 40) or class_code(class_name)
        room = plain(item.get("nama_ruang"), 200) or ""
        free = count(item.get("jumlah_kosong"))
        bed = BedCount(
            id=f"{hospital}/{bed_class}/{room}",
            hospital_id=hospital,
            hospital=name,
            unit=bed_unit(bed_class, class_name, room if group.lower() == "khusus" else ""),
            bed_class=bed_class,
            class_name=class_name,
            room=room,
            capacity=count(item.get("jumlah_kamar")),
            free=free,
            **sexes(free, count(item.get("pria")), count(item.get("wanita"))),
            updated=time_or_none(item.get("last_update"), self._city.timezone, now),
        )
        return added_up(bed)


def _placed(bed: BedCount, where: Place | None) -> BedCount:
    return bed if where is None else replace(bed, lat=where[0], lon=where[1])


def _classes(hospital: str, name: str, row: Row) -> list[BedCount]:
    """What the list says of a hospital without rooms: free beds by class. A zero may mean there are none: unknown."""
    return [
        BedCount(
            id=f"{hospital}/{class_code(named)}",
            hospital_id=hospital,
            hospital=name,
            unit=bed_unit(named),
            bed_class=class_code(named),
            class_name=named,
            free=free,
        )
        for key, value in islice(row.items(), _MOST_CLASSES)
        if key not in _NOT_CLASSES and (free := count(value)) and (named := plain(key, 40))
    ]


def _summary(detil: object, rooms: Collection[BedCount], hospital: str) -> list[Total]:
    """The free beds that a hospital states by class, beside those of its rooms. What cannot be told is left aside: a
    class whose rooms are not all known, rooms of two of its classes, and where rooms are of none those without any."""
    given = islice(detil.items(), _MOST_CLASSES) if isinstance(detil, dict) else ()
    stated = {key.upper(): free for key, value in given if (free := count(value)) is not None}
    held: dict[str, list[int | None]] = {name: [] for name in stated}
    elsewhere = False
    for room in rooms:
        named = held.keys() & set(room.class_name.upper().split())
        for name in named:
            held[name].append(room.free if len(named) == 1 else None)
        elsewhere = elsewhere or not named
    told = [name for name, free in held.items() if None not in free and (free or not elsewhere)]
    if not told:
        return []
    return whole("free", sum(stated[name] for name in told), [free for name in told for free in held[name]], hospital)
