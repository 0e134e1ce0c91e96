"""Every fault on every kind of source: the last good value stays, its freshness tells, its source says why, the others
do not notice, and it is over as soon as the fault is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

import demo.water
import demo.waze
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import EVERY_AREA
from collectors.store import Store
from demo.beds import Beds
from demo.faults import KINDS, Kind
from layouts.state import aged
from tests.collecting import Run, collecting, quick, shipped, until
from tests.conftest import PretendCity, pretend_city

pytestmark = [pytest.mark.patient, pytest.mark.timeout(150)]

EVERY, CADENCE = 1.0, 4.0
SLOW_CADENCE = 8.0
"""Of the applications: a run takes as long as the slowest of them, which may be three seconds."""
SOME = 40
HALVES = [("laksa", "waze", "applications"), ("aplicares", "like-lantas", "water")]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hospitals push all the time, Waze and posts say something new every second: four seconds without are many."""

    def at_once(self: Beds, code: str, moment: datetime) -> datetime:
        return moment.replace(microsecond=0)

    monkeypatch.setattr(Beds, "_pushed", at_once)
    monkeypatch.setattr(demo.waze, "EVERY", timedelta(seconds=1))
    monkeypatch.setattr(demo.water, "EVERY", timedelta(seconds=1))
    yield


async def sources(run: Run) -> dict[str, Any]:
    """Every source as it is at this moment, by name, with its area's value."""
    now = datetime.now().astimezone()
    found = {}
    for area in EVERY_AREA:
        reading = await run.reading(area)
        if reading is not None:
            for source in aged(reading, now)["sources"]:
                found[source["name"]] = {**source, "value": reading["value"]}
    return found


async def all_live(run: Run) -> bool:
    found = await sources(run)
    return len(found) == 6 and all(source["freshness"] == "live" for source in found.values())


async def suffer(run: Run, town: PretendCity, names: tuple[str, ...], kind: Kind) -> None:
    before = await sources(run)
    for name in names:
        await town.fault(name, kind)

    async def told() -> bool:
        now = await sources(run)
        for name, source in now.items():
            if name not in names:
                assert source["freshness"] == "live", f"{name} must not notice the fault of {names}"
                assert source["error"] is None, name
        suffering = [now[name] for name in names]
        known = all(source["error"] for source in suffering) or kind == "frozen"
        return known and all(source["freshness"] in ("late", "stale", "failed") for source in suffering)

    await until(
        f"{names} are in doubt because of {kind}", told, (SLOW_CADENCE if "applications" in names else CADENCE) + 5
    )
    now = await sources(run)
    for name in names:
        assert now[name]["value"] is not None, f"{name} keeps its last good value"
        assert now[name]["as_of"] >= before[name]["as_of"]
        assert (now[name]["error"] is None) == (kind == "frozen"), now[name]["error"]
        assert (now[name]["failing_since"] is None) == (kind == "frozen")
        assert now[name]["next_try"], name
        await town.clear(name)
    await until(f"{names} are live again after {kind}", lambda: all_live(run), EVERY + 6)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_fault_is_seen_explained_and_over_when_it_is_over(
    kind: Kind, store: Store, redis_server: EmbeddedRedis, districts: Districts
) -> None:
    async with pretend_city() as town:
        city, listed = shipped(town.url)
        city = city.model_copy(update={"applications": city.applications[:SOME]})
        quickened = [
            quick(source, EVERY, SLOW_CADENCE if source.area == "apps" else CADENCE) for source in listed.values()
        ]
        async with collecting(redis_server.url, quickened, city, districts) as run:
            await until("every source is live", lambda: all_live(run))
            for names in HALVES:
                await suffer(run, town, names, kind)
