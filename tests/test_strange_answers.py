"""Whatever a field holds, a collector returns a batch or raises CollectError, and keeps what it can read."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web

from collectors import COLLECTORS
from collectors.fetch import Http
from collectors.fhir_beds import FhirBedsSettings
from collectors.records import Batch, CollectError, Known
from collectors.source import Application, Settings
from tests.fhir_server import bundle
from tests.sources import city, serving, source
from tests.test_aplicares_ws import room as ws_room
from tests.test_aplicares_ws import settings as ws_settings
from tests.test_fhir_locations import SITE, WARD, bed
from tests.test_fhir_reports import report
from tests.test_open311 import request as open311_row
from tests.test_open511 import event
from tests.test_sirs import row as sirs_row
from tests.test_sirs import settings as sirs_settings
from tests.test_waze import MADE, alert, jam, millis
from tests.test_wzdx import core, old_zone, zone

ODD: list[Any] = [
    None, True, -1, 0, 10**30, 1e308, -0.5, "", " ", "NA", "\ud800", "\x00", "x" * 5000, "2.929", "<b>", [], [[]], {},
    [None], {"a": {}}, "2026-99-99", "9" * 30, "١٢",
]  # fmt: skip
ROOMS = {"tiga": [{"nama_kelas": "ICU", "nama_ruang": "A", "jumlah_kamar": 3, "jumlah_kosong": "1"}]}
PAYLOADS: dict[str, Any] = {
    "open311": [open311_row(1, extended_attributes={"detailed_status": "PENDING", "channel": "web"}), open311_row(2)],
    "waze": {
        "endTimeMillis": millis(MADE),
        "alerts": [alert(jamUuid="7"), alert(uuid="b")],
        "jams": [jam(blockingAlertUuid="b"), jam(uuid=8)],
        "irregularities": [{"id": 7, "type": "SMALL", "detectionDate": "Tue Sep 9 10:25:02 +0000 2025"}],
    },
    "open511": {"events": [event(1, certainty="OBSERVED"), event(2)], "pagination": {"offset": "0"}},
    "wzdx": {
        "feed_info": {"version": "4.2", "update_date": "2026-11-23T10:00:00Z"},
        "features": [zone(1, is_start_date_verified=True), zone(2, core(event_type="detour")), old_zone(3)],
    },
    "aplicares": {"totalItem": "1", "listrs": [{"kdppk": "1", "nmppk": "RS", "III": 3}], "profil": {"lat": 1}, **ROOMS},
    "http_health": {"status": "ok", "checks": {"a": [{"status": "warn", "time": "2026-11-23T10:00:00Z"}]}},
}
PAYLOADS |= {
    "aplicares_ws": {"metadata": {"code": 1, "totalitems": 1}, "response": {"list": [ws_room()]}},
    "sirs": {"fasyankes": [sirs_row(), sirs_row(id_t_tt="902", kosong="")]},
    "fhir_beds": bundle(report("r1"), report("r2", hospital="H2")),
    "fhir_beds locations": bundle(SITE, WARD, bed("1", "U"), bed("2", "O")),
}
SETTINGS: dict[str, Settings] = {
    "aplicares_ws": ws_settings(),
    "sirs": sirs_settings(),
    "fhir_beds locations": FhirBedsSettings(resource="Location"),
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


def changed(payload: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    result = copy.deepcopy(payload)
    inner = result
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = odd
    return result


@pytest.mark.parametrize("name", sorted(PAYLOADS))
async def test_no_value_anywhere_breaks_a_collector(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("WS_ID", "WS_SECRET", "SIRS_PASS"):
        monkeypatch.setenv(variable, "pretend")
    protocol = name.partition(" ")[0]
    payload = PAYLOADS[name]
    cases = [(path, odd) for path in places(payload) for odd in ODD]
    random.Random(36).shuffle(cases)
    body = ""

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(text=body, content_type="application/json")

    outcomes: set[type] = set()
    async with serving(handler) as base, Http() as http:
        one = Application(id="a", name="A", group="public", owner="O", url=base, kind="health+json")
        for path, odd in cases[:400]:
            body = json.dumps(changed(payload, path, odd))
            collector = COLLECTORS[protocol](source(protocol, base, SETTINGS.get(name)), city(one))
            try:
                outcomes.add(type(await collector.collect(http, Known())))
            except CollectError as problem:
                outcomes.add(type(problem))
                assert str(problem).count("\n") == 0
    assert Batch in outcomes
