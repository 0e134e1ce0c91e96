"""Pages of the past come from a process of their own, unchanged; and they come without it, too."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboards.study import Study
from tests.asgi import served
from tests.bench.processes import free_port
from tests.room import Room, wait_for

METHODS = ["GET", "POST", "HEAD"]
PACKED = b"\x1f\x8bnot really gzip, and nobody may look into it"


def answering(name: str, left: asyncio.Event | None = None) -> Starlette:
    """Says who it is and what it was asked."""

    async def said(request: Request) -> Response:
        body = (await request.body()).decode()
        told = {"by": name, "path": request.url.path, "query": request.url.query, "body": body}
        return PlainTextResponse(json.dumps(told | {"headers": dict(request.headers)}), headers={"X-By": name})

    async def packed(_: Request) -> Response:
        return Response(PACKED, 203, {"Content-Encoding": "gzip", "ETag": '"e"', "X-By": name})

    async def endless(_: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"x" * 1000
                    await asyncio.sleep(0.01)
            finally:
                if left is not None:
                    left.set()

        return StreamingResponse(parts())

    async def ready(_: Request) -> Response:
        return PlainTextResponse("ready")

    routes = [
        Route("/readyz", ready),
        Route("/export/packed", packed),
        Route("/export/endless", endless),
        Route("/{path:path}", said, methods=METHODS),
    ]
    return Starlette(routes=routes)


class Standing:
    """A site, a study beside it, and what asks them."""

    def __init__(self, study: Study, port: int, url: str, session: aiohttp.ClientSession) -> None:
        self.study, self.port, self.url, self.session = study, port, url, session

    async def by(self, path: str, **given: str) -> str:
        async with self.session.get(self.url + path, headers=given) as answer:
            return answer.headers["X-By"]

    async def is_by(self, name: str) -> None:
        async with asyncio.timeout(20):
            while await self.by("/explore/beds") != name:
                await asyncio.sleep(0.02)


@pytest.fixture
async def standing() -> AsyncIterator[Standing]:
    """The other one is not begun by the study, but by the tests."""
    port = free_port()

    async def begin() -> None:
        await asyncio.Event().wait()

    study = Study(answering("screens"), port, begin)
    watching = asyncio.create_task(study.run())
    async with served(study, free_port()) as url, aiohttp.ClientSession(auto_decompress=False) as session:
        yield Standing(study, port, url, session)
    watching.cancel()
    await asyncio.wait([watching])


async def test_it_is_not_begun_before_anybody_asks_about_the_past(standing: Standing) -> None:
    for path in ("/", "/wall/main", "/api/v1/sources", "/t/1234", "/sources", "/explored", "/metrics"):
        assert await standing.by(path) == "screens"
    assert not standing.study.wanted.is_set()
    assert await standing.by("/explore/beds") == "screens", "it is not there yet"
    await asyncio.wait_for(standing.study.wanted.wait(), 5)


async def test_pages_of_the_past_come_from_it_and_nothing_else_does(standing: Standing) -> None:
    async with served(answering("study"), standing.port):
        await standing.is_by("study")
        for path in (
            "/explore/apps",
            "/brief",
            "/brief.pdf",
            "/export/beds.csv",
            "/api/v1/explore/water",
            "/api/v1/brief",
        ):
            assert await standing.by(path) == "study", path
        for path in ("/", "/wall/main", "/api/v1/sources", "/api/v1/notes", "/sources", "/t/1234/look"):
            assert await standing.by(path) == "screens", path


async def test_while_it_is_not_there_pages_come_all_the_same(standing: Standing) -> None:
    for _ in range(2):
        async with served(answering("study"), standing.port):
            await standing.is_by("study")
        await standing.is_by("screens")


async def test_what_is_asked_and_answered_passes_unchanged(standing: Standing) -> None:
    async with served(answering("study"), standing.port):
        await standing.is_by("study")
        asked = "/export/jobs/a%20b%2Fc?from=2026-11-01&agency=%C3%A9&agency=b"
        headers = {"Accept-Language": "id", "Host": "room.example", "If-None-Match": '"x"', "X-One": "1"}
        async with standing.session.post(standing.url + asked, data=b"{}", headers=headers) as answer:
            told = json.loads(await answer.read())
        assert (told["by"], told["body"]) == ("study", "{}")
        assert told["query"] == "from=2026-11-01&agency=%C3%A9&agency=b"
        assert {key.lower(): value for key, value in headers.items()}.items() <= told["headers"].items()
        async with standing.session.get(f"{standing.url}/export/packed") as answer:
            assert (answer.status, answer.headers["ETag"], await answer.read()) == (203, '"e"', PACKED)
            assert answer.headers.getall("Content-Encoding") == ["gzip"]
        async with standing.session.head(f"{standing.url}/explore/beds") as answer:
            assert (answer.status, await answer.read()) == (200, b"")


async def test_whoever_goes_away_ends_its_work(standing: Standing) -> None:
    left = asyncio.Event()
    async with served(answering("study", left), standing.port):
        await standing.is_by("study")
        async with standing.session.get(f"{standing.url}/export/endless") as answer:
            await answer.content.readexactly(5000)
            answer.close()
        await asyncio.wait_for(left.wait(), 10)


@contextmanager
def room(folder: Path) -> Iterator[Room]:
    found = Room(folder)
    found.start()
    try:
        yield found
    finally:
        found.stop()


@pytest.mark.patient
def test_in_a_room_its_process_is_begun_when_needed_begun_again_and_ended_with_the_room(tmp_path: Path) -> None:
    with room(tmp_path) as found:
        log = tmp_path / "run.log"
        assert "child=study" not in log.read_text()
        assert "<main" in found.text("/explore/beds?lang=en")
        wait_for("the study is begun", lambda: "child=study" in log.read_text())
        first = found.child("study")
        wait_for("pages come", lambda: "<main" in found.text("/explore/beds?lang=en"))
        os.kill(first, signal.SIGKILL)
        assert "<main" in found.text("/explore/beds?lang=en")
        wait_for("the study is begun again", lambda: found.child("study") != first)
        second = found.child("study")
    wait_for("it ends with the room", lambda: not Path(f"/proc/{second}").exists())
