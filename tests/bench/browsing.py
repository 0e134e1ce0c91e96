"""A real browser for what only a browser can show."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, ViewportSize, async_playwright

from tests.bench.machine import every_core
from tests.browsers import found

SCREEN: ViewportSize = {"width": 1920, "height": 1080}


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """Chromium without a window, which may use every core."""
    async with async_playwright() as playwright:
        with every_core():
            browser = await playwright.chromium.launch(
                executable_path=found(), args=["--no-sandbox"] if os.geteuid() == 0 else []
            )
        try:
            yield browser
        finally:
            await browser.close()


async def metrics(session: Any) -> dict[str, float]:
    """What the browser counts of a page (CDP's Performance domain, enabled): seconds, bytes and numbers, by name."""
    answer = await session.send("Performance.getMetrics")
    return {one["name"]: float(one["value"]) for one in answer["metrics"]}
