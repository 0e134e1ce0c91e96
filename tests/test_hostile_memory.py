"""Answers of a million rows, in a process of their own: what they cost in memory, and how long everyone else waits."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.mutations import at, changed, places
from tests.seeds import ASKED, SEEDS, Seed
from tests.sources import serving

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 31 << 20
MILLION = 1_000_000
MOST_GROWN = 450
"""MB: the body twice while it is put together, what it becomes, and the records."""
LONGEST = 2.5
"""Seconds of work in one piece, on whatever machine."""
_IDS = re.compile(r'("(?:service_request_id|id|uuid|koderuang|id_t_tt|kdppk|nama_ruang|room)": )(?:"[^"]*"|\d+)')


def rows(make: Callable[[int], str], most: int = MILLION) -> str:
    """Rows until there are enough, or they are as large as an answer may be."""
    found: list[str] = []
    size = 0
    while len(found) < most and size < LARGEST:
        found.append(make(len(found)))
        size += len(found[-1]) + 1
    return ",".join(found)


def listed(document: Any) -> tuple[Any, ...]:
    """The path of the first list of objects."""
    return next(
        path
        for path in places(document)
        if isinstance(at(document, path), list) and isinstance(next(iter(at(document, path)), None), dict)
    )


def bodies(seed: Seed) -> dict[str, str]:
    """Answers of the seed's kind of a million rows: empty ones, small ones, and as many real ones as there may be."""
    if isinstance(seed.document, str):
        return {"as it is, again and again": repeated(seed)}
    path = listed(seed.document) if any(True for _ in lists(seed.document)) else ()
    first = json.dumps(at(seed.document, path)[0] if path or isinstance(seed.document, list) else seed.document)
    whole = json.dumps(changed(seed.document, path, ["@"]))
    kinds: dict[str, Callable[[int], str]] = {
        "empty": lambda _: "{}",
        "small": lambda number: f'{{"id":{number}}}',
        "real": lambda number: _IDS.sub(rf'\g<1>"{number}"', first),
    }
    return {kind: whole.replace('"@"', rows(make)) for kind, make in kinds.items()}


def lists(document: Any) -> list[Any]:
    return [path for path in places(document) if isinstance(at(document, path), list) and at(document, path)]


def repeated(seed: Seed) -> str:
    """Markup, lines: the middle of it as often as there is room."""
    text = seed.document
    if "xml" in seed.content_type:
        head, tag, rest = text.partition("<request>" if "<request>" in text else "<sit:situation ")
        middle, tail = tag + rest.rpartition("</")[0], "</" + rest.rpartition("</")[2]
        return str(head + middle * (LARGEST // len(middle)) + tail) if tag else str(text)
    head, _, rest = text.partition("\n")
    return str(head + "\n" + rest * (LARGEST // len(rest)))


async def cost(name: str, body: str) -> dict[str, Any]:
    """What tests/hostile_run.py says of one collector that is given this body."""
    raw = body.encode()

    async def handler(request: web.Request) -> web.StreamResponse:
        await request.read()
        return web.Response(body=raw, headers={"Content-Type": SEEDS[name].content_type})

    async with serving(handler) as base:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.hostile_run",
            name,
            base,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(100):
                said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert process.returncode == 0
    found: dict[str, Any] = json.loads(said)
    return found


async def bounded(name: str, kind: str, body: str) -> None:
    found = await cost(name, body)
    print(f"{name}, {kind}: {len(body) >> 20} MB, {found}")
    assert found["grown"] < MOST_GROWN
    assert found["longest"] < LONGEST
    assert found["said"] or found["records"] or found["rejected"]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ASKED)
async def test_a_million_rows_cost_a_bounded_amount(name: str) -> None:
    for kind, body in bodies(SEEDS[name]).items():
        await bounded(name, kind, body)


@pytest.mark.patient
@pytest.mark.parametrize("name", ["aplicares_ws", "waze", "datex2"])
async def test_as_many_rows_as_an_answer_can_hold_cost_a_bounded_amount(name: str) -> None:
    *_, (kind, body) = bodies(SEEDS[name]).items()
    await bounded(name, kind, body)
