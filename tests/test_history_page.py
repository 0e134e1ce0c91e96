"""Whoever asks is told what is kept and for how long, what cannot be written, and which files cannot be read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.facts import BEDS, COMPLAINTS
from collectors.imports.fields import Place
from collectors.imports.importing import Import
from collectors.past_store import PastStore
from collectors.source import City
from collectors.store import Store
from collectors.writing import Writing
from dashboards import history as history_module
from tests.chronicling import THIS_HOUR, bed_row, damaged, put
from tests.site import Served, serving

DAY = timedelta(days=1)
BOTH = ("id", "en")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "FRESH_SECONDS", 0.0)


@pytest.fixture
async def site(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City, tmp_path: Path
) -> AsyncIterator[Served]:
    del store
    async with serving(redis_server.url, districts, city, history=tmp_path / "history") as served:
        yield served


@pytest.fixture
def history(tmp_path: Path) -> Writing:
    """Beds of three days."""
    found = Writing(tmp_path / "history")
    for back in (3, 2, 1):
        put(found, BEDS, *(bed_row(THIS_HOUR - back * DAY, number, hospital_id=f"R{number}") for number in range(300)))
    return found


async def told(site: Served) -> Any:
    status, _, answer = await site.get("/api/v1/history")
    assert status == 200
    return answer


async def pages(site: Served) -> dict[str, str]:
    """The block of the page of sources, in both languages."""
    found = {}
    for language in BOTH:
        status, _, page = await site.get(f"/sources?lang={language}")
        assert status == 200
        found[language] = page.partition('id="history"')[2].partition("</section>")[0]
    return found


async def test_before_anything_is_kept_nothing_is_said_to_be_well(site: Served) -> None:
    answer = await told(site)
    assert (answer["tables"], answer["aside"], answer["imports"]) == ([], [], [])
    assert (answer["folded"], answer["tidied"], answer["fault"], answer["alone"]) == (None, None, None, False)
    assert (answer["days"], answer["minute_days"]) == (1830, 400)
    page = await pages(site)
    assert "Belum pernah ditulis" in page["id"] and "Belum ada yang disimpan" in page["id"]
    assert "Never written yet" in page["en"] and "Nothing is kept yet" in page["en"]


async def test_what_is_kept_is_told_with_its_time_size_and_retention(site: Served, history: Writing) -> None:
    [beds] = (await told(site))["tables"]
    assert (beds["name"], beds["files"]) == ("beds", 3)
    assert beds["bytes"] == sum(part.path.stat().st_size for part in history.parts(BEDS))
    assert beds["first"] == (THIS_HOUR - 3 * DAY).isoformat()
    assert beds["last"] == (THIS_HOUR - DAY).isoformat()
    await PastStore(site.store).note({"folded": THIS_HOUR.isoformat(), "tidied": THIS_HOUR.isoformat()}, site.epoch)
    page = await pages(site)
    for language, words in (
        ("id", ("Riwayat", "Disimpan 1.830 hari", "Tempat tidur, tiap 15 menit", "Ditulis ", "berkas diperiksa ")),
        ("en", ("History", "Kept for 1,830 days", "Beds, every 15 minutes", "Written ", "files looked through ")),
    ):
        assert [word for word in words if word not in page[language]] == []


async def test_a_full_disk_is_on_the_page_since_when_and_why(site: Served) -> None:
    fault = {"reason": "complaints could not be written: No space left on device", "since": THIS_HOUR.isoformat()}
    await PastStore(site.store).note({"fault": fault}, site.epoch)
    assert (await told(site))["fault"] == fault
    page = await pages(site)
    assert "Tidak dapat ditulis sejak" in page["id"]
    assert "Cannot be written since" in page["en"] and "not lost" in page["en"]
    assert all("No space left on device" in each for each in page.values())


async def test_files_that_cannot_be_read_are_named(site: Served, history: Writing) -> None:
    first = history.parts(BEDS)[0].path
    damaged(first, "cut")
    assert (await told(site))["aside"] == [f"beds/{first.name}"], "as soon as somebody reads it"
    assert history.verify(BEDS) == 1
    answer = await told(site)
    assert answer["aside"] == [f"beds/{first.name}.broken"]
    assert answer["tables"][0]["files"] == 2
    page = await pages(site)
    assert all(f"beds/{first.name}.broken" in each for each in page.values())
    assert "Files that cannot be read, set aside: 1" in page["en"]


async def test_what_was_brought_in_is_listed(
    site: Served, history: Writing, tmp_path: Path, city: City, districts: Districts
) -> None:
    path = tmp_path / "aduan-2025.csv"
    path.write_text("id,created\n1,2025-03-01\n2,nonsense\n", encoding="utf-8")
    place = Place(city.timezone, THIS_HOUR, city.bounds, districts)
    Import(history, path, "complaints", "lama", place, {}).run(lambda done: None)
    [one] = (await told(site))["imports"]
    assert (one["name"], one["source"], one["rows"], one["rejected"]) == ("aduan-2025.csv", "lama", 1, 1)
    assert one["over"] is not None
    page = await pages(site)
    assert all("aduan-2025.csv" in each for each in page.values())
    assert "1 ditolak" in page["id"]
    assert str(tmp_path) not in page["en"]
    assert [one["name"] for one in (await told(site))["tables"]] == [COMPLAINTS.name, BEDS.name]


async def test_without_redis_the_files_are_told_of_and_that_they_speak_alone(
    site: Served, history: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dead(*_: Any, **__: Any) -> None:
        raise RedisConnectionError("gone")

    monkeypatch.setattr(site.hub.store.redis, "hgetall", dead)
    answer = await told(site)
    assert answer["alone"]
    assert answer["tables"]
    assert "files alone" in (await pages(site))["en"]
