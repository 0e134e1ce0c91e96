"""The real site on a real port, its store filled by hand, and viewers of it."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import aiohttp

from collectors.districts import Districts
from collectors.health import SourceHealth
from collectors.history import History
from collectors.past import Past
from collectors.past_store import PastStore
from collectors.readings.shape import Reading
from collectors.readings.table import READINGS
from collectors.readings.visitors import for_visitors
from collectors.records import Record
from collectors.source import EVERY_AREA, Area, City
from collectors.store import Store
from config import Config, load
from dashboards import files
from dashboards import map as city_map
from dashboards.fleet import Fleet
from dashboards.live import Hub
from dashboards.serve import serve
from dashboards.site import Site
from dashboards.whole import Contents, whole_site
from layouts.map import draw_svg
from layouts.words import Words
from tests.records import batch, beds, check, complaint, level, present, report

ROOT = Path(__file__).resolve().parent.parent
DEMO = "http://127.0.0.1:1"
BUILD = "0123456789ab"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """A running site and the store it reads."""

    hub: Hub
    store: Store
    config: Config
    districts: Districts
    url: str
    epoch: int
    session: aiohttp.ClientSession
    site: Site
    known: dict[Area, Reading] = field(default_factory=dict)

    async def publish(self, area: Area, *records: Record, age: float = 0.0, error: str | None = None) -> Reading:
        """Store an area's reading, computed from these records, as the collecting side does."""
        now = datetime.now(UTC)
        sources = []
        for source in self.config.sources:
            if source.area == area:
                health = SourceHealth(source)
                moment = datetime.fromtimestamp(now.timestamp() - age, UTC)
                health.succeeded(batch(as_of=moment, demo="x"), True, now)
                health.error, health.failing_since = error, now if error else None
                sources.append(health)
        applications = self.config.city.applications
        about = present(
            area, records, self.config.city, self.districts, sources=sources, now=now, applications=applications,
            previous=self.known.get(area),
        )  # fmt: skip
        self.known[area] = READINGS[area](about)
        await self.store.save_reading(area, self.known[area], self.epoch)
        return self.known[area]

    async def publish_all(self) -> None:
        now = datetime.now(UTC)
        await self.publish("complaints", complaint("a", requested=now), complaint("b", requested=now, status="done"))
        await self.publish("beds", beds("a", capacity=10, free=4, occupied=6, updated=now))
        await self.publish("traffic", report("a", level=2, started=now))
        await self.publish("water", level("a", updated=now))
        await self.publish("apps", *(check(app.id, checked=now) for app in self.config.city.applications))
        assert self.known.keys() == set(EVERY_AREA), "a record of each area is published above (docs/add-an-area.md)"

    @asynccontextmanager
    async def viewer(self, query: str = "?screen=main&pace=wall", **given: Any) -> AsyncIterator[Viewing]:
        async with self.session.ws_connect(f"{self.url}/live{query}", **given) as ws:
            yield Viewing(ws)

    async def get(self, path: str, **given: Any) -> tuple[int, Mapping[str, str], Any]:
        """Status, headers and the body: JSON where it says so, else text."""
        async with self.session.get(self.url + path, allow_redirects=False, **given) as answer:
            body = await answer.read()
            said = answer.headers.get("Content-Type", "")
            return answer.status, answer.headers, json.loads(body) if "json" in said else body.decode(errors="replace")


@dataclass
class Viewing:
    """One open screen, and every message it got."""

    ws: aiohttp.ClientWebSocketResponse
    heard: list[dict[str, Any]] = field(default_factory=list)

    async def next(self, kind: str | None = None, patience: float = 10.0) -> dict[str, Any]:
        """The next message, or the next of a kind."""
        async with asyncio.timeout(patience):
            while True:
                message = await self.ws.receive()
                assert message.type is aiohttp.WSMsgType.TEXT, message
                self.heard.append(json.loads(message.data))
                if kind is None or self.heard[-1]["t"] == kind:
                    return self.heard[-1]

    async def until(self, what: str, ready: Any) -> dict[str, Any]:
        """The first message of which `ready` is true."""
        try:
            while not ready(found := await self.next()):
                pass
        except TimeoutError:
            raise AssertionError(f"never heard: {what}; last {self.heard[-1:]}") from None
        return found


@cache
def shipped() -> Config:
    return load(ROOT / "config.yaml", {"DEMO": DEMO})


@cache
def parsed(boundaries: str) -> dict[str, Any]:
    return dict(json.loads(boundaries))


@cache
def drawn(boundaries: str) -> str:
    return draw_svg(parsed(boundaries))


packed = cache(gzip.compress)


def site_of(hub: Hub, config: Config, past: Past | None, kept: Path | None) -> Site:
    """The site as `app.py wall` puts it together. What is the same for all of them is drawn and packed once."""
    boundaries = config.boundaries.read_text(encoding="utf-8")
    contents = Contents(
        screens=config.screens,
        words=hub.words,
        city=config.city,
        sources=config.sources,
        boundaries=parsed(boundaries),
        version={"version": "0.1.0", "build": BUILD, "demo": config.demo},
        assets=ROOT / "assets",
        limits=config.limits,
        address=config.address,
        owners=config.owners,
        cors=config.cors,
        past=past,
        adoption=config.adoption,
        tours=config.tours,
        brief=config.brief,
        kept=kept,
    )
    hub.touring = contents.touring
    with (
        patch.object(city_map, "draw_svg", lambda _: drawn(boundaries)),
        patch.object(files, "gzip", SimpleNamespace(compress=packed)),
    ):
        return whole_site(hub, Fleet(hub.store), contents)


@asynccontextmanager
async def serving(
    store_url: str,
    districts: Districts,
    city: City,
    config_path: Path | None = None,
    history: Path | None = None,
    kept: Path | None = None,
) -> AsyncIterator[Served]:
    """The site of the shipped city on a free port, or that of another file of it; with its past, where there is a
    folder of it."""
    config = load(config_path, {"DEMO": DEMO}) if config_path else shipped()
    assert config.city.name == city.name
    words = {name: Words(name, config.city.timezone, config.city.name) for name in config.languages}
    port = free_port()
    async with Store(store_url) as store, Store(store_url) as writer, aiohttp.ClientSession() as session:
        past = Past(PastStore(store), History(history), districts, config.city.timezone) if history else None
        mask = partial(for_visitors, districts=districts)
        hub = Hub(store, config.screens, words, BUILD, mask)
        site = site_of(hub, config, past, kept)
        task = asyncio.create_task(serve(hub, site, "127.0.0.1", port))
        url = f"http://127.0.0.1:{port}"
        try:
            async with asyncio.timeout(20):
                while not await answers(session, url):
                    assert not task.done(), task
                    await asyncio.sleep(0.02)
            epoch = await writer.lease("tests", 600_000)
            yield Served(hub, writer, config, districts, url, epoch, session, site)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@contextmanager
def standing(store_url: str, districts: Districts, city: City, history: Path) -> Iterator[Served]:
    """The same in a thread of its own, as long as the block lasts. Its store and its session are that thread's."""
    ready: Future[tuple[Served, Callable[[], object]]] = Future()

    async def stand() -> None:
        async with serving(store_url, districts, city, history=history) as served:
            ended = asyncio.Event()
            ready.set_result((served, partial(asyncio.get_running_loop().call_soon_threadsafe, ended.set)))
            await ended.wait()

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(lambda: asyncio.run(stand()))
        either: list[Future[Any]] = [running, ready]
        wait(either, return_when=FIRST_COMPLETED)
        if running.done():
            running.result()
        served, end = ready.result()
        try:
            yield served
        finally:
            end()
            running.result()


async def answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(f"{url}/healthz") as answer:
            return answer.status == 200
    except aiohttp.ClientConnectionError:
        return False
