"""The health of applications: by status, text, health+json, delay and certificate; never a guess."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from collectors.fetch import Http
from collectors.http_health import HttpHealth, HttpHealthSettings
from collectors.records import AppHealth, Batch, CollectError, Known
from collectors.source import Application
from collectors.times import iso
from tests.sources import Handler, answering, city, collected, sample, serving, source

NOW = datetime.now(UTC).replace(microsecond=0)


def application(number: int = 1, **fields: Any) -> Application:
    given = {"id": f"app-{number}", "name": f"Aplikasi {number}", "group": "public", "owner": "Dinas", "url": ""}
    return Application.model_validate({**given, **fields})


async def check(*pairs: tuple[Application, Handler], settings: HttpHealthSettings | None = None) -> Batch:
    """One run over applications, each answered by its own handler under /<id>."""
    handlers = {one.id: handler for one, handler in pairs}

    async def route(request: web.Request) -> web.StreamResponse:
        return await handlers[request.path.split("/")[1]](request)

    async with serving(route) as base, Http() as http:
        named = [one.model_copy(update={"url": one.url or f"{base}/{one.id}/"}) for one, _ in pairs]
        return await HttpHealth(source("http_health", base, settings), city(*named)).collect(http, Known())


async def one(handler: Handler, settings: HttpHealthSettings | None = None, **fields: Any) -> AppHealth:
    (record,) = (await check((application(**fields), handler), settings=settings)).records
    assert isinstance(record, AppHealth)
    return record


async def test_an_accepted_status_is_up() -> None:
    record = await one(answering("<html>halo</html>", "text/html"))
    assert (record.status, record.reason, record.http_status, record.certificate_days) == ("up", None, 200, None)
    assert record.latency_ms is not None and record.checked.tzinfo is UTC


@pytest.mark.parametrize(
    ("status", "accept", "expected"),
    [(200, None, "up"), (404, None, "down"), (503, None, "down"), (401, {200, 401}, "up"), (200, {401}, "down")],
)
async def test_the_accepted_statuses_are_the_applications_own(status: int, accept: Any, expected: str) -> None:
    record = await one(answering("", "text/plain", status), **({"accept": accept} if accept else {}))
    assert (record.status, record.reason) == (expected, None if expected == "up" else f"status {status}")


async def test_redirects_are_followed_unless_they_are_the_answer() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/login"):
            return web.Response(status=500)
        raise web.HTTPFound(request.path + "login")

    assert (await one(handler)).http_status == 500
    assert (await one(handler, accept={302})).status == "up"


async def test_the_text_that_must_be_there() -> None:
    assert (await one(answering("Layanan Él", "text/html"), contains="Él")).status == "up"
    assert (await one(answering("Layanan Él".encode("utf-16"), "text/html"), contains="Él")).status == "up"
    record = await one(answering("<html>Database error</html>", "text/html"), contains="Layanan")
    assert (record.status, record.reason) == ("down", "expected text is missing")


@pytest.mark.parametrize(
    ("body", "status", "expected", "reason"),
    [
        ({"status": "pass"}, 200, "up", None),
        ({"status": "OK"}, 200, "up", None),
        ({"status": "UP", "components": {"db": {"status": "UP"}}}, 200, "up", None),
        ({"status": "UP", "components": {"db": {"status": "DOWN"}}}, 200, "degraded", "check db says down"),
        ({"status": "pass", "checks": {"db:time": [{"status": "warn"}]}}, 200, "degraded", "check db:time says warn"),
        ({"status": "warn", "output": "disk nearly full"}, 200, "degraded", "disk nearly full"),
        ({"status": "fail"}, 503, "down", "says fail"),
        ({"status": "fail", "output": "db silent"}, 503, "down", "db silent"),
        ({"status": "fail"}, 200, "down", "says fail"),
        ({"status": "Error"}, 500, "down", "says error"),
        ({"status": "DOWN"}, 503, "down", "says down"),
        ({"status": "OUT_OF_SERVICE"}, 503, "down", "says out_of_service"),
        ({"status": "UNKNOWN"}, 200, "unknown", "says unknown"),
        ({"status": "purple"}, 200, "unknown", "says purple"),
        ({"status": "pass"}, 503, "down", "status 503"),
        ({}, 200, "down", "health answer without a status"),
        ([], 200, "down", "not a health answer"),
    ],
)
async def test_health_json_and_its_aliases(body: Any, status: int, expected: str, reason: str | None) -> None:
    record = await one(answering(json.dumps(body), "application/health+json", status), kind="health+json")
    assert (record.status, record.reason, record.http_status) == (expected, reason, status)


async def test_an_html_page_is_no_health_answer() -> None:
    record = await one(answering("<html>", "text/html"), kind="health+json")
    assert (record.status, record.reason) == ("down", "answered an HTML page instead of JSON (status 200)")
    assert (await one(answering("<html>", "text/html", 502), kind="health+json")).reason == "status 502"


async def test_slow_is_degraded_and_too_slow_is_down() -> None:
    ended = asyncio.Event()

    async def late(request: web.Request) -> web.StreamResponse:
        await asyncio.wait([asyncio.ensure_future(ended.wait())], timeout=0.05)
        return web.Response()

    async def never(request: web.Request) -> web.StreamResponse:
        await ended.wait()
        return web.Response()

    record = await one(late, HttpHealthSettings(slow_ms=1))
    assert record.status == "degraded" and record.reason is not None and record.reason.startswith("slow: ")
    record = await one(never, HttpHealthSettings(timeout=0.2))
    ended.set()
    assert (record.status, record.reason, record.latency_ms) == ("down", "timed out after 0.2 s", None)


async def test_an_application_that_others_speak_of_is_not_asked() -> None:
    (record,) = (
        await check((application(1), answering("")), (application(2, kind="elsewhere"), answering("")))
    ).records
    assert record.id == "app-1"
    with pytest.raises(CollectError, match="lists no applications to be asked"):
        await check((application(kind="elsewhere"), answering("")))


@pytest.mark.parametrize(
    ("body", "status", "expected", "reason"),
    [
        ({"status": "UP"}, 200, "up", None),
        ({"status": "up", "groups": ["liveness"]}, 200, "up", None),
        ({"status": "DOWN"}, 503, "down", "says DOWN"),
        ({"status": "OUT_OF_SERVICE"}, 503, "down", "says OUT_OF_SERVICE"),
        ({"status": "UNKNOWN"}, 200, "unknown", "says UNKNOWN"),
        ({"status": "FATAL"}, 200, "unknown", "says FATAL"),
        ({"status": "UP", "components": {"db": {"status": "UP"}}}, 503, "down", "status 503"),
        (
            {
                "status": "DOWN",
                "components": {"db": {"status": "DOWN", "details": {"error": "x"}}, "ping": {"status": "UP"}},
            },
            503,
            "down",
            "says DOWN: db DOWN",
        ),
        (
            {"status": "DOWN", "components": {"db": {"status": "DOWN", "components": {"main": {"status": "DOWN"}}}}},
            503,
            "down",
            "says DOWN: db/main DOWN",
        ),
        (
            {"status": "UP", "details": {"mail": {"status": "OUT_OF_SERVICE"}}},
            200,
            "degraded",
            "component mail OUT_OF_SERVICE",
        ),
        (
            {"status": "DOWN", "components": {name: {"status": "DOWN"} for name in "abcde"}},
            503,
            "down",
            "says DOWN: a DOWN, b DOWN, c DOWN and 2 more",
        ),
        ({"status": "UP", "components": [1], "details": {"x": 1, "y": {"status": 3}}}, 200, "up", None),
        ({"timestamp": "x", "status": 404, "error": "Not Found"}, 404, "down", "status 404"),
        ({"status": 200}, 200, "down", "health answer without a status"),
        ([], 200, "down", "not a health answer"),
    ],
)
async def test_spring_actuator_and_its_components(body: Any, status: int, expected: str, reason: str | None) -> None:
    record = await one(
        answering(json.dumps(body), "application/vnd.spring-boot.actuator.v3+json", status), kind="actuator"
    )
    assert (record.status, record.reason, record.http_status) == (expected, reason, status)


async def test_every_application_has_one_record_in_the_citys_order() -> None:
    pairs = [(application(number), answering("", status=500 if number % 7 == 0 else 200)) for number in range(174)]
    batch = await check(*pairs, settings=HttpHealthSettings(at_once=20))
    assert [record.id for record in batch.records] == [f"app-{number}" for number in range(174)]
    assert sum(record.status == "down" for record in batch.records if isinstance(record, AppHealth)) == 25
    assert batch.complete and batch.rejected == ()


async def test_no_application_passing_is_our_own_failure() -> None:
    pairs = [(application(number), answering("", status=503, Retry_After="9")) for number in range(3)]
    with pytest.raises(CollectError, match="none of 3 applications passed: 3 x status 503") as caught:
        await check(*pairs)
    assert caught.value.retry_after == 9
    async with serving(answering("")) as base:
        pass
    gone = [(application(number, url=base), answering("")) for number in range(4)]
    with pytest.raises(CollectError, match="none of 4 applications passed: 4 x connection refused"):
        await check(*gone)


async def test_a_city_without_applications_is_a_sentence() -> None:
    with pytest.raises(CollectError, match="lists no applications"):
        await collected("http_health", answering(""))


async def test_the_own_time_is_the_newest_date_of_those_that_pass() -> None:
    old = "Mon, 23 Nov 2020 10:00:00 GMT"
    newer = "Mon, 23 Nov 2020 11:00:00 GMT"
    failing = answering("", status=500)
    batch = await check(
        (application(1), answering("", Date=old)),
        (application(2), answering("", Date=newer)),
        (application(3), failing),
    )
    assert batch.as_of == datetime(2020, 11, 23, 11, tzinfo=UTC)
    body = {"status": "ok", "checks": {"a": [{"time": iso(NOW - timedelta(hours=1))}], "b": {"time": "soon"}}}
    batch = await check((application(kind="health+json"), answering(json.dumps(body), Date=old)))
    assert batch.as_of == NOW - timedelta(hours=1)


async def test_one_broken_address_harms_nobody() -> None:
    pairs = [(application(1), answering("")), (application(2, url="http://["), answering(""))]
    batch = await check(*pairs)
    first, second = batch.records
    assert isinstance(first, AppHealth) and isinstance(second, AppHealth)
    assert (first.status, second.status, second.reason) == ("up", "down", "the configured address is not valid")


async def test_pretended_answers_are_marked() -> None:
    assert (await check((application(), answering("", Live_Room_Demo="1")))).demo


async def test_the_example_of_the_draft_passes_with_a_warning_check() -> None:
    body = sample("health/health-json-draft06/example.pass.json")
    record = await one(answering(body, "application/health+json"), kind="health+json")
    assert (record.status, record.reason) == ("degraded", "check cassandra:connections says warn")
