"""Rejected records are set aside, can be listed without telling anybody's name, and are taken in after a fix."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.fetch import Http
from collectors.health import SourceHealth
from collectors.open311 import Open311
from collectors.quarantine import LONGEST, Kept, listed, read_again, set_aside, text_of
from collectors.records import Complaint
from collectors.rejects import rejected
from collectors.reliability import Reliability
from collectors.source import City
from collectors.store import Store
from collectors.store_keys import EVENTS, QUARANTINE
from collectors.watch import Watch
from collectors.waze import Waze
from collectors.write import MOST_ASIDE, Write
from tests import sources
from tests.collecting import collecting, quick, shipped, until
from tests.records import NOON, batch, complaint, source
from tests.sources import serving

WEEK = 7 * 86400.0
ROOT = Path(__file__).resolve().parent.parent
BAD = {"service_request_id": "7", "status": "open", "requested_datetime": "the day before", "description": "at home"}


def laksa() -> Open311:
    return Open311(sources.source("open311", "http://127.0.0.1:1"), sources.city())


def test_the_same_row_rejected_for_the_same_reason_is_set_aside_once() -> None:
    row = {"id": 1}
    first = set_aside([rejected("no type", row), rejected("no type", row), rejected("no id", row)], {}, whole=True)
    assert [(one.reason, one.row) for one in first] == [("no type", '{"id":1}'), ("no id", '{"id":1}')]
    assert set_aside([rejected("no type", row)], {one.key for one in first}, whole=True) == ()


def test_a_run_that_rejects_a_million_rows_sets_a_hundred_aside() -> None:
    assert len(set_aside([rejected("no id", {"n": n}) for n in range(1_000)], {}, whole=True)) == 100


def test_who_reported_is_taken_out_and_the_rest_can_be_read_again() -> None:
    row = {**BAD, "email": "a@b.example", "extended_attributes": {"Reporter_Name": "Somebody", "channel": "112"}}
    text = text_of(row)
    assert text is not None
    assert json.loads(text) == {**BAD, "extended_attributes": {"channel": "112"}}


@pytest.mark.parametrize("row", [None, {"a": "x" * LONGEST}, {"a": {1, 2}}])
def test_a_row_that_cannot_be_kept_keeps_its_reason_and_sample(row: object) -> None:
    [one] = set_aside([rejected("no id", row)], {}, whole=True)
    assert (one.row, one.reason) == (None, "no id")


def test_any_letters_survive() -> None:
    for value in ("Jalan Él", "\ud800", "\x1b[31m", "\u202e", float("nan")):
        text = text_of({"a": value})
        assert text is not None
        assert str(json.loads(text)["a"]) == str(value)


def test_of_a_source_that_sends_its_whole_state_no_row_is_kept() -> None:
    for collector, kept in ((laksa(), True), (Waze(source("waze", "traffic"), sources.city()), False)):
        mine = Watch(collector, SourceHealth(source()), Http(), Reliability("x", UTC))
        write, _ = mine.taken_in(batch(complaint("1"), rejected=(rejected("no id", BAD),)), NOON, WEEK)
        assert [one.row is not None for one in write.aside] == [kept]


def test_what_still_cannot_be_read_stays_and_times_are_those_of_then() -> None:
    good = {**BAD, "requested_datetime": "2 menit"}
    rows = [Kept(str(n), NOON, "", "", text_of(row), "") for n, row in enumerate([BAD, good])]
    found = read_again(laksa(), [*rows, Kept("9", NOON, "", "", None, "")])
    assert found.keys() == {"1"}
    assert isinstance(found["1"], Complaint) and (NOON - found["1"].requested).total_seconds() == 120


def test_a_record_read_again_never_replaces_newer_news() -> None:
    mine = Watch(laksa(), SourceHealth(source()), Http(), Reliability("x", UTC))
    mine.records = {"7": complaint("7", updated=NOON, status="done")}
    old = {**BAD, "requested_datetime": "2026-11-20T00:00:00Z"}
    write = mine.replayed([Kept("1-0", NOON, "", "", text_of(old), "")], NOON, WEEK)
    assert (write.changed, write.released, mine.health.ledger.replayed) == ({}, ("1-0",), 1)


def test_a_list_shows_reasons_and_masked_samples_and_steers_no_terminal() -> None:
    kept = [Kept("1-0", NOON, "no id", "status=\x1b[31mopen\n", text_of(BAD), "")]
    lines = listed("laksa", kept, ZoneInfo("Asia/Jakarta"))
    assert lines[0] == "laksa: 1 set aside (1 x no id)"
    assert lines[1] == "  2026-11-24 12:00:00  no id  [status=·[31mopen·]  can be read again"
    assert "at home" not in "".join(lines)


async def test_it_is_bounded_in_number_and_age(store: Store) -> None:
    epoch = await store.lease("one", 5000)
    for start in range(0, MOST_ASIDE + 300, 100):
        aside = set_aside([rejected("no id", {"n": start + n}) for n in range(100)], {}, whole=True)
        await store.write([Write("traffic", "waze", {}, aside=aside)], epoch, datetime.now(UTC), WEEK)
    kept = await store.quarantine("waze")
    assert (len(kept), kept[-1].row) == (MOST_ASIDE, f'{{"n":{MOST_ASIDE + 299}}}')
    assert 0 < await store.redis.pttl(QUARANTINE + "waze") <= 30 * 86_400_000


async def test_what_was_set_aside_before_a_restart_is_not_set_aside_again(
    store: Store, redis_server: EmbeddedRedis, districts: Districts, city: City
) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response([BAD])

    async with serving(handler) as base:
        one = quick(sources.source("open311", base))
        for _ in range(2):
            async with collecting(redis_server.url, [one], city, districts) as run:
                mine = run.collecting.watches[one.name]
                while mine.health.failures < 2 or not await store.quarantine(one.name):
                    await asyncio.sleep(0.02)
    assert len(await store.quarantine(one.name)) == 1


def program(*words: str, url: str, config: Path = ROOT / "config.yaml") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py", "quarantine", *words, "--config", str(config)], cwd=ROOT, capture_output=True,
        text=True, timeout=60, env={**os.environ, "REDIS_URL": url}, check=False,
    )  # fmt: skip


@pytest.mark.patient
async def test_after_a_fix_what_was_set_aside_is_taken_in_exactly_once(
    store: Store, redis_server: EmbeddedRedis, districts: Districts, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, str]] = [BAD, {"status": "open", "description": "no id at all"}]

    async def handler(request: web.Request) -> web.Response:
        rows, told[:] = list(told), []
        return web.json_response(rows)

    def fixed(self: Open311, row: Any, received: datetime) -> Complaint:
        """Reads what the parser before it could not."""
        if not row.get("service_request_id"):
            raise ValueError("no service_request_id")
        return complaint(row["service_request_id"], requested=NOON)

    async with serving(handler) as base:
        one = quick(shipped(base)[1]["laksa"])
        async with collecting(redis_server.url, [one], city, districts):
            await until("both are set aside", lambda: store.quarantine("laksa"))
        listing = program("laksa", url=redis_server.url)
        assert (listing.returncode, "laksa: 2 set aside" in listing.stdout) == (0, True)
        assert "at home" not in listing.stdout and "no id at all" not in listing.stdout
        assert "laksa: 2 set aside" in program(url=redis_server.url).stdout
        monkeypatch.setattr(Open311, "read", fixed)
        async with collecting(redis_server.url, [one], city, districts) as run:
            await until("it collects", lambda: run.collecting.lease.epoch)
            for could in ("1 of 2", "0 of 1"):
                done = await asyncio.to_thread(program, "laksa", "--replay", url=redis_server.url)
                assert done.stdout.startswith(f"laksa: {could} could be read and are kept now."), done.stderr
            reading = await until("it is in the reading", lambda: run.reading("complaints"))
            assert reading["total"] is not None
            assert run.collecting.watches["laksa"].health.ledger.replayed == 1
    assert [key for _, key in await store.records("complaints")] == ["7"]
    assert await store.redis.xlen(EVENTS + "complaints") == 1
    assert [one.reason for one in await store.quarantine("laksa")] == ["no service_request_id"]


@pytest.mark.patient
def test_a_replay_that_makes_no_sense_is_refused_in_one_sentence(redis_server: EmbeddedRedis) -> None:
    for words, said in (
        (("nobody",), "There is no source 'nobody'; there are laksa, aplicares"),
        (("--replay",), "--replay needs the name of a source."),
    ):
        done = program(*words, url=redis_server.url)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
