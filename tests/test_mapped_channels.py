"""Several channels of one city, each a mapped source of its own, are one area with its channels kept apart."""

from __future__ import annotations

from aiohttp import web

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.mapped_settings import MappedSettings
from collectors.source import City, Source
from collectors.store import Store
from tests.collecting import collecting, until
from tests.mapped import report
from tests.sources import serving, source


async def test_application_112_and_social_media_feed_one_area(
    store: Store, redis_server: EmbeddedRedis, city: City, districts: Districts
) -> None:
    told = {"/aplikasi": [report(1), report(2)], "/112": [report(1, channel="x")], "/medsos": []}

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response(told[request.path])

    def channel(base: str, name: str) -> Source:
        settings = MappedSettings(preset="laksa", channel=name)
        made = source("mapped_json", f"{base}/{name}", settings, every=1.0, area="complaints")
        return made.model_copy(update={"name": f"channel-{name}"})

    async with serving(handler) as base:
        sources = [channel(base, name) for name in ("aplikasi", "112", "medsos")]
        async with collecting(redis_server.url, sources, city, districts) as run:

            async def whole() -> bool:
                reading = await run.reading("complaints")
                return bool(reading) and reading["total"] == 3

            await until("all channels are read", whole)
            reading = await run.reading("complaints")
    assert reading["channels"] == {"aplikasi": 2, "112": 1}
