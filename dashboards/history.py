"""How the history is, for the page of sources and for programs."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Response

from collectors.history_state import BroughtIn, HistoryState, KeptTable
from collectors.imports.importing import brought_in
from collectors.past import Past
from collectors.retention import Retention
from collectors.store import StoreDownError
from dashboards.api import json

FRESH_SECONDS = 5.0


@dataclass(slots=True)
class KeptHistory:
    """Looks at the files at most every few seconds, whoever asks."""

    past: Past
    retention: Retention
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    known: HistoryState | None = None
    due: float = 0.0

    async def state(self) -> HistoryState:
        async with self.looking:
            if self.known is None or time.monotonic() >= self.due:
                self.known = await self.looked()
                self.due = time.monotonic() + FRESH_SECONDS
            return self.known

    async def looked(self) -> HistoryState:
        try:
            noted, alone = await self.past.past.noted(), False
        except StoreDownError:
            noted, alone = dict[str, Any](), True
        kept, imports = await asyncio.to_thread(self.files)
        return {
            "tables": [
                KeptTable(name=name, files=one["files"], bytes=one["bytes"], first=one["from"], last=one["to"])
                for name, one in kept["tables"].items()
            ],
            "aside": kept["aside"],
            "folded": noted.get("folded"),
            "tidied": noted.get("tidied"),
            "fault": noted.get("fault"),
            "alone": alone,
            "days": self.retention.days,
            "minute_days": self.retention.minute_days,
            "imports": imports,
        }

    def files(self) -> tuple[dict[str, Any], list[BroughtIn]]:
        history = self.past.history
        found = [
            BroughtIn(name=done.name, source=done.source, rows=done.rows, rejected=done.rejected, over=done.over)
            for done in brought_in(history.folder)
        ]
        return history.summary(), found


def history_routes(kept: KeptHistory) -> APIRouter:
    router = APIRouter()

    @router.get("/api/v1/history")
    async def history() -> Response:
        return json(await kept.state())

    return router
