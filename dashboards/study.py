"""Pages of the past are answered by a process of their own, so that the one with the screens has no other work.

It is the same program on a port of this machine, begun when somebody first asks for such a page. Until it is ready, and
whenever it is not there, this process answers by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import aiohttp
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from yarl import URL

from dashboards.body import SMALL

PATHS = ("/explore/", "/export/", "/api/v1/explore/", "/brief", "/api/v1/brief")
JOBS = "/export/"
"""These remember what was asked, so that all of them must reach one process."""
BEGINNING_SECONDS = 15.0
LOOK_AGAIN = 0.1
CHUNK = 64 * 1024
OF_ONE_CONNECTION = ("connection", "keep-alive", "transfer-encoding", "te", "upgrade", "date")
CONNECT = aiohttp.ClientTimeout(total=None, sock_connect=2)


class Study:
    """`site` answers everything else; `begin` keeps the other process running on `port` until it is cancelled."""

    def __init__(self, site: ASGIApp, port: int, begin: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.site = site
        self.url = f"http://127.0.0.1:{port}"
        self.begin = begin
        self.wanted = asyncio.Event()
        self.ready = asyncio.Event()
        self.session: aiohttp.ClientSession | None = None

    async def run(self) -> None:
        """Begin the process once it is wanted, and know whether it answers. Until cancelled."""
        await self.wanted.wait()
        self.session = aiohttp.ClientSession(timeout=CONNECT, auto_decompress=False)
        async with self.session, asyncio.TaskGroup() as tasks:
            tasks.create_task(self.begin())
            tasks.create_task(self.watch(self.session))

    async def watch(self, session: aiohttp.ClientSession) -> None:
        """Look for it as long as it does not answer."""
        while True:
            if not self.ready.is_set() and await self.answers(session):
                self.ready.set()
            await asyncio.sleep(LOOK_AGAIN)

    async def answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not str(scope["path"]).startswith(PATHS):
            await self.site(scope, receive, send)
            return
        if str(scope["path"]).startswith(JOBS):
            self.wanted.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.ready.wait(), BEGINNING_SECONDS)
        if not self.ready.is_set() or self.session is None:
            await self.site(scope, receive, send)
            self.wanted.set()  # only now: whoever asked first waits for no program to start
            return
        first = await receive()
        body = bytes(first.get("body", b""))
        if first.get("more_body") or len(body) > SMALL:
            await self.site(scope, again(first, receive), send)
            return
        try:
            answer = await self.asked(self.session, scope, body)
        except aiohttp.ClientError:
            self.ready.clear()
            await self.site(scope, again(first, receive), send)
            return
        await passed_on(answer, receive, send)

    async def asked(self, session: aiohttp.ClientSession, scope: Scope, body: bytes) -> aiohttp.ClientResponse:
        raw = scope.get("raw_path") or scope["path"].encode()
        query = scope["query_string"]
        address = self.url + raw.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")
        given = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in scope["headers"]]
        return await session.request(
            scope["method"],
            URL(address, encoded=True),
            headers=[(key, value) for key, value in given if key not in (*OF_ONE_CONNECTION, "content-length")],
            data=body or None,
            allow_redirects=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )


def again(first: Message, receive: Receive) -> Receive:
    """What was received, once more for who answers instead."""
    waiting = [first]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message


async def passed_on(answer: aiohttp.ClientResponse, receive: Receive, send: Send) -> None:
    """An answer as it comes; when whoever asked goes away, the other process is told so by the connection's end."""

    async def sent() -> None:
        headers = [pair for pair in answer.raw_headers if pair[0].decode("latin-1").lower() not in OF_ONE_CONNECTION]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        async for chunk in answer.content.iter_chunked(CHUNK):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def left() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    tasks = [asyncio.create_task(sent()), asyncio.create_task(left())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0].done():
            tasks[0].result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        answer.close() if not answer.content.is_eof() else answer.release()
