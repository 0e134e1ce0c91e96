"""What is sent to the site is documented whole: every example is accepted, and every refusal is one that is given."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from collectors.embedded import EmbeddedRedis
from collectors.notes import PER_MINUTE
from dashboards import body
from dashboards.address import Address
from dashboards.addresses import ADDRESSES
from dashboards.openapi import document
from tests.pushing import TOKENS, call, city_that_sends, road, signed
from tests.site import Served
from tests.test_openapi import faults, schema_of

ELSEWHERE = {"Origin": "https://elsewhere.example"}
POSTS = [one for one in ADDRESSES if one.method == "post"]
TRIED = {"/api/v1/screens/{name}": "main", "/api/v1/push/{name}": "rsud", "/enter/{name}": "clinic"}
SIGNED = json.dumps({"data": {"reports": [call(1)]}}).encode()
FILLED = {"free-0": "2", "by": "Regu B", "token": TOKENS["CLINIC_TOKEN"]}
STAGE, SCREEN, SOURCE = "/api/v1/stage", "/api/v1/screens/{name}", "/api/v1/sources/{name}/{what}"
REPLAYS = "/api/v1/replays"
PUSH, FORM = "/api/v1/push/{name}", "/enter/{name}"
NOTE, REMOVAL = "/api/v1/notes", "/api/v1/notes/{id}/remove"
START, LEAD, GUESTS = "/api/v1/tours", "/api/v1/tours/{code}", "/api/v1/guests"


@dataclass(frozen=True)
class Asked:
    """A request that is refused, the last of so many. Without `data` it is the address's example."""

    name: str = ""
    what: str = "try"
    headers: dict[str, str] = field(default_factory=dict)
    data: Any = None
    times: int = 1
    after: str = ""
    """Another order that is given before."""


class Endless:
    """A body that says nothing of its length, and goes on, slowly or for ever."""

    def __init__(self, part: bytes, times: int, pause: float = 0.0) -> None:
        self.part, self.times, self.pause = part, times, pause

    async def parts(self) -> AsyncIterator[bytes]:
        for _ in range(self.times):
            yield self.part
            await asyncio.sleep(self.pause)


SLOW, LONG = Endless(b" ", 100, 0.1), Endless(b" " * 65536, 64)
ORDERS: dict[int, Asked] = {
    400: Asked(what="pause", data=b"{"),
    403: Asked(headers=ELSEWHERE),
    408: Asked(data=SLOW),
    413: Asked(data=b" " * 5000),
    422: Asked(what="pause", data=b"{}"),
    503: Asked(),
}
NOTES = {**ORDERS, 404: Asked(data=b'{"page": "/nowhere", "card": "stage", "text": "x", "by": "x"}')}
REFUSED: dict[str, dict[int, Asked]] = {
    STAGE: ORDERS,
    REPLAYS: ORDERS,
    NOTE: {**NOTES, 429: Asked(times=PER_MINUTE + 1)},
    REMOVAL: {**ORDERS, 404: Asked("none"), 429: Asked("none", times=PER_MINUTE + 1)},
    SCREEN: {**ORDERS, 404: Asked("none")},
    START: {**ORDERS, 409: Asked(times=2)},
    LEAD: {**ORDERS, 404: Asked("none"), 409: Asked(data=b'{"do": "open_poll"}')},
    GUESTS: ORDERS,
    SOURCE: {**ORDERS, 404: Asked("none"), 409: Asked(after="pause"), 429: Asked(times=2)},
    PUSH: {
        401: Asked(headers={"Authorization": "Bearer guess"}),
        403: Asked(headers={"Authorization": f"Bearer {TOKENS['OFFICERS_TOKEN']}"}),
        404: Asked("laksa"),
        408: Asked(data=SLOW),
        409: Asked("calls", data=SIGNED, headers=signed(SIGNED), times=2),
        413: Asked(data=LONG),
        415: Asked(headers={"Content-Type": "text/csv"}),
        422: Asked(data=b"{}"),
        429: Asked("officers", data=json.dumps(road()).encode(), times=4),
        503: Asked(),
    },
    FORM: {
        400: Asked(data={f"x{number}": "1" for number in range(300)}),
        403: Asked(headers=ELSEWHERE),
        404: Asked("rsud"),
        408: Asked(data=SLOW, headers={"Content-Length": "40"}),
        411: Asked(data=SLOW),
        413: Asked(data={"by": "x" * 70_000}),
        422: Asked(data={**FILLED, "free-0": "many"}),
        429: Asked(data={**FILLED, "token": "guess"}, times=31),
        503: Asked(),
    },
}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return city_that_sends(tmp_path, monkeypatch)


async def post(site: Served, address: Address, asked: Asked) -> tuple[int, str, Any]:
    """Status, kind and body of what is answered at last."""
    name = asked.name or TRIED.get(address.path, "laksa")
    id = asked.name or (await noted(site) if "id" in address.inside else "")
    code = asked.name or (await toured(site) if "code" in address.inside else "")
    url = site.url + address.path.format(name=name, what=asked.what, id=id, code=code)
    headers = {"Content-Type": address.takes}
    if address.keyed:
        headers["Authorization"] = f"Bearer {TOKENS.get(f'{name.upper()}_TOKEN', 'none')}"
    if address.takes != "application/json":
        headers["Origin"] = site.url
    headers |= {key.replace("_", "-"): value for key, value in asked.headers.items()}
    given = asked.data
    if given is None:
        given = FILLED if address.example is None else json.dumps(address.example).encode()
    if asked.after:
        await post(site, address, Asked(what=asked.after))
    for _ in range(asked.times):
        data = given.parts() if isinstance(given, Endless) else given
        async with site.session.post(url, data=data, headers=headers) as answer:
            kind = answer.headers["Content-Type"].partition(";")[0]
            said = await answer.json() if kind == "application/json" else await answer.text()
    return answer.status, kind, said


async def toured(site: Served) -> str:
    """The code of a tour that just began, "none" where none could."""
    (start,) = [one for one in POSTS if one.path == START]
    status, _, said = await post(site, start, Asked())
    return str(said["code"]) if status == start.status else "none"


async def noted(site: Served) -> str:
    """The id of a note that was just left, "none" where none could be."""
    (left,) = [one for one in POSTS if one.path == NOTE]
    status, _, said = await post(site, left, Asked())
    return str(said["note"]["id"]) if status == left.status else "none"


def told(address: Address) -> tuple[Any, Any]:
    """The operation as the document has it, and the document's schemas."""
    found = document("1")
    return found["paths"][address.path][address.method], found["components"]["schemas"]


@pytest.mark.parametrize("address", POSTS, ids=lambda one: one.path)
async def test_the_example_that_is_documented_is_accepted_as_documented(site: Served, address: Address) -> None:
    operation, schemas = told(address)
    for what in ("try", "pause", "resume") if "what" in address.inside else ("",):
        status, kind, said = await post(site, address, Asked(what=what))
        assert status == address.status, said
        assert kind in operation["responses"][str(status)]["content"]
        if kind == "application/json":
            assert faults(schema_of(operation, status), said, schemas) == []


@pytest.mark.parametrize("address", POSTS, ids=lambda one: one.path)
async def test_every_refusal_that_is_documented_is_given_as_documented(
    site: Served, redis_server: EmbeddedRedis, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, schemas = told(address)
    for status in sorted(address.refused):
        await site.store.redis.flushall()
        with monkeypatch.context() as patched:
            if status == 408:
                patched.setattr(body, "BODY_SECONDS", 0.2)
            if status == 503:
                redis_server.stop()
            found, kind, said = await post(site, address, REFUSED[address.path][status])
        assert (found, kind in operation["responses"][str(status)]["content"]) == (status, True), (kind, said)
        if kind == "application/json":
            assert faults(schema_of(operation, status), said, schemas) == []


def test_whatever_is_refused_here_is_documented() -> None:
    documented = {one.path: set(one.refused) for one in POSTS}
    assert {path: set(cases) for path, cases in REFUSED.items()} == documented
