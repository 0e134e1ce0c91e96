"""Every recorded health payload through its collector over HTTP, with what the file really holds."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from collectors.fetch import Http
from collectors.health_json import read_health
from collectors.http_health import HttpHealth
from collectors.prometheus import PrometheusSettings
from collectors.records import AppHealth, Batch, CollectError, Known
from collectors.source import Application
from tests.sources import Handler, answering, city, collected, sample, serving, source

HEALTH_JSON = "health-json-draft06"
PROMETHEUS = "prometheus-text"
STATUSPAGE = "statuspage-discord-2022"

NO_SUMMARY = "neither components nor a status"
STATUSPAGES: dict[str, str | list[tuple[str, str]]] = {
    "0_components.json": [("API", "up")],
    "10_period_metrics_summary.json": NO_SUMMARY,
    "1_incidents.json": NO_SUMMARY,
    "2_incidents.json": NO_SUMMARY,
    "3_scheduled_maintenances.json": NO_SUMMARY,
    "4_scheduled_maintenances.json": NO_SUMMARY,
    "5_scheduled_maintenances.json": NO_SUMMARY,
    "6_status.json": [("Discord", "up")],
    "7_summary.json": [("South Korea", "up")],
    "8_period_metrics_summary.json": NO_SUMMARY,
    "9_period_metrics_summary.json": NO_SUMMARY,
    "status_api.md": "something that is not JSON",
}
READ = {f"{STATUSPAGE}/{name}" for name in STATUSPAGES} | {
    f"{HEALTH_JSON}/example.pass.json",
    f"{PROMETHEUS}/real_scrape_text_0.0.4.prom",
    f"{PROMETHEUS}/text.gz",
}


def payload(path: str) -> bytes:
    return sample(f"health/{path}")


def told(batch: Batch) -> list[tuple[str, str]]:
    return [(one.name, one.status) for one in batch.records if isinstance(one, AppHealth)]


def test_no_payload_is_left_out() -> None:
    payload(f"{HEALTH_JSON}/SOURCE.md")
    folder = Path(os.environ["LIVEROOM_SAMPLES"]) / "health"
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {path for path in there if not path.endswith("SOURCE.md")} == READ


@pytest.mark.parametrize("name", STATUSPAGES)
async def test_a_recorded_status_page(name: str) -> None:
    expected = STATUSPAGES[name]
    handler = answering(payload(f"{STATUSPAGE}/{name}"))
    if isinstance(expected, str):
        with pytest.raises(CollectError, match=expected):
            await collected("statuspage", handler)
    else:
        batch = await collected("statuspage", handler)
        assert (told(batch), batch.rejected) == (expected, ())


async def test_recorded_answers_of_a_page_put_together_as_its_summary() -> None:
    """The recorder cut every list to one: the incident is resolved, the maintenance completed, both name no trouble."""
    read = {name: json.loads(payload(f"{STATUSPAGE}/{name}")) for name in STATUSPAGES if name.endswith(".json")}
    whole = {
        **read["7_summary.json"],
        "components": read["0_components.json"]["components"] + read["7_summary.json"]["components"],
        "incidents": read["1_incidents.json"]["incidents"],
        "scheduled_maintenances": read["3_scheduled_maintenances.json"]["scheduled_maintenances"],
    }
    assert told(await collected("statuspage", answering(json.dumps(whole)))) == [("API", "up"), ("South Korea", "up")]
    whole["incidents"][0]["status"] = "investigating"
    whole["components"][0]["status"] = "major_outage"
    (api, _) = (await collected("statuspage", answering(json.dumps(whole)))).records
    assert isinstance(api, AppHealth)
    assert (api.status, api.reason) == ("down", "Messaging issues")


def compressed(body: bytes) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": "text/plain; version=0.0.4", "Content-Encoding": "gzip"}
        return web.Response(body=body, headers=headers)

    return handler


async def test_a_real_scrape_is_read_whole_and_tells_of_no_application() -> None:
    plain, packed = payload(f"{PROMETHEUS}/real_scrape_text_0.0.4.prom"), payload(f"{PROMETHEUS}/text.gz")
    assert gzip.decompress(packed) == plain
    lines = [line for line in plain.decode().split("\n") if line and not line.startswith("#")]
    assert len(lines) == 248
    for handler in (answering(plain, "text/plain; version=0.0.4"), compressed(packed)):
        with pytest.raises(CollectError, match="tells of no application: 248 samples in 37 families"):
            await collected("prometheus", handler)


async def test_probes_among_a_real_scrape_are_found() -> None:
    plain = payload(f"{PROMETHEUS}/real_scrape_text_0.0.4.prom")
    probes = b"".join(b'probe_success{instance="https://%d.example"} %d\n' % (i, i % 2) for i in range(174))
    handler = compressed(gzip.compress(plain + probes))
    batch = await collected("prometheus", handler, PrometheusSettings())
    assert (len(batch.records), batch.rejected) == (174, ())
    assert sum(status == "down" for _, status in told(batch)) == 87


async def test_the_example_of_the_health_json_draft() -> None:
    """It passes on the whole while four of its seven checks warn, notes hold an empty text, and outputs are empty."""
    body = payload(f"{HEALTH_JSON}/example.pass.json")
    checks = [check for each in json.loads(body)["checks"].values() for check in each]
    assert (len(checks), sum(check["status"] == "warn" for check in checks)) == (7, 4)
    health = read_health(json.loads(body), UTC, datetime.now(UTC))
    assert health.newest == datetime(2018, 1, 17, 3, 36, 48, tzinfo=UTC)
    async with serving(answering(body, "application/health+json")) as base, Http() as http:
        fields = {"id": "authz", "name": "Authz", "group": "public", "owner": "Dinas", "kind": "health+json"}
        where = city(Application.model_validate({**fields, "url": f"{base}/health"}))
        batch = await HttpHealth(source("http_health", base), where).collect(http, Known())
    (one,) = batch.records
    assert isinstance(one, AppHealth)
    assert (one.status, one.reason) == ("degraded", "check cassandra:connections says warn")
