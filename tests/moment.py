"""The city at a moment, always the same: real collectors ask the pretend city, and its clock and ours stand still."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from itertools import groupby
from pathlib import Path
from unittest.mock import patch

from aiohttp.test_utils import TestClient, TestServer

from collectors import COLLECTORS, fetch, health, http_health, open311
from collectors.districts import Districts
from collectors.fetch import Http
from collectors.health import SourceHealth
from collectors.readings.limits import Limits
from collectors.readings.present import Present
from collectors.readings.shape import Reading
from collectors.readings.table import READINGS
from collectors.records import AppHealth, Batch, BedCount, Complaint, Known, Record, TrafficReport, WaterLevel
from collectors.source import EVERY_AREA, Area, Source
from config import Config, load
from demo.server import application
from layouts import TILES
from layouts.state import aged, tile_state
from layouts.words import Words

ROOT = Path(__file__).resolve().parent.parent
AT = datetime(2025, 12, 16, 7, 7, 26, tzinfo=UTC)
"""A Tuesday, 14.07.26 in the city."""
TREND = timedelta(hours=1)
FLOODED = "Kali Contoh Timur"
GRAVE = ("accident", "flood", "closure")
LOOKED = timedelta(seconds=22)
"""How long ago the sources were asked."""
EASY = Limits(complaint_age=60 * 86400.0, hospital_silent=30 * 86400.0, water_silent=30 * 86400.0)

Readings = Mapping[Area, Reading]


@dataclass(frozen=True)
class Moment:
    """What happens in the city: from what on a human is needed, what becomes of records, whether any was heard."""

    limits: Limits
    change: Callable[[Record], Record | None]
    heard: bool = True
    seed: int = 36


def nothing_wrong(record: Record) -> Record | None:
    """Every application answers, every hospital and post reports, and the roads know nothing but light jams."""
    if isinstance(record, AppHealth):
        return replace(record, status="up", reason=None, latency_ms=latency(record))
    if isinstance(record, TrafficReport) and (record.kind in GRAVE or (record.level or 0) > 2):
        return None
    if isinstance(record, WaterLevel) and record.level_cm is None:
        return replace(record, level_cm=record.siaga_4, siaga=4, updated=AT - LOOKED)
    if isinstance(record, WaterLevel) and record.siaga != 4:
        return replace(record, level_cm=record.siaga_4, siaga=4, trend="steady")
    return record


def much_wrong(record: Record) -> Record | None:
    """Intensive care is full, an accident blocks a road, one river floods; the rest is as it is."""
    if isinstance(record, BedCount) and record.unit == "icu":
        return replace(record, free=0, occupied=record.capacity)
    if isinstance(record, AppHealth):
        return replace(record, latency_ms=latency(record))
    if isinstance(record, TrafficReport) and record.kind == "accident":
        return replace(record, level=5, road="Jalan Daan Mogot", length_m=3200)
    if isinstance(record, WaterLevel) and record.river == FLOODED and record.level_cm and not record.upstream:
        return replace(record, level_cm=round(record.level_cm * 2.4), siaga=None, trend="rising")
    return record


def empty(record: Record) -> Record | None:
    """Nothing is reported, nobody waits and there is no post, which is known."""
    return None if isinstance(record, Complaint | TrafficReport | WaterLevel) else nothing_wrong(record)


def planned(record: Record) -> Record | None:
    """Nothing is wrong but that two applications are in maintenance, and that a certificate ends soon."""
    if isinstance(record, AppHealth) and record.status == "down" and record.id in ("contoh-017", "contoh-101"):
        return replace(record, latency_ms=latency(record))
    if isinstance(record, AppHealth) and record.id == "laksa-app":
        return replace(record, status="up", reason=None, latency_ms=latency(record), certificate_days=5)
    return nothing_wrong(record)


def latency(record: AppHealth) -> int | None:
    """How long an application took is measured; here it follows from its name."""
    return None if record.latency_ms is None else 60 + zlib.crc32(record.id.encode()) % 700


CALM = Moment(EASY, nothing_wrong)
BUSY = Moment(Limits(), much_wrong)
EMPTY = Moment(EASY, empty)
PLANNED = Moment(EASY, planned)


@contextmanager
def standing(now: list[datetime]) -> Iterator[None]:
    """The collecting side's clock stands at `now[0]`."""

    class Standing(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Standing:
            return cls.fromtimestamp(now[0].timestamp(), tz)

    with (
        patch.object(fetch, "datetime", Standing),
        patch.object(health, "datetime", Standing),
        patch.object(http_health, "datetime", Standing),
        patch.object(open311, "datetime", Standing),
    ):
        yield


@dataclass(frozen=True)
class Heard:
    """What one source answered when it was asked at a time."""

    at: datetime
    source: Source
    batch: Batch


@cache
def day(seed: int) -> tuple[Config, Sequence[Heard]]:
    """Every answer of the last day: each hour of what has a trend, at its end of everything.

    They are heard in a thread: whoever asks may have an event loop of its own.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_day(seed))).result()


async def _day(seed: int) -> tuple[Config, Sequence[Heard]]:
    now = [AT - timedelta(hours=24)]
    server = TestServer(application(seed=seed, speed=1.0, now=lambda: now[0]))
    heard = []
    with standing(now):
        async with TestClient(server) as client, Http() as http:
            config = load(ROOT / "config.yaml", {"DEMO": str(client.make_url("")).rstrip("/")})
            while now[0] <= AT:
                for source in config.sources:
                    if now[0] == AT or source.area in ("beds", "water"):
                        batch = await COLLECTORS[source.collector](source, config.city).collect(http, Known())
                        heard.append(Heard(now[0], source, batch))
                now[0] += TREND
    return config, heard


def readings(moment: Moment) -> dict[Area, Reading]:
    """Every area's reading, with the trend of the last day."""
    config, heard = day(moment.seed)
    districts = Districts.read(config.boundaries)
    found: dict[Area, Reading] = {}
    for (now, place), several in groupby(sorted(heard, key=when), when):
        area = EVERY_AREA[place]
        with standing([now]):
            sources, records = [], dict[tuple[str, str], Record]()
            for one in several:
                sources.append(SourceHealth(one.source))
                if not moment.heard:
                    continue
                sources[-1].succeeded(one.batch, True, now)
                changed = [moment.change(record) for record in one.batch.records]
                records |= {(one.source.name, record.id): record for record in changed if record is not None}
            found[area] = READINGS[area](
                Present(
                    area=area,
                    records=records,
                    sources=sources,
                    now=now,
                    zone=config.city.timezone,
                    districts=districts,
                    limits=moment.limits,
                    applications=config.city.applications,
                    previous=found.get(area),
                )
            )
    return found


def when(heard: Heard) -> tuple[datetime, int]:
    return heard.at, EVERY_AREA.index(heard.source.area)


def changes(found: Readings, words: Words, now: datetime = AT + LOOKED) -> dict[str, object]:
    """What the hub would send of each tile."""
    seen = {area: aged(reading, now) for area, reading in found.items()}
    return {
        name: {
            "state": tile_state([seen[area] for area in tile.areas if area in seen], now, tile.raises, words),
            "props": tile.show(seen, words),
        }
        for name, tile in TILES.items()
    }
