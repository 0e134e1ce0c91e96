"""The pretend city as a program: it starts at once and stops cleanly, also in the middle of a fault."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

pytestmark = pytest.mark.patient

PROGRAM = "import sys; from demo.server import run; run('127.0.0.1', int(sys.argv[1]))"
HERE = Path(__file__).parent.parent


@asynccontextmanager
async def program(port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """The server in a process of its own, once its port is open."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(port), cwd=HERE, stderr=asyncio.subprocess.PIPE
    )
    try:
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            await writer.wait_closed()
            break
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.fixture
def port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number: int = taken.getsockname()[1]
        return number


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("kind", ["slow", "drip", "huge"])
async def test_a_signal_ends_it_without_an_error(name: signal.Signals, kind: str, port: int) -> None:
    async with program(port) as process, aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        async with session.post("/_faults/waze", json={"kind": kind}) as answer:
            assert answer.status == 200
        suffering = asyncio.create_task(session.get("/waze/feed"))
        async with session.get("/like-lantas/events") as answer:
            assert answer.status == 200
        process.send_signal(name)
        _, said = await process.communicate()
        assert process.returncode == 0
        assert said == b""
        suffering.cancel()
        await asyncio.gather(suffering, return_exceptions=True)


async def test_a_client_that_leaves_a_held_answer_leaves_nothing_behind(port: int) -> None:
    async with program(port) as process, aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        for kind in ("slow", "drip", "huge"):
            async with session.post("/_faults/waze", json={"kind": kind}) as answer:
                assert answer.status == 200
            with pytest.raises(TimeoutError):
                async with session.get("/waze/feed", timeout=aiohttp.ClientTimeout(total=0.3)) as answer:
                    while await answer.content.readany():
                        await asyncio.sleep(0.01)
        async with session.get("/like-lantas/events") as answer:
            assert answer.status == 200
        process.terminate()
        _, said = await process.communicate()
        assert (process.returncode, said) == (0, b"")
