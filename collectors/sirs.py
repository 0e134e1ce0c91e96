"""Kemenkes SIRS Online, bridging v3: GET /Fasyankes gives the rooms of the hospital whose key is sent.

The headers are X-rs-id (the hospital's kode_rs), X-Timestamp (seconds UTC) and X-pass. Every value is text; jumlah is
capacity, terpakai occupied, kosong free, prepare those being made ready. Times are the city's. The answer has a row for
each kind of bed of the ministry, also for those the hospital does not have.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field

from collectors.answer import Answer
from collectors.bed_counts import added_up, bed_unit, class_code
from collectors.environment import hidden, secret
from collectors.failures import SourceError
from collectors.fetch import Http, time_limit
from collectors.hospitals import Found, Hospital, Hospitals, OneByOne
from collectors.numbers import count
from collectors.records import Batch, BedCount, Known
from collectors.rejects import rejected
from collectors.rows import in_turns, require_few
from collectors.source import Area, City, Settings, Source
from collectors.text import plain
from collectors.times import time_or_none

_ROOM = frozenset({"id_tt", "tt", "id_t_tt"})
_TOLD = ("jumlah", "terpakai", "kosong")

Row = Mapping[str, Any]


class SirsHospital(Hospital):
    """`code` is the hospital's kode_rs; `password_env` names the environment variable with its X-pass."""

    password_env: str


class SirsSettings(Settings):
    """The hospitals that gave the city their key."""

    hospitals: Hospitals[SirsHospital] = Field(min_length=1)


class Sirs:
    """Reads the rooms of each listed hospital with that hospital's own key."""

    feeds: ClassVar[tuple[Area, ...]] = ("beds",)
    standard: ClassVar[str] = "Kemenkes SIRS Online v3"
    settings: ClassVar[type[Settings]] = SirsSettings

    def __init__(self, source: Source, city: City) -> None:
        if not isinstance(source.settings, SirsSettings):
            raise TypeError("sirs needs the key hospitals")
        self._source, self._city = source, city
        self._hospitals = {hospital.key: hospital for hospital in source.settings.hospitals}
        self._each = OneByOne()

    async def collect(self, http: Http, known: Known) -> Batch:
        found = await self._each.read(self._hospitals, lambda key: self._rooms(http, self._hospitals[key]))
        return found.batch()

    async def _rooms(self, http: Http, hospital: SirsHospital) -> Found:
        password = secret(hospital.password_env)
        answer = await http.get(
            f"{self._source.url.rstrip('/')}/Fasyankes",
            headers={"X-rs-id": hospital.code, "X-Timestamp": str(int(time.time())), "X-pass": password},
            limit=time_limit(self._source.every),
            follow=False,
        )
        answer.require_success()
        found = Found([answer])
        rows = _rows(answer, password)
        require_few(answer.host, rows)
        async for row in in_turns(rows):
            if not isinstance(row, dict) or not row.keys() & _ROOM:
                found.refused.append(rejected("not a room", row))
            elif not _is_empty(row):
                found.add(self._room(hospital, row, answer.received), row)
        found.expect(hospital)
        return found

    def _room(self, hospital: SirsHospital, row: Row, now: datetime) -> BedCount:
        kind = plain(row.get("id_tt"), 40) or ""
        class_name = plain(row.get("tt"), 100) or kind or "-"
        room = plain(row.get("ruang"), 200) or ""
        bed = BedCount(
            id=f"{hospital.key}/{plain(row.get('id_t_tt'), 40) or f'{kind}/{room}'}",
            hospital_id=hospital.key,
            hospital=hospital.name,
            unit=bed_unit(class_name),
            bed_class=class_code(class_name),
            class_name=class_name,
            room=room,
            capacity=count(row.get("jumlah")),
            free=count(row.get("kosong")),
            occupied=count(row.get("terpakai")),
            updated=time_or_none(row.get("tglupdate"), self._city.timezone, now),
        )
        return added_up(bed, apart=count(row.get("prepare")) or 0)


def _is_empty(row: Row) -> bool:
    """A kind of bed the hospital does not have: never written, and no number but zeros."""
    written = plain(row.get("id_t_tt")) or plain(row.get("tglupdate"))
    return not written and not any(count(row.get(name)) for name in _TOLD)


def _rows(answer: Answer, password: str) -> list[object]:
    """The rows of an answer, bare or within "fasyankes". Raises CollectError where it is a message instead."""
    body = answer.json()
    rows = body.get("fasyankes") if isinstance(body, dict) else body
    told = [body, rows, *(rows if isinstance(rows, list) else ())]
    for each in told:
        if isinstance(each, dict) and "message" in each and not each.keys() & _ROOM:
            said = hidden(plain(each["message"]), password)
            raise SourceError(answer.host, f"refused: {(said or 'no reason')[:150]}", fault="refused")
    if not isinstance(rows, list):
        raise SourceError(answer.host, "answered JSON without a list of rooms (fasyankes)")
    return rows
