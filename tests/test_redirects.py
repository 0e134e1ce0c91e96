"""Redirects: a source may send us on within its own host and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from yarl import URL

from collectors.fetch import Http
from collectors.records import AppHealth, CollectError
from collectors.redirects import LedAwayError, own_address
from tests.sources import serving
from tests.test_http_health import one

SECRET = "hush-hush"
INNER = [
    "http://127.0.0.2/",
    "http://localhost/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "//10.0.0.1/",
    "http://source.example@127.0.0.2/",
    "http://2130706433/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1/",
    "javascript:alert(1)",
    "data:application/json,[]",
    "unix:///var/run/docker.sock",
    "http://[",
    "http://a\\@b:c/",
    "http://127.0.0.1:99999/",
    "http://x\u202e.example/",
]


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http() as one:
        yield one


class Leading:
    """Answers every path but /there with a redirect; counts what it was asked."""

    def __init__(self, to: str, status: int = 302) -> None:
        self.to, self.status = to, status
        self.asked: list[web.Request] = []
        self.bodies: list[bytes] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.bodies.append(await request.read())
        if request.path == "/there":
            return web.json_response(["there"])
        return web.Response(status=self.status, headers={"Location": self.to})


async def refusal(http: Http, to: str, path: str = "/") -> LedAwayError:
    leading = Leading(to)
    async with serving(leading) as base:
        with pytest.raises(LedAwayError) as caught:
            await http.get(base + path, headers={"X-Key": SECRET})
    assert len(leading.asked) == 1
    assert caught.value.fault == "redirected"
    return caught.value


@pytest.mark.parametrize("to", INNER)
async def test_nobody_leads_us_to_another_address(http: Http, to: str) -> None:
    said = str(await refusal(http, to, f"/feed?token={SECRET}"))
    assert ": redirects to " in said
    assert SECRET not in said and said.isascii() and len(said) < 200


async def test_another_port_of_the_same_machine_is_another_address(http: Http) -> None:
    inner = Leading("/there")
    async with serving(inner) as base:
        error = await refusal(http, f"{base}/there")
    assert error.reason == f"redirects to another address ({base.removeprefix('http://')})"
    assert inner.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_within_its_host_a_source_may_move(http: Http, status: int) -> None:
    leading = Leading("/there", status)
    async with serving(leading) as base:
        for to in ("/there", "there?x=1", f"{base}/there"):
            leading.to = to
            answer = await http.get(f"{base}/a/../", params={"key": SECRET}, headers={"Accept": "text/odd"})
            assert answer.json() == ["there"]
            assert "key" not in leading.asked[-1].query
            assert leading.asked[-1].headers["Accept"] == "text/odd"


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
async def test_a_question_is_repeated_only_where_the_standard_says_so(http: Http, status: int, method: str) -> None:
    leading = Leading("/there", status)
    async with serving(leading) as base:
        assert (await http.post(base, json={"a": 1})).json() == ["there"]
    assert leading.asked[-1].method == method
    assert leading.bodies[-1] == (b'{"a": 1}' if method == "POST" else b"")


async def test_a_ring_of_redirects_ends_and_all_of_them_share_the_time(http: Http) -> None:
    leading = Leading("/again")
    async with serving(leading) as base:
        with pytest.raises(CollectError, match="too many redirects") as caught:
            await http.get(base)
        assert caught.value.fault == "redirected"
        assert len(leading.asked) == 6
        with pytest.raises(CollectError):
            await http.get(base, limit=0.000_001)


async def test_a_redirect_to_nowhere_is_the_answer(http: Http) -> None:
    async with serving(Leading("")) as base:
        assert (await http.get(base)).status == 302


@pytest.mark.parametrize(
    ("home", "to", "there"),
    [
        ("http://a.example/", "https://a.example/x", "https://a.example/x"),
        ("http://a.example:80/", "https://A.example:443/x", "https://a.example/x"),
        ("https://a.example:8443/", "/x", "https://a.example:8443/x"),
        ("http://a.example:8080/", "https://a.example:8080/x", "https://a.example:8080/x"),
        ("http://u:p@a.example/", "http://a.example/x", "http://u:p@a.example/x"),
        ("http://a.example/", "http://v:q@a.example/x", "http://a.example/x"),
        ("https://a.example/", "http://a.example/x", None),
        ("https://a.example:8443/", "https://a.example/x", None),
        ("http://a.example/", "http://a.example:6379/", None),
        ("http://a.example/", "http://a.example.evil.example/", None),
        ("http://a.example/", "http://b.a.example/", None),
    ],
)
def test_the_same_host_is_the_same_name_port_and_no_less_safe(home: str, to: str, there: str | None) -> None:
    if there is not None:
        assert str(own_address(to, URL(home), URL(home))) == there
        return
    with pytest.raises(ValueError, match="redirects "):
        own_address(to, URL(home), URL(home))


async def led(to: str = "http://login.example/sso", **fields: Any) -> AppHealth:
    return await one(Leading(to), **fields)


async def test_an_application_that_sends_its_visitors_to_a_login_elsewhere_is_up() -> None:
    record = await led()
    assert (record.status, record.reason, record.http_status) == ("up", None, 302)


@pytest.mark.parametrize(
    "fields", [{"contains": "Selamat datang"}, {"kind": "health+json"}, {"accept": frozenset({200})}]
)
async def test_but_not_where_its_own_page_must_show_something(fields: dict[str, Any]) -> None:
    record = await led(**fields)
    assert (record.status, record.http_status) == ("down", 302)
    assert record.reason == "redirects to another address (login.example)"
