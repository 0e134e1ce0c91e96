"""The whole product as its user starts it, with a city whose news is due every few seconds."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from collectors.embedded import EmbeddedRedis

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 40.0


def free_port() -> int:
    """A port whose successor is free too, for the demo city."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def wait_for(what: str, ready: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until something is so; say what it was if it never is."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if ready():
            return
        time.sleep(0.05)
    raise AssertionError(f"after {patience:.0f} s still not: {what}")


class Room:
    """`python app.py run` in its own folder, its sources asked every second.

    News is due every six seconds, of the applications every ten; only the two whose own times move slower keep their
    cadence: beds and Waze.
    """

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.config = folder / "config.yaml"
        text = (ROOT / "config.yaml").read_text(encoding="utf-8")
        text = re.sub(r"\bevery: \d\S*", "every: 1s", text)
        text = re.sub(r"\bcadence: 60s", "cadence: 6s", text)
        text = re.sub(r"\bcadence: 30s", "cadence: 10s", text)
        text = text.replace("assets/", f"{ROOT}/assets/").replace("cities/", f"{ROOT}/cities/")
        self.config.write_text(text, encoding="utf-8")
        self.log = folder / "run.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.launch("run")
        wait_for("every area has a reading", self.complete)

    def launch(self, command: str) -> None:
        environment = {key: value for key, value in os.environ.items() if key not in ("REDIS_URL", "DEMO", "HOST")}
        environment |= {
            "PORT": str(self.port),
            "LIVEROOM_CONFIG": str(self.config),
            "LIVEROOM_VAR": str(self.folder / "var"),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", command], cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        finally:
            self.process.kill()
            self.process.wait()

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=5) as answer:
            return json.load(answer)

    def text(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return str(answer.read().decode())

    def reading(self, area: str) -> Any:
        return self.get(f"/api/v1/readings/{area}")

    def complete(self) -> bool:
        assert self.process is not None and self.process.poll() is None, self.log.read_text()
        try:
            return all(source["freshness"] == "live" for source in self.get("/api/v1/sources"))
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def answers(self) -> bool:
        try:
            return bool(self.get("/healthz"))
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def demo(self, method: str, path: str, body: object = None) -> None:
        address = self.get("/version")["demo"] + path
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
        urllib.request.urlopen(request, timeout=5).close()

    def child(self, name: str) -> int:
        """The process id of a child as the log last named it."""
        found = re.findall(rf"child started\s+child={name} pid=(\d+)", self.log.read_text(encoding="utf-8"))
        return int(found[-1])

    def redis(self) -> int:
        return int((self.folder / "var" / "redis" / "server.pid").read_text(encoding="utf-8"))

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)


class Pages(Room):
    """`python app.py wall` alone: nobody collects, for screens that are told by the test what to show."""

    def start(self) -> None:
        self.launch("wall")
        wait_for("it answers", self.answers)

    def stop(self) -> None:
        super().stop()
        EmbeddedRedis(self.folder / "var" / "redis").stop()
