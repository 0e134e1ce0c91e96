"""The public dashboard of BPJS Aplicares: free beds of every hospital by class, and each hospital's rooms.

POST with JSON bodies, as the public dashboard was seen to be asked in February 2026. Numbers come now as numbers,
now as text, as they do there.
"""

from __future__ import annotations

import json
from datetime import datetime

from aiohttp import web

from demo.answers import CITY, MOMENT, json_answer
from demo.beds import RoomState
from demo.city import City
from demo.clock import WIB
from demo.tables import CLASSES, Hospital

PROVINCE = {"id": "36", "name": "BANTEN (CONTOH)"}
DISTRICT = {"id": "3671", "name": "KOTA TANGERANG (CONTOH)"}
GROUPS = {"vvip": "vip", "vip": "vip", "utama": "vip", "I": "satu", "II": "dua", "III": "tiga"}
"""The group of getData that holds a class; every other class is in Khusus."""
NAMES = {"vvip": "VVIP", "vip": "VIP", "utama": "UTAMA", "I": "KELAS I", "II": "KELAS II", "III": "KELAS III"}


def routes(base: str) -> list[web.RouteDef]:
    """The paths below `base`, such as /aplicares."""
    return [
        web.get(base + "/Referensi/propinsi", provinces),
        web.get(base + "/Referensi/dati2/{id}", districts),
        web.post(base + "/Dashboard/getListRSPKS", hospitals),
        web.post(base + "/Pencarian/getData", rooms),
    ]


async def provinces(request: web.Request) -> web.Response:
    """The only province there is."""
    return json_answer([PROVINCE])


async def districts(request: web.Request) -> web.Response:
    """The districts of a province; an empty list for any other."""
    return json_answer([DISTRICT] if request.match_info["id"] == PROVINCE["id"] else [])


async def hospitals(request: web.Request) -> web.Response:
    """One page of hospitals with their free beds by class."""
    body = await _body(request)
    params = body.get("params")
    pagination = params.get("pagination") if isinstance(params, dict) else None
    if not isinstance(pagination, dict):
        return json_answer({"message": "params.pagination is missing"}, 400)
    try:
        start, number = int(pagination.get("start", 0)), int(pagination.get("number", 10))
    except (TypeError, ValueError):
        return json_answer({"message": "start and number must be numbers"}, 400)
    if start < 0 or not 1 <= number <= 1000:
        return json_answer({"message": "start must be at least 0 and number from 1 to 1000"}, 400)
    city, moment = request.app[CITY], request[MOMENT]
    everyone = city.beds.hospitals
    return json_answer(
        {
            "totalItem": f"{len(everyone):,}".replace(",", "."),
            "numberOfPages": -(-len(everyone) // number),
            "listrs": [
                _listed(position, hospital, city, moment)
                for position, hospital in enumerate(everyone[start : start + number], start + 1)
            ],
        }
    )


async def rooms(request: web.Request) -> web.Response:
    """One hospital and its rooms, grouped by class. A hospital that never reported has no group at all."""
    code = str((await _body(request)).get("kdppk", ""))
    city, moment = request.app[CITY], request[MOMENT]
    hospital = city.beds.hospital(code)
    if hospital is None:
        return json_answer({"message": f"kdppk {code} is not known"}, 404)
    states = city.beds.at(code, moment)
    answer: dict[str, object] = {
        "profil": {
            "kdppk": hospital.code,
            "nmppk": hospital.name,
            "telpppk": "021-0000000",
            "nmjlnppk": "Jl. Contoh",
            "lat": str(hospital.lat),
            "lng": str(hospital.lon),
            "tglhbspksppk": "31/12/2099",
        },
        "detil": free_by_class(states),
        "sarana": [],
        "pelayanan": [],
    }
    grouped: dict[str, list[object]] = {}
    for state in states:
        grouped.setdefault(GROUPS.get(state.room.bed_class, "Khusus"), []).append(_room(state))
    return json_answer(answer | grouped)


def free_by_class(states: list[RoomState]) -> dict[str, object]:
    """The free beds of a hospital by class; every second class as text."""
    free = dict.fromkeys(CLASSES, 0)
    for state in states:
        free[state.room.bed_class] += state.free
    return {name: str(count) if position % 2 else count for position, (name, count) in enumerate(free.items())}


def _listed(position: int, hospital: Hospital, city: City, moment: datetime) -> dict[str, object]:
    about: dict[str, object] = {
        "no": position,
        "kdppk": hospital.code,
        "nmppk": hospital.name,
        "nmjlnppk": "Jl. Contoh",
    }
    return about | free_by_class(city.beds.at(hospital.code, moment)) | {"UGD": 0}


def _room(state: RoomState) -> dict[str, object]:
    room = state.room
    written = state.updated.astimezone(WIB).strftime("%d/%m/%Y %H:%M:%S")
    as_text = room.number % 3 == 0
    return {
        "kdppk": room.hospital,
        "nama_kelas": NAMES.get(room.bed_class, room.bed_class),
        "nama_ruang": f"RUANG CONTOH {room.number:02}",
        "jumlah_kamar": str(room.capacity) if as_text else room.capacity,
        "jumlah_kosong": str(state.free) if as_text else state.free,
        "pria": str(state.men) if as_text else state.men,
        "wanita": str(state.women) if as_text else state.women,
        "last_narik": written,
        "last_update": written,
    }


async def _body(request: web.Request) -> dict[str, object]:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as problem:
        raise web.HTTPBadRequest(text="the body is not JSON") from problem
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="the body is not a JSON object")
    return body
