"""What is sent to the site: never held longer or larger than it may be, and answered at every address as it should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from yarl import URL

from dashboards import body, door
from tests.site import Served

CHANGING = [
    "/api/v1/stage", "/api/v1/screens/main", "/api/v1/sources/laksa/pause", "/api/v1/sources/laksa/try",
    "/api/v1/sources/laksa/resume", "/_dash-update-component",
]  # fmt: skip
JSON = {"Content-Type": "application/json"}
UPDATE = {
    "output": "page.children",
    "outputs": {"id": "page", "property": "children"},
    "inputs": [{"id": "address", "property": "pathname", "value": "/screens"}],
    "state": [{"id": "address", "property": "search", "value": ""}],
    "changedPropIds": ["address.pathname"],
}


async def sent(site: Served, path: str, head: str, part: bytes = b"") -> bytes:
    """What is answered to the head of a request and a part of its body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(site.url).port)
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{head}\r\n\r\n".encode()
    )
    writer.write(part)
    async with asyncio.timeout(10):
        answer = await reader.readuntil(b"}")
    writer.close()
    return answer


@pytest.mark.parametrize("path", CHANGING)
async def test_a_body_that_is_too_long_is_refused_before_it_is_held(quiet: Served, path: str) -> None:
    for head, part in (
        ("Content-Length: 1048577", b""),
        ("Transfer-Encoding: chunked", b"100001\r\n" + bytes(0x100001) + b"\r\n"),
    ):
        answer = await sent(quiet, path, head, part)
        assert b" 413 " in answer and b"is longer than" in answer, "answered though the rest never came"


@pytest.mark.parametrize("path", CHANGING)
async def test_a_body_that_never_ends_is_not_waited_for(
    quiet: Served, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "BODY_SECONDS", 0.1)
    answer = await sent(quiet, path, "Content-Length: 40", b'{"reason": ')
    assert b" 408 " in answer and b"did not come within" in answer


@pytest.mark.parametrize(
    "asked",
    [
        b"", b"{", b"[]", b"7", b"\xff", {}, {"output": "page.children"}, {**UPDATE, "output": "nix.children"},
        {**UPDATE, "inputs": []}, {**UPDATE, "inputs": [7]}, {**UPDATE, "state": None}, {**UPDATE, "outputs": []},
        {**UPDATE, "changedPropIds": [{}]},
        {**UPDATE, "inputs": [{"id": "address", "property": "pathname", "value": "/wall/nix"}]},
        {**UPDATE, "inputs": [{"id": "address", "property": "pathname", "value": ["/"]}]},
    ],
)  # fmt: skip
async def test_what_no_page_of_ours_asks_of_dash_is_the_askers_fault(quiet: Served, asked: Any) -> None:
    given: dict[str, Any] = {"data": asked, "headers": JSON} if isinstance(asked, bytes) else {"json": asked}
    async with quiet.session.post(f"{quiet.url}/_dash-update-component", **given) as answer:
        assert (answer.status, len((await answer.json())["error"]) > 20) == (400, True)
    async with quiet.session.post(f"{quiet.url}/_dash-update-component", json=UPDATE) as answer:
        assert answer.status == 200 and "remote" in await answer.text()


@pytest.mark.parametrize("what", ["try", "pause", "resume"])
async def test_an_address_for_sending_says_so_to_whoever_reads_it(quiet: Served, what: str) -> None:
    status, headers, said = await quiet.get(f"/api/v1/sources/laksa/{what}")
    assert (status, headers["Allow"], said) == (405, "POST", {"error": "this address is for POST"})
    assert (await quiet.get("/api/v1/push/laksa"))[0] == 405
    async with quiet.session.delete(f"{quiet.url}/api/v1/stage") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    "path", ["/_dash-layoutXYZ", "/_dash-layout/%2e%2e/x", "/_dash-layout/", "/_dash-update-component/x", "/_dash-nix"]
)
async def test_an_address_that_only_begins_like_one_of_ours_does_not_exist(quiet: Served, path: str) -> None:
    assert (await quiet.get(path))[0] == 404
    async with quiet.session.post(quiet.url + path, json=UPDATE) as answer:
        assert answer.status == 404
    assert (await quiet.get("/_dash-layout"))[0] == 200


@pytest.mark.parametrize("path", ["/", "/wall/main", "/healthz", "/api/v1/sources", "/api/v1/nix", "/map.svg", "/nix"])
async def test_head_answers_like_get_without_a_body(quiet: Served, path: str) -> None:
    status, headers, _ = await quiet.get(path)
    status, headers, _ = await quiet.get(path)
    async with quiet.session.head(quiet.url + path) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (status, headers["Content-Type"])
        assert await answer.read() == b""


@pytest.mark.patient
async def test_a_connection_that_never_says_what_it_wants_is_closed(
    quiet: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HEADER_SECONDS", 0.1)
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

    async def answered(said: bytes) -> int:
        """How many answers come before it is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", URL(quiet.url).port)
        writer.write(said)
        async with asyncio.timeout(10):
            answer = await reader.read(-1)
        writer.close()
        return answer.count(b"200 OK")

    each = (b"", b"GET / HTTP/1.1\r\nHost: local", whole + b"GET /healthz HTTP/1.1\r\nHost:", whole + b"\r\n")
    assert await asyncio.gather(*(answered(said) for said in each)) == [0, 0, 1, 1]


async def test_a_socket_and_a_slow_body_outlive_the_wait_for_headers(
    quiet: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HEADER_SECONDS", 0.1)

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"stage":'
        await asyncio.sleep(0.4)
        yield b" null}"

    async with quiet.viewer() as viewing:
        await viewing.next("all")
        async with quiet.session.post(f"{quiet.url}/api/v1/stage", data=slowly(), headers=JSON) as answer:
            assert answer.status == 200
        await viewing.next("beat")
