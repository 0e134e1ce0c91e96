"""Cards of provenance over real HTTP: every tile has one, whole in both languages, and nothing secret is on it."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import segno

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import EVERY_AREA, City
from dashboards.qr import DARK, LIGHT
from layouts import TILES
from layouts.words import Words
from tests.site import ROOT, Served, serving

SECRETS = ("s3cret", "hunter2", "mayor")
LAKSA = "    url: ${DEMO}/laksa/open311/v2\n"
GIVEN = """\
    url: https://mayor:s3cret@laksa.example.id/open311/v2?token=hunter2
    contact: (021) 555 0100
    licence: CC BY 4.0
"""


@pytest.fixture
async def site(redis_server: EmbeddedRedis, store: object, districts: Districts, city: City) -> AsyncIterator[Served]:
    async with serving(redis_server.url, districts, city) as served:
        yield served


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The shipped city with a source whose address holds secrets, reached at an address of its own."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert text.count(LAKSA) == 1
    text = re.sub(r"(?m)^    contact: .*\n", "", text).replace(LAKSA, GIVEN)
    text = text.replace('  code: "36.71"\n', '  code: "36.71"\n  address: https://wall.example.id/\n')
    text = text.replace("assets/", f"{ROOT}/assets/").replace("cities/", f"{ROOT}/cities/")
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
async def given(
    redis_server: EmbeddedRedis, store: object, districts: Districts, city: City, config: Path
) -> AsyncIterator[Served]:
    async with serving(redis_server.url, districts, city, config) as served:
        yield served


async def settled(site: Served) -> None:
    await site.publish_all()
    async with asyncio.timeout(10):
        while len(site.hub.readings) < len(EVERY_AREA):
            await asyncio.sleep(0.02)


def told(page: str, word: str) -> str:
    """What stands beside a word in a page's facts, without its markup."""
    found = re.search(rf"<dt>{re.escape(word)}</dt><dd>(.*?)</dd>", page)
    assert found, word
    return re.sub(r"<[^>]+>", "", found[1])


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("tile", TILES)
async def test_every_tile_has_a_card_that_names_its_sources_and_says_what_its_number_means(
    full: Served, tile: str, language: str
) -> None:
    status, headers, page = await full.get(f"/card/{tile}?lang={language}")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    words = Words(language)
    assert f'<html lang="{language}">' in page
    assert f"<h1>{words[tile]}</h1>" in page
    _, _, card = await full.get(f"/api/v1/cards/{tile}")
    assert len(card["meaning"][language]) > 40 and card["meaning"][language].endswith(".")
    mine = [source.name for source in full.config.sources if source.area in TILES[tile].areas]
    assert [source["name"] for source in card["sources"]] == mine
    assert re.findall(r'data-source="([^"]+)"', page) == mine
    assert page.count(f"<dt>{words['licence']}</dt>") == len(mine)
    assert "DEMO" in page


async def test_a_card_says_owner_contact_protocol_success_rows_and_licence(given: Served) -> None:
    await settled(given)
    page = (await given.get("/card/complaints?lang=en"))[2]
    assert told(page, "Owner") == "Diskominfo · UPT PRKK"
    assert told(page, "Contact") == "(021) 555 0100"
    assert 'href="tel:0215550100"' in page
    assert told(page, "Protocol") == "Open311 GeoReport v2 · open311"
    assert told(page, "Address") == "https://laksa.example.id/open311/v2?…"
    assert told(page, "Licence") == "CC BY 4.0"
    assert re.fullmatch(r"\d\d:\d\d:\d\d", told(page, "Last success"))
    assert told(page, "Rows last run") == "0"
    assert "<b>1</b><span>of 2</span>" in page, "the number it explains, as the wall shows it"


async def test_a_card_gives_the_credit_a_publisher_asks_for_and_no_other(quiet: Served) -> None:
    page = (await quiet.get("/card/traffic?lang=en"))[2]
    assert told(page, "Attribution") == "Data by Waze App. https://waze.com"
    assert page.count("<dt>Attribution</dt>") == 1
    assert "Waze App" not in (await quiet.get("/card/beds?lang=en"))[2]


async def test_the_past_of_the_roads_is_credited_as_their_present_is(
    redis_server: EmbeddedRedis, store: object, districts: Districts, city: City, tmp_path: Path
) -> None:
    async with serving(redis_server.url, districts, city, history=tmp_path) as site:
        await settled(site)
        status, _, roads = await site.get("/explore/traffic?lang=en")
        beds = (await site.get("/explore/beds?lang=en"))[2]
    credit = Words("en")["credit_waze"]
    charts = roads.count('class="src"')
    assert status == 200 and charts and roads.count(credit) >= charts
    assert 'class="src"' in beds and credit not in beds


async def test_what_is_not_known_is_said_and_is_no_zero(quiet: Served) -> None:
    page = (await quiet.get("/card/waze-none"))[0], (await quiet.get("/card/traffic?lang=en"))[2]
    assert page[0] == 404
    assert told(page[1], "Rows last run") == "–"
    assert told(page[1], "Last success") == "never reported"
    assert told(page[1], "Licence") == "not stated"
    assert 'data-freshness="never"' in page[1] and 'data-freshness="live"' not in page[1]


async def test_a_failing_source_says_why_since_when_and_when_it_is_tried_again(site: Served) -> None:
    await settled(site)
    await site.publish("beds", age=4000.0, error="dinkes.example.id: connection refused")
    async with asyncio.timeout(10):
        while "connection refused" not in (page := (await site.get("/card/beds?lang=en"))[2]):
            await asyncio.sleep(0.05)
    assert re.search(r"failing since \d\d:\d\d · next try \d\d:\d\d:\d\d", page)
    assert 'data-freshness="failed"' in page


async def test_nothing_secret_is_on_any_card(given: Served) -> None:
    await settled(given)
    paths = [f"{path}{tile}" for tile in TILES for path in ("/card/", "/api/v1/cards/")]
    for path in [*paths, "/cards", "/api/v1/cards", "/api/v1/sources", "/api/v1/readings/complaints"]:
        status, _, said = await given.get(path)
        assert status == 200, path
        assert not [secret for secret in SECRETS if secret in str(said)], path


async def test_what_a_source_says_is_text_and_never_markup(given: Served) -> None:
    await given.publish("complaints", age=4000.0, error="<script>alert(1)</script> & co")
    async with asyncio.timeout(10):
        while "alert(1)" not in (page := (await given.get("/card/complaints"))[2]):
            await asyncio.sleep(0.05)
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page


@pytest.mark.parametrize(
    "path",
    ["/card/none", "/card/", "/card", "/card/beds/", "/cards/", "/qr/none.svg", "/qr/beds", "/qr/a/b.svg", "/qr/"],
)
async def test_a_tile_that_does_not_exist_has_no_card(quiet: Served, path: str) -> None:
    assert (await quiet.get(path))[0] == 404


async def test_an_unknown_tile_is_404_for_programs_and_says_which_there_are(quiet: Served) -> None:
    status, _, said = await quiet.get("/api/v1/cards/none")
    assert status == 404
    assert all(tile in said["error"] for tile in TILES)


def drawn(address: str) -> str:
    """The same address drawn by the library alone."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False, boost_error=False).save(
        out, kind="svg", xmldecl=False, border=4, omitsize=True, dark=DARK, light=LIGHT
    )
    return out.getvalue().decode()


@pytest.mark.parametrize(
    ("path", "host", "leads_to"),
    [
        ("/qr/cards.svg", "127.0.0.2:8050", "http://127.0.0.2:8050/cards"),
        ("/qr/beds.svg", "localhost", "http://localhost/card/beds"),
        ("/qr/beds.svg?lang=en", "[::1]:8050", "http://[::1]:8050/card/beds?lang=en"),
    ],
)
async def test_a_code_leads_to_the_card_at_the_address_the_asker_used(
    quiet: Served, path: str, host: str, leads_to: str
) -> None:
    status, headers, svg = await quiet.get(path, headers={"Host": host})
    assert (status, headers["Content-Type"]) == (200, "image/svg+xml")
    assert svg == drawn(leads_to)
    assert headers["Cache-Control"].startswith("private")


async def test_a_code_leads_to_where_the_city_says_it_is_reached(given: Served) -> None:
    _, _, svg = await given.get("/qr/cards.svg", headers={"Host": "wall.example.id:81"})
    assert svg == drawn("https://wall.example.id/cards")


async def test_the_index_leads_to_every_card(full: Served) -> None:
    status, _, page = await full.get("/cards?lang=en")
    assert status == 200
    assert re.findall(r'href="/card/([^"?]+)\?lang=en"', page) == list(TILES)
    assert [card["tile"] for card in (await full.get("/api/v1/cards"))[2]] == list(TILES)
