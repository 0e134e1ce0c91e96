"""A hospital that two real sources report, through the store to the reading: counted once, and never lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import City
from collectors.store import Store
from tests.collecting import collecting, until
from tests.records import source
from tests.sources import serving
from tests.test_aplicares_ws import room
from tests.test_aplicares_ws import settings as ws_settings
from tests.test_sirs import row
from tests.test_sirs import settings as sirs_settings


class Services:
    """SIRS and Aplicares of one hospital; SIRS stops answering when told to."""

    down = False

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        minute_ago = f"{datetime.now(ZoneInfo('Asia/Jakarta')) - timedelta(minutes=1):%Y-%m-%d %H:%M:%S}"
        if request.path.endswith("/Fasyankes"):
            if self.down:
                return web.Response(status=503)
            return web.json_response({"fasyankes": [row(jumlah="12", terpakai="8", kosong="4", tglupdate=minute_ago)]})
        rows = [room(kapasitas=12, tersedia=5, lastupdate=minute_ago)]
        return web.json_response({"metadata": {"code": 1, "totalitems": 1}, "response": {"list": rows}})


async def test_the_first_counts_and_the_second_takes_over_when_it_fails(
    store: Store, redis_server: EmbeddedRedis, city: City, districts: Districts, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("WS_ID", "WS_SECRET", "SIRS_PASS"):
        monkeypatch.setenv(variable, "pretend")
    services = Services()
    async with serving(services) as base:
        given = {
            "sirs": ("sirs", sirs_settings("3699001", id="R1")),
            "bpjs": ("aplicares_ws", ws_settings("0000R901", id="R1")),
        }
        # at a cadence of 40 s rooms a minute old are late while their source answers, and failed once it does not
        sources = [
            source(name, "beds", collector=collector, url=base, every=0.2, cadence=cadence, settings=settings)
            for (name, (collector, settings)), cadence in zip(given.items(), (40.0, 3600.0), strict=True)
        ]
        async with collecting(redis_server.url, sources, city, districts) as run:

            async def counted() -> tuple[int, int, str] | None:
                reading = await run.reading("beds")
                if not reading or any(one["rows"] is None for one in reading["sources"]):
                    return None
                (hospital,) = reading["hospitals"]
                return reading["value"], reading["hospitals_total"], hospital["source"]

            assert await until("both sources have answered", counted) == (4, 1, "sirs")
            services.down = True

            async def second() -> bool:
                return await counted() == (5, 1, "bpjs")

            await until("the second source counts", second)
            services.down = False

            async def first() -> bool:
                return await counted() == (4, 1, "sirs")

            await until("the first counts again", first)
