"""Updates on a wall with very many applications: none may hold the page up."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Page

from tests.bench.browsing import SCREEN, browsing, metrics
from tests.bench.many import MANY, crowded, trouble
from tests.bench.publish import AREAS, Publisher
from tests.bench.report import Aim, Found, Table, short
from tests.bench.room import Room

RATE = 10.0
SETTLE_MS = 3000

WATCH = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((task) => task.duration)))
    .observe({ type: 'longtask' });
}"""


@dataclass(frozen=True, slots=True)
class Watched:
    """What the page's main thread did while updates came in. Tasks in ms, as the browser reports them: from 50 on."""

    seconds: float
    published: int
    long_tasks: list[float]
    busy: float


async def updates(room: Room) -> Found:
    """On the wall as it is served, its readings written as the collecting side writes them."""
    publisher = crowded(room)
    async with room.wall() as server, browsing() as browser:
        for area in AREAS:
            await publisher.publish(area)
        tab = await browser.new_page(viewport=SCREEN)
        await tab.goto(f"http://127.0.0.1:{server.port}/wall/main")
        await tab.wait_for_function(
            "n => document.querySelectorAll('#apps .cells i').length === n", arg=MANY, timeout=20_000
        )
        await tab.wait_for_timeout(SETTLE_MS)
        return found(await watch(tab, publisher, room.plan.watched))


async def watch(tab: Page, publisher: Publisher, seconds: float) -> Watched:
    """Updates of every area, far more often than a tile may change, and applications that come and go by name."""
    session = await tab.context.new_cdp_session(tab)
    await session.send("Performance.enable")
    await tab.evaluate(WATCH)
    before = await metrics(session)
    published = 0
    for second in range(round(seconds)):
        trouble(publisher.readings["apps"], second)
        published += await publisher.steadily(RATE, 1.0)
    after = await metrics(session)
    tasks: list[float] = await tab.evaluate("() => longTasks")
    busy = (after["TaskDuration"] - before["TaskDuration"]) / (after["Timestamp"] - before["Timestamp"])
    return Watched(seconds, published, tasks, busy * 100)


def found(watched: Watched) -> Found:
    longest = max(watched.long_tasks, default=0.0)
    tasks = Table(
        f"Updates on a wall with {MANY} applications",
        ("updates", "watched", "tasks of 50 ms or more", "longest, ms", "main thread busy"),
        [
            (
                str(watched.published),
                f"{watched.seconds:g} s",
                str(len(watched.long_tasks)),
                short(longest) if longest else "none",
                f"{watched.busy:.1f} %",
            )
        ],
        (
            f"{RATE:g} updates a second over all areas, and every three seconds other applications are down, so that "
            "the names have to be fitted anew. The browser reports tasks from 50 ms on; 0 means there was none.",
        ),
    )
    return Found([Aim(f"{MANY} applications, longest task during updates", longest, 50, "ms")], [tasks])
