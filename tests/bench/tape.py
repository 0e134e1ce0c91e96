"""What one screen is told while real collectors poll the pretend city, at the pace of config.yaml."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

import aiohttp
import orjson

from tests.bench.machine import LOAD_CORE
from tests.bench.processes import ROOT, BenchError, running
from tests.bench.room import Room, pretend_city

SILENCE = 10.0


@dataclass(frozen=True, slots=True)
class Message:
    """`at` is the server's time (ms since 1970), `offset` ms since the recording began, `size` bytes on the wire."""

    text: str
    at: int
    offset: float
    size: int


@dataclass(frozen=True, slots=True)
class Tape:
    """The first picture, and so many seconds of what came after it."""

    picture: Message
    messages: list[Message]
    seconds: float

    def for_page(self) -> dict[str, Any]:
        return {
            "picture": asdict(self.picture),
            "tape": [asdict(message) for message in self.messages],
            "length": self.seconds * 1000,
        }


async def recorded(room: Room, port: int, seconds: float) -> Tape:
    """Listen to the web process on this port while the city is collected. Raises BenchError where nothing comes."""
    async with pretend_city(room.folder) as city:
        words = ["app.py", "collect", "--config", str(ROOT / "config.yaml")]
        async with running(words, LOAD_CORE, room.folder, 0, {"REDIS_URL": room.url, "DEMO": city}):
            await asyncio.sleep(SILENCE)
            try:
                return await heard(f"http://127.0.0.1:{port}/live?screen=main&pace=wall", seconds)
            except (TimeoutError, aiohttp.ClientError) as error:
                raise BenchError(f"the screen was told nothing: {error!r}") from error


async def heard(url: str, seconds: float) -> Tape:
    loop = asyncio.get_running_loop()
    messages: list[Message] = []
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        picture = message(await socket.receive_str(timeout=SILENCE), 0.0)
        began = loop.time()
        while loop.time() < began + seconds:
            text = await socket.receive_str(timeout=SILENCE)
            messages.append(message(text, (loop.time() - began) * 1000))
    return Tape(picture, messages, max(seconds, messages[-1].offset / 1000))


def message(text: str, offset: float) -> Message:
    size = len(text.encode())
    head = 2 if size < 126 else 4 if size < 65536 else 10
    return Message(text, int(orjson.loads(text)["at"]), offset, size + head)
