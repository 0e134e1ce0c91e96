"""A city whose every source sends invented personal data in every text, and a file of the city with these sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web

from collectors.times import iso
from tests.leaks import LOOKING_LIKE_IT, POINT, WRITTEN
from tests.site import ROOT
from tests.test_open311 import request as open311_request
from tests.test_open511 import event
from tests.test_waze import alert, jam

LAT, LON = POINT
HERE = {"x": LON, "y": LAT}
KEPT = frozenset(
    """
    status requested_datetime updated_datetime expected_datetime lat long lng event_type event_subtypes severity type
    subtype created updated geography schedule state pubMillis uuid line location jumlah_kamar jumlah_kosong last_update
    kode_kelas batas waktu tma_cm hulu latency_ms checked ok capacity free occupied started kind
    """.split()  # noqa: SIM905  a list of words is read more easily so
)
"""The fields that a program must understand: a number, a time, a word of a list."""
WRITTEN_IN = frozenset(
    """
    description headline message error detail output notes reportDescription keterangan catatan address status_notes
    alamat
    """.split()  # noqa: SIM905
)
"""The fields in which somebody writes what they want; the others name something."""


class Texts:
    """Personal data in turn, so that every field of every source has other ones with every answer."""

    def __init__(self) -> None:
        self.written, self.names = cycle(WRITTEN), cycle(LOOKING_LIKE_IT)

    def next(self, key: str = "") -> str:
        return next(self.written if key in WRITTEN_IN else self.names).text

    def fill(self, given: Any, key: str = "") -> Any:
        """The same with personal data in every text that no program must understand."""
        if key in KEPT:
            return given
        if isinstance(given, Mapping):
            return {name: self.fill(each, name) for name, each in given.items()}
        if isinstance(given, list):
            return [self.fill(each, key) for each in given]
        return self.next(key) if isinstance(given, str) else given


class SeededCity:
    """Answers as each of the services does."""

    def __init__(self) -> None:
        self.texts = Texts()
        self.answers = {
            "laksa": self.requests,
            "xml": self.requests_in_xml,
            "aplicares": self.hospitals,
            "waze": self.waze,
            "roads": self.events,
            "water": self.posts,
            "health": self.health,
            "agency": self.apps,
            "broken": self.broken,
            "odd": self.odd,
        }

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        name = request.path.split("/")[1]
        answer: web.StreamResponse = await self.answers[name](request)
        return answer

    def rows(self) -> Iterator[dict[str, Any]]:
        now = datetime.now(UTC)
        for number in range(12):
            row = open311_request(
                number, lat=LAT, long=LON, requested_datetime=iso(now - timedelta(minutes=5 + number)),
                status_notes="x", address_id="x", zipcode="x", media_url="x",
            )  # fmt: skip
            filled = self.texts.fill(row)
            often = LOOKING_LIKE_IT[number % 2].text  # what is called so often might be told
            yield {**filled, "service_request_id": f"{number}", "service_name": often, "agency_responsible": often}

    async def requests(self, request: web.Request) -> web.StreamResponse:
        del request
        return web.json_response(list(self.rows()))

    async def requests_in_xml(self, request: web.Request) -> web.StreamResponse:
        del request
        rows = "".join(
            "<request>" + "".join(f"<{name}>{escape(str(text))}</{name}>" for name, text in row.items()) + "</request>"
            for row in self.rows()
        )
        return web.Response(text=f"<service_requests>{rows}</service_requests>", content_type="text/xml")

    async def hospitals(self, request: web.Request) -> web.StreamResponse:
        codes = [one.text for one in LOOKING_LIKE_IT[:6]]
        if request.path.endswith("getListRSPKS"):
            body = await request.json()
            start, number = (int(body["params"]["pagination"][key]) for key in ("start", "number"))
            rows = [self.texts.fill({"kdppk": "x", "nmppk": "x", "alamat": "x"}) | {"kdppk": code} for code in codes]
            return web.json_response({"totalItem": len(codes), "listrs": rows[start : start + number]})
        room = {"nama_kelas": "x", "nama_ruang": "x", "jumlah_kamar": 3, "jumlah_kosong": 2, "keterangan": "x"}
        now = datetime.now(UTC) + timedelta(hours=7)
        rooms = [self.texts.fill(room) | {"last_update": f"{now:%d/%m/%Y %H:%M:%S}"} for _ in range(3)]
        profile = self.texts.fill({"nmppk": "x", "alamat": "x", "telp": "x"}) | {"lat": str(LAT), "lng": str(LON)}
        return web.json_response({"profil": profile, "detil": {}, self.texts.next(): rooms})

    async def waze(self, request: web.Request) -> web.StreamResponse:
        del request
        now = int(datetime.now(UTC).timestamp() * 1000) - 1000
        written = {"reportDescription": "x", "reportBy": "x", "city": "x", "street": "x", "wazer": "x"}
        alerts = [self.texts.fill(alert(uuid=f"a{n}", location=HERE, pubMillis=now, **written)) for n in range(6)]
        jams = [self.texts.fill(jam(uuid=n, line=[HERE, HERE], pubMillis=now, level=n)) for n in range(1, 6)]
        return web.json_response({"endTimeMillis": now, "alerts": alerts, "jams": jams})

    async def events(self, request: web.Request) -> web.StreamResponse:
        del request
        point = {"type": "Point", "coordinates": [LON, LAT]}
        kinds = ("ACCIDENT", "FLOOD")
        events = [
            self.texts.fill(event(n, geography=point, event_subtypes=[kinds[n % 2]], description="x", contact="x"))
            | {"id": f"e{n}", "severity": "MAJOR"}
            for n in range(6)
        ]
        return web.json_response({"events": events, "pagination": {"offset": "0"}})

    async def posts(self, request: web.Request) -> web.StreamResponse:
        del request
        now = iso(datetime.now(UTC))
        made = {"kode": "x", "nama": "x", "sungai": "x", "petugas": "x", "catatan": "x"}
        limits = {"siaga_4": 60, "siaga_3": 100, "siaga_2": 150, "siaga_1": 200}
        place = {"lat": LAT, "lng": LON}
        posts = [
            self.texts.fill(made) | {"tma_cm": 40 + 40 * n, "batas": limits, "waktu": now, "lokasi": place}
            for n in range(5)
        ]
        return web.json_response({"pos": posts})

    async def health(self, request: web.Request) -> web.StreamResponse:
        if request.path.endswith("well"):
            return web.json_response({"status": "pass", "description": self.texts.next("output")})
        checks = {self.texts.next(): [{"status": "fail", "output": self.texts.next("output"), "componentId": "x"}]}
        document = {
            "status": "fail",
            "output": self.texts.next("output"),
            "notes": [self.texts.next("notes")],
            "checks": checks,
        }
        return web.json_response(document, content_type="application/health+json")

    async def apps(self, request: web.Request) -> web.StreamResponse:
        del request
        row = {"id": "x", "name": "x", "owner": "x", "message": "x", "status": "down", "latency_ms": 5}
        return web.json_response([self.texts.fill(row) for _ in range(8)])

    async def broken(self, request: web.Request) -> web.StreamResponse:
        del request
        said = self.texts.fill({"error": "x", "message": "x", "detail": "x", "description": "x"})
        return web.json_response([said, said], status=500)

    async def odd(self, request: web.Request) -> web.StreamResponse:
        """Rows that cannot be read, with their texts where no text belongs."""
        del request
        said = {"status": self.texts.next(), "requested_datetime": self.texts.next(), "lat": self.texts.next()}
        return web.json_response([row | (said if number % 2 else {}) for number, row in enumerate(self.rows())])


SOURCES = """\
  laksa:
    {{area: complaints, collector: open311, url: {url}/laksa, every: 1s, cadence: 60s, owner: Diskominfo,
      contact: "{who}"}}
  xml:
    {{area: complaints, collector: open311, format: xml, url: {url}/xml, every: 1s, cadence: 60s, owner: Dishub,
      contact: "{who}"}}
  odd:
    {{area: complaints, collector: open311, url: {url}/odd, every: 1s, cadence: 60s, owner: Dishub, contact: "{who}"}}
  broken:
    {{area: traffic, collector: open511, url: {url}/broken, every: 1s, cadence: 60s, owner: Dishub, contact: "{who}"}}
  aplicares:
    {{area: beds, collector: aplicares, url: {url}/aplicares, every: 1s, cadence: 60s, owner: Dinkes, contact: "{who}"}}
  waze:
    {{area: traffic, collector: waze, url: {url}/waze, every: 1s, cadence: 60s, owner: Dishub, contact: "{who}"}}
  roads:
    {{area: traffic, collector: open511, url: {url}/roads, every: 1s, cadence: 60s, owner: Polres, contact: "{who}"}}
  applications:
    {{area: apps, collector: http_health, url: {url}/health, every: 1s, cadence: 60s, owner: Diskominfo,
      contact: "{who}"}}
  agency:
    area: apps
    collector: mapped_json
    url: {url}/agency
    fields: {{id: id, name: name, status: status, message: message, latency_ms: latency_ms}}
    every: 1s
    cadence: 60s
    owner: Bapenda
    contact: "{who}"
  water:
    area: water
    collector: mapped_json
    url: {url}/water
    rows: pos
    fields:
      {{id: kode, post: nama, river: sungai, level_cm: tma_cm, updated: waktu, lat: lokasi.lat, lon: lokasi.lng,
        siaga_4: batas.siaga_4, siaga_3: batas.siaga_3, siaga_2: batas.siaga_2, siaga_1: batas.siaga_1}}
    every: 1s
    cadence: 60s
    owner: DPUPR
    contact: "{who}"
  officers:
    {{area: traffic, collector: push, token_env: OFFICERS_TOKEN, cadence: 30m, owner: Dishub, contact: "{who}"}}
  rsud:
    {{area: beds, collector: push, token_env: RSUD_TOKEN, cadence: 1h, owner: RSUD Contoh, contact: "{who}"}}
  desk:
    {{area: complaints, collector: manual, token_env: DESK_TOKEN, channel: loket,
      cadence: 4h, owner: Diskominfo, contact: "{who}"}}
  patrol:
    {{area: traffic, collector: manual, token_env: PATROL_TOKEN, cadence: 2h, owner: Dishub, contact: "{who}"}}
"""
APPLICATIONS = """\
id,name,group,owner,url,kind
sick,Aplikasi Sakit,public,Diskominfo,{url}/health/sick,health+json
well,Aplikasi Sehat,public,Diskominfo,{url}/health/well,health+json
"""
WHO = "0812-9876-1234"


def seeded_file(folder: Path, url: str) -> Path:
    """The shipped city, with these sources alone."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    before, _, rest = text.partition("\nsources:\n")
    _, mark, after = rest.partition("\n# One row per application")
    assert mark
    after = after.replace("cities/tangerang/applications.csv", str(folder / "applications.csv"))
    after = after.replace("\nadoption: cities/tangerang/adoption.csv", "")
    text = before + "\nsources:\n" + SOURCES.format(url=url, who=WHO) + mark + after
    text = text.replace(" assets/", f" {ROOT}/assets/").replace(" cities/", f" {ROOT}/cities/")
    (folder / "applications.csv").write_text(APPLICATIONS.format(url=url), encoding="utf-8")
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def pushed_road(texts: Texts, number: int) -> dict[str, Any]:
    row = {"id": number, "kind": "banjir", "headline": "x", "road": "x", "lat": LAT, "lon": LON, "reporter": "x"}
    return dict(texts.fill(row)) | {"started": iso(datetime.now(UTC))}


def pushed_bed(texts: Texts, number: int) -> dict[str, Any]:
    row = {"hospital_id": "x", "hospital": "x", "class": "x", "room": "x", "nurse": "x"}
    numbers = {"capacity": 4, "free": 2, "updated": iso(datetime.now(UTC)), "lat": LAT, "lon": LON}
    return dict(texts.fill(row)) | numbers | {"room": f"{texts.next()} {number}"}
