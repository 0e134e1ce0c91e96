"""A source's past by its own protocol: a day at a time, politely, as it was, and once however often it is asked for."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from collectors.districts import Districts
from collectors.fact_rows import FactRows
from collectors.facts import COMPLAINTS
from collectors.fetch import Http
from collectors.imports import backfill as backfill_module
from collectors.imports.backfill import Backfill
from collectors.open311 import Open311
from collectors.records import CollectError
from collectors.source import City
from collectors.writing import Writing
from tests.chronicling import filed
from tests.conftest import PretendCity
from tests.records import source
from tests.sources import serving

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 25)


class Desk:
    """A complaints desk with one report an hour, which is asked for one day after the other."""

    def __init__(self) -> None:
        self.asked: list[tuple[datetime, datetime]] = []
        self.broken: list[int] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        start, end = (
            datetime.fromisoformat(request.query[name].replace("Z", "+00:00")) for name in ("start_date", "end_date")
        )
        self.asked.append((start, end))
        if self.broken:
            return web.Response(status=self.broken.pop(), headers={"Retry-After": "0"})
        hour = start.replace(minute=0, second=0, microsecond=0)
        rows: list[dict[str, Any]] = []
        while hour <= end:
            if hour >= start:
                done = (hour + timedelta(hours=5)).isoformat()
                rows.append(
                    {"service_request_id": f"{hour:%Y%m%d%H}", "status": "closed", "service_code": "1",
                     "service_name": "Jalan 081234567890", "requested_datetime": hour.isoformat(),
                     "updated_datetime": done, "description": "Budi Santoso"}
                )  # fmt: skip
            hour += timedelta(hours=1)
        rows.append({"service_request_id": "", "requested_datetime": start.isoformat()})
        page, size = int(request.query["page"]), int(request.query["page_size"])
        return web.json_response(rows[(page - 1) * size : page * size])


@pytest.fixture
def rows(city: City, districts: Districts) -> FactRows:
    return FactRows(districts, city.timezone)


def work(history: Writing, url: str, city: City, rows: FactRows) -> Backfill:
    one = source("laksa", "complaints", url=url)
    return Backfill(history, Open311(one, city), one, rows, TODAY)


async def test_every_day_is_asked_for_once_and_what_was_reported_on_it_stands_once(
    tmp_path: Path, city: City, rows: FactRows
) -> None:
    desk, history = Desk(), Writing(tmp_path)
    days: list[date] = []
    async with serving(desk) as url, Http() as http:
        one = work(history, url, city, rows)
        await one.run(http, date(2026, 11, 22), days.append, pause=0.0)
        assert days == [TODAY - timedelta(days=n) for n in range(4)]
        assert filed(history, COMPLAINTS, "count(*), count(DISTINCT id), min(finish_s), max(finish_s)") == [
            (96, 96, 18000, 18000)
        ]
        assert filed(history, COMPLAINTS, "DISTINCT source, category, status, demo") == [
            ("laksa", "Jalan •••", "done", False)
        ]
        days_asked = {start.astimezone(city.timezone).date() for start, _ in desk.asked}
        assert days_asked == set(days)
        assert (one.done.rows, one.done.rejected) == (96, 4)
        before = len(desk.asked)
        again = work(history, url, city, rows)
        await again.run(http, date(2026, 11, 22), days.append, pause=0.0)
        assert len(desk.asked) == before, "what was asked for is not asked for again"
        await again.run(http, date(2026, 11, 21), days.append, pause=0.0)
        assert days[-1] == date(2026, 11, 21)
    assert filed(history, COMPLAINTS, "count(*)") == [(120,)]


async def test_a_day_that_fails_is_asked_for_again_and_what_was_taken_in_before_stays(
    tmp_path: Path, city: City, rows: FactRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill_module, "PAUSE", 0.001)
    desk, history = Desk(), Writing(tmp_path)
    async with serving(desk) as url, Http() as http:
        one = work(history, url, city, rows)
        desk.broken = [503, 503]
        await one.run(http, date(2026, 11, 24), lambda day: None, pause=0.0)
        assert filed(history, COMPLAINTS, "count(*)") == [(48,)]
        desk.broken = [503] * 10
        with pytest.raises(CollectError, match="503"):
            await work(history, url, city, rows).run(http, date(2026, 11, 22), lambda day: None, pause=0.0)
        desk.broken = []
        assert filed(history, COMPLAINTS, "count(*)") == [(48,)]
        await work(history, url, city, rows).run(http, date(2026, 11, 23), lambda day: None, pause=0.0)
    assert filed(history, COMPLAINTS, "count(*)") == [(72,)]


async def test_a_server_that_does_not_look_at_days_is_told_of_in_a_sentence(
    tmp_path: Path, city: City, rows: FactRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill_module, "PAUSE", 0.001)
    row = {
        "service_request_id": "1",
        "status": "open",
        "service_code": "1",
        "requested_datetime": "2020-01-01T00:00:00Z",
    }

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response([row])

    async with serving(handler) as url, Http() as http:
        with pytest.raises(CollectError, match="the same whatever days"):
            await work(Writing(tmp_path), url, city, rows).run(http, TODAY, lambda day: None, pause=0.0)
    assert filed(Writing(tmp_path), COMPLAINTS) == []


@pytest.mark.patient
async def test_the_command_asks_the_pretend_city_and_others_say_that_they_cannot(
    demo_city: PretendCity, tmp_path: Path
) -> None:
    today = datetime.now(UTC).date()

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "app.py", "backfill", *words], cwd=ROOT, capture_output=True, text=True, check=False,
            timeout=100, env={**os.environ, "LIVEROOM_VAR": str(tmp_path), "DEMO": demo_city.url},
        )  # fmt: skip

    found = await asyncio.to_thread(command, "laksa", "--since", (today - timedelta(days=2)).isoformat())
    assert found.returncode == 0, found.stderr
    assert " 0 could not be read" in found.stdout
    history = Writing(tmp_path / "history")
    [(count, demo, days)] = filed(history, COMPLAINTS, "count(*), bool_and(demo), count(DISTINCT day)")
    assert count > 20
    assert demo
    assert days in (3, 4)
    for words, said in (
        (("aplicares", "--since", "2026-01-01"), "its past cannot be asked"),
        (("nobody", "--since", "2026-01-01"), "There is no source 'nobody'"),
    ):
        wrong = await asyncio.to_thread(command, *words)
        assert wrong.returncode == 2
        assert said in wrong.stderr
        assert "Traceback" not in wrong.stderr
