"""The door for HTTP: whoever stands in it without asking anything is shown out, and so is who finds no room."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 20.0


class Door(HttpToolsProtocol):
    """uvicorn's own protocol, which also closes a connection whose headers are not whole after twenty seconds, and at
    once one more than there may be (`limit_concurrency`).

    uvicorn itself waits for headers for ever, and counts only who has asked; a process has only so many connections.
    """

    patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.limit_concurrency is not None and len(self.connections) > self.limit_concurrency:
            transport.close()
            return
        self.patience = self.loop.call_later(HEADER_SECONDS, transport.close)

    def data_received(self, data: bytes) -> None:
        if self.patience is None and (self.cycle is None or self.cycle.response_complete):
            self.patience = self.loop.call_later(HEADER_SECONDS, self.transport.close)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self.wait_no_more()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self.wait_no_more()
        super().connection_lost(exc)

    def wait_no_more(self) -> None:
        if self.patience is not None:
            self.patience.cancel()
            self.patience = None
