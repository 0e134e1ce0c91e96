"""The addresses other programs rely on, over real HTTP."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import EVERY_AREA, City
from tests.site import Served, free_port, serving

ROOT = Path(__file__).resolve().parent.parent
READING = {"area", "as_of", "received", "changed", "freshness", "value", "level", "sources"}
IN_READING = {"name", "owner", "collector", "freshness", "as_of", "error"}
SOURCE = {
    "name", "area", "owner", "collector", "every", "cadence", "freshness", "as_of", "received", "changed", "error",
    "failing_since", "next_try",
}  # fmt: skip


@pytest.fixture
async def site(redis_server: EmbeddedRedis, store: object, districts: Districts, city: City) -> AsyncIterator[Served]:
    async with serving(redis_server.url, districts, city) as served:
        yield served


async def settled(site: Served) -> None:
    await site.publish_all()
    async with asyncio.timeout(10):
        while len(site.hub.readings) < len(EVERY_AREA):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("area", EVERY_AREA)
async def test_a_reading_has_every_field_of_its_contract(full: Served, area: str) -> None:
    status, headers, reading = await full.get(f"/api/v1/readings/{area}")
    assert status == 200
    assert headers["Content-Type"] == "application/json"
    assert reading.keys() >= READING
    assert all(source.keys() >= IN_READING for source in reading["sources"])
    assert reading["area"] == area
    assert reading["freshness"] == "live"


@pytest.mark.parametrize("area", EVERY_AREA)
async def test_a_reading_nobody_ever_computed_is_never_and_not_zero(quiet: Served, area: str) -> None:
    status, _, reading = await quiet.get(f"/api/v1/readings/{area}")
    assert status == 200
    assert (reading["freshness"], reading["level"], reading["value"], reading["as_of"]) == (
        "never",
        "unknown",
        None,
        None,
    )
    assert [source["freshness"] for source in reading["sources"]] == ["never"] * len(reading["sources"])
    assert reading["sources"]


async def test_every_source_of_the_city_is_listed_even_one_that_never_answered(quiet: Served) -> None:
    status, _, sources = await quiet.get("/api/v1/sources")
    assert status == 200
    assert [source["name"] for source in sources] == [source.name for source in quiet.config.sources]
    assert all(source.keys() >= SOURCE for source in sources)


async def test_a_reading_ages_without_any_news(site: Served) -> None:
    await settled(site)
    await site.publish("beds", age=200.0)
    async with asyncio.timeout(10):
        while (await site.get("/api/v1/readings/beds"))[2]["freshness"] != "late":
            await asyncio.sleep(0.05)
    assert (await site.get("/api/v1/readings/apps"))[2]["freshness"] == "live"


async def test_an_unknown_area_is_404_and_says_which_there_are(quiet: Served) -> None:
    status, _, said = await quiet.get("/api/v1/readings/weather")
    assert status == 404
    assert "complaints, beds, traffic, apps, water" in said["error"]


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/wall", "/wall/", "/wall/none", "/wall/main/", "/api", "/api/v1/none", "/api/v2/sources", "/login",
     "/docs", "/openapi.json", "/redoc", "/_dash-component-suites/dash/none.js", "/_dash-component-suites/os/path.py",
     "/assets/../app.py", "/assets/none.css", "/.git/config", "/desk"],
)  # fmt: skip
async def test_an_unknown_address_is_404(quiet: Served, path: str) -> None:
    assert (await quiet.get(path))[0] == 404


@pytest.mark.parametrize("path", ["/", "/wall/main", "/assets/tile.js", "/map.svg", "/api/v1/sources", "/nothing"])
async def test_every_answer_carries_the_security_rules(quiet: Served, path: str) -> None:
    _, headers, _ = await quiet.get(path)
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_the_page_names_its_build_and_its_link(site: Served) -> None:
    _, _, page = await site.get("/wall/main")
    assert 'data-build="0123456789ab"' in page
    assert 'data-link="' in page
    assert "/assets/tile.js" in page, "the first page ever asked for has the assets too"


async def test_scripts_are_sent_compressed_and_whole(quiet: Served) -> None:
    _, _, page = await quiet.get("/")
    name = page.split('src="/_dash-component-suites/')[1].split('"')[0]
    status, headers, script = await quiet.get(f"/_dash-component-suites/{name}", headers={"If-None-Match": "x"})
    assert (status, headers.get("Content-Encoding")) == (200, "gzip")
    assert len(script) > 1000


async def test_machines_are_told_health_version_and_measures(full: Served) -> None:
    assert (await full.get("/healthz"))[0] == 200
    assert (await full.get("/readyz"))[0] == 200
    version = (await full.get("/version"))[2]
    assert version == {"version": "0.1.0", "build": "0123456789ab", "demo": "http://127.0.0.1:1"}
    status, _, text = await full.get("/metrics")
    assert status == 200
    assert 'liveroom_source_freshness{freshness="live",source="laksa"} 1.0' in text
    assert "liveroom_store_up 1.0" in text
    counts = next(one for one in (await full.get("/api/v1/sources"))[2] if one["name"] == "laksa")["counts"]
    for outcome in ("new", "updated", "unchanged", "rejected", "duplicates"):
        line = f'liveroom_source_rows_total{{outcome="{outcome}",source="laksa"}} {counts["total"][outcome]:.1f}'
        assert line in text


def program(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py", *words], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={**os.environ, **environment}, check=False,
    )  # fmt: skip


@pytest.mark.patient
@pytest.mark.parametrize(
    ("command", "host"), [("run", "0.0.0.0"), ("wall", "192.168.1.5"), ("wall", "::"), ("demo", "0.0.0.0")]
)
def test_another_machines_address_is_refused(command: str, host: str) -> None:
    ended = program(command, HOST=host, PORT=str(free_port()))
    assert ended.returncode == 2
    assert "no access control yet" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.patient
def test_a_taken_port_is_told_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = program("wall", PORT=str(taken.getsockname()[1]))
    assert ended.returncode == 2
    assert "something listens on port" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.patient
@pytest.mark.parametrize("url", ["s3cret", "redis://:s3cret@127.0.0.1:s3cret/0", "http://s3cret/"])
def test_an_address_that_is_no_redis_is_told_in_one_sentence_without_its_secrets(url: str) -> None:
    ended = program("collect", REDIS_URL=url, PORT=str(free_port()))
    assert ended.returncode == 2
    assert ended.stderr.startswith("REDIS_URL: must be an address such as ")
    assert ended.stderr.count("\n") == 1
    assert "s3cret" not in ended.stderr + ended.stdout


@pytest.mark.parametrize("port", ["x", "0", "70000"])
def test_a_nonsense_port_is_told_in_one_sentence(port: str) -> None:
    ended = program("check", PORT=port)
    assert ended.returncode == 2
    assert ended.stderr == f"PORT: found {port!r}; must be a number from 1 to 65535.\n"
