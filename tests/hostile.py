"""Running a collector against hostile answers, and what must be true of whatever comes of it."""

from __future__ import annotations

import asyncio
import json
import time
import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Literal

import orjson
from multidict import CIMultiDict

from collectors import COLLECTORS
from collectors.answer import Answer
from collectors.districts import Districts
from collectors.fetch import Http
from collectors.health import SourceHealth
from collectors.push import Push, UnreadableError
from collectors.readings.limits import Limits
from collectors.readings.present import Present
from collectors.readings.table import READINGS
from collectors.records import Batch, CollectError, Known, Record, WaterLevel
from collectors.reliability import Reliability
from collectors.response import DEMO_HEADER, Into
from collectors.source import Application, Collector
from collectors.stored import record_from, record_json
from collectors.text import plain
from collectors.watch import NothingReadError, Watch
from collectors.write import commands
from tests.seeds import Seed
from tests.sources import BOUNDS, city, source

_SIGNED = frozenset({"lat", "lon", "certificate_days", "level_cm"})
JOINERS = "\u200c\u200d"


def collector(seed: Seed, base: str, every: float = 10.0) -> Collector:
    """A collector of the seed's source below `base`."""
    kind: Literal["health+json", "actuator"] = "actuator" if "components" in str(seed.document) else "health+json"
    one = Application(id="a", name="A", group="public", owner="O", url=base, kind=kind)
    where = city(one) if seed.protocol == "http_health" else city()
    return COLLECTORS[seed.protocol](source(seed.protocol, base + seed.path, seed.settings, every, seed.area), where)


async def outcome(one: Collector, http: Http, known: Known | None = None) -> Batch | CollectError:
    """What comes of one run, or of one push. Anything else than the two is what these tests look for."""
    try:
        if isinstance(one, Push) and isinstance(http, Saying):
            return (await one.sent(json.loads(http.body), datetime.now(UTC))).batch()
        return await one.collect(http.afresh(), known or Known())
    except CollectError as problem:
        return problem
    except (UnreadableError, ValueError) as problem:
        if not isinstance(one, Push):
            raise
        return CollectError(str(problem).partition(":")[0])


class Saying(Http):
    """An Http that gives every question the answer it holds, without a network: for tests of many thousand answers."""

    body = b""
    status = 200
    headers: CIMultiDict[str] = CIMultiDict()

    async def _ask(
        self, method: str, url: str, limit: float, body_limit: int | None, into: Into | None = None, **asked: Any
    ) -> Answer:
        now = datetime.now(UTC)
        body = self.body
        if into is not None and self.status == 200:
            await into(body)
            body = b""
        demo = plain(self.headers.get(DEMO_HEADER), 60)
        return Answer("host", url, self.status, self.headers, body, now, 1, now, demo)


def questionable(found: Batch | CollectError, seed: Seed) -> Iterator[str]:
    """Everything about an outcome that would harm what comes after it: the store, the readings, the wall."""
    if isinstance(found, CollectError):
        yield from _text_faults("sentence", str(found))
        return
    if found.as_of.tzinfo is None or found.as_of > datetime.now(UTC):
        yield f"as of {found.as_of}"
    given = source(seed.protocol, "x", seed.settings, area=seed.area)
    for each in found.records:
        yield from _record_faults(each, given.area)
    for refused in found.rejected:
        yield from _text_faults("reason", refused.reason)
        yield from _text_faults("sample", refused.sample)
    watch = Watch(collector(seed, "x"), SourceHealth(given), Http(), Reliability("x", UTC))
    try:
        write, _ = watch.taken_in(found, datetime.now(UTC), 86400.0)
    except NothingReadError as error:
        yield from _text_faults("sentence", str(error))
        return
    list(commands(write))
    watch.restore(dict(write.fields))
    counts = watch.health.ledger.last
    parts = ("new", "updated", "unchanged", "rejected", "duplicates")
    if counts is None or sum(counts[part] for part in parts) != counts["fetched"]:  # type: ignore[literal-required]
        yield f"rows not accounted for: {counts}"


def reading_faults(batch: Batch, seed: Seed, districts: Districts) -> Iterator[str]:
    """What a batch does to the reading of its area, which must be JSON and hold no text that steers a screen."""
    given = source(seed.protocol, "x", seed.settings, area=seed.area)
    health = SourceHealth(given)
    health.succeeded(batch, True, datetime.now(UTC))
    where = city()
    present = Present(
        area=given.area,
        records={(given.name, record.id): record for record in batch.records},
        sources=[health],
        now=datetime.now(UTC),
        zone=where.timezone,
        districts=districts,
        limits=Limits(),
        applications=where.applications,
        previous=None,
    )
    text = orjson.dumps(READINGS[given.area](present)).decode()
    yield from (fault for fault in _text_faults("reading", text) if "letters" not in fault)


def _record_faults(record: Record, area: Any) -> Iterator[str]:
    if record_from(area, orjson.loads(record_json(record))) != record:
        yield f"not the same after the store: {record}"
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, str):
            yield from _text_faults(field.name, value)
        elif isinstance(value, datetime) and value.tzinfo is None:
            yield f"{field.name} without a zone"
        elif isinstance(value, int | float) and field.name not in _SIGNED and not 0 <= value < 10**10:
            yield f"{field.name} is {value}"
    lat, lon = getattr(record, "lat", None), getattr(record, "lon", None)
    # posts of a river may be far upstream
    west, south, east, north = (-180, -90, 180, 90) if isinstance(record, WaterLevel) else BOUNDS
    if lat is not None and lon is not None:
        if not (south <= lat <= north and west <= lon <= east):
            yield f"place {lat}, {lon}"
    elif lat is not lon:
        yield f"half a place: {lat}, {lon}"
    if not record.id.strip():
        yield "no id"


def _text_faults(name: str, text: str) -> Iterator[str]:
    odd = {letter for letter in text if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}} - {*JOINERS}
    if odd:
        yield f"{name} holds {sorted(map(ascii, odd))}: {text[:80]!a}"
    if len(text) > 4200:
        yield f"{name} has {len(text)} letters"


class Pulse:
    """How long others had to wait: the longest time, in seconds of this thread's work, between two beats."""

    longest = 0.0


@asynccontextmanager
async def pulse() -> AsyncIterator[Pulse]:
    """Beats as long as the block lasts."""
    found = Pulse()

    async def beat() -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0.005)
            now = time.thread_time()
            found.longest = max(found.longest, now - before)
            before = now

    task = asyncio.create_task(beat())
    try:
        yield found
        await asyncio.sleep(0.01)
    finally:
        task.cancel()
