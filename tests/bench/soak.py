"""A screen that is never touched: days of updates in minutes, in a real browser."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression
from typing import Any

from playwright.async_api import Page

from tests.bench.browsing import SCREEN, browsing, metrics
from tests.bench.processes import BenchError
from tests.bench.report import Aim, Found, Table, short
from tests.bench.room import Room
from tests.bench.tape import Tape, recorded

SCRIPT = Path(__file__).with_name("soak.js")
HOUR_MS = 3_600_000
WARM_HOURS = 1
"""Until then the engine still compiles, and caches fill."""


@dataclass(frozen=True, slots=True)
class Sample:
    """After collecting garbage: `day` as the page counts time, `heap` in MB."""

    day: float
    heap: float
    nodes: int
    listeners: int


@dataclass(frozen=True, slots=True)
class Soaked:
    """`traffic` in MB per day of the page's time, `minutes` of ours."""

    samples: list[Sample]
    messages: int
    traffic: float
    minutes: float


async def soak(room: Room) -> Found:
    """The first hours warm up; from then on a line through the samples of every hour tells what a day costs."""
    async with room.wall() as server, browsing() as browser:
        tape = await recorded(room, server.port, room.plan.tape)
        page = await browser.new_page(viewport=SCREEN)
        await page.add_init_script(path=SCRIPT)
        await page.goto(f"http://127.0.0.1:{server.port}/wall/main")
        await page.wait_for_selector("[data-tile]")
        return found(tape, await soaked(page, tape, room.plan.soak_hours, room.plan.soak_minutes))


async def soaked(page: Page, tape: Tape, hours: int, longest: float) -> Soaked:
    """So many hours of the page's time, or as many as fit into the longest time allowed, in minutes of ours."""
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    await page.evaluate("({ picture, tape, length }) => soak.play(picture, tape, length)", tape.for_page())
    await page.wait_for_function("() => !document.querySelector('[data-loading]')")
    began = time.monotonic()
    samples: list[Sample] = []
    played: dict[str, int] = {}
    for hour in range(1, hours + 1):
        played = await page.evaluate("ms => soak.run(ms)", HOUR_MS)
        samples.append(await sample(session, hour / 24))
        if time.monotonic() - began > longest * 60:
            break
    days = len(samples) / 24
    traffic = (played["heard"] + played["sent"]) / 1e6 / days
    return Soaked(samples, played["messages"], traffic, (time.monotonic() - began) / 60)


async def sample(session: Any, day: float) -> Sample:
    for _ in range(2):
        await session.send("HeapProfiler.collectGarbage")
    counted = await metrics(session)
    heap = await session.send("Runtime.getHeapUsage")
    return Sample(day, heap["usedSize"] / 1e6, int(counted["Nodes"]), int(counted["JSEventListeners"]))


def per_day(samples: Sequence[Sample], what: str) -> float:
    """What is gained in a day: the slope of a line through the samples once the page is warm."""
    warm = [one for one in samples if one.day * 24 > WARM_HOURS]
    if len(warm) < 2:
        raise BenchError(f"{len(samples)} hours are too few to tell what a day costs")
    return linear_regression([one.day for one in warm], [float(getattr(one, what)) for one in warm]).slope


def found(tape: Tape, soaked: Soaked) -> Found:
    samples = soaked.samples
    days = samples[-1].day
    heap, nodes, listeners = (per_day(samples, what) for what in ("heap", "nodes", "listeners"))
    marks = sorted({WARM_HOURS - 1, len(samples) // 4, len(samples) // 2, len(samples) * 3 // 4, len(samples) - 1})
    rows = [
        (f"{samples[i].day:.2f}", short(samples[i].heap), str(samples[i].nodes), str(samples[i].listeners))
        for i in marks
    ]
    table = Table(
        f"A screen that is never touched, {short(days)} days in {soaked.minutes:.1f} minutes",
        ("day", "heap after collecting garbage, MB", "nodes", "listeners"),
        rows,
        (
            f"{tape.seconds:.0f} s of what the hub told a screen while real collectors polled the pretend city, at the "
            "pace of config.yaml, are played over and over into the served page, their numbers and times moved on: "
            f"{soaked.messages} messages. The page's clock and timers are ours (tests/bench/soak.js): all of them "
            "fire, each at its own time, as fast as the machine allows, and every 40 ms the browser may lay out and "
            "paint. Only the nightly fresh page is held back.",
            "Traffic is what these messages weigh on the wire at this pace and what the screen reports of itself, "
            "without the heads of TCP. Per day: the slope of a line through a sample per hour of the page's time, "
            "the first hour left out.",
        ),
    )
    aims = [
        Aim("untouched screen, heap gained per day", max(heap, 0.0), 1, "MB"),
        Aim("untouched screen, nodes gained per day", max(nodes, 0.0), 10, "nodes"),
        Aim("untouched screen, listeners gained per day", max(listeners, 0.0), 1, "listeners"),
        Aim("untouched screen, traffic per day", soaked.traffic, 50, "MB"),
    ]
    return Found(aims, [table])
