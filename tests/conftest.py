"""What many tests share: a real Redis, a real pretend city, the shipped city's places."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import BaseTestServer, TestServer
from hypothesis import HealthCheck, settings

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.readings.shape import Reading
from collectors.source import Area, City
from collectors.store import Store
from demo.server import application
from tests.collecting import until
from tests.site import Served, serving, shipped, standing

ROOT = Path(__file__).resolve().parent.parent
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")  # a loaded machine breaks no promise


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
    return shipped().city


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


@contextmanager
def standing_site(folder: Path, districts: Districts, city: City) -> Iterator[tuple[Served, str]]:
    """The shipped city's site with a Redis of its own, and that one's address."""
    redis = EmbeddedRedis(folder)
    asyncio.run(redis.ensure())
    try:
        with standing(redis.url, districts, city, folder / "history") as served:
            yield served, redis.url
    finally:
        redis.stop()


@asynccontextmanager
async def visited(site: tuple[Served, str]) -> AsyncIterator[Served]:
    served, url = site
    async with Store(url) as store, aiohttp.ClientSession() as session:
        yield replace(served, store=store, session=session)


@pytest.fixture(scope="session")
def quiet_site(
    tmp_path_factory: pytest.TempPathFactory, districts: Districts, city: City
) -> Iterator[tuple[Served, str]]:
    with standing_site(tmp_path_factory.mktemp("quiet"), districts, city) as site:
        yield site


@pytest.fixture
async def quiet(quiet_site: tuple[Served, str]) -> AsyncIterator[Served]:
    """A site of which nothing is known. Many tests share it, so whoever asks it leaves nothing behind."""
    async with visited(quiet_site) as served:
        yield served


def as_of(readings: Mapping[Area, Reading]) -> dict[Area, str | None]:
    return {area: reading["as_of"] for area, reading in readings.items()}


@pytest.fixture(scope="session")
def full_site(
    tmp_path_factory: pytest.TempPathFactory, districts: Districts, city: City
) -> Iterator[tuple[Served, str]]:
    with standing_site(tmp_path_factory.mktemp("full"), districts, city) as site:
        yield site


@pytest.fixture
async def full(full_site: tuple[Served, str]) -> AsyncIterator[Served]:
    """A site of which all is known since a moment ago. Many tests share it, so whoever asks it changes nothing."""
    async with visited(full_site) as served:
        await served.publish_all()
        await until("all is read", lambda: as_of(served.hub.readings) == as_of(served.known))
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
