"""Notes on cards: who said what, when and about what; bounded, masked, and removed only in sight of everybody."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from collectors import notes
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.notes import Notes
from collectors.source import City
from collectors.store import Store
from collectors.store_keys import NOTES, NOTING
from dashboards import brief as pages
from dashboards.openapi import document
from tests.records import NOON
from tests.site import Served, serving
from tests.test_openapi import faults

NOTE = {"page": "/brief", "card": "indicators", "query": "", "text": "Regu ditambah Senin.", "by": "Sekda"}
FILTERED = "range=7d&district=36.71.05"


@pytest.fixture
async def site(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City, tmp_path: Path, monkeypatch: Any
) -> AsyncIterator[Served]:
    del store
    monkeypatch.setattr(pages, "FRESH_SECONDS", 0.0)
    async with serving(redis_server.url, districts, city, history=tmp_path / "history") as served:
        yield served


async def post(site: Served, body: Any, path: str = "", **headers: str) -> tuple[int, Any]:
    async with site.session.post(f"{site.url}/api/v1/notes{path}", json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def listed(site: Served, page: str = "/brief") -> Any:
    return (await site.get(f"/api/v1/notes?page={page}"))[2]


def texts(body: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


async def test_a_note_stands_on_its_card_with_who_and_when_in_both_languages(site: Served) -> None:
    status, said = await post(site, NOTE)
    assert status == 201
    at = datetime.fromisoformat(said["note"]["at"]).astimezone(site.config.city.timezone)
    for language, word, clock in (("id", "Catatan 1", "%H.%M"), ("en", "Notes 1", "%H:%M")):
        body = texts((await site.get(f"/brief?lang={language}"))[2])
        assert f"Regu ditambah Senin. — Sekda, {at.strftime(clock)}" in body
        assert word in body
    assert "Sekda" in str(await listed(site))


async def test_a_note_belongs_to_the_filters_it_was_left_for_and_leads_back_to_them(site: Served) -> None:
    page = "/explore/complaints"
    await post(site, {**NOTE, "page": page, "card": "ageing", "query": FILTERED})
    here = (await site.get(f"{page}?{FILTERED}&lang=en"))[2]
    assert "notes-here" in here and "Regu ditambah Senin. — Sekda" in texts(here)
    there = (await site.get(f"{page}?lang=en"))[2]
    assert "notes-here" not in there
    mine = there[there.index('data-card="ageing"') :].partition("</details>")[0]
    assert "Regu ditambah Senin." in mine and f'href="{page}?range=7d&amp;district=36.71.05&amp;lang=en"' in mine
    assert "Regu ditambah" not in (await site.get("/explore/beds?lang=en"))[2]


async def test_the_page_of_a_filter_is_found_again_by_what_its_form_sends(site: Served) -> None:
    """The query in the form is the page's own, whatever order somebody typed."""
    page = (await site.get("/explore/complaints?lang=en&district=36.71.05&range=7d"))[2]
    form = re.search(r'<form[^>]*class="leave"[^>]*>', page)
    assert form is not None
    query = unescape(re.findall(r'data-query="([^"]*)"', form[0])[0])
    await post(site, {**NOTE, "page": "/explore/complaints", "card": "ageing", "query": query})
    assert "notes-here" in (await site.get(f"/explore/complaints?{FILTERED}"))[2]


async def test_every_card_of_every_page_takes_notes(site: Served) -> None:
    await site.publish_all()
    for path in ("/brief", *(f"/explore/{area}" for area in ("complaints", "beds", "traffic", "apps", "water"))):
        body = (await site.get(path))[2]
        cards = set(re.findall(r'<section class="x-card c-([a-z-]+)"', body)) - {"report"}
        assert cards and cards <= set(re.findall(r'data-card="([a-z-]+)"', body)), path


async def test_ways_to_reach_a_person_are_masked_before_they_are_kept(site: Served) -> None:
    text = "Hubungi Budi 0812-3456-7890, budi@example.id, NIK 3671012345678901."
    await post(site, {**NOTE, "text": text, "by": "Budi 0812-3456-7890"})
    kept = str(await site.store.redis.hgetall(f"{NOTES}/brief"))
    shown = (await site.get("/brief"))[2] + str(await listed(site))
    for secret in ("0812-3456-7890", "budi@example.id", "3671012345678901"):
        assert secret not in kept and secret not in shown
    assert "Hubungi Budi •••, •••, NIK •••." in shown


async def test_what_is_typed_is_text_and_one_line(site: Served) -> None:
    status, said = await post(site, {**NOTE, "text": "<script>alert(1)</script>\n\n  dua\tbaris ", "by": " Sekda\n "})
    assert (status, said["note"]["text"], said["note"]["by"]) == (201, "<script>alert(1)</script> dua baris", "Sekda")
    body = (await site.get("/brief"))[2]
    assert "<script>alert(1)" not in body and "&lt;script&gt;alert(1)&lt;/script&gt; dua baris" in body


async def test_a_note_is_removed_by_somebody_and_that_stays_known(site: Served) -> None:
    _, said = await post(site, NOTE)
    path = f"/{said['note']['id']}/remove"
    assert (await post(site, {"page": "/brief"}, path))[0] == 422, "nobody removes without a name"
    status, gone = await post(site, {"page": "/brief", "by": "Diskominfo"}, path)
    assert (status, gone["note"]["removed"]["by"], gone["note"]["text"]) == (200, "Diskominfo", "")
    body = (await site.get("/brief?lang=en"))[2]
    assert "Regu ditambah" not in body and "notes-here" not in body
    assert "was removed" in texts(body) and "Diskominfo" in texts(body)
    again = await post(site, {"page": "/brief", "by": "Orang lain"}, path)
    assert again[1]["note"]["removed"] == gone["note"]["removed"], "it was removed once"
    assert b"Regu ditambah" in (await site.store.redis.hgetall(f"{NOTES}/brief"))[said["note"]["id"].encode()]
    assert (await post(site, {"page": "/explore/beds", "by": "x"}, path))[0] == 404
    assert (await post(site, {"page": "/brief", "by": "x"}, "/none/remove"))[0] == 404


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({}, 422, "page is missing"),
        ({**NOTE, "by": "  "}, 422, "by must be one line of 1 to 40 letters"),
        ({**NOTE, "by": "x" * 41}, 422, "by must be one line"),
        ({**NOTE, "text": ""}, 422, "text must be 1 to 400 letters"),
        ({**NOTE, "text": "x" * 401}, 422, "text must be 1 to 400 letters"),
        ({**NOTE, "text": "a\u202eb"}, 422, "text must be 1 to 400 letters of plain text"),
        ({**NOTE, "card": "A b"}, 422, "card must be the name of a card"),
        ({**NOTE, "query": 'x="><script>'}, 422, "query must be what the page's address says"),
        ({**NOTE, "query": "x" * 601}, 422, "query must be"),
        ({**NOTE, "page": "/wall/main"}, 404, "page must be the path of a page whose cards take notes"),
        ({**NOTE, "who": "x"}, 422, "unknown key who"),
        ([], 422, 'send {"page"'),
        ({**NOTE, "text": "x" * 5000}, 413, "the body is longer than 4096 bytes"),
    ],
)
async def test_what_is_no_note_is_refused_with_a_sentence(site: Served, body: Any, status: int, says: str) -> None:
    found, said = await post(site, body)
    assert (found, says in said["error"]) == (status, True), said
    assert await site.store.redis.hlen(f"{NOTES}/brief") == 0


async def test_only_our_own_pages_may_leave_a_note(site: Served) -> None:
    assert (await post(site, NOTE, Origin="http://elsewhere.example"))[0] == 403
    async with site.session.post(f"{site.url}/api/v1/notes", data='{"page": "/brief"}') as answer:
        assert answer.status == 403, "a form of another page can send text, but not JSON"
    async with site.session.post(f"{site.url}/api/v1/notes", json=NOTE, headers={"Host": "evil.example"}) as answer:
        assert answer.status == 421
    async with site.session.post(
        f"{site.url}/api/v1/notes", data="{", headers={"Content-Type": "application/json"}
    ) as answer:
        assert answer.status == 400
    assert await listed(site) == []


async def test_many_at_once_have_to_wait(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "PER_MINUTE", 2)
    assert [(await post(site, NOTE))[0] for _ in range(3)] == [201, 201, 429]
    status, said = await post(site, NOTE)
    assert status == 429 and 0 < said["wait"] <= 60
    await site.store.redis.delete(NOTING)
    assert (await post(site, NOTE))[0] == 201


async def test_a_page_keeps_so_many_and_forgets_the_removed_and_the_oldest_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "MOST", 3)
    mine = Notes(store)
    ids = [(await mine.add("/brief", "a", "", f"n{n}", "x", NOON + timedelta(minutes=n)))["id"] for n in range(3)]
    await mine.remove("/brief", ids[2], "y", NOON)
    await mine.add("/brief", "a", "", "n3", "x", NOON + timedelta(minutes=3))
    assert [note["text"] for note in await mine.of("/brief")] == ["n3", "n1", "n0"]
    await mine.add("/brief", "a", "", "n4", "x", NOON + timedelta(minutes=4))
    assert [note["text"] for note in await mine.of("/brief")] == ["n4", "n3", "n1"]
    assert await mine.of("/explore/beds") == []


async def test_what_another_version_kept_is_left_out(store: Store) -> None:
    await store.redis.hset(f"{NOTES}/brief", mapping={"a": b"{", "b": b'{"id": "b"}', "c": b"[]"})
    assert await Notes(store).of("/brief") == []


async def test_without_redis_the_pages_still_answer_and_a_note_is_not_lost_silently(
    site: Served, redis_server: EmbeddedRedis
) -> None:
    await asyncio.to_thread(redis_server.stop)
    try:
        assert (await site.get("/brief"))[0] == 200
        assert (await post(site, NOTE))[0] == 503
    finally:
        await redis_server.ensure()


async def test_both_addresses_answer_as_the_document_says(site: Served) -> None:
    told = document("1")
    _, said = await post(site, NOTE)
    _, gone = await post(site, {"page": "/brief", "by": "x"}, f"/{said['note']['id']}/remove")
    for path, status, answer in (("/api/v1/notes", "201", said), ("/api/v1/notes/{id}/remove", "200", gone)):
        posted = told["paths"][path]["post"]
        schema = posted["responses"][status]["content"]["application/json"]["schema"]
        assert faults(schema, answer, told["components"]["schemas"]) == []
    body = told["paths"]["/api/v1/notes"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert faults(body, NOTE, told["components"]["schemas"]) == []
    assert datetime.fromisoformat(said["note"]["at"]) <= datetime.now(UTC)
