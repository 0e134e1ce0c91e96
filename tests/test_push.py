"""Pushes over real HTTP: who may send, what is accepted, and what every refusal says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.inbox import ANSWERED, MOST_BYTES, RATE
from collectors.push import MOST_ROWS
from collectors.pushed import pushed_from
from collectors.records import Record
from collectors.source import City
from collectors.store import Store
from collectors.store_keys import PUSHED
from tests.pushing import TOKENS, call, city_that_sends, road, room, send, signed, waiting
from tests.site import Served, serving

REFUSED: list[tuple[dict[str, Any], Any, int, str]] = [
    ({"Authorization": None}, [], 401, "send this source's token"),
    ({"Authorization": "Bearer wrong"}, [], 401, "send this source's token"),
    ({"Authorization": "Bearer " + TOKENS["RSUD_TOKEN"] + "x"}, [], 401, "send this source's token"),
    ({"Authorization": "Basic " + TOKENS["RSUD_TOKEN"]}, [], 401, "send this source's token"),
    ({"Authorization": "Bearer " + TOKENS["OFFICERS_TOKEN"]}, [], 403, "this token is for another source"),
    ({"Content-Type": "text/csv"}, b"a,b", 415, "Content-Type: application/json"),
    ({"Content-Type": None}, b"[]", 415, "Content-Type: application/json"),
    ({"Content-Encoding": "br"}, b"x", 415, "without Content-Encoding"),
    ({}, b"\x00\xff", 422, "the body is not JSON"),
    ({}, b"", 422, "the body is not JSON"),
    ({}, b'[{"hospital_id": 1, "kosong": NaN}]', 422, "the body is not JSON"),
    ({}, b"[" * 100_000, 422, "the body is not JSON"),
    ({}, b'["\\ud800"]', 422, "the body is not JSON"),
    ({}, "text", 422, "no list of rows"),
    ({}, 7, 422, "no list of rows"),
    ({}, [1, 2], 422, "no row can be read; row 1: not an object"),
    ({}, [{"kosong": 1}], 422, "no row can be read; row 1: no hospital_id"),
    ({}, [{}] * (MOST_ROWS + 1), 422, "more than 20,000 rows"),
    ({"Idempotency-Key": "k" * 201}, [], 422, "an Idempotency-Key has 1 to 200 characters"),
    ({}, b" " * (2 * 1024 * 1024 + 1), 413, "longer than 2 MB"),
]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return city_that_sends(tmp_path, monkeypatch)


async def kept(store: Store, name: str) -> list[Record]:
    """The records that wait."""
    raw = [fields[b"push"] for _, fields in await store.redis.xrange(PUSHED + name)]  # type: ignore[index,union-attr]
    return [record for each in raw for record in pushed_from("complaints", each).records]  # type: ignore[arg-type]


async def test_a_push_is_accepted_with_its_counts_and_waits_to_be_written(site: Served) -> None:
    status, _, said = await send(site, "rsud", [room(1), room(2), {"kosong": 3}])
    assert status == 202
    assert said == {"accepted": 2, "unchanged": 0, "rejected": [{"row": 3, "reason": "no hospital_id"}]}
    assert await waiting(site.store, "rsud") == 1


async def test_a_push_is_a_list_of_rows_or_one_row(site: Served) -> None:
    for body, accepted in ((room(), 1), ([room(1), room(2)], 2), ([], 0)):
        status, _, said = await send(site, "rsud", body)
        assert (status, said["accepted"], said["rejected"]) == (202, accepted, [])


async def test_what_is_not_accepted_is_told_in_one_sentence(site: Served) -> None:
    for headers, body, status, says in REFUSED:
        found, answered, said = await send(site, "rsud", body, **headers)
        assert (found, list(said)) == (status, ["error"]), (says, said)
        assert says in said["error"] and "\n" not in said["error"]
        assert ("WWW-Authenticate" in answered) == (status == 401)
    assert await waiting(site.store, "rsud") == 0


async def test_only_a_source_that_sends_has_an_address_to_send_to(site: Served) -> None:
    for name, says in (("none", "there is no source of this name"), ("laksa", "this source does not send to here")):
        token = f"Bearer {TOKENS['RSUD_TOKEN']}"
        async with site.session.post(
            f"{site.url}/api/v1/push/{name}", json=[], headers={"Authorization": token}
        ) as answer:
            assert (answer.status, await answer.json()) == (404, {"error": says})
    assert (await site.get("/api/v1/push/rsud"))[0] == 405


async def test_a_body_that_never_says_how_long_it_is_ends_at_the_limit(site: Served) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 65536

    headers = {"Authorization": f"Bearer {TOKENS['RSUD_TOKEN']}", "Content-Type": "application/json"}
    async with site.session.post(f"{site.url}/api/v1/push/rsud", data=endless(), headers=headers) as answer:
        assert answer.status == 413


async def test_a_source_without_a_token_here_takes_nothing(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    for token in ("", "short"):
        monkeypatch.setenv("RSUD_TOKEN", token)
        status, headers, said = await send(site, "rsud", [], Authorization=f"Bearer {token}")
        assert (status, "not set up" in said["error"]) == (503, True)
        assert int(headers["Retry-After"]) > 0


async def test_too_many_pushes_wait_whatever_process_they_come_to(
    site: Served, redis_server: EmbeddedRedis, districts: Districts, city: City, config: Path
) -> None:
    async with serving(redis_server.url, districts, city, config) as other:
        statuses = [(await send(where, "officers", [road()]))[0] for where in (site, other, site)]
        status, headers, said = await send(other, "officers", [road()])
    assert statuses == [202, 202, 202]
    assert (status, said["error"]) == (429, "more than 3 pushes a minute")
    assert 1 <= int(headers["Retry-After"]) <= 61
    assert 0 < await site.store.redis.pttl(RATE + "officers") <= 60_000
    assert (await send(site, "rsud", []))[0] == 202, "each source has its own"
    await site.store.redis.delete(RATE + "officers")
    assert (await send(site, "officers", [road()]))[0] == 202, "when the minute is over"


async def test_a_stranger_uses_up_nobodys_pushes(site: Served) -> None:
    for _ in range(5):
        assert (await send(site, "officers", [], Authorization="Bearer guess"))[0] == 401
    assert (await send(site, "officers", [road()]))[0] == 202


async def test_the_same_idempotency_key_gets_the_same_answer_and_changes_nothing(site: Served) -> None:
    first = await send(site, "rsud", [room(1), {}], Idempotency_Key="monday-1")
    again = await send(site, "rsud", [room(1), {}], Idempotency_Key="monday-1")
    other = await send(site, "rsud", [room(2)], Idempotency_Key="monday-1")
    new = await send(site, "rsud", [room(2)], Idempotency_Key="monday-2")
    assert (first[0], again[0], again[2]) == (202, 202, first[2])
    assert (other[0], other[2]["error"]) == (422, "this Idempotency-Key was sent with another body")
    assert new[0] == 202
    assert await waiting(site.store, "rsud") == 2
    keys = [key async for key in site.store.redis.scan_iter(f"{ANSWERED}*")]
    assert len(keys) == 2 and not [key for key in keys if b"monday" in key]
    assert all([await site.store.redis.ttl(key) > 0 for key in keys])


async def test_a_signed_push_is_accepted_once(site: Served) -> None:
    body = json.dumps({"data": {"reports": [call(1)]}}).encode()
    headers = signed(body)
    assert (await send(site, "calls", body, **headers))[0] == 202
    status, _, said = await send(site, "calls", body, **headers)
    assert (status, said["error"]) == (409, "this signature was used before: sign it anew")
    assert (await send(site, "calls", body, **signed(body, age=2)))[0] == 202
    assert await waiting(site.store, "calls") == 2


async def test_a_push_that_is_not_signed_as_it_should_be_is_refused(site: Served) -> None:
    unsigned: list[tuple[dict[str, str], str]] = [
        ({}, "are missing"),
        (signed(b"[]"), "the signature is not this body's"),
        (signed(b"{}", age=400), "more than 5 minutes ago"),
        (signed(b"{}", age=-400), "ahead of time"),
        (signed(b"{}", key="another-0123456789abcdef"), "the signature is not this body's"),
        ({**signed(b"{}"), "X_Push_Timestamp": "1"}, "the signature is not this body's"),
        ({**signed(b"{}"), "X_Push_Timestamp": "yesterday"}, "must be whole seconds since 1970"),
    ]
    for headers, says in unsigned:
        status, _, said = await send(site, "calls", b"{}", **headers)
        assert (status, says in said["error"]) == (403, True), said
    assert await waiting(site.store, "calls") == 0


async def test_ten_thousand_rows_are_one_push_and_a_hundred_bad_ones_are_named(site: Served) -> None:
    rows = [room(number, updated=None) for number in range(10_000)]
    rows[5000:5150] = [{"hospital_id": "", "kosong": 1}] * 150
    status, _, said = await send(site, "rsud", rows)
    assert (status, said["accepted"], len(said["rejected"]), said["more_rejected"]) == (202, 9850, 100, 50)
    assert said["rejected"][0] == {"row": 5001, "reason": "no hospital_id"}


async def test_nothing_that_was_sent_is_repeated(site: Served, capfd: pytest.CaptureFixture[str]) -> None:
    person = {"reporter": "Pelapor Rahasia", "phone": "081234567890", "created": "081234567890 Rahasia"}
    reports = [call(1, name="Pelapor Rahasia", phone="081234567890"), {"id": 7, **person}]
    body = json.dumps({"data": {"reports": reports}}).encode()
    status, _, said = await send(site, "calls", body, **signed(body))
    bad = json.dumps({"data": {"reports": reports[1:]}}).encode()
    refused = await send(site, "calls", bad, **signed(bad))
    await send(site, "calls", b'{"data": "Rahasia 081234567890"', Authorization="Bearer Rahasia-081234567890")
    assert (status, said["rejected"]) == (202, [{"row": 2, "reason": "not a time"}])
    assert (refused[0], refused[2]["error"]) == (422, "no row can be read; row 1: not a time")
    out = capfd.readouterr()
    for text in (str(said), str(refused[2]), out.out + out.err):
        assert "Rahasia" not in text and "0812" not in text
        assert not [token for token in TOKENS.values() if token in text]
    (record,) = await kept(site.store, "calls")
    assert "Rahasia" not in str(record) and "0812" not in str(record), "what no record holds is not even stored"


async def test_where_too_much_waits_no_more_is_accepted_and_nothing_is_thrown_away(site: Served) -> None:
    for _ in range(MOST_BYTES // 4_000_000 + 1):
        await site.store.redis.xadd(PUSHED + "rsud", {"push": b"x" * 4_000_000})
    before = await waiting(site.store, "rsud")
    status, headers, said = await send(site, "rsud", [room()])
    assert (status, headers["Retry-After"]) == (503, "30")
    assert said["error"].startswith("so much waits to be written")
    assert await waiting(site.store, "rsud") == before


async def test_many_pushes_at_the_same_time_are_all_accepted(site: Served) -> None:
    answers = await asyncio.gather(*(send(site, "rsud", [room(number)]) for number in range(30)))
    assert {status for status, _, _ in answers} == {202}
    assert await waiting(site.store, "rsud") == 30
