"""The wall as a page: how soon it is there, and what it costs the network."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from statistics import median

from playwright.async_api import BrowserContext

from tests.bench.browsing import SCREEN, browsing
from tests.bench.many import MANY, crowded
from tests.bench.processes import BenchError
from tests.bench.publish import AREAS, Publisher
from tests.bench.report import Aim, Found, Table, short, spread
from tests.bench.room import Room
from tests.traffic import Traffic

PATIENCE_MS = 20_000

WATCH = """() => {
  const there = {
    tiles: () => document.querySelector('[data-tile]'),
    complete: () => document.querySelector('[data-tile]') && !document.querySelector('[data-loading]')
      && document.querySelector('#map svg path') && document.fonts.status === 'loaded',
  };
  window.painted = {};
  const channel = new MessageChannel();
  let waiting = [];
  channel.port1.onmessage = () => {
    for (const name of waiting) painted[name] = performance.now();
    waiting = [];
  };
  new MutationObserver(() => {
    for (const name of Object.keys(there)) {
      if (!there[name]()) continue;
      delete there[name];
      requestAnimationFrame(() => {
        waiting.push(name);
        channel.port2.postMessage(null);
      });
    }
  }).observe(document, { childList: true, subtree: true, attributes: true });
}"""
"""Notes when a frame with all tiles, and one with every tile's first reading and the map, was painted."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Milliseconds since the address was asked for, and bytes over the wire."""

    tiles: float
    complete: float
    size: int


async def page(room: Room) -> Found:
    """Every first visit is by a browser that has never been here; the second is its next."""
    first: list[Visit] = []
    second: list[Visit] = []
    with_many: list[Visit] = []
    publisher = room.publisher()
    crowd = crowded(room)
    async with room.wall() as server, browsing() as browser:
        url = f"http://127.0.0.1:{server.port}/wall/main"
        for _ in range(room.plan.visits):
            await fresh(publisher)
            context = await browser.new_context(viewport=SCREEN)
            first.append(await visit(context, url))
            second.append(await visit(context, url))
            await context.close()
        for _ in range(room.plan.visits):
            await fresh(crowd)
            context = await browser.new_context(viewport=SCREEN)
            with_many.append(await visit(context, url, MANY))
            await context.close()
        version = browser.version
    return found(first, second, with_many, version)


async def fresh(publisher: Publisher) -> None:
    for area in AREAS:
        await publisher.publish(area)
    await asyncio.sleep(0.3)


async def visit(context: BrowserContext, url: str, applications: int = 0) -> Visit:
    """Open the wall in a new tab and wait until it is whole; `applications` is how many cells it must have then."""
    await context.add_init_script(f"({WATCH})()")
    tab = await context.new_page()
    session = await context.new_cdp_session(tab)
    traffic = Traffic()
    traffic.listen(session)
    await session.send("Network.enable")
    await tab.goto(url)
    await tab.wait_for_function("() => window.painted.complete", timeout=PATIENCE_MS)
    painted = await tab.evaluate("() => window.painted")
    cells = await tab.evaluate("() => document.querySelectorAll('#apps .cells i').length")
    if applications and cells != applications:
        raise BenchError(f"{cells} of {applications} applications were on the screen")
    await tab.close()
    return Visit(painted["tiles"], painted["complete"], traffic.size)


def found(first: list[Visit], second: list[Visit], with_many: list[Visit], version: str) -> Found:
    rows = [
        (
            name,
            spread([one.tiles for one in visits]),
            spread([one.complete for one in visits]),
            short(median(one.size for one in visits) / 1000),
        )
        for name, visits in (
            ("first visit", first),
            ("second visit", second),
            (f"first visit, {MANY} applications", with_many),
        )
    ]
    table = Table(
        "The wall as a page",
        ("", "every tile painted, ms", "complete, ms", "kB over the wire"),
        rows,
        (
            f"{len(first)} visits each on loopback, Chromium {version} without a graphics card, 1920 x 1080. Complete: "
            "every tile has its first reading, the map and the font are there. The bytes are the browser's own count "
            "of everything until then, the first picture on the socket included.",
        ),
    )
    aims = [
        Aim("first paint of the wall", median(one.tiles for one in first), 1000, "ms"),
        Aim("first load of the wall", median(one.size for one in first) / 1000, 1200, "kB"),
        Aim("second load of the wall", median(one.size for one in second) / 1000, 50, "kB"),
        Aim(f"{MANY} applications painted", median(one.complete for one in with_many), 2000, "ms"),
    ]
    return Found(aims, [table])
