"""A FHIR server as such: its pages, its refusals, and the token it wants."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web

from collectors.fetch import Http
from collectors.fhir_beds import FhirBeds, FhirBedsSettings
from collectors.records import CollectError, Known
from tests.fhir_server import TYPE, Server, bundle
from tests.sources import answering, city, collected, serving, source
from tests.test_fhir_reports import report

SECRET = "pretend-client-secret"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FHIR_ID", "city")
    monkeypatch.setenv("FHIR_SECRET", SECRET)


def with_token(base: str, query: str = "", **fields: Any) -> FhirBedsSettings:
    keys = {"url": f"{base}/token{query}", "client_id_env": "FHIR_ID", "client_secret_env": "FHIR_SECRET", **fields}
    return FhirBedsSettings.model_validate({"token": keys})


async def runs(server: Server, times: int = 1, query: str = "", **fields: Any) -> int:
    """The records of the last of so many runs of one collector."""
    async with serving(server) as base, Http() as http:
        collector = FhirBeds(source("fhir_beds", base, with_token(base, query, **fields)), city())
        for _ in range(times):
            batch = await collector.collect(http, Known())
    return len(batch.records)


async def test_every_page_is_read() -> None:
    server = Server([report(f"r{number}", hospital=f"H{number}") for number in range(7)], per_page=3)
    batch = await collected("fhir_beds", server, path="/fhir")
    assert len(batch.records) == 14 and batch.complete
    assert [asked.get("page") for asked in server.asked] == [None, "1", "2"]


async def test_a_next_page_may_be_named_relative_to_this_one() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        first = "more" not in request.query
        page = bundle(
            report("a" if first else "b", hospital="A" if first else "B"), following="?more=1" if first else None
        )
        return web.json_response(page, content_type=TYPE)

    assert len((await collected("fhir_beds", handler, path="/fhir")).records) == 4


@pytest.mark.parametrize("following", ["https://inner.example/x", "//inner.example/x", "http://[/x", "file:///etc"])
async def test_pages_are_followed_on_the_servers_own_host_only(following: str) -> None:
    with pytest.raises(CollectError, match="names a next page on another host"):
        await collected("fhir_beds", answering(json.dumps(bundle(report("r1"), following=following)), TYPE))


async def test_a_server_behind_another_may_name_its_next_page_by_its_inner_port() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        first = "page" not in request.query
        following = "http://127.0.0.1:9/fhir/MeasureReport?page=2" if first else None
        page = bundle(report("a" if first else "b", hospital="A" if first else "B"), following=following)
        return web.json_response(page, content_type=TYPE)

    assert len((await collected("fhir_beds", handler, path="/fhir")).records) == 4


async def test_pages_that_go_round_end() -> None:
    with pytest.raises(CollectError, match=r"next pages without end \(2 read\)"):
        await collected("fhir_beds", answering(json.dumps(bundle(report("r1"), following="/x?page=1")), TYPE))


async def test_a_search_without_matches_is_an_empty_batch() -> None:
    batch = await collected("fhir_beds", answering('{"resourceType": "Bundle", "total": 0}', TYPE))
    assert batch.records == () and batch.complete


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("[]", 200, "JSON that is not FHIR"),
        ('{"status": "ok"}', 200, "JSON that is not FHIR"),
        ('{"resourceType": "Bundle", "entry": {}}', 200, "entry is no list"),
        ('{"resourceType": "OperationOutcome"}', 200, "answered an error: without a reason"),
        (
            '{"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "throttled"}]}',
            429,
            r"status 429 \(Too Many Requests\): error throttled",
        ),
        ('{"fault": {}}', 500, r"status 500 \(Internal Server Error\)$"),
        ("<html>", 200, "HTML page instead of JSON"),
    ],
)
async def test_what_is_no_answer_is_a_failure_in_the_servers_words(body: str, status: int, said: str) -> None:
    with pytest.raises(CollectError, match=said):
        await collected("fhir_beds", answering(body, TYPE, status))


async def test_a_token_is_asked_for_once_and_kept_while_it_is_good() -> None:
    server = Server([report(f"r{number}", hospital=f"H{number}") for number in range(4)], 2, SECRET)
    assert await runs(server, times=3) == 8
    assert server.tokens == 1
    assert server.forms == [{"grant_type": "client_credentials", "client_id": "city", "client_secret": SECRET}]


async def test_a_token_about_to_expire_is_replaced_before_it_is_refused() -> None:
    server = Server([report("r1")], secret=SECRET, lifetime=0)
    assert await runs(server, times=3) == 2
    assert server.tokens == 3


async def test_a_token_withdrawn_early_is_replaced_once() -> None:
    server = Server([report("r1")], secret=SECRET)
    async with serving(server) as base, Http() as http:
        collector = FhirBeds(source("fhir_beds", base, with_token(base)), city())
        await collector.collect(http, Known())
        server.good = "another"
        assert len((await collector.collect(http, Known())).records) == 2
        assert server.tokens == 2


async def test_a_client_may_be_sent_as_user_and_password_with_a_scope() -> None:
    server = Server([report("r1")], secret=SECRET)
    assert await runs(server, sent_as="basic", scope="system/MeasureReport.read") == 2
    assert server.forms == [{"grant_type": "client_credentials", "scope": "system/MeasureReport.read"}]


async def test_a_grant_type_in_the_address_is_not_sent_twice() -> None:
    server = Server([report("r1")], secret=SECRET)
    assert await runs(server, query="?grant_type=client_credentials") == 2
    assert server.forms == [{"grant_type": "client_credentials", "client_id": "city", "client_secret": SECRET}]


async def test_no_secret_is_ever_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FHIR_SECRET", "wrong-secret-of-nobody")
    with pytest.raises(CollectError, match=r"status 401 \(Unauthorized\): no token: invalid_client") as caught:
        await runs(Server([report("r1")], secret=SECRET))
    assert "wrong-secret" not in str(caught.value)


async def test_a_server_that_refuses_every_token_is_a_failure_in_its_words() -> None:
    server = Server([], secret=SECRET)

    async def refusing(request: web.Request) -> web.StreamResponse:
        if request.path == "/token":
            return await server(request)
        issue = {"code": "forbidden", "diagnostics": f"not {'.' * 170} with {request.headers['Authorization']}"}
        return web.json_response({"resourceType": "OperationOutcome", "issue": [issue]}, status=401)

    async with serving(refusing) as base, Http() as http:
        collector = FhirBeds(source("fhir_beds", base, with_token(base)), city())
        with pytest.raises(CollectError, match=r"status 401 .*forbidden not \.+ with Bearer") as caught:
            await collector.collect(http, Known())
    assert "pretend" not in str(caught.value) and server.tokens == 2


@pytest.mark.parametrize(
    "answer", ["{}", "[]", '{"access_token": 7}', '{"access_token": "a\\nb"}', '{"access_token": ""}']
)
async def test_an_answer_without_a_token_is_a_failure(answer: str) -> None:
    async with serving(answering(answer)) as base, Http() as http:
        collector = FhirBeds(source("fhir_beds", base, with_token(base)), city())
        with pytest.raises(CollectError, match="answered no access_token"):
            await collector.collect(http, Known())


async def test_a_client_whose_secret_is_not_set_is_told_by_the_name_of_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FHIR_SECRET")
    with pytest.raises(CollectError, match="environment variable FHIR_SECRET"):
        await runs(Server([], secret=SECRET))


@pytest.mark.parametrize("path", ["/token", "/MeasureReport"])
async def test_neither_client_nor_token_follow_a_redirect(path: str) -> None:
    server = Server([report("r1")], secret=SECRET)

    async def away(request: web.Request) -> web.StreamResponse:
        if request.path == path:
            raise web.HTTPTemporaryRedirect("http://127.0.0.1:9/elsewhere")
        return await server(request)

    async with serving(away) as base, Http() as http:
        collector = FhirBeds(source("fhir_beds", base, with_token(base)), city())
        with pytest.raises(CollectError, match="status 307"):
            await collector.collect(http, Known())


def test_a_token_endpoint_must_be_an_address() -> None:
    with pytest.raises(ValueError, match="must be an address"):
        with_token("ftp://somewhere")
