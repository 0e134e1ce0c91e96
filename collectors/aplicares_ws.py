"""BPJS Aplicares, the signed web service of each hospital: rest/bed/read/{kodeppk}/{start}/{limit}.

Every request carries X-cons-id, X-timestamp and X-signature, the base64 of HMAC-SHA256 over "cons_id&timestamp" with
the hospital's secret; newer ones a user_key as well. A failure is HTTP 200 with another metadata.code than 1. Times
are the city's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import Field

from collectors.answer import Answer
from collectors.bed_counts import added_up, bed_unit, class_code, sexes
from collectors.environment import hidden, secret
from collectors.failures import SourceError
from collectors.fetch import Http, time_limit
from collectors.hospitals import Found, Hospital, Hospitals, OneByOne
from collectors.numbers import count
from collectors.records import Batch, BedCount, Known, Total
from collectors.rejects import rejected
from collectors.rows import in_turns, require_few
from collectors.source import Area, City, Settings, Source
from collectors.text import plain
from collectors.times import time_or_none

_PAGES = 50
_NUMBERS = frozenset({"kapasitas", "tersedia"})

Row = Mapping[str, Any]


class SignedHospital(Hospital):
    """`code` is the hospital's kodeppk. The three others name environment variables."""

    cons_id_env: str
    secret_env: str
    user_key_env: str | None = None


class AplicaresWsSettings(Settings):
    """`page_size` is rooms per request."""

    hospitals: Hospitals[SignedHospital] = Field(min_length=1)
    page_size: int = Field(default=100, ge=1, le=1000)


class AplicaresWs:
    """Reads the rooms of each listed hospital with that hospital's own key."""

    feeds: ClassVar[tuple[Area, ...]] = ("beds",)
    standard: ClassVar[str] = "BPJS Kesehatan Aplicares web service"
    settings: ClassVar[type[Settings]] = AplicaresWsSettings

    def __init__(self, source: Source, city: City) -> None:
        if not isinstance(source.settings, AplicaresWsSettings):
            raise TypeError("aplicares_ws needs the key hospitals")
        self._source, self._city, self._set = source, city, source.settings
        self._hospitals = {hospital.key: hospital for hospital in source.settings.hospitals}
        self._each = OneByOne()

    async def collect(self, http: Http, known: Known) -> Batch:
        found = await self._each.read(self._hospitals, lambda key: self._rooms(http, self._hospitals[key]))
        return found.batch()

    async def _rooms(self, http: Http, hospital: SignedHospital) -> Found:
        found = Found()
        start, total = 1, None
        for _ in range(_PAGES):
            answer = await self._ask(http, hospital, start)
            rows, stated = _list(answer, hospital)
            total = total if stated is None else stated
            found.answers.append(answer)
            held = len(found.rooms)
            require_few(answer.host, rows)
            async for row in in_turns(rows):
                if isinstance(row, dict) and row.keys() & _NUMBERS:
                    found.add(self._room(hospital, row, answer.received), row)
                else:
                    found.refused.append(rejected("not a room", row))
            start += len(rows)
            all_given = len(rows) < self._set.page_size if total is None else start > total
            if all_given or len(found.rooms) == held:
                break
        if total is not None:
            found.totals.append(Total("rows", total, start - 1))
        if total is not None and start <= total:
            found.refused.append(rejected(f"{total - start + 1} of {total} rooms were not given", None))
            found.whole = False
        found.expect(hospital)
        return found

    async def _ask(self, http: Http, hospital: SignedHospital, start: int) -> Answer:
        path = f"rest/bed/read/{quote(hospital.code, safe='')}/{start}/{self._set.page_size}"
        url = f"{self._source.url.rstrip('/')}/{path}"
        limit = time_limit(self._source.every)
        answer = await http.get(url, headers=_signed(hospital, int(time.time())), limit=limit, follow=False)
        answer.require_success()
        return answer

    def _room(self, hospital: SignedHospital, row: Row, now: datetime) -> BedCount:
        code = plain(row.get("kodekelas"), 40) or ""
        class_name = plain(row.get("namakelas"), 100) or code or "-"
        room = plain(row.get("namaruang"), 200) or plain(row.get("koderuang"), 40) or ""
        free = count(row.get("tersedia"))
        by_sex = (count(row.get(f"tersedia{sex}")) for sex in ("pria", "wanita", "priawanita"))
        special = class_code(class_name).startswith("NON")
        bed = BedCount(
            id=f"{hospital.key}/{code}/{plain(row.get('koderuang'), 40) or room}",
            hospital_id=hospital.key,
            hospital=hospital.name,
            unit=bed_unit(code, class_name, room if special else ""),
            bed_class=class_code(class_name),
            class_name=class_name,
            room=room,
            capacity=count(row.get("kapasitas")),
            free=free,
            **sexes(free, *by_sex),
            updated=time_or_none(row.get("lastupdate"), self._city.timezone, now),
        )
        return added_up(bed)


def _signed(hospital: SignedHospital, timestamp: int) -> dict[str, str]:
    """The headers of one request; `timestamp` is seconds since 1970."""
    cons_id = secret(hospital.cons_id_env)
    mark = hmac.new(secret(hospital.secret_env).encode(), f"{cons_id}&{timestamp}".encode(), hashlib.sha256)
    headers = {
        "X-cons-id": cons_id,
        "X-timestamp": str(timestamp),
        "X-signature": base64.b64encode(mark.digest()).decode(),
    }
    if hospital.user_key_env is not None:
        headers["user_key"] = secret(hospital.user_key_env)
    return headers


def _list(answer: Answer, hospital: SignedHospital) -> tuple[list[object], int | None]:
    """The rows of an answer, and how many there are in all. Raises CollectError for a refusal."""
    body = answer.json()
    metadata = (body.get("metadata") or body.get("metaData")) if isinstance(body, dict) else None
    if not isinstance(metadata, dict):
        raise SourceError(answer.host, "answered JSON without metadata")
    code = count(metadata.get("code"))
    if code != 1:
        names = (hospital.cons_id_env, hospital.secret_env, hospital.user_key_env)
        said = hidden(plain(metadata.get("message")), *(secret(name) for name in names if name))
        words = f"refused (code {'unknown' if code is None else code}): {(said or 'no reason')[:150]}"
        raise SourceError(answer.host, words, fault="refused")
    response = body.get("response")
    rows = response.get("list") if isinstance(response, dict) else None
    total = count(metadata.get("totalitems"))
    if rows is None and (total == 0 or response is None):
        rows = []
    if not isinstance(rows, list):
        raise SourceError(answer.host, "answered JSON without a list of rooms (response.list)")
    return rows, total
