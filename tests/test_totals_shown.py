"""A total that does not reconcile, the whole way: asked over HTTP, kept in a real Redis, shown by the real site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import Area, City, Settings, Source
from tests.collecting import collecting, until
from tests.mapped import LAKSA, report
from tests.site import serving
from tests.sources import Handler, answering, source
from tests.sources import serving as answered_by
from tests.test_sirs import Online, row, settings

pytestmark = pytest.mark.usefixtures("store")


def named(name: str, area: Area, collector: str, path: str, held: Settings) -> Source:
    """One of the shipped city's sources, by another protocol."""
    return source(collector, path, held, area=area).model_copy(update={"name": name, "cadence": 3600.0})


async def shown(
    handler: Handler, one: Source, redis: EmbeddedRedis, city: City, districts: Districts
) -> Mapping[str, Any]:
    """What the site says of a source after a run against a real server."""
    async with answered_by(handler) as base:
        real = one.model_copy(update={"url": base + one.url})
        async with collecting(redis.url, [real], city, districts) as run:
            await until("a reading", lambda: run.reading(one.area))
    async with serving(redis.url, districts, city) as site:
        await until("the hub knows it", lambda: one.area in site.hub.readings)
        _, _, states = await site.get("/api/v1/sources")
        _, _, reading = await site.get(f"/api/v1/readings/{one.area}")
        _, _, card = await site.get(f"/api/v1/cards/{one.area}")
        pages = {path: (await site.get(f"{path}?lang=en"))[2] for path in (f"/card/{one.area}", "/sources")}
    [state] = [each for each in states if each["name"] == one.name]
    return {"state": state, "reading": reading, "card": card, **pages}


async def test_a_document_that_contradicts_itself_is_shown_as_it_is_and_flagged_everywhere(
    redis_server: EmbeddedRedis, city: City, districts: Districts
) -> None:
    held = LAKSA.model_copy(update={"total": {"rows": "total"}})
    document = answering(json.dumps({"total": 3986, "rows": [report(1), report(2)]}))
    one = named("laksa", "complaints", "mapped_json", "", held)
    found = await shown(document, one, redis_server, city, districts)
    [doubt] = found["state"]["quality"]
    assert (doubt["code"], doubt["of"], doubt["stated"], doubt["counted"]) == ("total_differs", "rows", 3986, 2)
    assert (found["state"]["freshness"], found["state"]["error"]) == ("live", None)
    assert (found["reading"]["value"], found["reading"]["total"], found["reading"]["quality"]) == (2, 2, [])
    assert (found["card"]["sources"][0]["quality"], found["card"]["quality"]) == ([doubt], [])
    for page in ("/card/complaints", "/sources"):
        assert "2 rows received, 3,986 by the source" in found[page]


async def test_a_reading_that_does_not_add_up_is_told_on_its_card_and_stays_as_it_is(
    redis_server: EmbeddedRedis, city: City, districts: Districts
) -> None:
    async with serving(redis_server.url, districts, city) as site:
        reading: Any = await site.publish("complaints")
        doubt = {"code": "parts_differ", "since": reading["changed"], "of": "reports", "stated": 3986, "counted": 4026}
        await site.store.save_reading("complaints", {**reading, "quality": [doubt]}, site.epoch)
        await until("the hub knows it", lambda: [one for one in site.hub.readings.values() if one.get("quality")])
        _, _, card = await site.get("/api/v1/cards/complaints")
        _, _, told = await site.get("/api/v1/readings/complaints")
        assert (card["quality"], told["quality"], told["total"]) == ([doubt], [doubt], 0)
        for language, said in (
            ("id", "aduan: bagiannya berjumlah 4.026, totalnya 3.986"),
            ("en", "reports: the parts add up to 4,026, the total is 3,986"),
        ):
            _, _, page = await site.get(f"/card/complaints?lang={language}")
            assert said in page


async def test_a_sirs_room_whose_parts_are_not_its_capacity_is_flagged_with_both_numbers(
    redis_server: EmbeddedRedis, city: City, districts: Districts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIRS_PASS", "pretend")
    rooms = [row(jumlah="12", terpakai="9", kosong="5"), row(id_t_tt="902", ruang="Mawar")]
    one = named("aplicares", "beds", "sirs", "/fo/index.php", settings("3699001"))
    found = await shown(Online({"3699001": rooms}), one, redis_server, city, districts)
    [doubt] = found["state"]["quality"]
    assert (doubt["code"], doubt["of"], doubt["stated"], doubt["counted"]) == ("parts_differ", "capacity", 12, 14)
    assert doubt["at"] == "RS 3699001 · Kelas III · Melati"
    reading = found["reading"]
    assert (reading["inpatient"]["capacity"], reading["inpatient"]["free"], reading["mismatched"]) == (24, 10, 1)
    said = "capacity (RS 3699001 · Kelas III · Melati): the parts add up to 14, the total is 12"
    for page in ("/card/beds", "/sources"):
        assert said in found[page]
