"""From publishing to the frame in which a real browser shows it, on /wall/main itself."""

from __future__ import annotations

import asyncio
import random
from typing import TypedDict

from playwright.async_api import Page

from tests.bench.browsing import SCREEN, browsing
from tests.bench.load import live, warmed
from tests.bench.processes import BenchError
from tests.bench.report import Aim, Found, Table, short
from tests.bench.room import Room
from tests.bench.tally import latency

SLOT = "complaints-waiting"
QUIET = 2.25
WARM = 1
PATIENCE = 20
"""Looks at the page, a tenth of a second apart, before a change counts as lost."""

WATCH = """(slot) => {
  const element = document.getElementById(slot);
  const channel = new MessageChannel();
  const clock = () => performance.timeOrigin + performance.now();
  let written = 0;
  let frame = 0;
  window.seenChanges = [];
  channel.port1.onmessage = () => seenChanges.push({ text: element.textContent, written, frame, painted: clock() });
  new MutationObserver(() => {
    written = clock();
    requestAnimationFrame(() => {
      frame = clock();
      channel.port2.postMessage(null);
    });
  }).observe(element, { childList: true, characterData: true, subtree: true });
}"""
AHEAD = """() => {
  const start = Date.now();
  let now;
  do now = Date.now(); while (now === start);
  return now - (performance.timeOrigin + performance.now());
}"""


class Seen(TypedDict):
    """A change in the page, times in ms since 1970 by the page's own clock."""

    text: str
    written: float
    frame: float
    painted: float


async def frames(room: Room) -> Found:
    """First changes after a quiet moment, one at a time."""
    to_write: list[float] = []
    to_frame: list[float] = []
    to_paint: list[float] = []
    async with room.wall() as server, browsing() as browser:
        publisher = room.publisher()
        await warmed(server, live(server.port, "wall"), publisher)
        page = await browser.new_page(viewport=SCREEN)
        await page.goto(f"http://127.0.0.1:{server.port}/wall/main")
        await page.wait_for_function("slot => /\\d/.test(document.getElementById(slot)?.textContent)", arg=SLOT)
        await page.evaluate(WATCH, SLOT)
        for index in range(room.plan.frames + WARM):
            await asyncio.sleep(QUIET + random.uniform(0, 0.3))
            ahead = float(await page.evaluate(AHEAD))
            await asyncio.sleep(0.05)
            number = await publisher.publish("complaints")
            seen = await seen_change(page)
            if index >= WARM:
                stamp = publisher.clock[number] * 1000
                to_write.append(seen["written"] + ahead - stamp)
                to_frame.append(seen["frame"] + ahead - stamp)
                to_paint.append(seen["painted"] + ahead - stamp)
        version = browser.version
    return found(to_write, to_frame, to_paint, version)


async def seen_change(page: Page) -> Seen:
    for _ in range(PATIENCE):
        await asyncio.sleep(0.1)
        changes: list[Seen] = await page.evaluate("() => seenChanges.splice(0)")
        if changes:
            return changes[0]
    raise BenchError(f"a published change never came to {SLOT}")


def found(to_write: list[float], to_frame: list[float], to_paint: list[float], version: str) -> Found:
    write, frame, paint = latency(to_write), latency(to_frame), latency(to_paint)
    rows = [
        (name, short(one.p50), short(one.p99), short(one.longest))
        for name, one in (
            ("the number is written into the page", write),
            ("the frame's callback runs", frame),
            ("the frame is painted", paint),
        )
    ]
    table = Table(
        "Publish to frame in a browser, a first change after a quiet moment",
        ("until", "p50 ms", "p99 ms", "longest ms"),
        rows,
        (
            f"{len(to_frame)} changes of one number on /wall/main (1920 x 1080), more than 2.2 s apart, in Chromium "
            f"{version} without a graphics card; the browser may use every core. A frame begins every 16.7 ms, so a "
            "change that has been written waits 8 ms for one on average.",
        ),
    )
    aims = [
        Aim("publish to frame, first change, p50", frame.p50, 5, "ms"),
        Aim("publish to frame, first change, p99", frame.p99, 15, "ms"),
    ]
    return Found(aims, [table])
