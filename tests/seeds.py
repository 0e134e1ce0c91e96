"""One valid answer of every protocol, from which hostile ones are made. A protocol may have several forms."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from collectors import COLLECTORS
from collectors.fhir_beds import FhirBedsSettings
from collectors.manual import ManualSettings
from collectors.mapped_areas import AREAS
from collectors.mapped_settings import MappedSettings
from collectors.open311 import Open311Settings
from collectors.prometheus import PROBE
from collectors.push import PushSettings
from collectors.source import Area, Settings
from tests.datex2_documents import comment, old_publication, publication, record, situation, tag
from tests.fhir_server import bundle
from tests.mapped import BEDS, LAKSA, ROADS, report
from tests.sources import JSON
from tests.test_aplicares_ws import room as ws_room
from tests.test_aplicares_ws import settings as ws_settings
from tests.test_fhir_locations import SITE, WARD, bed
from tests.test_fhir_reports import report as measure_report
from tests.test_open311 import request as open311_row
from tests.test_open511 import event
from tests.test_sirs import row as sirs_row
from tests.test_sirs import settings as sirs_settings
from tests.test_statuspage import component, summary
from tests.test_waze import MADE, alert, jam, millis
from tests.test_wzdx import core, old_zone, zone

SECRETS = ("WS_ID", "WS_SECRET", "SIRS_PASS")
"""Environment variables that the settings below name."""


@dataclass(frozen=True)
class Seed:
    """`document` is JSON as Python has it, or XML or CSV as text, by `content_type`."""

    protocol: str
    document: Any
    content_type: str = JSON
    settings: Settings | None = None
    area: Area | None = None
    path: str = ""

    @property
    def body(self) -> bytes:
        return (self.document if isinstance(self.document, str) else json.dumps(self.document)).encode()


ROOMS = {"tiga": [{"nama_kelas": "ICU", "nama_ruang": "A", "jumlah_kamar": 3, "jumlah_kosong": "1"}]}
BED = {"hospital_id": "1", "hospital": "RS", "class": "III", "room": "A", "capacity": 3, "free": "1"}
ROAD = {"id": 1, "kind": "banjir", "status": "aktif", "headline": "x", "road": "y", "level": 3, "lat": -6.18}
APP = {"id": "izin", "status": "up", "ok": True, "message": "x", "latency_ms": "12", "checked": report()["created"]}
POST = {"id": "P1", "name": "Pintu Air", "level": "120", "updated": report()["created"], "lat": -6.18, "lon": 106.63}
APPS = MappedSettings(fields={name: name for name in AREAS["apps"].fields})
WATER = MappedSettings(fields={name: name for name in AREAS["water"].fields})
PROBES = "".join(
    f'{name}{{instance="https://izin.example"}} {value}\n'
    for name, value in zip(PROBE, (1, 0.2, 200, 1e10), strict=True)
)
GAPS = Open311Settings(fill_gaps=True)
REQUESTS = [open311_row(1, extended_attributes={"detailed_status": "PENDING", "channel": "web"}), open311_row(4)]
V2 = "http://wiki.open311.org/GeoReport_v2"
XML_ROW = (
    "<request><service_request_id>7</service_request_id><status>open</status><service_name>Sampah</service_name>"
    f"<requested_datetime>{REQUESTS[0]['requested_datetime']}</requested_datetime><lat>-6.18</lat><long>106.63</long>"
    "<notes><note><datetime>2026-01-02T03:04:05Z</datetime></note></notes></request>"
)
SEEDS: dict[str, Seed] = {
    "open311": Seed("open311", REQUESTS),
    "open311 gaps": Seed("open311", [*REQUESTS, open311_row(9, notes=[{"datetime": "x"}])], settings=GAPS),
    "open311 discovery": Seed(
        "open311",
        {"endpoints": [{"specification": V2, "url": "/x", "type": "production"}], "service_requests": REQUESTS},
        path="/discovery.json",
    ),
    "open311 xml": Seed(
        "open311",
        f"<service_requests>{XML_ROW}{XML_ROW.replace('7', '8')}</service_requests>",
        "text/xml",
        Open311Settings(format="xml"),
    ),
    "aplicares": Seed(
        "aplicares",
        {"totalItem": "1", "listrs": [{"kdppk": "1", "nmppk": "RS", "III": 3}], "profil": {"lat": 1}, **ROOMS},
    ),
    "aplicares_ws": Seed(
        "aplicares_ws",
        {"metadata": {"code": 1, "totalitems": 1}, "response": {"list": [ws_room()]}},
        settings=ws_settings(),
    ),
    "sirs": Seed("sirs", {"fasyankes": [sirs_row(), sirs_row(id_t_tt="902", kosong="")]}, settings=sirs_settings()),
    "fhir_beds": Seed("fhir_beds", bundle(measure_report("r1"), measure_report("r2", hospital="H2"))),
    "fhir_beds locations": Seed(
        "fhir_beds", bundle(SITE, WARD, bed("1", "U"), bed("2", "O")), settings=FhirBedsSettings(resource="Location")
    ),
    "waze": Seed(
        "waze",
        {
            "endTimeMillis": millis(MADE),
            "alerts": [alert(jamUuid="7"), alert(uuid="b")],
            "jams": [jam(blockingAlertUuid="b"), jam(uuid=8)],
            "irregularities": [{"id": 7, "type": "SMALL", "detectionDate": "Tue Sep 9 10:25:02 +0000 2025"}],
        },
    ),
    "open511": Seed("open511", {"events": [event(1, certainty="OBSERVED"), event(2)], "pagination": {"offset": "0"}}),
    "wzdx": Seed(
        "wzdx",
        {
            "feed_info": {"version": "4.2", "update_date": "2026-11-23T10:00:00Z"},
            "features": [zone(1, is_start_date_verified=True), zone(2, core(event_type="detour")), old_zone(3)],
        },
    ),
    "datex2": Seed(
        "datex2",
        publication(
            situation(1, record("Accident", comment(id="Tabrakan", en="Crash"), tag("severity", "high"))),
            situation(2, record("Roadworks"), record("AbnormalTraffic", tag("queueLength", "300"), number=2)),
        ),
        "application/xml",
    ),
    "datex2 v2": Seed("datex2", old_publication(method="snapshot"), "application/xml"),
    "http_health": Seed(
        "http_health", {"status": "ok", "checks": {"a": [{"status": "warn", "time": "2026-11-23T10:00:00Z"}]}}
    ),
    "http_health actuator": Seed(
        "http_health", {"status": "UP", "components": {"db": {"status": "UP", "details": {"x": {"status": "DOWN"}}}}}
    ),
    "prometheus": Seed(
        "prometheus",
        PROBES + 'monitor_status{monitor_name="Pajak",monitor_url="http://pajak.example"} 1 1795640268000\n',
        "text/plain; version=0.0.4",
    ),
    "statuspage": Seed(
        "statuspage",
        summary(
            component("1"),
            component("2", "major_outage", group_id="g"),
            component("g", group=True),
            incidents=[{"name": "Gangguan", "status": "investigating", "components": [{"id": "2"}]}],
            scheduled_maintenances=[
                {"name": "Rutin", "status": "in_progress", "scheduled_until": "x", "components": [{"id": "1"}]}
            ],
        ),
    ),
    "push": Seed("push", [BED, {**BED, "room": "B"}], settings=PushSettings(token_env="X", whole=True), area="beds"),
    "push traffic": Seed("push", ROAD, settings=PushSettings(token_env="X"), area="traffic"),
    "push apps": Seed("push", [APP, {**APP, "id": "b"}], settings=PushSettings(token_env="X"), area="apps"),
    "manual": Seed("manual", None, settings=ManualSettings(token_env="X", hospital="RS", rooms=["III"])),
    "mapped_json": Seed("mapped_json", {"data": [report(1), report(2, status="selesai")]}, settings=LAKSA),
    "mapped_json beds": Seed("mapped_json", [BED, {**BED, "room": "B", "occupied": 1}], settings=BEDS, area="beds"),
    "mapped_json traffic": Seed("mapped_json", {"rows": [ROAD, {**ROAD, "id": "2"}]}, settings=ROADS, area="traffic"),
    "mapped_json water": Seed("mapped_json", [POST, {**POST, "id": "P2"}], settings=WATER, area="water"),
    "mapped_json apps": Seed("mapped_json", [APP, {**APP, "id": "b"}], settings=APPS, area="apps"),
    "mapped_json csv": Seed(
        "mapped_json",
        f"id,status,category,created,lat,lon\r\n1,proses,Jalan,{report()['created']},-6.18,106.63\r\n2,x,y,z,,\r\n",
        "text/csv",
        MappedSettings.model_validate({**LAKSA.model_dump(exclude={"preset"}), "format": "csv", "rows": ""}),
    ),
}

ASKED = [name for name, seed in SEEDS.items() if getattr(COLLECTORS[seed.protocol].settings, "sends_to", None) is None]
"""Those that are asked; the others send by themselves."""
