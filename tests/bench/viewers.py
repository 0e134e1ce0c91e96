"""Simulated viewers: bare sockets that speak just enough of a protocol to be sent what a browser is sent."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from typing import cast

from tests.bench.processes import BenchError
from tests.bench.publish import AREAS
from tests.bench.tally import Tally

CLOSE, PING = 8, 9
EMPTY_MASK = b"\0\0\0\0"


def masked(opcode: int, payload: bytes) -> bytes:
    """A client's WebSocket frame (RFC 6455 section 5.2), masked with zeros."""
    size = len(payload)
    head = bytes((0x80 | opcode, 0x80 | size)) if size < 126 else bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2, "big")
    return head + EMPTY_MASK + payload


def frame_at(data: bytes, start: int) -> tuple[int, int, int] | None:
    """Opcode, begin and end of the payload of the server's frame that begins at `start`; None while part is missing."""
    if len(data) < start + 2:
        return None
    size, begin = data[start + 1], start + 2
    if size >= 126:
        begin += 2 if size == 126 else 8
        size = int.from_bytes(data[start + 2 : begin], "big")
    if len(data) < begin + size:
        return None
    return data[start] & 0x0F, begin, begin + size


class Viewer(asyncio.Protocol):
    """One open connection. `ready` is done when it has been told anything at all."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.seen = -1
        self.rest = b""
        self.leaving = False
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.leaving:
            self.tally.lost += 1
        if not self.ready.done():
            self.ready.set_exception(BenchError("a viewer was refused"))

    def leave(self) -> None:
        self.leaving = True
        self.transport.abort()

    def hear(self, payload: bytes) -> None:
        self.seen = self.tally.take(self.seen, payload)
        if not self.ready.done():
            self.ready.set_result(None)


class SocketViewer(Viewer):
    """A browser's WebSocket. `greeting` is what it says first, if anything."""

    def __init__(self, tally: Tally, port: int, path: str, greeting: bytes = b"") -> None:
        super().__init__(tally)
        self.port = port
        self.path = path
        self.greeting = greeting
        self.shaken = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.write(handshake(self.port, self.path))

    def data_received(self, data: bytes) -> None:
        if self.rest:
            data = self.rest + data
        at = 0
        if not self.shaken:
            at = data.find(b"\r\n\r\n") + 4
            if at < 4:
                self.rest = data
                return
            if not data.startswith(b"HTTP/1.1 101"):
                self.transport.abort()
                return
            self.shaken = True
            if self.greeting:
                self.transport.write(masked(1, self.greeting))
        while (found := frame_at(data, at)) is not None:
            opcode, begin, at = found
            if opcode == PING:
                self.transport.write(masked(10, data[begin:at]))
            elif opcode != CLOSE:
                self.hear(data[begin:at])
        self.rest = data[at:] if at < len(data) else b""


class AskingViewer(Viewer):
    """A page with a one-second dcc.Interval: one kept connection, a request a second, skipped while one is open."""

    def __init__(self, tally: Tally, port: int, phase: float) -> None:
        super().__init__(tally)
        outputs = [{"id": area, "property": "children"} for area in AREAS]
        body = json.dumps(
            {
                "output": f"..{'...'.join(f'{area}.children' for area in AREAS)}..",
                "outputs": outputs,
                "inputs": [{"id": "second", "property": "n_intervals", "value": 1}],
                "changedPropIds": ["second.n_intervals"],
                "parsedChangedPropsIds": ["second.n_intervals"],
            }
        ).encode()
        head = f"POST /_dash-update-component HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        self.request = head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body
        self.phase = phase
        self.waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        asyncio.get_running_loop().call_later(self.phase, self.ask)

    def ask(self) -> None:
        if self.transport.is_closing():
            return
        if not self.waiting:
            self.waiting = True
            self.transport.write(self.request)
        asyncio.get_running_loop().call_later(1.0, self.ask)

    def data_received(self, data: bytes) -> None:
        self.rest += data
        head, found, body = self.rest.partition(b"\r\n\r\n")
        if not found:
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self.transport.abort()
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(body) >= length:
            self.rest = b""
            self.waiting = False
            self.hear(body)


def handshake(port: int, path: str) -> bytes:
    """The request that opens a WebSocket, as a page of this very host sends it."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()


def dash_greeting(port: int) -> bytes:
    """What Dash's page says on its socket to start the persistent callback."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_dash-dependencies", timeout=5) as answer:
        (callback,) = json.load(answer)
    payload = {
        "output": callback["output"],
        "outputs": [],
        "inputs": [{"id": "start", "property": "id", "value": "start"}],
        "changedPropIds": ["start.id"],
    }
    message = {"type": "callback_request", "requestId": "1", "rendererId": "page", "payload": payload}
    return json.dumps(message).encode()
