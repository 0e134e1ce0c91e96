"""Values entered by hand: the form says what it asks, takes only what can be meant, and what it took is marked."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from layouts.beds import show
from layouts.words import Words
from tests.collecting import collecting, until
from tests.entering import all_written, dashed, entered, value
from tests.pushing import TOKENS, city_that_sends, sources, waiting
from tests.site import Served

FILLED = {"free-0": "2", "capacity-0": "6", "free-1": "0", "capacity-1": "12", "by": "Kepala ruang ICU"}
PRIVATE = TOKENS["CLINIC_TOKEN"]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return city_that_sends(tmp_path, monkeypatch)


async def fill(site: Served, language: str = "en", /, **typed: str) -> tuple[int, str]:
    return await entered(site, "clinic", {**FILLED, **dashed(typed)}, language)


@pytest.mark.parametrize(("language", "says"), [("id", "diisi tangan"), ("en", "entered by hand")])
async def test_the_form_asks_for_every_room_by_name_in_both_languages(site: Served, language: str, says: str) -> None:
    status, headers, page = await site.get(f"/enter/clinic?lang={language}")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f'<html lang="{language}">' in page and says in page
    assert re.findall(r"<legend>(.*?)</legend>", page) == ["ICU", "Kelas 1", "IGD"]
    fields = re.findall(r'<input id="([^"]+)" name="([^"]+)"', page)
    assert [one for one, _ in fields] == [other for _, other in fields]
    assert sorted(re.findall(r'<label for="([^"]+)"', page)) == sorted(one for one, _ in fields)
    assert (await site.get("/enter/rsud"))[0] == (await site.get("/enter/none"))[0] == 404


async def test_what_was_typed_is_on_the_tile_and_the_card_with_who_and_when_and_prefilled(
    site: Served, redis_server: EmbeddedRedis, districts: Districts, config: Path
) -> None:
    city, listed = sources(config)
    before = datetime.now(UTC)
    await site.store.give_back("tests")
    async with collecting(redis_server.url, [listed["clinic"]], city, districts) as run:
        status, page = await fill(site)
        assert status == 200 and "Accepted at" in page
        await until("it is written", lambda: all_written(site.store, "clinic"))

        async def read() -> Any:
            reading = await run.reading("beds")
            return reading if reading and reading["icu"]["free"] == 2 else None

        reading = await until("it is counted", read)
    assert reading["inpatient"]["capacity"] == 12 and reading["emergency"]["free"] is None
    assert reading["hospitals"][0]["name"] == "RSIA Contoh"
    assert datetime.fromisoformat(reading["as_of"]) >= before.replace(microsecond=0)
    assert "Kepala ruang" not in str(reading), "who entered it is in no reading"
    for language, says in (("id", "diisi tangan: clinic"), ("en", "entered by hand: clinic")):
        source = show({"beds": reading}, Words(language))["source"]
        assert isinstance(source, dict) and source["data-hand"] == ""
        assert (source["text"] or "").startswith(says)
    await until("the site knows", lambda: "clinic" in str(site.hub.readings.get("beds")))
    card = (await site.get("/card/beds?lang=en"))[2]
    mine = card[card.index('data-source="clinic"') :]
    assert '<i class="i i-hand" aria-hidden="true"></i><span>entered by hand</span>' in mine
    assert "<dt>Entered by</dt><dd>Kepala ruang ICU</dd>" in mine
    assert '<a href="/enter/clinic?lang=en">/enter/clinic</a>' in mine
    assert "Form · manual" in mine and "sent by its owner" in mine
    page = (await site.get("/enter/clinic?lang=en"))[2]
    assert [value(page, name) for name in ("free-0", "capacity-0", "free-1", "free-2")] == ["2", "6", "0", ""]
    assert re.search(r"Last entered \d\d:\d\d by Kepala ruang ICU", page)
    assert value(page, "by") == value(page, "token") == "", "who it is, is typed every time"


async def test_what_cannot_be_meant_is_said_beside_its_field_and_nothing_typed_is_lost(site: Served) -> None:
    cases: list[tuple[dict[str, str], int, str, str]] = [
        ({"free_0": "-1"}, 422, "free-0", "Write a whole number from 0 to 9,999, or leave it empty."),
        ({"capacity_1": "12,5"}, 422, "capacity-1", "Write a whole number"),
        ({"free_2": "10000"}, 422, "free-2", "Write a whole number"),
        ({"free_0": "9" * 5000}, 422, "free-0", "Write a whole number"),
        ({"free_0": "٣"}, 422, "free-0", "Write a whole number"),
        ({"free_0": "7"}, 422, "free-0", "More free than the capacity."),
        (dict.fromkeys(("free_0", "capacity_0", "free_1", "capacity_1"), " "), 422, "free-0", "at least one number"),
        ({"by": "  "}, 422, "by", "Write a role or office"),
        ({"by": "x" * 61}, 422, "by", "at most 60 letters"),
        ({"token": "guess"}, 403, "token", "This is not the key of this source."),
        ({"token": ""}, 403, "token", "This is not the key of this source."),
    ]
    for typed, status, name, says in cases:
        found, page = await fill(site, **typed)
        assert (found, says in page) == (status, True), (typed, found)
        assert f'<a href="#{name}">' in page and 'role="alert"' in page
        field = re.search(rf'<input id="{name}"[^>]*>', page)
        assert field and 'aria-invalid="true"' in field[0] and f'{name}-error"' in field[0] and "autofocus" in field[0]
        kept = {**FILLED, **{key: one for key, one in dashed(typed).items() if key != "token"}}
        assert {key: value(page, key) for key in kept} == kept
        assert PRIVATE not in page and "guess" not in page
    assert await waiting(site.store, "clinic") == 0


async def test_markup_that_is_typed_stays_text(site: Served) -> None:
    _, page = await fill(site, by='"><script>alert(1)</script>', free_0='"><b>')
    assert "<script>alert" not in page and "<b>" not in page.replace("<b><i", "")


async def test_another_hosts_page_cannot_send_the_form(site: Served) -> None:
    form = {**FILLED, "token": PRIVATE}
    url = f"{site.url}/enter/clinic"
    for headers in ({"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        async with site.session.post(url, data=form, headers=headers) as answer:
            assert answer.status == 403
    async with site.session.post(url, json=form) as answer:
        assert answer.status == 403
    async with site.session.post(url, data={**form, "by": "x" * 70_000}) as answer:
        assert answer.status == 413
    async with site.session.post(url, data={f"x{number}": "1" for number in range(300)}) as answer:
        assert answer.status == 400
    assert await waiting(site.store, "clinic") == 0


async def test_the_form_can_be_tried_thirty_times_a_minute(site: Served) -> None:
    found = [(await fill(site, token="guess"))[0] for _ in range(31)]
    assert found == [403] * 30 + [429]
    status, page = await fill(site, "id", token="guess")
    assert (status, "Terlalu sering. Coba lagi sebentar lagi." in page) == (429, True)


async def test_wrong_keys_lock_nobody_out_who_has_the_right_one(site: Served) -> None:
    for _ in range(35):
        await fill(site, token="guess")
    found = [(await fill(site))[0] for _ in range(31)]
    assert found == [200] * 30 + [429]


@pytest.mark.parametrize("by", ["siti@example.id", "0812-3456-7890", "3671012345678901"])
async def test_who_entered_it_is_an_office_and_never_how_to_reach_a_person(site: Served, by: str) -> None:
    for language, says in (("id", "Jangan tulis alamat surel"), ("en", "No e-mail address")):
        status, page = await fill(site, language, by=by)
        assert (status, says in page) == (422, True)
    assert await waiting(site.store, "clinic") == 0


async def test_whoever_hangs_up_in_the_middle_of_the_form_leaves_no_error(
    site: Served, caplog: pytest.LogCaptureFixture
) -> None:
    log = logging.getLogger("uvicorn.error")
    log.addHandler(caplog.handler)
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", URL(site.url).port)
        kind = "Content-Type: application/x-www-form-urlencoded"
        writer.write(
            f"POST /enter/clinic HTTP/1.1\r\nHost: localhost\r\n{kind}\r\nContent-Length: 99\r\n\r\nby=".encode()
        )
        await writer.drain()
        await site.get("/healthz")
        writer.close()
        for _ in range(5):
            await site.get("/healthz")
    finally:
        log.removeHandler(caplog.handler)
    assert caplog.records == []


async def test_a_form_whose_key_is_not_set_takes_nothing(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLINIC_TOKEN")
    status, page = await fill(site, token="")
    assert (status, "not set on the server yet" in page, await waiting(site.store, "clinic")) == (503, True, 0)


async def test_two_who_fill_it_in_at_once_are_both_taken(site: Served) -> None:
    answers = await asyncio.gather(fill(site, free_0="1"), fill(site, free_0="3"))
    assert [status for status, _ in answers] == [200, 200]
    assert await waiting(site.store, "clinic") == 2
