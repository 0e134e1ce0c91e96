"""What many tests share: a real Redis, a real pretend city, the shipped city's places."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import BaseTestServer, TestServer

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import City
from collectors.store import Store
from config import load
from demo.server import application
from tests.site import Served, serving

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("samples", "folder of recorded payloads, where there is one", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Recorded payloads are read through LIVEROOM_SAMPLES, which may also be set by hand."""
    given = str(config.getini("samples"))
    folder = (config.rootpath / given).resolve()
    if given and folder.is_dir():
        os.environ.setdefault("LIVEROOM_SAMPLES", str(folder))


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """A Redis of these tests alone, as the program starts its own."""
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    asyncio.run(server.ensure())
    yield server
    server.stop()


@pytest.fixture
async def store(redis_server: EmbeddedRedis) -> AsyncIterator[Store]:
    """An empty store."""
    await redis_server.ensure()
    async with Store(redis_server.url) as store:
        await store.redis.flushall()
        yield store


@pytest.fixture(scope="session")
def city() -> City:
    """The shipped city."""
    return load(ROOT / "config.yaml", {"DEMO": "http://127.0.0.1:1"}).city


@pytest.fixture(scope="session")
def districts() -> Districts:
    """The shipped city's boundaries."""
    return Districts.read(ROOT / "assets" / "map" / "tangerang.geojson")


@pytest.fixture
def config() -> Path:
    """The file of the city whose site is served; a file of tests may have another."""
    return ROOT / "config.yaml"


@pytest.fixture
async def site(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City, config: Path
) -> AsyncIterator[Served]:
    """The site of that city, whose store is empty."""
    del store
    async with serving(redis_server.url, districts, city, config) as served:
        yield served


class PretendCity:
    """A pretend city over HTTP: its `url`, its config, and its faults."""

    def __init__(self, server: BaseTestServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session
        self.url = str(server.make_url("/")).rstrip("/")

    async def fault(self, name: str, kind: str) -> None:
        async with self.session.post(f"{self.url}/_faults/{name}", json={"kind": kind}) as answer:
            assert answer.status == 200, await answer.text()

    async def clear(self, name: str) -> None:
        async with self.session.delete(f"{self.url}/_faults/{name}") as answer:
            assert answer.status == 204


@asynccontextmanager
async def pretend_city(speed: float = 10.0) -> AsyncIterator[PretendCity]:
    """A pretend city whose day goes by so many times as fast as real."""
    async with TestServer(application(seed=36, speed=speed)) as server, aiohttp.ClientSession() as session:
        yield PretendCity(server, session)


@pytest.fixture
async def demo_city() -> AsyncIterator[PretendCity]:
    """The pretend city on a free port of this machine."""
    async with pretend_city() as city:
        yield city
