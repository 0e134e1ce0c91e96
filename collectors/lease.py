"""The right to write, for one process: waited for, renewed every second, given back.

Whoever waits for it is a hot standby. A holder that was stopped and comes back finds its epoch over, and its write is
refused.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket

import structlog

from collectors.store import LostLeaseError, Store, StoreDownError

LEASE_MS = 5000
RENEW_SECONDS = 1.0


class Lease:
    """`epoch` is what the store knows this holder's time by, 0 while another process has the right or nobody."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.epoch = 0
        self.log = structlog.get_logger("collect")
        self.store_down = False

    async def take(self) -> None:
        """Wait until the right is ours."""
        waiting = False
        while not self.epoch:
            try:
                self.epoch = await self.store.lease(self.owner, LEASE_MS)
                honour_cancellation()
            except StoreDownError as error:
                self.note(error)
            else:
                self.note(None)
                if self.epoch:
                    return
                if not waiting:
                    self.log.info("standby", reason="another process collects; this one waits to take over")
                waiting = True
            await asyncio.sleep(RENEW_SECONDS / 2)

    async def renew(self) -> None:
        """Keep the right for another while, in a second. Raises LostLeaseError, StoreDownError."""
        await asyncio.sleep(RENEW_SECONDS)
        await self.hold()

    async def hold(self) -> None:
        """Keep the right for another while, at once. Raises LostLeaseError, StoreDownError."""
        if await self.store.lease(self.owner, LEASE_MS) != self.epoch:
            raise LostLeaseError("the lease went to another process")
        honour_cancellation()

    async def give_back(self) -> None:
        if self.epoch:
            try:
                await self.store.give_back(self.owner)
            except StoreDownError as error:
                self.note(error)

    def note(self, error: StoreDownError | None) -> None:
        """Say once that Redis is gone, and once that it is back."""
        if error is not None and not self.store_down:
            self.log.error("store down", reason=str(error))
        elif error is None and self.store_down:
            self.log.info("store back")
        self.store_down = error is not None


def honour_cancellation() -> None:
    """End a task that was told to end while it waited for Redis: redis-py 8.1 now and then forgets to pass that on."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
