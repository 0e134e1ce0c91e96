"""Each part is killed and stays away, for ten seconds and for ten minutes. The wall says so, is never blank, keeps its
numbers, and is right again by itself within 15 s of the part's return."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, Page

from collectors.embedded import EmbeddedRedis
from tests.room import ROOT, Room, wait_for

pytestmark = pytest.mark.browser

AWAY = [10, pytest.param(600, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
BACK = 15_000


class Parts(Room):
    """The same room without its supervisor: whoever is killed stays dead until the test starts him again."""

    processes: dict[str, subprocess.Popen[bytes]]

    def start(self) -> None:
        self.processes = {}
        self.embedded = EmbeddedRedis(self.folder / "var" / "redis")
        self.begin("redis")
        for name in ("demo", "collect", "wall"):
            self.begin(name)
        self.process = self.processes["wall"]
        wait_for("every area has a reading", self.complete)

    def begin(self, name: str) -> None:
        if name == "redis":
            with ThreadPoolExecutor(1) as thread:  # the browser has an event loop of its own in ours
                thread.submit(lambda: asyncio.run(self.embedded.ensure())).result()
            return
        environment = {key: value for key, value in os.environ.items() if key not in ("REDIS_URL", "HOST")}
        environment |= {
            "PORT": str(self.port),
            "DEMO": f"http://127.0.0.1:{self.port + 1}",
            "LIVEROOM_CONFIG": str(self.config),
            "LIVEROOM_VAR": str(self.folder / "var"),
        }
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "app.py", name], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        if name == "wall":
            self.process = self.processes["wall"]

    def end(self, name: str) -> None:
        if name == "redis":
            os.kill(self.redis(), signal.SIGKILL)
            return
        self.processes[name].kill()
        self.processes[name].wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(20)
        self.embedded.stop()


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    room = Parts(tmp_path_factory.mktemp("parts"))
    try:
        room.start()
        yield room
    finally:
        room.stop()


def numbers(page: Page) -> list[str]:
    return page.locator('[data-tile="beds"] .big').all_inner_texts()


@pytest.mark.parametrize("seconds", AWAY)
@pytest.mark.parametrize("name", ["wall", "redis", "collect"])
def test_a_part_that_comes_back_is_taken_up_again(parts: Parts, browser: Browser, name: str, seconds: int) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{parts.url}/wall/main")
    page.wait_for_selector('[data-tile="apps"][data-freshness="live"]')
    page.wait_for_selector('[data-tile="complaints"][data-freshness="live"]')
    total = parts.reading("complaints")["total"]

    parts.end(name)
    doubt = '[data-tile="apps"]:not([data-freshness="live"])' if name == "collect" else 'body[data-link="down"]'
    page.wait_for_selector(doubt, timeout=25_000)
    first = page.inner_text('[data-tile="beds"]')
    page.wait_for_timeout(seconds * 1000)
    assert page.locator("[data-tile]").count() == 8, "never blank"
    assert all(number.strip() for number in numbers(page))
    assert page.inner_text('[data-tile="beds"]') != first, "the age counts on"
    page.wait_for_selector('[data-tile="complaints"]:not([data-freshness="live"])')

    parts.begin(name)
    page.wait_for_selector('body[data-link="up"]', timeout=BACK)
    page.wait_for_selector('[data-tile="complaints"][data-freshness="live"]', timeout=BACK)
    page.wait_for_selector('[data-tile="apps"][data-freshness="live"]', timeout=BACK)
    wait_for("every source is live", parts.complete)
    assert parts.reading("complaints")["total"] >= total, "nothing that was acknowledged is lost"
    page.close()
