"""The floor: nothing but an event loop that writes one frame, built once, to every socket. No server can be cheaper."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from typing import cast

from collectors.store import Store
from dashboards.wire import frame
from tests.bench.rivals.feed import Feed

KEY = re.compile(rb"Sec-WebSocket-Key: (\S+)", re.IGNORECASE)
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Socket(asyncio.Protocol):
    """One viewer: shakes hands, gets the newest text, is written to from then on."""

    def __init__(self, viewers: set[asyncio.Transport], feed: Feed) -> None:
        self.viewers = viewers
        self.feed = feed
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        key = KEY.search(data)
        if self.transport in self.viewers or key is None:
            return
        accept = base64.b64encode(hashlib.sha1(key[1] + MAGIC).digest())
        self.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + frame(self.feed.text.encode())
        )
        self.viewers.add(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.viewers.discard(self.transport)


async def serve(url: str, port: int, size: int) -> None:
    viewers: set[asyncio.Transport] = set()
    async with Store(url) as store, asyncio.TaskGroup() as tasks:
        feed = Feed(store, size)
        tasks.create_task(feed.run())
        await asyncio.get_running_loop().create_server(lambda: Socket(viewers, feed), "127.0.0.1", port, backlog=1000)
        while True:
            await feed.changed.wait()
            message = frame(feed.text.encode())
            for viewer in viewers:
                viewer.write(message)
