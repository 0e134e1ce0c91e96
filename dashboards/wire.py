"""The wire to the browser: WebSocket frames built once and written as they are to every socket.

A server's frames carry no mask, so one frame is the same bytes for every viewer. uvicorn keeps the handshake, the pings
and the closing; what changes is only that a frame goes straight to the socket's transport. Measured in
docs/performance.md: this is what makes five hundred viewers cost what one does.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

TRANSPORT = "live-room.transport"
TEXT_FRAME = 0x81
GONE_AFTER_MS = 30_000
KERNEL_WATCHES = hasattr(socket, "TCP_USER_TIMEOUT")
"""Whether the kernel can tell us of a viewer who is gone (Linux, RFC 5482). Then nobody needs to be pinged: a heartbeat
that is not acknowledged in time ends the connection, and costs this process nothing."""


class Wire(WebSocketsSansIOProtocol):
    """uvicorn's own protocol, which also hands its transport to the application."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.handshake_initiated and not self.close_sent:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[TRANSPORT] = self.transport
            if KERNEL_WATCHES:
                peer = self.transport.get_extra_info("socket")
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_AFTER_MS)


def transport_of(scope: Any) -> asyncio.Transport:
    """The transport below a websocket's scope. Raises KeyError where the server is not run with Wire."""
    found: asyncio.Transport = scope["extensions"][TRANSPORT]
    return found


def frame(text: bytes) -> bytes:
    """One unmasked WebSocket text frame (RFC 6455 section 5.2)."""
    size = len(text)
    if size < 126:
        head = bytes((TEXT_FRAME, size))
    elif size < 65536:
        head = bytes((TEXT_FRAME, 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((TEXT_FRAME, 127)) + size.to_bytes(8, "big")
    return head + text


def unframed(frame: bytes) -> bytes:
    """The text of a frame that `frame` made."""
    size = frame[1]
    return frame[2 if size < 126 else 4 if size == 126 else 10 :]
