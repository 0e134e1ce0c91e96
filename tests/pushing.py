"""What tests of pushes share: a city with sources that send, and senders."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.districts import Districts
from collectors.inbox import Inbox
from collectors.push import Push
from collectors.pushed import pushed_json
from collectors.source import City, Source
from collectors.store import Store
from collectors.store_keys import EVENTS, PUSHED
from config import load
from tests.collecting import collecting
from tests.site import DEMO, ROOT, Served

TOKENS = {
    "RSUD_TOKEN": "rsud-0123456789abcdef",
    "OFFICERS_TOKEN": "officers-0123456789abcdef",
    "CALLS_TOKEN": "calls-0123456789abcdef",
    "DATACENTRE_TOKEN": "datacentre-0123456789abcdef",
    "CALLS_KEY": "signing-0123456789abcdef",
    **{f"{name.upper()}_TOKEN": f"{name}-0123456789abcdef" for name in ("clinic", "desk", "patrol", "help", "gates")},
}
SENDING = """\
  rsud:
    area: beds
    collector: push
    token_env: RSUD_TOKEN
    fields: {free: kosong}
    per_minute: 1000
    megabytes: 2
    cadence: 1h
    owner: RSUD Contoh
  officers:
    area: traffic
    collector: push
    token_env: OFFICERS_TOKEN
    per_minute: 3
    cadence: 30m
    owner: Dishub
  calls:
    area: complaints
    collector: push
    token_env: CALLS_TOKEN
    hmac_env: CALLS_KEY
    rows: data.reports
    cadence: 1h
    owner: BPBD
  datacentre:
    area: apps
    collector: push
    token_env: DATACENTRE_TOKEN
    known_as: {SRV-PAJAK: pajak-online}
    cadence: 5m
    owner: Bapenda
  clinic:
    area: beds
    collector: manual
    token_env: CLINIC_TOKEN
    hospital: RSIA Contoh
    rooms: [ICU, Kelas 1, IGD]
    cadence: 8h
    owner: RSIA Contoh
  desk:
    area: complaints
    collector: manual
    token_env: DESK_TOKEN
    categories: [Jalan rusak, Banjir]
    channel: loket
    cadence: 4h
    owner: Diskominfo
  patrol:
    area: traffic
    collector: manual
    token_env: PATROL_TOKEN
    cadence: 2h
    owner: Dishub
  help:
    area: apps
    collector: manual
    token_env: HELP_TOKEN
    applications: [pajak-online, laksa-app]
    cadence: 4h
    owner: Diskominfo
  gates:
    area: water
    collector: manual
    token_env: GATES_TOKEN
    posts:
      pintu-10: {post: Pintu Air 10, river: Cisadane, siaga_3: 150, siaga_2: 200, siaga_1: 250, lat: -6.17, lon: 106.63}
      polor: {post: Polor}
    cadence: 3h
    owner: DPUPR
"""
NOW = datetime.now(UTC).replace(microsecond=0)


def city_file(folder: Path, sending: str = SENDING) -> Path:
    """The shipped city with these sources too."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    before, mark, after = text.partition("\n# One row per application")
    assert mark
    text = before + sending + mark + after
    text = text.replace("assets/", f"{ROOT}/assets/").replace("cities/", f"{ROOT}/cities/")
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def city_that_sends(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with every key in the environment."""
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)
    return city_file(folder)


async def waiting(store: Store, name: str) -> int:
    """How many pushes of a source are not written yet."""
    return int(await store.redis.xlen(PUSHED + name))


def sources(path: Path) -> tuple[City, dict[str, Source]]:
    """The city's sources that send, by name."""
    config = load(path, {"DEMO": DEMO})
    return config.city, {source.name: source for source in config.sources if not source.asked}


def room(number: int = 1, free: Any = 4, **more: Any) -> dict[str, Any]:
    usual = {"hospital_id": "R1", "hospital": "RSUD Contoh", "class": "ICU", "room": f"Ruang {number}"}
    return {**usual, "capacity": 10, "kosong": free, "updated": (NOW - timedelta(minutes=2)).isoformat(), **more}


def road(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": number, "kind": "macet", "road": "Jalan Daan Mogot", "started": NOW.isoformat(), **more}


def call(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": number, "status": "menunggu", "category": "Banjir", "created": NOW.isoformat(), **more}


def app(id_: str = "SRV-PAJAK", **more: Any) -> dict[str, Any]:
    return {"id": id_, "ok": True, "latency_ms": 40, "checked": NOW.isoformat(), **more}


async def send(site: Served, name: str, body: Any, /, **given: Any) -> tuple[int, Mapping[str, str], Any]:
    """A push with the source's own token; `given` are other headers, with _ for -, None for leaving one out."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    usual = {"Authorization": f"Bearer {TOKENS[f'{name.upper()}_TOKEN']}", "Content-Type": "application/json"}
    headers = {**usual, **{key.replace("_", "-"): value for key, value in given.items()}}
    headers = {key: value for key, value in headers.items() if value is not None}
    url = f"{site.url}/api/v1/push/{name}"
    async with site.session.post(url, data=io.BytesIO(raw), headers=headers) as answer:
        return answer.status, answer.headers, await answer.json()


def signed(body: bytes, age: float = 0.0, key: str = TOKENS["CALLS_KEY"]) -> dict[str, str]:
    """Headers that sign a body, as a sender in another language would."""
    moment = str(int(time.time() - age))
    made = hmac.new(key.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X_Push_Timestamp": moment, "X_Push_Signature": made}


class Sending:
    """The sources that send, and what sends for them."""

    def __init__(self, url: str, city: City, listed: dict[str, Source], districts: Districts, store: Store) -> None:
        self.url, self.city, self.listed, self.districts, self.store = url, city, listed, districts, store
        self.inbox = Inbox(store)

    async def accept(self, name: str, *rows: Any, **more: Any) -> None:
        """As the web process does it."""
        document: Any = list(rows)
        if name == "calls":
            document = {"data": {"reports": document}}
        await self.push(name, document, **more)

    async def push(self, name: str, document: Any, **more: Any) -> None:
        pushed = await Push(self.listed[name], self.city).sent(document, datetime.now(UTC), **more)
        await self.inbox.add(name, pushed_json(pushed))

    def collecting(self, *names: str) -> Any:
        return collecting(self.url, [self.listed[name] for name in names], self.city, self.districts)

    async def all_taken(self, name: str) -> bool:
        return await waiting(self.store, name) == 0

    async def ids(self, area: Any) -> list[str]:
        return sorted(key for _, key in await self.store.records(area))

    async def events(self, area: Any) -> list[str]:
        """The ids of every record that was ever written, in order."""
        return [fields[b"id"].decode() for _, fields in await self.store.redis.xrange(EVENTS + area)]  # type: ignore
